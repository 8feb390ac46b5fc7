"""All that is needed to draw rows of one picture, read from the widget once.

Invariant: a pen is a value; two rows drawn with one pen belong to the same state of the text, the selection and the theme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset
from textual.strip import Strip
from textual.widgets.text_area import Location, Selection

from tui.text.cells import drawn
from tui.text.document import LineDocument
from tui.text.strips import Mark, RowStyle, strip

#: Told the row, and the first and last column that are drawn: which parts of it have a style.
Marks = Callable[[int, int, int], Iterable[Mark]]


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of a picture. `line`, for the line of the cursor, is None where that is not set apart."""

    base: Style
    text: Style
    line: Style | None
    cursor: Style
    selection: Style
    bracket: Style
    gutter: Style
    line_gutter: Style


@dataclass(frozen=True, slots=True)
class Painter:
    """Draws rows of `lines`, `room` cells wide, with a margin of `gutter` cells that tells the number of the line.

    `pair`: the places of two brackets that belong together. `layers`: further styles, later ones over earlier ones.
    """

    lines: LineDocument
    styles: Styles
    layers: tuple[Marks, ...]
    selection: Selection
    cursor_drawn: bool
    pair: tuple[Location, ...]
    room: int
    tab_width: int
    scroll: Offset
    gutter: int
    first_number: int

    def marks_of(self, line: int, start: int, end: int) -> tuple[Mark, ...]:
        """Return all styles within the columns `start`..`end` of a line, counted from `start`; later ones lie over others."""
        n_chars = len(self.lines.get_line(line))
        found: list[Mark] = [(start, n_chars, self.styles.line)] if self._of_cursor(line) and self.styles.line else []
        for marks in self.layers:
            found += marks(line, start, end)
        if not self.selection.is_empty and self.selection.contains_line(line):
            found.append((*self._selected(line, n_chars), self.styles.selection))
        found += [(column, column + 1, self.styles.bracket) for row, column in self.pair if row == line]
        if self.cursor_drawn and self._of_cursor(line):
            column = self.selection.end[1]
            found.append((column, column + 1, self.styles.cursor))
        last = end + (end >= n_chars)  # behind the end of the line there is one more place
        return tuple(
            (max(first, start) - start, min(stop, last) - start, style)
            for first, stop, style in found
            if first < last and stop > start
        )

    def draw(
        self, line: int, text: str, marks: tuple[Mark, ...], *, number: bool = True, cell: int = 0, left: int = 0
    ) -> Strip:
        """Return the strip of a part of `line`: its text, and marks in it. `number`: with the line's number in the margin."""
        shown = drawn(text)
        if any(end > len(shown) for _, end, _ in marks):
            shown += " "
        styles = self.styles
        fill = styles.line if styles.line and self._of_cursor(line) else styles.text
        return strip(
            RowStyle(
                shown,
                marks,
                styles.base,
                fill,
                self.room,
                self.tab_width,
                cell,
                left,
                self._margin(line, number=number),
            )
        )

    def _margin(self, line: int, *, number: bool) -> Segment | None:
        if not self.gutter:
            return None
        words = str(line + self.first_number) if number else ""
        here = self.styles.line is not None and self._of_cursor(line)
        style = self.styles.line_gutter if here else self.styles.gutter
        return Segment(f"{words:>{self.gutter - 2}}  ", self.styles.base + style)

    def _of_cursor(self, line: int) -> bool:
        return self.selection.end[0] == line

    def _selected(self, line: int, n_chars: int) -> tuple[int, int]:
        """Return which columns of a line are selected; of a line within, one more than it has: its end is selected too."""
        (top, left), (bottom, right) = sorted(self.selection)
        return left if line == top else 0, right if line == bottom else n_chars + 1
