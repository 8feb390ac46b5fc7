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

from autocomplete.embedded.adaptive.context_counts import ContextCounts
from autocomplete.embedded.adaptive.long_term import LongTermCounts
from autocomplete.embedded.adaptive.recency import Recency
from autocomplete.embedded.adaptive.stream import LONGEST_HISTORY, Stream
from autocomplete.embedded.adaptive.weights import MixtureWeights, kind_of, recency_kind
from autocomplete.embedded.ngram.model import Probabilities
from autocomplete.embedded.ngram.position import Position
from autocomplete.embedded.ngram.terms import ROOM, Terms
from autocomplete.embedded.ngram.vocabulary import START_ID, UNKNOWN_ID

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
class _Before:
    """A distribution in which the mass of the unknown word was shared out, as its parts.

    `given`: of the units of the vocabulary; `unknown`: what it had for unknown words. `own`: mass of each of the person's own
    words; `new`: of words to come. All but `unknown` is to be multiplied by `scale`, so that it sums to what it did.
    """

    given: Probabilities
    unknown: float
    own: Probabilities
    new: float
    scale: float

    def times(self, factor: float) -> Probabilities:
        """Return the distribution multiplied by `factor`."""
        n_known, scale = len(self.given), np.float32(self.scale * factor)
        result = np.empty(n_known + len(self.own), dtype=np.float32)
        np.multiply(self.given, scale, out=result[:n_known])
        np.multiply(self.own, scale, out=result[n_known:])
        result[UNKNOWN_ID] = self.new * scale
        return result

    def of(self, unit: int) -> float:
        """Return the probability of a unit."""
        n_known = len(self.given)
        found = self.new if unit == UNKNOWN_ID else self.given[unit] if unit < n_known else self.own[unit - n_known]
        return float(found) * self.scale

    def __len__(self) -> int:
        return len(self.given) + len(self.own)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that was answered: after how many units, from which distribution, by which evidence.

    `recency`: the kind of what was used lately, None where nothing was.
    """

    n_units: int
    before: _Before
    past: list[ContextCounts]
    recency: int | None
    evidence: list[ContextCounts]


class Adaptive:
    """The component that knows what was written. `terms`: of the lexicon that it belongs to. `past`: of earlier sessions."""

    def __init__(
        self,
        terms: Terms,
        n_known: int,
        weights: MixtureWeights,
        *,
        past: LongTermCounts | None = None,
        size: int = 200_000,
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
    def weights(self) -> MixtureWeights:
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

    def transform(self, probabilities: Probabilities, place: Position) -> Probabilities:
        """Return the distribution with what was written mixed in."""
        before = self._share_unknown(probabilities)
        past = [] if self._past is None else self._past.evidence(place.history)
        total = self._recency.total
        recency = recency_kind(total) if total >= _LEAST_TOTAL else None
        if recency is None and not past:
            return before.times(1.0)
        evidence = [] if recency is None else self._evidence_at(place)
        added, left = _shares(evidence)
        if recency is not None:
            weight = left * self._weights[recency]
            left -= weight
        older, left = _shares(past, left)
        result = before.times(left)
        if recency is not None:
            self._recency.add_shares(result, weight)
        for item, share in (*older, *added):
            places = np.fromiter(item.own, dtype=np.intp, count=len(item.own))
            result[places] += np.fromiter(item.own.values(), dtype=np.float32, count=len(item.own)) * np.float32(share)
        if self._context is not None and place.context != self._context:
            return result
        asked = _Asked(len(self._stream), before, past, recency, evidence)
        if place.history[-1] == START_ID:  # asked at the end of a sentence too, about the next one
            self._asked_at_start = asked
        else:
            self._asked = asked
        return result

    def _share_unknown(self, probabilities: Probabilities) -> _Before:
        """Return a distribution with mass for the person's own words, by use, and for new ones, by how often they came."""
        n_known = self._n_known
        unknown = float(probabilities[UNKNOWN_ID])
        counts = self._recency.counts(n_known, max(len(probabilities), n_known + len(self._terms)))
        if self._past is not None:
            counts = counts + self._past.uses(len(counts))
        n_own = float(counts.sum())
        known = unknown * n_own / (n_own + NEW_WORDS)
        new = unknown * min(_MOST_NEW, self._new / self._expected)
        own = counts * np.float32(known / n_own if n_own else 0.0)
        own[: len(probabilities) - n_known] += probabilities[n_known:]
        return _Before(probabilities[:n_known], unknown, own, new, 1.0 / (1.0 - unknown + known + new))

    def _evidence_at(self, place: Position) -> list[ContextCounts]:
        """Return what followed the ends of the history in this session, the shortest first."""
        ends = (place.history[-n:] for n in range(1, min(LONGEST_HISTORY, len(place.history)) + 1))
        return [found for end in ends if (found := self._evidence(end)) is not None]

    def _evidence(self, history: Sequence[int]) -> ContextCounts | None:
        successors = self._stream.successors(history)
        if not successors:
            return None
        fading = self._fading[len(history) - 1]
        scale = 1.0 / fading[1][len(successors)]
        own: dict[int, float] = {}
        for unit, weight in zip(successors, fading[0], strict=False):
            own[unit] = own.get(unit, 0.0) + weight * scale
        return ContextCounts(self._weights, kind_of(successors, len(history)), own)

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
        self._expected += asked.before.unknown
        self._new += unit == UNKNOWN_ID
        total = asked.before.of(unit)
        for item in asked.past:
            total = item.learn(unit, total)
        if asked.recency is not None:
            total = self._weights.learn(asked.recency, self._recency.share(unit), total)
        for item in asked.evidence:
            total = item.learn(unit, total)


def _shares(evidence: Sequence[ContextCounts], left: float = 1.0) -> tuple[list[tuple[ContextCounts, float]], float]:
    """Return each evidence with its share of `left`, the longest history served first, and what is left for the rest."""
    shares: list[tuple[ContextCounts, float]] = []
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
