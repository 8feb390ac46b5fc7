"""The largest values of an array, exactly, without sorting all of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

#: In how many groups values are dealt out, one after the other: few values, and many.
_GROUPS, _MANY_GROUPS, _MANY = 256, 1024, 16_384


def largest(values: npt.NDArray[np.float32], n: int) -> npt.NDArray[np.intp]:
    """Return the indices of the `n` largest values, largest first; of equal values the first counts as larger.

    The n-th largest of the maxima of groups is no more than the n-th largest value, so only values from it on can be among
    the n largest.

    >>> largest(np.array([3, 9, 3, 7], dtype=np.float32), 3).tolist()
    [1, 3, 0]
    """
    n_groups = _GROUPS if len(values) < _MANY else _MANY_GROUPS
    rows = len(values) // n_groups
    if rows < 2 or n >= n_groups:
        return (-values).argsort(kind="stable")[:n]
    maxima = values[: rows * n_groups].reshape(rows, n_groups).max(axis=0)
    maxima.partition(n_groups - n)
    (candidates,) = (values >= maxima[n_groups - n]).nonzero()
    indices: npt.NDArray[np.intp] = candidates[(-values[candidates]).argsort(kind="stable")[:n]]
    return indices
