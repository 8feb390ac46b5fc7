"""The measures of what a cutoff costs and gains: each has one definition, here.

The words are those of the design, section 7. A position that is reached costs one key: a letter that is typed, or the key that
accepts. A *show* is a distinct one: a word-candidate pair counts once, however long it stands. A *glance* is a position at
which something is shown, which a person may read.

Invariant: a count is the sum, over ranges of cutoffs, of what lies in the range; so from one sorting on, each cutoff is
looked up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from autocomplete.errors import ConfigError
from autocomplete.evaluation.replay.columns import Bools, Floats, Ints, ReplayResult

#: Cutoffs for curves: closer together near 1 for models that are too sure of themselves.
CUTOFFS: tuple[float, ...] = (*(i / 100 for i in range(1, 100)), 0.995, 0.998, 0.999, 0.9995, 0.9999)

#: Bins of equal mass in which stated and observed probabilities are compared.
N_BINS = 15


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts at some cutoffs, one value for each; the last axis is that of the cutoffs. All are numbers of the whole text.

    `positions`: reached, each of which costs a key; `accepts`: of these, accepting ones. `shows`: distinct; `right`: of these,
    the right ones; `covered`: words with a show: the next word has it, and where it is accepted each of its words, so that one
    show can cover several, most of all in a script without spaces, where each letter is a word; `glances`: positions with
    something shown; `withdrawn`: times that what stood on the screen was taken back for confidence; `requests`: questions to
    the model.
    """

    cutoffs: Floats
    characters: Floats
    words: Floats
    positions: Floats
    accepts: Floats
    glances: Floats
    shows: Floats
    right: Floats
    covered: Floats
    withdrawn: Floats
    requests: Floats

    @property
    def savings(self) -> Floats:
        """Keystroke savings: 1 - (keys typed + accepts) / characters."""
        return 1.0 - ratio(self.positions, self.characters)

    @property
    def precision(self) -> Floats:
        """Right distinct shows / distinct shows; NaN where nothing is shown."""
        return ratio(self.right, self.shows)

    @property
    def precision_of_glances(self) -> Floats:
        """Right ones / positions with something shown; NaN where nothing is shown."""
        return ratio(self.accepts, self.glances)

    @property
    def coverage(self) -> Floats:
        """Words with a show / words. With phrases it can exceed the distinct shows per word: see `covered`."""
        return ratio(self.covered, self.words)

    @property
    def shows_per_100_words(self) -> Floats:
        """Distinct shows per 100 words."""
        return 100.0 * ratio(self.shows, self.words)

    @property
    def saved_per_show(self) -> Floats:
        """Characters that need not be typed, less the keys that accept, per distinct show; NaN where nothing is shown."""
        return ratio(self.characters - self.positions, self.shows)

    @property
    def requests_per_word(self) -> Floats:
        """Requests per word, nothing asked ahead of need."""
        return ratio(self.requests, self.words)

    @property
    def withdrawn_per_100_shows(self) -> Floats:
        """Withdrawn shows per 100 distinct shows; NaN where nothing is shown."""
        return 100.0 * ratio(self.withdrawn, self.shows)


#: The ratios that `Figures` works out from its counts; `measures` says what those that people see are called.
RATIOS = tuple(name for name, value in vars(Figures).items() if isinstance(value, property))

#: The counts of `Figures` that depend on the cutoff, in its order.
COUNTS = tuple(field.name for field in fields(Figures))[3:]


