"""Earlier sessions: the person's own words, and what followed one and two units.

The store is asked by spelling, for one history at a time and when it is needed, so opening costs next to nothing and a new
version of the model, with other ids, finds everything again.

Invariant: what this session stored is never counted here, since the component counts it already.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.adaptive.memory.memory import Memory
from autocomplete.embedded.adaptive.weights import N_KINDS, ContextCounts, MixtureWeights, kind_of
from autocomplete.embedded.ngram.terms import ROOM, Terms
from autocomplete.embedded.ngram.vocabulary import SPECIALS, UNKNOWN_ID, Vocabulary

#: How far each kind of n-gram is trusted before anything is learned of it.
FIRST_WEIGHT = 0.1

#: Longest history, most successors of one, most terms that are taken from earlier sessions, most uses that a term counts for.
LONGEST, MOST_SUCCESSORS, MOST_TERMS, MOST_USES = 2, 32, ROOM // 2, 5.0

#: Most histories that are remembered.
_MOST_HISTORIES = 5000


class LongTermCounts:
    """Earlier writing, by the ids of a vocabulary and its terms; the stored words are added to the terms."""

    def __init__(self, source: Memory, vocabulary: Vocabulary, terms: Terms) -> None:
        self._source, self._vocabulary, self._terms = source, vocabulary, terms
        self._cache: dict[tuple[int, ...], ContextCounts | None] = {}
        self._ids: dict[str, int] = {}
        self.weights = MixtureWeights([FIRST_WEIGHT] * N_KINDS)
        self._uses = np.zeros(ROOM, dtype=np.float32)
        for word, uses in source.words()[:MOST_TERMS]:
            unit, _ = terms.learn(word)
            if unit >= len(vocabulary):
                self._uses[unit - len(vocabulary)] = min(uses, MOST_USES)
        self._version = source.version

    def uses(self, n_terms: int) -> npt.NDArray[np.float32]:
        """Return how often each of the first terms was used in earlier sessions; read-only."""
        return self._uses[:n_terms]

    def forget(self, term: int) -> None:
        """Forget a term whose id is given to another."""
        self._uses[term - len(self._vocabulary)] = 0.0
        self._cache.clear()
        self._ids.clear()

    def contexts(self, history: Sequence[int]) -> list[ContextCounts]:
        """Return what followed the ends of a history in earlier sessions, the shortest first."""
        if self._version != self._source.version or len(self._cache) > _MOST_HISTORIES:
            self._cache.clear()
            self._version = self._source.version
        ends = [tuple(history[-n:]) for n in range(1, min(LONGEST, len(history)) + 1)]
        for end in ends:
            if end not in self._cache:
                self._cache[end] = None if UNKNOWN_ID in end else self._stored_counts(end)
        return [counts for end in ends if (counts := self._cache[end]) is not None]

    def _stored_counts(self, history: tuple[int, ...]) -> ContextCounts | None:
        uses: dict[int, float] = {}
        for form, n in self._source.successors([self._terms.form_of(unit) for unit in history], MOST_SUCCESSORS):
            if (unit := self._id(form)) != UNKNOWN_ID:
                uses[unit] = uses.get(unit, 0.0) + n
        total = sum(uses.values())
        if total <= 0.0:
            return None
        kind = kind_of(len(uses), total, len(history))
        return ContextCounts(self.weights, kind, {unit: n / total for unit, n in uses.items()})

    def _id(self, form: str) -> int:
        if form not in self._ids:
            unit = SPECIALS.index(form) if form in SPECIALS else self._vocabulary.find(form)
            if unit is None and (unit := self._terms.find(form)) is None:
                return UNKNOWN_ID  # for now: it may become a term
            self._ids[form] = unit
        return self._ids[form]
