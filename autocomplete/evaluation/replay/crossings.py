"""The highest cutoffs at which a probability is enough: to be shown, to stay displayed, to go on asking.

Invariant: what is compared with a cutoff is the probability as it is corrected, by one growing function for a position.
"""

from __future__ import annotations

from dataclasses import dataclass

from autocomplete.core.gate import ProbabilityMap
from autocomplete.evaluation.cutoff_ranges import kept_step, step_below


@dataclass(frozen=True, slots=True)
class Crossings:
    """The crossings of one position. `correction`: None where probabilities are compared as stated; `hysteresis`: 0..1."""

    hysteresis: float
    correction: ProbabilityMap | None = None

    def corrected(self, probability: float) -> float:
        """Return the probability that is compared with a cutoff, and shown to people."""
        return probability if self.correction is None else self.correction.of(probability)

    def shown_at(self, probability: float) -> float:
        """Return the greatest step that what has this probability reaches.

        >>> Crossings(0.2).shown_at(0.41237)
        0.4123
        """
        return step_below(self.corrected(probability))

    def kept_at(self, probability: float) -> float:
        """Return the greatest step at which what has this probability stays displayed."""
        return kept_step(self.corrected(probability), self.hysteresis)
