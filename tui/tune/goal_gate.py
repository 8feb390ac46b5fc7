"""Moves the gate of an engine to where a goal wants it.

Invariant: the gate changes only when it is asked to be applied, and not at all once a hand has moved it away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from autocomplete.editor import exact_percent, span_percent
from tui.ghost import length_gate

if TYPE_CHECKING:
    from autocomplete import Autocompleter, Gate
    from autocomplete.editor import GoalTracker
    from autocomplete.evaluation import Goal, WordOutcome

#: A change of the cutoff that is worth a line.
ANNOUNCED_CHANGE = 0.01


class GoalGate:
    """The goal, None for none, and how it stands. `announce` gets a line when it is reached or lost, or moves the cutoff."""

    def __init__(self, goal: Goal | None, announce: Callable[[str], None]) -> None:
        self.goal = goal
        self.tracker: GoalTracker | None = None
        self._announce = announce
        self._set: Gate | None = None

    @property
    def answer(self) -> str:
        """How the goal stands, in words; "" before that is known."""
        return self.tracker.answer.text if self.tracker is not None else ""

    def restart(self, goal: Goal | None, engine: Autocompleter | None) -> None:
        """Go after another goal, or none; it takes the cutoff of `engine` over again where it was moved by hand."""
        self.goal, self.tracker = goal, None
        self._set = engine.gate if engine is not None else None

    def by_hand(self, engine: Autocompleter) -> bool:
        """Return whether the person moved the cutoff away from where the goal had put it: then the goal waits."""
        return self._set is not None and engine.gate != self._set

    def take(self, finished: Sequence[WordOutcome]) -> None:
        """Answer the goal anew with finished words; say so where that changes whether it is reached."""
        if self.tracker is None:
            return
        met = self.tracker.answer.met
        self.tracker.take(finished)
        if self.tracker.answer.met != met:
            proof = "certified" if self.tracker.goal.kind == "precision" else "reached"
            self._announce(f"{self.goal}: {f'not {proof} any more' if met else f'{proof} now'}")

    def apply(self, engine: Autocompleter) -> None:
        """Set the gate that the goal asks for, unless it waits. For a moment when no suggestion stands on the screen."""
        tracker = self.tracker
        if tracker is None or tracker.gate is None or self.by_hand(engine) or engine.gate == tracker.gate:
            return
        before, engine.gate = engine.gate, tracker.gate
        self._set = tracker.gate
        if abs(engine.cutoff - before.show_at(1)) >= ANNOUNCED_CHANGE - 1e-9:
            self._announce(f"{tracker.goal}: cutoff {_written(before)} → {_written(engine.gate)}")


def _written(gate: Gate) -> str:
    """Return the cutoff of a gate, or its cutoffs."""
    span = length_gate.span(gate)
    return exact_percent(gate.show_at(1)) if span is None else f"{span_percent(*span)} by length"
