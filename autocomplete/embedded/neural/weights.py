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

from autocomplete.embedded.array_file import ArrayFile
from autocomplete.embedded.ngram.vocabulary import Vocabulary
from autocomplete.errors import ConfigError

Floats = npt.NDArray[np.float32]

KIND = "neural"
#: The message for a file that cannot be read as a network.
DAMAGED = "The network beside the model is damaged: install the package again, or delete that file."
_LARGEST = 127
_ROUNDED = ("embedding", "inputs", "recurrent", "projection")
_EXACT = ("inputs_bias", "recurrent_bias", "projection_bias", "bias")


@dataclass(frozen=True, slots=True)
class NetworkWeights:
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


def pack_weights(weights: NetworkWeights, vocabulary: Vocabulary, facts: Mapping[str, Any]) -> ArrayFile:
    """Return the contents of a file with these weights. `facts`: what else it is to say about them."""
    arrays: dict[str, npt.NDArray[Any]] = {"units": weights.units.astype(np.uint16)}
    for name in _ROUNDED:
        codes, arrays[f"{name}_factors"] = rounded(getattr(weights, name))
        arrays[name] = codes.reshape(-1)
    for name in _EXACT:
        arrays[name] = getattr(weights, name)
    return ArrayFile({**facts, "kind": KIND, "vocabulary": checksum(vocabulary)}, arrays)


def unpack_weights(file: ArrayFile, vocabulary: Vocabulary) -> NetworkWeights:
    """Return the weights in a file. Raises ConfigError where they are none, or not for this vocabulary."""
    if file.facts.get("kind") != KIND:
        raise ConfigError("The file holds another kind of model: give the path of a .neural file.")
    if file.facts.get("vocabulary") != checksum(vocabulary):
        raise ConfigError(
            "The network was trained for another vocabulary than the model: install the package again, or delete that file."
        )
    try:
        vectors = {name: _finite(file.arrays[name]) for name in _EXACT}
        for name in _ROUNDED:
            factors = _finite(file.arrays[f"{name}_factors"])
            vectors[name] = np.multiply(file.arrays[name].reshape(-1, len(factors)), factors, dtype=np.float32)
        weights = NetworkWeights(units=file.arrays["units"].astype(np.intp), **vectors)
    except (KeyError, ValueError, TypeError) as exc:
        raise ConfigError(DAMAGED) from exc
    if not _fits(weights, len(vocabulary)):
        raise ConfigError(DAMAGED)
    return weights


def _finite(array: npt.NDArray[Any]) -> Floats:
    if array.ndim != 1 or not np.isfinite(array).all():
        raise ValueError("no finite numbers")
    return np.asarray(array, dtype=np.float32)


def _fits(weights: NetworkWeights, n_ids: int) -> bool:
    """Return whether all shapes belong together."""
    units, classes, size = weights.units, 1 + len(weights.units), len(weights.recurrent)
    width = len(weights.embedding)
    shapes = {
        "embedding": (width, classes),
        "inputs": (width, 3 * size),
        "inputs_bias": (3 * size,),
        "recurrent": (size, 3 * size),
        "recurrent_bias": (3 * size,),
        "projection": (size, width),
        "projection_bias": (width,),
        "bias": (classes,),
    }
    return (
        units.ndim == 1
        and bool((np.diff(units) > 0).all())
        and (not len(units) or (int(units[0]) >= 0 and int(units[-1]) < n_ids))
        and all(getattr(weights, name).shape == shape for name, shape in shapes.items())
    )


def checksum(vocabulary: Vocabulary) -> int:
    """Return a number that differs for different vocabularies, but for rare accidents."""
    return zlib.crc32(b"\0".join(vocabulary.forms))
