r"""The text under the editor: lines divided by "\n" and by nothing else.

Invariant: `LineDocument(text).text == text`, whatever is in it, and every edit keeps all other characters.
Textual 8.2.8's `Document` splits with `str.splitlines`, so a form feed or U+2028 would come back from a save as a newline.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.widgets.text_area import Document, EditResult, Location

from tui.text.prefix_sums import PrefixSums

#: Called after each edit with where it began, where what it replaced ended, and where what it put there ends.
Follower = Callable[[Location, Location, Location], None]


class LineDocument(Document):
    r"""A document whose only line separator is "\n", and which never goes through all its lines for one edit."""

    def __init__(self, text: str) -> None:
        super().__init__("")
        self._newline = "\n"
        self._lines = text.split("\n")
        self._lengths = PrefixSums([len(line) + 1 for line in self._lines])
        self.revision = 0  # one more for each edit
        self.followers: list[Follower] = []

    @property
    def text(self) -> str:
        """The whole text, joined for each asker: not for what happens at each key."""
        return "\n".join(self._lines)

    @property
    def n_chars(self) -> int:
        """How many code points the whole text has."""
        return self._lengths.total - 1

    def end_of(self, row: int) -> int:
        """Return the column at which a line ends: before the carriage returns that belong to its line end, if any.

        Where line ends are mixed they stand in the text (`tui/files/file_format.py`).
        """
        line = self._lines[row]
        return len(line.rstrip("\r")) if line[-1:] == "\r" and row < len(self._lines) - 1 else len(line)

    def get_text_range(self, start: Location, end: Location) -> str:
        """Return the text between two locations."""
        (top, left), (bottom, right) = sorted((start, end))
        if top == bottom:
            return self._lines[top][left:right] if left < right else ""
        last = [self._lines[bottom][:right]] if bottom < len(self._lines) else []
        return "\n".join([self._lines[top][left:], *self._lines[top + 1 : bottom], *last])

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Return where the replacement of `start`..`end` by `text` ends, and what it replaced.

        Locations behind the end of the text mean its end.
        """
        top, bottom = (min(place, self.end) for place in sorted((start, end)))
        replaced = self.get_text_range(top, bottom)
        self.revision += 1
        inserted = text.split("\n")
        inserted[0] = self._lines[top[0]][: top[1]] + inserted[0]
        end_location = (top[0] + len(inserted) - 1, len(inserted[-1]))
        inserted[-1] += self._lines[bottom[0]][bottom[1] :]
        self._lines[top[0] : bottom[0] + 1] = inserted
        self._lengths.splice(top[0], bottom[0] + 1, [len(line) + 1 for line in inserted])
        for follow in self.followers:
            follow(top, bottom, end_location)
        return EditResult(end_location, replaced)

    def offset_of(self, location: Location) -> int:
        """Return how many code points stand before `location`."""
        return self._lengths.before(location[0]) + location[1]

    def location_of(self, offset: int) -> Location:
        """Return the place that has `offset` code points before it, the nearest there is."""
        return self._lengths.find(min(max(0, offset), self.n_chars))

    def location_back(self, location: Location, n_chars: int) -> Location:
        """Return the place `n_chars` code points before `location`, or the start of the document."""
        row, column = location
        return (row, column - n_chars) if n_chars <= column else self.location_of(self.offset_of(location) - n_chars)
