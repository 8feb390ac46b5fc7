"""Settings and models while one writes: checked, written, remembered; what fails is told and changes nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, OptionList, Static

from autocomplete import Autocompleter, ScriptedBackend, Settings
from tests.support.editor import RunningEditor, editor
from tests.support.late import Late
from tests.support.settings_editor import content, enter, fill, own_settings, row, settled
from tui.files.recent_files import RecentFiles
from tui.widgets.model_picker import ModelPicker
from tui.widgets.preferences import Preferences
from tui.widgets.settings_screen import ChoiceField, SettingRow, SettingsScreen

KEY = "sk-very-secret"


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a settings file and an environment of its own; return where the file goes."""
    return own_settings(tmp_path, monkeypatch)


def block(file: Path) -> None:
    """Put a folder where the file would go, the place of which no file can take."""
    file.mkdir()


def drawn(at: RunningEditor) -> str:
    return at.app.export_screenshot()


async def test_every_setting_has_a_row_with_its_value_and_its_source(file: Path) -> None:
    fill(file, "cutoff = 0.7\n")
    async with settled({"max_words": "2"}) as at:
        await at.press("alt+o")
        assert [row.setting for row in at.app.screen.query(SettingRow)] == list(Settings.model_fields)
        assert row(at, "cutoff").control.value == "0.7"
        words = {name: [str(static.render()) for static in row(at, name).query(Static)] for name in Settings.model_fields}
        assert "settings file" in words["cutoff"]
        assert "from the command line, which goes first" in words["max_words"]
        assert "default" in words["mode"]


async def test_what_is_changed_is_written_and_holds_at_once(file: Path) -> None:
    fill(file, "# mine\ncutoff = 0.6\n")
    async with settled() as at:
        await at.press("alt+o")
        enter(at, "cutoff", "0.45")
        row(at, "line_numbers").control.focus()
        await at.press("right")
        await at.press("ctrl+s")
        assert not isinstance(at.app.screen, SettingsScreen)
        assert "cutoff 45%" in at.line("status")
        assert at.area.show_line_numbers
    assert content(file) == "# mine\ncutoff = 0.45\nline_numbers = true\n"


@pytest.mark.parametrize(("name", "value"), [("cutoff", "7"), ("max_words", "many"), ("timeout_s", "-1")])
async def test_a_value_that_cannot_be_is_told_and_nothing_is_written(name: str, value: str, file: Path) -> None:
    async with settled() as at:
        await at.press("alt+o")
        row(at, "theme").control.focus()
        await at.press("right")
        enter(at, name, value)
        await at.press("ctrl+s")
        assert isinstance(at.app.screen, SettingsScreen)
        assert f"✗ Bad {name}" in str(at.app.screen.query_one("#settings-line", Static).render())
        assert at.app.focused is row(at, name).control
        await at.press("escape")
    assert content(file) == ""


async def test_a_model_that_cannot_be_opened_is_told_and_not_written(file: Path) -> None:
    async with settled() as at:
        await at.press("alt+o")
        enter(at, "model", "nonsense")
        await at.press("ctrl+s")
        assert "✗ Unknown model" in str(at.app.screen.query_one("#settings-line", Static).render())
        assert isinstance(at.app.screen, SettingsScreen)
    assert content(file) == ""


async def test_a_key_is_never_drawn_and_can_be_set_and_taken_away(file: Path) -> None:
    fill(file, f"model = 'openai:m'\nbase_url = 'http://h/v1'\napi_key = '{KEY}'\n")
    async with settled() as at:
        await at.press("alt+o")
        field = row(at, "api_key").control
        assert isinstance(field, Input)
        assert (field.value, field.password) == ("", True)
        field.focus()
        await at.press(*"sk-new")
        assert "sk-new" not in drawn(at) + at.line("status")
        assert KEY not in drawn(at)
        await at.press("ctrl+s")
        assert "sk-new" in content(file)
        await at.press("alt+o")
        enter(at, "api_key", "-")
        await at.press("ctrl+s")
        assert "api_key" not in content(file)


async def test_a_place_that_cannot_be_written_is_told_and_the_choice_holds_for_this_run(file: Path) -> None:
    async with settled() as at:
        block(file)
        await at.press("alt+l")
        assert at.area.show_line_numbers
        assert at.line("status").startswith("✗ Cannot ")


async def test_the_theme_is_remembered_and_an_unknown_one_is_told(file: Path) -> None:
    async with settled() as at:
        at.app.theme = "nord"
        await at.settle()
    assert content(file) == 'theme = "nord"\n'
    async with settled() as at:
        assert at.app.theme == "nord"
    fill(file, "theme = 'gone'\n")
    async with settled() as at:
        assert "Unknown theme 'gone': choose another with Ctrl+T" in at.line("status")


