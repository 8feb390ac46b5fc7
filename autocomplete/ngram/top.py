"""The largest values of an array, exactly, without sorting all of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

#: Values are looked at in this many groups first, one after the other dealt to each.
_GROUPS = 1024


def largest(values: npt.NDArray[np.float32], n: int) -> npt.NDArray[np.intp]:
    """Return the places of the `n` largest values, largest first; of equal values the first counts as larger.

    The n-th largest of the maxima of groups is no more than the n-th largest value, so only values from it on can be among
    the n largest.

    >>> largest(np.array([3, 9, 3, 7], dtype=np.float32), 3).tolist()
    [1, 3, 0]
    """
    rows = len(values) // _GROUPS
    if rows < 2 or n >= _GROUPS:
        return (-values).argsort(kind="stable")[:n]
    maxima = values[: rows * _GROUPS].reshape(rows, _GROUPS).max(axis=0)
    maxima.partition(_GROUPS - n)
    (places,) = (values >= maxima[_GROUPS - n]).nonzero()
    found: npt.NDArray[np.intp] = places[(-values[places]).argsort(kind="stable")[:n]]
    return found
