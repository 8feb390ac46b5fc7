"""How far suggestions steer the writer: some are hidden at random (a holdout), and what is typed then is compared.

Invariant: whether a word's suggestions are hidden is drawn before anything of it is known, from a generator that is given.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass

from autocomplete.errors import ConfigError
from autocomplete.evaluation.binomial import interval

#: Share of words whose suggestions are hidden.
SHARE = 0.02

#: Fewest words of either kind for a difference: with fewer its interval would reach across a third of what can be.
FEWEST = 30


class Holdout:
    """Draws for each word whether its suggestions are hidden. `share`: 0..0.5, 0 hides nothing. Raises ConfigError."""

    def __init__(self, share: float = SHARE, rng: random.Random | None = None) -> None:
        if not 0.0 <= share <= 0.5:
            raise ConfigError(f"A share of {share:g} hidden words makes no sense: give one from 0 (off) to 0.5.")
        self._share = share
        self._rng = random.Random() if rng is None else rng

    def next_word(self) -> bool:
        """Return whether the suggestions of the word that begins now are hidden."""
        return self._share > 0.0 and self._rng.random() < self._share


@dataclass(frozen=True, slots=True)
class SuggestionEffect:
    """How much more often a prediction was typed where it was shown than where it was hidden, with its 95% interval.

    `n_shown`, `n_hidden`: words with a prediction that passed the cutoff, shown and hidden. NaN where either is below `FEWEST`.
    """

    difference: float
    lower: float
    upper: float
    n_shown: int
    n_hidden: int

    @property
    def known(self) -> bool:
        """Whether there are words enough of both kinds."""
        return not math.isnan(self.difference)

    def __str__(self) -> str:
        if not self.known:
            kind, n = ("hidden", self.n_hidden) if self.n_hidden < FEWEST else ("shown", self.n_shown)
            return f"how far suggestions steer you is not known yet: too few {kind} words ({n} of {FEWEST})"
        points, low, high = (round(100 * share) for share in (self.difference, self.lower, self.upper))
        chance = ", so it may be chance" if self.lower <= 0.0 <= self.upper else ""
        return (
            f"suggestions are typed {abs(points)} points {'more often' if points >= 0 else 'more rarely'} where they are shown "
            f"than where they are hidden (95%: {low:+d} to {high:+d}{chance}; n = {self.n_shown} and {self.n_hidden})"
        )


def suggestion_effect(words: Iterable[tuple[bool, bool]]) -> SuggestionEffect:
    """Return the effect by (was hidden, was typed as predicted) of each word with a prediction that passed the cutoff.

    The interval is that of Newcombe (1998), from two Wilson intervals.

    >>> found = suggestion_effect([(False, True)] * 90 + [(False, False)] * 10 + [(True, True)] * 32 + [(True, False)] * 8)
    >>> round(found.difference, 2), round(found.lower, 2), round(found.upper, 2)
    (0.1, -0.02, 0.25)
    """
    counts = {False: [0, 0], True: [0, 0]}
    for hidden, right in words:
        counts[hidden][0] += right
        counts[hidden][1] += 1
    (k_shown, n_shown), (k_hidden, n_hidden) = counts[False], counts[True]
    if min(n_shown, n_hidden) < FEWEST:
        return SuggestionEffect(math.nan, math.nan, math.nan, n_shown, n_hidden)
    shown, holdout_rate = k_shown / n_shown, k_hidden / n_hidden
    (low_s, high_s), (low_h, high_h) = interval(k_shown, n_shown), interval(k_hidden, n_hidden)
    difference = shown - holdout_rate
    return SuggestionEffect(
        difference,
        difference - math.hypot(shown - low_s, high_h - holdout_rate),
        difference + math.hypot(high_s - shown, holdout_rate - low_h),
        n_shown,
        n_hidden,
    )
