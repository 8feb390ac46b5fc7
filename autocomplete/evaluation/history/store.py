"""The outcome store: an SQLite file (WAL) in the user's data folder that several programs may write at once.

Invariants. Numbers only, never text. The file is open only for the moment of a read or a write, so that what one program
forgets no other goes on writing to, and its permissions are the user's alone. A damaged file is moved aside and told, never
deleted; one that stays locked costs the words that could not be written, and is told. Nothing here raises an sqlite3.Error.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

from autocomplete.core.distribution import Usage
from autocomplete.errors import AutocompleteError, ConfigError
from autocomplete.evaluation.history import schema
from autocomplete.evaluation.word_outcome import (
    PredictionSource,
    WordOutcome,
    pack_labels,
    pack_shows,
    unpack_labels,
    unpack_shows,
)

#: Words whose details are kept, and for how many days; sums by day are kept until forgotten.
MOST_WORDS = 50_000
MOST_DAYS = 400

#: Seconds that a write waits for other programs.
PATIENCE_S = 2.0

#: A lock file older than this, in seconds, was left by a program that died.
_STALE_S = 60.0

_ENDINGS = ("", "-wal", "-shm")
_SUMS = (
    *("words", "characters", "keys", "shown", "correct", "hidden", "requests"),
    *("prompt_tokens", "completion_tokens"),
)

#: What a sound store answers without an error: every page is read.
_LOOKS = (
    "SELECT sum(length(shows) + length(labels) + characters) FROM words",
    "SELECT sum(words) FROM days JOIN sources ON sources.id = source",
    "SELECT sum(n) FROM delays",
)

T = TypeVar("T")


class StoreLocked(AutocompleteError):
    """Another program held the store for too long. Trying again later may help."""


@dataclass(frozen=True, slots=True)
class DayTotals:
    """Sums over the words of one day written with one source. `day`: an ordinal, as `datetime.date.toordinal`."""

    day: int
    source: PredictionSource
    words: int
    characters: int
    keys: int
    shown: int
    right: int
    hidden: int
    requests: int
    usage: Usage


def store_path() -> Path:
    """Return where the store lies: `outcomes.db` in the user's data folder."""
    return platformdirs.user_data_path("autocomplete") / "outcomes.db"


