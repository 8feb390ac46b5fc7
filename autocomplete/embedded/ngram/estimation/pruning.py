"""Relative-entropy pruning (Stolcke 1998) chooses the n-grams that a smaller model keeps.

Leaving out (h, w) changes the distribution after h; the loss is the relative entropy between the two, weighted by how
often h occurs in the text. The empirical frequency is used for that, not the model's: Kneser-Ney's lower orders are no
marginals, and pruning by them does harm (Chelba et al. 2010).

Invariant: a kept n-gram's history is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autocomplete.embedded.ngram.estimation.counts import NgramCounts
from autocomplete.embedded.ngram.estimation.kneser_ney import Bools, Floats, Level, Links

_TINY = 1e-12


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
