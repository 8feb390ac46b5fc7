"""How probable the words of a document were: where the numbers stand, and how they stay there while the text changes.

Invariant: a number belongs to the very characters it was worked out for. An edit moves the words behind it along, and drops
the numbers of the words that it touches; the totals are those of the words that are there.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autocomplete import WordScore

Location = tuple[int, int]

_start, _end = attrgetter("start"), attrgetter("end")

#: The least probabilities of the classes, likeliest first, and what a word of each class is called.
CLASSES = (0.3, 0.03, 0.003, 0.0003, 0.0)
NAMES = ("expected", "likely", "open", "surprising", "startling")
RANGES = ("≥30%", "≥3%", "≥0.3%", "≥0.03%", "less")

#: Most words behind an edit that are moved along in one line; in a longer one they lose their scores, since keys go first.
MOST_MOVED = 2_000

#: Characters around an edit that are cut into words again.
_AROUND = 200


@dataclass(frozen=True, slots=True)
class Scored:
    """The word in columns `start`..`end` of a line, the bounds of its probability, and the likeliest value between them."""

    start: int
    end: int
    lower: float
    upper: float
    likely: float

    @classmethod
    def of(cls, start: int, end: int, score: WordScore) -> Scored:
        """Return a score at its place."""
        return cls(start, end, score.bounds.lower, score.bounds.upper, score.likely)

    @property
    def heat(self) -> int:
        """The class, 0 (expected) to 4 (startling)."""
        return heat_class(self.likely)

    def moved(self, n_columns: int) -> Scored:
        """Return the same `n_columns` further right."""
        return replace(self, start=self.start + n_columns, end=self.end + n_columns) if n_columns else self


def heat_class(probability: float) -> int:
    """Return the class of a word that had this probability.

    >>> [heat_class(p) for p in (1.0, 0.3, 0.299, 0.02, 0.001, 0.0)]
    [0, 0, 1, 2, 3, 4]
    """
    return next(number for number, least in enumerate(CLASSES) if probability >= least)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over words, in bits: the least they held and the most, the latter without the `unbounded`, whose lower bound is 0.

    >>> both = Totals.of(Scored(0, 1, 0.25, 0.5, 0.5)) + Totals.of(Scored(2, 3, 0.0, 0.25, 0.25))
    >>> both.words, both.surprisal, both.perplexity
    (2, (1.5, inf), (2.8284271247461903, inf))
    """

    words: int = 0
    least: float = 0.0
    most: float = 0.0
    unbounded: int = 0

    @classmethod
    def of(cls, word: Scored) -> Totals:
        """Return the totals of one word."""
        least = -math.log2(max(word.upper, 1e-12))
        return cls(1, least, -math.log2(word.lower) if word.lower > 0.0 else 0.0, int(word.lower <= 0.0))

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.words + other.words,
            self.least + other.least,
            self.most + other.most,
            self.unbounded + other.unbounded,
        )

    def __neg__(self) -> Totals:
        return Totals(-self.words, -self.least, -self.most, -self.unbounded)

    @property
    def surprisal(self) -> tuple[float, float]:
        """The mean surprisal in bits a word: the least and the most it can be. (0, inf) for no words."""
        if not self.words:
            return 0.0, math.inf
        least = max(0.0, self.least / self.words)
        return least, math.inf if self.unbounded else max(least, self.most / self.words)

    @property
    def perplexity(self) -> tuple[float, float]:
        """2 to the power of the mean surprisal: among how many equally likely words each was one."""
        least, most = self.surprisal
        return 2.0**least, 2.0**most


