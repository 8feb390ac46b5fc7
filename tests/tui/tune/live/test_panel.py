"""The *tune* panel moves the cutoff in force over one's own words: at once, and with no request."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.events import Paste
from textual.widgets import Input, OptionList

from autocomplete.evaluation.word_shows import Show
from tests.support.editor import RunningEditor
from tests.support.outcome_editor import earlier, editor, following, recalled
from tests.support.settings_editor import content, fill, opener, own_settings
from tests.tui.app.test_pictures import SVG, picture
from tui.tune.live.panel import TunePanel
from tui.tune.render import cell_at
from tui.widgets.model_picker import ModelChoice
from tui.widgets.preferences import Preferences


def panel(at: RunningEditor) -> TunePanel:
    return at.app.dock.query_one(TunePanel)


def told(at: RunningEditor) -> str:
    return str(panel(at).render())


def cutoff(at: RunningEditor) -> float:
    engine = at.app.suggester.autocompleter
    assert engine is not None
    return engine.cutoff


async def test_words_that_are_finished_move_the_curves_while_it_is_open() -> None:
    async with editor() as at:
        await at.press("f9")
        assert "No words yet" in told(at)
        await at.type("I look forward ")
        assert "Your last 3 words with this model, of this session." in told(at)
        await at.press("f9")
        assert not at.app.dock.display


async def test_the_slider_gates_again_at_once_and_asks_nothing() -> None:
    async with editor() as at:
        await at.type("I look forward to hearing ")
        await at.press("f9", "alt+j")
        n_requests = at.n_requests
        assert at.area.ghost == "from"
        await at.press("end")
        assert (cutoff(at), at.area.ghost) == (1.0, "")
        await at.press("shift+left", "shift+left", "shift+left", "shift+left")
        assert (cutoff(at), at.area.ghost) == (0.8, "from")
        await at.press("right")
        assert (cutoff(at), at.area.ghost) == (0.81, "")
        await at.press("home")
        assert cutoff(at) == 0.0
        assert at.n_requests == n_requests
        await at.press("alt+b")
        assert cutoff(at) == following(at).words.curves.best


async def test_the_slider_is_dragged_with_the_mouse() -> None:
    async with editor() as at:
        await at.type("I look ")
        await at.press("f9")
        tune = panel(at)
        width, left = tune.content_size.width, tune.content_region.x - tune.region.x
        await at.pilot.mouse_down(tune, offset=(left + cell_at(0.3, width), 1))
        assert cutoff(at) == pytest.approx(0.3, abs=0.02)
        await at.pilot.hover(tune, offset=(left + cell_at(0.9, width), 3))
        assert cutoff(at) == pytest.approx(0.9, abs=0.02)
        await at.pilot.mouse_up(tune, offset=(left + cell_at(0.9, width), 3))
        await at.pilot.hover(tune, offset=(left + cell_at(0.1, width), 3))
        assert cutoff(at) == pytest.approx(0.9, abs=0.02)


async def test_a_goal_is_chosen_kept_left_by_hand_and_taken_up_again(tmp_path: Path) -> None:
    earlier(tmp_path, Show(0.0, 0.95, True, 4))
    async with editor(tmp_path, size=(120, 40)) as at:
        await at.press("f9", "alt+j", "g")
        await at.press(*"0.95", "enter")
        await recalled(at)
        await at.settle()
        assert at.app.preferences.settings.goal == "precision=0.95"
        assert "◎ Certified: at least 95% right" in told(at)
        certified = cutoff(at)
        await at.press("left")
        assert "waits" in told(at)
        await at.press("r")
        await recalled(at)
        await at.settle()
        assert cutoff(at) == certified
        await at.press("alt+c")
        assert at.app.preferences.settings.cutoff == certified


async def test_a_cutoff_that_was_moved_by_hand_is_saved_in_place_of_the_goal(tmp_path: Path) -> None:
    """The goal would move it again at the next start: to keep both would save nothing."""
    earlier(tmp_path, Show(0.0, 0.95, True, 4))
    async with editor(tmp_path, size=(120, 40), goal="precision=0.95") as at:
        await at.press("f9", "alt+j", "alt+c")
        assert at.app.preferences.settings.goal == "precision=0.95"
        assert "but precision=0.95 goes on moving it" in at.line("status")
        await at.press("alt+b", "left", "alt+c")
        settings = at.app.preferences.settings
        assert (settings.cutoff, settings.goal) == (cutoff(at), None)
        assert "in place of the goal" in at.line("status")
        assert "waits" not in told(at)
        assert "Goal" not in told(at)


async def test_a_goal_is_not_pursued_against_a_cutoff_of_the_command_line() -> None:
    async with editor(goal="precision=0.9") as at:
        assert at.app.preferences.goal == "precision=0.9"
        at.app.preferences._given["cutoff"] = 0.7
        at.app.apply_settings()
        assert following(at).goal_gate.goal is None


@pytest.mark.parametrize("row", ["sentence", "curve", "title", "lower border", "label"])
async def test_a_click_beside_the_slider_moves_nothing(row: str) -> None:
    async with editor(goal="precision=0.9") as at:
        await at.type("I look ")
        await at.press("f9")
        tune = panel(at)
        height = tune.size.height
        y = {"sentence": height - 2, "curve": 4, "title": 0, "lower border": height - 1, "label": 1}[row]
        x = 4 if row == "label" else 30
        before = cutoff(at)
        await at.pilot.mouse_down(tune, offset=(x, y))
        await at.pilot.hover(tune, offset=(50, y))
        await at.pilot.mouse_up(tune, offset=(50, y))
        await at.settle()
        assert cutoff(at) == before
        assert "waits" not in told(at)


@pytest.mark.parametrize("sentence", ["best regards", "really so", "so it goes", "- one", "+1", "Good", "Ö", "日本"])
async def test_a_sentence_typed_into_the_panel_goes_to_the_text_and_changes_nothing(sentence: str) -> None:
    async with editor() as at:
        await at.press("f9", "alt+j")
        assert panel(at).has_focus
        before = cutoff(at), at.app.preferences.settings.cutoff
        names = {" ": "space", "-": "minus", "+": "plus"}
        await at.press(*(names.get(char, char) for char in sentence))
        assert at.area.text == sentence
        assert at.area.has_focus
        assert (cutoff(at), at.app.preferences.settings.cutoff) == before


async def test_what_is_pasted_into_the_panel_goes_to_the_text() -> None:
    async with editor() as at:
        await at.press("f9", "alt+j")
        at.app.post_message(Paste("so be it"))
        await at.settle()
        assert at.area.text == "so be it"


@pytest.mark.parametrize("size", [(80, 24), (120, 30), (24, 10)])
@pytest.mark.parametrize("key", ["escape", "alt+j"])
async def test_the_panel_names_the_way_back_and_goes_it(key: str, size: tuple[int, int]) -> None:
    async with editor(size=size) as at:
        hints = at.line("hints")
        await at.press("f9", "alt+j")
        assert "Esc text" in str(panel(at).border_subtitle)
        assert len(str(panel(at).border_subtitle)) <= panel(at).size.width - 4
        assert at.line("hints").startswith("Esc Text" if size[1] >= 14 else "")
        assert "Tab" not in at.line("hints")
        await at.press(key, "x")
        assert at.area.text == "x"
        assert "Esc" not in str(panel(at).border_subtitle)
        assert at.line("hints") == hints


async def by_length(at: RunningEditor) -> None:
    """Wait until the goal has set the gate."""
    await recalled(at)
    await at.settle()
    engine = at.app.suggester.autocompleter
    assert engine is not None
    assert engine.gate.lowest < engine.gate.show_at(1)


async def test_a_cutoff_that_goes_by_length_is_told_by_length() -> None:
    async with editor(goal="time") as at:
        await by_length(at)
        await at.press("f9")
        assert "cutoff 20–100% by length" in at.line("status")
        assert "●" not in told(at)
        assert "coverage" not in told(at)
        assert "2 letters" in told(at)
        assert "Time: a suggestion that saves" in told(at)
        await at.type("I look forward to hearing f")
        assert at.area.ghost == "rom"
        assert "≥ cutoff 62.5% by length" in at.line("status")
        await at.type("r")
        assert at.area.ghost == "om"
        assert "≥ cutoff 20% by length" in at.line("status")  # it is painted already, so less will do


async def test_what_a_word_was_too_improbable_for_is_told_for_its_own_length() -> None:
    async with editor(goal="time") as at:
        await by_length(at)
        await at.load("I look forward to hearing from you s")
        await at.type("o")
        assert at.area.ghost == ""
        assert "< cutoff 90.9% by length" in at.line("status")


@pytest.mark.parametrize(("key", "expected"), [("right", 0.49), ("left", 0.47), ("shift+right", 0.53)])
async def test_a_step_takes_over_from_a_cutoff_by_length(key: str, expected: float) -> None:
    async with editor(goal="time", size=(120, 40)) as at:
        await by_length(at)
        await at.press("f9", "alt+j", key)
        assert cutoff(at) == expected
        assert "●" in told(at)
        assert "Goal time waits" in told(at)
        await at.press("r")
        await by_length(at)
        assert "●" not in told(at)


async def test_a_drag_takes_over_from_a_cutoff_by_length() -> None:
    async with editor(goal="time") as at:
        await by_length(at)
        await at.press("f9")
        tune = panel(at)
        x = tune.content_region.x - tune.region.x + cell_at(1.0, tune.content_size.width)
        await at.pilot.mouse_down(tune, offset=(x, 1))
        await at.pilot.mouse_up(tune, offset=(x, 1))
        assert cutoff(at) == 1.0
        assert "●" in told(at)


async def test_without_the_goal_a_cutoff_by_length_becomes_a_number() -> None:
    async with editor(goal="time") as at:
        await by_length(at)
        await choose(at, "none")
        assert cutoff(at) == 0.48
        assert "●" in told(at)


async def test_no_number_is_saved_of_a_cutoff_by_length() -> None:
    async with editor(goal="time") as at:
        await by_length(at)
        await at.press("f9", "alt+j", "alt+c")
        assert at.app.preferences.settings.cutoff == 0.6
        assert "there is no number to save" in at.line("status")


async def test_after_another_model_was_chosen_the_panel_speaks_of_that_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_settings(tmp_path, monkeypatch)
    earlier(tmp_path, Show(0.0, 0.95, True, 4))
    preferences = Preferences({"goal": "precision=0.95"}, opener)
    async with editor(tmp_path, size=(120, 40), preferences=preferences) as at:
        await at.press("f9")
        assert "Your last 300 words" in told(at)
        at.app.model.switch_model(ModelChoice("other", ""))
        await at.app.workers.wait_for_complete()
        await recalled(at)
        await at.settle()
        assert "other" in at.line("title")
        assert "No words yet" in told(at)
        assert "waits" not in told(at)


async def choose(at: RunningEditor, typed: str) -> None:
    await at.press("f9", "alt+j", "g")
    at.app.screen.query_one(Input).value = typed
    await at.press("enter")
    await recalled(at)
    await at.settle()


async def test_a_goal_chosen_by_hand_is_followed_whatever_the_command_line_gave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = own_settings(tmp_path, monkeypatch)
    async with editor(size=(120, 40), preferences=Preferences({"cutoff": 0.5}, opener)) as at:
        assert following(at).goal_gate.goal is None
        await choose(at, "precision=0.9")
        assert 'goal = "precision=0.9"' in content(file)
        assert str(following(at).goal_gate.goal) == "precision=0.9"
        assert cutoff(at) == 0.9
        await at.press("g")
        assert "● precision=0.9" in str(at.app.screen.query_one(OptionList).get_option_at_index(2).prompt)


async def test_a_goal_chosen_by_hand_takes_over_from_a_suggestion_on_the_screen() -> None:
    async with editor(size=(120, 40)) as at:
        await at.type("I look forward to hearing ")
        assert at.area.ghost == "from"
        n_requests = at.n_requests
        await choose(at, "precision=0.9")
        assert (cutoff(at), at.area.ghost) == (0.9, "")
        assert "80% < cutoff 90%" in at.line("status")
        assert at.n_requests == n_requests
        await at.press("home")
        assert at.area.ghost == "from"
        await at.press("r")
        await recalled(at)
        await at.settle()
        assert (cutoff(at), at.area.ghost) == (0.9, "")


async def test_the_goal_that_waits_is_taken_up_again_where_it_is_chosen_again() -> None:
    async with editor(size=(120, 40), goal="precision=0.9") as at:
        await at.press("f9", "alt+j", "left")
        assert "waits" in told(at)
        await at.press("escape")
        await at.press("alt+j", "g")
        await at.press(*"0.9", "enter")
        await recalled(at)
        assert "waits" not in told(at)


async def test_with_a_saved_cutoff_the_goal_of_the_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(own_settings(tmp_path, monkeypatch), 'goal = "precision=0.9"\n')
    async with editor(preferences=Preferences({"cutoff": 0.5}, opener)) as at:
        await at.press("f9", "alt+j", "alt+c")
        assert "but goal precision=0.9 moves it from the next start on" in at.line("status")


async def test_any_goal_can_be_typed() -> None:
    async with editor(size=(120, 40)) as at:
        await choose(at, "precision = 85%")
        assert at.app.preferences.goal == "precision=0.85"
        assert str(following(at).goal_gate.goal) == "precision=0.85"


@pytest.mark.parametrize(
    ("typed", "says"), [("xyz=1", "Known: precision=0.9"), ("precision=7", "between 0 and 1"), ("shows<=", "")]
)
async def test_what_is_no_goal_is_said_and_chooses_nothing(typed: str, says: str) -> None:
    async with editor(size=(120, 40)) as at:
        await at.press("f9", "alt+j", "g")
        at.app.screen.query_one(Input).value = typed
        await at.settle()
        found = [str(option.prompt) for option in at.app.screen.query_one(OptionList).options]
        assert says in " ".join(found)
        if says:
            await at.press("enter")
            assert at.app.preferences.goal is None
            assert len(at.app.screen_stack) == 2


@pytest.mark.parametrize("size", [(80, 24), (120, 30)])
async def test_picture_of_the_panel_by_length(size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with editor(size=size, goal="time") as at:
        await by_length(at)
        await at.type("I look forward to ")
        await at.press("f9", "alt+j")
        at.app.messages._expire()
        assert await picture(at) == snapshot(extension_class=SVG, name=f"by-length-{size[0]}")


@pytest.mark.parametrize("size", [(80, 24), (120, 30)])
async def test_picture_of_the_panel(size: tuple[int, int], tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    shows = [Show(0.0, n / 40, n % 5 < n / 10, n % 4 + 1) for n in range(1, 40)]
    for n, show in enumerate(shows):
        earlier(tmp_path, show, n=6 + n % 3)
    async with editor(tmp_path, size=size, goal="precision=0.9") as at:
        await at.type("I look forward to ")
        await at.press("f9")
        at.app.messages._expire()  # what was announced would be gone on a slower machine
        assert await picture(at) == snapshot(extension_class=SVG, name=f"tune-{size[0]}")