async def test_a_list_is_entered_with_commas(file: Path) -> None:
    async with settled() as at:
        await at.press("alt+o")
        enter(at, "private", "*diary*,  ~/letters/* ,")
        await at.press("ctrl+s")
        await at.press("alt+o")
        assert row(at, "private").control.value == "*diary*, ~/letters/*"
    assert content(file) == 'private = ["*diary*", "~/letters/*"]\n'


async def test_a_pick_turns_round_both_ends() -> None:
    async with settled() as at:
        await at.press("alt+o")
        pick = row(at, "mode").control
        assert isinstance(pick, ChoiceField)
        pick.focus()
        await at.press("left")
        assert pick.value == "estimated"
        await at.press("space")
        assert pick.value == "certified"


async def test_every_row_can_be_reached_by_keys_on_a_small_screen() -> None:
    async with settled(size=(80, 24)) as at:
        await at.press("alt+o", *["tab"] * (len(Settings.model_fields) - 1))
        last = list(at.app.screen.query(SettingRow))[-1]
        assert at.app.focused is last.control
        assert at.app.screen.region.contains_region(last.control.region)


async def choose(at: RunningEditor, model: str, address: str = "") -> None:
    await at.press("alt+m")
    assert isinstance(at.app.screen, ModelPicker)
    at.app.screen.query_one("#spec", Input).value = model
    at.app.screen.query_one("#address", Input).value = address
    at.app.screen.query_one("#spec", Input).focus()
    await at.press("enter")
    await at.app.workers.wait_for_complete()
    await at.settle()


async def test_another_model_suggests_from_the_next_key_on() -> None:
    async with settled() as at:
        await at.load("I look forward to hearing")
        await choose(at, "openai:m", "http://localhost:1/v1")
        assert "openai:m at http://localhost:1/v1 suggests from now on" in at.line("status")
        assert at.line("title").endswith("openai:m · this machine")
        await at.type(" ")
        assert at.area.ghost == "from"
        assert [model.model for model in at.app.history.models()] == ["openai:m"]


@pytest.mark.parametrize(("model", "says"), [("openai:down", "connection refused"), ("nonsense", "Unknown model")])
async def test_a_model_that_fails_says_why_and_the_old_one_stays(model: str, says: str) -> None:
    async with settled(size=(160, 24)) as at:
        await at.load("I look forward to hearing")
        await choose(at, model)
        assert at.line("status").startswith(f"✗ {model} does not answer, english stays. ")
        assert says in at.line("status")
        assert at.line("title").endswith("english · this machine")
        await at.type(" ")
        assert at.area.ghost == "from"
        assert at.app.history.models() == []


async def test_models_used_lately_are_offered_and_escape_changes_nothing() -> None:
    async with settled() as at:
        await choose(at, "openai:m")
        await at.press("alt+m")
        options = at.app.screen.query_one(OptionList)
        assert [str(option.prompt) for option in options.options] == ["english", "openai:m"]
        await at.press("escape")
        assert at.line("title").endswith("openai:m · this machine")


async def test_without_a_way_to_open_models_the_switcher_says_so() -> None:
    async with editor(history=RecentFiles()) as at:
        await at.press("alt+m")
        assert "cannot be changed" in at.line("status")


@pytest.mark.parametrize("at_once", [True, False])
async def test_no_error_of_another_model_ends_the_editor(at_once: bool) -> None:
    def opened(asked: dict[str, Any]) -> Autocompleter:
        if at_once:
            raise OSError("the text and a key")
        return Autocompleter(ScriptedBackend(lambda request: RuntimeError("the text and a key")))

    async with editor(preferences=Preferences({}, opened), size=(160, 24)) as at:
        await choose(at, "openai:odd")
        assert at.line("status").startswith("✗ openai:odd does not answer, english stays. ")
        assert "key" not in at.line("status")
        await at.press("alt+o")
        enter(at, "model", "openai:odd")
        await at.press("ctrl+s")
        await at.settle()
        assert at.app.is_running


async def test_what_is_left_while_it_is_checked_is_not_saved() -> None:
    async with settled() as at:
        await at.press("alt+o")
        screen = at.app.screen
        assert isinstance(screen, SettingsScreen)
        enter(at, "model", "openai:m")
        late, held = Late(), asyncio.Event()
        screen.action_save()
        while not late.n_waiting:
            await at.pilot.pause()
        screen.call_later(held.wait)  # so that it is still there when the answer comes
        screen.dismiss(None)
        late.end()
        for _ in range(9):
            await asyncio.sleep(0)
        held.set()
        await at.settle()
        assert at.app.preferences.settings.model == "english"
        assert len(at.app.screen_stack) == 1
