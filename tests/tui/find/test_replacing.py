"""The bar replaces what it finds: one match at a time, or all in one step."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.support.late import Late
from tests.tui.find.finding import TEXT, finding


async def test_replacing_goes_from_match_to_match_each_a_step_of_its_own() -> None:
    async with finding(keys=("alt+r",)) as at:
        await at.type("cat")
        await at.enter("dog", into="with")
        at.bar.query_one("#with", Input).focus()
        await at.press("enter")
        assert at.area.document.get_line(0) == "The dog sat."
        assert (at.area.selection.start, at.bar.state) == ((1, 2), "1 of 3")
        await at.press("enter")
        assert at.area.document.get_line(1) == "A dogalogue, a Cat."
        at.area.undo()
        assert at.area.text == TEXT.replace("The cat", "The dog")
        at.area.undo()
        assert at.area.text == TEXT


async def test_enter_where_no_match_is_selected_only_goes_to_the_next() -> None:
    async with finding(keys=("alt+r",)) as at:
        await at.type("cat")
        await at.enter("dog", into="with")
        at.area.move_cursor((0, 12))
        at.bar.query_one("#with", Input).focus()
        await at.press("enter")
        assert (at.area.text, at.area.selection.start) == (TEXT, (1, 2))


@pytest.mark.parametrize("how", ["alt+a", "click"])
async def test_replacing_all_is_one_step_and_leaves_the_cursor_at_its_words(how: str) -> None:
    async with finding(keys=("alt+r",)) as at:
        await at.type("cat")
        await at.enter("horse", into="with")
        at.area.move_cursor((1, 11))
        if how == "click":
            await at.pilot.click("#all")
            await at.settle()
        else:
            await at.press(how)
        assert at.area.text == TEXT.replace("cat", "horse").replace("Cat", "horse")
        assert at.area.cursor_location == (1, 13)
        assert at.bar.state == "no match, 4 replaced"
        at.area.undo()
        assert at.area.text == TEXT


async def test_the_row_for_replacing_comes_when_it_is_called() -> None:
    async with finding() as at:
        await at.type("cat")
        await at.press("alt+r")
        assert at.app.focused is at.bar.query_one("#with", Input)
        await at.type("dog")
        await at.press("alt+a")
        assert at.bar.state == "no match, 4 replaced"


async def test_groups_and_line_breaks_in_a_replacement() -> None:
    async with finding("Doe, Jane\nRoe, Sam", keys=("alt+r", "alt+x")) as at:
        await at.enter(r"(\w+), (\w+)")
        await at.enter(r"$2 \1\n", into="with")
        await at.press("alt+a")
        assert at.area.text == "Jane Doe\n\nSam Roe\n"


async def test_a_bad_replacement_changes_nothing_and_says_so_until_it_is_changed() -> None:
    async with finding(keys=("alt+r", "alt+x")) as at:
        await at.enter("(cat)")
        await at.enter("$7", into="with")
        await at.press("alt+a")
        assert (at.area.text, at.bar.state) == (TEXT, "✗ there is no group 7 ($$ is a dollar)")
        await at.enter("$1", into="with")
        assert at.bar.state.endswith("of 4")


async def test_matches_without_a_character_can_be_replaced() -> None:
    async with finding("a\nb", keys=("alt+r", "alt+x")) as at:
        await at.enter("^")
        await at.enter("- ", into="with")
        at.bar.query_one("#with", Input).focus()
        await at.press("enter", "enter")
        assert at.area.text == "- a\n- b"


async def test_a_replacement_that_holds_what_is_looked_for_is_not_replaced_again() -> None:
    async with finding("cat cat", keys=("alt+r",)) as at:
        await at.enter("cat")
        await at.enter("cat cat", into="with")
        at.bar.query_one("#with", Input).focus()
        await at.press("enter")
        assert (at.area.text, at.area.selection.start) == ("cat cat cat", (0, 8))


async def test_a_read_only_text_is_not_replaced() -> None:
    async with finding(keys=("alt+r",)) as at:
        at.area.read_only = True
        await at.type("cat")
        await at.press("alt+a")
        assert (at.area.text, at.bar.state) == (TEXT, "✗ this text is read-only")


async def test_without_the_row_for_it_nothing_is_replaced() -> None:
    async with finding() as at:
        await at.type("cat")
        await at.press("alt+a")
        assert at.area.text == TEXT


@pytest.mark.parametrize("key", ["enter", "alt+a"])
async def test_after_an_edit_that_came_before_the_replacement_it_is_counted_anew(key: str) -> None:
    async with finding("one two one two", keys=("alt+r",)) as at:
        await at.enter("one")
        while at.bar.state != "1 of 2":
            await at.pilot.pause()
        at.bar.query_one("#with", Input).focus()
        await at.pilot.pause()
        late = Late()
        await at.pilot.press(key)
        while not late.n_waiting:
            await at.pilot.pause()
        at.area.insert("one ", (0, 15))
        await at.pilot.pause()
        late.end()
        await at.settle()
        assert (at.area.text, at.bar.state) == ("one two one twoone ", "1 of 3")
