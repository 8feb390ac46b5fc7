"""Mixes what a person writes into the distribution of the next unit, one order at a time.

First the mass of the unknown word is shared out to the person's own words, the terms. Then more is blended in, each with its
weight: what followed the last one and two units in earlier sessions, if a memory holds any; the units used lately; what
followed the last one, two and three units in this session.

Invariant: the distribution sums to what it summed to before, and terms have mass only from their use by this person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from autocomplete.embedded.adaptive.long_term import LongTermCounts
from autocomplete.embedded.adaptive.recency import Recency
from autocomplete.embedded.adaptive.stream import LONGEST_HISTORY, MOST_SUCCESSORS, Stream
from autocomplete.embedded.adaptive.weights import ContextCounts, MixtureWeights, kind_of, recency_kind
from autocomplete.embedded.ngram.model import Probabilities
from autocomplete.embedded.ngram.position import Position
from autocomplete.embedded.ngram.terms import ROOM, Terms
from autocomplete.embedded.ngram.vocabulary import START_ID, UNKNOWN_ID

#: Units after which a use of a unit counts half.
HALF_LIFE = 250.0

#: How much a successor of a history counts for, as a share of the next newer one.
FADING = (0.95, 0.92, 0.9)

#: How much new words count for beside terms, in uses.
NEW_WORDS = 20.0

#: The newest use counts 1; less than this in all is what rounding leaves of uses that were taken back.
_LEAST_TOTAL = 0.5

#: How much likelier than the model says new words can become.
_MOST_NEW = 10.0

#: How many new words are supposed to have come, and to have been expected, before any did.
FIRST_NEW, FIRST_EXPECTED = 2.0, 1.0


@dataclass(frozen=True, slots=True)
class _ExtendedDistribution:
    """A distribution in which the mass of the unknown word was shared out, in parts.

    `vocabulary`: of its units; `unknown`: what the unknown word had; `terms`: of each term; `new`: of words to come. All but
    `unknown` is to be multiplied by `scale`, so that it sums to what it did.
    """

    vocabulary: Probabilities
    unknown: float
    terms: Probabilities
    new: float
    scale: float

    def times(self, factor: float) -> Probabilities:
        """Return the distribution multiplied by `factor`."""
        n_known, scale = len(self.vocabulary), np.float32(self.scale * factor)
        result = np.empty(len(self), dtype=np.float32)
        np.multiply(self.vocabulary, scale, out=result[:n_known])
        np.multiply(self.terms, scale, out=result[n_known:])
        result[UNKNOWN_ID] = self.new * scale
        return result

    def probability(self, unit: int) -> float:
        """Return the probability of a unit."""
        n_known = len(self.vocabulary)
        if unit == UNKNOWN_ID:
            return self.new * self.scale
        return float(self.vocabulary[unit] if unit < n_known else self.terms[unit - n_known]) * self.scale

    def __len__(self) -> int:
        return len(self.vocabulary) + len(self.terms)


@dataclass(frozen=True, slots=True)
class _Prediction:
    """An answer that weights can learn from: what was mixed after how many units of the stream.

    `recency`: the kind of the units used lately, None where there were none.
    """

    n_units: int
    base: _ExtendedDistribution
    long_term: list[ContextCounts]
    recency: int | None
    contexts: list[ContextCounts]


class AdaptiveComponent:
    """The component of a lexicon that has these terms and `n_known` other units. `long_term`: of earlier sessions.

    `weights`: how far each kind of n-gram is trusted. `version` differs whenever the same question may have another answer.
    """

    def __init__(
        self,
        terms: Terms,
        n_known: int,
        weights: MixtureWeights,
        *,
        long_term: LongTermCounts | None = None,
        size: int = 200_000,
    ) -> None:
        self._terms, self._n_known, self.weights, self._long_term = terms, n_known, weights, long_term
        self._stream = Stream(size)
        self._recency = Recency(n_known + ROOM, HALF_LIFE)
        self._fading = [_fading(share) for share in FADING]
        self._predicted: _Prediction | None = None
        self._predicted_start: _Prediction | None = None
        self._new, self._expected = FIRST_NEW, FIRST_EXPECTED
        self._at_start = False  # the newest unit opens a sentence
        self._context: str | None = None
        self.version = 0

    def __len__(self) -> int:
        """Return how many units were learned."""
        return len(self._stream)

    def set_context(self, context: str) -> None:
        """Learn weights from questions after this text only: those after another are guesses of what may be typed."""
        self._context = context

    def append(self, unit: int) -> None:
        """Learn one unit."""
        self._learn_weights(unit)
        self._at_start = unit == START_ID
        self._stream.append(unit)
        if unit != START_ID:
            self._recency.append(unit)
        self.version += 1

    def pop(self) -> None:
        """Take back the newest unit; only those since `settle` can be."""
        if self._stream.pop() != START_ID:
            self._recency.pop()
        self._at_start = False
        self._predicted = self._predicted_start = None
        self.version += 1

    def settle(self) -> None:
        """Promise that what was learned so far is never taken back."""
        self._recency.settle()

    def forget(self, term: int) -> None:
        """Forget a term whose id is given to another."""
        self._recency.forget(term)
        if self._long_term is not None:
            self._long_term.forget(term)

    def transform(self, probabilities: Probabilities, position: Position) -> Probabilities:
        """Return the distribution with what was written mixed in."""
        base = self._share_unknown(probabilities)
        long_term = [] if self._long_term is None else self._long_term.contexts(position.history)
        total = self._recency.total
        recency = recency_kind(total) if total >= _LEAST_TOTAL else None
        if recency is None and not long_term:
            return base.times(1.0)
        contexts = [] if recency is None else self._contexts(position.history)
        shares, left = _shares(contexts)
        if recency is not None:
            weight = left * self.weights[recency]
            left -= weight
        older_shares, left = _shares(long_term, left)
        result = base.times(left)
        if recency is not None:
            self._recency.add_shares(result, weight)
        for item, share in (*older_shares, *shares):
            n = len(item.probabilities)
            units = np.fromiter(item.probabilities, dtype=np.intp, count=n)
            values = np.fromiter(item.probabilities.values(), dtype=np.float32, count=n)
            result[units] += values * np.float32(share)
        if self._context is not None and position.context != self._context:
            return result
        prediction = _Prediction(len(self._stream), base, long_term, recency, contexts)
        if position.history[-1] == START_ID:  # asked at the end of a sentence too, about the next one
            self._predicted_start = prediction
        else:
            self._predicted = prediction
        return result

    def _share_unknown(self, probabilities: Probabilities) -> _ExtendedDistribution:
        """Return a distribution with mass for terms, by use, and for new words, by how often they came."""
        n_known = self._n_known
        unknown = float(probabilities[UNKNOWN_ID])
        counts = self._recency.counts(n_known, max(len(probabilities), n_known + len(self._terms)))
        if self._long_term is not None:
            counts = counts + self._long_term.uses(len(counts))
        n_uses = float(counts.sum())
        used = unknown * n_uses / (n_uses + NEW_WORDS)
        new = unknown * min(_MOST_NEW, self._new / self._expected)
        terms = counts * np.float32(used / n_uses if n_uses else 0.0)
        terms[: len(probabilities) - n_known] += probabilities[n_known:]
        return _ExtendedDistribution(probabilities[:n_known], unknown, terms, new, 1.0 / (1.0 - unknown + used + new))

    def _contexts(self, history: Sequence[int]) -> list[ContextCounts]:
        """Return what followed the ends of a history in this session, the shortest first."""
        ends = (history[-n:] for n in range(1, min(LONGEST_HISTORY, len(history)) + 1))
        return [counts for end in ends if (counts := self._context_counts(end)) is not None]

    def _context_counts(self, history: Sequence[int]) -> ContextCounts | None:
        successors = self._stream.successors(history)
        if not successors:
            return None
        weights, sums = self._fading[len(history) - 1]
        scale = 1.0 / sums[len(successors)]
        probabilities: dict[int, float] = {}
        for unit, weight in zip(successors, weights, strict=False):
            probabilities[unit] = probabilities.get(unit, 0.0) + weight * scale
        kind = kind_of(len(probabilities), len(successors), len(history))
        return ContextCounts(self.weights, kind, probabilities)

    def _learn_weights(self, unit: int) -> None:
        """Let the weights of what was mixed into the last answer learn from the unit that came."""
        if unit == START_ID:
            return
        if self._at_start:
            last, self._predicted_start = self._predicted_start, None
        else:
            last, self._predicted = self._predicted, None
        if last is None or not (self._at_start or last.n_units == len(self._stream)):
            return
        unit = unit if unit < len(last.base) else UNKNOWN_ID
        self._expected += last.base.unknown
        self._new += unit == UNKNOWN_ID
        probability = last.base.probability(unit)
        for item in last.long_term:
            probability = item.learn(unit, probability)
        if last.recency is not None:
            probability = self.weights.learn(last.recency, self._recency.share(unit), probability)
        for item in last.contexts:
            probability = item.learn(unit, probability)


def _shares(contexts: Sequence[ContextCounts], left: float = 1.0) -> tuple[list[tuple[ContextCounts, float]], float]:
    """Return each context with its share of `left`, the longest history served first, and what is left for the rest."""
    shares: list[tuple[ContextCounts, float]] = []
    for item in reversed(contexts):
        share = left * item.weight
        shares.append((item, share))
        left -= share
    return shares, left


def _fading(share: float) -> tuple[list[float], list[float]]:
    """Return the weights of the successors, newest first, and for each number of them their sum."""
    weights = [share**i for i in range(MOST_SUCCESSORS)]
    return weights, [0.0, *accumulate(weights)]
