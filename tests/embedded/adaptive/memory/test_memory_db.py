"""The file of what is remembered: real files, real processes, real damage."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autocomplete.embedded.adaptive.memory import memory_db
from autocomplete.embedded.adaptive.memory.memory_db import (
    HALF_LIFE,
    MOST_BYTES,
    MOST_RUNS,
    MOST_WORDS,
    MemoryDb,
    memory_file,
)
from autocomplete.io.sqlite_file import Damaged, Foreign

DAY = 20_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "memory.sqlite"


@pytest.fixture
def file(path: Path) -> Iterator[MemoryDb]:
    with closing(MemoryDb(path, DAY)) as found:
        yield found


def add(file: MemoryDb, words: Mapping[str, float], runs: Mapping[tuple[str, ...], float], day: int = DAY) -> None:
    file.add({**{(word,): n for word, n in words.items()}, **runs}, {}, day)


@pytest.mark.skipif(os.name != "posix", reason="needs permissions")
def test_only_the_owner_may_read_it(path: Path, file: MemoryDb) -> None:
    add(file, {"Grundlach": 2}, {})
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {found.stat().st_mode & 0o777 for found in memory_file(path, DAY).files()} == {0o600}


@pytest.mark.skipif(os.name != "posix", reason="needs permissions")
def test_rights_that_others_were_given_are_taken_away(path: Path) -> None:
    MemoryDb(path, DAY).close()
    path.chmod(0o644)
    MemoryDb(path, DAY).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_uses_are_added_and_fade(file: MemoryDb) -> None:
    add(file, {"Ann": 2}, {("dear", "Ann"): 4, ("dear", "Bob"): 2})
    add(file, {"Ann": 1}, {("dear", "Bob"): 4}, DAY + int(HALF_LIFE))
    later = DAY + int(HALF_LIFE)
    assert file.words(later) == [("Ann", 2.0)]
    assert file.successors(["dear"], later, 9) == [("Bob", 5.0), ("Ann", 2.0)]
    assert file.successors(["dear"], later, 1) == [("Bob", 5.0)]
    assert file.successors(["dear", "Bob"], later, 9) == []
    assert file.runs(later)[0] == (("dear", "Bob"), 5.0)


def test_a_clock_that_went_back_makes_nothing_grow(file: MemoryDb) -> None:
    add(file, {"Ann": 2}, {})
    assert file.words(DAY - 500) == [("Ann", 2.0)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.integers(1, 5)), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_are_the_sum_of_what_was_added(path: Path, added: list[tuple[str, str, int]]) -> None:
    path.unlink(missing_ok=True)
    expected: dict[str, float] = {}
    with closing(MemoryDb(path, DAY)) as one, closing(MemoryDb(path, DAY)) as other:
        for i, (history, unit, n) in enumerate(added):
            add((one, other)[i % 2], {}, {(history, unit): n})
            if history == "a":
                expected[unit] = expected.get(unit, 0.0) + n
        assert dict(one.successors(["a"], DAY, 9)) == dict(other.successors(["a"], DAY, 9)) == expected


def test_what_faded_most_makes_room(file: MemoryDb, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_RUNS > MOST_WORDS > 100
    monkeypatch.setattr(memory_db, "MOST_WORDS", 10)
    monkeypatch.setattr(memory_db, "MOST_RUNS", 10)
    add(file, {f"w{i}": i + 1 for i in range(30)}, {("a", f"w{i}"): i + 1 for i in range(30)})
    assert [word for word, _ in file.words(DAY)] == [f"w{i}" for i in range(29, 20, -1)]
    assert len(file.runs(DAY)) == 9


def test_the_file_stays_small_whatever_is_written(path: Path, file: MemoryDb, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_BYTES == 5_000_000
    monkeypatch.setattr(memory_db, "MOST_BYTES", 200_000)
    for i in range(8):
        add(file, {}, {("東京" * 10, f"{'山' * 20}{i}{j}"): 1 + j for j in range(400)})
        assert sum(found.stat().st_size for found in memory_file(path, DAY).files() if "shm" not in found.name) <= 200_000
    assert len(file.runs(DAY)) > 100


def test_a_word_and_all_with_it_is_forgotten_on_disk_too(path: Path, file: MemoryDb) -> None:
    runs = {("dear", "Xavrenko"): 2, ("Xavrenko", "is"): 2, ("of", "xavrenko", "is"): 3, ("dear", "Ann"): 2}
    add(file, {"Xavrenko": 2, "Ann": 3}, runs)
    assert file.forget_word("XAVRENKO")
    assert not file.forget_word("Xavrenko")
    assert file.words(DAY) == [("Ann", 3.0)]
    assert file.runs(DAY) == [(("dear", "Ann"), 2.0)]
    for found in memory_file(path, DAY).files():
        assert b"avrenko" not in found.read_bytes() or found.name.endswith("-shm")


def test_emptying_leaves_nothing_on_disk_though_another_has_it_open(path: Path, file: MemoryDb) -> None:
    add(file, {"Xavrenko": 2}, {("dear", "Xavrenko"): 2})
    with closing(MemoryDb(path, DAY)) as other:
        assert other.words(DAY)
        file.empty()
        assert other.words(DAY) == []
        assert all(b"avrenko" not in found.read_bytes() for found in memory_file(path, DAY).files())


@pytest.mark.parametrize("content", [b"no database, but a text of some length " * 200, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_damaged_file_says_so_and_can_be_set_aside(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(Damaged):
        MemoryDb(path, DAY)
    aside = memory_file(path, DAY).set_aside()
    assert aside is not None
    assert aside.read_bytes() == content
    MemoryDb(path, DAY).close()
    path.write_bytes(content)
    assert memory_file(path, DAY).set_aside() != aside
    assert len(memory_file(path, DAY).files()) == 2


def test_damage_in_the_middle_is_found_when_it_is_met(path: Path) -> None:
    with closing(MemoryDb(path, DAY)) as file:
        add(file, {}, {("a", f"{i:060}"): 1 for i in range(3000)})
    content = bytearray(path.read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(Damaged), closing(MemoryDb(path, DAY)) as file:
        file.runs(DAY)


def test_other_databases_and_newer_versions_are_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (name)")
    before = path.read_bytes()
    with pytest.raises(Foreign, match="not a memory"):
        MemoryDb(path, DAY)
    assert path.read_bytes() == before
    path.unlink()
    MemoryDb(path, DAY).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 999")
    before = path.read_bytes()
    with pytest.raises(Foreign, match="newer version"):
        MemoryDb(path, DAY)
    assert path.read_bytes() == before


def test_an_older_version_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(MemoryDb(path, DAY)) as file:
        add(file, {"Ann": 2}, {})
    more = (*memory_db.MIGRATIONS, "CREATE TABLE extra (x); INSERT INTO extra VALUES (7);")
    monkeypatch.setattr(memory_db, "MIGRATIONS", more)
    for _ in range(2):
        with closing(MemoryDb(path, DAY + 9)) as file:
            assert file.words(DAY) == [("Ann", 2.0)]
            assert file.facts().since == DAY
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT * FROM extra").fetchall() == [(7,)]
        assert raw.execute("PRAGMA user_version").fetchone() == (2,)


ADDING = """
import sys
from pathlib import Path
from autocomplete.embedded.adaptive.memory.memory_db import MemoryDb
file = MemoryDb(Path(sys.argv[1]), 20000)
for i in range(50):
    file.add({("shared",): 1, (sys.argv[2],): 1, ("the", "shared"): 1, ("the", sys.argv[2] + str(i)): 1}, {}, 20000)
file.close()
"""


def test_two_processes_that_learn_at_once_lose_nothing(path: Path) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", ADDING, str(path), name]) for name in ("one", "two")]
    assert [process.wait(60) for process in processes] == [0, 0]
    with closing(MemoryDb(path, DAY)) as file:
        assert dict(file.words(DAY)) == {"shared": 100.0, "one": 50.0, "two": 50.0}
        assert len(file.runs(DAY)) == 101
