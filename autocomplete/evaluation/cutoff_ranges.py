"""Ranges of cutoffs, open below and closed at the top: (low, high] holds a cutoff where low < cutoff <= high.

Cutoffs are distinguished down to `1 / STEPS`: what changes between two multiples of it is not followed, so that no model is
asked about a sliver that nobody can set. A cutoff in between counts as the next greater multiple.

Invariant: a set of ranges is a list, sorted from low to high, whose ranges neither overlap nor touch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from autocomplete.core.gate import ROUNDING

Span = tuple[float, float]

#: How many cutoffs there are from 0 (not counted) to 1.
STEPS = 10_000


def step_below(value: float) -> float:
    """Return the greatest cutoff that `value`, which is -1 or more, reaches but for `ROUNDING`.

    >>> step_below(0.30001), step_below(0.3), step_below(0.29999999), step_below(-0.5), step_below(0.5499999999999999)
    (0.3, 0.3, 0.2999, -0.5, 0.55)
    """
    value += ROUNDING * abs(value)
    step = math.floor(value * STEPS)
    while step / STEPS > value:
        step -= 1
    while (step + 1) / STEPS <= value:
        step += 1
    return step / STEPS


def kept_step(probability: float, hysteresis: float) -> float:
    """Return the greatest cutoff at which what has `probability` stays displayed: down to `cutoff * (1 - hysteresis)`.

    >>> kept_step(0.4, 0.2), kept_step(0.4, 1.0)
    (0.5, 1.0)
    """
    share, probability = 1.0 - hysteresis, probability * (1.0 + ROUNDING)
    step = STEPS if share <= 0.0 else min(STEPS, round(probability / share * STEPS))
    while step > 0 and step / STEPS * share > probability:
        step -= 1
    while step < STEPS and (step + 1) / STEPS * share <= probability:
        step += 1
    return step / STEPS


def joined(spans: Sequence[Span], span: Span) -> list[Span]:
    """Return a set of ranges with one more.

    >>> joined([(0.1, 0.2), (0.5, 0.6)], (0.2, 0.4)), joined([(0.1, 0.2)], (0.15, 0.15))
    ([(0.1, 0.4), (0.5, 0.6)], [(0.1, 0.2)])
    """
    low, high = span
    if low >= high:
        return list(spans)
    if not spans:
        return [span]
    result: list[Span] = []
    after: list[Span] = []
    for other in spans:
        if other[1] < low:
            result.append(other)
        elif other[0] > high:
            after.append(other)
        else:
            low, high = min(low, other[0]), max(high, other[1])
    return [*result, (low, high), *after]


def parts(span: Span, spans: Sequence[Span]) -> list[tuple[Span, bool]]:
    """Return a range cut at the borders of a set of ranges, low to high, each part with whether it lies in the set.

    >>> parts((0.1, 0.9), [(0.0, 0.2), (0.5, 0.6)])
    [((0.1, 0.2), True), ((0.2, 0.5), False), ((0.5, 0.6), True), ((0.6, 0.9), False)]
    """
    at, end = span
    result: list[tuple[Span, bool]] = []
    for low, high in spans:
        if high <= at or low >= end:
            continue
        if low > at:
            result.append(((at, low), False))
            at = low
        result.append(((at, min(high, end)), True))
        at = min(high, end)
    if at < end:
        result.append(((at, end), False))
    return result


def around(cutoff: float, spans: Sequence[Span]) -> tuple[bool, float]:
    """Return whether a cutoff lies in a set of ranges, and down to which cutoff that stays so (that one not included).

    >>> around(0.3, [(0.1, 0.2), (0.25, 0.3)]), around(0.31, [(0.1, 0.2), (0.25, 0.3)]), around(0.1, [(0.1, 0.2)])
    ((True, 0.25), (False, 0.3), (False, -1.0))
    """
    below = -1.0
    for low, high in spans:
        if low < cutoff <= high:
            return True, low
        if high < cutoff:
            below = high
    return False, below
