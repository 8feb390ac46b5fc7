"""What clicks select: two a word, three a line.

Invariant: a double click selects what it points at, and never more than `REACH` characters to each side of it.
"""

from __future__ import annotations

from typing import ClassVar

import regex
from textual import events
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

#: How far a word is followed to each side, in characters: more than any word is long.
REACH = 500

#: A word with the apostrophes and hyphens inside it, or what stands between words.
_RUN = regex.compile(r"[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*(?:['’\-\u200c\u200d][\p{L}\p{M}\p{N}_]+)*|\s+|[^\s\p{L}\p{N}_]+")


class MouseSelection(TextArea):
    """A text area in which words and lines can be clicked on."""

    #: Else Textual 8.2.8 selects nothing of the area by a double click, and a copy of that clears the clipboard.
    ALLOW_SELECT: ClassVar[bool] = False

    def on_click(self, event: events.Click) -> None:
        """Select the word, or the line, that was clicked on twice, or three times."""
        if event.chain < 2:
            return
        row, column = self.get_target_document_location(event)
        line = self.document.get_line(row)
        start, end = run_at(line, column) if event.chain == 2 else (0, len(line))
        self.selection = Selection((row, start), (row, end))


def run_at(line: str, column: int) -> tuple[int, int]:
    """Return where the word, the gap or the run of signs begins and ends that column `column` of a line is in.

    >>> [run_at("It’s well-known … 日本", column) for column in (2, 5, 15, 16, 18, 20)]
    [(0, 4), (5, 15), (15, 16), (16, 17), (18, 20), (18, 20)]
    """
    low = max(0, column - REACH)
    found = (0, 0)
    for run in _RUN.finditer(line, low, column + REACH):
        found = run.span()
        if found[1] > column:
            break
    return found
