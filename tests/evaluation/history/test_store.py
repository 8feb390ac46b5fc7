"""The outcome store: what is written comes back; locked, damaged, foreign and newer files; several programs; forgetting."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.core.distribution import Usage
from autocomplete.errors import ConfigError
from autocomplete.evaluation.history import store
from autocomplete.evaluation.history.store import MIGRATIONS, OutcomeStore, StoreLocked, outcome_file
from autocomplete.evaluation.word_outcome import (
    PredictionSource,
    WordOutcome,
    pack_labels,
    pack_shows,
    unpack_labels,
    unpack_shows,
)
from autocomplete.evaluation.word_shows import Label, Show

ENGLISH = PredictionSource("english", "this machine")
REMOTE = PredictionSource("openai:gpt", "api.example.org", "estimated")
WORD = WordOutcome(
    ENGLISH,
    day=739_000,
    session=7,
    n_chars=5,
    keys=3,
    n_shown=1,
    n_right=1,
    requests=2,
    usage=Usage(10, 1),
    shows=(Show(0.0, 0.2, False, 0), Show(0.2, 0.8, True, 3)),
    labels=(Label(0.8, True, True), Label(0.2, False, False, True)),
    unsettled=(Show(0.4, 0.6, False, 0),),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "outcomes.db"


def test_nothing_is_made_by_looking(path: Path) -> None:
    empty = OutcomeStore(path)
    assert (empty.days(), empty.newest(10), empty.delays(), empty.forget()) == ([], [], {}, False)
    empty.add([])
    assert not path.exists()


def test_words_come_back_in_the_order_they_were_written(path: Path) -> None:
    words = [replace(WORD, n_chars=n) for n in range(1, 8)]
    OutcomeStore(path).add(words[:3])
    OutcomeStore(path).add(words[3:])
    found = OutcomeStore(path).newest(5)
    assert [word.n_chars for word in found] == [3, 4, 5, 6, 7]
    assert [round(show.high, 3) for show in found[0].shows] == [0.2, 0.8]
    assert [round(show.high, 3) for show in found[0].unsettled] == [0.6]
    assert replace(found[0], shows=(), labels=()) == replace(words[2], shows=(), labels=())
    assert [(label.right, label.start, label.estimated) for label in found[0].labels] == [
        (True, True, False),
        (False, False, True),
    ]


def test_sums_are_by_day_and_source(path: Path) -> None:
    OutcomeStore(path).add([WORD, WORD, replace(WORD, day=739_001), replace(WORD, source=REMOTE, hidden=True)])
    first, second, third = OutcomeStore(path).days()
    assert (first.day, first.source, first.words, first.characters, first.keys) == (739_000, ENGLISH, 2, 10, 6)
    assert (first.shown, first.right, first.requests, first.usage) == (2, 2, 4, Usage(20, 2))
    assert (second.source, second.hidden, third.day, third.words) == (REMOTE, 1, 739_001, 1)
    assert len(OutcomeStore(path).newest(10, REMOTE)) == 1


def test_delays_add_up(path: Path) -> None:
    OutcomeStore(path).add_delays({("key", 3): 2, ("ignored", 1): 1})
    OutcomeStore(path).add_delays({("key", 3): 5})
    assert OutcomeStore(path).delays() == {("key", 3): 7, ("ignored", 1): 1}


@given(st.lists(st.builds(Show, st.floats(0, 1), st.floats(0, 1), st.booleans(), st.integers(0, 400))))
def test_packed_shows_are_what_they_were_to_four_digits(shows: list[Show]) -> None:
    settled, unsettled = unpack_shows(pack_shows(shows, shows[::2]))
    for show, found in zip([*shows, *shows[::2]], [*settled, *unsettled], strict=True):
        assert found.high == pytest.approx(show.high, abs=1e-5)
        assert (found.right, found.saved) == (show.right, min(63, show.saved))
    assert len(unsettled) == len(shows[::2])


@given(st.lists(st.builds(Label, st.floats(0, 1), st.booleans(), st.booleans(), st.booleans())))
def test_packed_labels_are_what_they_were(labels: list[Label]) -> None:
    for label, found in zip(labels, unpack_labels(pack_labels(labels)), strict=True):
        assert (found.right, found.start, found.estimated) == (label.right, label.start, label.estimated)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_only_the_user_can_read_it(path: Path) -> None:
    OutcomeStore(path).add([WORD])
    with closing(sqlite3.connect(path)) as held:
        held.execute("SELECT * FROM words").fetchall()
        held.execute("BEGIN IMMEDIATE")
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_no_text_lies_in_it(path: Path) -> None:
    OutcomeStore(path).add([WORD])
    with closing(sqlite3.connect(path)) as connection:
        for table in ("words", "days", "delays"):
            for column in connection.execute(f"PRAGMA table_info({table})").fetchall():
                assert column[2] in ("INTEGER", "BLOB") or (table, column[1]) == ("delays", "kind")


def test_only_the_newest_words_keep_their_details(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_WORDS", 3)
    OutcomeStore(path).add([replace(WORD, n_chars=n) for n in range(1, 8)])
    assert [word.n_chars for word in OutcomeStore(path).newest(100)] == [5, 6, 7]
    assert OutcomeStore(path).days()[0].words == 7
    OutcomeStore(path).add([replace(WORD, day=WORD.day + store.MOST_DAYS + 1)])
    assert len(OutcomeStore(path).newest(100)) == 1


WRITE = """
import sys
from pathlib import Path
from tests.evaluation.history.test_store import WORD
from autocomplete.evaluation.history.store import OutcomeStore
store = OutcomeStore(Path(sys.argv[1]), patience_s=30)
for _ in range(20):
    store.add([WORD, WORD])
