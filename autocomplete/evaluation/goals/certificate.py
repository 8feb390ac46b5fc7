"""A cutoff that is proved to reach a precision: Learn-then-Test over a grid of cutoffs, from strict to loose.

What is proved, exactly. A *label* is a distinct show: a word and a candidate that the cutoff would have put on the screen while
the word was typed, counted once, right or wrong; a right one ends the word, as accepting it does. For each cutoff the null
hypothesis is that a share of 1 - goal or more of such shows is wrong on text like that of the window. Its p-value is the
binomial tail of the wrong ones. Cutoffs are tested from strict to loose, each at the full level delta, up to the first that
fails; with fixed-sequence testing the chance that any cutoff certified by one test falls short is at most delta.

Invariants. Where the sequence begins depends on how many words have a show, never on whether the shows were right. Shows that
stand near each other are not independent: their number is divided by the *design effect*, what the scatter of wrong shows
between blocks of `BLOCK` words is over what independent shows would have (Kish 1965; Rao and Scott 1992).
The binomial tail bounds the mean over shows whose chances to be wrong differ (Hoeffding 1956), so they need not be alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from autocomplete.core.percent import exact_percent
from autocomplete.errors import ConfigError
from autocomplete.evaluation.binomial import most_wrong
from autocomplete.evaluation.goals.shortfall import (
    SPARE,
    STARTING_SHARE,
    FixedSampleTest,
    Seen,
    Shortfall,
    allowed_wrong,
    fewest,
    shortfall,
)
from autocomplete.evaluation.word_shows import Show

#: Cutoffs from strict to loose; closer together near 1 for models that are too sure of themselves.
CUTOFFS: tuple[float, ...] = (0.9999, 0.9995, 0.999, 0.998, 0.995, *(i / 100 for i in range(99, 19, -1)))

DELTA = 0.05

#: Consecutive words whose shows count as one cluster.
BLOCK = 20

Counts = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class BlockCounts:
    """What each cutoff would have shown. Rows are blocks of up to `BLOCK` consecutive words, columns are `cutoffs`.

    `shown`: distinct shows; `right`: right ones among them; `covered`: words with at least one show. `n_words`: how many words
    were typed, with or without a show. `cutoffs` go from strict to loose. `unsettled`: wrong ones that may have been shown
    besides (see `shadow`): they count against a cutoff, as if they had been. None where all is settled.
    """

    shown: Counts
    right: Counts
    covered: Counts
    n_words: int
    cutoffs: tuple[float, ...] = CUTOFFS
    unsettled: Counts | None = None

    @classmethod
    def of_words(
        cls,
        shown: Counts,
        right: Counts,
        cutoffs: tuple[float, ...] = CUTOFFS,
        unsettled: Counts | None = None,
    ) -> BlockCounts:
        """Return the tally of words, one a row, in the order they were written. See `rows_of`."""
        starts = np.arange(0, len(shown), BLOCK)
        if not len(starts):
            return cls(shown, right, shown, 0, cutoffs)
        counts = (shown, right, shown > 0, np.zeros_like(shown) if unsettled is None else unsettled)
        blocks = [np.add.reduceat(each, starts, axis=0, dtype=np.int16) for each in counts]
        return cls(blocks[0], blocks[1], blocks[2], len(shown), cutoffs, blocks[3])


def rows_of(shows: Iterable[Show], cutoffs: tuple[float, ...] = CUTOFFS) -> tuple[Counts, Counts]:
    """Return how many distinct shows a word had at each cutoff, and how many right ones.

    >>> from autocomplete.evaluation.word_shows import Show
    >>> shown, right = rows_of([Show(0.0, 0.6, False, 0), Show(0.0, 0.8, True, 3)], (0.9, 0.8, 0.5))
    >>> shown.tolist(), right.tolist()
    ([0, 1, 2], [0, 1, 1])
    """
    grid = np.array(cutoffs)
    shown = np.zeros((2, len(cutoffs)), np.int16)
    for show in shows:
        here = (show.low < grid) & (grid <= show.high)
        shown[0] += here
        if show.right:
            shown[1] += here
    return shown[0], shown[1]


def wrong_rows_of(unsettled: Iterable[Show], cutoffs: tuple[float, ...] = CUTOFFS) -> Counts:
    """Return how many wrong shows a word may have had besides at each cutoff."""
    return rows_of([show for show in unsettled if not show.right], cutoffs)[0]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A proof, with confidence 1 - `delta`, that at `cutoff` at least `goal` of distinct shows are right on text like this.

    `n_shows`, `n_right`: what was seen at that cutoff in `n_words` words; `design_effect`: 1 where shows are as good as
    independent, above where they are worth fewer. `at_all_times`: the confidence holds however often one looked for it.
    """

    goal: float
    delta: float
    cutoff: float
    n_shows: int
    n_right: int
    n_words: int
    design_effect: float = 1.0
    at_all_times: bool = False

    def __str__(self) -> str:
        looks = " however often one looks" if self.at_all_times else ""
        return (
            f"certified: at least {exact_percent(self.goal)} right, with {1 - self.delta:.0%} confidence{looks}, "
            f"on text like this (n = {self.n_shows})"
        )


