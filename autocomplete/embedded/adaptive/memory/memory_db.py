"""Stores a memory in a file: a person's words, short runs of words, weights; each with its uses and the day of the last.

Invariant: the file and its folder are for their owner alone; every change is one transaction that adds to what others added
meanwhile; what is deleted is overwritten; the file stays under `MOST_BYTES`; uses fade by half in `HALF_LIFE` days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autocomplete.io.sqlite_file import SqliteFile, damage_raised, transaction

#: Days after which uses count half.
HALF_LIFE = 120.0

#: Most words, most runs and most bytes; above them what faded most goes first. Rows with fewer uses than `LEAST` go anyway.
MOST_WORDS, MOST_RUNS, MOST_BYTES, LEAST = 3_000, 40_000, 5_000_000, 0.3

#: Marks a file as ours ("acme").
_APPLICATION_ID = 0x61636D65

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

_TABLES = ("fact", "word", "run", "weight")

#: What stands between the units of a history; no unit holds one.
SEPARATOR = "\t"


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
        self._connection = memory_file(path, day).open(check_same_thread=False)
        self._connection.create_function("faded", 3, _faded, deterministic=True)
        self._stat = _identity(path)
        self._path = path

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
        """Return how many words, runs and bytes there are, and since when."""
        [row] = self._all(
            "SELECT (SELECT count(*) FROM word), (SELECT count(*) FROM run), (SELECT value FROM fact WHERE name = 'since')",
            (),
        )
        return Facts(row[0], row[1], _size(self._path), row[2])

    def stored(self, words: Sequence[str], runs: Sequence[tuple[str, ...]]) -> tuple[set[str], set[tuple[str, ...]]]:
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
        with transaction(self._connection):
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
            with transaction(self._connection):
                self._prune("run", min(MOST_RUNS, n * 3 // 4), day)
            if not self._emptied() or not n:
                return

    def forget_word(self, word: str) -> bool:
        """Delete a word and every run that it is in, whatever its case; return whether there was any."""
        wanted = word.casefold()
        with transaction(self._connection):
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
        with transaction(self._connection):
            for table in ("word", "run", "weight"):
                self._connection.execute(f"DELETE FROM {table}")
        self._emptied()

    def _emptied(self) -> bool:
        """Empty the journal, so that nothing deleted lingers in it; return whether no other reader prevented that."""
        (busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def _all(self, query: str, values: Sequence[object]) -> list[tuple]:  # type: ignore[type-arg]  # rows differ
        with damage_raised():
            return self._connection.execute(query, values).fetchall()

    def _many(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            self._connection.executemany(statement, rows)


def memory_file(path: Path, day: int) -> SqliteFile:
    """Return the file of a memory that is begun on `day`, in days since 1970, where there is none."""
    return SqliteFile(
        path,
        _APPLICATION_ID,
        MIGRATIONS,
        foreign="it is not a memory of this program",
        newer="it was written by a newer version of this program",
        fill=lambda connection: connection.execute("INSERT INTO fact VALUES ('since', ?)", (day,)),
        probe=lambda connection: [connection.execute(f"SELECT * FROM {name}").fetchall() for name in _TABLES],
        new_pragmas=("auto_vacuum = FULL",),
        pragmas=("secure_delete = ON", "wal_autocheckpoint = 100", "journal_size_limit = 0"),
        timeout_s=_PATIENCE_S,
        private=True,
    )


def exists(path: Path) -> bool:
    """Return whether there is a memory with something in it."""
    with suppress(OSError):
        return path.stat().st_size > 0
    return False


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in (path, path.with_name(path.name + "-wal")) if file.exists())


def _identity(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        stat = path.stat()
        return stat.st_dev, stat.st_ino
    return None


def _faded(uses: float, day: int, today: int) -> float:
    """Return what uses that were counted on `day` count `today`."""
    return float(uses * 0.5 ** (max(0, today - day) / HALF_LIFE))
