"""The text area that draws ghost text at its cursor.

Invariant: a ghost moves nothing that is typed, and nothing that is saved; the rows from that of the cursor on are drawn as they
will be when it is taken, until a row begins where it began before.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from rich.style import Style
from textual.events import MouseEvent
from textual.geometry import Offset
from textual.strip import Strip
from textual.widgets.text_area import Location

from tui.ghost import placement
from tui.ghost.actions import GhostActions
from tui.ghost.placement import NOTHING, Before
from tui.ghost.rows import GhostRows, ghost_rows
from tui.ghost.style import GhostStyle, ghost_style
from tui.text.cells import drawn, first_grapheme, stops
from tui.text.painter import Painter
from tui.text.strips import Mark
from tui.text.text_area import LineArea


class GhostArea(GhostActions, LineArea):
    """A plain-text area with one ghost at the cursor, accepted by an action.

    At the end of a line the ghost follows the text; in mid-line the rest of the line flows on behind it. It takes as many
    rows as it needs, which push down what stands below for as long as it is seen. At the lower edge, and at the right one
    where lines are not wrapped, it is cut with "…".
    """

    #: How the strength of the ghost is drawn; see `ghost_style`.
    ghost_style: GhostStyle = GhostStyle.COLOUR

    _laid: tuple[Painter, tuple[int, GhostRows]] | None = None
    _read: tuple[object, Before] | None = None  # the text before the cursor, with the state that it belongs to

    def __init__(self, text: str = "", **options: Any) -> None:
        super().__init__(text, **options)
        self._announced = self.text_state, self.selection

    @property
    def cursor_index(self) -> int:
        """How many code points of the document stand before the cursor."""
        return self.lines.offset_of(self.cursor_location)

    @property
    def text_state(self) -> object:
        """The document and its revision."""
        return self.lines, self.lines.revision

    def text_before(self, start: int) -> Before:
        """Return the text from the code point `start` of the document up to the cursor.

        It is read once for all callers while the text and the cursor stay as they are, unless one goes back further.
        """
        cursor = self.cursor_location
        state = self.text_state, cursor
        if self._read is None or self._read[0] != state or start < self._read[1].start:
            top = self.lines.location_back(cursor, max(0, self.cursor_index - start))
            self._read = state, Before(start, self.get_text_range(top, cursor))
        before = self._read[1]
        return before if start == before.start else Before(start, before.text[start - before.start :])

    def refresh_ghost(self) -> None:
        """Draw the rows anew that the ghost stands in or moves."""
        self.refresh_changed()

    @property
    def _draw_cursor(self) -> bool:
        # With a ghost the cursor block stands on the ghost's first letter, so the text itself is drawn without one.
        return super()._draw_cursor and self._placed == NOTHING

    def row_strip(self, y: int, pen: Painter) -> Strip:
        """Return row `y` of the widget, drawn with `pen`, with what is seen of the ghost there."""
        if self._placed == NOTHING or pen.room < 1:
            return super().row_strip(y, pen)
        row, rows = self._ghost_rows(pen)
        at = y + pen.scroll.y - row
        if 0 <= at < len(rows.ends):
            return self._ghost_strip(rows, at, pen)
        return super().row_strip(y if at < 0 else y - rows.added, pen)

    def get_target_document_location(self, event: MouseEvent) -> Location:
        """Return the place in the text that the mouse points at; on the ghost, the cursor's."""
        if self._placed == NOTHING:
            return super().get_target_document_location(event)
        x = event.x - self.gutter.left - self.gutter_width + self.scroll_offset.x
        y = event.y - self.gutter.top + self.scroll_offset.y
        row, rows = self._ghost_rows(self._new_pen())
        at = y - row
        if not 0 <= at < len(rows.ends):
            return self.wrapped_lines.offset_to_location(Offset(x, y - (rows.added if at > 0 else 0)))
        start, end = rows.row(at)
        places = stops(drawn(rows.text[start:end]), self.wrapped_lines.fold.tab_width)
        index = bisect_right(places, max(0, x), 1) - 1 if end > start else 0
        return self.cursor_location[0], rows.column(start + index)

    def _ghost_rows(self, pen: Painter) -> tuple[int, GhostRows]:
        """Return the row of the cursor, and the rows from there on with the ghost in them. Worked out once for a picture."""
        if self._laid is None or self._laid[0] is not pen:
            row = self.wrapped_lines.location_to_offset(self.cursor_location).y
            most = self.size.height - (row - pen.scroll.y) if self.wrapped_lines.fold.width else 1
            self._laid = pen, (row, self._fitted(*self.cursor_location, max(1, most)))
        return self._laid[1]

    def _fitted(self, line: int, column: int, most: int) -> GhostRows:
        lines = self.wrapped_lines
        if not lines.fold.width:
            return self._unwrapped(line, column)
        rows = lines.rows(line)
        shown = ghost_rows(rows, column, self._placed.text + self._placed.mark, lines.fold, most)
        room = most * lines.fold.width + 1 - lines.location_to_offset((line, column)).x
        while shown.right > shown.ends[-1] and room > 0:  # more than is seen: less of it, with an ellipsis
            shown = ghost_rows(rows, column, "".join(placement.clipped(self._placed, room)), lines.fold, most)
            room -= 1
        return shown

    def _unwrapped(self, line: int, column: int) -> GhostRows:
        """Return the seen part of an unwrapped line as one row, the ghost cut at the right edge."""
        ruler, left = self.wrapped_lines.ruler(line), self.scroll_offset.x
        room = self.scrollable_content_region.width - self.gutter_width
        text, start = self.document[line], ruler.column(left)
        shown = "".join(placement.clipped(self._placed, left + room - ruler.cell(column)))
        row = text[start:column] + shown + text[column : start + room]
        return GhostRows(row, start, column - start, column - start + len(shown), (len(row),), 0)

    def _ghost_strip(self, rows: GhostRows, at: int, pen: Painter) -> Strip:
        line = self.cursor_location[0]
        start, end = rows.row(at)
        left, right = min(max(rows.left, start), end), min(max(rows.right, start), end)
        marks = [
            *self._marks_from(pen, rows, line, start, left, start),
            *self._ghost_marks(rows, left, right, at, start),
            *self._marks_from(pen, rows, line, right, end, start),
        ]
        cell = 0 if self.wrapped_lines.fold.width else self.wrapped_lines.ruler(line).cell(rows.start)
        first = at == 0 and rows.start == 0
        return pen.draw(line, rows.text[start:end], tuple(marks), number=first, cell=cell, left=pen.scroll.x)

    @staticmethod
    def _marks_from(pen: Painter, rows: GhostRows, line: int, start: int, end: int, row: int) -> list[Mark]:
        """Return the styles of the line's own text within a part of a row that begins at `row`."""
        if start == end:
            return []
        column = rows.start + start - (rows.right - rows.left if start >= rows.right else 0)
        marks = pen.marks_of(line, column, column + end - start)
        return [(first + start - row, min(stop, end - start) + start - row, style) for first, stop, style in marks]

    def _ghost_marks(self, rows: GhostRows, left: int, right: int, at: int, row: int) -> list[Mark]:
        """Return the styles of the ghost's part of a row, and of the cursor that stands on its first letter."""
        style, cursor_style = self._ghost_styles()
        marks: list[Mark] = [(left - row, right - row, style)] if right > left else []
        if at == 0:
            first = len(first_grapheme(rows.text[rows.left : right])) or 1
            marks.append((rows.left - row, rows.left - row + first, cursor_style))
        return marks

    def _ghost_styles(self) -> tuple[Style, Style]:
        """Return the style of the ghost, on the background of the cursor's line, and that of its first letter."""
        base = self._theme.base_style or self.rich_style
        line = base + self._theme.cursor_line_style if self.highlight_cursor_line else base
        suggestion = self.shown
        style = ghost_style(line, suggestion.probability if suggestion else 0.0, self._colours)
        return style, style + self._theme.cursor_style if super()._draw_cursor else style

    @property
    def _colours(self) -> GhostStyle:
        """Return how strength is shown: never by shades where `NO_COLOR` is set, or the terminal has 16 colours or none."""
        few = self.app.console.color_system in (None, "standard") and not self.app.is_headless
        return GhostStyle.PLAIN if few or self.app.no_color else self.ghost_style
