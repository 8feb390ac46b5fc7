"""What a person writes, mixed into the distribution of the next unit, one order at a time.

First the mass of the unknown word is shared out to the person's own words; then, where something is remembered of earlier
sessions, what followed the last one and two units there is blended in; then the units used lately; then what followed the last
one, two and three units in this session: each with its own weight.

Invariant: the distribution sums to what it summed to before, and a person's words have mass only from their own use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autocomplete.adaptive.evidence import Evidence
from autocomplete.adaptive.past import Past
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
class _Asked:
    """A question that was answered: after how many units, from which distribution, by which evidence.

    `unknown`: the probability that the model gave to unknown words. `recency`: the kind of what was used lately, None where
    nothing was.
    """

    n_units: int
    unknown: float
    before: Probabilities
    past: list[Evidence]
    recency: int | None
    evidence: list[Evidence]


class Adaptive:
    """The component that knows what was written. `terms`: of the lexicon that it belongs to. `past`: of earlier sessions."""

    def __init__(
        self, terms: Terms, n_known: int, weights: Weights, *, past: Past | None = None, size: int = 200_000
    ) -> None:
        self._terms = terms
        self._n_known = n_known
        self._stream = Stream(size)
        self._recency = Recency(n_known + ROOM, HALF_LIFE)
        self._weights = weights
        self._past = past
        self._fading = [_fading(share) for share in FADING]
        self._asked: _Asked | None = None
        self._asked_at_start: _Asked | None = None
        self._new, self._expected = FIRST_NEW, FIRST_EXPECTED
        self._at_start = False  # the newest unit opens a sentence
        self._context: str | None = None
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

    def stand_at(self, context: str) -> None:
        """Learn weights from questions after this text only: those after another are guesses of what may be typed."""
        self._context = context

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
        if self._past is not None:
            self._past.forget(term)

    def transform(self, probabilities: Probabilities, place: Place) -> Probabilities:
        """Return the distribution with what was written mixed in."""
        n = self._n_known + len(self._terms)
        result = probabilities
        if len(result) < n:
            result = np.zeros(n, dtype=np.float32)
            result[: len(probabilities)] = probabilities
        unknown = self._share_unknown(result)
        past = [] if self._past is None else self._past.evidence(place.history)
        total = self._recency.total
        recency = recency_kind(total) if total >= _LEAST_TOTAL else None
        if recency is None and not past:
            return result
        before, evidence = result, [] if recency is None else self._evidence_at(place)
        added, left = _shares(evidence)
        if recency is not None:
            weight = left * self._weights[recency]
            left -= weight
        older, left = _shares(past, left)
        result = before * np.float32(left)
        if recency is not None:
            result += self._recency.shares(n, weight)
        for item, share in (*older, *added):
            places = np.fromiter(item.own, dtype=np.intp, count=len(item.own))
            result[places] += np.fromiter(item.own.values(), dtype=np.float32, count=len(item.own)) * np.float32(share)
        if self._context is not None and place.context != self._context:
            return result
        asked = _Asked(len(self._stream), unknown, before, past, recency, evidence)
        if place.history[-1] == START_ID:  # asked at the end of a sentence too, about the next one
            self._asked_at_start = asked
        else:
            self._asked = asked
        return result

    def _share_unknown(self, result: Probabilities) -> float:
        """Give mass to the person's own words, by use, and to new ones, by how often they came; return what both had."""
        unknown = float(result[UNKNOWN_ID])
        counts = self._recency.counts(self._n_known, len(result))
        if self._past is not None:
            counts = counts + self._past.uses(len(counts))
        n_own = float(counts.sum())
        known = unknown * n_own / (n_own + NEW_WORDS)
        new = unknown * min(_MOST_NEW, self._new / self._expected)
        result[self._n_known :] += counts * np.float32(known / n_own if n_own else 0.0)
        result[UNKNOWN_ID] = new
        result /= np.float32(1.0 - unknown + known + new)
        return unknown

    def _evidence_at(self, place: Place) -> list[Evidence]:
        """Return what followed the ends of the history in this session, the shortest first."""
        ends = (place.history[-n:] for n in range(1, min(LONGEST_HISTORY, len(place.history)) + 1))
        return [found for end in ends if (found := self._evidence(end)) is not None]

    def _evidence(self, history: Sequence[int]) -> Evidence | None:
        successors = self._stream.successors(history)
        if not successors:
            return None
        fading = self._fading[len(history) - 1]
        scale = 1.0 / fading[1][len(successors)]
        own: dict[int, float] = {}
        for unit, weight in zip(successors, fading[0], strict=False):
            own[unit] = own.get(unit, 0.0) + weight * scale
        return Evidence(self._weights, kind_of(successors, len(history)), own)

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
        for item in asked.past:
            total = item.learn(unit, total)
        if asked.recency is not None:
            total = self._weights.learn(asked.recency, self._recency.share(unit), total)
        for item in asked.evidence:
            total = item.learn(unit, total)


def _shares(evidence: Sequence[Evidence], left: float = 1.0) -> tuple[list[tuple[Evidence, float]], float]:
    """Return each evidence with its share of `left`, the longest history served first, and what is left for the rest."""
    shares: list[tuple[Evidence, float]] = []
    for item in reversed(evidence):
        share = left * item.weight
        shares.append((item, share))
        left -= share
    return shares, left


def _fading(share: float) -> tuple[list[float], list[float]]:
    """Return the weights of the successors, newest first, and for each number of them their sum."""
    weights = [share**i for i in range(64)]
    sums = [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    return weights, sums
