"""The text area that draws ghost text at its cursor.

Invariant: what is drawn is `ghost.remaining` of the text as it is now; the document never holds a character of it before
it is accepted. Only the cursor's row is drawn anew for a ghost; all other rows stay in Textual's cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import DocumentNavigator, EditResult, Location

from tui import ghost
from tui.ghost import Before, Suggestion
from tui.line_document import LineDocument
from tui.wrapped_lines import WrappedLines

#: How much of the line after the cursor is looked at, in characters: more than any completion is long.
LOOK_AHEAD = 256

#: Control characters as one visible cell each: raw, an opened file could steer the terminal.
_VISIBLE = {code: 0x2400 + code for code in range(0x20) if code != 0x09}
_VISIBLE |= {0x7F: 0x2421, 0x2028: 0x21B5, 0x2029: 0xB6} | dict.fromkeys(range(0x80, 0xA0), 0x25AF)


class GhostArea(TextArea):
    """A plain-text area with one ghost at the cursor, accepted by an action.

    At the end of a line the ghost follows the text. In mid-line it looks inserted: the rest of the row moves right and is
    cut at the edge. Where the row has no room left, the ghost is cut with "…"; rows are never added, so nothing jumps.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab", "accept_ghost", "Accept", priority=True, tooltip="Take the suggested word; indent if there is none"
        ),
        Binding("escape", "dismiss_ghost", "Dismiss", priority=True, tooltip="Hide the suggestion until the next word"),
    ]

    @dataclass
    class Typed(Message):
        """`inserted` came by a key or by accepting a ghost: not by paste, undo or load."""

        inserted: str

    @dataclass
    class Dismissed(Message):
        """Escape was pressed; `suggestion` is what it hid, or None."""

        suggestion: Suggestion | None

    _suggestion: Suggestion | None = None
    _ghost = ""

    @property
    def ghost(self) -> str:
        """The ghost text at the cursor, "" if none."""
        return self._ghost

    @property
    def shown(self) -> Suggestion | None:
        """The suggestion that the visible ghost belongs to, None where no ghost is visible."""
        return self._suggestion if self._ghost else None

    @property
    def cursor_index(self) -> int:
        """How many code points of the document stand before the cursor."""
        return self._lines.offset_of(self.cursor_location)

    def text_before(self, start: int) -> Before:
        """Return the text from the code point `start` of the document up to the cursor."""
        cursor = self.cursor_location
        top = self._lines.location_back(cursor, max(0, self.cursor_index - start))
        return Before(start, self.get_text_range(top, cursor))

    def text_after(self) -> str:
        """Return what follows the cursor on its line."""
        row, column = self.cursor_location
        return self.document.get_line(row)[column : column + LOOK_AHEAD]

    def suggest(self, suggestion: Suggestion | None) -> None:
        """Show `suggestion` for as long as it fits the text, or nothing."""
        self._suggestion = suggestion
        self._place_ghost(repaint=True)

    def update_suggestion(self) -> None:
        """Follow an edit. Textual calls this after every one, undo and load included."""
        self._place_ghost()

    def watch_selection(self) -> None:
        """Follow the cursor."""
        self._place_ghost()

    def _place_ghost(self, *, repaint: bool = False) -> None:
        before = self._ghost
        self._ghost = self._fitting_ghost()
        if repaint or self._ghost != before:
            self.refresh_lines(self._cursor_cell[1])

    def _fitting_ghost(self) -> str:
        suggestion = self._suggestion
        if suggestion is None or self.read_only or not self.selection.is_empty:
            return ""
        current = self.text_before(suggestion.anchor.start)
        rest = ghost.remaining(suggestion.anchor.text, suggestion.completion, current.text)
        return rest if ghost.fits(rest, self.text_after()) else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return False for accepting where there is no ghost, so that Tab goes on to indent."""
        return bool(self._ghost) if action == "accept_ghost" else True

    def action_accept_ghost(self) -> None:
        """Insert the ghost as one step of the undo history."""
        accepted = self._ghost
        self.history.checkpoint()
        self.insert(accepted, maintain_selection_offset=False)
        self.history.checkpoint()
        self.post_message(self.Typed(accepted))

    def action_dismiss_ghost(self) -> None:
        """Hide the ghost."""
        dismissed = self.shown
        self.suggest(None)
        self.post_message(self.Dismissed(dismissed))

    def _replace_via_keyboard(self, insert: str, start: Location, end: Location) -> EditResult | None:
        # Keys and pastes meet here in Textual 8.2.8. Pastes are taken out below, so what arrives was typed.
        result = super()._replace_via_keyboard(insert, start, end)
        if result is not None:
            self.post_message(self.Typed(insert))
        return result

    def _on_paste(self, event: events.Paste) -> None:  # type: ignore[override]  # sync is enough
        event.stop()
        event.prevent_default()
        self._paste(event.text)

    def action_paste(self) -> None:
        """Paste what was copied in this program."""
        self._paste(self.app.clipboard)

    def _paste(self, text: str) -> None:
        if not self.read_only:
            lines = text.replace("\r\n", "\n").replace("\r", "\n")
            self.move_cursor(self.replace(lines, *self.selection, maintain_selection_offset=False).end_location)

    def _watch_language(self, language: str | None) -> None:
        pass  # the document is plain text in every language; Textual 8.2.8 would load the first text twice

    def _set_document(self, text: str, language: str | None) -> None:
        # Replaces Textual 8.2.8's choice of document: its own alters text on the way (see line_document).
        lines = LineDocument(text)
        self.document = lines
        self.wrapped_document = WrappedLines(lines, width=self.wrap_width, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._build_highlight_map()
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    @property
    def _lines(self) -> LineDocument:
        return cast(LineDocument, self.document)

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is drawn: control characters replaced one by one, so that columns stay true."""
        return Text(self.document.get_line(line_index).translate(_VISIBLE), end="", no_wrap=True)

    @property
    def _draw_cursor(self) -> bool:
        # With a ghost the cursor block stands on the ghost's first letter, so the row itself is drawn without one.
        return super()._draw_cursor and not self._ghost

    @property
    def _cursor_cell(self) -> tuple[int, int]:
        """Column and row of the cursor in the wrapped document, in cells."""
        x, y = self.wrapped_document.location_to_offset(self.cursor_location)
        return x, y

    def render_line(self, y: int) -> Strip:
        """Return row `y` of the widget, with the ghost in it if the cursor is there."""
        if self.content_size.width < 1:
            return Strip.blank(0)  # Textual 8.2.8 cannot wrap a placeholder at no width
        if not self._ghost:
            return super().render_line(y)
        scroll_x, scroll_y = self.scroll_offset
        cursor_x, cursor_y = self._cursor_cell
        if y + scroll_y != cursor_y:
            return super().render_line(y)
        return self._with_ghost(
            self._render_line(y), self.gutter_width + cursor_x - (0 if self.soft_wrap else scroll_x)
        )

    def _with_ghost(self, strip: Strip, x: int) -> Strip:
        width = min(strip.cell_length, self.scrollable_content_region.width)
        if not 0 <= x < width:
            return strip
        text = ghost.clip(self._ghost, width - x)
        style, cursor_style = self._ghost_styles()
        first = ghost.first_grapheme(text)
        middle = Strip([Segment(first, cursor_style), Segment(text[len(first) :], style)])
        rest = strip.crop(x, strip.cell_length - middle.cell_length)
        return Strip.join([strip.crop(0, x), middle, rest])

    def _ghost_styles(self) -> tuple[Style, Style]:
        """Return the style of the ghost, on the background of the cursor's line, and that of its first letter."""
        base = self._theme.base_style or self.rich_style
        line = base + self._theme.cursor_line_style if self.highlight_cursor_line else base
        if line.color is None or line.bgcolor is None or line.color.is_default or line.bgcolor.is_default:
            style = line + Style(dim=True, italic=True)
        else:
            share = ghost.strength(self._suggestion.probability if self._suggestion else 1.0)
            background, foreground = Color.from_rich_color(line.bgcolor), Color.from_rich_color(line.color)
            style = line + Style(color=background.blend(foreground, share).rich_color, italic=True)
        return style, style + self._theme.cursor_style if super()._draw_cursor else style
