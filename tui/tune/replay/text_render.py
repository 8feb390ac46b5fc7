"""The tuner's text in rows: which words would have been shown, right ones and wrong ones marked.

Right words are underlined from the letter on at which they would have been completed; wrong ones carry a cross, which takes the
place of the space before them, or of the margin. So the text stands still while the cutoff moves: nothing is wrapped anew.

Invariant: pure; a row depends on the text, the marks and the width alone, and nothing of the text can steer the terminal.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from autocomplete.editor import escape_controls
from tui.instruments.chart import Row
from tui.instruments.why.render import cut
from tui.text.cells import drawn
from tui.text.wrapping import Fold, breaks
from tui.tune.render import written
from tui.widgets.status_line import Piece, Role

if TYPE_CHECKING:
    from autocomplete.editor import Mark, Marks

RIGHT, WRONG = "✓", "✗"

#: Cells at the left, for the mark of a row's first word.
MARGIN = 1

#: So far before a word its mark may stand, where quotes or brackets open right before it.
_REACH = 4


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A row of a layout: the code points `start` to `end` of document number `document`; a heading where `end` < 0."""

    document: int
    start: int
    end: int

    @property
    def is_heading(self) -> bool:
        """Whether it names the document that begins here."""
        return self.end < 0


class Layout:
    """Texts wrapped to a width, one after another, each under a heading where there are several."""

    def __init__(self, texts: Sequence[str], width: int) -> None:
        self.width = max(4, width)
        self.lines: list[MarkedLine] = []
        fold = Fold(self.width - MARGIN, 1)
        for document, text in enumerate(texts):
            if len(texts) > 1:
                self.lines += [MarkedLine(document, 0, -1)]
            start = 0
            for line in text.split("\n"):
                begins = [0, *breaks(line, fold)]
                ends = [*begins[1:], len(line)]
                self.lines += [MarkedLine(document, start + a, start + b) for a, b in zip(begins, ends, strict=True)]
                start += len(line) + 1
        self._keys = [(line.document, line.start, line.end) for line in self.lines]

    def __len__(self) -> int:
        return len(self.lines)

    def row_of(self, document: int, offset: int) -> int:
        """Return the row in which a code point of a document stands."""
        return max(0, bisect_right(self._keys, (document, offset, 1 << 60)) - 1)

    def first_of(self, document: int) -> int:
        """Return the first row of a document."""
        return min(len(self) - 1, bisect_left(self._keys, (document, 0, -1)))


def text_row(text: str, line: MarkedLine, marks: Sequence[Mark], picked: int | None, width: int) -> Row:
    """Return a row of a text. `marks`: the words in it that are shown; `picked`: where the picked word begins, if any."""
    shown = drawn(text[line.start : line.end]).replace("\t", " ")
    roles = [Role.PLAIN] * len(shown)
    cells = list(shown)
    margin: Piece = (" " * MARGIN, Role.PLAIN)
    for mark in marks:
        role = Role.GHOST if mark.right else Role.ERROR
        begin, end = mark.start - line.start, mark.end - line.start
        lit = max(begin, mark.at - line.start) if mark.right else begin
        for i in range(max(0, lit), min(end, len(cells))):
            roles[i] = role
        if mark.start == picked:
            for i in range(max(0, begin), min(end, len(cells))):
                roles[i] = Role.CROSSED
        at = None if mark.right or begin < 0 else _space_before(shown, begin)  # begin < 0: it began in the row before
        if at == -1:
            margin = (WRONG, role)
        elif at is not None:
            cells[at], roles[at] = WRONG, role
    return cut([margin, *_joined(cells, roles)], width)


def _space_before(shown: str, begin: int) -> int | None:
    """Return the index of the space at which the mark of a word stands, -1 for the margin, None where there is no room."""
    for at in range(begin - 1, max(-2, begin - 1 - _REACH), -1):
        if at < 0 or shown[at] == " ":
            return at
        if shown[at].isalnum():
            return None
    return None


def _joined(cells: Sequence[str], roles: Sequence[Role]) -> Row:
    row: Row = []
    for char, role in zip(cells, roles, strict=True):
        if row and row[-1][1] is role:
            row[-1] = row[-1][0] + char, role
        else:
            row.append((char, role))
    return row


def heading_row(name: str, width: int) -> Row:
    """Return the row that names a document.

    >>> heading_row("a.txt", 20)
    [('── ', <Role.QUIET: 'quiet'>), ('a.txt', <Role.STRONG: 'strong'>), (' ───────────', <Role.QUIET: 'quiet'>)]
    """
    shown = escape_controls(name)
    rule = "─" * max(0, width - len(shown) - 4)
    return cut([("── ", Role.QUIET), (shown, Role.STRONG), (f" {rule}", Role.QUIET)], width)


def offer_row(text: str, picked: int | None, found: Mark | None, cutoff: float, width: int) -> Row:
    """Return what would have come of the picked word at a cutoff. `found`: its mark, None where nothing is shown."""
    if picked is None:
        return []
    if found is None:
        return cut([("– ", Role.QUIET), (f"nothing is shown for it at {written(cutoff)}", Role.QUIET)], width)
    word = escape_controls(text[found.start : found.end])
    typed = escape_controls(text[found.start : max(found.start, found.at)])
    after = f"after “{typed}”" if typed else "before its first letter"
    shown = escape_controls(typed + found.completion.lstrip(" "))
    if found.right:
        n_saved = found.end - found.at
        letters = "letter" if n_saved == 1 else "letters"
        return cut(
            [
                (f"{RIGHT} ", Role.GHOST),
                (f"“{word}”", Role.STRONG),
                (f" {after}: {n_saved} {letters} less", Role.PLAIN),
            ],
            width,
        )
    row: Row = [(f"{WRONG} ", Role.ERROR), (f"“{shown}”", Role.ERROR), (f" {after}, for ", Role.PLAIN)]
    return cut([*row, (f"“{word}”", Role.STRONG)], width)


def counts_row(marks: Marks, n_words: int, width: int) -> Row:
    """Return how many words of a document are completed, how many had wrong shows only, and how to go through them.

    What has no room is left out: half a number would be another number.
    """
    row: Row = [
        (f"{RIGHT} {marks.n_right:,} completed", Role.GHOST),
        (f"  {WRONG} {marks.n_wrong:,} only wrong", Role.ERROR),
        (f"  of {n_words:,} words", Role.QUIET),
        ("   n N: wrong ones", Role.QUIET),
    ]
    while len(row) > 1 and sum(cell_len(piece) for piece, _ in row) > width:
        row.pop()
    return cut(row, width)
