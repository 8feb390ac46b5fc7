"""Isotonic regression by pooling adjacent violators (Ayer et al. 1955; Barlow, Bartholomew, Bremner and Brunk 1972)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def isotonic_levels(x: Floats, y: Floats) -> Floats:
    """Return the values nearest to `y` by least squares that never fall as `x` grows; equal `x` have one value.

    >>> isotonic_levels(np.array([0.1, 0.4, 0.2, 0.4]), np.array([0.0, 0.0, 1.0, 1.0])).round(3).tolist()
    [0.0, 0.667, 0.667, 0.667]
    """
    _, place, sizes = np.unique(x, return_inverse=True, return_counts=True)
    pools: list[tuple[float, int, int]] = []  # the sum of y, how many predictions, and how many different x
    for total, size in zip(np.bincount(place, y).tolist(), sizes.tolist(), strict=True):
        n_places = 1
        while pools and pools[-1][0] * size >= total * pools[-1][1]:
            before = pools.pop()
            total, size, n_places = total + before[0], size + before[1], n_places + before[2]
        pools.append((total, size, n_places))
    levels: Floats = np.repeat([total / size for total, size, _ in pools], [n_places for *_, n_places in pools])[place]
    return levels
