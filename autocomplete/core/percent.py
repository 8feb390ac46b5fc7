"""Shares as percentages: one function for each way of rounding that a number can ask for.

Invariant: a bound stays a bound, what is possible is never "0%", and what is not certain is never "100%" where that matters.
"""

from __future__ import annotations

import math

#: Bounds that are nearer to each other than this are one number.
EXACT = 1e-6


def rough_percent(probability: float) -> str:
    """Return a probability in whole hundredths: never "100%" for what is not certain, never "0%" for what is possible.

    >>> rough_percent(0.724), rough_percent(0.999), rough_percent(0.001), rough_percent(1.0)
    ('72%', '>99%', '<1%', '100%')
    """
    if 0.0 < probability < 0.01:
        return "<1%"
    if 0.99 < probability < 1.0:
        return ">99%"
    return f"{probability:.0%}"


def odds(share: float) -> str:
    """Return a share as people say it: so many of 10, or of 100 where that is too coarse; "all" for no less than all.

    >>> odds(0.897), odds(0.96), odds(0.9996), odds(0.252), odds(1.0)
    ('9 of 10', '96 of 100', '99 of 100', '25 of 100', 'all')
    """
    of = 10 if 0.05 <= share < 0.95 and abs(share - round(share, 1)) < 0.015 else 100
    return "all" if share >= 1.0 else f"{min(of - 1, round(share * of))} of {of}"


def exact_percent(share: float) -> str:
    """Return a share as it was set, such as a cutoff or a goal: with as many digits as keep what is near 1 apart from 1.

    >>> exact_percent(0.6), exact_percent(0.925), exact_percent(0.9999), exact_percent(1.0)
    ('60%', '92.5%', '99.99%', '100%')
    """
    digits = 3 if share <= 0.99 else 4 if share <= 0.999 else 6
    return f"{100 * share:.{digits}g}%"


def outward(probability: float, *, up: bool = False) -> float:
    """Return a bound in percent, rounded to a tenth: down, or `up`, so that a bound stays a bound."""
    return (math.ceil(probability * 1000 - 1e-9) if up else math.floor(probability * 1000 + 1e-9)) / 10


def bound_percent(probability: float, *, up: bool = False) -> str:
    """Return a bound rounded outward to a tenth of a percent.

    >>> bound_percent(0.9996), bound_percent(0.3002, up=True), bound_percent(0.6), bound_percent(0.0)
    ('99.9%', '30.1%', '60%', '0%')
    """
    return f"{outward(probability, up=up):g}%"


def bounds_percent(lower: float, upper: float) -> str:
    """Return two bounds rounded outward, as one number where they are one.

    >>> [bounds_percent(*pair) for pair in [(0.7213, 0.8149), (0.5, 0.5), (0.0, 0.0004), (0.0004, 0.0004), (0.0, 1.0)]]
    ['72.1–81.5%', '50%', '0–0.1%', '<0.1%', '0–100%']
    """
    if upper - lower < EXACT:
        exact = round(lower * 100, 1)
        return "<0.1%" if exact == 0.0 < lower else f"{exact:g}%"
    return f"{outward(lower):g}–{outward(upper, up=True):g}%"


def span_percent(lowest: float, highest: float) -> str:
    """Return cutoffs that go by length, in whole hundredths.

    >>> span_percent(0.2, 1.0), span_percent(0.2049, 0.912)
    ('20–100%', '20–91%')
    """
    return f"{100 * lowest:.0f}–{highest:.0%}"


def narrow_percent(probability: float) -> str:
    """Return a probability in six cells at most, for a column of numbers.

    >>> [narrow_percent(p) for p in (1.0, 0.7191, 0.0312, 0.00047, 0.0000004)]
    ['100%', '71.9%', '3.12%', '0.05%', '<0.01%']
    """
    if probability >= 0.9995:
        return "100%"
    if probability >= 0.09995:
        return f"{probability:.1%}"
    return f"{probability:.2%}" if probability >= 0.00005 else "<0.01%"


def fine_percent(probability: float) -> str:
    """Return a probability with three significant digits, for words that were hardly expected.

    >>> fine_percent(0.125), fine_percent(0.000123), fine_percent(1e-9)
    ('12.5%', '0.0123%', '<0.001%')
    """
    return f"{probability * 100:.3g}%" if probability >= 1e-5 else "<0.001%"
