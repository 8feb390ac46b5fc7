"""Keys that come faster than they are worked off, as over a slow line or from a macro, act in the order they were pressed."""

from __future__ import annotations

import pytest
from textual import events

from tests.tui.driving import Desk, desk


async def burst(at: Desk, *keys: str) -> None:
    """Press keys without waiting for anything between them."""
    for key in keys:
        at.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await at.settle()


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (("a", "b", "home", "x", "end", "y"), "xaby"),
        (("t", "e", "h", "backspace", "backspace", "h", "e"), "the"),
        (("a", "b", "shift+left", "x"), "ax"),
        (("a", "enter", "b", "up", "home", "c"), "ca\nb"),
        (("a", "b", "ctrl+z", "c"), "c"),
    ],
)
async def test_keys_in_a_burst_act_in_order(keys: tuple[str, ...], text: str) -> None:
    async with desk() as at:
        await burst(at, *keys)
        assert at.area.text == text


async def test_a_word_is_taken_where_the_letters_before_tab_left_the_cursor() -> None:
    async with desk() as at:
        await at.load("I look forward to hearing")
        await at.press("space")
        await burst(at, "f", "tab", "!")
        assert at.area.text == "I look forward to hearing from!"


async def test_tab_in_a_burst_never_takes_a_word_that_the_letter_before_it_ruled_out() -> None:
    async with desk() as at:
        await at.load("I look forward to hearing")
        await at.press("space")
        assert at.area.ghost == "from"
        await burst(at, "x", "tab")
        assert at.area.text.startswith("I look forward to hearing x")
        assert "from" not in at.area.text


async def test_a_letter_just_before_the_quit_key_is_not_lost_unasked() -> None:
    async with desk() as at:
        await burst(at, "x", "ctrl+q")
        assert at.app.is_running
        assert len(at.app.screen_stack) == 2  # the question whether to save
