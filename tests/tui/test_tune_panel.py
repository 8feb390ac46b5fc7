"""The *tune* panel moves the cutoff in force over one's own words: at once, and with no request."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from autocomplete.tuning.shadow import Show
from tests.tui.driving import Desk
from tests.tui.outcome_desk import desk, earlier, following, recalled
from tests.tui.test_pictures import SVG, picture
from tui.tune_panel import TunePanel
from tui.tuner_lines import cell_at


def panel(at: Desk) -> TunePanel:
    return at.app.dock.query_one(TunePanel)


def told(at: Desk) -> str:
    return str(panel(at).render())


def cutoff(at: Desk) -> float:
    engine = at.app.suggester.autocompleter
    assert engine is not None
    return engine.cutoff


async def test_words_that_are_finished_move_the_curves_while_it_is_open() -> None:
    async with desk() as at:
        await at.press("f9")
        assert "No words yet" in told(at)
        await at.type("I look forward ")
        assert "Your last 3 words with this model, of this session." in told(at)
        await at.press("f9")
        assert not at.app.dock.display


async def test_the_slider_gates_again_at_once_and_asks_nothing() -> None:
    async with desk() as at:
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
        await at.press("b")
        assert cutoff(at) == following(at).words.curves.best


async def test_the_slider_is_dragged_with_the_mouse() -> None:
    async with desk() as at:
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
    async with desk(tmp_path, size=(120, 40)) as at:
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
        await at.press("s")
        assert at.app.preferences.settings.cutoff == certified


async def test_a_cutoff_that_was_moved_by_hand_is_saved_in_place_of_the_goal(tmp_path: Path) -> None:
    """The goal would move it again at the next start: to keep both would save nothing."""
    earlier(tmp_path, Show(0.0, 0.95, True, 4))
    async with desk(tmp_path, size=(120, 40), goal="precision=0.95") as at:
        await at.press("f9", "alt+j", "s")
        assert at.app.preferences.settings.goal == "precision=0.95"
        assert "but precision=0.95 goes on moving it" in at.line("status")
        await at.press("b", "left", "s")
        settings = at.app.preferences.settings
        assert (settings.cutoff, settings.goal) == (cutoff(at), None)
        assert "in place of the goal" in at.line("status")
        assert "waits" not in told(at)
        assert "Goal" not in told(at)


async def test_a_goal_is_not_pursued_against_a_cutoff_of_the_command_line() -> None:
    async with desk(goal="precision=0.9") as at:
        assert at.app.preferences.goal == "precision=0.9"
        at.app.preferences._given["cutoff"] = 0.7
        at.app.apply_settings()
        assert following(at).goal is None


@pytest.mark.parametrize("size", [(80, 24), (120, 30)])
async def test_picture_of_the_panel(size: tuple[int, int], tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    shows = [Show(0.0, n / 40, n % 5 < n / 10, n % 4 + 1) for n in range(1, 40)]
    for n, show in enumerate(shows):
        earlier(tmp_path, show, n=6 + n % 3)
    async with desk(tmp_path, size=size, goal="precision=0.9") as at:
        await at.type("I look forward to ")
        await at.press("f9")
        at.app._past()  # what was announced would be gone on a slower machine
        assert await picture(at) == snapshot(extension_class=SVG, name=f"tune-{size[0]}")
