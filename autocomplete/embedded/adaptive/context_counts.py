"""What followed one history, as a distribution that is mixed in by a weight."""

from __future__ import annotations

from dataclasses import dataclass

from autocomplete.embedded.adaptive.weights import MixtureWeights


@dataclass(frozen=True, slots=True)
class ContextCounts:
    """`own`: the probability of each unit that followed. Its weight, and what is learned of it, is that of `kind`."""

    weights: MixtureWeights
    kind: int
    own: dict[int, float]

    @property
    def weight(self) -> float:
        """How far it is trusted now, 0..1."""
        return self.weights[self.kind]

    def learn(self, unit: int, other: float) -> float:
        """Let its weight learn from the unit that came, which had the probability `other` without it; return that with it."""
        return self.weights.learn(self.kind, self.own.get(unit, 0.0), other)
