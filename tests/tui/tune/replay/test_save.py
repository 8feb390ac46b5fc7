"""Saving from the tuner: the cutoff or a goal, and what is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList

from autocomplete import load_settings
from tests.support.tuner_app import At, own_settings, tuning
from tui.widgets.picker import Picker


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return own_settings(tmp_path, monkeypatch)


def write(path: Path, words: str) -> None:
    path.write_text(words)


def read(path: Path) -> str:
    return path.read_text()


async def test_the_cutoff_is_saved_when_asked_for(settings: Path) -> None:
    write(settings, 'goal = "time"\n')
    async with tuning() as at:
        await at.press("4", "5", "s", "escape")
        assert load_settings().goal == "time"
        await at.press("s", "enter")
        assert (load_settings().cutoff, load_settings().goal) == (0.45, None)
        assert "yours .45 △" in at.rows("slider")


def questions(at: At) -> list[str]:
    """Return the lines of the question that is open."""
    assert isinstance(at.app.screen, Picker)
    return [str(option.prompt) for option in at.app.screen.query_one(OptionList).options]


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("", ""),
        ("cutoff = 0.3", ""),
        ('goal = "precision=0.9"', ", in place of the goal precision=0.9"),
        ('goal = "precision=0.9"\nmode = "no such mode"', ", in place of the goal"),
    ],
)
async def test_a_cutoff_that_takes_the_place_of_a_goal_says_so_before_and_after(settings: Path, kept: str, told: str) -> None:
    write(settings, kept)
    async with tuning(size=(100, 24), current=None) as at:
        await at.press("4", "5", "s")
        assert questions(at) == [f"cutoff = 0.45: suggest from .45 on{told}"]
        await at.press("enter")
        assert "goal" not in read(settings)
        assert " ".join(at.rows("advice").split()).startswith(f"Saved{told}, in " if told else "Saved in ")


async def test_a_goal_that_takes_the_place_of_another_says_so(settings: Path) -> None:
    write(settings, 'goal = "time"\n')
    async with tuning(size=(100, 24), current=None) as at:
        await at.press("g", *"savings", "enter", "s")
        assert questions(at)[1] == 'goal = "savings=max": the cutoff follows what you write, in place of the goal time'
        await at.press("down", "enter")
        assert " ".join(at.rows("advice").split()).startswith("Saved, in place of the goal time, in ")
        await at.press("g", *"savings", "enter", "s")
        assert questions(at)[1] == 'goal = "savings=max": the cutoff follows what you write'
        await at.press("escape")


async def test_a_goal_of_the_environment_is_not_told_as_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOCOMPLETE_GOAL", "time")
    async with tuning(size=(140, 30), current=None) as at:
        await at.press("s")
        assert "in place of" not in questions(at)[0]
        await at.press("enter")
        assert "AUTOCOMPLETE_GOAL is set and stands above it" in " ".join(at.rows("advice").split())


async def test_the_goal_is_saved_in_place_of_the_cutoff() -> None:
    async with tuning() as at:
        await at.press("g", *"savings", "enter")
        await at.press("s", "down", "enter")
        assert load_settings().goal == "savings=max"


async def test_a_variable_that_stands_above_the_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOCOMPLETE_CUTOFF", "0.9")
    async with tuning(size=(140, 30)) as at:
        await at.press("s", "enter")
        assert "AUTOCOMPLETE_CUTOFF is set and stands above it" in " ".join(at.rows("advice").split())


async def test_a_settings_file_that_cannot_be_read_is_told(settings: Path) -> None:
    write(settings, "no TOML")
    async with tuning() as at:
        await at.press("s", "enter")
        assert "Cannot" in at.rows("advice")
