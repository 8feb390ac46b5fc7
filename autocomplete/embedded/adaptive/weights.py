"""Mixture weights, by which each kind of the person's own n-grams is trusted, learned online by expectation maximisation.

A weight belongs to a kind of n-gram: how long the history is, how often it was seen, and whether it went on the same way.
After each word that was predicted, the weight of its kind moves towards the share of the word's probability that came from
there (Dempster, Laird and Rubin 1977, one word at a time).

Invariant: every weight is in 0..1.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Upper ends of the classes of support: how often a history was seen.
_SUPPORT = (2, 3, 5, 9, 17, 33)

#: Upper ends of the classes for the units used lately: how many are counted.
_COUNTED = (50, 150, 400, 800)

#: What the first estimate of a weight counts for, in words, and the least share that a new word has.
FIRST_COUNTS, _LEAST_SHARE = 8.0, 1 / 400

#: What a weight of earlier sessions counts for at most, in words.
MOST_COUNTS = 100.0

N_KINDS = len(_COUNTED) + 1 + 3 * 3 * (len(_SUPPORT) + 1)


def kind_of(n_different: int, total: float, n_history: int) -> int:
    """Return the kind of a history of one to three units that was followed by `n_different` units, in `total` uses."""
    spread = 0 if n_different == 1 else 1 if 3 * n_different <= 2 * total else 2
    support = bisect_right(_SUPPORT, total)
    return len(_COUNTED) + 1 + ((n_history - 1) * 3 + spread) * (len(_SUPPORT) + 1) + support


def recency_kind(total: float) -> int:
    """Return the kind of the units used lately. `total`: how many are counted."""
    return bisect_right(_COUNTED, total)


class MixtureWeights:
    """One weight for each kind. `first`: what they are before anything is learned."""

    def __init__(self, first: Sequence[float]) -> None:
        self._weights = list(first)
        self._seen = [FIRST_COUNTS] * len(self._weights)

    def __getitem__(self, kind: int) -> float:
        return self._weights[kind]

    def state(self) -> tuple[list[float], list[float]]:
        """Return all weights, and for how many words each counts."""
        return list(self._weights), list(self._seen)

    def learned(self) -> list[tuple[int, float, float]]:
        """Return, of each kind of which something was learned, the weight, and for how many words it counts."""
        pairs = enumerate(zip(self._weights, self._seen, strict=True))
        return [(kind, weight, seen) for kind, (weight, seen) in pairs if seen != FIRST_COUNTS]

    def restore(self, rows: Iterable[tuple[int, float, float]]) -> None:
        """Go on from what was learned once; it counts for at most `MOST_COUNTS` words, so that it can still change."""
        for kind, weight, seen in rows:
            if 0 <= kind < len(self._weights) and 0.0 <= weight <= 1.0:
                self._weights[kind], self._seen[kind] = weight, min(MOST_COUNTS, max(FIRST_COUNTS, seen))

    def learn(self, kind: int, probability: float, other: float) -> float:
        """Move a weight, given the probability of what came by this kind and without it; return the mixed probability."""
        weight = self._weights[kind]
        mixed = weight * probability + (1.0 - weight) * other
        if mixed > 0.0:
            self._seen[kind] += 1.0
            share = max(_LEAST_SHARE, 1.0 / self._seen[kind])
            self._weights[kind] = weight + share * (weight * probability / mixed - weight)
        return mixed


@dataclass(frozen=True, slots=True)
class ContextCounts:
    """The units that followed one history, as a distribution. `probabilities`: of each unit.

    `kind`: whose weight it is mixed in by, and which learns from it.
    """

    weights: MixtureWeights
    kind: int
    probabilities: dict[int, float]

    @property
    def weight(self) -> float:
        """How far this is trusted now, 0..1."""
        return self.weights[self.kind]

    def learn(self, unit: int, other: float) -> float:
        """Let the weight learn from the unit that came; return its probability with this, `other` being that without."""
        return self.weights.learn(self.kind, self.probabilities.get(unit, 0.0), other)
