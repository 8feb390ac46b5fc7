"""The weights of the network as they are stored: whole numbers of eight bits, with a factor for each column.

Invariant: a column is stored to within half a step, a step being a 127th of its largest absolute value.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autocomplete.errors import ConfigError
from autocomplete.ngram.store import Stored
from autocomplete.ngram.vocabulary import Vocabulary

Floats = npt.NDArray[np.float32]

KIND = "neural"
_LARGEST = 127
_ROUNDED = ("embedding", "inputs", "recurrent", "projection")
_EXACT = ("inputs_bias", "recurrent_bias", "projection_bias", "bias")


@dataclass(frozen=True, slots=True)
class Weights:
    """A GRU between an embedding and its transpose. Columns of `inputs` and `recurrent`: reset, update and new gates in turn.

    `units`: the ids that have a class of their own, sorted; `units[i]` is class 1 + i, every other id is class 0.
    Shapes: embedding (width, classes), inputs (width, 3 state), recurrent (state, 3 state), projection (state, width): a row
    vector times a matrix reads memory in order, twice as fast as the transpose where the matrix is not in the cache.
    """

    units: npt.NDArray[np.intp]
    embedding: Floats
    inputs: Floats
    inputs_bias: Floats
    recurrent: Floats
    recurrent_bias: Floats
    projection: Floats
    projection_bias: Floats
    bias: Floats


def rounded(matrix: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return a matrix as whole numbers, and the factor of each column.

    >>> codes, factors = rounded(np.array([[1.27, 0.0], [-0.634, 0.0]], dtype=np.float32))
    >>> codes.tolist(), factors.round(4).tolist()
    ([[127, 0], [-63, 0]], [0.009999999776482582, 1.0])
    """
    largest = np.abs(matrix).max(axis=0)
    factors = np.where(largest > 0.0, largest / _LARGEST, 1.0).astype(np.float32)
    return np.rint(matrix / factors).astype(np.int8), factors


def pack(weights: Weights, vocabulary: Vocabulary, facts: Mapping[str, Any]) -> Stored:
    """Return the contents of a file with these weights. `facts`: what else is to be known about them."""
    arrays: dict[str, npt.NDArray[Any]] = {"units": weights.units.astype(np.uint16)}
    for name in _ROUNDED:
        codes, arrays[f"{name}_factors"] = rounded(getattr(weights, name))
        arrays[name] = codes.reshape(-1)
    for name in _EXACT:
        arrays[name] = getattr(weights, name)
    return Stored({**facts, "kind": KIND, "vocabulary": checksum(vocabulary)}, arrays)


def unpack(stored: Stored, vocabulary: Vocabulary) -> Weights:
    """Return the weights in a file. Raises ConfigError where they are none, or not for this vocabulary."""
    if stored.facts.get("kind") != KIND:
        raise ConfigError("the file holds another kind of model; give the path of a neural model")
    if stored.facts["vocabulary"] != checksum(vocabulary):
        raise ConfigError(
            "the neural model was trained for another vocabulary; train it again or install the package again"
        )
    arrays = stored.arrays
    matrices = {}
    for name in _ROUNDED:
        factors = arrays[f"{name}_factors"]
        codes = arrays[name].reshape(-1, len(factors))
        matrices[name] = np.multiply(codes, factors, dtype=np.float32)
    vectors = {name: arrays[name] for name in _EXACT}
    return Weights(units=arrays["units"].astype(np.intp), **matrices, **vectors)


def checksum(vocabulary: Vocabulary) -> int:
    """Return a number by which two vocabularies can be told apart."""
    return zlib.crc32(b"\0".join(vocabulary.forms))
