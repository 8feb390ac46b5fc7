"""When the model is asked, when it is not, and what a bad one may do: nothing but a line in the status."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from textual.events import Paste

from autocomplete import (
    Autocompleter,
    Decision,
    Distribution,
    Request,
    ScriptedBackend,
)
from tests.support.editor import HEARING, RunningEditor, editor, knows
from tests.support.late import Late
from tui.app.editor import EditorApp
from tui.ghost.controller import SuggestionController


async def test_typing_shows_the_word_when_its_probability_reaches_the_cutoff() -> None:
    async with editor(cutoff=0.75) as at:
        await at.load("I look forward to hearing")
        await at.type(" ")
        assert at.area.ghost == "from"
        assert at.line("status").startswith("━━━━━━━╋──   80% ≥ cutoff 75%")
        assert "certified" in at.line("status")


async def test_below_the_cutoff_the_status_says_why_nothing_is_shown() -> None:
    async with editor() as at:
        await at.load("from you")
        await at.type(" ")
        assert at.area.ghost == ""
        assert "40% < cutoff 60%   below the cutoff" in at.line("status")


async def test_a_ghost_that_is_typed_through_never_flickers() -> None:
    async with editor() as at:
        await at.load("I look forward to hearing")
        await at.type(" ")
        n_requests = at.n_requests
        for rest, char in [("rom", "f"), ("om", "r"), ("m", "o")]:
            await at.pilot.press(char)
            assert at.area.ghost == rest
        await at.settle()
        assert at.n_requests == n_requests


async def test_accepting_asks_for_the_next_word_at_once() -> None:
    async with editor() as at:
        await at.load("I look forward to hearing")
        await at.type(" ")
        await at.press("tab")
        assert at.area.text == "I look forward to hearing from"
        assert at.area.ghost == " you"
        await at.press("tab", "tab")
        assert at.area.text == "I look forward to hearing from you  "  # to the next tab stop


@pytest.mark.parametrize(
    "keys",
    [
        ("backspace",),
        ("ctrl+w",),
        ("ctrl+z",),
        ("ctrl+z", "ctrl+y"),
        ("left",),
        ("home",),
        ("ctrl+end",),
        ("alt+a",),
        ("f3",),
    ],
    ids=" ".join,
)
async def test_no_request_on_deletion_undo_or_movement(keys: tuple[str, ...]) -> None:
    async with editor() as at:
        await at.load("I look forward to ")
        at.area.insert("hearing ")
        await at.press(*keys)
        assert at.n_requests == 0


async def test_no_request_on_paste_until_typing_resumes() -> None:
    async with editor() as at:
        at.area.post_message(Paste("I look forward to"))
        await at.settle()
        assert at.n_requests == 0
        await at.type(" ")
        assert at.n_requests > 0


async def test_no_request_on_the_editors_own_paste() -> None:
    async with editor() as at:
        at.app.copy_to_clipboard("I look forward to")
        await at.press("ctrl+v")
        assert at.area.text == "I look forward to"
        assert at.n_requests == 0


async def test_no_request_on_loading() -> None:
    async with editor() as at:
        await at.load("I look forward to ")
        assert at.n_requests == 0


async def test_nothing_is_suggested_inside_a_word() -> None:
    async with editor() as at:
        await at.load("I look forward to hearing")
        at.area.move_cursor((0, 3))
        await at.type("x")
        assert at.n_requests == 0
        assert "inside a word" in at.line("status")


async def test_pause_hides_and_asks_nothing_until_typing_resumes() -> None:
    async with editor() as at:
        await at.load("I look forward to hearing")
        await at.type(" ")
        await at.press("f2")
        assert at.area.ghost == ""
        assert "paused" in at.line("status")
        n_requests = at.n_requests
        await at.type("fr")
        await at.press("f2")
        assert (at.n_requests, at.area.ghost) == (n_requests, "")
        await at.type("o")
        assert at.area.ghost == "m"


async def test_a_dismissed_word_stays_quiet_until_it_ends() -> None:
    async with editor() as at:
        await at.load("I look forward to")
        await at.type(" ")
        assert at.area.ghost == "hearing"
        await at.press("escape")
        assert "dismissed" in at.line("status")
        n_requests = at.n_requests
        await at.type("hear")
        assert (at.area.ghost, at.n_requests) == ("", n_requests)
        await at.type("ing ")
        assert at.area.ghost == "from"


@pytest.mark.parametrize(("lower", "higher"), [("f3", "f4"), ("ctrl+down", "ctrl+up"), ("alt+down", "alt+up")])
async def test_the_cutoff_keys_take_effect_at_once_and_ask_nothing(lower: str, higher: str) -> None:
    async with editor(cutoff=0.8) as at:
        await at.load("I look forward to hearing")
        await at.type(" ")
        n_requests = at.n_requests
        assert at.area.ghost == "from"
        await at.press(higher)
        assert at.area.ghost == ""
        assert "80% < cutoff 85%   below the cutoff" in at.line("status")
        await at.press(lower)
        assert at.area.ghost == "from"
        assert at.n_requests == n_requests


async def test_raising_the_cutoff_hides_a_ghost_that_is_typed_through_while_the_model_is_slow() -> None:
    slow = ScriptedBackend(knows(HEARING), gate=asyncio.Event())
    assert slow.gate is not None
    slow.gate.set()
    async with editor(backend=slow, cutoff=0.9) as at:
        await at.load("I look forward to")
        await at.type(" ")
        slow.gate.clear()
        await at.pilot.press(*"hearin")
        assert at.area.ghost == "g"
        await at.pilot.press("f4")
        assert at.area.ghost == ""
        slow.gate.set()
        await at.settle()
        assert at.area.ghost == ""


async def test_what_the_line_goes_on_with_already_is_not_suggested() -> None:
    async with editor() as at:
        await at.load("I look  forward")
        at.area.move_cursor((0, 6))
        await at.press("backspace")
        await at.type("k")
        assert at.area.ghost == " forward"
        await at.load("I loo forward")
        at.area.move_cursor((0, 5))
        await at.type("k")
        assert at.area.ghost == ""
        assert "already there" in at.line("status")


@pytest.mark.parametrize("completion", [" a\u202eb", " a\u200bb", " \u00ad", " a\x1b[2J"])
async def test_what_cannot_be_drawn_is_not_suggested_and_the_status_says_so(completion: str) -> None:
    class Careless(Autocompleter):
        async def decide(self, text: str, *, displayed: str = "", max_requests: int | None = None) -> Decision:
            decision = await super().decide(text, displayed=displayed, max_requests=max_requests)
            return replace(decision, completion=completion)

    backend = ScriptedBackend(knows(HEARING))
    app = EditorApp(None, lambda: Careless(backend, prefetch=False))
    async with app.run_test(size=(80, 24)) as pilot:
        at = RunningEditor(app, backend, pilot)
        await at.settle()
        await at.type("I")
        assert at.area.ghost == ""
        assert "≥ cutoff 60%   cannot be drawn" in at.line("status")
        await at.press("tab")
        assert at.area.text == "I   "


async def test_over_a_selection_the_status_says_why_nothing_is_shown() -> None:
    async with editor() as at:
        await at.load("I look forward to hearing")
        await at.type(" ")
        await at.press("alt+a")
        assert at.area.ghost == ""
        assert "text is selected" in at.line("status")


async def test_the_cutoff_stays_a_probability() -> None:
    async with editor(cutoff=0.95) as at:
        await at.press("f4", "f4", "f4")
        assert "cutoff 100%" in at.line("status")
        await at.press(*["f3"] * 22)
        assert "cutoff 0%" in at.line("status")


async def test_a_lower_cutoff_asks_again_where_the_budget_had_ended() -> None:
    words = {"": {"x": 0.1}, " to": {" hea": 0.65, " a": 0.3}, " hea": {"ring": 0.8}, "hearing": {".": 0.9}}

    def tokens(request: Request) -> Distribution:
        ending = max((key for key in words if request.context.endswith(key)), key=len)
        return Distribution.from_pairs((w.encode(), p) for w, p in words[ending].items())

    async with editor(tokens, cutoff=0.7) as at:
        await at.load("I look forward to")
        await at.type(" ")
        assert (at.area.ghost, at.backend.contexts[-1]) == ("", "I look forward to")
        for _ in range(5):
            await at.press("f3")
        assert at.area.ghost == "hearing"


async def test_requests_and_words_of_the_session_are_counted() -> None:
    async with editor() as at:
        await at.type("I look ")
        assert at.n_requests > 0
        status = at.app.suggester.status()
        assert (status.requests, status.words) == (at.n_requests, 2)


async def test_only_the_window_before_the_cursor_is_sent() -> None:
    async with editor() as at:
        await at.load("All work and no play. " * 2000 + "\nI look forward to")
        await at.type(" ")
        assert at.area.ghost == "hearing"
        assert all(len(context) <= 4096 for context in at.backend.contexts)


async def test_a_model_that_is_chosen_while_the_first_is_opened_stays() -> None:
    closed: list[str] = []

    class Closing(Autocompleter):
        async def aclose(self) -> None:
            closed.append(self.model)
            await super().aclose()

    async with editor() as at:
        late = Late()
        suggester = SuggestionController(at.area, lambda: Closing(ScriptedBackend({}, name="first")), lambda: None)
        opening = asyncio.create_task(suggester.open())
        while not late.n_waiting:
            await at.pilot.pause()
        await suggester.use(Closing(ScriptedBackend({}, name="chosen")))
        late.end()
        await opening
        assert (suggester.status().model, closed) == ("chosen", ["first"])
        await suggester.close()
