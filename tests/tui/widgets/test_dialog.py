"""A dialog is left once, however many answers come."""

from __future__ import annotations

import asyncio

import pytest
from textual import events

from tests.support.editor import RunningEditor, editor


async def press_at_once(at: RunningEditor, *keys: str) -> None:
    """Press keys while the screen is busy, as on a machine that is slower than anybody's patience."""
    at.app.patience_s = 0.0
    held = asyncio.Event()
    at.app.screen.call_later(held.wait)
    for key in keys:
        at.app.post_message(events.Key(key, None))
    for _ in range(500):  # not by the pilot, which waits for the screen
        await asyncio.sleep(0)
    held.set()
    await at.settle()


@pytest.mark.parametrize(
    ("opens", "answer"),
    [
        ("f12", "enter"),
        ("alt+i", "enter"),
        ("f12", "escape"),
        ("ctrl+q", "escape"),
        ("f1", "escape"),
        ("alt+o", "escape"),
    ],
)
async def test_a_second_answer_is_none(opens: str, answer: str) -> None:
    async with editor() as at:
        await at.press("x", opens)
        assert len(at.app.screen_stack) == 2
        await press_at_once(at, answer, answer)
        assert len(at.app.screen_stack) == 1
        await at.press("y")
        assert at.area.text == "xy"
