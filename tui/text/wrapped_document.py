"""The lines of the document as rows of the screen.

Invariant: what is asked about a line is answered from its rows as `wrapping` has them; `height` and the rows before a line are
exact where all lines are measured, as in documents of up to `EAGER` characters, and estimates of unmeasured lines otherwise.
A line is measured when something is asked about it, and then for good; an edit measures again only what it touches.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple, overload

from textual.geometry import Offset
from textual.widgets.text_area import Location, WrappedDocument

from tui.text.cell_ruler import CellRuler
from tui.text.cells import drawn, stops
from tui.text.document import LineDocument
from tui.text.prefix_sums import PrefixSums
from tui.text.wrapping import Fold, breaks, rebreak

#: Characters that are measured at once when a text is opened, pasted or resized: some milliseconds of work.
EAGER = 200_000


class Rows(NamedTuple):
    """Where the rows of the line `text` begin, after the first."""

    text: str
    breaks: list[int]


class Sections(Sequence[str]):
    """The rows of a line as texts, each cut when it is asked for."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows.breaks) + 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        start, end = span(self._rows, index)
        return self._rows.text[start:end]


def span(rows: Rows, section: int) -> tuple[int, int]:
    """Return where a row of a line begins and ends; negative sections count from the last. Raises IndexError."""
    at = section + len(rows.breaks) + 1 if section < 0 else section
    if not 0 <= at <= len(rows.breaks):
        raise IndexError(section)
    end = rows.breaks[at] if at < len(rows.breaks) else len(rows.text)
    return (rows.breaks[at - 1] if at else 0), end


