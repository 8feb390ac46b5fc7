"""Scores what was, or would have been, suggested while a word was typed, once the word is finished: numbers, no text.

Invariant: what is scored does not depend on what was on the screen. At each state the likeliest candidate stands for what every
cutoff up to its probability would have shown; accepting a right one ends the word at those cutoffs.

A model is asked no further than the current cutoff needs. At another one, up to the most that asking on could have proved,
what would have been shown is *unsettled*: mostly below the current cutoff, for a server whose words are several tokens. What
is missing there are the less sure predictions, so there is too little shown, and too much of it right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autocomplete.evaluation.cutoff_ranges import Span, joined, parts

if TYPE_CHECKING:
    from autocomplete.core.decision import Decision


#: What asking on must be able to add to a probability to count: the step between cutoffs.
STEP = 0.01


@dataclass(frozen=True, slots=True)
class TypedState:
    """A decision as it is remembered until its word is finished.

    `typed`: what was typed since the root, `completion`: the likeliest candidate ("" where none), `probability`: its lower
    bound, which the cutoff is compared with; `estimated`: unseen mass was shared out by a prior. `begun`: something of a word
    was typed, None: as `typed` says. `ahead`: the word before had just been typed to its end, so this is not reached at cutoffs
    at which that word was accepted, with the space after it. `stated`: the same bound before any calibration, None: no other.
    `open`: at most two candidates that asking on could have proved more of, and how much; "" where none was seen whole.
    """

    typed: str
    completion: str
    probability: float
    estimated: bool = False
    begun: bool | None = None
    ahead: bool = False
    stated: float | None = None
    open: tuple[tuple[str, float], ...] = ()

    @property
    def start(self) -> bool:
        """Whether nothing of a word was typed: what `Calibration.map_for` goes by."""
        return not (bool(self.typed.strip()) if self.begun is None else self.begun)

    @classmethod
    def of(cls, decision: Decision) -> TypedState:
        """Return what scoring needs of a decision, shown or withheld."""
        best = decision.alternatives[0] if decision.alternatives else None
        estimated, opened = decision.mode == "estimated", _open(decision)
        if best is None:
            return cls(decision.typed, "", 0.0, estimated, open=opened)
        lower = best.bounds.lower
        return cls(decision.typed, best.completion, lower, estimated, stated=decision.stated(lower), open=opened)


def _open(decision: Decision) -> tuple[tuple[str, float], ...]:
    """Return the candidates that asking on could have proved more of, likeliest first, where that is worth a step."""
    best = decision.alternatives[0].bounds.lower if decision.alternatives else 0.0
    # what was withheld stays withheld at the current cutoff, even where the requests ran out
    most = 1.0 if decision.shown else math.nextafter(decision.cutoff, 0.0)
    candidates = [(a.completion, a.attainable) for a in decision.alternatives if a.attainable > best + STEP]
    candidates.sort(key=lambda pair: -pair[1])
    if decision.attainable > max(best + STEP, candidates[0][1] + STEP if candidates else 0.0):
        candidates.insert(0, ("", decision.attainable))
    return tuple((completion, min(most, attainable)) for completion, attainable in candidates[:2] if most > best + STEP)


@dataclass(frozen=True, slots=True)
class Show:
    """A distinct show: one candidate for one word, at the cutoffs `low < cutoff <= high`.

    `right`: it was what was typed, so it would have been accepted, and `saved` keys with it.
    """

    low: float
    high: float
    right: bool
    saved: int


@dataclass(frozen=True, slots=True)
class Label:
    """A prediction and what came of it, for calibration. `start`: nothing of the word was typed yet."""

    probability: float
    right: bool
    start: bool
    estimated: bool = False


def labels(states: Sequence[TypedState], whole: str) -> tuple[Label, ...]:
    """Return a label for each state with a candidate that is settled. `whole`: all that was typed from root to word's end.

    >>> labels([TypedState(" ", "form", 0.3), TypedState(" fr", "om", 0.9)], " from")
    (Label(probability=0.3, right=False, start=True, estimated=False),
     Label(probability=0.9, right=True, start=False, estimated=False))
    """
    return tuple(
        Label(
            state.probability if state.stated is None else state.stated,
            state.typed + state.completion == whole,
            state.start,
            state.estimated,
        )
        for state in states
        if state.completion and not state.open
    )


def scored(
    states: Sequence[TypedState], whole: str, taken: Sequence[Span] = (), *, space: bool = True
) -> tuple[tuple[Show, ...], tuple[Show, ...]]:
    """Return the distinct shows of a word, and the unsettled ones. `whole`: all that was typed from the root to the word's end.

    `taken`: the ranges of cutoffs at which the word before was accepted. `space`: one follows the word. Accepting is a key, and
    types that space: so it saves as many keys as it completes characters, or one less where there is none. An unsettled show is
    a candidate, right or wrong, that may have been shown as well, had the cutoff been another.

    >>> typed = [(" ", "form", 0.3), (" f", "orm", 0.5), (" fr", "om", 0.4), (" fro", "m", 0.9)]
    >>> scored([TypedState(*state) for state in typed], " from")[0]
    (Show(low=0.0, high=0.3, right=False, saved=0),
     Show(low=0.3, high=0.5, right=False, saved=0),
     Show(low=0.0, high=0.4, right=True, saved=2),
     Show(low=0.4, high=0.9, right=True, saved=1))
    >>> scored([TypedState("", " from", 0.8, ahead=True), TypedState(" ", "from", 0.7)], " from", [(0.0, 0.6)])[0]
    (Show(low=0.6, high=0.8, right=True, saved=5), Show(low=0.0, high=0.6, right=True, saved=4))
    >>> scored([TypedState(" ", "form", 0.3, open=(("form", 0.5),)), TypedState(" f", "rom", 0.4)], " from")
    ((Show(low=0.0, high=0.3, right=False, saved=0), Show(low=0.0, high=0.4, right=True, saved=3)),
     (Show(low=0.3, high=0.5, right=False, saved=0),))
    """
    certain: list[Show] = []
    maybe: dict[str, list[Span]] = {}
    accepted: list[Span] = []  # at these cutoffs the word is typed already
    seen: dict[str, list[Span]] = {}
    cost = 0 if space else 1
    for state in states:
        reached = outside(outside([(0.0, 1.0)], accepted), taken if state.ahead else ()) if state.open else []
        for completion, attainable in state.open:
            for low, high in reached:
                span = max(low, state.probability), min(high, attainable)
                if span[0] < span[1]:
                    key = state.typed + completion if completion else ""
                    maybe[key] = joined(maybe.get(key, []), span)
        if not state.completion or state.probability <= 0.0:
            continue
        candidate = state.typed + state.completion
        right = candidate == whole
        before = seen.get(candidate, [])
        for span in outside([(0.0, state.probability)], taken if state.ahead else ()):
            certain += [
                Show(low, high, right, len(state.completion) - cost if right else 0)
                for low, high in outside(outside([span], accepted), before)
            ]
            seen[candidate] = joined(seen.get(candidate, []), span)
            accepted = joined(accepted, span) if right else accepted
    unsettled = [
        Show(low, high, candidate == whole, 0)
        for candidate, spans in maybe.items()
        for low, high in outside(spans, seen.get(candidate, []))
    ]
    return tuple(certain), tuple(unsettled)


def outside(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Return the parts of ranges that lie in none of a set of others.

    >>> outside([(0.0, 0.9)], [(0.2, 0.5)])
    [(0.0, 0.2), (0.5, 0.9)]
    """
    return [part for span in spans for part, inside in parts(span, others) if not inside]


def accepted_at(shown: Sequence[Show]) -> list[Span]:
    """Return the ranges of cutoffs at which one of these shows was right, so that it was accepted."""
    spans: list[Span] = []
    for show in shown:
        if show.right:
            spans = joined(spans, (show.low, show.high))
    return spans
