"""Scores what was, or would have been, suggested while a word was typed, once the word is finished: numbers, no text.

Invariant: what is scored does not depend on what was on the screen. At each state the likeliest candidate stands for what every
cutoff up to its probability would have shown; accepting a right one ends the word at those cutoffs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autocomplete.tuning.spans import Span, joined, parts

if TYPE_CHECKING:
    from autocomplete.decision import Decision


@dataclass(frozen=True, slots=True)
class State:
    """A decision as it is remembered until its word is finished.

    `typed`: what was typed since the root, `completion`: the likeliest candidate ("" where none), `probability`: its lower
    bound as the search found it, before any calibration; `estimated`: unseen mass was shared out by a prior. `begun`: something
    of a word was typed, None: as `typed` says. `ahead`: the word before had just been typed to its end, so this is not reached
    at cutoffs at which that word was accepted, with the space after it.
    """

    typed: str
    completion: str
    probability: float
    estimated: bool = False
    begun: bool | None = None
    ahead: bool = False

    @property
    def start(self) -> bool:
        """Whether nothing of a word was typed: what `Calibration.map_for` goes by."""
        return not (bool(self.typed.strip()) if self.begun is None else self.begun)

    @classmethod
    def of(cls, decision: Decision) -> State:
        """Return what is to be remembered of a decision, shown or withheld."""
        best = decision.alternatives[0] if decision.alternatives else None
        if best is None:
            return cls(decision.typed, "", 0.0, decision.mode == "estimated")
        return cls(decision.typed, best.completion, decision.stated(best.bounds.lower), decision.mode == "estimated")


@dataclass(frozen=True, slots=True)
class Show:
    """A distinct show: one candidate for one word, at the cutoffs `above < cutoff <= upto`.

    `right`: it was what was typed, so it would have been accepted, and `saved` keys with it.
    """

    above: float
    upto: float
    right: bool
    saved: int


@dataclass(frozen=True, slots=True)
class Label:
    """A prediction and what came of it, for calibration. `start`: nothing of the word was typed yet."""

    probability: float
    right: bool
    start: bool
    estimated: bool = False


def labels(states: Sequence[State], whole: str) -> tuple[Label, ...]:
    """Return a label for each state with a candidate. `whole`: all that was typed from the root to the word's end.

    >>> labels([State(" ", "form", 0.3), State(" fr", "om", 0.9)], " from")
    (Label(probability=0.3, right=False, start=True, estimated=False),
     Label(probability=0.9, right=True, start=False, estimated=False))
    """
    return tuple(
        Label(state.probability, state.typed + state.completion == whole, state.start, state.estimated)
        for state in states
        if state.completion
    )


def shows(states: Sequence[State], whole: str, taken: Sequence[Span] = (), *, space: bool = True) -> tuple[Show, ...]:
    """Return the distinct shows of a word. `whole`: all that was typed from the root to the end of the word.

    `taken`: the ranges of cutoffs at which the word before was accepted. `space`: one follows the word. Accepting is a key, and
    types that space: so it saves as many keys as it completes characters, or one less where there is none.

    >>> shows([State(" ", "form", 0.3), State(" f", "orm", 0.5), State(" fr", "om", 0.4), State(" fro", "m", 0.9)], " from")
    (Show(above=0.0, upto=0.3, right=False, saved=0),
     Show(above=0.3, upto=0.5, right=False, saved=0),
     Show(above=0.0, upto=0.4, right=True, saved=2),
     Show(above=0.4, upto=0.9, right=True, saved=1))
    >>> shows([State("", " from", 0.8, ahead=True), State(" ", "from", 0.7)], " from", [(0.0, 0.6)])
    (Show(above=0.6, upto=0.8, right=True, saved=5), Show(above=0.0, upto=0.6, right=True, saved=4))
    """
    found: list[Show] = []
    accepted: list[Span] = []  # at these cutoffs the word is typed already
    seen: dict[str, list[Span]] = {}
    cost = 0 if space else 1
    for state in states:
        if not state.completion or state.probability <= 0.0:
            continue
        candidate = state.typed + state.completion
        right = candidate == whole
        before = seen.get(candidate, [])
        for span in outside([(0.0, state.probability)], taken if state.ahead else ()):
            found += [
                Show(above, upto, right, len(state.completion) - cost if right else 0)
                for above, upto in outside(outside([span], accepted), before)
            ]
            seen[candidate] = joined(seen.get(candidate, []), span)
            accepted = joined(accepted, span) if right else accepted
    return tuple(found)


def outside(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Return the parts of ranges that lie in none of a set of others.

    >>> outside([(0.0, 0.9)], [(0.2, 0.5)])
    [(0.0, 0.2), (0.5, 0.9)]
    """
    return [part for span in spans for part, inside in parts(span, others) if not inside]


def accepted_at(found: Sequence[Show]) -> list[Span]:
    """Return the ranges of cutoffs at which one of these shows was right, so that it was accepted."""
    spans: list[Span] = []
    for show in found:
        if show.right:
            spans = joined(spans, (show.above, show.upto))
    return spans
