"""Panels, find, go to line, the palette, copying: that the keys lead to them, on every size of screen."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.command import CommandPalette
from textual.widgets import Input

from tests.support.editor import RunningEditor, editor
from tui.find.goto_line import GoToPrompt
from tui.instruments.panels import WIDE_COLUMNS


def focused(at: RunningEditor) -> str:
    return type(at.app.focused).__name__


def open_panels(at: RunningEditor) -> list[str]:
    return [str(panel.border_title) for panel in at.app.dock.panels]


async def test_a_panel_is_opened_and_closed_by_its_key_and_the_text_keeps_the_focus() -> None:
    async with editor() as at:
        await at.press("f5")
        assert open_panels(at) == ["Why"]
        assert at.app.focused is at.area
        await at.press("f5")
        assert open_panels(at) == []
        assert not at.app.dock.display


async def test_below_the_text_there_is_room_for_one_panel_and_beside_it_for_all() -> None:
    async with editor(size=(80, 24)) as at:
        await at.press("f5", "f7")
        assert open_panels(at) == ["Spectrum"]
        assert at.area.region.bottom <= at.app.dock.region.y
        assert at.area.size.height >= 8
    async with editor(size=(WIDE_COLUMNS, 30)) as at:
        await at.press("f5", "f6", "f7")
        assert open_panels(at) == ["Why", "Heat map", "Spectrum"]
        assert at.app.dock.region.x >= at.area.region.right
        assert at.area.size.width >= 60
        await at.pilot.resize_terminal(80, 24)
        await at.settle()
        assert open_panels(at) == ["Spectrum"]


async def test_the_keys_go_to_a_panel_and_back_and_closing_it_gives_them_back() -> None:
    async with editor() as at:
        await at.press("alt+j")
        assert "no panel that takes keys is open" in at.line("status")
        await at.press("f5", "alt+j")
        assert focused(at) == "WhyPanel"
        await at.press("escape")
        assert focused(at) == "GhostArea"
        await at.press("alt+j", "f5")
        assert focused(at) == "GhostArea"


async def test_a_panel_follows_the_document_in_front() -> None:
    async with editor() as at:
        await at.type("I")
        await at.press("f5")
        drawn = at.app.export_screenshot()
        await at.press("ctrl+n")
        assert at.app.export_screenshot() != drawn
        await at.type("I")
        assert "look" in at.app.export_screenshot()


async def test_find_replace_and_go_to_line_are_reached_by_their_keys() -> None:
    async with editor() as at:
        await at.load("one\ntwo\nthree\ntwo")
        at.area.move_cursor((0, 0))
        await at.press("ctrl+f", *"two")
        for _ in range(100):
            if not at.app.finding.busy:
                break
            await at.pilot.pause()
        await at.press("escape")
        assert at.area.selected_text == "two"
        assert at.app.focused is at.area
        await at.press("ctrl+l")
        assert isinstance(at.app.screen, GoToPrompt)
        await at.press("3", "enter")
        assert at.area.cursor_location == (2, 0)
        await at.press("alt+r")
        assert at.app.finding.is_open
        at.area.focus()
        await at.press("escape", "escape")
        assert not at.app.finding.is_open


async def test_the_palette_offers_every_action_of_the_editor_with_its_keys() -> None:
    async with editor(size=(100, 40)) as at:
        await at.press("ctrl+p")
        assert isinstance(at.app.screen, CommandPalette)
        at.app.screen.query_one(Input).value = "line numbers"
        for _ in range(200):
            await at.pilot.pause(0.01)
            if "Alt+L" in at.app.export_screenshot():
                break
        await at.press("enter", "enter")
        assert at.area.show_line_numbers


async def test_long_lines_are_wrapped_or_not_in_every_document() -> None:
    async with editor() as at:
        assert at.area.soft_wrap
        await at.press("alt+z")
        assert not at.area.soft_wrap
        await at.type("x")
        await at.press("ctrl+n")
        assert not at.area.soft_wrap


async def test_a_half_of_a_character_can_be_selected_and_copied() -> None:
    async with editor() as at:
        await at.load("a\ud800b")
        await at.press("alt+a", "ctrl+c")
        assert at.app.clipboard == "a?b"
        at.app.export_screenshot().encode()


async def test_the_snooze_is_chosen_from_a_list() -> None:
    async with editor() as at:
        await at.press("alt+i", "enter")
        assert "snoozed, 5 min left" in at.line("status")
        await at.press("f2")
        assert "snoozed" not in at.line("status")


@pytest.mark.parametrize(
    "size",
    [(1, 1), pytest.param((20, 5), marks=pytest.mark.slow), (40, 12), pytest.param((300, 80), marks=pytest.mark.slow)],
)
async def test_every_dialog_opens_and_closes_on_every_size_of_screen(size: tuple[int, int]) -> None:
    async with editor(size=size) as at:
        await at.type("I")
        for command in at.app.keys.commands():
            if command.node is at.app and command.action not in ("quit", "command_palette", "new"):
                await at.app.run_action(command.action, at.app)
                await at.pilot.pause()
                await at.press("escape")
        assert isinstance(at.app, App)
        assert at.area.text == "I"


async def test_while_one_is_asked_for_a_line_the_text_can_be_seen() -> None:
    async with editor() as at:
        await at.press("ctrl+l")
        assert at.app.screen.styles.background.a < 1


async def test_while_the_keys_go_to_the_search_that_is_the_reason_for_no_suggestion() -> None:
    async with editor() as at:
        await at.load("I look forward to hearing")
        await at.type(" ")
        await at.press("ctrl+f")
        assert "searching" in at.line("status")
        assert "selected" not in at.line("status")
        await at.press("escape")
        assert at.area.ghost == "from"
