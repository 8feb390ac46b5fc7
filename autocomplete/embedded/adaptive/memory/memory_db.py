"""The file of what is remembered: own words, short runs of words, weights; each with its uses and the day of the last.

Invariant: the file and its folder are for their owner alone; every change is one transaction that adds to what others added
meanwhile; what is deleted is overwritten; the file stays under `MOST_BYTES`; uses fade by half in `HALF_LIFE` days.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

#: Uses count half after so many days.
HALF_LIFE = 120.0

#: Most words, most runs and most bytes; above them what faded most goes first. Rows with fewer uses than `LEAST` go anyway.
MOST_WORDS, MOST_RUNS, MOST_BYTES, LEAST = 3_000, 40_000, 5_000_000, 0.3

#: What SQLite calls the owner of a file: "acme" for this program.
_APPLICATION = 0x61636D65

#: Seconds to wait for another editor that is writing.
_PATIENCE_S = 5.0

#: One script for each version of the file; a file of version n gets those from n on.
MIGRATIONS = (
    """
    CREATE TABLE fact (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE word (word TEXT PRIMARY KEY, uses REAL NOT NULL, day INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE run (
        history TEXT NOT NULL, unit TEXT NOT NULL, uses REAL NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (history, unit)
    ) WITHOUT ROWID;
    CREATE INDEX most_used ON run (history, uses DESC);
    CREATE TABLE weight (
        part TEXT NOT NULL, kind INTEGER NOT NULL, weight REAL NOT NULL, seen REAL NOT NULL, PRIMARY KEY (part, kind)
    ) WITHOUT ROWID;
    """,
)

#: What stands between the units of a history; no unit holds one.
SEPARATOR = "\t"


class Foreign(Exception):
    """The file is sound, but not one of this program, or of a version to come; it must be left as it is."""


class Damaged(Exception):
    """The file is no database any more."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a memory holds. `since`: the day it was begun, in days since 1970; None for an empty or missing one."""

    n_words: int = 0
    n_runs: int = 0
    n_bytes: int = 0
    since: int | None = None


class MemoryDb:
    """An open memory. `day`: today, in days since 1970. One thread at a time.

    Raises Foreign, Damaged, and sqlite3.OperationalError or OSError where the file cannot be used now.
    """

    def __init__(self, path: Path, day: int) -> None:
        _make(path)
        self._connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
        try:
            self._prepare(day)
        except BaseException as exc:
            self._connection.close()
            raise _translated(exc) from exc
        self._stat = _identity(path)
        self._path = path

    def _prepare(self, day: int) -> None:
        run = self._connection.execute
        self._connection.create_function("faded", 3, _faded, deterministic=True)
        found = run("PRAGMA application_id").fetchone()[0], run("PRAGMA user_version").fetchone()[0]
        n_tables = run("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if n_tables and found[0] != _APPLICATION:
            raise Foreign("it is not a memory of this program")
        if found[1] > len(MIGRATIONS):
            raise Foreign("it was written by a newer version of this program")
        if not n_tables:
            run("PRAGMA auto_vacuum = FULL")
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")  # in WAL a power cut loses the last transactions, never the file
        run("PRAGMA secure_delete = ON")
        run("PRAGMA wal_autocheckpoint = 100")
        run("PRAGMA journal_size_limit = 0")
        if found[1] < len(MIGRATIONS):
            self._migrate(day)

    def _migrate(self, day: int) -> None:
        """Bring the file to the newest version; whoever comes second finds it done."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
            for script in MIGRATIONS[version:]:
                for statement in script.split(";"):
                    self._connection.execute(statement)
            self._connection.execute("INSERT OR IGNORE INTO fact VALUES ('since', ?)", (day,))
            self._connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            self._connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise

    @property
    def current(self) -> bool:
        """Whether the path still leads to this file: someone may have deleted it, or put another there."""
        return _identity(self._path) == self._stat

    def close(self) -> None:
        """Close the file; the last to do so takes the journal away."""
        self._connection.close()

    def words(self, day: int) -> list[tuple[str, float]]:
        """Return the words with their faded uses, most used first."""
        rows = self._all("SELECT word, uses, day FROM word", ())
        return sorted(((word, _faded(uses, then, day)) for word, uses, then in rows), key=lambda row: (-row[1], row[0]))

    def successors(self, history: Sequence[str], day: int, n: int) -> list[tuple[str, float]]:
        """Return the `n` units that most often followed a history, with their faded uses, most used first."""
        query = "SELECT unit, uses, day FROM run WHERE history = ? ORDER BY uses DESC LIMIT ?"
        rows = self._all(query, (SEPARATOR.join(history), n))
        return sorted(((unit, _faded(uses, then, day)) for unit, uses, then in rows), key=lambda row: (-row[1], row[0]))

    def runs(self, day: int) -> list[tuple[tuple[str, ...], float]]:
        """Return all runs with their faded uses, most used first."""
        query = "SELECT history, unit, faded(uses, day, ?) AS now FROM run ORDER BY now DESC, history, unit"
        return [((*history.split(SEPARATOR), unit), uses) for history, unit, uses in self._all(query, (day,))]

    def weights(self, part: str) -> list[tuple[int, float, float]]:
        """Return the kinds of a part of the model with the weight of each, and for how many words it counts."""
        return self._all("SELECT kind, weight, seen FROM weight WHERE part = ?", (part,))

    def facts(self) -> Facts:
        """Return what there is."""
        [row] = self._all(
            "SELECT (SELECT count(*) FROM word), (SELECT count(*) FROM run), (SELECT value FROM fact WHERE name = 'since')",
            (),
        )
        return Facts(row[0], row[1], _size(self._path), row[2])

    def known(self, words: Sequence[str], runs: Sequence[tuple[str, ...]]) -> tuple[set[str], set[tuple[str, ...]]]:
        """Return which of these words and runs are stored."""
        has_word, has_run = "SELECT 1 FROM word WHERE word = ?", "SELECT 1 FROM run WHERE history = ? AND unit = ?"
        return (
            {word for word in words if self._all(has_word, (word,))},
            {run for run in runs if self._all(has_run, (SEPARATOR.join(run[:-1]), run[-1]))},
        )

    def add(
        self,
        words: Mapping[str, float],
        runs: Mapping[tuple[str, ...], float],
        weights: Mapping[str, Sequence[tuple[int, float, float]]],
        day: int,
    ) -> None:
        """Add uses of words and runs (histories with what followed, at the end), and replace weights; all or nothing."""
        merge = "uses = faded(uses, day, excluded.day) + excluded.uses, day = excluded.day"
        with self._transaction():
            self._many(
                f"INSERT INTO word VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET {merge}",
                [(word, uses, day) for word, uses in words.items()],
            )
            self._many(
                f"INSERT INTO run VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET {merge}",
                [(SEPARATOR.join(run[:-1]), run[-1], uses, day) for run, uses in runs.items()],
            )
            self._many(
                "INSERT OR REPLACE INTO weight VALUES (?, ?, ?, ?)",
                [(part, *row) for part, rows in weights.items() for row in rows],
            )
            self._prune("word", MOST_WORDS, day)
            self._prune("run", MOST_RUNS, day)
        self._shrink(day)

    def _prune(self, table: str, most: int, day: int) -> None:
        """Drop the rows that faded most, down to nine tenths of `most`, where there are more."""
        (n,) = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        if n > most:
            keys = "word" if table == "word" else "history, unit"
            self._connection.execute(
                f"DELETE FROM {table} WHERE ({keys}) IN (SELECT {keys} FROM {table} ORDER BY faded(uses, day, ?) LIMIT ?)",
                (day, n - most * 9 // 10),
            )
            self._connection.execute(f"DELETE FROM {table} WHERE faded(uses, day, ?) < ?", (day, LEAST))

    def _shrink(self, day: int) -> None:
        """Drop a quarter of the runs until the file is small enough: they may be long in other scripts."""
        while _size(self._path) > MOST_BYTES:
            (n,) = self._connection.execute("SELECT count(*) FROM run").fetchone()
            with self._transaction():
                self._prune("run", min(MOST_RUNS, n * 3 // 4), day)
            if not self._emptied() or not n:
                return

    def forget_word(self, word: str) -> bool:
        """Delete a word and every run that it is in, whatever its case; return whether there was any."""
        wanted = word.casefold()
        with self._transaction():
            words = [(w,) for (w,) in self._all("SELECT word FROM word", ()) if w.casefold() == wanted]
            runs = [
                (history, unit)
                for history, unit in self._all("SELECT history, unit FROM run", ())
                if wanted in (part.casefold() for part in (*history.split(SEPARATOR), unit))
            ]
            self._many("DELETE FROM word WHERE word = ?", words)
            self._many("DELETE FROM run WHERE history = ? AND unit = ?", runs)
        self._emptied()
        return bool(words or runs)

    def empty(self) -> None:
        """Delete everything, so that those who have the file open find nothing either."""
        with self._transaction():
            for table in ("word", "run", "weight"):
                self._connection.execute(f"DELETE FROM {table}")
        self._emptied()

    def _emptied(self) -> bool:
        """Let nothing deleted linger in the journal; return whether nobody stood in the way."""
        (busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def _transaction(self) -> _Transaction:
        return _Transaction(self._connection)

    def _all(self, query: str, values: Sequence[object]) -> list[tuple]:  # type: ignore[type-arg]  # rows differ
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as exc:
            raise _translated(exc) from exc

    def _many(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            self._connection.executemany(statement, rows)


class _Transaction:
    """Changes that happen together or not at all; begun before the first look, so that nobody changes it in between."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._run("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            self._run("COMMIT")
            return
        with suppress(sqlite3.Error):
            self._connection.execute("ROLLBACK")
        if isinstance(error, sqlite3.DatabaseError):
            raise _translated(error) from error

    def _run(self, statement: str) -> None:
        try:
            self._connection.execute(statement)
        except sqlite3.DatabaseError as exc:
            raise _translated(exc) from exc


def beside(path: Path) -> list[Path]:
    """Return all files that a memory consists of, and those that were set aside as damaged, as far as they exist."""
    journals = [path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal")]
    aside = sorted(path.parent.glob(f"{path.stem}.damaged-*")) if path.parent.is_dir() else []
    return [found for found in (path, *journals, *aside) if found.exists()]


def set_aside(path: Path) -> Path:
    """Rename a damaged memory, with its journal, so that another can be begun; return where it is now."""
    n = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{n}{path.suffix}")).exists():
        n += 1
    with suppress(FileNotFoundError):  # another editor was faster
        path.rename(aside)
    for ending in ("-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    return aside


def exists(path: Path) -> bool:
    """Return whether there is a memory with something in it."""
    with suppress(OSError):
        return path.stat().st_size > 0
    return False


def _make(path: Path) -> None:
    """Make the folder and an empty file for the owner's eyes only; take the others' rights away where they have any."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(0o600)


def _size(path: Path) -> int:
    return sum(found.stat().st_size for found in (path, path.with_name(path.name + "-wal")) if found.exists())


def _identity(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        stat = path.stat()
        return stat.st_dev, stat.st_ino
    return None


def _faded(uses: float, day: int, today: int) -> float:
    """Return what uses that were counted on `day` count `today`."""
    return float(uses * 0.5 ** (max(0, today - day) / HALF_LIFE))


def _translated(exc: BaseException) -> BaseException:
    """Return Damaged for what SQLite says of a file that is none of its own any more, and any other error as it is."""
    broken = isinstance(exc, sqlite3.DatabaseError) and not isinstance(exc, sqlite3.OperationalError)
    missing = isinstance(exc, sqlite3.OperationalError) and "no such" in str(exc)
    return Damaged(str(exc)) if broken or missing else exc
