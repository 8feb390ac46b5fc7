"""What the person does with a ghost: take a word, a phrase or a character, look further, send it away, pause."""

from __future__ import annotations

import asyncio

import pytest
from textual.events import Paste

from autocomplete import BackendUnavailable, Distribution, ScriptedBackend
from tests.support.editor import HEARING, knows
from tests.tui.ghost.ghost_bench import Bench, bench
from tui.ghost.placement import Before, Suggestion
from tui.ghost.style import GhostStyle

TEXT = "I look forward to hearing"


def suggest(at: Bench, completion: str, **more: object) -> None:
    """Put a ghost at the cursor without a model."""
    at.area.suggest(Suggestion(Before(0, at.area.text_before(0).text), completion, 0.9, **more))  # type: ignore[arg-type] # ends, mark


# -- a phrase -------------------------------------------------------------------------------------------------------------


async def test_tab_takes_a_phrase_word_by_word_and_the_rest_stays_without_a_request() -> None:
    async with bench(max_words=3, cutoff=0.4) as at:
        await at.load("I look forward to")
        await at.type(" ")
        assert at.area.ghost == "hearing from you"
        n_requests, drawn = at.n_requests, at.row()
        await at.pilot.press("tab")
        assert (at.area.text, at.area.ghost) == ("I look forward to hearing", " from you")
        assert at.row() == drawn
        await at.settle()
        assert (at.area.ghost, at.n_requests) == (" from you", n_requests)
        await at.pilot.press("tab")
        assert (at.area.text, at.area.ghost) == ("I look forward to hearing from", " you")
        assert (at.row(), at.n_requests) == (drawn, n_requests)
        await at.press("tab")
        assert at.area.text == "I look forward to hearing from you"
        assert at.n_requests > n_requests  # nothing of the phrase is left: the next word is asked for


async def test_the_rest_of_a_phrase_has_the_probability_it_has_after_the_words_taken() -> None:
    async with bench(max_words=2, cutoff=0.6) as at:
        await at.load(TEXT)
        await at.type(" ")
        assert at.area.ghost == "from you"
        assert at.status.probability == pytest.approx(0.8 * 0.95)
        await at.press("tab")
        assert (at.area.ghost, at.status.shown) == (" you", True)
        assert at.status.probability == pytest.approx(0.95)


async def test_shift_tab_takes_the_whole_phrase_as_one_undo_step() -> None:
    async with bench(max_words=3, cutoff=0.4) as at:
        await at.load("I look forward to")
        await at.type(" ")
        await at.press("shift+tab")
        assert at.area.text == "I look forward to hearing from you"
        await at.press("ctrl+z")
        assert at.area.text == "I look forward to "


async def test_each_word_of_a_phrase_is_its_own_undo_step() -> None:
    async with bench(max_words=3, cutoff=0.4) as at:
        await at.load("I look forward to")
        await at.type(" ")
        await at.press("tab", "tab")
        assert at.area.text == "I look forward to hearing from"
        await at.press("ctrl+z")
        assert at.area.text == "I look forward to hearing"
        await at.press("ctrl+z")
        assert at.area.text == "I look forward to "


async def test_a_hanging_model_takes_nothing_from_a_phrase_that_stands() -> None:
    slow = ScriptedBackend(knows(HEARING), gate=asyncio.Event())
    assert slow.gate is not None
    slow.gate.set()
    async with bench(backend=slow, max_words=3, cutoff=0.4) as at:
        await at.load("I look forward to")
        await at.type(" ")
        slow.gate.clear()
        await at.pilot.press("tab", "tab")
        assert at.area.ghost == " you"
        slow.gate.set()


async def test_where_there_is_no_ghost_shift_tab_changes_nothing() -> None:
    async with bench({"": {"nothing": 0.1}}) as at:
        await at.load("one")
        await at.press("shift+tab")
        assert at.area.text == "one"


