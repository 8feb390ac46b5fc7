"""Small networks with random weights for the tests of the neural package."""

from __future__ import annotations

import numpy as np

from autocomplete.embedded.neural.component import Mixture
from autocomplete.embedded.neural.weights import Floats, NetworkWeights
from autocomplete.embedded.ngram.vocabulary import END_ID, START_ID, UNKNOWN_ID, Vocabulary

MIXTURE = Mixture(-0.5, 0.4, -0.3)


def random_weights(vocabulary: Vocabulary, *, seed: int = 0, width: int = 6, state: int = 10) -> NetworkWeights:
    """Return weights of a network that tells the start and end marks, the unknown word and every third unit apart."""
    rng = np.random.default_rng(seed)

    def normal(*shape: int) -> Floats:
        return rng.normal(scale=0.7, size=shape).astype(np.float32)

    units = np.union1d([START_ID, END_ID, UNKNOWN_ID], np.arange(0, len(vocabulary), 3)).astype(np.intp)
    return NetworkWeights(
        units=units,
        embedding=normal(width, len(units) + 1),
        inputs=normal(width, 3 * state),
        inputs_bias=normal(3 * state),
        recurrent=normal(state, 3 * state),
        recurrent_bias=normal(3 * state),
        projection=normal(state, width),
        projection_bias=normal(width),
        bias=normal(len(units) + 1),
    )
