"""The parts of the tuner on the screen: slider, figures, charts and the marked text.

Invariant: each draws what pure functions return for its present state and size; of the text only the rows in view are made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.events import Click, MouseDown, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp, Resize
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.instruments.chart import Row
from tui.tune.render import Tick, cutoff_at, slider_rows
from tui.tune.replay.text_render import Layout, heading_row, text_row
from tui.widgets.status_line import Role

if TYPE_CHECKING:
    from autocomplete.editor import ReplaySummary

#: Rows that one turn of the mouse wheel scrolls.
_WHEEL = 3


class Drawing(Widget):
    """Rows of pieces, made by `make_rows` for the size that there is."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"tuner--{role}" for role in Role}
    DEFAULT_CSS = """
    Drawing {
        & > .tuner--strong { text-style: bold; color: $foreground; }
        & > .tuner--plain { color: $foreground 90%; }
        & > .tuner--quiet { color: $foreground 60%; }
        & > .tuner--ghost { color: $text-accent; text-style: bold; }
        & > .tuner--error { color: $text-error; text-style: bold; }
        & > .tuner--bar { color: $accent; }
        & > .tuner--maybe { color: $accent 70%; }
        & > .tuner--cutoff { color: $foreground; text-style: bold; }
        & > .tuner--crossed { color: $foreground; text-style: bold; }
    }
    """

    def __init__(self, make_rows: Callable[[int, int], list[Row]] | None = None, *, id: str) -> None:
        super().__init__(id=id)
        self._make_rows = make_rows
        self._rows: list[Row] | None = None
        self._styles: dict[Role, Style] = {}

    def make_rows(self, width: int, height: int) -> list[Row]:
        """Return the rows for a size in cells."""
        return [] if self._make_rows is None else self._make_rows(width, height)

    def remake(self) -> None:
        """Make the rows again, and repaint if they changed."""
        width, height = self.content_size
        if width < 1 or height < 1:
            return
        rows = self.make_rows(width, height)
        if rows != self._rows:
            self._rows = rows
            self.refresh()

    def on_resize(self, event: Resize) -> None:
        """Fit the new size."""
        self.remake()

    def notify_style_update(self) -> None:
        """Take the colours of a new theme."""
        self._styles = {}
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Return a row. Content, by which widgets are drawn as a rule, takes ten times as long for so many pieces."""
        if not self._styles:
            self._styles = {role: self.get_component_rich_style(f"tuner--{role}") for role in Role}
        row = self._rows[y] if self._rows and y < len(self._rows) else []
        strip = Strip(Segment(text, self._styles[role]) for text, role in row if text)
        return strip.adjust_cell_length(self.size.width, self._styles[Role.PLAIN])


class Slider(Drawing):
    """The cutoff, from 0 to 1, moved by the mouse here and by keys elsewhere."""

    class Moved(Message):
        """The mouse asks for a cutoff."""

        def __init__(self, cutoff: float) -> None:
            super().__init__()
            self.cutoff = cutoff

    cutoff, lowest = 0.5, 0.0
    ticks: tuple[Tick, ...] = ()

    def make_rows(self, width: int, height: int) -> list[Row]:
        """Return the slider, and the marks under it."""
        return slider_rows(self.cutoff, self.lowest, self.ticks, width)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Take the handle to where the mouse is."""
        self.capture_mouse()
        self.post_message(self.Moved(cutoff_at(event.x, self.content_size.width)))

    def on_mouse_move(self, event: MouseMove) -> None:
        """Drag it."""
        if self.app.mouse_captured is self:
            self.post_message(self.Moved(cutoff_at(event.x, self.content_size.width)))

    def on_mouse_up(self, event: MouseUp) -> None:
        """Let go."""
        self.release_mouse()


class MarkedText(Drawing):
    """The documents, with the words that would have been shown at the cutoff."""

    DEFAULT_CSS = """
    MarkedText {
        & > .tuner--plain { color: $foreground 75%; }
        & > .tuner--ghost { color: $text-success; text-style: underline; }
        & > .tuner--error { color: $text-error; text-style: bold; }
        & > .tuner--crossed { color: $background; background: $foreground; text-style: bold; }
    }
    """

    class Picked(Message):
        """A word was clicked."""

        def __init__(self, document: int, offset: int) -> None:
            super().__init__()
            self.document, self.offset = document, offset

    top = 0
    cutoff = 0.5
    picked: tuple[int, int] | None = None  # document, and where the word begins

    def __init__(self, tuned: ReplaySummary, *, id: str) -> None:
        super().__init__(id=id)
        self._tuned = tuned
        self._layout = Layout([], 80)

    @property
    def lines(self) -> Layout:
        """The rows of the whole text at the present width."""
        return self._layout

    def show(self, tuned: ReplaySummary) -> None:
        """Look at another model's verdicts on the same documents."""
        self._tuned = tuned
        self.remake()

    def on_resize(self, event: Resize) -> None:
        """Wrap the text anew, and keep its first row in view."""
        width = self.content_size.width - 1  # the last column shows where in the text this is
        if width > 0 and width != self._layout.width:
            first = self._layout.lines[self.top] if len(self._layout) else None
            self._layout = Layout([document.text for document in self._tuned.documents], width)
            self.top = self._layout.row_of(first.document, first.start) if first else 0
        self.remake()

    def make_rows(self, width: int, height: int) -> list[Row]:
        """Return the rows in view."""
        self.top = max(0, min(self.top, len(self._layout) - height))
        rows = []
        for line in self._layout.lines[self.top : self.top + height]:
            document = self._tuned.documents[line.document]
            if line.is_heading:
                rows.append(heading_row(document.name, width - 1))
                continue
            marks = self._tuned.marks(line.document, self.cutoff).between(line.start, line.end)
            picked = self.picked[1] if self.picked and self.picked[0] == line.document else None
            rows.append(text_row(document.text, line, marks, picked, width - 1))
        return _with_thumb(rows, self.top, len(self._layout), width, height)

    def scroll_rows(self, by: int) -> None:
        """Scroll by so many rows."""
        self.top = max(0, self.top + by)
        self.remake()

    def bring(self, document: int, offset: int) -> None:
        """Scroll so that a place of a document is in view, in the middle where it was not."""
        row, height = self._layout.row_of(document, offset), self.content_size.height
        if not self.top <= row < self.top + height:
            self.top = max(0, row - height // 2)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self.scroll_rows(_WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self.scroll_rows(-_WHEEL)

    def on_click(self, event: Click) -> None:
        """Tell which place was clicked."""
        row = self.top + event.y
        if row < len(self._layout) and not (line := self._layout.lines[row]).is_heading:
            self.post_message(self.Picked(line.document, min(line.end, line.start + max(0, event.x - 1))))


def _with_thumb(rows: Sequence[Row], top: int, n_lines: int, width: int, height: int) -> list[Row]:
    """Return rows with a scroll bar in the last cell, where there is more than is in view."""
    if n_lines <= height:
        return list(rows)
    size = max(1, height * height // n_lines)
    begin = round((height - size) * top / (n_lines - height))
    result = []
    for number, row in enumerate(rows):
        filled = width - 1 - sum(cell_len(text) for text, _ in row)
        glyph = "█" if begin <= number < begin + size else "│"
        result.append([*row, (" " * max(0, filled) + glyph, Role.QUIET)])
    return result
