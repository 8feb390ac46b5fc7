"""The units used lately: a count of each, in which a use fades as others follow.

Invariant: the weights of what was taken back are exactly what they were before.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

#: A scale larger than this is brought back to 1, before float32 runs out of range.
_LARGEST_SCALE = 1e12


class Recency:
    """Fading counts of `n_units` units. `half_life`: uses after which a use counts half."""

    def __init__(self, n_units: int, half_life: float) -> None:
        self._weights = np.zeros(n_units, dtype=np.float32)
        self._shares = np.empty(n_units, dtype=np.float32)
        self._growth = 2.0 ** (1.0 / half_life)
        self._scale = 1.0  # weight of the next use; the weights of earlier ones stay as they are
        self._total = 0.0
        self._before: list[tuple[int, float]] = []

    @property
    def total(self) -> float:
        """The sum of all counts, in uses now."""
        return self._total / self._scale

    def counts(self, begin: int, end: int) -> npt.NDArray[np.float32]:
        """Return the faded counts of a slice of units, in units of `1 / total`."""
        return self._weights[begin:end] / np.float32(self._scale)

    def add_shares(self, result: npt.NDArray[np.float32], weight: float) -> None:
        """Add `weight` times the share that each of the first units has of all uses to `result`."""
        shares = self._shares[: len(result)]  # room that is used again stays in the cache
        np.multiply(self._weights[: len(result)], np.float32(weight / self._total), out=shares)
        result += shares

    def share(self, unit: int) -> float:
        """Return the share that a unit has of all uses."""
        return float(self._weights[unit]) / self._total

    def append(self, unit: int) -> None:
        """Count one use."""
        self._before.append((unit, float(self._weights[unit])))
        self._scale *= self._growth
        self._weights[unit] += self._scale
        self._total += self._scale

    def pop(self) -> None:
        """Take back the newest use that was not settled."""
        unit, weight = self._before.pop()
        self._weights[unit] = weight
        self._total -= self._scale
        self._scale /= self._growth

    def settle(self) -> None:
        """Promise that what was counted so far is never taken back."""
        self._before.clear()
        if self._scale > _LARGEST_SCALE:
            self._weights /= np.float32(self._scale)
            self._weights[self._weights < 1e-9] = 0.0
            self._total /= self._scale
            self._scale = 1.0

    def forget(self, unit: int) -> None:
        """Forget all uses of a unit. Only where nothing is to be taken back to before it."""
        self._total -= float(self._weights[unit])
        self._weights[unit] = 0.0
