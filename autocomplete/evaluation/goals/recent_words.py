"""Adds up what each cutoff would have come to on the words that were typed last.

Invariant: a word counts as long as it is among the newest; what it adds when it comes is what it takes away when it goes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from autocomplete.evaluation.goals.goals import Point
from autocomplete.evaluation.replay.metrics import CUTOFFS
from autocomplete.evaluation.word_outcome import WordOutcome

Floats = NDArray[np.float64]

#: The cutoffs at which figures are kept: the stops of the slider.
STOPS: tuple[float, ...] = tuple(i / 100 for i in range(1, 101))

#: The cutoffs at which goals are answered: the built-in model shows many words at the strictest stop but 1.
GRID = (*CUTOFFS, 1.0)
_AT_STOPS = np.array([GRID.index(stop) for stop in STOPS])

#: Newest words that count.
N_WORDS = 5000

#: Share of words with something unsettled up to which figures count as settled.
SOME = 0.1


@dataclass(frozen=True)
class Curves:
    """Figures by cutoff, one for each of `STOPS`; NaN where nothing is shown, or no word is known.

    `savings`, `precision`, `coverage`: 0..1. `per_100`: distinct shows in 100 words. `n_shows`: how many shows that rests on.
    `unsettled`: share of words for which more may have been shown, since the model was asked no further than was needed.
    """

    n_words: int
    savings: Floats
    precision: Floats
    coverage: Floats
    per_100: Floats
    n_shows: NDArray[np.int64]
    unsettled: Floats

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Whether the figures at each stop are settled, but for `SOME` words at most."""
        return ~(self.unsettled > SOME)  # so that NaN, no word, is no reason to doubt

    @cached_property
    def best(self) -> float | None:
        """The cutoff at which most keys would have been saved, the highest of equals; None where none would."""
        known = np.nan_to_num(self.savings)
        at = len(known) - 1 - int(known[::-1].argmax())
        return STOPS[at] if known[at] > 0.0 else None


class RecentWords:
    """The newest `size` finished words, and what each cutoff would have come to on them."""

    def __init__(self, outcomes: Iterable[WordOutcome] = (), *, size: int = N_WORDS) -> None:
        self._words: deque[WordOutcome] = deque()
        self.size = size
        self._sums = np.zeros((6, len(GRID)), np.int64)  # of `_count`
        self._n_chars = 0
        self._curves: Curves | None = None
        self.add(outcomes)

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[WordOutcome]:
        """Yield the words, oldest first."""
        return iter(self._words)

    def add(self, outcomes: Iterable[WordOutcome]) -> None:
        """Take finished words, and drop as many of the oldest as there are too many."""
        for outcome in outcomes:
            self._words.append(outcome)
            self._count(outcome, 1)
            self._curves = None
            if len(self._words) > self.size:
                self._count(self._words.popleft(), -1)

    @property
    def curves(self) -> Curves:
        """The figures as they are now."""
        if self._curves is None:
            shows, right, covered, saved, unsettled, _ = self._sums[:, _AT_STOPS]
            n = len(self._words)
            with np.errstate(invalid="ignore", divide="ignore"):
                shares = saved / self._n_chars, right / shows, covered / n, 100.0 * shows / n
                self._curves = Curves(n, *shares, shows, unsettled / n)
        return self._curves

    @property
    def points(self) -> list[Point]:
        """What each cutoff of `GRID` comes to, as `goals.solve` takes it; empty without words."""
        shows, right, _, saved, _, besides = self._sums
        n = len(self._words)
        if not n:
            return []
        with np.errstate(invalid="ignore"):
            columns = saved / self._n_chars, right / shows, 100.0 * shows / n, 100.0 * besides / n
        return [Point(*figures) for figures in zip(GRID, *(column.tolist() for column in columns), strict=True)]

    def _count(self, outcome: WordOutcome, times: int) -> None:
        self._n_chars += times * outcome.n_chars
        shows, right, covered, saved, unsettled, besides = self._sums  # shows and keys, but words: covered, unsettled
        spans = []
        for show in outcome.shows:
            span = _stops(show.low, show.high)
            shows[span] += times
            if show.right:
                right[span] += times
                saved[span] += times * show.saved
            spans.append(span)
        for start, stop in _covered(spans):
            covered[start:stop] += times
        open_spans = [_stops(show.low, show.high) for show in outcome.unsettled]
        for span in open_spans:
            besides[span] += times
        for start, stop in _covered(open_spans):
            unsettled[start:stop] += times


def _stops(low: float, high: float) -> slice:
    """Return the places in `GRID` above a cutoff, up to another."""
    return slice(bisect_right(GRID, low), bisect_right(GRID, high))


def _covered(spans: Sequence[slice]) -> Iterator[tuple[int, int]]:
    """Yield ranges that together hold each stop once that some of these do."""
    reached = 0
    for start, stop in sorted((span.start, span.stop) for span in spans):
        if max(start, reached) < stop:
            yield max(start, reached), stop
        reached = max(reached, stop)
