r"""The text under the editor: lines divided by "\n" and by nothing else.

Invariant: `LineDocument(text).text == text`, whatever is in it, and every edit keeps all other characters.
Textual 8.2.8's `Document` splits with `str.splitlines`, so a form feed or U+2028 would come back from a save as a newline.
"""

from __future__ import annotations

from textual.widgets.text_area import Document, EditResult, Location


class LineDocument(Document):
    r"""A document whose only line separator is "\n", and which knows offsets in code points without joining its lines."""

    def __init__(self, text: str) -> None:
        super().__init__("")
        self._newline = "\n"
        self._lines = text.split("\n")
        self._joined: str | None = text
        self._mark = (0, 0)
        self.revision = 0  # one more for each edit

    @property
    def text(self) -> str:
        """The whole text. Kept until the next edit: Textual asks for it once for every row that it draws."""
        if self._joined is None:
            self._joined = "\n".join(self._lines)
        return self._joined

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Return where the replacement of `start`..`end` by `text` ends, and what it replaced."""
        top, bottom = sorted((start, end))
        replaced = self.get_text_range(top, bottom)
        self._row_start(min(top[0], len(self._lines) - 1))
        self._joined = None
        self.revision += 1
        inserted = text.split("\n")
        inserted[0] = self._line(top[0])[: top[1]] + inserted[0]
        end_location = (top[0] + len(inserted) - 1, len(inserted[-1]))
        inserted[-1] += self._line(bottom[0])[bottom[1] :]
        self._lines[top[0] : bottom[0] + 1] = inserted
        return EditResult(end_location, replaced)

    def offset_of(self, location: Location) -> int:
        """Return how many code points stand before `location`."""
        return self._row_start(location[0]) + location[1]

    def location_back(self, location: Location, n_chars: int) -> Location:
        """Return the place `n_chars` code points before `location`, or the start of the document."""
        row, column = location
        while n_chars > column and row > 0:
            n_chars -= column + 1
            row -= 1
            column = len(self._lines[row])
        return row, max(0, column - n_chars)

    def _line(self, row: int) -> str:
        return self._lines[row] if row < len(self._lines) else ""

    def _row_start(self, row: int) -> int:
        """Return the offset of the first character of `row`.

        Counted from the row asked for last, so that typing anywhere in a long document costs nothing.
        """
        mark, offset = self._mark
        if row >= mark:
            offset += sum(map(len, self._lines[mark:row])) + row - mark
        else:
            offset -= sum(map(len, self._lines[row:mark])) + mark - row
        self._mark = (row, offset)
        return offset
