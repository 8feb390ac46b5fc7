"""The rows of a line with a ghost in it: what is typed stays, what follows flows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.text.test_cells import AWKWARD
from tui.ghost.rows import ghost_rows
from tui.text.cells import drawn, stops, widths
from tui.text.wrapped_document import Rows, span
from tui.text.wrapping import Fold, breaks

letters = st.text(st.sampled_from(AWKWARD.replace("\u200d", "").replace("\ufe0f", "") + "ab  cd "), max_size=60)
ghosts = st.text(st.sampled_from("ab 東é🙂"), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("line", "column", "ghost", "rows", "added"),
    [
        ("one ", 4, "two", ["one two"], 0),
        ("one ", 4, "hundred", ["one ", "hundred"], 1),
        ("one two th", 10, "ree", ["three"], 0),  # here "th" stands on a row of its own already
        ("one two", 7, "s and", ["one twos", " and"], 1),
        ("one two", 7, "", ["one two"], 0),
        ("one three", 4, "two ", ["two "], 1),  # the cursor stands on the second row, which goes on below
        ("", 0, "two", ["two"], 0),
        ("東京", 2, "都心部", ["東京都心", "部"], 1),
    ],
)
def test_examples(line: str, column: int, ghost: str, rows: list[str], added: int) -> None:
    fold = Fold(8, 4)
    found = ghost_rows(Rows(line, breaks(line, fold)), column, ghost, fold, 20)
    got = [found.text[slice(*found.row(index))] for index in range(len(found.ends))]
    assert got == rows
    assert found.added == added


@given(line=letters, at=st.integers(0, 60), ghost=ghosts, width=st.integers(2, 12), most=st.integers(1, 9))
def test_rows_with_a_ghost(line: str, at: int, ghost: str, width: int, most: int) -> None:
    fold = Fold(width, min(4, width))
    rows = Rows(line, breaks(line, fold))
    column = min(at, len(line))
    found = ghost_rows(rows, column, ghost, fold, most)
    assert found.text[found.left : found.right] == ghost
    assert found.text[: found.left] == line[found.start : column]  # what is typed stays
    assert found.ends[0] >= found.left
    assert list(found.ends) == sorted(found.ends)
    assert len(found.ends) <= most
    for index in range(1, len(found.ends)):  # what is typed fits its row already
        row = drawn(found.text[slice(*found.row(index))])
        assert stops(row, fold.tab_width)[-1] <= width or sum(map(bool, widths(row))) == 1
    if len(found.ends) < most:  # all is there: the rows end where the line does, or go on as before
        end = found.column(found.ends[-1])
        again = [span(rows, section)[0] for section in range(len(rows.breaks) + 1)]
        assert end == len(line) or end in again
        section = again.index(found.start)
        after = len(rows.breaks) + 1 if end == len(line) else again.index(end)
        assert found.added == len(found.ends) - (after - section)


@given(line=letters, at=st.integers(0, 60), ghost=ghosts)
def test_columns_lead_back_to_the_line(line: str, at: int, ghost: str) -> None:
    fold = Fold(9, 4)
    column = min(at, len(line))
    found = ghost_rows(Rows(line, breaks(line, fold)), column, ghost, fold, 50)
    for index in range(found.left):
        assert found.column(index) == found.start + index
    assert {found.column(index) for index in range(found.left, found.right + 1)} == {column}
    for index in range(found.right, len(found.text)):
        assert line[found.column(index)] == found.text[index]
