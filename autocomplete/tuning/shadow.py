"""Scores what was, or would have been, suggested while a word was typed, once the word is finished: numbers, no text.

Invariant: what is scored does not depend on what was on the screen. At each state the likeliest candidate stands for what every
cutoff up to its probability would have shown; accepting a right one ends the word at those cutoffs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autocomplete.decision import Decision


@dataclass(frozen=True, slots=True)
class State:
    """A decision as it is remembered until its word is finished.

    `typed`: what was typed since the root, `completion`: the likeliest candidate ("" where none), `probability`: its lower
    bound as the search found it, before any calibration; `estimated`: unseen mass was shared out by a prior.
    """

    typed: str
    completion: str
    probability: float
    estimated: bool = False

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

    `right`: it was what was typed, so it would have been accepted, and `saved` characters with it.
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
        Label(state.probability, state.typed + state.completion == whole, not state.typed.strip(), state.estimated)
        for state in states
        if state.completion
    )


def shows(states: Sequence[State], whole: str) -> tuple[Show, ...]:
    """Return the distinct shows of a word. `whole`: all that was typed from the root to the end of the word.

    >>> shows([State(" ", "form", 0.3), State(" f", "orm", 0.5), State(" fr", "om", 0.4), State(" fro", "m", 0.9)], " from")
    (Show(above=0.0, upto=0.3, right=False, saved=0),
     Show(above=0.3, upto=0.5, right=False, saved=0),
     Show(above=0.0, upto=0.4, right=True, saved=2),
     Show(above=0.4, upto=0.9, right=True, saved=1))
    """
    found: list[Show] = []
    accepted = 0.0  # at cutoffs up to here the word is typed already
    reached: dict[str, float] = {}
    for state in states:
        candidate = state.typed + state.completion
        above = max(accepted, reached.get(candidate, 0.0))
        if not state.completion or state.probability <= above:
            continue
        right = candidate == whole
        found.append(Show(above, state.probability, right, len(state.completion) if right else 0))
        reached[candidate] = state.probability
        if right:
            accepted = state.probability
    return tuple(found)
