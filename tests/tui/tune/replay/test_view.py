"""The tuner on a screen: slider, figures, text, goals, models and saving."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import MouseScrollUp
from textual.widgets import OptionList

from autocomplete.editor import MEASURES, ReplaySummary
from autocomplete.evaluation import Document
from autocomplete.evaluation.calibration.calibration import InForce
from autocomplete.evaluation.goals.goals import Goal, Kind
from tests.evaluation.cases import SENTENCE, texts, tuned, two, whole
from tests.support.tuner_app import At, own_settings, tuning
from tui.instruments.chart import text
from tui.tune.render import cell_at
from tui.tune.replay.app import TunerApp
from tui.widgets.help import HelpScreen
from tui.widgets.picker import Picker


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return own_settings(tmp_path, monkeypatch)


async def test_it_begins_at_what_is_recommended() -> None:
    async with tuning() as at:
        assert at.tuner.cutoff == whole().advice.cutoff
        assert "recommended" in at.rows("slider")
        assert "yours .60 △" in at.rows("slider")


async def test_keys_move_it() -> None:
    async with tuning() as at:
        for keys, cutoff in (
            (("7", "5"), 0.75),
            (("up", "7"), 0.7),
            (("up", "7", "5", "3"), 0.3),
            (("up", "5", "0", "left"), 0.49),
            (("5", "0", "right", "right"), 0.52),
            (("5", "0", "shift+right"), 0.55),
            (("5", "0", "ctrl+left"), 0.45),
            (("home",), 0.05),
            (("end",), 1.0),
            (("9", "9", "right"), 0.995),
            (("home", "left"), 0.05),
            (("0", "1"), 0.05),
        ):
            await at.press(*keys)
            assert at.tuner.cutoff == cutoff, keys


async def test_below_what_was_replayed_it_says_so() -> None:
    async with tuning() as at:
        await at.press("0", "1")
        assert "Below .05 nothing was replayed." in at.rows("advice")
        await at.press("right")
        assert "Below" not in at.rows("advice")


async def test_the_mouse_moves_and_drags_it() -> None:
    async with tuning() as at:
        width = at.tuner.slider.size.width
        await at.pilot.mouse_down("#tuner-slider", offset=(cell_at(0.3, width), 0))
        await at.pilot.pause()
        assert at.tuner.cutoff == pytest.approx(0.3, abs=0.02)
        await at.pilot.hover("#tuner-slider", offset=(cell_at(0.8, width), 0))
        await at.pilot.pause()
        assert at.tuner.cutoff == pytest.approx(0.8, abs=0.02)
        await at.pilot.mouse_up("#tuner-slider", offset=(cell_at(0.8, width), 0))
        await at.pilot.hover("#tuner-slider", offset=(cell_at(0.5, width), 0))
        await at.pilot.pause()
        assert at.tuner.cutoff == pytest.approx(0.8, abs=0.02)


async def test_figures_follow_and_tell_which_way_they_moved() -> None:
    async with tuning() as at:
        await at.press("5", "0")
        before = at.rows("figures")
        await at.press("8", "0")
        after = at.rows("figures")
        assert before != after
        assert f"{whole().at(0.8)['savings'].value:.1%} ↓" in after
        assert "–" in after.splitlines()[2]


async def test_recommended_again() -> None:
    async with tuning() as at:
        await at.press("home", "r")
        assert at.tuner.cutoff == whole().advice.cutoff


async def test_a_goal_is_not_told_as_if_it_were_in_force_where_the_slider_was_moved_away() -> None:
    async with tuning() as at:
        assert at.rows("advice").startswith("▲ precision=0.9: certified")
        for keys in (("5", "0"), ("g", *"savings", "enter", "left")):
            await at.press(*keys)
            assert at.rows("advice").startswith("▲ r goes to .66, which is recommended: precision=0.9: certified")
        assert "…" not in at.rows("advice")
        await at.press("r")
        assert at.rows("advice").startswith("▲ precision=0.9: certified")


async def test_the_text_follows_the_slider_and_stands_still() -> None:
    async with tuning() as at:
        await at.press("5", "0")
        low = at.rows("text")
        await at.press("end")
        high = at.rows("text")
        assert "✗" in low
        assert "✗" not in high
        assert low.replace("✗", " ").split() == high.split()
        assert [len(row) for row in low.splitlines()] == [len(row) for row in high.splitlines()]


async def test_going_through_wrong_words_tells_what_was_shown() -> None:
    async with tuning() as at:
        await at.press("5", "0", "n")
        assert at.rows("selection") == "✗ “sad” before its first letter, for “so”"
        first = at.tuner.text.picked
        await at.press("n")
        assert at.tuner.text.picked != first
        await at.press("N")
        assert at.tuner.text.picked == first
        await at.press("N")
        assert "no further word" in at.rows("advice")


async def test_a_picked_word_stays_picked_while_the_slider_moves() -> None:
    async with tuning() as at:
        await at.press("5", "0", "n", "end")
        assert "nothing is shown for it at 1.00" in at.rows("selection")


async def test_next_wrong_word_scrolls_into_view() -> None:
    async with tuning() as at:
        await at.press("5", "0", *["n"] * 15)
        assert at.tuner.text.picked is not None
        row = at.tuner.text.lines.row_of(*at.tuner.text.picked)
        assert at.tuner.text.top <= row < at.tuner.text.top + at.tuner.text.size.height
        assert at.tuner.text.top > 0


async def test_keys_and_wheel_scroll_it_within_its_bounds() -> None:
    async with tuning() as at:
        await at.press("down", "down")
        assert at.tuner.text.top == 2
        await at.press("up", "up", "up")
        assert at.tuner.text.top == 0
        await at.press(*["pagedown"] * 30)
        assert at.tuner.text.top == len(at.tuner.text.lines) - at.tuner.text.size.height
        await at.pilot._post_mouse_events([MouseScrollUp], "#tuner-text", (3, 3))  # the pilot has no wheel
        await at.pilot.pause()
        assert at.tuner.text.top == len(at.tuner.text.lines) - at.tuner.text.size.height - 3


async def test_a_click_on_a_word_picks_it() -> None:
    async with tuning([two()]) as at:
        await at.press("5", "0")
        column = at.rows("text").splitlines()[1].index("am")
        await at.pilot.click("#tuner-text", offset=(column, 1))
        await at.pilot.pause()
        assert at.rows("selection").startswith("✓ “am”")
        await at.pilot.click("#tuner-text", offset=(1, 1))
        assert "completed" in at.rows("selection")


async def test_several_documents_have_headings_and_are_gone_through() -> None:
    async with tuning([two()]) as at:
        assert "── text 0.txt ─" in at.rows("text")
        await at.press("5", "0", "n", "n")
        assert at.tuner.text.picked is not None
        assert at.tuner.text.picked[0] == 1


async def test_resizing_keeps_the_place() -> None:
    async with tuning() as at:
        await at.press(*["down"] * 8)
        line = at.tuner.text.lines.lines[at.tuner.text.top]
        await at.pilot.resize_terminal(120, 40)
        await at.pilot.pause()
        there = at.tuner.text.lines.lines[at.tuner.text.top]
        assert there.start <= line.start


async def test_control_characters_cannot_reach_the_terminal() -> None:
    hostile = f"{SENTENCE}\n\x1b[2J\t\x07{SENTENCE}\u202e \ud800 {SENTENCE}"
    bad = tuned([Document("\x1b]0;title\x07.txt", hostile)], name="\x1b[31m")
    async with tuning([bad]) as at:
        await at.press("5", "0", "n", "g", "escape", "s", "escape")
        drawn = "".join(at.rows(part) for part in ("title", "text", "selection", "advice", "figures"))
        assert not any(char in drawn for char in "\x1b\x07\t\u202e\ud800")


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q"])
async def test_its_dialogs_can_be_left_like_the_tuner(key: str) -> None:
    async with tuning() as at:
        await at.press("g")
        assert isinstance(at.app.screen, Picker)
        await at.press(key)
        assert at.app.return_code == 0
        assert not at.app.is_running


async def test_a_filter_that_finds_nothing_says_so() -> None:
    async with tuning() as at:
        await at.press("g", *"xyzzy")
        lines = at.app.screen.query_one(OptionList)
        assert [str(line.prompt) for line in lines.options] == ["Nothing here has that in it."]
        await at.press("down", "enter")
        assert isinstance(at.app.screen, Picker)


async def test_a_goal_that_is_not_met_moves_nothing() -> None:
    async with tuning([tuned(whole().documents, wanted=[Goal(Kind.PRECISION, 0.999)])]) as at:
        before = at.tuner.cutoff
        await at.press("g", "enter")
        assert at.tuner.cutoff == before
        assert "99.9" in at.rows("advice")
        await at.press("s")
        assert isinstance(at.app.screen, Picker)
        assert len(at.app.screen.query_one(OptionList).options) == 1


async def test_tab_turns_to_the_reliability_diagram_and_back() -> None:
    async with tuning() as at:
        assert "coverage" in at.rows("charts")
        await at.press("tab")
        assert "●" in at.rows("charts")
        await at.press("tab")
        assert "coverage" in at.rows("charts")


@pytest.mark.parametrize("columns", [64, 80, 100])
async def test_no_word_of_the_reliability_diagram_is_cut(columns: int) -> None:
    async with tuning(size=(columns, 24)) as at:
        await at.press("tab")
        rows = at.rows("charts")
        assert "…" not in rows
        for words in ("right against stated", "error ", " by chance)", "Brier ", "95%", "perfect", "positions"):
            assert words in rows


async def test_a_model_that_could_not_be_asked_is_told_in_the_screen() -> None:
    why = {"openai:x": "No answer from 127.0.0.1:9: is it running?", "openai:\x1b[2J": "Nothing."}
    for size in ((80, 24), (50, 16)):
        app = TunerApp([whole()], left_out=why)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            at = At(app, pilot)
            assert "✗ openai:x is left out: No answer from 127.0.0.1:9" in " ".join(at.rows("left-out").split())
            assert "\x1b" not in at.rows("left-out")
    many = {f"openai:{i}": "Nobody answers, nor will anybody in the time to come, as it seems." for i in range(5)}
    app = TunerApp([whole()], left_out=many)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows = At(app, pilot).rows("left-out").splitlines()
        assert len(rows) == 3
        assert rows[-1] == "✗ 3 more models are left out."
    async with tuning() as at:
        assert not at.tuner.left_out.display


async def test_whether_probabilities_are_calibrated_is_told() -> None:
    async with tuning() as at:
        assert "this machine, not calibrated" in at.rows("title")
    for calibration, told in ((InForce(1200), "calibrated"), (InForce(1200, off=True), "calibration off")):
        found = whole()
        corrected = ReplaySummary(found.replayed, found.documents, name="m", calibration=calibration)
        async with tuning([corrected]) as at:
            assert f"this machine, {told} " in at.rows("title")


async def test_narrow_screens_let_charts_and_text_take_turns() -> None:
    async with tuning(size=(50, 20)) as at:
        assert not at.tuner.text.region
        await at.press("tab", "tab")
        assert "I am so" in at.rows("text")


@pytest.mark.parametrize("size", [(20, 6), (1, 1), (300, 100)])
async def test_any_size_is_drawn(size: tuple[int, int]) -> None:
    async with tuning(size=size) as at:
        await at.press("left", "n", "tab", "down")


async def test_models_stand_side_by_side_and_are_switched() -> None:
    nothing = tuned(whole().documents, name="openai:silent", where="api.example.org", lowest=0.05)
    async with tuning([whole(), nothing]) as at:
        assert "scripted (1 of 2)" in at.rows("title")
        figures = at.rows("figures").splitlines()
        assert figures[1].startswith("▸ scripted")
        await at.press("m")
        assert "openai:silent (2 of 2) · api.example.org" in at.rows("title")
        assert at.rows("figures").splitlines()[2].startswith("▸ openai")
    async with tuning() as at:
        await at.press("m")
        assert "one model only" in at.rows("advice")


async def test_a_goal_moves_the_slider() -> None:
    async with tuning() as at:
        await at.press("g")
        assert isinstance(at.app.screen, Picker)
        await at.press(*"savings", "enter")
        choice = next(choice for choice in whole().choices if choice.goal == "savings=max")
        assert at.tuner.cutoff == choice.cutoff
        assert "savings=max" in at.rows("advice")


async def test_help_tells_all_keys_and_quitting_quits() -> None:
    async with tuning() as at:
        await at.press("f1")
        assert isinstance(at.app.screen, HelpScreen)
        words = {words for _, rows in at.app.screen.groups for _, words in rows}
        assert {"Raise the cutoff by .01", "Leave the tuner"} <= words
        assert dict(at.app.screen.groups)["Figures"] == [(measure.title, measure.about) for measure in MEASURES]
        await at.press("escape", "q")
        assert at.app.return_code == 0


async def test_the_screen_of_a_model_that_knows_nothing() -> None:
    nothing = tuned(texts("Nothing is known of this text by any means."))
    async with tuning([nothing], current=None) as at:
        await at.press("n", "tab", "r", "g", "escape")
        assert "No position has a candidate." in at.rows("charts")
        assert text([]) == ""
