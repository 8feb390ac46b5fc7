"""What a person writes, mixed into the distribution of the next unit, one order at a time.

First the mass of the unknown word is shared out to the person's own words; then the units used lately are blended in; then what
followed the last one, two and three units before, each with its own weight.

Invariant: the distribution sums to what it summed to before, and a person's words have mass only from their own use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autocomplete.adaptive.recency import Recency
from autocomplete.adaptive.stream import LONGEST_HISTORY, Stream
from autocomplete.adaptive.weights import Weights, kind_of, recency_kind
from autocomplete.ngram.model import Probabilities
from autocomplete.ngram.place import Place
from autocomplete.ngram.terms import ROOM, Terms
from autocomplete.ngram.vocabulary import START_ID, UNKNOWN_ID

#: Units after which a use of a unit counts half.
HALF_LIFE = 250.0

#: How much a successor of a history counts for, as a share of the next newer one.
FADING = (0.95, 0.92, 0.9)

#: Of uses of unknown words, those of new ones, in uses of the person's own words.
NEW_WORDS = 20.0

#: The newest use counts 1; less than this in all is what rounding leaves of uses that were taken back.
_LEAST_TOTAL = 0.5

#: How much likelier than the model says new words can become.
_MOST_NEW = 10.0

#: How many new words are supposed to have come, and to have been expected, before any did.
FIRST_NEW, FIRST_EXPECTED = 2.0, 1.0


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What followed one history: its kind, and the probability of each unit that did."""

    kind: int
    own: dict[int, float]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that was answered: after how many units, from which distribution, by which evidence.

    `unknown`: the probability that the model gave to unknown words.
    """

    n_units: int
    unknown: float
    before: Probabilities
    recency: int
    evidence: list[_Evidence]


class Adaptive:
    """The component that knows what was written. `terms`: of the lexicon that it belongs to."""

    def __init__(self, terms: Terms, n_known: int, weights: Weights, *, size: int = 200_000) -> None:
        self._terms = terms
        self._n_known = n_known
        self._stream = Stream(size)
        self._recency = Recency(n_known + ROOM, HALF_LIFE)
        self._weights = weights
        self._fading = [_fading(share) for share in FADING]
        self._asked: _Asked | None = None
        self._asked_at_start: _Asked | None = None
        self._new, self._expected = FIRST_NEW, FIRST_EXPECTED
        self._at_start = False  # the newest unit opens a sentence
        self._version = 0

    @property
    def version(self) -> int:
        """A number that differs whenever the same question may have another answer."""
        return self._version

    def __len__(self) -> int:
        """Return how many units were learned."""
        return len(self._stream)

    @property
    def weights(self) -> Weights:
        """How far each kind of evidence is trusted by now."""
        return self._weights

    def append(self, unit: int) -> None:
        """Learn one unit."""
        self._learn_weights(unit)
        self._at_start = unit == START_ID
        self._stream.append(unit)
        if unit != START_ID:
            self._recency.append(unit)
        self._version += 1

    def pop(self) -> None:
        """Take back the newest unit; only those since `settle` can be."""
        if self._stream.pop() != START_ID:
            self._recency.pop()
        self._at_start = False
        self._asked = self._asked_at_start = None
        self._version += 1

    def settle(self) -> None:
        """Promise that what was learned so far is never taken back."""
        self._recency.settle()

    def forget(self, term: int) -> None:
        """Forget a term whose id is given to another."""
        self._recency.forget(term)

    def transform(self, probabilities: Probabilities, place: Place) -> Probabilities:
        """Return the distribution with what was written mixed in."""
        n_known, n = self._n_known, self._n_known + len(self._terms)
        result = np.empty(n, dtype=np.float32)
        result[:n_known] = probabilities[:n_known]
        result[len(probabilities) :] = 0.0
        result[n_known : len(probabilities)] = probabilities[n_known:]
        unknown = self._share_unknown(result)
        total = self._recency.total
        if total < _LEAST_TOTAL:
            return result
        before = result
        kind = recency_kind(total)
        evidence = [self._evidence(place.history[-k:]) for k in range(1, min(LONGEST_HISTORY, len(place.history)) + 1)]
        found = [item for item in evidence if item is not None]
        left = 1.0
        added: list[tuple[_Evidence, float]] = []
        for item in reversed(found):
            added.append((item, left * self._weights[item.kind]))
            left *= 1.0 - self._weights[item.kind]
        weight = self._weights[kind]
        result = before * np.float32(left * (1.0 - weight))
        result += self._recency.shares(n, left * weight)
        for item, share in added:
            places = np.fromiter(item.own, dtype=np.intp, count=len(item.own))
            result[places] += np.fromiter(item.own.values(), dtype=np.float32, count=len(item.own)) * np.float32(share)
        asked = _Asked(len(self._stream), unknown, before, kind, found)
        if place.history[-1] == START_ID:  # asked at the end of a sentence too, about the next one
            self._asked_at_start = asked
        else:
            self._asked = asked
        return result

    def _share_unknown(self, result: Probabilities) -> float:
        """Give mass to the person's own words, by use, and to new ones, by how often they came; return what both had."""
        unknown = float(result[UNKNOWN_ID])
        counts = self._recency.counts(self._n_known, len(result))
        n_own = float(counts.sum())
        known = unknown * n_own / (n_own + NEW_WORDS)
        new = unknown * min(_MOST_NEW, self._new / self._expected)
        result[self._n_known :] += counts * np.float32(known / n_own if n_own else 0.0)
        result[UNKNOWN_ID] = new
        result /= np.float32(1.0 - unknown + known + new)
        return unknown

    def _evidence(self, history: Sequence[int]) -> _Evidence | None:
        successors = self._stream.successors(history)
        if not successors:
            return None
        fading = self._fading[len(history) - 1]
        scale = 1.0 / fading[1][len(successors)]
        own: dict[int, float] = {}
        for unit, weight in zip(successors, fading[0], strict=False):
            own[unit] = own.get(unit, 0.0) + weight * scale
        return _Evidence(kind_of(successors, len(history)), own)

    def _learn_weights(self, unit: int) -> None:
        """Let the weights of the evidence in the last answer learn from what came."""
        if unit == START_ID:
            return
        if self._at_start:
            asked, self._asked_at_start = self._asked_at_start, None
        else:
            asked, self._asked = self._asked, None
            if asked is not None and asked.n_units != len(self._stream):
                return
        if asked is None:
            return
        unit = unit if unit < len(asked.before) else UNKNOWN_ID
        self._expected += asked.unknown
        self._new += unit == UNKNOWN_ID
        total = float(asked.before[unit])
        total = self._weights.learn(asked.recency, self._recency.share(unit), total)
        for item in asked.evidence:
            total = self._weights.learn(item.kind, item.own.get(unit, 0.0), total)


def _fading(share: float) -> tuple[list[float], list[float]]:
    """Return the weights of the successors, newest first, and for each number of them their sum."""
    weights = [share**i for i in range(64)]
    sums = [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    return weights, sums
