"""Calibrators: corrections of stated probabilities by Platt's logistic curve or by isotonic steps made smooth, and their fits.

Invariant: a correction grows strictly on 0..1 and leaves 0 where it is, so order stays and what is impossible stays so; no
probability short of certainty becomes certain.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from autocomplete.errors import ConfigError

#: Stated probabilities are drawn in from both ends by so much, so that a stated 1 can be corrected like any other.
EDGE = 1e-4

#: A curve may not be flatter than this: what was stated must go on to count for something.
LEAST_SLOPE = 0.05

#: Share of the identity in an isotonic correction, so that it grows where its steps are level.
TILT = 0.01

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Platt:
    """sigmoid(slope * log-odds + offset), after Platt (1999). `slope` above 0.

    >>> correction = Platt(0.5, 0.0)
    >>> round(correction.of(0.9), 3), round(correction.inverse(0.75), 3), correction.inverse(0.999)
    (0.75, 0.9, inf)
    """

    slope: float
    offset: float

    def __post_init__(self) -> None:
        if not (self.slope > 0.0 and math.isfinite(self.slope) and math.isfinite(self.offset)):
            raise ConfigError("A calibration curve needs a finite slope above 0 and a finite offset.")

    def of(self, probability: float) -> float:
        """Return the corrected probability, 0..1, of a stated one."""
        if probability <= 0.0:
            return 0.0
        drawn_in = EDGE + (1.0 - 2.0 * EDGE) * min(1.0, probability)
        return _sigmoid(self.slope * _log_odds(drawn_in) + self.offset)

    def inverse(self, probability: float) -> float:
        """Return the least stated probability that is corrected to `probability` or more, infinite where none is."""
        return _inverse(self.of, self._guess, probability)

    def _guess(self, probability: float) -> float:
        return (_sigmoid((_log_odds(probability) - self.offset) / self.slope) - EDGE) / (1.0 - 2.0 * EDGE)


@dataclass(frozen=True, slots=True)
class Isotonic:
    """Straight lines between `knots`, (stated, corrected) pairs that grow strictly from (0, 0) on to a stated 1.

    >>> correction = Isotonic(((0.0, 0.0), (0.5, 0.4), (1.0, 0.9)))
    >>> correction.of(0.75), correction.inverse(0.2), correction.inverse(0.95)
    (0.65, 0.25, inf)
    """

    knots: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        stated = [knot[0] for knot in self.knots]
        corrected = [knot[1] for knot in self.knots]
        grows = all(a < b for values in (stated, corrected) for a, b in pairwise(values))
        if len(stated) < 2 or not grows or self.knots[0] != (0.0, 0.0) or stated[-1] != 1.0 or corrected[-1] > 1.0:
            raise ConfigError("A calibration needs knots that grow from (0, 0) to a stated 1.")

    def of(self, probability: float) -> float:
        """Return the corrected probability, 0..1, of a stated one."""
        return _between(self.knots, probability, 0)

    def inverse(self, probability: float) -> float:
        """Return the least stated probability that is corrected to `probability` or more, infinite where none is."""
        return _inverse(self.of, lambda corrected: _between(self.knots, corrected, 1), probability)


def fit_platt(stated: Floats, right: NDArray[np.bool_]) -> Platt:
    """Return the likeliest curve for predictions that were right or wrong.

    Newton's method on Platt's targets, which are drawn in from 0 and 1 (Platt 1999; Lin, Lin and Weng 2007). Where more
    confidence did not mean more right ones the slope is `LEAST_SLOPE`. Raises ConfigError where there is nothing to fit.
    """
    if len(stated) == 0:
        raise ConfigError("No predictions to fit a calibration to.")
    drawn_in = EDGE + (1.0 - 2.0 * EDGE) * np.clip(stated, 0.0, 1.0)
    x = np.log(drawn_in) - np.log1p(-drawn_in)
    n_right = int(right.sum())
    targets = np.where(right, (n_right + 1.0) / (n_right + 2.0), 1.0 / (len(right) - n_right + 2.0))
    slope, offset = _newton(x, targets)
    if slope < LEAST_SLOPE:
        slope = LEAST_SLOPE
        _, offset = _newton(np.zeros_like(x), targets, shift=slope * x)
    return Platt(slope, offset)


def _newton(x: Floats, targets: Floats, shift: Floats | float = 0.0) -> tuple[float, float]:
    """Return the slope and offset of the likeliest logistic curve; halved steps where a whole one would overshoot."""
    found = np.array([0.0, math.log(float(targets.mean()) / (1.0 - float(targets.mean())))])
    design = np.column_stack([x, np.ones_like(x)])
    best = _loss(design @ found + shift, targets)
    for _ in range(100):
        p = 1.0 / (1.0 + np.exp(-np.clip(design @ found + shift, -30.0, 30.0)))
        gradient = design.T @ (p - targets)
        hessian = (design * (p * (1.0 - p))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        while (loss := _loss(design @ (found - step) + shift, targets)) > best and np.abs(step).max() > 1e-10:
            step /= 2.0
        found, gained, best = found - step, best - loss, loss
        if gained < 1e-10 * len(x):
            break
    return float(found[0]), float(found[1])


def _loss(scores: Floats, targets: Floats) -> float:
    return float((np.logaddexp(0.0, scores) - targets * scores).sum())


def fit_isotonic(stated: Floats, right: NDArray[np.bool_]) -> Isotonic:
    """Return isotonic steps (pool adjacent violators), joined by straight lines between the middles of the steps.

    The lowest and the highest share are drawn in from 0 and 1 by half a prediction; a step of so few that this takes it past
    the next one is joined with that.
    """
    clipped = np.clip(stated, 0.0, 1.0)
    levels = isotonic_levels(clipped, right.astype(np.float64))
    shares, step, sizes = np.unique(levels.round(9), return_inverse=True, return_counts=True)
    middles = np.bincount(step, clipped) / sizes
    steps = [IsotonicStep(*each) for each in zip(middles.tolist(), shares.tolist(), sizes.tolist(), strict=True)]
    steps = _drawn_in([step.mirrored() for step in reversed(_drawn_in(steps))])
    steps = [step.mirrored() for step in reversed(steps)]
    knots = [(0.0, 0.0)]
    for x, y in [*((step.middle, step.share) for step in steps), (1.0, steps[-1].share)]:
        tilted = (1.0 - TILT) * y + TILT * x
        if x > knots[-1][0] and tilted > knots[-1][1]:
            knots.append((x, tilted))
    if knots[-1][0] < 1.0:
        knots.append((1.0, (knots[-1][1] + 1.0) / 2.0))
    return Isotonic(tuple(knots))


def isotonic_levels(x: Floats, y: Floats) -> Floats:
    """Return the values nearest to `y` by least squares that never fall as `x` grows; equal `x` have one value.

    Adjacent violators are pooled (Ayer et al. 1955; Barlow, Bartholomew, Bremner and Brunk 1972).

    >>> isotonic_levels(np.array([0.1, 0.4, 0.2, 0.4]), np.array([0.0, 0.0, 1.0, 1.0])).round(3).tolist()
    [0.0, 0.667, 0.667, 0.667]
    """
    _, place, sizes = np.unique(x, return_inverse=True, return_counts=True)
    pools: list[tuple[float, int, int]] = []  # the sum of y, how many predictions, and how many different x
    for total, size in zip(np.bincount(place, y).tolist(), sizes.tolist(), strict=True):
        n_places = 1
        while pools and pools[-1][0] * size >= total * pools[-1][1]:
            before = pools.pop()
            total, size, n_places = total + before[0], size + before[1], n_places + before[2]
        pools.append((total, size, n_places))
    levels: Floats = np.repeat([total / size for total, size, _ in pools], [n_places for *_, n_places in pools])[place]
    return levels


class IsotonicStep(NamedTuple):
    """`n` predictions with one share of right ones: the mean of what was stated, and that share."""

    middle: float
    share: float
    n: float

    def joined(self, other: IsotonicStep) -> IsotonicStep:
        """Return both as one."""
        n = self.n + other.n
        middle, share = ((self.n * a + other.n * b) / n for a, b in zip(self[:2], other[:2], strict=True))
        return IsotonicStep(middle, share, n)

    def mirrored(self) -> IsotonicStep:
        """Return the step as one of predictions of the contrary."""
        return IsotonicStep(1.0 - self.middle, 1.0 - self.share, self.n)


def _drawn_in(steps: list[IsotonicStep]) -> list[IsotonicStep]:
    """Return steps, lowest first, with the highest share drawn in from 1, joined with others until it is the highest still.

    >>> _drawn_in([IsotonicStep(0.5, 0.5, 10), IsotonicStep(0.75, 0.875, 3), IsotonicStep(1.0, 1.0, 1)])
    [IsotonicStep(middle=0.5, share=0.5, n=10), IsotonicStep(middle=0.8125, share=0.9, n=4)]
    """
    *steps, top = steps
    while True:
        most = 1.0 - 0.5 / (top.n + 1.0)
        if not steps or min(top.share, most) > steps[-1].share:
            return [*steps, top._replace(share=min(top.share, most))]
        top = steps.pop().joined(top)


def _between(knots: tuple[tuple[float, float], ...], value: float, axis: int) -> float:
    """Return the other coordinate of the point on the line where coordinate `axis` is `value`."""
    if value <= 0.0:
        return 0.0
    i = min(len(knots) - 1, bisect_right(knots, value, key=lambda knot: knot[axis]))
    before, after = knots[i - 1], knots[i]
    share = min(1.0, (value - before[axis]) / (after[axis] - before[axis]))
    return before[1 - axis] + share * (after[1 - axis] - before[1 - axis])


def _inverse(of: Callable[[float], float], guess: Callable[[float], float], wanted: float) -> float:
    """Return the least stated probability whose correction `of` it is not below `wanted`, despite the rounding of `guess`."""
    if wanted <= 0.0:
        return 0.0
    if wanted > of(1.0):
        return math.inf
    found = min(1.0, max(math.ulp(0.0), guess(wanted)))
    step = math.ulp(found)
    while of(found) < wanted:
        found = min(1.0, found + step)
        step *= 2.0
    return found


def _sigmoid(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(700.0, max(-700.0, log_odds))))


def _log_odds(probability: float) -> float:
    return math.log(probability) - math.log1p(-probability) if probability < 1.0 else math.inf
