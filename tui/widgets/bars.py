"""The one-row widgets around the text: title, status and hints.

Invariant: a bar draws what a pure function of (state, width) returns, and takes no focus.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.content import Content
from textual.widget import Widget

from tui.widgets.status_line import Piece, Role, Status


class Bar(Widget):
    """One row that shows the `status` at the moment of drawing by means of `layout`, such as `status_line.title_line`."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"bar--{role}" for role in Role}

    def __init__(self, layout: Callable[[Status, int], list[Piece]], status: Callable[[], Status], *, id: str) -> None:
        super().__init__(id=id)
        self._layout = layout
        self._status = status

    def render(self) -> Content:
        """Return the row at the widget's present width."""
        pieces = self._layout(self._status(), self.content_size.width)
        styled = ((text, self.get_visual_style(f"bar--{role}", partial=True)) for text, role in pieces)
        return Content.assemble(*styled)
