"""How the ghost is drawn, and that no key, undo or load leaves a stale one."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.events import Paste
from textual.geometry import Offset

from tests.support.editor import RunningEditor, Words, editor
from tui.ghost.placement import Before, Suggestion

TEXT = "I look forward to hearing "


def suggest(at: RunningEditor, completion: str, probability: float = 0.9) -> None:
    """Put a ghost at the cursor without a model."""
    before = at.area.text_before(0)
    at.area.suggest(Suggestion(Before(0, before.text), completion, probability))


def segments(at: RunningEditor, y: int = 0) -> list[Segment]:
    return list(at.area.render_line(y))


async def test_the_ghost_follows_the_text_and_is_not_in_it() -> None:
    async with editor() as at:
        await at.load("I look forward to")
        await at.type(" ")
        assert at.row(0) == "I look forward to hearing"
        assert at.area.text == "I look forward to "


async def test_in_mid_line_the_rest_moves_right() -> None:
    async with editor() as at:
        await at.load("one three")
        at.area.move_cursor((0, 4))
        suggest(at, "two ")
        assert at.area.ghost == ""  # the word at the cursor goes on
        await at.load("one, three")
        at.area.move_cursor((0, 3))
        suggest(at, " or two")
        assert at.row(0) == "one or two, three"
        assert at.area.render_line(0).cell_length == at.area.scrollable_content_region.width


async def test_the_cursor_block_stands_on_the_first_letter_only() -> None:
    async with editor() as at:
        await at.load("one, three")
        at.area.move_cursor((0, 3))
        plain = [segment for segment in segments(at) if segment.text == ","]
        suggest(at, " or")
        blocks = [s.text for s in segments(at) if s.style and s.style.bgcolor == plain[0].style.bgcolor]  # type: ignore[union-attr] # it has a style
        assert blocks == [" "]


async def test_wide_characters_are_measured_in_cells() -> None:
    async with editor() as at:
        await at.load("東京、大学")
        at.area.move_cursor((0, 2))
        suggest(at, "都心")
        assert at.row(0) == "東京都心、大学"
        assert at.area.render_line(0).cell_length == at.area.scrollable_content_region.width


@pytest.mark.parametrize("completion", ["wonderful", "東京大学病院", "👩‍🔬👩‍🔬👩‍🔬", "e\u0301e\u0301e\u0301e\u0301e\u0301"])
async def test_at_the_right_edge_of_unwrapped_lines_the_ghost_is_cut_with_an_ellipsis(completion: str) -> None:
    async with editor(size=(30, 10)) as at:
        at.area.soft_wrap = False
        await at.load("a" * 16 + " bb cc")
        width = at.area.scrollable_content_region.width
        for column in range(23):
            at.area.move_cursor((0, column))
            suggest(at, completion)
            assert at.area.render_line(0).cell_length >= width
        assert at.area.render_line(0).text[:width].startswith("a" * 16 + " bb cc" + completion[0])
        assert "…" in at.area.render_line(0).text


async def test_on_a_wrapped_line_the_ghost_is_on_the_cursors_row() -> None:
    async with editor(size=(30, 10)) as at:
        await at.load("a" * 20 + " " + "b" * 20 + " ")
        suggest(at, "ccc")
        assert [at.row(0), at.row(1)] == ["a" * 20, "b" * 20 + " ccc"]


async def test_a_long_ghost_wraps_and_pushes_down_what_is_below() -> None:
    async with editor(size=(30, 12)) as at:
        await at.load("so, \nbelow")
        at.area.move_cursor((0, 4))
        before = [at.row(y) for y in range(3)]
        suggest(at, "a phrase that needs more than one row")
        assert [at.row(y) for y in range(4)] == ["so, a phrase that needs", "more than one row", "below", ""]
        assert at.area.text == "so, \nbelow"
        at.area.suggest(None)
        assert [at.row(y) for y in range(3)] == before


async def test_in_mid_line_what_follows_flows_on_behind_the_ghost() -> None:
    async with editor(size=(30, 12)) as at:
        await at.load("one, two three four five six seven\nbelow")
        at.area.move_cursor((0, 3))
        suggest(at, " or the other")
        assert [at.row(y) for y in range(4)] == ["one or the other, two", "three four five six seven", "below", ""]
        await at.pilot.press("tab")  # what was shown is what comes
        assert [at.row(y) for y in range(4)] == ["one or the other, two", "three four five six seven", "below", ""]


async def test_what_is_typed_never_moves_for_a_ghost() -> None:
    async with editor(size=(30, 12)) as at:
        await at.load("words up to the edge, wo")
        suggest(at, "nderful")
        assert [at.row(0), at.row(1)] == ["words up to the edge, won", "derful"]
        assert at.area.cursor_screen_offset.y == at.area.region.y


async def test_at_the_lower_edge_the_ghost_is_cut_with_an_ellipsis() -> None:
    async with editor(size=(30, 12)) as at:
        await at.load("line\n" * 40 + "so, ")
        suggest(at, "a phrase that needs more than one row")
        last = at.area.content_size.height - 1
        assert at.row(last).startswith("so, a phrase")
        assert at.row(last).endswith("…")


async def test_a_click_below_a_wrapped_ghost_hits_what_is_seen() -> None:
    async with editor(size=(30, 12)) as at:
        for x, y, expected in [(1, 2, (1, 1)), (3, 1, (0, 4)), (2, 0, (0, 2)), (8, 0, (0, 4))]:
            await at.load("so, \nbelow")
            at.area.move_cursor((0, 4))
            suggest(at, "a phrase that needs more than one row")
            await at.pilot.click(at.area, offset=Offset(2 + x, y))
            assert at.area.cursor_location == expected


async def test_typing_through_a_wrapped_ghost_moves_nothing() -> None:
    async with editor({"": {"nothing": 0.1}}, size=(30, 12)) as at:
        await at.press("f2")
        await at.load("so, \nbelow")
        at.area.move_cursor((0, 4))
        suggest(at, "a phrase that needs more than one row")
        before = [at.row(y) for y in range(4)]
        for key in ("a", "space", "p", "h"):
            await at.pilot.press(key)
            assert [at.row(y) for y in range(4)] == before


async def test_without_wrapping_the_scrolled_row_shows_it_at_the_cursor() -> None:
    async with editor(size=(30, 10)) as at:
        at.area.soft_wrap = False
        await at.load("x" * 200 + " ")
        suggest(at, "end")
        await at.pilot.pause()
        x = at.area.cursor_screen_offset.x - at.area.content_region.x
        assert at.area.render_line(0).text[x : x + 1] in ("e", "…")


async def test_line_numbers_push_the_ghost_along() -> None:
    async with editor() as at:
        at.area.show_line_numbers = True
        await at.load("one\ntwo ")
        suggest(at, "three")
        assert at.row(1).endswith("two three")


async def test_the_ghost_has_the_background_of_the_cursor_line_and_is_slanted() -> None:
    async with editor() as at:
        await at.load("one ")
        suggest(at, "two")
        rest = next(s for s in segments(at) if s.text == "wo")
        text = next(s for s in segments(at) if s.text.startswith("one"))
        assert rest.style is not None
        assert text.style is not None
        assert rest.style.bgcolor == text.style.bgcolor
        assert rest.style.italic


async def test_a_surer_ghost_stands_out_more() -> None:
    async with editor() as at:
        await at.load("one ")
        shades = []
        for probability in (0.2, 0.9):
            suggest(at, "two", probability)
            shade = next(s for s in segments(at) if s.text == "wo").style
            assert shade is not None
            assert shade.color is not None
            shades.append(sum(shade.color.get_truecolor()))
        assert shades[0] < shades[1]


async def test_other_rows_are_drawn_from_the_cache() -> None:
    async with editor() as at:
        await at.load("one\ntwo\nthree ")
        above = at.area.render_line(0)
        suggest(at, "four")
        assert at.area.render_line(0) is above


async def test_control_characters_are_made_visible() -> None:
    async with editor() as at:
        await at.load("a\x1b[31mb\x0cc\x85d\u2028e")
        assert at.row(0) == "a␛[31mb␌c▯d↵e"
        assert at.area.text == "a\x1b[31mb\x0cc\x85d\u2028e"


@pytest.mark.parametrize(
    "keys",
    [
        ("backspace",),
        ("ctrl+w",),
        ("ctrl+u",),
        ("left",),
        ("ctrl+left",),
        ("home",),
        ("up",),
        ("pageup",),
        ("ctrl+z",),
        ("ctrl+z", "ctrl+y"),
        ("shift+left",),
        ("shift+home",),
        ("alt+a",),
        ("escape",),
        ("enter",),
        ("x",),
        ("space",),
        ("f", "x"),
    ],
    ids=" ".join,
)
async def test_no_key_leaves_a_stale_ghost(keys: tuple[str, ...]) -> None:
    async with editor({"": {"nothing": 0.1}}) as at:
        await at.load("above\nI look forward to hearing")
        await at.type(" ")
        suggest(at, "from")
        assert at.area.ghost == "from"
        await at.press(*keys)
        assert at.area.ghost == ""
        assert "from" not in "".join(at.row(y) for y in range(5))


async def test_loading_and_clicking_leave_no_stale_ghost() -> None:
    async with editor() as at:
        await at.load(TEXT)
        suggest(at, "from")
        await at.pilot.click(at.area, offset=Offset(6, 0))
        assert at.area.ghost == ""
        await at.load(TEXT)
        suggest(at, "from")
        await at.load("Something else ")
        assert at.area.ghost == ""


async def test_a_read_only_text_has_no_ghost() -> None:
    async with editor() as at:
        await at.load(TEXT)
        at.area.read_only = True
        suggest(at, "from")
        assert at.area.ghost == ""


@pytest.mark.parametrize("key", ["shift+right", "ctrl+right", "end", "down", "left"])
async def test_keys_that_move_accept_nothing(key: str) -> None:
    async with editor() as at:
        await at.load(TEXT)
        suggest(at, "from")
        await at.pilot.press(key)
        assert at.area.text == TEXT


async def test_backspace_gives_typed_through_letters_back_to_the_ghost() -> None:
    async with editor() as at:
        await at.press("f2")  # paused: the model has no say
        await at.load(TEXT)
        suggest(at, "from")
        await at.pilot.press("f", "r")
        assert at.area.ghost == "om"
        await at.pilot.press("backspace")
        assert at.area.ghost == "rom"


@pytest.mark.parametrize("completion", ["from you", "x", " 東京", "👩‍🔬"])
async def test_accepting_inserts_exactly_the_completion_as_one_undo_step(completion: str) -> None:
    words: Words = {"": {"nothing": 0.1}}
    async with editor(words) as at:
        await at.load("so, ")
        await at.type("a")
        suggest(at, completion)
        await at.press("tab")
        assert at.area.text == "so, a" + completion
        await at.type("b")
        await at.press("ctrl+z")
        assert at.area.text == "so, a" + completion
        await at.press("ctrl+z")
        assert at.area.text == "so, a"


async def test_tab_indents_where_there_is_no_ghost() -> None:
    async with editor({"": {"nothing": 0.1}}) as at:
        await at.press("tab")
        assert at.area.text == "    "


@pytest.mark.parametrize("pasted", ["one\r\ntwo\rthree\nfour", "x"])
async def test_a_paste_has_one_kind_of_line_ending(pasted: str) -> None:
    async with editor() as at:
        at.area.post_message(Paste(pasted))
        await at.settle()
        assert at.area.text == pasted.replace("\r\n", "\n").replace("\r", "\n")
        assert at.area.cursor_location == at.area.document.end
        assert at.n_requests == 0
