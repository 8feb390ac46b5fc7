"""The text written so far as one stream of unit ids, which finds the units that followed a history.

Every unit is linked to the one before it that has the same history, for histories of one, two and three units. Nothing else is
stored, so the newest unit can be taken back exactly.

Invariant: at most `size` units are remembered; older ones are overwritten.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autocomplete.embedded.ngram.vocabulary import END_ID, START_ID

#: Longest history, in units.
LONGEST_HISTORY = 3

#: How many of the latest successors of a history count, and how many links are followed to find them.
MOST_SUCCESSORS, MOST_LINKS = 64, 256

_MULTIPLIER = 0x9E3779B1


def _zeros(n: int) -> memoryview:
    # Unlike an array, a view gives plain numbers, and pages that were never written to take no memory.
    return np.zeros(n, dtype=np.int32).data


class Stream:
    """The units written last, sentences opened by START_ID and closed by END_ID."""

    def __init__(self, size: int = 200_000) -> None:
        self._size = size
        self._n_slots = 1 << max(8, (size - 1).bit_length() - 1)
        self._ids = _zeros(size)
        self._depths = _zeros(size)  # units of its sentence before each, at most LONGEST_HISTORY
        self._links = [_zeros(size) for _ in range(LONGEST_HISTORY)]
        self._heads = [_zeros(self._n_slots) for _ in range(LONGEST_HISTORY)]
        self._n = 1  # position 0 is no position, so that 0 in a link means none
        self._depth = 0

    def __len__(self) -> int:
        """Return how many units were ever appended and not taken back."""
        return self._n - 1

    def append(self, unit: int) -> None:
        """Add one unit after the newest."""
        at = self._n % self._size
        if unit == START_ID:
            self._depth = 0
        self._ids[at], self._depths[at] = unit, self._depth
        key = 0
        for length in range(1, self._depth + 1):
            key = self._mixed(key, self._ids[(self._n - length) % self._size])
            heads, slot = self._heads[length - 1], key % self._n_slots
            self._links[length - 1][at] = heads[slot]
            heads[slot] = self._n
        self._n += 1
        self._depth = 0 if unit == END_ID else min(LONGEST_HISTORY, self._depth + 1)

    def pop(self) -> int:
        """Take back the newest unit and return it."""
        if self._n == 1:
            raise IndexError("the stream is empty")
        self._n -= 1
        at = self._n % self._size
        self._depth = self._depths[at]
        key = 0
        for length in range(1, self._depth + 1):
            key = self._mixed(key, self._ids[(self._n - length) % self._size])
            self._heads[length - 1][key % self._n_slots] = self._links[length - 1][at]
        unit: int = self._ids[at]
        return unit

    def successors(self, history: Sequence[int]) -> list[int]:
        """Return what followed a history of one to three units, the newest first, at most `MOST_SUCCESSORS`.

        >>> stream = Stream(100)
        >>> for unit in (0, 7, 8, 9, 7, 8, 5, 1):
        ...     stream.append(unit)
        >>> stream.successors([7, 8]), stream.successors([0]), stream.successors([8, 7])
        ([5, 9], [7], [])
        """
        length = len(history)
        key = 0
        for unit in reversed(history):
            key = self._mixed(key, unit)
        at: int = self._heads[length - 1][key % self._n_slots]
        ids, depths, links, size = self._ids, self._depths, self._links[length - 1], self._size
        oldest = max(1, self._n - size + LONGEST_HISTORY)
        successors: list[int] = []
        last = history[-1]
        for _ in range(MOST_LINKS):
            if at < oldest:
                break
            same = ids[(at - 1) % size] == last and depths[at % size] >= length
            if same and all(ids[(at - length + i) % size] == history[i] for i in range(length - 1)):
                successors.append(ids[at % size])
                if len(successors) == MOST_SUCCESSORS:
                    break
            at = links[at % size]
        return successors

    @staticmethod
    def _mixed(key: int, unit: int) -> int:
        mixed = ((key ^ unit) + 1) * _MULTIPLIER & 0xFFFFFFFF
        return mixed ^ mixed >> 15
