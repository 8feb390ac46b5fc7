"""The fast text area against Textual's own: the same keys, the same text, cursor and scrolling."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.events import MouseDown, MouseUp
from textual.geometry import Region
from textual.widgets import TextArea

from tests.support.editor import editor
from tests.support.keys import send
from tui.text.cells import drawn
from tui.text.strips import Mark
from tui.text.text_area import BRACKET_REACH, LineArea
from tui.text.wrapped_document import WrappedLines

TEXT = "\n".join(
    [
        "A paragraph that is long enough to be wrapped into several rows on a narrow screen, (with brackets [and] words).",
        "",
        "東京都の文章は折り返されます。" * 4,
        "short",
        "    indented, and then some more words that go on",
    ]
    * 4
)
KEYS = [
    "left", "right", "up", "down", "home", "end", "pageup", "pagedown", "ctrl+left", "ctrl+right", "shift+up", "shift+down",
    "shift+left", "shift+end", "shift+home", "ctrl+w", "backspace", "delete", "enter", "x", "space", "ctrl+k", "ctrl+u",
    "ctrl+shift+k", "alt+delete", "ctrl+z", "ctrl+y", "tab",
]  # fmt: skip


class Bare(App[None]):
    """One text area."""

    CSS = "TextArea { border: none; padding: 0; }"

    def __init__(self, area: TextArea) -> None:
        super().__init__()
        self.area = area
        area.cursor_blink = False

    def compose(self) -> ComposeResult:
        yield self.area


@pytest.mark.parametrize(("soft_wrap", "numbers", "seed"), [(True, False, 1), (True, True, 2), (False, True, 3)])
async def test_keys_do_what_they_do_in_textual(soft_wrap: bool, numbers: bool, seed: int) -> None:
    dice = random.Random(seed)
    keys = dice.choices(KEYS, k=120)
    states = []
    for kind in (LineArea, TextArea):
        area = kind(TEXT, tab_behavior="indent", soft_wrap=soft_wrap, show_line_numbers=numbers)
        seen = []
        app = Bare(area)
        async with app.run_test(size=(40, 12)):
            area.move_cursor((7, 10))
            for key in keys:
                await send(app, area, key)
                seen.append((key, area.text, area.selection))
        states.append(seen)
    for ours, theirs in zip(*states, strict=True):
        assert ours == theirs


@pytest.mark.parametrize("soft_wrap", [True, False])
async def test_rows_look_as_in_textual(soft_wrap: bool) -> None:
    pictures = []
    for kind in (LineArea, TextArea):
        area = kind(TEXT, soft_wrap=soft_wrap, show_line_numbers=True)
        async with Bare(area).run_test(size=(40, 30)) as pilot:
            area.move_cursor((0, 86))  # a bracket
            area.scroll_to(0, 0, animate=False)
            await pilot.pause()
            width = area.scrollable_content_region.width
            rows = [area.render_line(y).crop(0, width).simplify() for y in range(29)]
            pictures.append([[(s.text, s.style and (s.style.color, s.style.bgcolor)) for s in row] for row in rows])
    for ours, theirs in zip(*pictures, strict=True):
        assert cells_of(ours) == cells_of(theirs)


def cells_of(row: list[tuple[str, object]]) -> list[tuple[str, object]]:
    """Return a row letter by letter; blanks at its end may be of other styles that look the same."""
    return [(char, style) for text, style in row for char in text]


def lazy(area: LineArea) -> None:
    """Let nothing be measured before it is looked at, as in a text of 10 MB."""
    rows = area.wrapped_lines
    area.wrapped_document = WrappedLines(rows.document, width=0, tab_width=4, eager=0)
    area.navigator._wrapped_document = area.wrapped_document
    area._rewrap_and_refresh_virtual_size()


async def test_a_text_that_is_not_measured_is_seen_and_walked_through_as_one_that_is() -> None:
    text = "\n".join(random.Random(5).choices(["東京" * 30, "word", "", "some words in a row " * 5, "e\u0301" * 50], k=400))
    seen = []
    keys = ["pagedown"] * 3 + [
        "ctrl+end",
        "pageup",
        "pageup",
        "up",
        "pageup",
        "x",
        "ctrl+home",
        "pagedown",
        "down",
        "enter",
    ]
    for late in (True, False):
        area = LineArea(text)
        states: list[object] = []
        app = Bare(area)
        async with app.run_test(size=(40, 12)):
            if late:
                lazy(area)
            for key in keys:
                await send(app, area, key)
                states.append((key, area.selection, [area.render_line(y).text for y in range(12)]))
            for step in (-3, -3, -30, 5, -100):
                area.scroll_relative(y=step, animate=False)
                states.append((step, [area.render_line(y).text for y in range(12)]))
        seen.append(states)
    assert seen[0] == seen[1]


async def test_what_is_seen_stays_while_rows_above_are_measured() -> None:
    area = LineArea("東京" * 100 + "\n" + "\n".join(["a longer line of some words " * 6] * 300))
    async with Bare(area).run_test(size=(40, 12)) as pilot:
        lazy(area)
        area.move_cursor((150, 0), center=True)
        await pilot.pause()
        before = [area.render_line(y).text for y in range(12)]
        area.wrapped_lines.measure(0, 140)
        area._settle(150)
        await pilot.pause()
        assert [area.render_line(y).text for y in range(12)] == before
        assert area.virtual_size.height == area.wrapped_lines.height


@pytest.mark.parametrize("size", [(20, 5), (70, 30), (3, 2)])
async def test_after_a_resize_the_same_text_is_at_the_top_and_the_cursor_in_view(size: tuple[int, int]) -> None:
    area = LineArea(TEXT * 20)
    async with Bare(area).run_test(size=(40, 12)) as pilot:
        area.move_cursor((60, 3), center=True)
        await pilot.pause()
        await pilot.resize_terminal(*size)
        await pilot.pause()
        y = area.wrapped_lines.location_to_offset(area.cursor_location).y - area.scroll_offset.y
        assert 0 <= y < max(1, area.content_size.height)


async def test_a_click_leads_to_the_character_that_is_seen_there() -> None:
    area = LineArea("tab\tbed, 東京 and e\u0301tude " * 30 + "\n" + TEXT)
    async with Bare(area).run_test(size=(40, 12)) as pilot:
        area.scroll_to(0, 7, animate=False)
        await pilot.pause()
        for x, y in [(0, 0), (5, 3), (12, 5), (35, 6), (36, 11)]:
            for event in (MouseDown, MouseUp):
                area.post_message(event(area, x, y, 0, 0, 1, False, False, False))
            await pilot.pause()
            row, column = area.cursor_location
            seen = area.render_line(y).text
            if column < len(area.document[row]) and (char := drawn(area.document[row][column])) != "\t":
                assert char in seen
            assert area.wrapped_lines.location_to_offset((row, column)).y == y + area.scroll_offset.y


@pytest.mark.parametrize("text", ["👩\u200d🔬👩\u200d🔬", "e\u0301e\u0301", "❤\ufe0f\ufe0f"])
async def test_the_cursor_goes_by_what_is_seen_as_one(text: str) -> None:
    area = LineArea(text)
    async with Bare(area).run_test() as pilot:
        await pilot.press("right")
        first = area.cursor_location[1]
        assert 1 < first <= len(text)
        await pilot.press("left")
        assert area.cursor_location == (0, 0)
        await pilot.press("right", "backspace")
        assert area.text == text[first:]


async def test_marks_lie_under_the_selection_and_the_cursor() -> None:
    area = LineArea("one two three\nfour")
    asked = []

    def found(row: int, first: int, last: int) -> Iterable[Mark]:
        asked.append((row, first, last))
        return [(4, 7, Style(bgcolor="red"))] if row == 0 else []

    async with Bare(area).run_test() as pilot:
        area.move_cursor((1, 0))
        area.add_marks("find", found)
        await pilot.pause()
        assert [s.text for s in area.render_line(0) if s.style and s.style.bgcolor == Style(bgcolor="red").bgcolor] == ["two"]
        assert (0, 0, 13) in asked
        area.add_marks("find", None)
        assert not any(s.style and s.style.bgcolor == Style(bgcolor="red").bgcolor for s in area.render_line(0))


async def test_only_rows_that_look_different_are_painted_again() -> None:
    area = LineArea(TEXT)
    async with Bare(area).run_test(size=(40, 12)) as pilot:
        area.move_cursor((0, 3))
        await pilot.pause()
        displayed: list[int] = []
        row_of = area.render_line
        area.render_line = lambda y: displayed.append(y) or row_of(y)  # type: ignore[func-returns-value,method-assign] # a spy
        await pilot.press("x")
        assert displayed
        assert set(displayed) <= {0, 1, 2, 3}


async def test_a_text_that_was_taken_away_while_the_screen_still_has_it_is_painted_as_nothing() -> None:
    area = LineArea("one\ntwo")
    async with Bare(area).run_test(size=(40, 12)):
        await area.remove()
        assert [strip.text for strip in area.render_lines(Region(0, 0, 40, 3))] == [" " * 40] * 3


async def test_the_search_for_a_bracket_ends() -> None:
    area = LineArea("(" + "x" * BRACKET_REACH + ")\n[(]){}")
    async with Bare(area).run_test():
        assert area.find_matching_bracket("(", (0, 0)) is None
        assert area.find_matching_bracket(")", (0, BRACKET_REACH + 1)) is None
        assert area.find_matching_bracket("[", (1, 0)) == TextArea("\n[(]){}").find_matching_bracket("[", (1, 0))
        assert area.find_matching_bracket("{", (1, 4)) == (1, 5)
        assert area.find_matching_bracket("}", (1, 5)) == (1, 4)
        assert area.find_matching_bracket("x", (0, 1)) is None


async def test_a_line_of_a_megabyte_is_never_gone_through_for_a_word() -> None:
    area = LineArea("word " * 200_000 + " " * 500 + "end")
    async with Bare(area).run_test() as pilot:
        await pilot.press("ctrl+end")
        assert area.cursor_location == (0, 1_000_503)
        await pilot.press("ctrl+left")
        assert area.cursor_location == (0, 1_000_500)
        await pilot.press("ctrl+left")
        assert area.cursor_location == (0, 999_995)
        await pilot.press("ctrl+right")
        assert area.cursor_location == (0, 999_999)
        await pilot.press("ctrl+right")
        assert area.cursor_location == (0, 1_000_503)
        await pilot.press("ctrl+shift+home")
        assert len(area.selected_text) == 1_000_503
        area.replace("short", *area.selection)
        assert area.text == "short"


async def test_edits_are_told_to_those_who_follow() -> None:
    area = LineArea("one\ntwo")
    async with Bare(area).run_test():
        told: list[object] = []
        area.lines.followers.append(lambda *places: told.append(places))
        area.replace("x\ny", (1, 1), (0, 1))
        area.undo()
        assert told == [((0, 1), (1, 1), (1, 1)), ((0, 1), (1, 1), (1, 1))]


@pytest.mark.parametrize("columns", [130, 80])
async def test_lines_are_broken_anew_when_a_panel_opens_beside_them_and_closes(columns: int) -> None:
    async with editor(size=(columns, 30)) as at:
        await at.load("The quick brown fox jumps over the lazy dog. " * 12)
        for _ in range(2):
            await at.press("f5")
            await at.pilot.pause()
            assert at.area.wrapped_lines.fold.width == at.area.wrap_width
            assert (
                "".join(at.row(y) + " " for y in range(10))
                .rstrip()
                .startswith("The quick brown fox jumps over the lazy dog. " * 9)
            )
