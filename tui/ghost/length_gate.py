"""A gate that asks less of a suggestion the more letters it saves: its cutoffs, and where a hand takes over.

Invariant: pure. Whatever the gate, a hand moves one number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autocomplete import Decision, Gate
    from tui.ghost.placement import Suggestion

#: Letters that a suggestion saves, more or less: what is asked of so many is where a hand takes over from a gate by length.
USUAL_CHARS = 4


def span(gate: Gate) -> tuple[float, float] | None:
    """Return the lowest and the highest cutoff of a gate that goes by length; None where all lengths have the same.

    >>> from autocomplete import FixedCutoff, LengthAware
    >>> span(LengthAware()), span(FixedCutoff(0.6))
    ((0.2, 1.0), None)
    """
    lowest, highest = gate.lowest, gate.show_at(1)
    return (lowest, highest) if lowest < highest else None


def from_here(gate: Gate) -> float:
    """Return the cutoff from which a hand goes on: the one in force, or of a gate by length that of a usual suggestion.

    >>> from autocomplete import FixedCutoff, LengthAware
    >>> from_here(LengthAware()), from_here(FixedCutoff(0.995))
    (0.48, 0.995)
    """
    return gate.show_at(1) if span(gate) is None else round(gate.show_at(USUAL_CHARS), 2)


def cutoff_of(gate: Gate, decision: Decision | None, shown: Suggestion | None) -> float:
    """Return the cutoff; where it goes by length, the one for the word that is shown, or else for the likeliest."""
    if decision is None or span(gate) is None:
        return gate.show_at(1)
    return gate.show_at(len(shown.completion)) if shown and shown.by_hand else decision.cutoff
