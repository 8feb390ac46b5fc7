"""Words below the cutoff can be seen by key, with their probability, and gone through."""

from __future__ import annotations

import asyncio

import pytest
from textual.events import Paste

from autocomplete import BackendUnavailable, Distribution, ScriptedBackend
from tests.support.editor import HEARING, knows
from tests.tui.ghost.ghost_bench import Bench, bench
from tui.ghost.placement import Before, Suggestion

TEXT = "I look forward to hearing"


def suggest(at: Bench, completion: str, **more: object) -> None:
    """Put a ghost at the cursor without a model."""
    at.area.suggest(Suggestion(Before(0, at.area.text_before(0).text), completion, 0.9, **more))  # type: ignore[arg-type] # ends, mark


SOON = "I look forward to hearing from you"


async def test_peeking_shows_the_word_below_the_cutoff_with_its_probability() -> None:
    async with bench() as at:
        await at.load(SOON)
        await at.type(" ")
        assert at.area.ghost == ""
        await at.press("ctrl+@")
        assert at.area.ghost == "soon"
        assert at.row() == SOON + " soon (40%)"
        assert (at.status.probability, at.status.shown) == (0.4, True)
        await at.press("tab")
        assert at.area.text == SOON + " soon"


async def test_peeking_asks_nothing_that_is_known() -> None:
    async with bench() as at:
        await at.load(SOON)
        await at.type(" ")
        n_requests = at.n_requests
        await at.press("ctrl+@", "ctrl+@", "alt+e", "escape", "ctrl+@")
        assert at.n_requests == n_requests


@pytest.mark.parametrize("key", ["x", "left", "backspace", "enter", "ctrl+z", "home"])
async def test_a_key_later_what_was_peeked_at_is_gone(key: str) -> None:
    async with bench() as at:
        await at.load(SOON)
        await at.type(" ")
        await at.press("ctrl+@")
        assert at.area.ghost == "soon"
        await at.press(key)
        assert at.area.ghost != "soon"
        assert "(" not in at.row()


async def test_what_was_peeked_at_can_be_typed_through_though_it_stays_below_the_cutoff() -> None:
    async with bench(cutoff=0.9) as at:
        await at.load(SOON)
        await at.type(" ")
        await at.press("ctrl+@")
        for rest, char in [("oon", "s"), ("on", "o"), ("n", "o")]:
            await at.pilot.press(char)
            assert at.area.ghost == rest
            await at.settle()
            assert at.area.ghost == rest
            assert at.row().startswith(SOON + " soon")


async def test_what_was_peeked_at_loses_its_mark_once_it_passes_the_cutoff() -> None:
    async with bench(cutoff=0.45) as at:
        await at.load(SOON)
        await at.type(" ")
        await at.press("ctrl+@")
        await at.type("s")  # no other word that is known begins so
        assert (at.area.ghost, at.row()) == ("oon", SOON + " soon")


async def test_peeking_again_goes_through_the_words_and_round() -> None:
    async with bench() as at:
        await at.load(SOON)
        await at.type(" ")
        seen = []
        for key in ["ctrl+@", "ctrl+@", "ctrl+@", "alt+e", "alt+n"]:
            await at.press(key)
            seen.append(at.row().removeprefix(SOON))
        assert seen == [" soon (40%)", " again (20%, 2 of 2)", " soon (40%)", " again (20%, 2 of 2)", " soon (40%)"]


async def test_from_a_ghost_one_goes_to_the_other_words_and_escape_goes_back_to_it() -> None:
    async with bench() as at:
        await at.load(TEXT)
        await at.type(" ")
        assert at.area.ghost == "from"
        n_requests = at.n_requests
        await at.press("alt+n")
        assert at.row() == TEXT + " of (5%, 2 of 2)"
        await at.press("escape")
        assert at.row() == TEXT + " from"
        await at.press("alt+e")
        assert at.area.ghost == "of"
        await at.press("tab")
        assert at.area.text == TEXT + " of"
        await at.press("ctrl+z", "escape")
        assert at.n_requests >= n_requests


async def test_escape_on_a_peek_ends_it_and_silences_nothing() -> None:
    async with bench(cutoff=0.45) as at:
        await at.load(SOON)
        await at.type(" ")
        await at.press("ctrl+@", "escape")
        assert (at.area.ghost, at.row()) == ("", SOON)
        await at.type("s")
        assert at.area.ghost == "oon"


async def test_where_there_is_no_other_word_the_ghost_stays_and_the_status_says_so() -> None:
    async with bench() as at:
        await at.load("I look forward")
        await at.type(" ")
        assert at.area.ghost == "to"
        await at.press("ctrl+@")
        assert at.area.ghost == "to"