class OutcomeStore:
    """The store in `path`, by default the user's own. Made at the first write.

    `told`: one line for the user about the last thing that went wrong, "" if nothing did. `patience_s`: how long to wait
    for other programs. `mending`: a damaged file is moved aside; who cannot tell the user leaves it where it is, to those
    who can, and gets a ConfigError.
    """

    def __init__(self, path: Path | None = None, *, patience_s: float = PATIENCE_S, mending: bool = True) -> None:
        self.path = store_path() if path is None else path
        self.told = ""
        self._patience_s = patience_s
        self._mending = mending

    def add(self, outcomes: Sequence[WordOutcome]) -> None:
        """Write finished words in one short transaction.

        Raises StoreLocked where others held the file, ConfigError where it cannot be written at all.
        """

        def write(connection: sqlite3.Connection) -> None:
            for outcome in outcomes:
                _insert(connection, outcome)
            _prune(connection, outcomes[-1].day)

        if outcomes:
            self._run(write)

    def add_delays(self, counts: dict[tuple[str, int], int]) -> None:
        """Add how many pauses lay in each range: (kind, number of the range) -> how many. Raises as `add` does."""
        rows = [(kind, place, n) for (kind, place), n in counts.items()]
        if rows:
            query = "INSERT INTO delays VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n"
            self._run(lambda connection: connection.executemany(query, rows))

    def days(self) -> list[DayTotals]:
        """Return the sums by day and source, oldest day first. Raises as `add` does."""
        rows = self._select(
            "SELECT day, model, place, mode, words, characters, keys, shown, correct, hidden, requests, prompt_tokens,"
            " completion_tokens FROM days JOIN sources ON sources.id = source ORDER BY day, model, place, mode"
        )
        return [_totals(row) for row in rows]

    def delays(self) -> dict[tuple[str, int], int]:
        """Return how many pauses lay in each range. Raises as `add` does."""
        return {(kind, place): n for kind, place, n in self._select("SELECT kind, bin, n FROM delays")}

    def newest(self, n_words: int, source: PredictionSource | None = None) -> list[WordOutcome]:
        """Return the newest words, oldest first, of one source or of all. Raises as `add` does."""
        which = "" if source is None else "WHERE (model, place, mode) = (?, ?, ?) "
        values = () if source is None else (source.model, source.place, source.mode)
        rows = self._select(
            "SELECT model, place, mode, day, session, characters, keys, shown, correct, hidden, requests, prompt_tokens,"
            " completion_tokens, shows, labels FROM words JOIN sources ON sources.id = source "
            f"{which}ORDER BY words.id DESC LIMIT ?",
            (*values, n_words),
        )
        return [outcome for row in reversed(rows) if (outcome := _outcome(row)) is not None]

    def forget(self) -> bool:
        """Delete the store, what SQLite keeps beside it, and damaged ones moved aside; return whether there was any.

        Raises StoreLocked where another program is using it just now, ConfigError where it cannot be deleted.
        """
        found = self._all_files()
        if self.path.exists():
            self._empty()
        try:
            for path in self._all_files():
                path.unlink(missing_ok=True)
        except OSError as exc:
            raise ConfigError(f"Cannot delete {exc.filename}: {exc.strerror}.") from exc
        return bool(found)

    # -- opening ------------------------------------------------------------------------------------------------------

    def _select(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        if not self.path.exists():
            return []
        return self._run(lambda connection: connection.execute(query, tuple(values)).fetchall())

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what `work` returns, done in one transaction. A damaged file is moved aside, and a new one begun."""
        try:
            return self._once(work)
        except _Damaged as exc:
            if not self._mending:
                raise ConfigError(
                    f"The outcome store {self.path} is damaged: autocomplete stats moves it aside."
                ) from exc
            self._set_aside()
        try:
            return self._once(work)
        except _Damaged as exc:
            raise ConfigError(f"The outcome store {self.path} cannot be used: {exc}.") from exc

    def _once(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._translated(), closing(self._open()) as connection:
            connection.execute("BEGIN IMMEDIATE")  # to wait for others before the first read, not between two steps
            try:
                result = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            return result

    def _open(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as exc:
            raise ConfigError(f"Cannot write {self.path}: {exc.strerror}.") from exc
        connection = self._connect()
        try:
            schema.check(connection)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = ON")
            schema.prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=self._patience_s, isolation_level=None)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as exc:
            code = getattr(exc, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
                raise StoreLocked(f"Another program is using {self.path}: try again.") from exc
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
                raise _Damaged(str(exc)) from exc
            raise ConfigError(f"Cannot write {self.path}: {exc}.") from exc

    # -- damage and forgetting ----------------------------------------------------------------------------------------

    def _set_aside(self) -> None:
        """Move the damaged file away. Another program may be doing the same: one at a time, and only what is damaged still."""
        with self._alone():
            with suppress(_Damaged):
                self._once(lambda connection: [connection.execute(query) for query in _LOOKS])
                return
            target = next(path for n in range(1, 1000) if not (path := self._damaged(n)).exists())
            for ending in _ENDINGS:
                with suppress(FileNotFoundError):
                    Path(f"{self.path}{ending}").replace(f"{target}{ending}")
            self.told = f"The outcome store was damaged: it lies in {target.name} now, and a new one was begun."

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = Path(f"{self.path}.lock")
        with suppress(FileNotFoundError):
            if time.time() - lock.stat().st_mtime > _STALE_S:  # of a program that died
                lock.unlink()
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError as exc:
            raise StoreLocked(f"Another program is looking after {self.path}: try again.") from exc
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)

    def _empty(self) -> None:
        """Delete the rows, of any version, and wait until nobody else has the file open. A damaged one needs no such care."""
        with suppress(_Damaged), self._translated(), closing(self._connect()) as connection:
            schema.check(connection, newer=True)
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("BEGIN IMMEDIATE")
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                connection.execute(f'DELETE FROM "{table}"')
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = DELETE")

    def _damaged(self, n: int) -> Path:
        return self.path.with_name(f"{self.path.stem}.damaged-{n}{self.path.suffix}")

    def _all_files(self) -> list[Path]:
        """Return the store's files and those that were moved aside."""
        aside = sorted(self.path.parent.glob(f"{self.path.stem}.damaged-*{self.path.suffix}*"))
        return [path for path in (*(Path(f"{self.path}{ending}") for ending in _ENDINGS), *aside) if path.exists()]


class _Damaged(Exception):
    """The file is no store that can be used."""


def _insert(connection: sqlite3.Connection, outcome: WordOutcome) -> None:
    source = outcome.source
    names = (source.model, source.place, source.mode)
    connection.execute("INSERT OR IGNORE INTO sources (model, place, mode) VALUES (?, ?, ?)", names)
    found = connection.execute("SELECT id FROM sources WHERE (model, place, mode) = (?, ?, ?)", names)
    source_id = int(found.fetchone()[0])
    usage = (outcome.usage.prompt_tokens, outcome.usage.completion_tokens)
    counts = (outcome.n_chars, outcome.keys, outcome.n_shown, outcome.n_right, outcome.hidden, outcome.requests, *usage)
    packed = pack_shows(outcome.shows, outcome.unsettled), pack_labels(outcome.labels)
    connection.execute(
        "INSERT INTO words (day, source, session, characters, keys, shown, correct, hidden, requests, prompt_tokens,"
        " completion_tokens, shows, labels) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (outcome.day, source_id, outcome.session, *counts, *packed),
    )
    sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in _SUMS)
    if outcome.hidden:
        counts = (*counts[:2], 0, 0, *counts[4:])  # nothing was on the screen
    connection.execute(
        f"INSERT INTO days VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET {sums}",
        (outcome.day, source_id, *counts),
    )


def _prune(connection: sqlite3.Connection, today: int) -> None:
    connection.execute("DELETE FROM words WHERE id <= (SELECT max(id) FROM words) - ?", (MOST_WORDS,))
    connection.execute("DELETE FROM words WHERE day < ?", (today - MOST_DAYS,))


def _outcome(row: tuple[Any, ...]) -> WordOutcome | None:
    """Return a row as a value, None where its bytes are damaged."""
    try:
        (shows, unsettled), labels = unpack_shows(row[13]), unpack_labels(row[14])
    except (ValueError, TypeError):
        return None
    day, session, n_chars, keys, n_shown, n_right, hidden, requests = row[3:11]
    usage = Usage(*row[11:13])
    counts = (n_chars, keys, n_shown, n_right, bool(hidden), requests)
    return WordOutcome(PredictionSource(*row[:3]), day, session, *counts, usage, shows, labels, unsettled)


def _totals(row: tuple[Any, ...]) -> DayTotals:
    words, characters, keys, shown, right, hidden, requests = row[4:11]
    source, usage = PredictionSource(*row[1:4]), Usage(*row[11:])
    return DayTotals(row[0], source, words, characters, keys, shown, right, hidden, requests, usage)
