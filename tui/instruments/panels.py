"""Panels beside the text: the base class of each, such as *why*, and the dock that holds the open ones.

Invariant: a panel is made when it is opened and gone when it is closed; it sees the editor only through a `Scene`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.geometry import Size
from textual.widget import Widget

if TYPE_CHECKING:
    from tui.ghost.area import GhostArea
    from tui.ghost.controller import SuggestionController
    from tui.widgets.status_line import Status

#: From this many columns on the panels stand at the right of the text; below it under the text, one at a time.
WIDE_COLUMNS = 110


@dataclass(frozen=True, slots=True)
class Scene:
    """What a panel may read: the document in front, the suggester, and the status. Good until the next one."""

    area: GhostArea
    suggester: SuggestionController
    status: Status


class Panel(Widget):
    """A view beside the text."""

    #: The title in the border.
    TITLE: ClassVar[str] = ""

    #: Rows it has use for, without its border; None takes whatever there is.
    ROWS: ClassVar[int | None] = None

    def follow(self, scene: Scene) -> None:
        """Show `scene`. Called when the panel is opened and after every change, so it must cost next to nothing."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class PanelKind:
    """A panel that can be opened: its name, and the function that imports and makes it."""

    name: str
    make: Callable[[], Panel]


class Dock(Container):
    """The open panels."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,alt+j", "app.focus_text", "Back", tooltip="Go back to the text")]

    wide = True
    _rows_below = 0

    @property
    def panels(self) -> list[Panel]:
        """The open panels, the one opened last at the end."""
        return list(self.query(Panel))

    def toggle(self, kind: PanelKind, scene: Scene) -> bool:
        """Open the panel, or close it if it is open; return whether it is open now."""
        present = self.query(f"#panel-{kind.name}")
        if present:
            present.remove()
            self.display = len(self.panels) > len(present)
            return False
        if not self.wide:
            self.query(Panel).remove()
        panel = kind.make()
        panel.id, panel.border_title = f"panel-{kind.name}", panel.TITLE
        panel.add_class("panel")
        self.mount(panel)
        self.display = True
        self._fit(panel)
        panel.call_after_refresh(panel.follow, scene)
        return True

    def follow(self, scene: Scene) -> None:
        """Show `scene` in every open panel."""
        for panel in self.panels:
            if panel.is_attached:
                panel.follow(scene)

    def place(self, screen: Size) -> None:
        """Fit a screen of that size."""
        self.wide = screen.width >= WIDE_COLUMNS
        self._rows_below = rows_below(screen.height)
        if not self.wide:
            for panel in self.panels[:-1]:
                panel.remove()
        self._fit(self.panels[-1] if self.panels else None)

    def _fit(self, panel: Panel | None) -> None:
        """Take the whole height beside the text; below it what there is for panels, or less where `panel` needs less."""
        needed = panel.ROWS + 2 if panel is not None and panel.ROWS is not None else self._rows_below
        self.styles.height = "100%" if self.wide else min(needed, self._rows_below)


def rows_below(rows: int) -> int:
    """Return how many rows of a screen a panel below the text gets: about two fifths, but the text stays.

    >>> [rows_below(rows) for rows in (6, 10, 16, 24, 60)]
    [2, 4, 6, 10, 14]
    """
    return max(min(6, rows * 2 // 5), min(14, rows * 42 // 100))
