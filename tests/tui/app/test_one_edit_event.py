"""What one key costs: one edit event, and each reader hears of it once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from autocomplete import Distribution, Request, ScriptedBackend
from tests.support.editor import HEARING, RunningEditor, knows
from tests.support.outcome_editor import editor
from tui.find.bar import FindBar
from tui.ghost import placement
from tui.ghost.area import GhostArea
from tui.ghost.controller import SuggestionController
from tui.tune.usage_recorder import UsageRecorder

#: Who hears of an edit or a move of the cursor, and once for each.
READERS = ("suggester", "find bar", "usage recorder")


class HeldBackend(ScriptedBackend):
    """Answers when it is let: the frame with the edit is then painted before the one with the answer."""

    def __init__(self) -> None:
        super().__init__(knows(HEARING), name="english")
        self.let = asyncio.Event()
        self.let.set()

    async def next_tokens(self, request: Request) -> Distribution:
        await self.let.wait()
        return await super().next_tokens(request)


@asynccontextmanager
async def counted(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[RunningEditor, HeldBackend, Counter[str]]]:
    """Yield an editor, its model, and how often each thing was done."""
    counts: Counter[str] = Counter()

    def count(owner: Any, method: str, name: str) -> None:
        original: Callable[..., Any] = getattr(owner, method)

        def counting(*given: Any, **named: Any) -> Any:
            counts[name] += 1
            return original(*given, **named)

        monkeypatch.setattr(owner, method, counting)

    backend = HeldBackend()
    async with editor(backend=backend) as at:
        count(SuggestionController, "status", "status")
        count(SuggestionController, "edited", "suggester")
        count(SuggestionController, "moved", "suggester")
        count(FindBar, "follow", "find bar")
        count(UsageRecorder, "moved", "usage recorder")
        count(GhostArea, "get_text_range", "read")
        count(placement, "place", "place")
        count(GhostArea, "row_strip", "strips")
        yield at, backend, counts


def rows_of_a_frame(at: RunningEditor) -> int:
    """Return how many rows one change may make: all in view, to compare them, and the one that looks different."""
    return at.area.size.height + 1


@pytest.mark.parametrize("before, key", [("I look f", "o"), ("I look forward", "space")], ids=["through", "new word"])
async def test_a_letter_and_what_is_known_of_it_are_one_edit_event(
    before: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with counted(monkeypatch) as (at, _, counts):
        await at.type(before)
        await at.settle()
        counts.clear()
        with at.app.batch_update():  # no frame in between, however slow the machine is
            await at.pilot.press(key)
            await at.settle()
        await at.pilot.pause()
        assert at.area.ghost == ("rward" if key == "o" else "to")
        assert [counts[reader] for reader in READERS] == [1, 1, 1]
        assert counts["status"] == 1
        assert counts["read"] <= 2
        assert counts["place"] == 2  # after the edit, and with the answer
        assert counts["strips"] <= 2 * rows_of_a_frame(at)


async def test_a_space_that_asks_is_one_edit_event_and_its_answer_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async with counted(monkeypatch) as (at, backend, counts):
        await at.load("I look forward")
        backend.let.clear()
        counts.clear()
        await at.pilot.press("space")
        await at.pilot.pause()
        assert at.app.suggester.busy
        assert [counts[reader] for reader in READERS] == [1, 1, 1]
        assert counts["status"] == 1
        assert counts["read"] <= 1
        assert counts["place"] == 0  # nothing is suggested yet
        assert counts["strips"] <= rows_of_a_frame(at)
        backend.let.set()
        await at.settle()
        assert at.area.ghost == "to"
        assert [counts[reader] for reader in READERS] == [1, 1, 1]
        assert counts["status"] <= 2
        assert counts["read"] <= 1
        assert counts["place"] == 1
        assert counts["strips"] <= 2 * rows_of_a_frame(at)


async def test_a_move_of_the_cursor_is_heard_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with counted(monkeypatch) as (at, _, counts):
        await at.type("I look")
        await at.settle()
        counts.clear()
        await at.press("left")
        assert [counts[reader] for reader in READERS] == [1, 1, 1]
        await at.press("end", "end")  # the second moves nothing
        assert [counts[reader] for reader in READERS] == [2, 2, 2]


@pytest.mark.parametrize("how", ["undo", "paste", "load", "backspace", "tab"])
async def test_every_other_edit_is_one_event_too(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with counted(monkeypatch) as (at, _, counts):
        await at.type("I look f")
        await at.settle()
        counts.clear()
        match how:
            case "undo":
                at.area.undo()
            case "paste":
                at.area._paste("some\nlines")
            case "load":
                at.area.load_text("anything else")
            case _:
                await at.press(how)
        await at.settle()
        assert [counts[reader] for reader in READERS] == [1, 1, 1]