# -- a character ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("completion", "first"),
    [("from", "f"), ("e\u0301tude", "e\u0301"), ("👩‍🔬 works", "👩‍🔬"), ("東京", "東"), (" you", " ")],
)
async def test_the_right_arrow_takes_one_grapheme_at_the_end_of_a_line(completion: str, first: str) -> None:
    async with bench() as at:
        at.suggester.toggle_pause()  # the model has no say
        await at.load("so, ")
        suggest(at, completion)
        await at.pilot.press("right")
        assert at.area.text == "so, " + first
        assert at.area.ghost == completion[len(first) :]


async def test_the_right_arrow_moves_in_mid_line_and_selects_with_shift() -> None:
    async with bench() as at:
        at.suggester.toggle_pause()
        await at.load("one, three")
        at.area.move_cursor((0, 3))
        suggest(at, " or two")
        await at.press("right")
        assert (at.area.text, at.area.cursor_location) == ("one, three", (0, 4))
        await at.load("one\ntwo")
        at.area.move_cursor((0, 3))
        suggest(at, " more")
        await at.press("shift+right")
        assert (at.area.text, at.area.selection.is_empty) == ("one\ntwo", False)


async def test_characters_taken_and_typed_are_undone_together() -> None:
    async with bench() as at:
        await at.load(TEXT)
        await at.type(" ")
        at.area.history.checkpoint()
        await at.press("right", "r", "right")
        assert (at.area.text, at.area.ghost) == (TEXT + " fro", "m")
        await at.press("ctrl+z")
        assert at.area.text == TEXT + " "


async def test_characters_of_a_phrase_are_taken_across_its_words() -> None:
    async with bench(max_words=2) as at:
        await at.load(TEXT)
        await at.type(" ")
        await at.press(*["right"] * 6)
        assert (at.area.text, at.area.ghost) == (TEXT + " from y", "ou")


# -- other words ----------------------------------------------------------------------------------------------------------

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


@pytest.mark.parametrize("how", ["setting", "NO_COLOR"])
async def test_without_colour_the_ghost_is_told_by_slant_and_underline(how: str) -> None:
    async with bench() as at:
        if how == "setting":
            at.area.ghost_style = GhostStyle.PLAIN
        else:
            at.app.no_color = True
        await at.load("so ")
        suggest(at, "from")
        ghost = next(segment for segment in at.area.render_line(0) if segment.text.startswith("rom"))
        text = next(segment for segment in at.area.render_line(0) if segment.text.startswith("so"))
        assert ghost.style is not None
        assert text.style is not None
        assert (ghost.style.italic, ghost.style.underline, ghost.style.bold) == (True, True, True)
        assert (ghost.style.color, ghost.style.bgcolor) == (text.style.color, text.style.bgcolor)


# -- pause and snooze -----------------------------------------------------------------------------------------------------


class Clock:
    """A clock that stands, and a sleep that ends when it is moved on."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._moved = asyncio.Event()

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        await self._moved.wait()
        self._moved.clear()

    def move(self, seconds: float) -> None:
        self.now_s += seconds
        self._moved.set()


async def test_a_snooze_is_silent_says_how_long_it_lasts_and_ends_by_itself() -> None:
    clock = Clock()
    async with bench(clock=clock, sleep=clock.sleep) as at:
        await at.load(TEXT)
        await at.type(" ")
        n_requests = at.n_requests
        at.suggester.snooze(5)
        assert (at.area.ghost, at.status.reason) == ("", "snoozed, 5 min left")
        await at.type("fr")
        assert at.n_requests == n_requests
        clock.move(241)
        await at.pilot.pause()
        assert at.status.reason == "snoozed, 1 min left"
        clock.move(60)
        await at.pilot.pause()
        assert (at.suggester.paused, at.area.ghost) == (False, "")
        await at.type("o")
        assert at.area.ghost == "m"


async def test_the_pause_key_ends_a_snooze() -> None:
    clock = Clock()
    async with bench(clock=clock, sleep=clock.sleep) as at:
        at.suggester.snooze(60)
        at.suggester.toggle_pause()
        assert not at.suggester.paused
        await at.type("I")
        assert at.area.ghost == " look"
