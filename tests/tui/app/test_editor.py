"""Help, hints and terminals of every size."""

from __future__ import annotations

import os
import re

import pytest
from textual.binding import Binding

from autocomplete import Autocompleter, ScriptedBackend
from tests.support.editor import HEARING, editor, knows
from tui.app.actions.encodings import EncodingActions
from tui.app.actions.files import FileActions
from tui.app.actions.model import ModelActions
from tui.app.actions.panels import PanelActions
from tui.app.actions.recovery import RecoveryActions
from tui.app.actions.view import ViewActions
from tui.app.editor import EditorApp
from tui.ghost.actions import GhostActions
from tui.text.text_area import LineArea
from tui.widgets.help import HelpScreen


async def test_help_lists_every_action_that_a_key_leads_to_and_no_other() -> None:
    async with editor(size=(100, 30)) as at:
        expected = [(", ".join(command.keys), command.words) for command in at.app.keys.commands()]
        await at.press("f1")
        assert isinstance(at.app.screen, HelpScreen)
        assert sorted(row for _title, rows in at.app.screen.groups for row in rows) == sorted(expected)
        assert ("F6, Alt+H", "Colour the text by how probable each word was") in expected
        assert not [words for keys, words in expected if words == "Select line"]  # whose key leads elsewhere
        assert "Ctrl+Space" in str(expected)
        await at.press("escape")
        assert not isinstance(at.app.screen, HelpScreen)


async def test_every_binding_of_the_editor_is_in_the_help() -> None:
    async with editor() as at:
        actions = {command.action for command in at.app.keys.commands()}
        ours = (
            GhostActions,
            LineArea,
            EditorApp,
            EncodingActions,
            FileActions,
            ViewActions,
            ModelActions,
            PanelActions,
            RecoveryActions,
        )
        bound = {binding.action for owner in ours for binding in Binding.make_bindings(owner.__dict__["BINDINGS"])}
        assert bound - actions == set()


async def test_every_action_has_a_key_that_all_common_terminals_send() -> None:
    """No Ctrl+Shift and no signs; no Ctrl+I, J, M or H and no Alt+B or Alt+F, which are sent, or read, for other keys."""
    async with editor() as at:
        for command in at.app.keys.commands():
            if command.node is at.app:
                assert any(re.fullmatch(r"F\d+|Ctrl\+[A-GK-LN-Z]|Alt\+(Shift\+)?[AC-EG-Z]", key) for key in command.keys), (
                    command
                )


async def test_hints_name_the_real_keys() -> None:
    async with editor() as at:
        assert at.line("hints").startswith("Tab Accept  Esc Dismiss  F3/F4 Cutoff  F2 Pause  ^S Save  ^Q Quit  F1 Help")


async def test_a_short_terminal_gives_its_rows_to_the_text() -> None:
    async with editor(size=(40, 6)) as at:
        assert at.area.size.height == 4
        await at.type("I")
        assert at.row(0) == "I look"


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (10, 2), (300, 80)])
async def test_no_size_crashes(size: tuple[int, int]) -> None:
    async with editor(size=size) as at:
        await at.type("I ")
        await at.press("tab", "ctrl+s", "escape", "f1", "escape")
        assert at.area.text == "I look"


async def test_no_colour_is_honoured_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
    async with editor() as at:
        await at.type("I")
        assert at.app.no_color
        assert at.row(0) == "I look"
        assert any(s.style and s.style.italic for s in at.area.render_line(0))
        assert "≥ cutoff" in at.line("status")


async def test_ctrl_c_without_a_selection_says_in_the_status_line_how_to_leave() -> None:
    async with editor() as at:
        await at.press("ctrl+c")
        assert "Ctrl+Q leaves" in at.line("status")
        assert not at.app._notifications  # no box over the lines


async def test_the_help_lists_what_tab_does_first_and_the_cursor_keys_among_the_editing_keys() -> None:
    async with editor() as at:
        await at.press("f1")
        groups = dict(at.app.screen.groups)  # type: ignore[attr-defined]  # the help screen
        assert groups["Writing"][0][0] == "Tab"
        assert not any("Ctrl+Home" in keys for keys, _ in groups["Writing"])
        assert any("Ctrl+Home" in keys for keys, _ in groups["Editing"])


async def test_a_panel_below_the_text_takes_no_row_that_it_cannot_use() -> None:
    async with editor(size=(80, 40)) as at:
        await at.press("f6")
        assert at.app.dock.outer_size.height == 7
        await at.press("f5")
        assert at.app.dock.outer_size.height == 14
        await at.press("f6")
        assert at.app.dock.outer_size.height == 7
        await at.pilot.resize_terminal(80, 12)
        assert at.app.dock.outer_size.height == 5
        await at.pilot.resize_terminal(120, 40)
        assert at.app.dock.outer_size.height == at.app.query_one("#middle").size.height


async def test_what_the_engine_has_to_say_of_its_opening_is_told() -> None:
    def opened() -> Autocompleter:
        engine = Autocompleter(ScriptedBackend(knows(HEARING), name="english"), prefetch=False)
        engine.notice = "The calibration of english is damaged."
        return engine

    async with editor(factory=opened) as at:
        assert at.app.status().notice == "The calibration of english is damaged."
