"""Files of tables, of any state: new, old, newer, another program's, damaged, in use."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from autocomplete.io.sqlite_file import Damaged, Fault, Foreign, SqliteFile, damage_raised, fault, transaction

OLD = "CREATE TABLE one (x); -- a comment\nCREATE TABLE two (y)"
NEW = "ALTER TABLE one ADD COLUMN z DEFAULT 7;"


def probe(connection: sqlite3.Connection) -> None:
    if not connection.execute("SELECT y FROM two").fetchall():
        raise Damaged("nothing in it")


@pytest.fixture
def file(tmp_path: Path) -> SqliteFile:
    return SqliteFile(
        tmp_path / "data" / "some.db",
        0x74657374,
        (OLD,),
        foreign="it is another's",
        newer="it is too new",
        fill=lambda connection: connection.execute("INSERT INTO two VALUES ('first')"),
        probe=probe,
        new_pragmas=("auto_vacuum = FULL",),
        timeout_s=0.05,
    )


@pytest.fixture
def raw(file: SqliteFile) -> Iterator[sqlite3.Connection]:
    file.path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(file.path, isolation_level=None)) as connection:
        yield connection


def rows(file: SqliteFile, query: str) -> list[tuple[object, ...]]:
    with closing(file.open()) as connection:
        return connection.execute(query).fetchall()


def test_a_new_file_is_filled_once_and_for_its_owner_alone(file: SqliteFile) -> None:
    assert file.files() == []
    for _ in range(2):
        assert rows(file, "SELECT y FROM two") == [("first",)]
    assert rows(file, "PRAGMA journal_mode") == [("wal",)]
    assert rows(file, "PRAGMA auto_vacuum") == [(1,)]
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_opening_changes_nothing(file: SqliteFile) -> None:
    file.open().close()
    before = file.path.read_bytes()
    file.open().close()
    assert file.path.read_bytes() == before


@pytest.mark.parametrize("private", [False, True])
def test_rights_of_others_are_taken_away_where_that_is_wanted(file: SqliteFile, private: bool) -> None:
    file.open().close()
    file.path.chmod(0o644)
    replace(file, private=private).open().close()
    assert stat.S_IMODE(file.path.stat().st_mode) == (0o600 if private else 0o644)


def test_an_old_file_gets_what_it_lacks(file: SqliteFile) -> None:
    with closing(file.open()) as connection:
        connection.execute("INSERT INTO one VALUES (1)")
    assert rows(replace(file, migrations=(OLD, NEW)), "SELECT * FROM one") == [(1, 7)]
    assert rows(replace(file, migrations=(OLD, NEW)), "SELECT * FROM two") == [("first",)]
    with pytest.raises(Foreign, match="it is too new"):
        file.open()


def test_a_migration_that_fails_leaves_the_old_version(file: SqliteFile) -> None:
    file.open().close()
    with pytest.raises(Damaged, match="no such table"):
        replace(file, migrations=(OLD, "CREATE TABLE three (x); DROP TABLE nine")).open()
    assert rows(file, "SELECT name FROM sqlite_master ORDER BY name") == [("one",), ("two",)]


def test_files_of_others_are_not_touched(file: SqliteFile, raw: sqlite3.Connection) -> None:
    raw.execute("CREATE TABLE notes (text)")
    before = file.path.read_bytes()
    with pytest.raises(Foreign, match="it is another's"):
        file.open()
    with pytest.raises(Foreign):
        file.set_aside()
    assert file.path.read_bytes() == before
    assert file.files() == [file.path]


def test_a_newer_file_is_looked_at_only_where_that_is_allowed(file: SqliteFile) -> None:
    replace(file, migrations=(OLD, NEW)).open().close()
    with closing(file.connect()) as connection:
        assert not file.check(connection, allow_newer=True)
        with pytest.raises(Foreign):
            file.check(connection)


@pytest.mark.parametrize("damage", ["no database", "torn", "a page", "a table is gone", "what must be there is not"])
def test_a_damaged_file_is_moved_aside_with_its_journals_and_a_sound_one_stays(file: SqliteFile, damage: str) -> None:
    with closing(file.open()) as connection:
        connection.executemany("INSERT INTO one VALUES (?)", [("x" * 100,)] * 500)
        if damage == "a table is gone":
            connection.execute("DROP TABLE two")
        elif damage == "what must be there is not":
            connection.execute("DELETE FROM two")
    assert file.set_aside() is None or damage in ("a table is gone", "what must be there is not")
    data = file.path.read_bytes() if file.path.exists() else b""
    broken = {
        "no database": b"\x00rubbish" * 999,
        "torn": data[:5000],
        "a page": data[:8192] + os.urandom(8192) + data[16384:],
    }
    if damage in broken:
        file.path.write_bytes(broken[damage])
        aside = file.set_aside()
        assert aside == file.path.with_name("some.damaged-1.db")
        assert aside.read_bytes()[100:] == broken[damage][100:]  # but for the head
    assert file.path.with_name("some.damaged-1.db") in file.files()
    assert rows(file, "SELECT y FROM two") == [("first",)]
    file.path.write_bytes(b"\x00rubbish" * 999)
    assert file.set_aside() == file.path.with_name("some.damaged-2.db")
    assert not Path(f"{file.path}.lock").exists()


def test_one_program_at_a_time_moves_a_file_aside(file: SqliteFile) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(b"rubbish" * 999)
    with FileLock(f"{file.path}.lock"), pytest.raises(TimeoutError):
        file.set_aside()
    assert file.set_aside() is not None
    assert file.set_aside() is None  # nothing is damaged any more


def test_a_transaction_happens_whole_or_not_at_all(file: SqliteFile) -> None:
    with closing(file.open()) as connection:
        with pytest.raises(ZeroDivisionError), transaction(connection):
            connection.execute("INSERT INTO one VALUES (1)")
            raise ZeroDivisionError
        with transaction(connection):
            connection.execute("INSERT INTO one VALUES (2)")
        assert connection.execute("SELECT x FROM one").fetchall() == [(2,)]


def test_kinds_of_faults(file: SqliteFile, raw: sqlite3.Connection) -> None:
    with closing(file.open()) as connection:
        raw.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as locked, transaction(connection):
            pass
        raw.execute("ROLLBACK")
        connection.execute("PRAGMA max_page_count = 4")
        with pytest.raises(sqlite3.OperationalError) as full:
            connection.execute("INSERT INTO one VALUES (?)", ("x" * 99_999,))
        with pytest.raises(Damaged), damage_raised():  # bytes that are no text
            connection.execute("SELECT CAST(x'ff' AS TEXT)").fetchall()
        with pytest.raises(sqlite3.ProgrammingError) as misuse:
            connection.execute("SELECT ?", ())
    assert [fault(found.value) for found in (locked, full, misuse)] == [Fault.LOCKED, Fault.FULL, Fault.OTHER]
