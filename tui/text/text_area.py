"""A text area in which no key costs more in a long text than in a short one.

Invariant: what is done to the text and where the cursor goes is Textual's doing; this only answers from `LineDocument` and
`WrappedLines`, keeps the top row in its place when more is known about what stands above it, and draws rows by their look.
Textual 8.2.8 goes through the whole text, or the whole line, in each part that is replaced here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any, ClassVar, cast

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.reactive import Reactive, reactive
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Location, Selection

from tui.text.cell_ruler import CellRuler
from tui.text.document import LineDocument
from tui.text.history import BoundedHistory
from tui.text.mouse_selection import MouseSelection
from tui.text.navigator import Navigator
from tui.text.painter import Marks, Painter, Styles
from tui.text.wrapped_document import WrappedLines, span

#: How many characters are searched for the partner of a bracket: some screens.
BRACKET_REACH = 20_000

_PARTNERS = {"(": ")", "[": "]", "{": "}"}
_BRACKETS = re.compile(r"[()\[\]{}]")
_NO_STYLE = Style()


class LineArea(MouseSelection):
    """Plain text, wrapped or not, of any length and with lines of any length."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+home", "cursor_text_start", "Start of the text", show=False),
        Binding("ctrl+end", "cursor_text_end", "End of the text", show=False),
        Binding("ctrl+shift+home", "cursor_text_start(True)", "Select to the start of the text", show=False),
        Binding("ctrl+shift+end", "cursor_text_end(True)", "Select to the end of the text", show=False),
    ]

    #: As Textual has it, but for the repaint of all rows: `refresh_changed` finds those that look different.
    selection: Reactive[Selection] = reactive(Selection(), init=False, always_update=True, repaint=False)

    def __init__(self, text: str = "", **options: Any) -> None:
        self._layers: dict[str, Marks] = {}
        self._pen: Painter | None = None  # while a picture is drawn
        self._displayed: dict[int, Strip] = {}  # by row of the widget: what is on the screen
        self._comparing = False
        self._last_ruler: CellRuler | None = None  # of the long line that was measured last
        self._top: Location = (0, 0)  # what stands at the left of the top row
        self._cursor_seen = False
        # Without the text, of which Textual 8.2.8 would make a document and wrap it, before it asks for ours.
        super().__init__(**options)
        self.history = BoundedHistory()
        self._set_document(text, None)

    @property
    def lines(self) -> LineDocument:
        """The text."""
        return cast(LineDocument, self.document)

    @property
    def wrapped_lines(self) -> WrappedLines:
        """The rows that the text is drawn on."""
        return cast(WrappedLines, self.wrapped_document)

    def _watch_language(self, language: str | None) -> None:
        pass  # the document is plain text in every language; Textual 8.2.8 would load the first text twice

    def _set_document(self, text: str, language: str | None) -> None:
        # Replaces Textual 8.2.8's choice of document: its own alters text on the way (see line_document).
        lines = LineDocument(text)
        self.document = lines
        self.wrapped_document = WrappedLines(lines, width=self.wrap_width, tab_width=self.indent_width)
        self.navigator = Navigator(self.wrapped_document)
        self._top = (0, 0)
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    def _build_highlight_map(self) -> None:
        pass  # colours are marks; Textual 8.2.8 would ask for those of the whole text at each edit

    def find_matching_bracket(self, bracket: str, search_from: Location) -> Location | None:
        """Return where the partner of the bracket at `search_from` stands, None where none is near."""
        if bracket in _PARTNERS:
            return self._partner(self._brackets_after(search_from), _PARTNERS)
        closing = {close: opening for opening, close in _PARTNERS.items()}
        return self._partner(self._brackets_before(search_from), closing) if bracket in closing else None

    def _partner(self, found: Iterable[tuple[str, Location]], partners: dict[str, str]) -> Location | None:
        expected: list[str] = []
        for bracket, location in found:
            if bracket in partners:
                expected.append(partners[bracket])
            elif expected and bracket == expected[-1]:
                expected.pop()
                if not expected:
                    return location
        return None

    def _brackets_after(self, start: Location) -> Iterable[tuple[str, Location]]:
        (row, column), left = start, BRACKET_REACH
        while left > 0 and row < self.document.line_count:
            line = self.document[row]
            for match in _BRACKETS.finditer(line, column, column + left):
                yield match[0], (row, match.start())
            left -= len(line) - column + 1
            row, column = row + 1, 0

    def _brackets_before(self, start: Location) -> Iterable[tuple[str, Location]]:
        (row, column), left = start, BRACKET_REACH
        while left > 0 and row >= 0:
            line = self.document[row]
            end = column + 1 if row == start[0] else len(line)
            for match in reversed(list(_BRACKETS.finditer(line, max(0, end - left), end))):
                yield match[0], (row, match.start())
            left -= end + 1
            row -= 1

    def action_cursor_text_start(self, select: bool = False) -> None:
        """Move the cursor to the start of the text."""
        self.move_cursor((0, 0), select=select)

    def action_cursor_text_end(self, select: bool = False) -> None:
        """Move the cursor to the end of the text."""
        self.move_cursor(self.document.end, select=select)

    def clamp_visitable(self, location: Location) -> Location:
        """Return the nearest place where the cursor may stand: in a line, and never within its end."""
        row, column = super().clamp_visitable(location)
        return row, min(column, self.lines.end_of(row))

    @property
    def cursor_at_end_of_line(self) -> bool:
        """Whether nothing of its line follows the cursor."""
        row, column = self.selection.end
        return column == self.lines.end_of(row)

    def get_cursor_line_end_location(self) -> Location:
        """Return where the cursor goes by End."""
        return self.clamp_visitable(super().get_cursor_line_end_location())

    def get_cursor_word_left_location(self) -> Location:
        """Return where the cursor goes by one word to the left."""
        row, column = self.cursor_location
        if column == 0:
            return (row - 1, self.lines.end_of(row - 1)) if row else (0, 0)
        line, reach = self.document[row], 256
        while True:
            start = max(0, column - reach)
            places = list(self._word_pattern.finditer(line[start:column].rstrip()))
            if places or start == 0:
                return row, start + places[-1].start() if places else 0
            reach *= 4

    def get_cursor_word_right_location(self) -> Location:
        """Return where the cursor goes by one word to the right."""
        row, column = self.cursor_location
        line, reach = self.document[row][: self.lines.end_of(row)], 256
        if column == len(line) and row < self.document.line_count - 1:
            return row + 1, 0
        while True:
            piece = line[column : column + reach]
            stripped = piece.lstrip()
            place = self._word_pattern.search(stripped)
            if place is not None:
                return row, column + len(piece) - len(stripped) + place.start()
            if column + reach >= len(line):
                return row, len(line)
            reach *= 4

    def get_column_width(self, row: int, column: int) -> int:
        """Return how many cells of a line stand before a column."""
        before = self.document[row][:column]  # Textual 8.2.8 asks at every key, in case it is Tab
        ruler = CellRuler(before, self.indent_width, self._last_ruler)
        if len(before) > CellRuler.SHORT:
            self._last_ruler = ruler
        return ruler.cells

    def _refresh_size(self) -> None:
        lines = self.wrapped_lines
        width = 0 if self.soft_wrap else lines.width + self.gutter_width + 1  # the cursor may stand behind the end
        self.virtual_size = Size(width, lines.height)
        self._refresh_scrollbars()
        self.refresh_changed()

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        super()._watch_selection(previous_selection, selection)
        self.refresh_changed()

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        if changed:
            self.call_next(self._fit)  # Textual 8.2.8 sends no Resize where a neighbour that opens takes the room
        return changed

    def _fit(self) -> None:
        """Break the lines anew if they are broken for another width."""
        if self.wrapped_lines.fold.width != self.wrap_width:
            self._rewrap_and_refresh_virtual_size()

    def _rewrap_and_refresh_virtual_size(self) -> None:
        """Break the lines anew. The text at the top stays there, and the cursor in view if it was."""
        seen = self._cursor_seen
        self.wrapped_lines.wrap(self.wrap_width, tab_width=self.indent_width)
        self._refresh_size()
        self._settle(self._top[0])
        if seen and self.is_mounted:
            self.scroll_cursor_visible()
            self.call_after_refresh(self.scroll_cursor_visible)  # the scroll bars may only now have their place

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow the scroll bar: measure what comes into view, and keep in place what is there."""
        super().watch_scroll_y(old_value, new_value)
        lines = self.wrapped_lines
        line, section = lines.locate(round(new_value))
        self._top = (line, span(lines.rows(line), section)[0])
        self._settle(line)
        y = lines.location_to_offset(self.cursor_location).y - self.scroll_offset.y
        self._cursor_seen = 0 <= y < self.size.height

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scroll until the cursor is in view; return how far."""
        self._settle(self.cursor_location[0])
        self._cursor_seen = True
        return super().scroll_cursor_visible(center, animate)

    def _settle(self, line: int) -> None:
        """Measure what stands near `line`; if rows above the view turn out to be more or fewer, the view moves with them."""
        lines = self.wrapped_lines
        lines.measure_near(min(line, self.document.line_count - 1), 2 * self.size.height)
        if lines.height != self.virtual_size.height:
            self._refresh_size()
        top, column = self._top
        if lines.fold.width and self.is_mounted and top < self.document.line_count:
            y = lines.row_of(top, bisect_right(lines.get_offsets(top), column))
            if y != round(self.scroll_y):
                self.scroll_target_y = self.scroll_y = y

    def add_marks(self, layer: str, marks: Marks | None) -> None:
        """Give parts of the text styles, or take the layer of that name away.

        Layers lie over one another in the order of their names, under the selection and the cursor.
        """
        self._layers.pop(layer, None)
        if marks is not None:
            self._layers = dict(sorted([*self._layers.items(), (layer, marks)]))
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows of a part of the widget, all drawn with one pen."""
        if self.parent is None:  # taken away: Textual 8.2.8 may paint once more before it tells the screen
            return [Strip.blank(crop.width)] * crop.height
        self._theme.apply_css(self)
        self._pen = self._new_pen()
        try:
            return super(TextArea, self).render_lines(crop)  # Textual 8.2.8's own only applies the theme
        finally:
            self._pen = None

    def render_line(self, y: int) -> Strip:
        """Return row `y` of the widget."""
        if self._pen is None:
            return self.row_strip(y, self._new_pen())
        strip = self._displayed[y] = self.row_strip(y, self._pen)
        return strip

    def row_strip(self, y: int, pen: Painter) -> Strip:
        """Return row `y` of the widget, drawn with `pen`."""
        if pen.room < 1:
            return Strip.blank(self.scrollable_content_region.width)  # Textual 8.2.8 cannot wrap at no width
        if not self.lines.n_chars and self.placeholder:
            return super().render_line(y)
        row, lines = y + pen.scroll.y, self.wrapped_lines
        if row >= lines.height:
            return Strip.blank(pen.gutter + pen.room, pen.styles.base)
        line, section = lines.locate(row)
        if not lines.fold.width:
            return self._unwrapped_strip(line, pen)
        start, end = span(lines.rows(line), section)
        text = self.document[line][start:end]
        return pen.draw(line, text, pen.marks_of(line, start, end), number=section == 0)

    def _unwrapped_strip(self, line: int, pen: Painter) -> Strip:
        ruler, left = self.wrapped_lines.ruler(line), pen.scroll.x
        start, end = ruler.column(left), ruler.column(left + pen.room) + 1
        text = self.document[line][start:end]
        return pen.draw(line, text, pen.marks_of(line, start, end), cell=ruler.cell(start), left=left)

    def refresh_changed(self) -> None:
        """Draw those rows anew that look different from what is on the screen; soon, and once for several calls."""
        if not self.is_mounted:
            self.refresh()
        elif not self._comparing:
            self._comparing = True
            self.call_next(self._compare)

    def _compare(self) -> None:
        self._comparing = False
        pen = self._new_pen()
        for y in range(self.content_size.height):
            if self._displayed.get(y) is not self.row_strip(y, pen):
                self.refresh(Region(0, y, max(self.size.width, self.virtual_size.width), 1))

    def _new_pen(self) -> Painter:
        theme, plain = self._theme, _NO_STYLE
        set_apart = self.highlight_cursor_line and self._has_cursor
        styles = Styles(
            base=theme.base_style or self.rich_style,
            text=theme.base_style or plain,
            line=theme.cursor_line_style if set_apart else None,
            cursor=theme.cursor_style or plain,
            selection=theme.selection_style or plain,
            bracket=theme.bracket_matching_style or plain,
            gutter=theme.gutter_style or plain,
            line_gutter=theme.cursor_line_gutter_style or plain,
        )
        partner = self._matching_bracket_location
        paired = self._has_cursor and self.match_cursor_bracket and self.selection.is_empty
        gutter = self.gutter_width
        return Painter(
            lines=self.lines,
            styles=styles,
            layers=tuple(self._layers.values()),
            selection=self.selection,
            cursor_drawn=bool(self._draw_cursor),
            pair=(self.selection.end, partner) if paired and partner is not None else (),
            room=max(0, self.scrollable_content_region.width - gutter),
            tab_width=self.wrapped_lines.fold.tab_width,
            scroll=self.scroll_offset,
            gutter=gutter,
            first_number=self.line_number_start,
        )