class HeatMap:
    """The scored words of one document with `n_lines` lines. `changed` counts changes."""

    def __init__(self, n_lines: int) -> None:
        self._rows: list[list[Scored]] = [[] for _ in range(n_lines)]
        self.totals = Totals()
        self.changed = 0
        self.cursor = 0  # the line at which words are being scored; edits move it along

    def row(self, row: int) -> Sequence[Scored]:
        """Return the scored words of a line, in order."""
        return self._rows[row] if row < len(self._rows) else ()

    def has(self, row: int, start: int, end: int, *, bounded: bool = False) -> bool:
        """Return whether the word in these columns is scored. `bounded`: with a lower bound that is not 0."""
        words = self.row(row)
        at = bisect_left(words, start, key=_start)
        found = at < len(words) and (words[at].start, words[at].end) == (start, end)
        return found and (not bounded or words[at].lower > 0.0)

    def at(self, location: Location) -> Scored | None:
        """Return the scored word that holds `location` or ends there."""
        row, column = location
        words = self.row(row)
        at = bisect_left(words, column, key=_end)
        return words[at] if at < len(words) and words[at].start <= column else None

    def put(self, row: int, word: Scored) -> None:
        """Set the score of a word, in place of what it overlaps."""
        if row < len(self._rows):
            words = self._rows[row]
            first = bisect_right(words, word.start, key=_end)
            last = bisect_left(words, word.end, key=_start)
            self._count([word], words[first:last])
            words[first:last] = [word]

    def clear(self, first: Location = (0, 0), last: Location | None = None) -> None:
        """Drop the scores between two locations, by default all."""
        for row in range(first[0], len(self._rows) if last is None else min(last[0] + 1, len(self._rows))):
            gone = [word for word in self._rows[row] if _within(row, word, first, last)]
            if gone:
                self._rows[row] = [word for word in self._rows[row] if not _within(row, word, first, last)]
                self._count([], gone)

    def between(self, first: Location, last: Location) -> Totals:
        """Return the totals of the words that stand wholly between two locations."""
        found = Totals()
        for row in range(first[0], min(last[0] + 1, len(self._rows))):
            for word in self._rows[row]:
                if _within(row, word, first, last):
                    found += Totals.of(word)
        return found

    def edited(self, start: Location, old_end: Location, new_end: Location, line: Callable[[int], str]) -> None:
        """Follow an edit that put `start`..`new_end` in place of `start`..`old_end`. `line`: a line as it is now."""
        old = self._rows[start[0] : old_end[0] + 1] or [[]]
        n_before = bisect_right(old[0], start[1], key=_end)
        n_until = bisect_left(old[-1], old_end[1], key=_start)
        before, behind = old[0][:n_before], old[-1][n_until:]
        between = old[0][n_before:n_until] if len(old) == 1 else [*old[0][n_before:], *old[-1][:n_until]]
        gone = [*between, *chain.from_iterable(old[1:-1])]
        if len(behind) > MOST_MOVED:
            gone, behind = [*gone, *behind], []
        behind = [word.moved(new_end[1] - old_end[1]) for word in behind]
        gone += _drop_cut(before, line(start[0]), start[1])
        gone += _drop_cut(behind, line(new_end[0]), new_end[1])
        between_rows: list[list[Scored]] = [[] for _ in range(new_end[0] - start[0] - 1)]
        one_line = new_end[0] == start[0]
        self._rows[start[0] : old_end[0] + 1] = [before + behind] if one_line else [before, *between_rows, behind]
        self._count([], gone)
        if old_end[0] < self.cursor:
            self.cursor += new_end[0] - old_end[0]
        elif start[0] < self.cursor:
            self.cursor = start[0]

    def _count(self, new: Iterable[Scored], gone: Iterable[Scored]) -> None:
        for word in new:
            self.totals += Totals.of(word)
        for word in gone:
            self.totals += -Totals.of(word)
        self.changed += 1


def _within(row: int, word: Scored, first: Location, last: Location | None) -> bool:
    return (row, word.start) >= first and (last is None or (row, word.end) <= last)


def _drop_cut(words: list[Scored], line: str, column: int) -> list[Scored]:
    """Take away and return those of `words` that an edit at `column` of what is now `line` leaves no whole words."""
    first, last = max(0, column - _AROUND), min(len(line), column + _AROUND)
    low, high = bisect_left(words, first, key=_start), bisect_right(words, last, key=_end)
    if low >= high:
        return []
    from autocomplete import word_spans  # lazily: something was scored, so it is loaded

    spans = {(span.start, span.end) for span in word_spans(line, first, last)}
    near = words[low:high]
    words[low:high] = [word for word in near if (word.start, word.end) in spans]
    return [word for word in near if (word.start, word.end) not in spans]


def summary(totals: Totals) -> str:
    """Return mean surprisal and perplexity for people: as intervals where that is what is known.

    >>> summary(Totals(2, 6.0, 6.0)), summary(Totals(2, 6.0, 7.0)), summary(Totals(2, 6.0, 0.0, 1)), summary(Totals())
    ('3.0 bits/word, perplexity 8.0', '3.0–3.5 bits/word, perplexity 8.0–11', 'at least 3.0 bits/word, perplexity 8.0', '')
    """
    if not totals.words:
        return ""
    (least, most), (low, high) = totals.surprisal, totals.perplexity
    if math.isinf(most):
        return f"at least {least:.1f} bits/word, perplexity {_number(low)}"
    if f"{least:.1f}" == f"{most:.1f}":
        return f"{least:.1f} bits/word, perplexity {_number(low)}"
    return f"{least:.1f}–{most:.1f} bits/word, perplexity {_number(low)}–{_number(high)}"


def _number(value: float) -> str:
    return f"{value:.1f}" if value < 9.95 else f"{value:,.0f}"


def words_touching(words: Sequence[Scored], first: int, last: int) -> Sequence[Scored]:
    """Return those of `words`, which are in order, that touch the columns `first`..`last`."""
    return words[bisect_right(words, first, key=_end) : bisect_left(words, last, key=_start)]
