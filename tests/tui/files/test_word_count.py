"""Words and characters are those of the text, however it came about, and are not counted all over again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets.text_area import Selection

from tests.support.editor import editor
from tui.files.word_count import PORTION, Count, WordCounter, common

LINES = st.lists(st.text("ab \t東", max_size=6), min_size=1, max_size=12)
NONE = Selection((0, 0), (0, 0))


def counted(text: str) -> tuple[int, int]:
    return len(text.split()), len(text)


@given(st.lists(LINES, min_size=1, max_size=6))
def test_the_count_is_that_of_the_text_after_every_change(states: list[list[str]]) -> None:
    tally = WordCounter()
    for lines in states:
        assert tally.update(lines, NONE)
        assert tally.count == Count(*counted("\n".join(lines)))


@given(LINES, st.data())
def test_the_count_of_a_selection_is_that_of_its_text(lines: list[str], data: st.DataObject) -> None:
    def place() -> tuple[int, int]:
        row = data.draw(st.integers(0, len(lines) - 1))
        return row, data.draw(st.integers(0, len(lines[row])))

    (top, left), (bottom, right) = sorted([place(), place()])
    inside = lines[top][left:right]
    if bottom > top:
        inside = "\n".join([lines[top][left:], *lines[top + 1 : bottom], lines[bottom][:right]])
    tally = WordCounter()
    tally.update(lines, Selection((bottom, right), (top, left)))
    assert tally.count is not None
    assert (tally.count.selected_words, tally.count.selected_characters) == counted(inside)


def test_a_long_text_is_counted_in_portions() -> None:
    lines = ["word " * 100] * (3 * PORTION // 500)
    tally, calls = WordCounter(), 1
    while not tally.update(lines, NONE):
        assert tally.count is None
        calls += 1
    assert 3 <= calls <= 5
    assert tally.count == Count(*counted("\n".join(lines)))


def test_only_changed_lines_are_counted_again() -> None:
    class Line(str):
        splits = 0

        def split(self, *args: object) -> list[str]:
            Line.splits += 1
            return str(self).split()

    lines = [Line(f"line {n}") for n in range(5000)]
    tally = WordCounter()
    tally.update(lines, NONE)
    Line.splits = 0
    tally.update([*lines[:2000], Line("new"), Line("lines"), *lines[2001:]], NONE)
    assert Line.splits == 2


@pytest.mark.parametrize("n_same", [0, 1, 1023, 1024, 1025, 3000])
def test_common_finds_the_first_difference_in_every_block(n_same: int) -> None:
    same = [str(n) for n in range(n_same)]
    assert common([*same, "x"], [*same, "y"], n_same + 1) == n_same


async def test_the_title_tells_the_count_and_that_of_the_selection() -> None:
    async with editor(size=(100, 24)) as at:
        await at.load("one two\nthree")
        at.app.upkeep.run()
        assert "3 words   13 characters" in at.line("title")
        await at.press("shift+up")
        at.app.upkeep.run()
        assert "selected: 2 words   8 characters" in at.line("title")
