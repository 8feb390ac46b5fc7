"""The bar: what is found while one enters it, where one gets to, what is replaced, and that no pattern does harm."""

from __future__ import annotations

from textual.widgets import Input

from tests.tui.find.finding import finding
from tui.find.widgets import EntryHistory
from tui.ghost.placement import Before, Suggestion


async def test_what_is_entered_is_found_letter_by_letter_counted_and_marked() -> None:
    async with finding() as at:
        await at.type("ca")
        assert at.area.selected_text == "ca"
        assert at.bar.state == "1 of 4"
        await at.type("t")
        assert at.area.selection.end == (0, 7)
        assert at.marked(1) == "catCat"
        await at.type("a")
        assert (at.area.selection.end, at.bar.state) == ((1, 6), "1 of 1")
        await at.type("x")
        assert at.bar.state == "no match"
        assert at.marked(1) == ""


async def test_enter_goes_on_and_round_and_page_up_back() -> None:
    async with finding() as at:
        await at.type("cat")
        seen = []
        for key in ["enter", "enter", "pagedown", "enter", "pageup"]:
            await at.press(key)
            seen.append((at.bar.state, at.area.selection.start))
        assert seen == [
            ("2 of 4", (1, 2)),
            ("3 of 4", (1, 15)),
            ("4 of 4", (62, 0)),
            ("1 of 4, from the top", (0, 4)),
            ("4 of 4, from the end", (62, 0)),
        ]


async def test_a_match_out_of_view_is_scrolled_to_and_one_in_view_moves_nothing() -> None:
    async with finding() as at:
        await at.type("cat")
        await at.press("enter")
        assert at.area.scroll_offset.y == 0
        await at.press("pageup", "pageup")
        row = at.area.selection.start[0]
        top = at.area.scroll_offset.y
        assert top <= row < top + at.area.size.height
        assert top > 0


async def test_switches_by_key_and_by_mouse() -> None:
    async with finding() as at:
        await at.type("cat")
        await at.press("alt+c")
        assert at.bar.state == "1 of 3"
        await at.press("alt+w")
        assert at.bar.state == "1 of 2"
        await at.press("alt+c", "alt+w")
        assert at.bar.state == "1 of 4"
        await at.enter("c.t")
        assert at.bar.state == "no match"
        await at.pilot.click("#regex")
        await at.settle()
        assert at.bar.state.endswith("of 4")
        assert "[.*]" in str(at.bar.query_one("#regex").render())
        assert at.app.focused is at.bar.query_one("#find", Input)  # one clicks a switch, and types on


async def test_a_bad_pattern_is_one_line_and_goes_with_the_next_letter() -> None:
    async with finding() as at:
        await at.press("alt+x")
        await at.enter("(cat")
        assert at.bar.state == "✗ missing ) at 5"
        assert at.marked(0) == ""
        await at.enter("(cat)")
        assert at.bar.state == "1 of 4"


async def test_matches_without_a_character_are_walked_through() -> None:
    async with finding("a\nb\n") as at:
        await at.press("alt+x")
        await at.enter("^")
        seen = []
        for _ in range(4):
            seen.append((at.area.selection.start, at.bar.state))
            await at.press("enter")
        assert seen == [((0, 0), "1 of 3"), ((1, 0), "2 of 3"), ((2, 0), "3 of 3"), ((0, 0), "1 of 3, from the top")]


async def test_a_match_over_lines_is_marked_on_each_of_them() -> None:
    async with finding("one two\nthree four") as at:
        await at.press("alt+x")
        await at.enter(r"two\r\nthree")
        assert (at.marked(0), at.marked(1)) == ("two", "three")
        assert at.area.selected_text == "two\nthree"


async def test_wide_characters_are_marked_whole() -> None:
    async with finding("東京 👩‍🔬 e\u0301 東\tx") as at:
        await at.enter("東")
        assert at.marked(0) == "東東"
        await at.enter("👩‍🔬")
        assert at.marked(0) == "👩‍🔬"
        await at.enter("e\u0301")
        assert at.marked(0) == "e\u0301"


async def test_the_selection_is_what_one_looks_for_unless_it_has_several_lines() -> None:
    async with finding(keys=()) as at:
        at.area.selection = type(at.area.selection)((1, 2), (1, 5))
        await at.press("ctrl+f")
        assert (at.bar.query_one("#find", Input).value, at.bar.state) == ("cat", "2 of 4")
        await at.press("escape")
        at.area.selection = type(at.area.selection)((0, 0), (1, 5))
        await at.press("ctrl+f")
        assert at.bar.query_one("#find", Input).value == "cat"


async def test_without_a_match_the_cursor_stays_and_an_emptied_field_goes_back() -> None:
    async with finding() as at:
        at.area.move_cursor((0, 2))
        await at.press("escape", "ctrl+f")
        await at.type("sat")
        assert at.area.selection.start == (0, 8)
        await at.press("backspace", "backspace", "backspace")
        assert (at.area.cursor_location, at.area.selection.is_empty, at.bar.state) == ((0, 2), True, "")
        await at.type("zzz")
        assert at.area.cursor_location == (0, 2)


async def test_escape_goes_back_to_the_text_at_the_match_and_takes_the_marks_away() -> None:
    async with finding() as at:
        await at.type("cat")
        await at.press("enter", "escape")
        assert at.app.focused is at.area
        assert (at.area.selected_text, at.bar.display, at.app.closed) == ("cat", False, 1)
        assert at.marked(0) == ""
        await at.press("x")
        assert at.area.document.get_line(1) == "A xalogue, a Cat."


async def test_earlier_searches_come_back_with_the_arrows() -> None:
    async with finding() as at:
        await at.type("sat")
        await at.press("enter", "escape")
        at.area.move_cursor((0, 0))
        await at.press("ctrl+f")
        await at.enter("log")
        await at.press("escape")
        at.area.move_cursor((0, 0))
        await at.press("ctrl+f", "up", "up")
        assert at.bar.query_one("#find", Input).value == "sat"
        await at.press("down")
        assert at.bar.query_one("#find", Input).value == "log"


def test_what_is_remembered_has_each_entry_once_and_ends() -> None:
    remembered = EntryHistory()
    for entry in ["a", "b", "", "a"]:
        remembered.add(entry)
    assert [remembered.step(-1) for _ in range(3)] == ["a", "b", None]
    assert [remembered.step(1) for _ in range(3)] == ["a", "", None]


async def test_what_is_typed_in_the_text_meanwhile_is_found_too() -> None:
    async with finding() as at:
        await at.type("cat")
        at.area.focus()
        at.area.move_cursor((0, 0))
        await at.type("cat ")
        assert at.bar.state.startswith("5 found")
        assert at.marked(0) == "catcat"


async def test_the_bar_follows_to_the_document_in_front() -> None:
    async with finding() as at:
        await at.type("cat")
        first, at.app.area = at.area, at.app.other
        at.bar.follow(at.app.area)
        await at.settle()
        assert at.bar.state == "1 found"
        assert "cat" not in "".join(s.text for s in first.render_line(1) if s.style and s.style.underline)


async def test_while_the_bar_has_the_focus_there_is_no_ghost() -> None:
    async with finding(keys=()) as at:
        at.area.move_cursor((0, 12))
        at.area.suggest(Suggestion(Before(0, "The cat sat."), " Then", 0.9))
        assert at.area.ghost == " Then"
        await at.press("ctrl+f")
        assert at.area.ghost == ""
        at.area.suggest(Suggestion(Before(0, "The cat sat."), " So", 0.9))
        assert at.area.ghost == ""
        await at.press("escape")
        assert at.area.ghost == " So"
