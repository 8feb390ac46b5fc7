"""Where the arrow keys lead.

Invariant: the cursor stands between graphemes, never within one, nor within a line end; up and down are Textual's.
"""

from __future__ import annotations

from typing import cast

from textual.widgets.text_area import DocumentNavigator, Location

from tui.text.cells import grapheme_end, grapheme_start
from tui.text.document import LineDocument


class Navigator(DocumentNavigator):
    """Textual's navigator, by graphemes to the left and right: a flag or an accented letter is one step."""

    def get_location_left(self, location: Location) -> Location:
        """Return the place one step to the left; from the start of a line, the end of the line above."""
        row, column = location
        if column:
            return row, grapheme_start(self._document[row], column)
        return self._line_end(row - 1) if row else (0, 0)

    def get_location_right(self, location: Location) -> Location:
        """Return the place one step to the right; from the end of a line, the start of the line below."""
        row, column = location
        if location < self._line_end(row):
            return row, grapheme_end(self._document[row], column)
        return location if self.is_last_document_line(location) else (row + 1, 0)

    def _line_end(self, row: int) -> Location:
        return row, cast(LineDocument, self._document).end_of(row)
