"""How much two sequences have in common at their start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def common_prefix(left: Sequence[Any], right: Sequence[Any]) -> int:
    """Return how many items two sequences of one type start with alike, by comparing slices of halved length.

    >>> common_prefix("hearing fro", "hearing fri"), common_prefix("", "a"), common_prefix((1, 2, 3), (1, 2, 4, 5))
    (10, 0, 2)
    """
    low, high = 0, min(len(left), len(right))
    if left[:high] == right[:high]:
        return high
    while high - low > 1:  # they differ before `high`, not before `low`
        middle = (low + high) // 2
        low, high = (middle, high) if left[low:middle] == right[low:middle] else (low, middle)
    return low
