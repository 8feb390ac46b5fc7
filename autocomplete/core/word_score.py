"""Bounds of the probability that a word had before it was written.

Invariant: `bounds.lower <= P(word | context, typed) <= bounds.upper` holds whatever the unseen tokens are, by the same masses
as the search for a suggestion (see `search`); here the word is given, and what is asked about lies on the way to that word,
not where it could decide what to show. Nothing is estimated: unseen mass is held against the word.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from autocomplete.core.boundaries import scan
from autocomplete.core.characters import CharKind, char_kind
from autocomplete.core.decision import Bounds, Decision, Step
from autocomplete.core.gate import FixedCutoff
from autocomplete.core.mass_tree import Candidate, MassState
from autocomplete.core.search import Search

#: An open state is asked about if it holds at least this share of what the word could still have.
WORTH_ASKING = 0.05


@dataclass(frozen=True, slots=True)
class WordScore:
    """Bounds of the probability that a word had. `attainable`: the most that asking more could prove, 0..1.

    `requests`: made for it, those answered from the cache not counted. `unlisted`: about the most that a word could have
    which no answer listed: as much as the last one listed. No bound, since several unlisted tokens may spell it.
    """

    bounds: Bounds
    attainable: float
    requests: int = 0
    unlisted: float = 1.0

    @property
    def likely(self) -> float:
        """One number for pictures: what is proven and still open, or where that is nothing, `unlisted`. 0..1."""
        return max(self.bounds.lower, min(self.attainable or self.unlisted, self.bounds.upper))

    @property
    def surprisal(self) -> tuple[float, float]:
        """The least and the most bits of surprise: -log2 of its bounds; the most is infinite where lower is 0.

        >>> WordScore(Bounds(0.25, 0.5), 0.5).surprisal, WordScore(Bounds(0.0, 1.0), 1.0).surprisal
        ((1.0, 2.0), (0.0, inf))
        """
        return bits(self.bounds.upper), bits(self.bounds.lower)


def bits(probability: float) -> float:
    """Return -log2 of a probability: the surprisal of an event. Infinite for 0, never below 0.

    >>> bits(0.125), bits(1.0), bits(0.0)
    (3.0, 0.0, inf)
    """
    return -math.log2(probability) + 0.0 if probability > 0.0 else math.inf


class WordSearch(Search):
    """The search for the probability of `completion`, which ends the next word after `typed`, the text since the root.

    In a script without spaces the completion has no end: it is the beginning of what follows. `worth_asking`: see
    `WORTH_ASKING`. Raises ValueError where `completion` is not what ends the next word.

    >>> from autocomplete.core.distribution import Distribution
    >>> search = WordSearch(" ", "from")
    >>> search.feed(b"", Distribution.from_pairs([(b" from", 0.25), (b" fro", 0.125), (b" of", 0.5)]))
    >>> search.next()
    b' from'
    >>> search.feed(b" from", Distribution.from_pairs([(b" you", 1.0)]))
    >>> search.next(), search.score().bounds, search.score().attainable
    (b' fro', Bounds(lower=0.25, upper=0.5), 0.375)
    """

    def __init__(self, typed: str, completion: str, *, worth_asking: float = WORTH_ASKING) -> None:
        super().__init__(typed, gate=FixedCutoff(0.0))
        self._target = (typed + completion).encode("utf-8", "surrogatepass")
        self._worth_asking = worth_asking
        self._open_ended = bool(completion) and char_kind(completion[-1]) is CharKind.UNSPACED
        if not self._open_ended:
            if scan(typed + completion, len(typed), ended=True).end != len(typed + completion):
                raise ValueError(f"{completion!r} is not what ends the next word after {typed!r}")
            self._tree.expect(self._target)

    @property
    def target(self) -> bytes:
        """The word with what stands between it and the root."""
        return self._target

    def next(self) -> bytes | None:
        """Return the heaviest open state on the way to the word, or None where none is worth asking about."""
        return next(iter(self.useful()), None)

    def useful(self) -> list[bytes]:
        """Return the open states on the way to the word that are worth asking about, heaviest first."""
        candidate = self._candidate()
        least = self._worth_asking * candidate.attainable
        ways = sorted(self._ways(), key=lambda state: (-state.mass, len(state.key)))
        return [state.key for state in ways if state.mass >= least]

    def towards_displayed(self) -> list[bytes]:
        """Return nothing: nothing is displayed."""
        return []

    def feed_known(self, step: Step) -> None:
        """Take a known answer, if the state that it is about is open here too."""
        if any(state.key == step.state for state in self._tree.opened()):
            self.feed(step.state, step.distribution, filtered=step.filtered)

    def score(self) -> WordScore:
        """Return the bounds of the word by the answers so far."""
        candidate = self._candidate()
        bounds = self._tree.bounds(candidate)
        first = self._tree[b""].answer
        unlisted = self._tree.attainable(first.tokens[-1][1]) if first is not None and first.tokens else 1.0
        return WordScore(bounds, min(bounds.upper, self._tree.attainable(candidate.attainable)), unlisted=unlisted)

    def _candidate(self) -> Candidate:
        candidates = self._tree.candidates()  # also works out what all masses are shares of
        if self._open_ended:
            return self._tree.beginning(self._target)
        return next(c for c in candidates if c.key == self._target and not c.open_ended)

    def _ways(self) -> list[MassState]:
        opened = [state for state in self._tree.opened() if state.mass > 0.0]
        if self._open_ended:
            return [state for state in opened if self._target.startswith(state.key) and state.key != self._target]
        return [state for state in opened if self._target.startswith(state.key) or state.pending == self._target]


def known_score(decision: Decision, completion: str, typed: str | None = None) -> WordScore:
    """Return the score of `completion`, the end of the next word, by the answers behind `decision`: no request.

    `typed`: what was typed since the root when the word was to be guessed, where that was less than `decision.typed`: the
    probability of the whole word from an answer that came when it was half typed. Bounds(0, 1) where no answer is of use.
    Raises ValueError where `completion` is not what ends the next word.
    """
    search = WordSearch(decision.typed if typed is None else typed, completion)
    for step in decision.steps:
        if typed in (None, decision.typed) or not step.filtered:
            search.feed_known(step)
    return search.score()
