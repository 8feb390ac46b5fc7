"""Probabilities as one byte each, the back-off weights that fit the rounded values, and the arrays that store both.

Invariant: after rounding, the probabilities of all units after any history sum to 1 within 0.001, because each back-off
is computed from the rounded probabilities of its own order and of all lower ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.ngram.estimation.counts import NgramCounts
from autocomplete.embedded.ngram.estimation.kneser_ney import Bools, Floats, Level, Links

#: Least share that rounding must leave of the mass that a history has for backing off.
_LEAST_LEFT = 0.5


@dataclass(frozen=True, slots=True)
class RoundedOrder:
    """One order, rounded. `codes`: a byte for each n-gram (meaningless where it is pruned). `codebook[code]`: probability.

    `backoff[j]`: float16 weight of history j, one order lower.
    """

    codes: npt.NDArray[np.uint8]
    codebook: npt.NDArray[np.float32]
    backoff: npt.NDArray[np.float16]


def codebook_of(probability: Floats) -> npt.NDArray[np.float32]:
    """Return 256 probabilities, evenly spaced in the logarithm from the least to the greatest given."""
    if not len(probability):
        return np.ones(256, dtype=np.float32)
    low, high = np.log(probability.min()), np.log(probability.max())
    return np.exp(np.linspace(low, high, 256)).astype(np.float32)


def encode(probability: Floats, codebook: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Return the code whose probability is nearest, by the logarithm.

    >>> book = codebook_of(np.array([0.001, 1.0]))
    >>> encode(np.array([0.001, 0.5, 1.0]), book).tolist()
    [0, 229, 255]
    """
    low, high = np.log(float(codebook[0])), np.log(float(codebook[-1]))
    step = (high - low) / 255 or 1.0
    return np.clip(np.rint((np.log(probability) - low) / step), 0, 255).astype(np.uint8)  # type: ignore[no-any-return] # numpy


def rounded_orders(levels: Sequence[Level], links: Sequence[Links], kept: Sequence[Bools]) -> list[RoundedOrder]:
    """Return orders 2, 3 ... rounded, with back-offs that make the rounded values sum to 1."""
    lower = levels[0].probability.astype(np.float32).astype(np.float64)
    total = np.full(len(lower), lower.sum())  # of the distribution that each history backs off to
    result: list[RoundedOrder] = []
    for level, relatives, keep in zip(levels[1:], links, kept, strict=True):
        codebook = codebook_of(level.probability[keep])
        codes = encode(np.where(keep, level.probability, float(codebook[0])), codebook)
        parent = relatives.parent[keep]
        n_histories = len(total)
        _make_room(codes, codebook, keep, parent, n_histories, level.probability)
        explicit = np.bincount(parent, codebook[codes[keep]].astype(np.float64), n_histories)
        below = np.bincount(parent, lower[relatives.suffix[keep]], n_histories)
        has_children = np.bincount(parent, minlength=n_histories) > 0
        weight = np.where(has_children, (1.0 - explicit) / np.maximum(total - below, 1e-9), 1.0)
        result.append(RoundedOrder(codes, codebook, np.clip(weight, 0.0, 60_000.0).astype(np.float16)))
        exact = result[-1].backoff.astype(np.float64)
        lower = np.where(keep, codebook[codes].astype(np.float64), exact[relatives.parent] * lower[relatives.suffix])
        total = (explicit + exact * (total - below))[relatives.suffix]
    return result


def _make_room(
    codes: npt.NDArray[np.uint8],
    codebook: npt.NDArray[np.float32],
    keep: Bools,
    parent: npt.NDArray[np.int32],
    n_histories: int,
    probability: Floats,
) -> None:
    """Lower the codes of histories whose rounded probabilities leave too little mass for backing off."""
    left = 1.0 - np.bincount(parent, probability[keep], n_histories)
    while True:
        sums = np.bincount(parent, codebook[codes[keep]].astype(np.float64), n_histories)
        kept = codes[keep]
        lowered = (1.0 - sums < _LEAST_LEFT * left)[parent] & (kept > 0)
        if not lowered.any():
            return
        codes[keep] = kept - lowered


def pack_orders(
    unigrams: npt.NDArray[np.float32], parts: Sequence[tuple[NgramCounts, Links, Bools, RoundedOrder]]
) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays under which the n-grams of orders 2, 3 ... that are kept are stored; see `model.unpack_model`.

    Histories are stored as the gaps between their numbers.
    """
    arrays: dict[str, npt.NDArray[Any]] = {"unigrams": unigrams}
    numbers = np.arange(len(unigrams))  # number of each n-gram one order lower among those kept
    for order, (table, links, kept, values) in enumerate(parts, start=2):
        histories, counts = np.unique(links.parent[kept], return_counts=True)
        gaps = np.diff(numbers[histories], prepend=0)
        arrays |= {
            f"gaps{order}": gaps.astype(np.uint16 if len(gaps) == 0 or gaps.max() < 1 << 16 else np.uint32),
            f"counts{order}": counts.astype(np.uint16),
            f"backoffs{order}": values.backoff[histories],
            f"successors{order}": table.keys[kept].astype(np.uint16),  # the last word
            f"codes{order}": values.codes[kept],
            f"codebook{order}": values.codebook,
        }
        numbers = np.cumsum(kept) - 1
    return arrays
