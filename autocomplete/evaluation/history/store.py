"""Stores outcomes of words in an SQLite file (WAL) in the user's data folder that several programs may write at once.

Invariants. Numbers only, never text. The file is open only for the moment of a read or a write, so that what one program
forgets no other goes on writing to, and its permissions are the user's alone. A damaged file is moved aside with a notice,
never deleted; one that stays locked costs the words that could not be written. Nothing here raises an sqlite3.Error.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

from autocomplete.core.distribution import Usage
from autocomplete.errors import AutocompleteError, ConfigError
from autocomplete.evaluation.word_outcome import (
    PredictionSource,
    WordOutcome,
    pack_labels,
    pack_shows,
    unpack_labels,
    unpack_shows,
)
from autocomplete.io.sqlite_file import Damaged, Fault, SqliteFile, damage_raised, fault, transaction

#: Words whose details are stored, and for how many days; sums by day stay until forgotten.
MOST_WORDS = 50_000
MOST_DAYS = 400

#: Seconds that a write waits for other programs.
PATIENCE_S = 2.0

#: The columns that words and sums by day have in common.
_COUNTS = "characters, keys, shown, correct, hidden, requests, prompt_tokens, completion_tokens"

#: Marks the file as ours ("acpl"), so that another program's database is never taken for a damaged store.
APPLICATION_ID = 0x6163706C

_WORDS = """
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    model TEXT NOT NULL, place TEXT NOT NULL, mode TEXT NOT NULL,
    UNIQUE (model, place, mode)
);
CREATE TABLE days (  -- kept until forgotten: one row a day and source
    day INTEGER NOT NULL, source INTEGER NOT NULL REFERENCES sources (id),
    words INTEGER NOT NULL, characters INTEGER NOT NULL, keys INTEGER NOT NULL,
    shown INTEGER NOT NULL, correct INTEGER NOT NULL, hidden INTEGER NOT NULL, requests INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL,
    PRIMARY KEY (day, source)
) WITHOUT ROWID;
CREATE TABLE words (  -- the newest words, each with what any cutoff would have shown
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    day INTEGER NOT NULL, source INTEGER NOT NULL REFERENCES sources (id), session INTEGER NOT NULL,
    characters INTEGER NOT NULL, keys INTEGER NOT NULL, shown INTEGER NOT NULL, correct INTEGER NOT NULL,
    hidden INTEGER NOT NULL, requests INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL,
    shows BLOB NOT NULL, labels BLOB NOT NULL
);
CREATE INDEX words_by_source ON words (source, id);
"""

_DELAYS = """
CREATE TABLE delays (  -- how many pauses between keys lay in each range of lengths, see `typing_speed`
    kind TEXT NOT NULL, bin INTEGER NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (kind, bin)
) WITHOUT ROWID;
"""

#: One script for each version; one that was released is never changed.
MIGRATIONS = (_WORDS, _DELAYS)

#: What a sound store answers without an error: every row is read.
_PROBES = (
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


def outcome_file(path: Path, timeout_s: float) -> SqliteFile:
    """Return the file of an outcome store, which waits so many seconds for other programs."""
    return SqliteFile(
        path,
        APPLICATION_ID,
        MIGRATIONS,
        foreign="The outcome store is another program's database: move it away.",
        newer="The outcome store was written by a newer version: update autocomplete, or stats --forget.",
        probe=lambda connection: [connection.execute(query).fetchall() for query in _PROBES],
        pragmas=("secure_delete = ON",),
        timeout_s=timeout_s,
    )


class OutcomeStore:
    """The store in `path`, by default the user's own. Made at the first write.

    `notice`: one line for the user about the last thing that went wrong, "" if nothing did. `patience_s`: how long to wait
    for other programs. `mending`: a damaged file is moved aside; who cannot tell the user leaves it where it is, to those
    who can, and gets a ConfigError.
    """

    def __init__(self, path: Path | None = None, *, patience_s: float = PATIENCE_S, mending: bool = True) -> None:
        self.path = store_path() if path is None else path
        self.notice = ""
        self._mending = mending
        self._file = outcome_file(self.path, patience_s)

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
            f"SELECT day, model, place, mode, words, {_COUNTS} FROM days"
            " JOIN sources ON sources.id = source ORDER BY day, model, place, mode"
        )
        return [DayTotals(row[0], PredictionSource(*row[1:4]), *[*row[4:11], Usage(*row[11:])]) for row in rows]

    def delays(self) -> dict[tuple[str, int], int]:
        """Return how many pauses lay in each range. Raises as `add` does."""
        return {(kind, place): n for kind, place, n in self._select("SELECT kind, bin, n FROM delays")}

    def newest(self, n_words: int, source: PredictionSource | None = None) -> list[WordOutcome]:
        """Return the newest words, oldest first, of one source or of all. Raises as `add` does."""
        which = "" if source is None else "WHERE (model, place, mode) = (?, ?, ?) "
        values = () if source is None else (source.model, source.place, source.mode)
        rows = self._select(
            f"SELECT model, place, mode, day, session, {_COUNTS}, shows, labels FROM words"
            f" JOIN sources ON sources.id = source {which}ORDER BY words.id DESC LIMIT ?",
            (*values, n_words),
        )
        return [outcome for row in reversed(rows) if (outcome := _outcome(row)) is not None]

    def forget(self) -> bool:
        """Delete the store, what SQLite keeps beside it, and damaged ones moved aside; return whether there was any.

        Raises StoreLocked where another program is using it just now, ConfigError where it cannot be deleted.
        """
        existed = bool(self._file.files())
        if self.path.exists():
            self._empty()
        try:
            for path in self._file.files():
                path.unlink(missing_ok=True)
        except OSError as exc:
            raise ConfigError(f"Cannot delete {exc.filename}: {exc.strerror}.") from exc
        return existed

    def _select(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        if not self.path.exists():
            return []
        return self._run(lambda connection: connection.execute(query, tuple(values)).fetchall())

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what `work` returns, done in one transaction. A damaged file is moved aside, and a new one begun."""
        try:
            return self._once(work)
        except Damaged as exc:
            if not self._mending:
                raise ConfigError(f"The outcome store {self.path} is damaged: autocomplete stats moves it aside.") from exc
            self._set_aside()
        try:
            return self._once(work)
        except Damaged as exc:
            raise ConfigError(f"The outcome store {self.path} cannot be used: {exc}.") from exc

    def _once(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._translated(), closing(self._file.open()) as connection, transaction(connection):
            return work(connection)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Raise errors of this program in place of those of the system and of SQLite; Damaged stays."""
        try:
            with damage_raised():
                yield
        except TimeoutError as exc:
            raise StoreLocked(f"Another program is looking after {self.path}: try again.") from exc
        except OSError as exc:
            raise ConfigError(f"Cannot write {self.path}: {exc.strerror}.") from exc
        except sqlite3.Error as exc:
            if fault(exc) is Fault.LOCKED:
                raise StoreLocked(f"Another program is using {self.path}: try again.") from exc
            raise ConfigError(f"Cannot write {self.path}: {exc}.") from exc

    def _set_aside(self) -> None:
        with self._translated():
            aside = self._file.set_aside()
        if aside is not None:
            self.notice = f"The outcome store was damaged: it lies in {aside.name} now, and a new one was begun."

    def _empty(self) -> None:
        """Delete the rows, of any version, and wait until nobody else has the file open. A damaged one needs no such care."""
        with suppress(Damaged), self._translated(), closing(self._file.connect()) as connection:
            self._file.check(connection, allow_newer=True)
            connection.execute("PRAGMA secure_delete = ON")
            with transaction(connection):
                tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                for (table,) in tables:
                    connection.execute(f'DELETE FROM "{table}"')
            connection.execute("PRAGMA journal_mode = DELETE")


def _insert(connection: sqlite3.Connection, outcome: WordOutcome) -> None:
    source = outcome.source
    names = (source.model, source.place, source.mode)
    connection.execute("INSERT OR IGNORE INTO sources (model, place, mode) VALUES (?, ?, ?)", names)
    row = connection.execute("SELECT id FROM sources WHERE (model, place, mode) = (?, ?, ?)", names)
    source_id = int(row.fetchone()[0])
    usage = (outcome.usage.prompt_tokens, outcome.usage.completion_tokens)
    counts = (outcome.n_chars, outcome.keys, outcome.n_shown, outcome.n_right, outcome.hidden, outcome.requests, *usage)
    packed = pack_shows(outcome.shows, outcome.unsettled), pack_labels(outcome.labels)
    connection.execute(
        f"INSERT INTO words (day, source, session, {_COUNTS}, shows, labels) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (outcome.day, source_id, outcome.session, *counts, *packed),
    )
    sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in f"words, {_COUNTS}".split(", "))
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
    columns: list[Any] = [*row[3:9], bool(row[9]), row[10], Usage(*row[11:13]), shows, labels, unsettled]
    return WordOutcome(PredictionSource(*row[:3]), *columns)
