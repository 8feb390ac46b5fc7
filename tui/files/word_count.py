"""Counts the words and characters of a document, without going through all of it again.

Invariant: when `update` says that it is done, the count is that of the lines it was given; only lines that changed since
the last time are counted, and never more than `PORTION` characters (or one line) in one call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.widgets.text_area import Selection

#: Characters that are counted in one call: some milliseconds of work.
PORTION = 200_000

_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Count:
    """Words and characters of a text, line ends among them, and those of what is selected in it."""

    words: int = 0
    characters: int = 0
    selected_words: int = 0
    selected_characters: int = 0


class WordCounter:
    """Counts one document, and follows its changes."""

    def __init__(self) -> None:
        self.count: Count | None = None
        self._lines: list[str] = []
        self._words: list[int | None] = []  # per line; None where it is not counted yet
        self._unknown = 0

    def update(self, lines: Sequence[str], selection: Selection) -> bool:
        """Follow the document; return whether everything is counted now, otherwise call again.

        A word is what stands between white space, as for `wc -w`.
        """
        self._compare(list(lines))
        if not self._fill():
            return False
        words = sum(filter(None, self._words))
        characters = sum(map(len, self._lines)) + len(self._lines) - 1
        self.count = Count(words, characters, *self._selected(selection))
        return True

    def _compare(self, lines: list[str]) -> None:
        """Keep the counts of the lines before and after the place that changed."""
        former = self._lines
        most = min(len(lines), len(former))
        head = common(lines, former, most)
        tail = common(lines[::-1], former[::-1], most - head) if head < max(len(lines), len(former)) else 0
        middle: list[int | None] = [None] * (len(lines) - head - tail)
        self._words = [*self._words[:head], *middle, *self._words[len(self._words) - tail :]]
        self._lines = lines
        self._unknown = min(self._unknown, head) if middle else self._unknown

    def _fill(self) -> bool:
        budget = PORTION
        for row in range(self._unknown, len(self._lines)):
            if self._words[row] is None:
                if budget <= 0:
                    self._unknown = row
                    return False
                self._words[row] = len(self._lines[row].split())
                budget -= len(self._lines[row])
        self._unknown = len(self._lines)
        return True

    def _selected(self, selection: Selection) -> tuple[int, int]:
        """Return words and characters of the selection; the lines that it holds whole are not gone through."""
        (top, left), (bottom, right) = sorted(selection)
        bottom = min(bottom, len(self._lines) - 1)
        if top > bottom or selection.is_empty:
            return 0, 0
        if top == bottom:
            inside = self._lines[top][left:right]
            return len(inside.split()), len(inside)
        first, last = self._lines[top][left:], self._lines[bottom][:right]
        words = len(first.split()) + len(last.split()) + sum(filter(None, self._words[top + 1 : bottom]))
        characters = len(first) + len(last) + sum(map(len, self._lines[top + 1 : bottom])) + bottom - top
        return words, characters


def common(one: Sequence[str], other: Sequence[str], most: int) -> int:
    """Return how many items both begin with, `most` at most.

    >>> common(["a", "b", "c"], ["a", "b", "x"], 3), common([], ["a"], 0)
    (2, 0)
    """
    for start in range(0, most, _BLOCK):
        end = min(start + _BLOCK, most)
        if one[start:end] != other[start:end]:
            return start + next(at for at in range(end - start) if one[start + at] != other[start + at])
    return most
