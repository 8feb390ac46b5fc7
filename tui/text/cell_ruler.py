"""Which cell of an unwrapped line a character stands in, for lines of any length.

Invariant: `cell` and `column` agree with `cells.stops` of the whole line; of a long line only marks are kept.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import ClassVar

from tui.text.cells import drawn, one_cell_each, stops


class CellRuler:
    """Measures `line`; `similar` is the ruler of a line whose beginning may be the same."""

    SHORT: ClassVar = 4096  # code points between marks, and the length from which a ruler is worth keeping

    def __init__(self, line: str, tab_width: int, similar: CellRuler | None = None) -> None:
        self._line = line
        self._tab_width = tab_width
        self._plain = one_cell_each(line)
        self._columns = [0]
        self._cells = [0]
        if similar is not None and not self._plain and similar._tab_width == tab_width:
            self._follow(similar)
        while not self._plain and self._columns[-1] < len(line):
            self._mark()

    @property
    def cells(self) -> int:
        """How many cells the line takes."""
        return len(self._line) if self._plain else self._cells[-1]

    def cell(self, column: int) -> int:
        """Return the cell in which the character at `column` begins."""
        if self._plain:
            return min(column, len(self._line))
        at = bisect_right(self._columns, column) - 1
        piece = drawn(self._line[self._columns[at] : column])
        return stops(piece, self._tab_width, self._cells[at])[-1]

    def column(self, cell: int) -> int:
        """Return the column of the character in `cell`, the length of the line behind its end."""
        if self._plain:
            return min(cell, len(self._line))
        at = bisect_right(self._cells, cell) - 1
        if at == len(self._cells) - 1:
            return len(self._line)
        start = self._columns[at]
        piece = drawn(self._line[start : self._columns[at + 1]])
        index = bisect_right(stops(piece, self._tab_width, self._cells[at]), cell, 1) - 1
        return start + index

    def _follow(self, similar: CellRuler) -> None:
        for column, cell in zip(similar._columns[1:-1], similar._cells[1:-1], strict=True):
            before = self._columns[-1]
            if self._line[before : column + 2] != similar._line[before : column + 2]:
                break
            self._columns.append(column)
            self._cells.append(cell)

    def _mark(self) -> None:
        """Add a mark one step further, where a grapheme begins."""
        start, line = self._columns[-1], self._line
        piece = drawn(line[start : start + self.SHORT])
        places = stops(piece, self._tab_width, self._cells[-1])
        index = len(piece)
        if start + index < len(line):
            index -= 1
            while index > 1 and places[index + 1] == places[index]:
                index -= 1
        self._columns.append(start + index)
        self._cells.append(places[index])
