"""What was answered once is at hand ever after."""

from __future__ import annotations

import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from autocomplete.backends.embedded import EmbeddedBackend
from autocomplete.backends.recorded import AnswerMissing, RecordedBackend
from autocomplete.backends.scripted import ScriptedBackend
from autocomplete.core.backend import Capabilities, Request
from autocomplete.core.distribution import Distribution, Usage
from autocomplete.errors import BackendUnavailable, ConfigError
from autocomplete.evaluation.records import Document
from autocomplete.evaluation.replay.runner import replay_all
from tests.evaluation.typing_reference import VOCABULARIES, Model, fresh

MODEL = Model(5, VOCABULARIES[0], top_k=6)
TEXT = MODEL.text(12)
ODD = Distribution(((b" \xc3", 1 / 3), ("é".encode(), 0.1)), 1 / 7, end=0.2, usage=Usage(9, 1))


async def replayed(backend: RecordedBackend) -> list[tuple[float, float, str]]:
    found = await replay_all(fresh(backend, 0.5, 0.2), [Document("", TEXT)])
    return list(zip(found.outcomes.low.tolist(), found.outcomes.high.tolist(), found.outcomes.completion, strict=True))


async def test_a_replay_is_paid_once_and_offline_afterwards_at_any_cutoff(tmp_path: Path) -> None:
    path = tmp_path / "new" / "answers.db"
    first = RecordedBackend(MODEL.backend(), path)
    found = await replayed(first)
    assert first.asked == len(first) > 0
    await first.aclose()
    inner = MODEL.backend()
    again = RecordedBackend(inner, path, offline=True)
    assert await replayed(again) == found
    assert inner.requests == []
    await again.aclose()
    assert inner.closed


async def test_a_run_that_was_broken_off_asks_for_the_rest_only(tmp_path: Path) -> None:
    whole = RecordedBackend(MODEL.backend(), tmp_path / "whole.db")
    await replayed(whole)
    n_left = 7

    def answer(request: Request) -> Distribution | BackendUnavailable:
        nonlocal n_left
        n_left -= 1
        return MODEL.answer(request) if n_left >= 0 else BackendUnavailable("gone")

    path = tmp_path / "half.db"
    broken = RecordedBackend(ScriptedBackend(answer, name=MODEL.backend().name, capabilities=Capabilities()), path)
    with pytest.raises(BackendUnavailable, match="gone"):
        await replayed(broken)
    await broken.aclose()
    rest = RecordedBackend(MODEL.backend(), path)
    await replayed(rest)
    assert rest.asked == whole.asked - 7
    await rest.aclose()
    await whole.aclose()


async def test_offline_says_how_many_answers_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    with pytest.raises(ConfigError, match="no recording"):
        RecordedBackend(MODEL.backend(), path, offline=True)
    await RecordedBackend(MODEL.backend(), path).aclose()
    offline = RecordedBackend(MODEL.backend(), path, offline=True)
    with pytest.raises(AnswerMissing, match=r"at least \d\d? answers? of random 5: run once without offline"):
        await replayed(offline)
    assert offline.missing > 1
    await offline.aclose()


async def test_every_number_and_byte_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    for inner in (ScriptedBackend({"a": ODD}), ScriptedBackend({})):
        backend = RecordedBackend(inner, path)
        answer = await backend.next_tokens(Request("a", b"ignored"))
        assert (answer, answer.usage) == (ODD, ODD.usage)
        await backend.aclose()


async def test_models_and_what_they_can_do_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    able = Capabilities(filters=True, continues=False, where="there")
    one = RecordedBackend(ScriptedBackend({"a": {"b": 0.5}}, capabilities=able), path)
    await one.next_tokens(Request("a", b"b"))
    await one.aclose()
    other = ScriptedBackend({"a": {"c": 0.5}}, capabilities=able, name="another")
    elsewhere = ScriptedBackend({"a": {"c": 0.5}}, capabilities=Capabilities(where="elsewhere"))
    for inner in (other, elsewhere):
        backend = RecordedBackend(inner, path)
        assert (await backend.next_tokens(Request("a", b"b"))).tokens[0][0] == b"c"
        await backend.aclose()
    here = Capabilities(where="there", address="there:8000/v1")  # it has not found out yet what it can do
    offline = RecordedBackend(ScriptedBackend({}, capabilities=here), path, offline=True)
    assert offline.capabilities == replace(able, address="there:8000/v1")
    assert (await offline.next_tokens(Request("a", b"b"))).tokens[0][0] == b"b"
    with pytest.raises(AnswerMissing):
        await offline.next_tokens(Request("a", b"x"))
    await offline.aclose()


async def test_the_text_is_not_in_the_file_and_others_cannot_read_it(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    backend = RecordedBackend(ScriptedBackend({}, default={"x": 0.5}), path)
    await backend.next_tokens(Request("Dear Dr. Zhivago, my secret is"))
    await backend.aclose()
    found = b"".join(file.read_bytes() for file in tmp_path.iterdir())  # noqa: ASYNC240 - nothing else waits here
    assert b"Zhivago" not in found
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_damaged_file_is_moved_aside_and_told(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    path.write_bytes(b"SQLite format 3\0" + b"and then no database" * 100)
    backend = RecordedBackend(ScriptedBackend({}, default={"x": 0.5}), path)
    assert backend.notice == "The recording was damaged: it lies in answers.damaged-1.db now, and a new one was begun."
    await backend.next_tokens(Request("a"))
    assert len(backend) == 1
    assert (tmp_path / "answers.damaged-1.db").read_bytes().endswith(b"and then no database")
    await backend.aclose()


def test_a_text_is_not_taken_for_a_damaged_recording(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ann, it was good to see you.", encoding="utf-8")
    for offline in (False, True):
        with pytest.raises(ConfigError, match=r"letter.txt is no recording: name another file."):
            RecordedBackend(ScriptedBackend({}), letter, offline=offline)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert letter.read_text(encoding="utf-8").startswith("Dear Ann")


async def test_another_program_that_holds_it_is_no_reason_to_move_it_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autocomplete.backends.recorded.PATIENCE_S", 0.01)
    path = tmp_path / "answers.db"
    backend = RecordedBackend(ScriptedBackend({}, default={"x": 0.5}), path)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(ConfigError, match=r"Another program holds the recording .*: try again later"):
        await backend.next_tokens(Request("a"))
    holder.close()
    await backend.next_tokens(Request("a"))
    backend._connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(ConfigError, match=r"no room for the recording .* free some space"):
        for number in range(999):
            await backend.next_tokens(Request(f"{number}"))
    await backend.aclose()


def test_files_of_others_and_of_newer_versions_are_left_alone(tmp_path: Path) -> None:
    foreign, newer = tmp_path / "foreign.db", tmp_path / "newer.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    RecordedBackend(ScriptedBackend({}), newer)._connection.close()
    connection = sqlite3.connect(newer)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ConfigError, match="another program's database"):
        RecordedBackend(ScriptedBackend({}), foreign)
    with pytest.raises(ConfigError, match="newer version"):
        RecordedBackend(ScriptedBackend({}), newer)
    with pytest.raises(ConfigError, match=r"Cannot read .*directory"):
        RecordedBackend(ScriptedBackend({}), tmp_path)
    with pytest.raises(ConfigError, match="it learns"):
        RecordedBackend(EmbeddedBackend(), tmp_path / "new.db")
