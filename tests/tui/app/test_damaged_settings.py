"""A settings file that is damaged, or holds a bad value, keeps nobody from writing and is never overwritten unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Label, Static

from autocomplete import Autocompleter, ConfigError, ScriptedBackend
from autocomplete.editor import usable_settings
from tests.support.editor import HEARING, RunningEditor, editor, knows
from tests.support.settings_editor import content, enter, fill, own_settings, row, settled
from tests.support.terminal import Terminal, editor_in_a_terminal
from tui.app.editor import engine_factory
from tui.widgets.preferences import Preferences
from tui.widgets.prompts import Question
from tui.widgets.settings_screen import ChoiceField, SettingsScreen

DAMAGED = "cutoff = 0.7\n= 1 # mine\n"


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a settings file and an environment of its own; return where the file goes."""
    return own_settings(tmp_path, monkeypatch)


def footer(at: RunningEditor) -> str:
    return str(at.app.screen.query_one("#settings-line", Static).render())


async def test_of_a_damaged_file_one_line_says_what_where_and_that_it_stays(file: Path) -> None:
    fill(file, DAMAGED)
    async with settled(size=(120, 40)) as at:
        told = at.line("status") + at.line("hints")
        assert "settings.toml: Invalid statement (at line 2, column 1)." in " ".join(told.split())
        assert "It is left as it is" in told
        await at.type("I")
        assert at.area.ghost == " look"
    assert content(file) == DAMAGED


async def test_what_is_given_holds_beside_a_damaged_file(file: Path) -> None:
    fill(file, DAMAGED)
    async with settled({"max_words": "3"}) as at:
        assert at.app.preferences.settings.max_words == 3


async def test_bad_values_are_told_and_the_others_hold(file: Path) -> None:
    fill(file, "cutoff = 7\nline_numbers = true\nmax_words = 0\n")
    async with settled(size=(120, 40)) as at:
        told = at.line("status") + at.line("hints")
        assert "Bad cutoff in " in told
        assert "and 1 more" in told
        assert at.area.show_line_numbers


@pytest.mark.parametrize("agreed", [True, False])
async def test_the_screen_does_not_save_over_a_damaged_file_unless_told_to(agreed: bool, file: Path) -> None:
    fill(file, DAMAGED)
    async with settled() as at:
        await at.press("alt+o")
        assert "✗ Cannot read " in footer(at)
        enter(at, "max_words", "3")
        await at.press("ctrl+s")
        assert isinstance(at.app.screen, Question)
        assert "Keep it under another name" in str(at.app.screen.query_one(Label).render())
        await at.press("m" if agreed else "escape")
        if not agreed:
            assert isinstance(at.app.screen, SettingsScreen)
            assert content(file) == DAMAGED
            return
        assert not isinstance(at.app.screen, SettingsScreen)
        assert "settings saved; the damaged file is settings.toml.damaged-1 now" in at.line("status")
        assert at.app.preferences.settings.max_words == 3
        assert at.app.preferences.faults == ()
    assert content(file) == "max_words = 3\n"
    assert content(file.with_name("settings.toml.damaged-1")) == DAMAGED


async def test_a_question_over_the_settings_that_is_left_holds_up_no_key(file: Path) -> None:
    fill(file, DAMAGED)
    async with settled() as at:
        at.app.patience_s = 600.0  # waiting for it would end the test
        await at.press("alt+o")
        enter(at, "max_words", "3")
        await at.press("ctrl+s")
        await at.press("escape")
        await at.press("ctrl+s")
        await at.press("m")
        assert at.app.screen is at.app.screen_stack[0]
    assert content(file) == "max_words = 3\n"


async def test_a_damaged_file_that_cannot_be_moved_stays_and_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(file, DAMAGED)

    def refuse(path: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    async with settled() as at:
        await at.press("alt+o")
        enter(at, "max_words", "3")
        monkeypatch.setattr(Path, "rename", refuse)  # root, who may move everything, runs tests too
        await at.press("ctrl+s")
        await at.press("m")
        assert "✗ Cannot move " in footer(at)
    assert content(file) == DAMAGED


async def test_a_bad_value_is_told_in_its_row_and_mended_there_and_only_when_touched(file: Path) -> None:
    fill(file, "cutoff = 'high'\nmode = 'sure'\nsoft_wrap = 'perhaps'\ncutof = 1\n")
    async with settled() as at:
        await at.press("alt+o")
        assert "Bad cutoff in " in str(row(at, "cutoff").query_one(".setting-words", Static).render())
        assert row(at, "cutoff").control.value == ""
        assert "Unknown setting 'cutof'" in footer(at)
        enter(at, "max_words", "2")
        await at.press("ctrl+s")
        assert content(file) == "cutoff = 'high'\nmode = 'sure'\nsoft_wrap = 'perhaps'\ncutof = 1\nmax_words = 2\n"
        await at.press("alt+o")
        enter(at, "cutoff", "0.6")
        for name, value in (("mode", "certified"), ("soft_wrap", "no")):
            pick = row(at, name).control
            assert isinstance(pick, ChoiceField)
            while pick.value != value:
                pick.action_turn(1)
        await at.press("ctrl+s")
    assert content(file) == 'cutoff = 0.6\nmode = "certified"\nsoft_wrap = false\ncutof = 1\nmax_words = 2\n'


def opener(given: dict[str, Any]) -> Autocompleter:
    settings, _ = usable_settings(**given)
    if settings.model != "english":
        raise ConfigError(f"Unknown model {settings.model!r}.")
    return Autocompleter(ScriptedBackend(knows(HEARING), name="english"), prefetch=False, clock=lambda: 0.0)


async def test_a_model_of_the_settings_that_cannot_be_opened_keeps_nobody_from_writing(file: Path) -> None:
    fill(file, "model = 'nonsense'\n")
    preferences = Preferences({}, opener)
    factory = engine_factory(preferences)
    with pytest.raises(ConfigError, match="nonsense"):
        factory()
    async with editor(preferences=preferences, factory=factory) as at:
        assert "✗ Unknown model 'nonsense'" in at.line("status")
        await at.type("I")
        assert at.area.text == "I"


def test_a_model_of_the_command_line_that_cannot_be_opened_is_an_error_at_once(file: Path) -> None:
    with pytest.raises(ConfigError, match="nonsense"):
        engine_factory(Preferences({"model": "nonsense"}, opener))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / ".config" / "autocomplete"
    folder.mkdir(parents=True)
    return tmp_path


def test_the_program_starts_with_a_damaged_file_and_saves_what_is_written(home: Path) -> None:
    settings = home / ".config" / "autocomplete" / "settings.toml"
    settings.write_text(DAMAGED, encoding="utf-8")
    terminal: Terminal = editor_in_a_terminal(home, "letter.txt")
    try:
        terminal.expect("line 2, column 1")
        terminal.expect("english")
        terminal.send("Dear all")
        terminal.send("\x13")
        terminal.expect("saved 8 bytes")
        terminal.send("\x11")
        assert terminal.wait() == 0
    finally:
        terminal.kill()
    assert (home / "letter.txt").read_text() == "Dear all"
    assert settings.read_text(encoding="utf-8") == DAMAGED