class WrappedLines(WrappedDocument):
    """A wrapped view of `document`, in which long texts and long lines cost no more than what is looked at.

    Textual 8.2.8 wraps all lines at the start and at each resize, and goes through all that follow an edit.
    """

    document: LineDocument

    def __init__(self, document: LineDocument, *, width: int, tab_width: int, eager: int = EAGER) -> None:
        # Without super().__init__, which would wrap everything.
        self.document = document
        self._eager = eager
        self._width = width
        self._tab_width = tab_width
        self._wrapped: tuple[int, int, int] | None = None
        self.wrap(width, tab_width)

    @property
    def fold(self) -> Fold:
        """How lines are broken; the width is 0 where they are not."""
        return self._fold

    @property
    def height(self) -> int:
        """The number of rows."""
        return self._prefix_sums.total if self._width else self.document.line_count

    @property
    def width(self) -> int:
        """The cells of the longest line, where lines are not wrapped; 0 where they are."""
        return 0 if self._width else self._prefix_sums.largest

    @property
    def wrapped(self) -> bool:
        """Whether any line takes more than one row."""
        return self.height > self.document.line_count

    @property
    def lines(self) -> list[list[str]]:
        """All rows of all lines. Measures everything."""
        return [list(self.get_sections(line)) for line in range(self.document.line_count)]

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Break all lines anew at `width` cells, 0 for not at all; do nothing where that is how they are broken."""
        tab_width = tab_width or self._tab_width
        wanted = (width, tab_width, self.document.revision)
        if self._wrapped != wanted:
            self._wrapped = wanted
            self._width, self._tab_width = width, tab_width
            self._fold = Fold(width, min(tab_width, width) if width else tab_width)
            self._rows: list[Rows | None] = [None] * self.document.line_count
            self._rulers: dict[str, CellRuler] = {}
            self._sizes: PrefixSums | None = None
            if self._width and self.document.n_chars <= self._eager:
                self.measure(0, self.document.line_count)

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Follow an edit that the document has made already: of lines `start`..`old_end`."""
        count = len(self._rows)
        top, bottom = sorted((min(start[0], count - 1), min(old_end[0], count - 1)))
        end = bottom + 1 + self.document.line_count - count
        lines = self.document.lines[top:end]
        old = self._rows[top : bottom + 1]
        rows: list[Rows | None] = [None] * len(lines)
        rows[-1], rows[0] = old[-1], old[0] if len(lines) > 1 else _longer(old[0], old[-1])
        self._rows[top : bottom + 1] = rows
        if self._sizes is not None:
            sizes = self._guesses(lines)
            for at in (0, -1):
                if (left := rows[at]) is not None and left.text is lines[at]:
                    sizes[at] = len(left.breaks) + 1  # an edit that changed nothing here
            self._sizes.splice(top, bottom + 1, sizes)
        self._wrapped = (self._width, self._tab_width, self.document.revision)
        if self._width:
            little = len(lines) <= 2 or sum(map(len, lines)) <= self._eager
            for line in range(top, end) if little else (top, end - 1):
                self.rows(line)

    @property
    def _prefix_sums(self) -> PrefixSums:
        """The rows of each line, where lines are wrapped, else its cells. Counted when somebody asks."""
        if self._sizes is None:
            self._sizes = PrefixSums(self._guesses(self.document.lines))
        return self._sizes

    def _guesses(self, lines: list[str]) -> list[int]:
        """Return how many rows the lines take if all characters are one cell wide and fill them; not wrapped, their cells."""
        if self._width:
            return [(len(line) - 1) // self._width + 1 if line else 1 for line in lines]
        return [self._ruler(line).cells for line in lines]

    def _ruler(self, line: str) -> CellRuler:
        """Return the ruler of an unwrapped line; those of long lines are kept, the last ones asked for."""
        if len(line) < CellRuler.SHORT:
            return CellRuler(line, self._tab_width)
        if line not in self._rulers:
            similar = next(reversed(self._rulers.values()), None)
            self._rulers[line] = CellRuler(line, self._tab_width, similar)
            if len(self._rulers) > 4:
                del self._rulers[next(iter(self._rulers))]
        return self._rulers[line]

    def rows(self, line: int) -> Rows:
        """Return the rows of a line, measured now if they have not been."""
        text = self.document[line]
        if not self._width:
            return Rows(text, [])
        rows = self._rows[line]
        if rows is None or rows.text is not text:
            found = breaks(text, self._fold) if rows is None else rebreak(*rows, text, self._fold)
            rows = self._rows[line] = Rows(text, found)
            self._prefix_sums[line] = len(found) + 1
        return rows

    def measure(self, start: int, stop: int) -> None:
        """Measure the lines from `start` up to `stop`."""
        if self._width:
            for line in range(max(0, start), min(stop, self.document.line_count)):
                self.rows(line)

    def measure_near(self, line: int, n_rows: int) -> None:
        """Measure what stands within `n_rows` rows of `line`, above and below: places there are exact to one another."""
        if self._width:
            for lines in (range(line, -1, -1), range(line, self.document.line_count)):
                found = 0
                for near in lines:
                    found += len(self.rows(near).breaks) + 1
                    if found > n_rows + len(self.rows(line).breaks) + 1:
                        break

    def locate(self, y: int) -> tuple[int, int]:
        """Return the line and section of a row; of the last one for rows behind the end."""
        y = max(0, y)
        if not self._width or y >= self.height:
            line = min(y, self.document.line_count - 1) if not self._width else self.document.line_count - 1
            return line, len(self.get_offsets(line))
        line, section = self._prefix_sums.find(y)
        return line, min(section, len(self.rows(line).breaks))

    def row_of(self, line: int, section: int = 0) -> int:
        """Return the row of a line's section."""
        return self._prefix_sums.before(line) + section if self._width else line

    def cells(self, line: int, section: int) -> tuple[int, str, list[int]]:
        """Return where a row begins in its line, its text as it is drawn, and its stops. For wrapped lines."""
        start, end = span(self.rows(line), section)
        piece = drawn(self.document[line][start:end])
        return start, piece, stops(piece, self._fold.tab_width)

    def ruler(self, line: int) -> CellRuler:
        """Return the ruler of a line. For lines that are not wrapped."""
        return self._ruler(self.document[line])

    def get_offsets(self, line_index: int) -> list[int]:
        """Return where the rows of a line begin, after the first. Raises ValueError for a line that is not there."""
        if not 0 <= line_index < self.document.line_count:
            raise ValueError(f"There is no line {line_index!r} among {self.document.line_count}.")
        return self.rows(line_index).breaks

    def get_sections(self, line_index: int) -> Sequence[str]:  # type: ignore[override]  # a list of 1 MB is slow to make
        """Return the rows of a line as texts."""
        return Sections(self.rows(line_index))

    def get_target_document_column(self, line_index: int, x_offset: int, y_offset: int) -> int:
        """Return the column of a line that stands in cell `x_offset` of its row `y_offset`, or the nearest."""
        x = max(0, x_offset)
        if line_index < 0:
            line_index += self.document.line_count
        if not self._width:
            return self.ruler(line_index).column(x)
        start, piece, places = self.cells(line_index, y_offset)
        index = bisect_right(places, x, 1) - 1 if piece else 0
        if index == len(piece) and start + index < len(self.document[line_index]):
            index -= 1  # behind the last character of a row begins the next one
        while 0 < index < len(piece) and places[index + 1] == places[index]:
            index -= 1  # never into a grapheme
        return start + index

    def offset_to_location(self, offset: Offset) -> Location:
        """Return the location in a cell of the wrapped text, or the nearest."""
        line, section = self.locate(offset[1])
        return line, self.get_target_document_column(line, offset[0], section)

    def location_to_offset(self, location: Location) -> Offset:
        """Return the cell and row of a location in the wrapped text."""
        line = min(max(0, location[0]), self.document.line_count - 1)
        if not self._width:
            return Offset(self.ruler(line).cell(location[1]), line)
        rows = self.rows(line)
        section = bisect_right(rows.breaks, location[1])
        start = span(rows, section)[0]
        before = drawn(rows.text[start : location[1]])
        return Offset(stops(before, self._fold.tab_width)[-1], self.row_of(line, section))


def _longer(left: Rows | None, right: Rows | None) -> Rows | None:
    """Return which of two lines that become one has more to keep."""
    if left is None or right is None:
        return left or right
    return left if len(left.text) >= len(right.text) else right
