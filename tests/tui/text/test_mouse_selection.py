"""Clicks select words and lines, and copying takes what is selected."""

from __future__ import annotations

import pytest

from tests.support.editor import editor
from tui.text.mouse_selection import REACH, run_at


@pytest.mark.parametrize(
    ("line", "column", "run"),
    [
        ("", 0, ""),
        ("word", 4, "word"),
        ("one two", 3, " "),
        ("don't stop", 1, "don't"),
        ("'quoted'", 3, "quoted"),
        ("e\u0301tude", 0, "e\u0301tude"),
        ("हिन्दी में", 2, "हिन्दी"),
        ("👩‍🔬👩‍🔬 x", 1, "👩‍🔬👩‍🔬"),
        ("x" * 5_000, 2_500, "x" * 2 * REACH),
    ],
)
def test_a_word_is_found_in_every_script(line: str, column: int, run: str) -> None:
    start, end = run_at(line, column)
    assert line[start:end] == run


async def test_two_clicks_take_a_word_and_three_a_line() -> None:
    async with editor() as at:
        await at.load("I look forward\nto it")
        await at.pilot.double_click(at.area, offset=(4, 0))
        assert at.area.selected_text == "look"
        await at.pilot.triple_click(at.area, offset=(4, 0))
        assert at.area.selected_text == "I look forward"
        await at.pilot.click(at.area, offset=(1, 1))
        assert at.area.selected_text == ""


async def test_a_double_click_beside_all_words_never_clears_what_was_copied() -> None:
    async with editor() as at:
        await at.load("word\n")
        await at.press("alt+a", "ctrl+c")
        await at.pilot.double_click(at.area, offset=(3, 1))
        await at.press("ctrl+c")
        assert at.app.clipboard == "word\n"
        assert "nothing is selected to copy" in at.line("status")
