"""The distribution of the next unit by the n-gram model: whole and exact.

Each order is a list of histories, each with a back-off weight and a slice of successors. The distribution after a history is
that of the unigrams, and then, from the shortest known history to the longest, multiplied by the back-off and overwritten
at the successors.

Invariant: `distribution` returns a fresh array that sums to 1 within 0.001.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.array_file import ArrayFile
from autocomplete.embedded.ngram.casing import TURKIC, Casing
from autocomplete.embedded.ngram.vocabulary import Vocabulary

Probabilities = npt.NDArray[np.float32]

#: The longest n-grams of any model: four ids of 16 bits fill a key of 64 when they are counted.
HIGHEST_ORDER = 4


@dataclass(frozen=True, slots=True)
class OrderTable:
    """The n-grams of one order, grouped by history.

    `histories`: sorted; the number of each history among the n-grams one order lower (for order 2, the id of the word).
    `starts[j]:starts[j + 1]`: the slice of `successors` (ids, sorted) and `codes` that history j has.
    """

    histories: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.int64]
    backoffs: npt.NDArray[np.float16]
    successors: npt.NDArray[np.uint16]
    codes: npt.NDArray[np.uint8]
    codebook: Probabilities

    def find(self, history: int) -> int | None:
        """Return the index of a history in `histories`, None if it has no successors."""
        histories = self.histories.data  # a view gives plain numbers, in half the time that the array takes
        at = bisect_left(histories, history)
        return at if at < len(histories) and histories[at] == history else None

    def ngram(self, at: int, word: int) -> int | None:
        """Return the number of the n-gram made of the history with the index `at` and `word`, None if it was pruned."""
        low, high = int(self.starts[at]), int(self.starts[at + 1])
        successors = self.successors.data
        number = bisect_left(successors, word, low, high)
        return number if number < high and successors[number] == word else None


class NgramModel:
    """Probabilities of units. `order`: length of the longest n-gram."""

    def __init__(self, unigrams: Probabilities, orders: Sequence[OrderTable]) -> None:
        self._unigrams, self._orders, self.order = unigrams, orders, len(orders) + 1

    def distribution(self, history: Sequence[int]) -> Probabilities:
        """Return the probability of every unit after the ids `history`; only the last `order - 1` count."""
        histories: list[tuple[OrderTable, int, float]] = []  # known ones, with the scale of each, the longest first
        scale = 1.0
        for length in range(min(len(history), self.order - 1), 0, -1):
            table = self._orders[length - 1]
            at = self._index(history[len(history) - length :])
            if at is not None:
                histories.append((table, at, scale))
                scale *= float(table.backoffs[at])
        result: Probabilities = self._unigrams * np.float32(scale)
        for table, at, scale in reversed(histories):
            low, high = int(table.starts[at]), int(table.starts[at + 1])
            values = table.codebook[table.codes[low:high]]
            result[table.successors[low:high].astype(np.intp)] = values * np.float32(scale)
        return result

    def _index(self, history: Sequence[int]) -> int | None:
        """Return the index of a history among those of its order, None if it has no successors."""
        node = history[0]
        for table, word in zip(self._orders, history[1:], strict=False):
            at = table.find(node)
            number = None if at is None else table.ngram(at, word)
            if number is None:
                return None
            node = number
        return self._orders[len(history) - 1].find(node)


def unpack_model(file: ArrayFile) -> NgramModel:
    """Return the model in a file. The large arrays stay where they are."""
    arrays = file.arrays
    orders = []
    for order in range(2, int(file.facts["order"]) + 1):
        counts = arrays[f"counts{order}"]
        starts = np.zeros(len(counts) + 1, dtype=np.int64)
        np.cumsum(counts, out=starts[1:])
        histories = np.cumsum(arrays[f"gaps{order}"], dtype=np.uint32)
        stored = (arrays[f"{name}{order}"] for name in ("backoffs", "successors", "codes", "codebook"))
        orders.append(OrderTable(histories, starts, *stored))
    return NgramModel(arrays["unigrams"], orders)


def pack_vocabulary(vocabulary: Vocabulary) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays under which a vocabulary is stored."""
    return {
        "forms": np.frombuffer(b"\0".join(vocabulary.forms), dtype=np.uint8),
        "keeps_capital": np.packbits(vocabulary.keeps_capital),
    }


def unpack_vocabulary(file: ArrayFile) -> Vocabulary:
    """Return the vocabulary in a file."""
    arrays = file.arrays
    forms = arrays["forms"].tobytes().split(b"\0")
    keeps_capital = np.unpackbits(arrays["keeps_capital"], count=len(forms)).astype(np.bool_)
    casing = Casing(turkic=file.facts.get("casing") == TURKIC)
    return Vocabulary(forms, int(file.facts["first_word"]), keeps_capital, casing)