def check_goal(goal: float, delta: float) -> None:
    """Raise ConfigError unless both are shares strictly between 0 and 1."""
    if not (0.0 < goal < 1.0 and 0.0 < delta < 1.0):
        raise ConfigError(f"A precision of {goal:g} with delta {delta:g} cannot be certified: both lie between 0 and 1.")


def certify(tally: BlockCounts, goal: float, delta: float = DELTA) -> Certificate | Shortfall:
    """Return the loosest cutoff that is certified to reach the precision `goal`, or what is missing.

    Raises ConfigError where `goal` or `delta` is not strictly between 0 and 1.

    >>> shown = np.ones((100, 2), np.int16)
    >>> right = np.column_stack([np.ones(100), np.arange(100) % 5 > 0]).astype(np.int16)
    >>> str(certify(BlockCounts.of_words(shown, right, (0.9, 0.5)), 0.9))
    'certified: at least 90% right, with 95% confidence, on text like this (n = 100)'
    >>> str(certify(BlockCounts.of_words(shown[:9], right[:9], (0.9, 0.5)), 0.9))
    'not certified yet: to prove 90% right takes at least 20 more suggestions, all right; about 20 words at the rate so far'
    """
    check_goal(goal, delta)
    n_shows = tally.shown.sum(axis=0, dtype=np.int64)
    n_wrong = n_shows - tally.right.sum(axis=0, dtype=np.int64)
    covered = tally.covered.sum(axis=0, dtype=np.int64)
    effects = design_effects(tally, n_shows, n_wrong)
    unsettled = np.zeros_like(n_shows) if tally.unsettled is None else tally.unsettled.sum(axis=0, dtype=np.int64)
    passed = None
    start = first_column(covered, goal, delta)
    for column in range(len(tally.cutoffs) if start is None else start, len(tally.cutoffs)):
        n, k, more = int(n_shows[column]), int(n_wrong[column]), int(unsettled[column])
        if not _passes(n + more, k + more, effects[column], goal, delta):
            break
        passed = column
    if passed is None:
        found = shortfall(
            Seen(tally.cutoffs, n_shows, n_wrong, covered, effects, tally.n_words), goal, delta, FixedSampleTest(goal, delta)
        )
        known = start is not None and _passes(int(n_shows[start]), int(n_wrong[start]), effects[start], goal, delta)
        return replace(found, unsettled=True) if known else found
    n, k = int(n_shows[passed]), int(n_wrong[passed])
    return Certificate(goal, delta, tally.cutoffs[passed], n, n - k, tally.n_words, round(effects[passed], 3))


def first_column(words_shown: NDArray[np.int64], goal: float, delta: float) -> int | None:
    """Return where the sequence begins, None where no cutoff has enough shows to pass any test.

    The strictest cutoff whose test can bear `SPARE` wrong shows and at which `STARTING_SHARE` of the words with a show at the
    loosest have one: a first test on few shows would fail by chance, and end the sequence, however much is proved behind it.
    Where none can bear so many, fewer. It looks at whether words have a show, not at what came of it.

    >>> first_column(np.array([10, 40, 70, 90]), 0.9, 0.05), first_column(np.array([61, 90, 400]), 0.9, 0.05)
    (2, 2)
    >>> first_column(np.array([10, 20]), 0.9, 0.05)
    """
    share = STARTING_SHARE * int(words_shown.max(initial=0))
    for spare in range(SPARE, -1, -1):
        enough = np.flatnonzero(words_shown >= max(fewest(spare, goal, delta), share))
        if len(enough):
            return int(enough[0])
    return None


def design_effects(tally: BlockCounts, n_shows: NDArray[np.int64], n_wrong: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return, for each cutoff, by what the number of shows is to be divided: 1 or more.

    The variance of a ratio over blocks of words, divided by the binomial variance. Where fewer than 10 shows were wrong, too
    few to judge by, the effect at the next looser cutoff that has 10 stands in; shows lie denser there.
    """
    n_blocks = len(tally.shown)
    if n_blocks < 5:
        return np.ones(len(tally.cutoffs))
    share = n_wrong / np.maximum(1, n_shows)
    off = (tally.shown - tally.right) - share * tally.shown
    spread = np.einsum("ij,ij->j", off, off) * n_blocks / (n_blocks - 1)
    effects = np.maximum(1.0, spread / np.maximum(1e-9, n_shows * share * (1.0 - share)))
    judged = (n_wrong >= 10) & (n_wrong < n_shows)
    if not judged.any():
        return np.ones(len(tally.cutoffs))
    after = np.where(judged, np.arange(len(judged)), len(judged))
    stand_in = np.minimum.accumulate(after[::-1])[::-1]
    result: NDArray[np.float64] = effects[np.minimum(stand_in, np.flatnonzero(judged)[-1])]
    return result


def _passes(n: int, k: int, effect: float, goal: float, delta: float) -> bool:
    return math.ceil(k / effect) <= most_wrong(math.floor(n / effect), allowed_wrong(goal), delta)
