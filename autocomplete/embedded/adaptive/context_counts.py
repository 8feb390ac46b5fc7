"""The units that followed one history, as a distribution that is mixed in by a weight."""

from __future__ import annotations

from dataclasses import dataclass

from autocomplete.embedded.adaptive.weights import MixtureWeights


@dataclass(frozen=True, slots=True)
class ContextCounts:
    """`probabilities`: of each unit that followed. The weight, and what is learned of it, is that of `kind`."""

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
