"""What comes of suggestions is scored word by word, stored as numbers, and used to keep a goal without a flicker."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from autocomplete import Autocompleter, Capabilities, ConfigError, Distribution, Request, ScriptedBackend
from autocomplete.editor import PredictionSource, Privacy
from autocomplete.evaluation import OutcomeStore, WordOutcome, parse_goal
from autocomplete.evaluation.calibration.calibration import ModelCalibration
from autocomplete.evaluation.calibration.calibrators import Platt
from autocomplete.evaluation.word_shows import Show
from tests.support.editor import HEARING, RunningEditor, knows
from tests.support.late import Late
from tests.support.outcome_editor import earlier, editor, following, recalled
from tui.tune.usage_recorder import UsageRecorder


def newest(folder: Path) -> list[WordOutcome]:
    return OutcomeStore(folder / "outcomes.db").newest(99)


def stored(folder: Path) -> bytes:
    """Return all that was written."""
    return b"".join(path.read_bytes() for path in folder.glob("outcomes.db*"))


async def test_every_word_typed_or_accepted_is_recorded_once_and_no_text(tmp_path: Path) -> None:
    async with editor(tmp_path) as at:
        await at.type("I look ")
        await at.press("tab")
        await at.type(" to hearing ")
        assert [outcome.keys for outcome in following(at).words][:3] == [1, 5, 2]
    assert len(newest(tmp_path)) == 5
    assert b"forward" not in stored(tmp_path)
    assert b"hearing" not in stored(tmp_path)


async def test_words_under_another_calibration_are_kept_apart(tmp_path: Path) -> None:
    """A cutoff is compared with corrected probabilities, so what it would have shown is of that correction."""
    calibration = ModelCalibration("english", {"word start": Platt(1.0, 0.5)}, {"word start": 500})
    async with editor(tmp_path) as at:
        await at.type("I look ")
        engine = at.app.suggester.autocompleter
        assert engine is not None
        engine.calibration = calibration
        await at.type("forward to ")
        modes = {outcome.source.mode for outcome in following(at).words}
        assert modes == {f"certified, calibrated {calibration.digest}"}
    assert {outcome.source.mode for outcome in newest(tmp_path)} == {"certified", *modes}


async def test_without_a_store_words_count_for_this_session() -> None:
    async with editor() as at:
        await at.type("I look forward ")
        assert len(following(at).words) == 3
        assert not following(at).recording


async def test_shown_and_hidden_predictions_are_scored_alike(tmp_path: Path) -> None:
    async with editor() as at:
        await at.type("I look forward to hearing ")
        plain = [outcome.shows for outcome in following(at).words]
    async with editor(tmp_path, holdout_rate=0.1) as at:
        following(at)._hiding = Always()  # type: ignore[assignment] # hides each word
        await at.type("I look ")
        assert at.area.ghost == ""
        assert "kept back at random" in at.line("status")
        await at.press("ctrl+@")
        assert at.area.ghost == "forward"
        await at.press("escape")
        await at.type("forward to hearing ")
        hidden = list(following(at).words)
    assert [outcome.shows for outcome in hidden] == plain
    assert any(outcome.hidden for outcome in hidden)


def whole_words(request: Request) -> Distribution:
    """Answer exactly: " fr" may be the end of a word, which " om" follows for certain."""
    tokens = [(b" om", 1.0)] if request.context.endswith("fr") else [(b" fr", 0.55), (b" from", 0.3), (b" fro", 0.15)]
    typed = request.starts_with
    return Distribution.from_pairs([pair for pair in tokens if pair[0].startswith(typed)], whole_words=True)


async def test_what_the_cutoff_leaves_open_is_found_out_behind_the_screen() -> None:
    backend = ScriptedBackend(whole_words, name="exact", capabilities=Capabilities(filters=True, local=True))
    async with editor(backend=backend) as at:
        await at.type("we fr")
        outcomes = following(at)
        assert outcomes._settling is not None
        await outcomes._settling
        assert outcomes._model is not None
        (live,) = outcomes._model.lives.values()
        state = live._pending[-1].state
        assert (state.typed, state.completion, state.open) == (" fr", " om", ())
        assert at.area.ghost == ""


class Always:
    def next_word(self) -> bool:
        return True


async def test_what_was_deleted_is_not_held_against_the_model() -> None:
    async with editor() as at:
        await at.type("I lox")
        await at.press("backspace")
        await at.type("ok to ")
        assert [outcome.n_chars for outcome in following(at).words] == [1, 5, 3]
        assert following(at).words.curves.n_shows[59] > 0


async def test_a_word_that_the_cursor_jumped_out_of_is_not_scored() -> None:
    async with editor() as at:
        await at.type("I look forw")
        await at.press("home", "end")
        await at.type("ard to ")
        found = list(following(at).words)
        assert max(len(outcome.labels) for outcome in found[2:]) <= 4
        assert sum(outcome.keys for outcome in found) < len("I look forward to ")


async def test_nothing_is_scored_while_suggestions_are_paused_nor_what_is_pasted() -> None:
    async with editor() as at:
        await at.type("I look ")
        n_words = len(following(at).words)
        await at.press("f2")
        await at.type("forward to ")
        await at.press("f2")
        assert len(following(at).words) == n_words
        at.app.copy_to_clipboard("and so on and on ")
        await at.press("ctrl+v")
        assert len(following(at).words) == n_words
        await at.type("I ")
        assert sum(outcome.n_chars for outcome in following(at).words) < 20


async def test_documents_are_followed_each_for_itself() -> None:
    async with editor() as at:
        await at.type("I lo")
        await at.press("ctrl+n")
        await at.type("I look ")
        await at.press("f8")
        await at.press("ctrl+end")
        await at.type("ok forward ")
        shows = [show for outcome in following(at).words for show in outcome.shows]
        assert any(show.right for show in shows)


async def test_private_files_count_for_the_session_and_are_not_stored(tmp_path: Path) -> None:
    async with editor(tmp_path / "data", path=tmp_path / "my-diary.txt") as at:
        engine = at.app.suggester.autocompleter
        assert engine is not None
        await at.type("I look forward ")
        assert len(following(at).words) == 3
        assert engine.session.privacy is Privacy.PRIVATE
    assert newest(tmp_path / "data") == []


TODAY = date.today().toordinal()
RIGHT = Show(0.0, 0.95, True, 4)


async def test_words_of_earlier_sessions_answer_the_goal_at_once(tmp_path: Path) -> None:
    earlier(tmp_path, RIGHT)
    async with editor(tmp_path, goal="precision=0.9") as at:
        engine, outcomes = at.app.suggester.autocompleter, following(at)
        assert engine is not None
        assert outcomes.goal_gate.tracker is not None
        assert len(outcomes.words) == 300
        assert outcomes.goal_gate.tracker.answer.text.startswith("certified: at least 90% right")
        assert engine.cutoff == outcomes.goal_gate.tracker.cutoff
        assert engine.cutoff < 0.9


async def test_a_goal_never_takes_a_ghost_away_but_the_hand_does() -> None:
    async with editor() as at:
        await at.type("I look forward to hearing ")
        assert at.area.ghost == "from"
        at.app.preferences.hold({"goal": "precision=0.95"})
        at.app.apply_settings()
        await recalled(at)
        await at.type("fr")
        assert at.area.ghost == "om"
        engine = at.app.suggester.autocompleter
        assert engine is not None
        assert engine.cutoff == 0.6
        await at.type("iends ")
        assert engine.cutoff == 0.95
        assert "precision=0.95: cutoff 60% → 95%" in at.line("status")
        await at.press("f3")
        assert following(at).goal_gate.by_hand(engine)
        await at.type("I look ")
        assert engine.cutoff == 0.9


async def test_a_lost_certificate_is_told() -> None:
    told: list[str] = []
    outcomes = UsageRecorder(None, parse_goal("precision=0.9"), told.append, announce=told.append)
    engine = Autocompleter(ScriptedBackend(knows(HEARING), name="english"))
    outcomes.open(engine)
    assert outcomes._reading is not None
    await outcomes._reading
    assert outcomes.goal_gate.tracker is not None
    word = WordOutcome(PredictionSource("m"), 1, 1, 6, 6, shows=(RIGHT,))
    outcomes.goal_gate.take([word] * 200)
    outcomes.goal_gate.take([WordOutcome(PredictionSource("m"), 1, 1, 6, 6, shows=(Show(0.0, 1.0, False, 0),))] * 40)
    assert told == ["precision=0.9: certified now", "precision=0.9: not certified any more"]


async def test_a_damaged_store_is_one_told_line_and_writing_goes_on(tmp_path: Path) -> None:
    (tmp_path / "outcomes.db").write_bytes(b"this is no database at all" * 99)
    async with editor(tmp_path) as at:
        await at.settle()
        assert "The outcome store was damaged" in at.line("status")
        await at.type("I look ")
        assert len(following(at).words) == 2
    assert len(following(at)._warned) == 1
    assert len(newest(tmp_path)) == 2


async def test_a_locked_store_delays_no_key(tmp_path: Path) -> None:
    OutcomeStore(tmp_path / "outcomes.db").add([WordOutcome(PredictionSource("m"), TODAY, 1, 6, 6)])
    holder = sqlite3.connect(tmp_path / "outcomes.db", isolation_level=None)
    async with editor(tmp_path) as at:
        holder.execute("BEGIN EXCLUSIVE")
        await at.type("I look ")
        assert len(following(at).words) == 2
        holder.execute("ROLLBACK")
    holder.close()
    assert len(newest(tmp_path)) == 3


async def test_a_store_that_could_not_be_read_is_read_again_and_no_word_counts_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier(tmp_path, RIGHT, n=30)
    read, locked = OutcomeStore.newest, True

    def newest_if_it_can(self: OutcomeStore, *arguments: Any) -> list[WordOutcome]:
        if locked:
            raise ConfigError("The outcome store is locked.")
        return read(self, *arguments)

    monkeypatch.setattr(OutcomeStore, "newest", newest_if_it_can)
    async with editor(tmp_path, goal="precision=0.9") as at:
        outcomes = following(at)
        assert outcomes.goal_gate.tracker is not None
        assert outcomes.goal_gate.tracker.cutoff == 0.9
        await at.type("I look forward to ")
        assert outcomes._recorder is not None
        await asyncio.wrap_future(outcomes._recorder.flush())
        assert len(outcomes.words) == 4
        locked = False
        again = outcomes._reading_again
        assert again is not None
        again._run()
        await recalled(at)
        assert len(outcomes.words) == 34
        outcomes.set_goal(parse_goal("shows<=5/100 words"))
        await recalled(at)
        assert len(outcomes.words) == 34


async def test_no_pause_is_stored_where_no_word_is(tmp_path: Path) -> None:
    for path, stored in ((tmp_path / "my-diary.txt", False), (tmp_path / "letter.txt", True)):
        async with editor(tmp_path / "data", path=path) as at:
            await at.type("I look forward to ")
            assert following(at)._rhythm.delays
        assert bool(OutcomeStore(tmp_path / "data" / "outcomes.db").delays()) == stored


def change(at: RunningEditor, **held: object) -> None:
    """Change settings while one writes."""
    at.app.preferences.hold(held)
    at.app.apply_settings()


async def test_to_store_nothing_holds_at_once_and_so_does_to_store_again(tmp_path: Path) -> None:
    async with editor(tmp_path) as at:
        await at.type("I look ")
        change(at, store_outcomes=False)
        assert not following(at).recording
        await at.type("forward to ")
        assert len(following(at).words) == 4
        change(at, store_outcomes=True)
        await recalled(at)
        await at.type("hearing from ")
        assert len(following(at).words) == 6
    assert [outcome.n_chars for outcome in newest(tmp_path)][:1] == [1]
    assert 3 <= len(newest(tmp_path)) <= 4  # the words before and after, but for one that was begun between


async def test_to_store_brings_the_words_of_earlier_sessions(tmp_path: Path) -> None:
    earlier(tmp_path, RIGHT, n=20)
    async with editor(tmp_path, store_outcomes=False) as at:
        await at.type("I look ")
        assert len(following(at).words) == 2
        change(at, store_outcomes=True)
        await recalled(at)
        assert len(following(at).words) == 22
        change(at, store_outcomes=False)
        change(at, store_outcomes=True)
        await recalled(at)
        assert len(following(at).words) == 22
    assert len(newest(tmp_path)) == 20


async def test_another_share_of_hidden_words_holds_at_once(tmp_path: Path) -> None:
    async with editor(tmp_path) as at:
        await at.type("I look ")
        assert at.area.ghost == "forward"
        following(at)._rng = Never()  # type: ignore[assignment] # whatever the share, it is hidden
        change(at, holdout_rate=0.1)
        await at.type("forward to hearing ")
        assert at.area.ghost == ""
        assert "kept back at random" in at.line("status")
        change(at, holdout_rate=0.0)
        await at.type("from ")
        assert "kept back" not in at.line("status")


class Never:
    def random(self) -> float:
        return 0.0


async def test_ones_own_pauses_reach_the_gate_while_one_writes() -> None:
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 0.11
        return now

    outcomes = UsageRecorder(None, parse_goal("time"), print, clock=clock)
    outcomes.open(Autocompleter(ScriptedBackend(knows(HEARING), name="english")))
    assert outcomes._reading is not None
    await outcomes._reading
    assert outcomes.goal_gate.tracker is not None
    before = outcomes.goal_gate.tracker.gate
    for at in range(1, 400):
        outcomes.typed("a", 1, at, accepted=False, ghost=False, paused=False)
    assert "your 0.11 s a key" in outcomes.goal_gate.tracker.answer.text
    assert outcomes.goal_gate.tracker.gate != before


def test_pauses_are_measured_and_never_across_a_jump() -> None:
    now = iter([0.0, 0.2, 0.5, 0.6, 0.9, 1.0])
    outcomes = UsageRecorder(None, None, print, clock=lambda: next(now))
    key = {"accepted": False, "paused": False}
    outcomes.typed("a", 1, 1, ghost=False, **key)
    outcomes.typed("a", 1, 2, ghost=False, **key)
    outcomes.typed("a", 1, 3, ghost=True, **key)
    outcomes.moved("a", 3, 3)
    outcomes.moved("a", 3, 0)
    outcomes.typed("a", 1, 1, ghost=False, **key)
    outcomes.typed("b", 1, 1, ghost=False, **key)
    assert sorted(kind for kind, _ in outcomes._rhythm.delays.elements()) == ["ignored", "key"]


async def test_what_a_store_was_given_before_it_was_left_is_written_before_the_end(tmp_path: Path) -> None:
    async with editor(tmp_path) as at:
        await at.type("I look ")
        late = Late()
        change(at, store_outcomes=False)
        await asyncio.sleep(0)
        closing = asyncio.create_task(following(at).close())
        for _ in range(9):
            await asyncio.sleep(0)
        assert not closing.done()
        late.end()
        await closing
        assert len(newest(tmp_path)) == 2


async def test_settings_that_change_while_the_following_begins_hold(tmp_path: Path) -> None:
    async with editor(tmp_path) as at:
        late = Late()
        at.app.outcomes = None
        beginning = asyncio.create_task(at.app.tune.follow_outcomes())
        while not late.n_waiting:
            await at.pilot.pause()
        change(at, store_outcomes=False, goal="savings=max")
        late.end()
        await beginning
        assert (following(at).recording, str(following(at).goal_gate.goal)) == (False, "savings=max")
