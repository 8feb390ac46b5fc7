"""n-grams counted by sorting: every n-gram of a stream of ids, packed into one 64-bit number.

Invariant: keys are sorted and distinct, the first word is in the highest bits, and no n-gram crosses a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.ngram.model import HIGHEST_ORDER
from autocomplete.embedded.ngram.vocabulary import START_ID

Keys = npt.NDArray[np.uint64]
Ids = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class NgramCounts:
    """The n-grams of one order: packed keys, 16 bits a word, sorted, and how often each occurs."""

    keys: Keys
    counts: npt.NDArray[np.int64]


def count_ngrams(stream: Ids, order: int) -> NgramCounts:
    """Return the n-grams of one order in a stream of sentences, each opened by the start mark.

    >>> counted = count_ngrams(np.array([0, 9, 9, 9, 1, 0, 9, 1], dtype=np.uint16), 2)
    >>> [(int(key) >> 16, int(key) & 0xFFFF, int(n)) for key, n in zip(counted.keys, counted.counts)]
    [(0, 9, 2), (9, 1, 2), (9, 9, 2)]
    """
    if not 1 <= order <= HIGHEST_ORDER:
        raise ValueError(f"order {order} is not in 1..{HIGHEST_ORDER}")
    n = max(0, len(stream) - order + 1)
    keys = np.zeros(n, dtype=np.uint64)
    inside = np.ones(n, dtype=np.bool_)
    for k in range(order):
        window = stream[k : k + n]
        keys = (keys << np.uint64(16)) | window
        if k:
            inside &= window != START_ID
    keys = np.sort(keys[inside])
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else np.zeros(0, dtype=np.int64)
    return NgramCounts(keys[first], np.diff(np.append(first, len(keys))))
