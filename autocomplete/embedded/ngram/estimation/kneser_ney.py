"""Interpolated modified Kneser-Ney estimation (Chen and Goodman 1999; computed as KenLM does, Heafield et al. 2013).

    p(w | h) = (a(hw) - D[a(hw)]) / sum_x a(hx) + b(h) p(w | h')        h' is h without its first word

`a` are adjusted counts: at the highest order, and for n-grams that begin a sentence, how often the n-gram occurs; below,
how many different words it follows. One D per order and count of 1, 2, 3 or more, from counts of counts. The unigrams are
interpolated with the uniform distribution.

Some n-grams may be left out (`kept`). Their mass goes to the back-off of their history and their count to
the n-gram one order lower (Siivola et al. 2007), so that the lower orders learn what they now have to predict.

Those are chosen by relative entropy (Stolcke 1998). Leaving out (h, w) changes the distribution after h; the loss is the
relative entropy between the two, weighted by how often h occurs in the text. The empirical frequency is used for that, not the
model's: Kneser-Ney's lower orders are no marginals, and pruning by them does harm (Chelba et al. 2010).

Invariant: for every history, explicit probabilities and back-off sum to 1. A kept n-gram's history is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.ngram.estimation.counts import NgramCounts
from autocomplete.embedded.ngram.vocabulary import START_ID

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int32]

#: Discounts where a text is too small to estimate them.
FALLBACK_DISCOUNTS = (0.5, 1.0, 1.5)

_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Links:
    """Indices of two n-grams one order lower for each of one order: `parent`, its history, and `suffix`, its last words."""

    parent: Indices
    suffix: Indices


@dataclass(frozen=True, slots=True)
class Level:
    """The n-grams of one order with their probabilities.

    `probability[i]`: p(w | h) of n-gram i, interpolated. `backoff[j]`: b(h) of n-gram j one order *lower*, taken as h.
    """

    probability: Floats
    backoff: Floats


def link(tables: Sequence[NgramCounts]) -> list[Links]:
    """Return the links of the n-grams of orders 2, 3 ...; `tables` begins with order 1, which has every id."""
    links = []
    for order, (lower, table) in enumerate(pairwise(tables), start=2):
        related = table.keys >> np.uint64(16), table.keys & np.uint64((1 << 16 * (order - 1)) - 1)
        links.append(Links(*(np.searchsorted(lower.keys, keys).astype(np.int32) for keys in related)))
    return links


def adjusted_counts(
    tables: Sequence[NgramCounts], links: Sequence[Links], kept: Sequence[Bools] | None = None
) -> list[npt.NDArray[np.int64]]:
    """Return the adjusted counts of every order, lowest first. `kept[i]`: which n-grams of order i + 2 are kept."""
    result = [tables[-1].counts]
    for i in range(len(tables) - 2, -1, -1):
        higher = result[0]
        weights = np.ones(len(higher)) if kept is None else np.where(kept[i], 1, higher)
        adjusted = np.bincount(links[i].suffix, weights, len(tables[i].keys)).astype(np.int64)
        begins = tables[i].keys >> np.uint64(16 * i) == START_ID  # the first word
        result.insert(0, np.where(begins, tables[i].counts, adjusted))
    result[0][START_ID] = 0  # never predicted
    return result


def discounts(adjusted: npt.NDArray[np.int64]) -> Floats:
    """Return the discounts of adjusted counts 0, 1, 2, and 3 or more.

    >>> discounts(np.array([1] * 8 + [2] * 4 + [3] * 2 + [4])).round(3).tolist()
    [0.0, 0.5, 1.25, 2.0]
    """
    t = np.bincount(np.minimum(adjusted, 5), minlength=6)
    if min(t[1:5]) == 0:
        return np.array([0.0, *FALLBACK_DISCOUNTS])
    y = t[1] / (t[1] + 2 * t[2])
    estimated = [k - (k + 1) * y * t[k + 1] / t[k] for k in (1, 2, 3)]
    return np.array([0.0, *(float(np.clip(d, 0.0, k)) for k, d in enumerate(estimated, start=1))])


def estimate(
    tables: Sequence[NgramCounts],
    links: Sequence[Links],
    discount_table: Sequence[Floats] | None = None,
    kept: Sequence[Bools] | None = None,
) -> list[Level]:
    """Return the probabilities of every order, lowest first.

    `discount_table`: discounts to use, one row an order, lowest first; by default they are estimated. Where `kept` is given,
    the probabilities of n-grams left out are those that backing off gives.
    """
    adjusted = adjusted_counts(tables, links, kept)
    rows = [discounts(counts) for counts in adjusted] if discount_table is None else discount_table
    discounted = [np.maximum(n - row[np.minimum(n, 3)], 0.0) for n, row in zip(adjusted, rows, strict=True)]
    share = discounted[0] / adjusted[0].sum()
    uniform = np.full(len(share), 1.0 / (len(share) - 1))
    uniform[START_ID] = 0.0
    backoff = np.array([1.0 - float(share.sum())])
    levels = [Level(share + backoff * uniform, backoff)]
    for i, relatives in enumerate(links):
        n_histories = len(tables[i].keys)
        total = np.bincount(relatives.parent, adjusted[i + 1], n_histories)
        share = discounted[i + 1] / total[relatives.parent]
        if kept is not None:
            share = np.where(kept[i], share, 0.0)
        backoff = np.subtract(1.0, np.bincount(relatives.parent, share, n_histories))
        probability = share + backoff[relatives.parent] * levels[-1].probability[relatives.suffix]
        levels.append(Level(probability, backoff))
    return levels


def losses(history_frequency: Floats, lower: Level, level: Level, links: Links) -> Floats:
    """Return, for each n-gram of one order, the loss in nats a word of leaving out that n-gram alone.

    `history_frequency[j]`: share of the text's positions that follow history j.
    """
    p = level.probability
    q = lower.probability[links.suffix]
    n_histories = len(history_frequency)
    left = np.maximum(1.0 - np.bincount(links.parent, p, n_histories), _TINY)[links.parent]
    left_below = np.maximum(1.0 - np.bincount(links.parent, q, n_histories), _TINY)[links.parent]
    backoff = np.maximum(level.backoff, _TINY)[links.parent]
    without = (left + p) / (left_below + q)
    change = p * (np.log(q) + np.log(without) - np.log(p)) + left * (np.log(without) - np.log(backoff))
    result: Floats = -history_frequency[links.parent] * change
    return result


def kept_ngrams(
    tables: Sequence[NgramCounts], links: Sequence[Links], levels: Sequence[Level], least_loss: float
) -> list[Bools]:
    """Return which n-grams of orders 2, 3 ... are kept: those whose loss is `least_loss` or more, and their histories."""
    n_positions = int(tables[0].counts.sum())
    result: list[Bools] = []
    for i in range(len(links) - 1, -1, -1):
        frequency = tables[i].counts / n_positions
        keep = losses(frequency, levels[i], levels[i + 1], links[i]) >= least_loss
        if result:
            keep[links[i + 1].parent[result[0]]] = True
        result.insert(0, keep)
    return result
