"""A panel that draws rows of pieces, scrolled by its own keys.

Invariant: what is drawn is what a pure function returned for the present scene and size; a scene that changes nothing of it
repaints nothing.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.style import Style

from tui.instruments.panels import Panel, Scene
from tui.widgets.status_line import Piece, Role


class RowsPanel(Panel, can_focus=True):
    """A panel made of rows. Subclasses give `make_rows`; where it makes more than fit, the arrow keys scroll."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"rows--{role}" for role in Role}
    DEFAULT_CSS = """
    RowsPanel {
        padding: 0 1;
        & > .rows--strong { text-style: bold; color: $foreground; }
        & > .rows--plain { color: $foreground 90%; }
        & > .rows--quiet { color: $foreground 60%; }
        & > .rows--ghost { color: $accent; text-style: bold; }
        & > .rows--error { color: $text-error; text-style: bold; }
        & > .rows--bar { color: $accent; }
        & > .rows--maybe { color: $accent 70%; }
        & > .rows--cutoff { color: $foreground; text-style: bold; }
        & > .rows--crossed { color: $accent; text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_rows(-1)", "Up", show=False, tooltip="Scroll up"),
        Binding("down", "scroll_rows(1)", "Down", show=False, tooltip="Scroll down"),
        Binding("pageup", "scroll_rows(-10)", "Page up", show=False, tooltip="Scroll ten rows up"),
        Binding("pagedown", "scroll_rows(10)", "Page down", show=False, tooltip="Scroll ten rows down"),
    ]

    #: Whether rows past the height are made and scrolled to; else `make_rows` fits the height itself.
    SCROLLS: ClassVar[bool] = False

    _scene: Scene | None = None
    _rows: list[list[Piece]] | None = None
    _top = 0

    def make_rows(self, scene: Scene, width: int, height: int) -> list[list[Piece]]:
        """Return the rows for a scene."""
        raise NotImplementedError

    def follow(self, scene: Scene) -> None:
        """Show `scene`; repaint only if that changes a row."""
        self._scene = scene
        self.remake()

    def remake(self) -> None:
        """Make the rows again, and repaint if they changed."""
        shown = self._shown()
        if shown != self._rows:
            self._rows = shown
            self.refresh()

    def _shown(self) -> list[list[Piece]] | None:
        """Return the rows in view; None while there is no scene, or no room."""
        width, height = self.content_size
        if self._scene is None or width < 1 or height < 1:
            return None
        rows = self.make_rows(self._scene, width, height)
        self._top = max(0, min(self._top, len(rows) - height)) if self.SCROLLS else 0
        return rows[self._top : self._top + height]

    def on_resize(self, event: Resize) -> None:
        """Fit the new size."""
        self._rows = None
        self.refresh()

    def action_scroll_rows(self, by: int) -> None:
        """Scroll by so many rows."""
        self._top = max(0, self._top + by)
        self.remake()

    def render(self) -> Content:
        """Return the rows, made for the present size where they are not."""
        if self.parent is None:  # taken away, as in `LineArea.render_lines`
            return Content()
        if self._rows is None:
            self._rows = self._shown()
        lines = [Content.assemble(*((text, self.piece_style(role)) for text, role in row if text)) for row in self._rows or []]
        return Content("\n").join(lines)

    def piece_style(self, role: Role) -> Style:
        """Return the style of a piece of that role."""
        return self.get_visual_style(f"rows--{role}", partial=True)
