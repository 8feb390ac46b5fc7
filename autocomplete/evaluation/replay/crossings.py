"""Up to which cutoff a probability is enough: to be shown, to stay painted, to go on asking.

Invariant: what the gate compares with a cutoff is the probability as it is corrected, by one growing function for a position.
"""

from __future__ import annotations

from dataclasses import dataclass

from autocomplete.core.gate import ProbabilityMap
from autocomplete.evaluation.cutoff_ranges import STEPS, step_below


@dataclass(frozen=True, slots=True)
class Crossings:
    """The edges of one position. `correction`: None where probabilities are compared as they are; `hysteresis`: 0..1."""

    hysteresis: float
    correction: ProbabilityMap | None = None

    def told(self, probability: float) -> float:
        """Return the probability as it is compared and told."""
        return probability if self.correction is None else self.correction.of(probability)

    def shown_at(self, probability: float) -> float:
        """Return the greatest step that what has this probability reaches.

        >>> Crossings(0.2).shown_at(0.41237)
        0.4123
        """
        return step_below(self.told(probability))

    def kept_at(self, probability: float) -> float:
        """Return the greatest step at which what has this probability stays painted.

        >>> Crossings(0.2).kept_at(0.4), Crossings(1.0).kept_at(0.4)
        (0.5, 1.0)
        """
        probability, share = self.told(probability), 1.0 - self.hysteresis
        step = STEPS if share <= 0.0 else min(STEPS, round(probability / share * STEPS))
        while step > 0 and step / STEPS * share > probability:
            step -= 1
        while step < STEPS and (step + 1) / STEPS * share <= probability:
            step += 1
        return step / STEPS
