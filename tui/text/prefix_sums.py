"""A list of numbers that knows its sums.

Invariant: as `list` and `sum` would have it, while asking and changing cost about the square root of the length.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

#: Numbers in one block; blocks grow to twice as many before they are divided.
_BLOCK = 512


class PrefixSums:
    """Whole numbers, 0 or more, in order.

    >>> rows = PrefixSums([1, 3, 1])
    >>> rows.before(2), rows.find(3), rows.total
    (4, (1, 2), 5)
    """

    def __init__(self, values: list[int]) -> None:
        self._blocks = _blocks(values)
        self._sums = [sum(block) for block in self._blocks]
        self._tops = [max(block, default=0) for block in self._blocks]
        self._starts: list[int] | None = None  # the sum before each block, and of all
        self._counts: list[int] | None = None  # how many numbers stand before each block, and how many there are

    def __len__(self) -> int:
        return self._numbers()[-1]

    def __getitem__(self, index: int) -> int:
        block, at = self._place(index)
        return self._blocks[block][at]

    def __setitem__(self, index: int, value: int) -> None:
        block, at = self._place(index)
        values = self._blocks[block]
        if value != values[at]:
            self._sums[block] += value - values[at]
            values[at] = value
            self._tops[block] = max(values)
            self._starts = None

    @property
    def total(self) -> int:
        """The sum of all."""
        return self._totals()[-1]

    @property
    def largest(self) -> int:
        """The largest of all, 0 where there are none."""
        return max(self._tops)

    def before(self, index: int) -> int:
        """Return the sum of all numbers before `index`."""
        block, at = self._place(index)
        return self._totals()[block] + sum(self._blocks[block][:at])

    def find(self, amount: int) -> tuple[int, int]:
        """Return the index of the number within which `amount` of the running sum is reached, and how far within.

        `amount` is 0 or more and below `total`; raises IndexError otherwise.
        """
        starts = self._totals()
        block = bisect_right(starts, amount, 0, len(self._blocks)) - 1
        left = amount - starts[block]
        for at, value in enumerate(self._blocks[block]):
            if left < value:
                return self._numbers()[block] + at, left
            left -= value
        raise IndexError(amount)

    def splice(self, start: int, stop: int, values: list[int]) -> None:
        """Put `values` in place of the numbers from `start` up to `stop`."""
        first, at = self._place(start)
        last, end = self._place(stop)
        changed = self._blocks[first][:at] + values + self._blocks[last][end:]
        fits = 0 < len(changed) <= 2 * _BLOCK
        blocks = [changed] if fits else _blocks(changed)
        self._blocks[first : last + 1] = blocks
        self._sums[first : last + 1] = [sum(block) for block in blocks]
        self._tops[first : last + 1] = [max(block, default=0) for block in blocks]
        self._starts = self._counts = None

    def _place(self, index: int) -> tuple[int, int]:
        """Return the block of the number at `index`, and where in it; the end of the last block for what lies behind."""
        counts = self._numbers()
        block = bisect_right(counts, index, 0, len(self._blocks)) - 1
        return block, min(index - counts[block], len(self._blocks[block]))

    def _totals(self) -> list[int]:
        if self._starts is None:
            self._starts = list(accumulate(self._sums, initial=0))
        return self._starts

    def _numbers(self) -> list[int]:
        if self._counts is None:
            self._counts = list(accumulate(map(len, self._blocks), initial=0))
        return self._counts


def _blocks(values: list[int]) -> list[list[int]]:
    return [values[at : at + _BLOCK] for at in range(0, len(values), _BLOCK)] or [[]]
