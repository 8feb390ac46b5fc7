"""How far each kind of the person's own n-grams is trusted: mixture weights, learned online by expectation maximisation.

A weight belongs to a kind of evidence: how long the history is, how often it was seen, and whether it went on the same way.
After each word that was predicted, the weight of its kind moves towards the share of the word's probability that came from
there (Dempster, Laird and Rubin 1977, one word at a time).

Invariant: every weight is in 0..1.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

#: Upper ends of the classes of support: how often a history was seen.
_SUPPORT = (2, 3, 5, 9, 17, 33)

#: Upper ends of the classes for the units used lately: how many are counted.
_COUNTED = (50, 150, 400, 800)

#: What the first estimate of a weight counts for, in words, and the least share that a new word has.
FIRST_COUNTS, _LEAST_SHARE = 8.0, 1 / 400

N_KINDS = len(_COUNTED) + 1 + 3 * 3 * (len(_SUPPORT) + 1)


def kind_of(successors: Sequence[int], n_history: int) -> int:
    """Return the kind of evidence that the successors of a history of one to three units are."""
    n_different = len(set(successors))
    spread = 0 if n_different == 1 else 1 if 3 * n_different <= 2 * len(successors) else 2
    support = bisect_right(_SUPPORT, len(successors))
    return len(_COUNTED) + 1 + ((n_history - 1) * 3 + spread) * (len(_SUPPORT) + 1) + support


def recency_kind(total: float) -> int:
    """Return the kind of evidence that the units used lately are. `total`: how many are counted."""
    return bisect_right(_COUNTED, total)


class Weights:
    """One weight for each kind of evidence. `first`: what they are before anything is learned."""

    def __init__(self, first: Sequence[float]) -> None:
        self._weights = list(first)
        self._seen = [FIRST_COUNTS] * len(self._weights)

    def __getitem__(self, kind: int) -> float:
        return self._weights[kind]

    def state(self) -> tuple[list[float], list[float]]:
        """Return all weights, and for how many words each counts."""
        return list(self._weights), list(self._seen)

    def learn(self, kind: int, own: float, other: float) -> float:
        """Move a weight, given the probability of what came by this evidence and without it; return the mixed probability."""
        weight = self._weights[kind]
        mixed = weight * own + (1.0 - weight) * other
        if mixed > 0.0:
            self._seen[kind] += 1.0
            share = max(_LEAST_SHARE, 1.0 / self._seen[kind])
            self._weights[kind] = weight + share * (weight * own / mixed - weight)
        return mixed
