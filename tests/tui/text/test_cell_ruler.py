"""Cells and columns of an unwrapped line, against the stops of the whole line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.tui.text.test_cells import AWKWARD
from tui.text.cell_ruler import CellRuler
from tui.text.cells import drawn, stops

lines = st.text(st.sampled_from(AWKWARD.replace("\u200d", "").replace("\ufe0f", "") + "abc"), max_size=60)


class Short(CellRuler):
    SHORT = 7  # marks at each seventh character


@given(line=lines, other=lines)
def test_cells_and_columns_are_those_of_the_whole_line(line: str, other: str) -> None:
    places = stops(drawn(line), 4)
    for ruler in (Short(line, 4), CellRuler(line, 4), Short(line, 4, Short(line[:20] + other, 4))):
        assert ruler.cells == places[-1]
        assert [ruler.cell(column) for column in range(len(line) + 1)] == places
        for index in range(len(line)):
            if places[index + 1] > places[index]:
                assert ruler.column(places[index]) == index
        assert ruler.column(places[-1]) == len(line)
        assert ruler.column(places[-1] + 9) == len(line)
