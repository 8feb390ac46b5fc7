"""The network: from a state and a unit to the next state, and from a state to the distribution of the next unit.

Invariant: states are never changed in place; the probabilities of the classes sum to 1 within float32, that of the start mark,
which opens a text but is never typed, being 0.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.neural.weights import Floats, NetworkWeights
from autocomplete.embedded.ngram.vocabulary import START_ID


class Network:
    """A GRU (Cho et al. 2014, the reset gate after the product) in float32. `n_ids`: size of the vocabulary.

    `units`: the ids that it tells apart, the start mark among them.
    """

    def __init__(self, weights: NetworkWeights, n_ids: int) -> None:
        self._weights = weights
        self._classes = np.zeros(n_ids, dtype=np.intp)
        self._classes[weights.units] = 1 + np.arange(len(weights.units))
        self._bias = weights.bias.copy()
        self._bias[1:][weights.units == START_ID] = -np.inf
        self.units: npt.NDArray[np.intp] = weights.units
        self.size = len(weights.recurrent)

    def start(self) -> Floats:
        """Return the state before any unit."""
        return np.zeros(self.size, dtype=np.float32)

    def advance(self, state: Floats, unit: int) -> Floats:
        """Return the state after one more unit. The network cannot tell ids past the vocabulary apart."""
        at = int(self._classes[unit]) if unit < len(self._classes) else 0
        return self._next(state, self._weights.embedding[:, at])

    def advance_all(self, states: Floats, units: npt.NDArray[np.intp]) -> Floats:
        """Return what `advance` does, in a row for each of some states and units."""
        has_class = units < len(self._classes)
        at = np.where(has_class, self._classes[np.where(has_class, units, 0)], 0)
        return self._next(states, self._weights.embedding.T[at])

    def _next(self, state: Floats, embedded: Floats) -> Floats:
        weights, size = self._weights, self.size
        by_input = embedded @ weights.inputs + weights.inputs_bias
        by_state = state @ weights.recurrent + weights.recurrent_bias
        # The logistic function as a tanh, which does not overflow.
        gates = 0.5 + 0.5 * np.tanh(0.5 * (by_input[..., : 2 * size] + by_state[..., : 2 * size]))
        reset, update = gates[..., :size], gates[..., size:]
        new = np.tanh(by_input[..., 2 * size :] + reset * by_state[..., 2 * size :])
        after: Floats = new + update * (state - new)
        return after

    def distribution(self, state: Floats) -> tuple[Floats, Floats]:
        """Return the probability of each of `units` after a state, and that of all other units together; rows for rows."""
        weights = self._weights
        outputs: Floats = state @ weights.projection + weights.projection_bias
        scores: Floats = outputs @ weights.embedding
        scores += self._bias
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        return scores[..., 1:], scores[..., 0]
