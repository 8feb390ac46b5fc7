"""The largest values of an array, exactly, without sorting all of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

#: Values are looked at in blocks of this many first.
_BLOCK = 128


def largest(values: npt.NDArray[np.float32], n: int) -> npt.NDArray[np.intp]:
    """Return the places of the `n` largest values, largest first; of equal values the first counts as larger.

    The n-th largest of the maxima of blocks is no more than the n-th largest value, so only values from it on can be among
    the n largest.

    >>> largest(np.array([3, 9, 3, 7], dtype=np.float32), 3).tolist()
    [1, 3, 0]
    """
    places: npt.NDArray[np.intp] = np.arange(len(values))
    whole = len(values) // _BLOCK
    if whole > n:
        maxima = values[: whole * _BLOCK].reshape(whole, _BLOCK).max(axis=1)
        least = np.partition(maxima, whole - n)[whole - n]
        places = np.flatnonzero(values >= least)
    order = np.argsort(-values[places], kind="stable")
    return places[order[:n]]