"""


def test_several_editors_write_at_once(path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITE, str(path)]) for _ in range(2)]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert OutcomeStore(path).days()[0].words == 80
    assert len(OutcomeStore(path).newest(1000)) == 80


def test_a_locked_store_says_so_and_loses_nothing(path: Path) -> None:
    OutcomeStore(path).add([WORD])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreLocked, match="Another program"):
            OutcomeStore(path, patience_s=0.0).add([WORD])
        other.execute("ROLLBACK")
    OutcomeStore(path).add([WORD])
    assert OutcomeStore(path).days()[0].words == 2


@pytest.mark.parametrize("damage", ["no database", "torn", "overwritten", "a table is gone"])
def test_a_damaged_store_is_moved_aside_and_told(path: Path, damage: str) -> None:
    OutcomeStore(path).add([WORD] * 200)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    data = path.read_bytes()
    if damage == "a table is gone":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE days")
    else:
        path.write_bytes(
            {"no database": b"\x00rubbish" * 999, "torn": data[:5000]}.get(damage, b"")
            or data[:4096] + os.urandom(len(data) - 4096)
        )
    damaged = path.read_bytes()
    found = OutcomeStore(path)
    found.add([WORD])
    assert [word.n_chars for word in found.newest(10)] == [5]
    assert "outcomes.damaged-1.db" in found.notice
    assert "\n" not in found.notice
    assert path.with_name("outcomes.damaged-1.db").read_bytes()[100:] == damaged[100:]  # but for the head
    assert not path.with_name("outcomes.db.lock").exists()


def test_reading_a_damaged_store_is_no_error(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"rubbish" * 999)
    found = OutcomeStore(path)
    assert found.days() == []
    assert "moved" in found.notice or "lies in" in found.notice


def test_who_cannot_tell_leaves_a_damaged_store_to_who_can(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database, " * 99)
    with pytest.raises(ConfigError, match="is damaged"):
        OutcomeStore(path, mending=False).delays()
    assert path.read_bytes() == b"this is no database, " * 99
    store = OutcomeStore(path)
    assert store.newest(5) == []
    assert "was damaged" in store.notice


def test_a_row_that_is_damaged_is_left_out(path: Path) -> None:
    OutcomeStore(path).add([WORD, replace(WORD, n_chars=9)])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE words SET shows = x'0102' WHERE characters = 5")
    assert [word.n_chars for word in OutcomeStore(path).newest(10)] == [9]


def test_what_another_program_repaired_meanwhile_stays(path: Path) -> None:
    """Two programs find the same damage: the second finds a sound store and keeps it."""
    second = OutcomeStore(path)
    OutcomeStore(path).add([WORD])
    second._set_aside()
    assert OutcomeStore(path).days()[0].words == 1
    assert second.notice == ""


def test_one_program_at_a_time_moves_a_damaged_store_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"rubbish" * 999)
    lock = path.with_name("outcomes.db.lock")
    lock.touch()  # of a program that died: no obstacle
    with FileLock(lock), pytest.raises(StoreLocked, match="looking after"):
        OutcomeStore(path, patience_s=0.0).add([WORD])
    OutcomeStore(path).add([WORD])
    assert OutcomeStore(path).days()[0].words == 1


def test_another_programs_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text)")
    with pytest.raises(ConfigError, match="another program's"):
        OutcomeStore(path).add([WORD])
    with pytest.raises(ConfigError, match="another program's"):
        OutcomeStore(path).forget()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_newer_store_is_left_alone(path: Path) -> None:
    OutcomeStore(path).add([WORD])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(ConfigError, match="newer version"):
        OutcomeStore(path).days()
    assert OutcomeStore(path).forget()
    assert not path.exists()


def test_an_old_store_is_brought_up_to_date_with_its_words(path: Path) -> None:
    path.parent.mkdir()
    with closing(replace(outcome_file(path, 1.0), migrations=MIGRATIONS[:1]).open()) as connection:
        connection.execute("INSERT INTO sources VALUES (1, 'english', 'this machine', 'certified')")
        connection.execute("INSERT INTO days VALUES (5, 1, 12, 60, 40, 3, 2, 0, 9, 0, 0)")
    old = OutcomeStore(path)
    assert [(day.day, day.words) for day in old.days()] == [(5, 12)]
    old.add_delays({("key", 1): 1})
    assert OutcomeStore(path).delays() == {("key", 1): 1}


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="Cannot write"):
        OutcomeStore(tmp_path / "file" / "outcomes.db").add([WORD])


def test_forgetting_leaves_no_file(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"rubbish" * 999)
    OutcomeStore(path).add([WORD])
    assert len(list(path.parent.iterdir())) > 1
    assert OutcomeStore(path).forget()
    assert list(path.parent.iterdir()) == []


def test_forgetting_waits_for_who_is_writing(path: Path) -> None:
    OutcomeStore(path).add([WORD])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked):
            OutcomeStore(path, patience_s=0.0).forget()
        other.execute("ROLLBACK")
    assert OutcomeStore(path).days()[0].words == 1


def test_what_is_written_after_forgetting_begins_anew(path: Path) -> None:
    editor = OutcomeStore(path)
    editor.add([WORD])
    OutcomeStore(path).forget()
    editor.add([WORD])
    assert editor.days()[0].words == 1


@pytest.mark.parametrize("n_asked", range(4))
def test_a_store_that_another_program_makes_just_now_is_known_as_ours(path: Path, n_asked: int) -> None:
    path.parent.mkdir()

    class Asking(sqlite3.Connection):
        """A connection beside which another program makes the store after so many questions."""

        left = n_asked

        def execute(self, query: str, *values: Any) -> sqlite3.Cursor:
            if self.left == 0:
                outcome_file(path, 1.0).open().close()
            self.left -= 1
            return super().execute(query, *values)

    with closing(sqlite3.connect(path, isolation_level=None, factory=Asking)) as connection:
        outcome_file(path, 1.0).check(connection)
