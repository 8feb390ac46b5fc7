"""What the person does with a ghost: take a word, a phrase or a character, look further, send it away, pause."""

from __future__ import annotations

import asyncio

import pytest

from autocomplete import ScriptedBackend
from tests.support.editor import HEARING, knows
from tests.tui.ghost.ghost_bench import Bench, bench
from tui.ghost.placement import Before, Suggestion
from tui.ghost.style import GhostStyle

TEXT = "I look forward to hearing"


def suggest(at: Bench, completion: str, **more: object) -> None:
    """Put a ghost at the cursor without a model."""
    at.area.suggest(Suggestion(Before(0, at.area.text_before(0).text), completion, 0.9, **more))  # type: ignore[arg-type] # ends, mark


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
