"""The recorder: words reach the store in batches; a store that is locked, damaged or out of reach never stops the writer."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from autocomplete.evaluation.history import recorder
from autocomplete.evaluation.history.recorder import Recorder
from autocomplete.evaluation.history.store import OutcomeStore
from tests.evaluation.history.test_store import WORD


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outcomes.db"


def test_words_are_written_in_batches_and_the_rest_at_the_end(path: Path) -> None:
    told: list[str] = []
    recording = Recorder(OutcomeStore(path), told.append, batch=3)
    for n in range(1, 6):
        recording.word(replace(WORD, n_chars=n))
    recording.delay("key", 4)
    recording.close()
    assert [word.n_chars for word in OutcomeStore(path).newest(10)] == [1, 2, 3, 4, 5]
    assert OutcomeStore(path).delays() == {("key", 4): 1}
    assert told == []


def test_what_a_lock_kept_back_is_written_later(path: Path) -> None:
    told: list[str] = []
    OutcomeStore(path).add([WORD])
    recording = Recorder(OutcomeStore(path, patience_s=0.0), told.append, batch=2)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        recording.word(WORD)
        recording.delay("key", 4)
        recording.flush().result()
        other.execute("ROLLBACK")
    recording.word(WORD)
    recording.close()
    assert OutcomeStore(path).days()[0].words == 3
    assert OutcomeStore(path).delays() == {("key", 4): 1}
    assert told == []


def test_a_lock_that_lasts_costs_the_oldest_words_and_is_told_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "MOST_WAITING", 2)
    told: list[str] = []
    OutcomeStore(path).add([WORD])
    recording = Recorder(OutcomeStore(path, patience_s=0.0), told.append, batch=100)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for n in range(10, 15):
            recording.word(replace(WORD, n_chars=n))
            recording.flush().result()
        other.execute("ROLLBACK")
    recording.close()
    assert [word.n_chars for word in OutcomeStore(path).newest(10)] == [5, 13, 14]
    assert len(told) == 1
    assert "dropped" in told[0]


def test_a_damaged_store_is_told_and_costs_no_new_word(path: Path) -> None:
    path.write_bytes(b"rubbish" * 999)
    told: list[str] = []
    recording = Recorder(OutcomeStore(path), told.append, batch=1)
    recording.word(WORD)
    recording.word(WORD)
    recording.close()
    assert OutcomeStore(path).days()[0].words == 2
    assert len(told) == 1


def test_a_store_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    told: list[str] = []
    recording = Recorder(OutcomeStore(tmp_path / "file" / "outcomes.db"), told.append, batch=1)
    recording.word(WORD)
    recording.word(WORD)
    recording.close()
    assert len(told) == 1
    assert "not stored" in told[0]


def test_forgetting_drops_what_waits(path: Path) -> None:
    recording = Recorder(OutcomeStore(path), pytest.fail)
    recording.word(WORD)
    recording.forget()
    recording.close()
    assert not path.exists()