@pytest.mark.parametrize("how", ["loaded", "pasted", "moved", "undone", "deleted"])
async def test_peeking_asks_once_where_nothing_was_asked(how: str) -> None:
    async with bench() as at:
        if how == "loaded":
            await at.load(TEXT + " ")
        elif how == "pasted":
            at.area.post_message(Paste(TEXT + " "))
        else:
            await at.load(TEXT + " x")
            await at.press("backspace")
            if how == "moved":
                await at.press("left", "right")
            elif how == "undone":
                await at.press("ctrl+z", "backspace", "ctrl+y")
        await at.settle()
        assert at.n_requests == 0
        await at.press("ctrl+@")
        n_requests = at.n_requests
        assert (at.area.ghost, n_requests > 0) == ("from", True)
        await at.press("ctrl+@", "alt+n")
        assert at.n_requests == n_requests


async def test_while_an_answer_is_awaited_the_place_is_marked() -> None:
    slow = ScriptedBackend(knows(HEARING), gate=asyncio.Event())
    assert slow.gate is not None
    async with bench(backend=slow) as at:
        await at.load(SOON + " ")
        await at.pilot.press("ctrl+@")
        assert (at.row(), at.area.ghost) == (SOON + " …", "")
        assert at.status.reason == "asking"
        await at.pilot.press("tab")
        assert at.area.text.rstrip() == SOON  # there is nothing to take: Tab indents, and the wait is over
        assert "…" not in at.row()
        slow.gate.set()
        await at.settle()
        assert at.area.ghost == ""


async def test_a_wait_that_fails_leaves_no_mark() -> None:
    async with bench(lambda request: BackendUnavailable("Gone.")) as at:
        await at.load(SOON + " ")
        await at.press("ctrl+@")
        assert (at.row(), at.status.error) == (SOON, "Gone.")


async def test_peeking_while_an_answer_is_awaited_asks_no_second_time() -> None:
    slow = ScriptedBackend(knows(HEARING), gate=asyncio.Event())
    assert slow.gate is not None
    async with bench(backend=slow) as at:
        await at.load(SOON)
        await at.pilot.press("space", "ctrl+@")
        await at.pilot.pause()
        assert (at.n_requests, at.row()) == (1, SOON + " …")
        slow.gate.set()
        await at.settle()
        assert at.row() == SOON + " soon (40%)"


async def test_peeking_inside_a_word_or_while_paused_asks_nothing() -> None:
    async with bench() as at:
        await at.load(TEXT)
        at.area.move_cursor((0, 4))
        await at.press("ctrl+@")
        assert (at.n_requests, at.status.reason) == (0, "inside a word")
        at.suggester.toggle_pause()
        at.area.move_cursor((0, len(TEXT)))
        await at.press("ctrl+@")
        assert (at.n_requests, at.status.reason) == (0, "paused")


async def test_what_no_word_is_known_for_is_said() -> None:
    async with bench(lambda request: Distribution.from_pairs([(b"\n", 0.9)])) as at:
        await at.load("so")
        await at.press("ctrl+@")
        assert (at.area.ghost, at.row()) == ("", "so")
        assert at.status.reason == "no word in sight"


async def test_a_dismissed_word_can_still_be_peeked_at() -> None:
    async with bench() as at:
        await at.load(TEXT)
        await at.type(" ")
        await at.press("escape")
        assert at.area.ghost == ""
        await at.press("ctrl+@")
        assert at.area.ghost == "from"


async def test_the_cutoff_turns_what_was_peeked_at_into_a_suggestion() -> None:
    async with bench() as at:
        await at.load(SOON)
        await at.type(" ")
        await at.press("ctrl+@")
        at.suggester.move_cutoff(-0.3)
        assert (at.area.ghost, at.row()) == ("soon", SOON + " soon")
        at.suggester.move_cutoff(0.5)
        assert at.area.ghost == ""


async def test_the_cutoff_moves_before_it_is_known_that_what_was_peeked_at_is_typed_through() -> None:
    async with bench() as at:
        await at.load(SOON)
        await at.type(" ")
        await at.press("ctrl+@")
        at.area.insert("s", maintain_selection_offset=False)
        at.suggester.move_cutoff(0.1)
        assert (at.area.ghost, at.row()) == ("oon", SOON + " soon (40%)")
        at.suggester.move_cutoff(-0.4)
        assert (at.area.ghost, at.row()) == ("oon", SOON + " soon")


async def test_at_the_right_edge_the_word_is_cut_before_its_mark_is() -> None:
    async with bench(size=(30, 5)) as at:
        at.area.soft_wrap = False
        await at.load("It was so ")
        suggest(at, "incomprehensible", mark=" (12%)")
        width = at.area.scrollable_content_region.width
        assert at.area.render_line(0).text[:width].rstrip().endswith("… (12%)")


async def test_where_lines_are_wrapped_the_mark_is_whole() -> None:
    async with bench(size=(30, 5)) as at:
        await at.load("It was so ")
        suggest(at, "incomprehensible", mark=" (12%)")
        assert " ".join(at.row(y) for y in range(3)).split() == ["It", "was", "so", "incomprehensible", "(12%)"]
