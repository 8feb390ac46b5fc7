"""Stores a memory in a file: a person's words, short runs of words, weights; each with its uses and the day of the last.

Invariant: the file and its folder are for their owner alone; every change is one transaction that adds to what others added
meanwhile; what is deleted is overwritten; the file stays under `MOST_BYTES`; uses fade by half in `HALF_LIFE` days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


#: A word of the person's own, alone, or a run: a history and the unit that followed it.
Gram = tuple[str, ...]

#: A word or mark, and how often it was used.
WordRows = list[tuple[str, float]]

#: A weight, and for how many words it counts, by the kind of evidence.
WeightRows = list[tuple[int, float, float]]


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

    def words(self, day: int) -> WordRows:
        """Return the words with their faded uses, most used first."""
        return self._all("SELECT word, faded(uses, day, ?) AS now FROM word ORDER BY now DESC, word", (day,))

    def successors(self, history: Sequence[str], day: int, n: int) -> WordRows:
        """Return the `n` units that most often followed a history, with their faded uses, most used first."""
        most = "SELECT unit, uses, day FROM run WHERE history = ? ORDER BY uses DESC LIMIT ?"
        query = f"SELECT unit, faded(uses, day, ?) AS now FROM ({most}) ORDER BY now DESC, unit"
        return self._all(query, (day, SEPARATOR.join(history), n))

    def runs(self, day: int) -> list[tuple[Gram, float]]:
        """Return all runs with their faded uses, most used first."""
        query = "SELECT history, unit, faded(uses, day, ?) AS now FROM run ORDER BY now DESC, history, unit"
        return [((*history.split(SEPARATOR), unit), uses) for history, unit, uses in self._all(query, (day,))]

    def weights(self, part: str) -> WeightRows:
        """Return the kinds of a part of the model with the weight of each, and for how many words it counts."""
        return self._all("SELECT kind, weight, seen FROM weight WHERE part = ?", (part,))

    def facts(self) -> Facts:
        """Return how many words, runs and bytes there are, and since when."""
        counts = "(SELECT count(*) FROM word), (SELECT count(*) FROM run)"
        [row] = self._all(f"SELECT {counts}, (SELECT value FROM fact WHERE name = 'since')")
        return Facts(row[0], row[1], _size(self._path), row[2])

    def stored(self, grams: Iterable[Gram]) -> set[Gram]:
        """Return which of these words and runs are stored."""
        has_word, has_run = "SELECT 1 FROM word WHERE word = ?", "SELECT 1 FROM run WHERE history = ? AND unit = ?"
        return {gram for gram in grams if self._all(has_run if len(gram) > 1 else has_word, _key(gram))}

    def add(self, grams: Mapping[Gram, float], weights: Mapping[str, WeightRows], day: int) -> None:
        """Add uses of words and runs, and replace weights; all or nothing."""
        merge = "ON CONFLICT DO UPDATE SET uses = faded(uses, day, excluded.day) + excluded.uses, day = excluded.day"
        words = [(*_key(gram), uses, day) for gram, uses in grams.items() if len(gram) == 1]
        runs = [(*_key(gram), uses, day) for gram, uses in grams.items() if len(gram) > 1]
        learned = [(part, *row) for part, rows in weights.items() for row in rows]
        with transaction(self._connection):
            self._connection.executemany(f"INSERT INTO word VALUES (?, ?, ?) {merge}", words)
            self._connection.executemany(f"INSERT INTO run VALUES (?, ?, ?, ?) {merge}", runs)
            self._connection.executemany("INSERT OR REPLACE INTO weight VALUES (?, ?, ?, ?)", learned)
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
            words = [row for row in self._all("SELECT word FROM word") if row[0].casefold() == wanted]
            runs = [
                row
                for row in self._all("SELECT history, unit FROM run")
                if wanted in SEPARATOR.join(row).casefold().split(SEPARATOR)
            ]
            self._connection.executemany("DELETE FROM word WHERE word = ?", words)
            self._connection.executemany("DELETE FROM run WHERE history = ? AND unit = ?", runs)
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

    def _all(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with damage_raised():
            return self._connection.execute(query, values).fetchall()


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


def _key(gram: Gram) -> Gram:
    return (SEPARATOR.join(gram[:-1]), gram[-1]) if len(gram) > 1 else gram


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