def ratio(part: Floats, whole: Floats) -> Floats:
    """Return `part / whole`, NaN where there is no whole."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


@dataclass(frozen=True, slots=True)
class Ranges:
    """The ranges of cutoffs in which something counts, `weight` times each. `row`: of the outcome or cover it is from."""

    low: Floats
    high: Floats
    weight: Floats
    row: Ints


def ranges(replayed: ReplayResult) -> dict[str, Ranges]:
    """Return, for each count of `Figures`, where it comes from: outcomes, but covers for `covered`."""
    outcomes, covers = replayed.outcomes, replayed.covers

    def of(rows: Bools, weight: Ints | None = None) -> Ranges:
        chosen = np.flatnonzero(rows)
        weights = np.ones(len(chosen)) if weight is None else weight[chosen].astype(np.float64)
        return Ranges(outcomes.low[chosen], outcomes.high[chosen], weights, chosen)

    n_covers = len(covers.low)
    return {
        "positions": of(np.ones(len(outcomes.low), dtype=np.bool_)),
        "accepts": of(outcomes.right),
        "glances": of(outcomes.shown),
        "shows": of(outcomes.first),
        "right": of(outcomes.first & outcomes.right),
        "covered": Ranges(covers.low, covers.high, np.ones(n_covers), np.arange(n_covers)),
        "withdrawn": of(outcomes.withdrawn),
        "requests": of(outcomes.requests > 0, outcomes.requests),
    }


def counts_by_unit(counted: Ranges, unit_of_row: Ints, n_units: int, cutoffs: Floats) -> Floats:
    """Return a count for each unit (rows), such as a document, and cutoff (columns, rising)."""
    units = unit_of_row[counted.row]
    changes = np.zeros((n_units, len(cutoffs) + 1))
    np.add.at(changes, (units, cutoffs.searchsorted(counted.low, side="right")), counted.weight)
    np.add.at(changes, (units, cutoffs.searchsorted(counted.high, side="right")), -counted.weight)
    return np.asarray(changes.cumsum(axis=1)[:, :-1])


class _Steps:
    """One count as a function of the cutoff: what begins below it, less what has ended."""

    def __init__(self, counted: Ranges) -> None:
        self._low, self._begun = _summed(counted.low, counted.weight)
        self._high, self._ended = _summed(counted.high, counted.weight)

    def __call__(self, cutoffs: Floats) -> Floats:
        begun = self._begun[self._low.searchsorted(cutoffs, side="left")]
        ended = self._ended[self._high.searchsorted(cutoffs, side="left")]
        return np.asarray(begun - ended)


def _summed(edges: Floats, weights: Floats) -> tuple[Floats, Floats]:
    order = np.argsort(edges, kind="stable")
    return edges[order], np.concatenate([[0.0], np.cumsum(weights[order])])


class Meter:
    """All figures of a replay at any cutoff, at once: everything is sorted when it is made."""

    def __init__(self, replayed: ReplayResult) -> None:
        self._replayed = replayed
        self._steps = {name: _Steps(counted) for name, counted in ranges(replayed).items()}

    def at(self, cutoffs: ArrayLike) -> Figures:
        """Return the figures at some cutoffs. Raises ConfigError where one of them was not replayed."""
        wanted = np.atleast_1d(np.asarray(cutoffs, dtype=np.float64))
        check_replayed(self._replayed, wanted)
        size = np.full(len(wanted), float(self._replayed.n_chars)), np.full(len(wanted), float(self._replayed.n_words))
        return Figures(wanted, *size, *(self._steps[name](wanted) for name in COUNTS))


def curve(replayed: ReplayResult, cutoffs: Sequence[float] | Floats | None = None) -> Figures:
    """Return the figures at some cutoffs, by default those of `CUTOFFS` that were replayed.

    Raises ConfigError where one of them was not replayed.
    """
    if cutoffs is None:
        cutoffs = [cutoff for cutoff in CUTOFFS if replayed.lowest <= cutoff <= replayed.highest]
    return Meter(replayed).at(cutoffs)


def check_replayed(replayed: ReplayResult, cutoffs: Floats) -> None:
    """Raise ConfigError where one of the cutoffs was not replayed."""
    if np.any((cutoffs < replayed.lowest) | (cutoffs > replayed.highest) | np.isnan(cutoffs)):
        asked = f"from {replayed.lowest:g} to {replayed.highest:g}"
        raise ConfigError(f"This replay tells of cutoffs {asked} only: replay with another lowest cutoff.")


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a document looks like at one cutoff, one row per word with a show, in order.

    `right`: the word was completed by a show; `typed`: letters of it that had been typed when it was right, or when the first
    of its shows came; `completion`: what was shown then; `at`: the offset at that moment.
    """

    word: Ints
    at: Ints
    typed: Ints
    right: Bools
    completion: list[str]


