"""The shares of the n-gram model and of the network at one position.

Invariant: both always count for something, and the mixture of two distributions is a distribution.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.neural.weights import DAMAGED, Floats
from autocomplete.embedded.ngram.model import Probabilities
from autocomplete.errors import ConfigError

#: Below this, the probability of all units without a class together is lost in the rounding of float32.
_LEAST_OTHER = 1e-5


@dataclass(frozen=True, slots=True)
class Mixture:
    """The share of the n-gram model: the logistic function of `constant` + the others times log of the largest probabilities.

    A model that is sure of one unit is likelier to be right than one that is not. Fitted on dev texts.
    """

    constant: float
    ngram: float
    neural: float

    @classmethod
    def of_facts(cls, facts: Any) -> Mixture:
        """Return the mixture in the head of a file. Raises ConfigError where it is none."""
        try:
            mixture = cls(*(float(facts[name]) for name in ("constant", "ngram", "neural")))
        except (KeyError, TypeError, ValueError) as exc:
            raise ConfigError(DAMAGED) from exc
        if not all(map(math.isfinite, (mixture.constant, mixture.ngram, mixture.neural))):
            raise ConfigError(DAMAGED)
        return mixture

    def ngram_share(self, ngram_largest: float, neural_largest: float) -> float:
        """Return the share of the n-gram model, from the largest probability that each model gives to a unit.

        >>> round(Mixture(0.0, 1.0, -1.0).ngram_share(0.9, 0.1), 3)
        0.9
        """
        score = self.constant + self.ngram * math.log(ngram_largest) + self.neural * math.log(neural_largest)
        return 0.5 + 0.5 * math.tanh(0.5 * score)

    def of(self, ngram: Probabilities, units: npt.NDArray[np.intp], neural: Floats, neural_other: float) -> Probabilities:
        """Return the mixture of two distributions, made of `ngram` in place.

        `ngram`: over all ids. `neural[i]`: of the id `units[i]`; `neural_other`: of all other ids together, which is shared
        out among them in proportion to `ngram`.
        """
        share = self.ngram_share(float(ngram.max()), max(float(neural.max()), neural_other))
        of_units = ngram.take(units)
        other = float(ngram.sum()) - float(of_units.sum())
        if other < _LEAST_OTHER:  # nothing to share it out by
            neural, neural_other, other = neural / np.float32(1.0 - neural_other), 0.0, 1.0
        ngram *= np.float32(share + (1.0 - share) * neural_other / other)
        of_units *= np.float32(share)
        of_units += np.float32(1.0 - share) * neural
        ngram[units] = of_units
        return ngram
