"""Where the rows of a line end while a ghost stands in it: a pure function of the line, its rows, the cursor and the ghost.

Invariant: what is typed stays where it stands, however long the ghost; what follows the cursor flows on behind it. A word of
the ghost begins on the next row if it does not fit; the rest of the word at the cursor is divided at the edge.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from tui.text.cells import drawn, stops
from tui.text.wrapped_document import Rows, span
from tui.text.wrapping import Fold, row_end

#: How many characters behind the cursor flow anew at most: more than any screen shows.
REACH = 50_000


@dataclass(frozen=True, slots=True)
class GhostRows:
    """The rows from that of the cursor on: `text` with the ghost in it, of which a row ends at each of `ends`.

    `start` is the column of the line where `text` begins; the ghost is `text[left:right]`. `added`: how many rows there are
    more than without it.
    """

    text: str
    start: int
    left: int
    right: int
    ends: tuple[int, ...]
    added: int

    def row(self, index: int) -> tuple[int, int]:
        """Return where a row begins and ends in `text`."""
        return (self.ends[index - 1] if index else 0), self.ends[index]

    def column(self, at: int) -> int:
        """Return the column of the line for an index of `text`; all of the ghost is the cursor's place."""
        return self.start + min(at, self.left) + max(0, at - self.right)


def ghost_rows(rows: Rows, column: int, ghost: str, fold: Fold, most: int) -> GhostRows:
    """Return the rows of a line that change while `ghost` stands at `column`, `most` at most.

    >>> found = ghost_rows(Rows("one two", []), 7, " three four", Fold(9, 4), 9)
    >>> [found.text[slice(*found.row(index))] for index in range(3)], found.added
    (['one two ', 'three ', 'four'], 2)
    """
    section = bisect_right(rows.breaks, column)
    start = span(rows, section)[0]
    left, right = column - start, column - start + len(ghost)
    text = rows.text[start:column] + ghost + rows.text[column : column + REACH]
    ends = [_first_end(text, left, fold)]
    while ends[-1] < len(text) and len(ends) < most:
        if ends[-1] >= right:
            again = ends[-1] - len(ghost) + start
            at = bisect_left(rows.breaks, again)
            if at < len(rows.breaks) and rows.breaks[at] == again:
                return GhostRows(text, start, left, right, tuple(ends), len(ends) - (at + 1 - section))
        ends.append(row_end(text, ends[-1], fold))
    return GhostRows(text, start, left, right, tuple(ends), len(ends) - (len(rows.breaks) + 1 - section))


def _first_end(text: str, left: int, fold: Fold) -> int:
    """Return the end of the cursor's row, which holds at least the `left` characters before the cursor."""
    end = row_end(text, 0, fold)
    if end >= left:
        return end
    places = stops(drawn(text[: left + fold.width + 1]), fold.tab_width)
    return max(left, bisect_right(places, fold.width) - 1)
