"""The lines of the document as rows of the screen.

Invariant: rows and places are those of Textual's `WrappedDocument`; only the work to know them is less.
"""

from __future__ import annotations

from textual.widgets.text_area import WrappedDocument

from tui.line_document import LineDocument


class WrappedLines(WrappedDocument):
    """A wrapped view of `document` that knows its height, and does not wrap again what is wrapped already.

    Textual 8.2.8 adds up all lines for the height, once for every row that it draws, and wraps twice when it loads a text.
    """

    document: LineDocument

    def __init__(self, document: LineDocument, *, width: int, tab_width: int) -> None:
        self._wrapped: tuple[int, int, int] | None = None
        super().__init__(document, width, tab_width)

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self._offset_to_line_info)

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Wrap all lines at `width` cells, 0 for not at all; do nothing where that is how they are wrapped."""
        wanted = (width, tab_width or self._tab_width, self.document.revision)
        if self._wrapped != wanted:
            self._wrapped = None
            super().wrap(width, tab_width)
            self._wrapped = wanted
