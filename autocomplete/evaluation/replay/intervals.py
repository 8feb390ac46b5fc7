"""Intervals that say how sure the figures are: 95%, of shares by Wilson's score, of other figures by the bootstrap.

Words of one document are not independent, documents nearly are. So whole documents are drawn, with replacement, as many as
there are (Efron 1979; cluster bootstrap), and the figures are worked out again. With fewer than `FEWEST` documents, stretches
of words of them take their place, so long that there are about `N_STRETCHES`, and not outside `SHORTEST` to `LONGEST` words:
words that stand near each other stay together.

Drawing cannot see a wrong show that did not happen: of 25 right ones all draws are right. So a share has the interval of
Wilson (1927), its numbers divided by the design effect: what the scatter between documents or stretches is over what
independent cases would have (Kish 1965).

Invariant: the same replay and seed give the same intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autocomplete.evaluation.binomial import interval
from autocomplete.evaluation.replay.columns import Floats, Ints, ReplayResult
from autocomplete.evaluation.replay.metrics import (
    COUNTS,
    N_BINS,
    RATIOS,
    Figures,
    check_replayed,
    counts_by_unit,
    equal_ones,
    ranges,
    ratio,
)

#: Fewer documents than this are drawn by stretches of words.
FEWEST = 20

#: How many stretches there should be, and how many words they have at least and at most.
N_STRETCHES, SHORTEST, LONGEST = 40, 10, 200

N_DRAWS, LEVEL = 1000, 0.95

#: Cases of each kind, such as right and wrong shows, from which on a design effect can be judged.
JUDGED = 10


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a figure lies, with 95% confidence; one value for each cutoff. NaN where nothing could be drawn."""

    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals of measures, by the name that each has in `Figures`. `unit`: what was drawn, `n_units` of them."""

    cutoffs: Floats
    of: dict[str, Interval]
    unit: str
    n_units: int

    def __getitem__(self, measure: str) -> Interval:
        return self.of[measure]


def bootstrap(replayed: ReplayResult, cutoffs: Sequence[float] | Floats, *, seed: int = 0, n_draws: int = N_DRAWS) -> Intervals:
    """Return the 95% intervals of all measures at some cutoffs, which are sorted first.

    Also those of "ece" and "brier", which depend on no cutoff and have one value. Raises ConfigError where a cutoff was not
    replayed.
    """
    wanted = np.sort(np.asarray(cutoffs, dtype=np.float64))
    check_replayed(replayed, wanted)
    units = Units.of(replayed)
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(units.n, np.full(units.n, 1.0 / units.n), size=n_draws) if units.n else np.zeros((0, 0))
    draws = draws.astype(np.float64)
    counted = ranges(replayed)
    counts = {name: counts_by_unit(counted[name], units.row(name), units.n, wanted) for name in COUNTS}
    sizes = [np.bincount(rows, minlength=units.n)[:, None] for rows in (units.of_state, units.of_word)]
    characters, words = (np.repeat(size, len(wanted), axis=1).astype(np.float64) for size in sizes)
    figures = Figures(wanted, *(draws @ count for count in (characters, words, *counts.values())))
    intervals = {name: _interval(getattr(figures, name)) for name in RATIOS}
    intervals |= {
        "savings": share_interval(characters - counts["positions"], characters, together=replayed.n_chars / replayed.n_words),
        "precision": share_interval(counts["right"], counts["shows"]),
        "precision_of_glances": share_interval(counts["accepts"], counts["glances"]),
        "coverage": share_interval(counts["covered"], words),
    }
    errors, scores = _calibration(replayed, units, draws[: n_draws // 5])
    return Intervals(wanted, {**intervals, "ece": _interval(errors), "brier": _interval(scores)}, units.name, units.n)


def share_interval(part: Floats, whole: Floats, *, together: float = 1.0) -> Interval:
    """Return where the share `part / whole` lies at each cutoff. Both: counts by unit (rows) and cutoff (columns, rising).

    `together`: cases that are decided as one, such as the letters of a word. Where there are fewer than `JUDGED` cases of
    either kind, the design effect is that of the next lower cutoff with so many, as shows lie denser there; else the last's.

    >>> found = share_interval(np.full((5, 1), 5.0), np.full((5, 1), 5.0))
    >>> round(float(found.low[0]), 3), float(found.high[0])
    (0.867, 1.0)
    """
    n_part, n_whole = part.sum(axis=0), whole.sum(axis=0)
    share = ratio(n_part, n_whole)
    judged = np.flatnonzero(np.minimum(n_part, n_whole - n_part) >= JUDGED)
    effects = np.full(len(share), together)
    if len(judged) and len(part) > 1:
        spread = ((part - share * whole) ** 2)[:, judged].sum(axis=0) * len(part) / (len(part) - 1)
        independent = n_whole[judged] * share[judged] * (1.0 - share[judged])
        stand_in = np.maximum(0, judged.searchsorted(np.arange(len(share)), side="right") - 1)
        effects = np.maximum(together, spread / independent)[stand_in]
    ends = [interval(k / effect, n / effect, LEVEL) for k, n, effect in zip(n_part, n_whole, effects, strict=True)]
    low, high = np.array(ends).reshape(-1, 2).T
    return Interval(np.where(n_whole > 0, low, np.nan), np.where(n_whole > 0, high, np.nan))


@dataclass(frozen=True, slots=True)
class Units:
    """What is drawn: `n` of them. The unit of each state, word, outcome and cover by its row."""

    name: str
    n: int
    of_state: Ints
    of_word: Ints
    of_outcome: Ints
    of_cover: Ints

    @classmethod
    def of(cls, replayed: ReplayResult) -> Units:
        """Return documents as units, or stretches of words where there are too few documents."""
        by_document = len(replayed.documents) >= FEWEST
        block = max(SHORTEST, min(LONGEST, replayed.n_words // N_STRETCHES))
        n_units = [1 if by_document else max(1, -(-d.n_words // block)) for d in replayed.documents]
        before = np.concatenate([[0], np.cumsum(n_units)]).astype(np.int64)
        states, covers = replayed.states, replayed.covers
        begun = np.zeros(len(states.at), dtype=np.int64)  # words that have begun before each state
        for number, document in enumerate(replayed.documents):
            rows = states.document == number
            begun[rows] = np.clip(document.starts.searchsorted(states.at[rows], side="right") - 1, 0, None)
        words = [np.arange(d.n_words) for d in replayed.documents]

        def unit(document: Ints, word: Ints) -> Ints:
            return before[document] if by_document else before[document] + word // block

        of_state = unit(states.document, begun)
        of_word = np.concatenate([unit(np.full(len(w), i), w) for i, w in enumerate(words)] or [begun])
        of_cover = unit(covers.document, covers.word)
        name = "documents" if by_document else f"stretches of {block} words"
        return cls(name, int(before[-1]), of_state, of_word, of_state[replayed.outcomes.state], of_cover)

    def row(self, count: str) -> Ints:
        """Return the unit of each row that a count comes from."""
        return self.of_cover if count == "covered" else self.of_outcome


def _interval(drawn: Floats) -> Interval:
    """Return the middle part of what was drawn, along the first axis. Draws without a value are left out."""
    tail = 50.0 * (1.0 - LEVEL)
    low, high = (np.full(drawn.shape[1:], np.nan) for _ in range(2))
    has_value = ~np.isnan(drawn).all(axis=0) if len(drawn) else np.zeros(drawn.shape[1:], dtype=np.bool_)
    if has_value.any():
        low[has_value], high[has_value] = np.nanpercentile(drawn[:, has_value], [tail, 100.0 - tail], axis=0)
    return Interval(low, high)


def _calibration(replayed: ReplayResult, units: Units, draws: Floats) -> tuple[Floats, Floats]:
    """Return the expected calibration error and the Brier score of each draw, as columns.

    The error is a mean of absolute gaps: a draw adds its own noise to each, so that draws lie above the error by as much as
    that error lies above the one without noise. They are moved back by that bias (Efron and Tibshirani 1993, ch. 10).
    """
    rows = np.flatnonzero(replayed.states.lower > 0.0)
    stated, right = replayed.states.lower[rows], replayed.states.right[rows]
    order = np.argsort(stated)
    stated, verdict, unit = stated[order], right[order].astype(np.float64), units.of_state[rows][order]
    equal = equal_ones(stated)
    drawn = [_one_draw(stated, verdict, equal, weights[unit]) for weights in draws] if len(rows) else []
    errors, scores = np.array([e for e, _ in drawn]), np.array([b for _, b in drawn])
    if len(errors):
        errors = np.maximum(0.0, errors - np.nanmean(errors) + _one_draw(stated, verdict, equal, np.ones(len(rows)))[0])
    return errors[:, None], scores[:, None]


def _one_draw(stated: Floats, verdict: Floats, equal: Ints, weights: Floats) -> tuple[float, float]:
    """Return error and score of positions that count `weights` times each, sorted by what is stated. `equal`: see `bins`."""
    mass = np.cumsum(weights)
    total = float(mass[-1])
    if not total:
        return float("nan"), float("nan")
    edges = np.unique(np.concatenate([[0], mass.searchsorted(total * np.arange(1, N_BINS) / N_BINS)]))
    n_right, n = (np.bincount(equal, part).astype(np.float64) for part in (verdict * weights, weights))
    gaps = np.add.reduceat((stated - np.nan_to_num(ratio(n_right, n))[equal]) * weights, edges)
    return float(np.abs(gaps).sum() / total), float(((stated - verdict) ** 2 * weights).sum() / total)
