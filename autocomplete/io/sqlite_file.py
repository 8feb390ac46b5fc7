"""Opens SQLite files that may be damaged, another program's, in use by others, or of a newer version.

Invariant: a file that another program made or a newer version wrote is not changed; a damaged one is moved aside, never
deleted or trusted; a new one, and its folder, are for their owner's eyes only.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from itertools import count
from pathlib import Path

from autocomplete.errors import ConfigError
from autocomplete.io.atomic_write import make_private_folder

#: What is appended to the names of the files that a database consists of.
_ENDINGS = ("", "-wal", "-shm", "-journal")


class Damaged(Exception):
    """The file is no database, or lacks something that it must hold."""


class Foreign(ConfigError):
    """The file is sound, but another program's or of a newer version: it must be left as it is."""


class Fault(Enum):
    """The kinds of what SQLite complains about."""

    DAMAGED = auto()
    LOCKED = auto()
    FULL = auto()
    OTHER = auto()


def fault(error: sqlite3.Error) -> Fault:
    """Return the kind of an error.

    >>> with closing(sqlite3.connect(":memory:")) as connection:
    ...     try:
    ...         connection.execute("SELECT * FROM words")
    ...     except sqlite3.Error as error:
    ...         fault(error)
    <Fault.DAMAGED: 1>
    """
    undecodable = isinstance(error, sqlite3.OperationalError)  # errors of Python itself have no code
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR if undecodable else sqlite3.SQLITE_MISUSE) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):  # ERROR: such as a missing table
        return Fault.DAMAGED
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
        return Fault.LOCKED
    return Fault.FULL if code == sqlite3.SQLITE_FULL else Fault.OTHER


@contextmanager
def damage_raised() -> Iterator[None]:
    """Raise Damaged in place of an error of SQLite that means damage; any other one stays."""
    try:
        yield
    except sqlite3.Error as error:
        if fault(error) is Fault.DAMAGED:
            raise Damaged(str(error)) from error
        raise


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Make changes that happen together or not at all. Raises Damaged or sqlite3.Error.

    It begins before the first read, to wait for others there, and not between a read and the write that follows from it.
    """
    with damage_raised():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A file of tables at `path`, which several programs may use at once.

    `application_id` marks it as one of ours. `migrations`: one script for each version; one that was released is never
    changed, and a file of version n gets those from n on. `fill` puts into a new file what it begins with, `probe` raises
    where something that it must hold is missing. `foreign`, `newer`: the messages for another program's file, and for one of
    a newer version. `pragmas` are set for every connection, `new_pragmas` for a new file. `timeout_s`: how long to wait for
    other programs. `private`: rights that others were given on the file are taken away.
    """

    path: Path
    application_id: int
    migrations: Sequence[str]
    foreign: str
    newer: str
    fill: Callable[[sqlite3.Connection], object] = lambda connection: None
    probe: Callable[[sqlite3.Connection], object] = lambda connection: None
    pragmas: tuple[str, ...] = ()
    new_pragmas: tuple[str, ...] = ()
    timeout_s: float = 5.0
    private: bool = False

    def open(self, *, check_same_thread: bool = True) -> sqlite3.Connection:
        """Return a connection without implicit transactions, in WAL mode; the file is made where there is none.

        Raises Damaged, Foreign, sqlite3.Error where the file cannot be used now, OSError where it cannot be made.
        """
        make_private_folder(self.path.parent)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        if self.private and os.name == "posix" and self.path.stat().st_mode & 0o077:
            self.path.chmod(0o600)
        connection = self.connect(check_same_thread=check_same_thread)
        try:
            with damage_raised():
                is_new = self.check(connection)
                # NORMAL: in WAL mode a power cut loses the last transactions, never the file.
                pragmas = (*self.new_pragmas * is_new, *self.pragmas, "journal_mode = WAL", "synchronous = NORMAL")
                for pragma in pragmas:
                    connection.execute(f"PRAGMA {pragma}")
                self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def connect(self, *, check_same_thread: bool = True) -> sqlite3.Connection:
        """Return a connection to the file as it is, unchecked."""
        return sqlite3.connect(self.path, timeout=self.timeout_s, isolation_level=None, check_same_thread=check_same_thread)

    def check(self, connection: sqlite3.Connection, *, allow_newer: bool = False) -> bool:
        """Change nothing; return whether the file is empty.

        Raises Foreign where it is another program's or, unless that is allowed, a newer version's.
        """
        version = _number(connection, "PRAGMA user_version")
        # Before its mark is read: another program may be filling the file just now, and marks it in the same transaction.
        is_empty = _number(connection, "SELECT count(*) FROM sqlite_master") == 0
        application_id = _number(connection, "PRAGMA application_id")
        if not is_empty and application_id != self.application_id:
            raise Foreign(self.foreign)
        if version > len(self.migrations) and not allow_newer:
            raise Foreign(self.newer)
        return is_empty

    def _migrate(self, connection: sqlite3.Connection) -> None:
        newest = len(self.migrations)
        if _number(connection, "PRAGMA user_version") >= newest:
            return
        with transaction(connection):
            version = _number(connection, "PRAGMA user_version")  # another process may have been quicker
            if version >= newest:
                return
            for script in self.migrations[version:]:
                for statement in script.split(";"):
                    connection.execute(statement)
            if version == 0:
                self.fill(connection)
            connection.execute(f"PRAGMA application_id = {self.application_id}")
            connection.execute(f"PRAGMA user_version = {newest}")

    def verify(self, connection: sqlite3.Connection) -> None:
        """Read the whole file. Raises Damaged where a page makes no sense, or something that must be there is not."""
        with damage_raised():
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise Damaged("damaged pages")
            self.probe(connection)

    def set_aside(self) -> Path | None:
        """Move the damaged file out of the way of a new one, with what SQLite keeps beside it; return where it is now.

        Another program may be doing the same: one at a time, and only what is damaged still, else None is returned. Raises
        TimeoutError where another is still at it, sqlite3.Error where it is in use, OSError where it cannot be moved.
        """
        from filelock import FileLock

        lock = Path(f"{self.path}.lock")
        with FileLock(lock, timeout=self.timeout_s, mode=0o600):
            try:
                if self._is_sound():
                    return None
                numbered = (self.path.with_name(f"{self._damaged}{n}{self.path.suffix}") for n in count(1))
                aside = next(path for path in numbered if not path.exists())
                for ending in _ENDINGS:
                    with suppress(FileNotFoundError):
                        Path(f"{self.path}{ending}").replace(f"{aside}{ending}")
                return aside
            finally:
                with suppress(OSError):  # Windows deletes no open file
                    lock.unlink()

    def _is_sound(self) -> bool:
        try:
            with closing(self.open()) as connection:
                self.verify(connection)
        except Damaged:
            return False
        return True

    @property
    def _damaged(self) -> str:
        return f"{self.path.stem}.damaged-"

    def files(self) -> list[Path]:
        """Return the files that it consists of, and those that were set aside as damaged, as far as they exist."""
        aside = sorted(self.path.parent.glob(f"{self._damaged}*{self.path.suffix}*")) if self.path.parent.is_dir() else []
        return [path for path in (*(Path(f"{self.path}{ending}") for ending in _ENDINGS), *aside) if path.exists()]


def _number(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])