class View:
    """Finds the words of one document that are shown at a cutoff, quickly enough to draw while a slider moves."""

    def __init__(self, replayed: ReplayResult, document: int = 0) -> None:
        outcomes, states = replayed.outcomes, replayed.states
        here = states.document.searchsorted([document, document + 1])  # rows are in the order of documents
        begin, end = outcomes.state.searchsorted(here)
        word = states.word[outcomes.state[begin:end]]
        rows = begin + np.flatnonzero(outcomes.shown[begin:end] & (word >= 0))
        self._low, self._high = outcomes.low[rows], outcomes.high[rows]
        self._word, self._right = word[rows - begin], outcomes.right[rows]
        self._at, self._typed = states.at[outcomes.state[rows]], states.typed[outcomes.state[rows]]
        self._completion = np.array([outcomes.completion[row] for row in rows], dtype=object)

    def at(self, cutoff: float) -> Verdicts:
        """Return the words with a show at a cutoff."""
        rows = np.flatnonzero((self._low < cutoff) & (cutoff <= self._high))
        word, right = self._word[rows], self._right[rows]
        chosen = rows[np.lexsort((self._at[rows], ~right, word))]  # of each word the right show, else the first
        chosen = chosen[np.diff(self._word[chosen], prepend=-1) != 0]
        columns = (self._word[chosen], self._at[chosen], self._typed[chosen], self._right[chosen])
        return Verdicts(*columns, self._completion[chosen].tolist())


@dataclass(frozen=True, slots=True)
class Bins:
    """Positions in bins of equal mass, by stated probability: how many, the mean stated, and the share of right ones."""

    n: Ints
    stated: Floats
    observed: Floats


def bins(probabilities: Floats, right: Bools, n_bins: int = N_BINS) -> Bins:
    """Return positions in bins of equal mass, empty bins left out.

    Where a border of bins parts positions of equal probability, as many in a hundred of them are right on either side: their
    order, and what floating point makes of them, changes nothing.
    """
    order = np.argsort(probabilities)
    edges = np.arange(n_bins + 1) * len(order) // n_bins
    n = np.diff(edges)
    filled = n > 0
    starts = edges[:-1][filled]
    if not len(starts):
        return Bins(n[filled], np.empty(0), np.empty(0))
    equal = equal_ones(probabilities[order])
    mean = np.bincount(equal, right[order]) / np.bincount(equal)
    stated = np.add.reduceat(probabilities[order], starts) / n[filled]
    observed = np.add.reduceat(mean[equal], starts) / n[filled]
    return Bins(n[filled], stated, observed)


def equal_ones(rising: Floats) -> Ints:
    """Return a number for each of some rising probabilities, the same for those that are equal but for floating point.

    >>> equal_ones(np.array([0.1, 0.3, 0.1 + 0.2, 0.4])).tolist()
    [0, 1, 1, 2]
    """
    return np.asarray(np.cumsum(np.diff(rising.round(12), prepend=rising[:1].round(12)) > 0))


def calibration_error(probabilities: Floats, right: Bools, n_bins: int = N_BINS) -> float:
    """Return the expected calibration error (ECE): the mean gap between stated and observed, over bins of equal mass.

    >>> round(calibration_error(np.array([0.5, 0.5, 0.9, 0.9]), np.array([True, False, True, True]), 2), 6)
    0.05
    """
    binned = bins(probabilities, right, n_bins)
    return float((binned.n * np.abs(binned.stated - binned.observed)).sum() / max(1, len(probabilities)))


def calibration_noise(probabilities: Floats, n_bins: int = N_BINS) -> float:
    """Return the calibration error that probabilities would show by chance alone if every one of them were true.

    In a bin the gap between stated and observed is then about normal, with the variance of the mean of independent verdicts;
    its mean size is sqrt(2 / pi) standard deviations. Verdicts on one word are not independent, so there is a little more.

    >>> round(calibration_noise(np.full(1500, 0.5)), 3), round(calibration_noise(np.full(150_000, 0.5)), 3)
    (0.04, 0.004)
    """
    ordered = np.sort(probabilities)
    edges = np.unique(np.arange(n_bins + 1) * len(ordered) // n_bins)[:-1]
    if not len(edges):
        return 0.0
    variances = np.add.reduceat(ordered * (1.0 - ordered), edges)
    return float(np.sqrt(2.0 / np.pi * variances).sum() / len(ordered))


def brier(probabilities: Floats, right: Bools) -> float:
    """Return the Brier score, the mean squared gap between probability and verdict; NaN where there is no position."""
    return float(np.mean((probabilities - right) ** 2)) if len(probabilities) else math.nan
