"""The *tune* panel where the cutoff goes by length: what each length needs, in the columns of the slider's track.

Invariant: pure. A row is never wider than asked for, and no slider stands where there is no one cutoff; a sentence is whole, or
not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from autocomplete.editor import exact_percent, span_percent
from tui.ghost.length_gate import from_here
from tui.instruments.chart import Row
from tui.instruments.why.render import cut
from tui.tune.render import cell_at, track_cells
from tui.widgets.status_line import Role

if TYPE_CHECKING:
    from autocomplete import Gate

#: Most letters that have a row each.
MOST_CHARS = 24

#: Rows of lengths below which sentences make room for them.
_FEWEST_ROWS = 3


def length_rows(gate: Gate, answer: str, width: int, height: int) -> list[Row]:
    """Return the rows for a gate that goes by length: its span, the cutoffs of some lengths, and how the goal stands.

    >>> from autocomplete import LengthAware
    >>> for row in length_rows(LengthAware(), "", 40, 8): print("".join(piece for piece, _ in row).rstrip())
    cutoff 20–100% ─────━━━━━━━━━━━━━━━━━━━
    1 letter  100% ━━━━━━━━━━━━━━━━━━━━━━━━
    4 letters  48% ━━━━━━━━━━━━
    7 letters  28% ━━━━━━━
    10 or more 20% ━━━━━━
    – The more letters a suggestion saves,
      the less sure it need be. ← or → sets
      one cutoff for all lengths, from 48%.
    """
    notes = _notes(gate, answer, width)
    while notes and height - 1 - sum(map(len, notes)) < (_FEWEST_ROWS if len(notes) > 1 else 1):
        notes.pop()
    lengths = _lengths(gate, max(0, height - 1 - sum(map(len, notes))))
    rows = [
        _track(gate, width),
        *(_needs(gate, n_chars, last=n_chars == lengths[-1], width=width) for n_chars in lengths),
    ]
    return [*rows, *(row for sentence in notes for row in sentence)][: max(0, height)]


def _track(gate: Gate, width: int) -> Row:
    """Return the track of the slider without a knob, drawn heavily where cutoffs lie."""
    before, n = cell_at(0.0, width), track_cells(width)
    begin, end = (cell_at(cutoff, width) - before for cutoff in (gate.lowest, gate.show_at(1)))
    label = f"cutoff {span_percent(gate.lowest, gate.show_at(1))}"
    return cut(
        [
            (f"{label:<{before - 1}} "[:before], Role.STRONG),
            ("─" * begin, Role.QUIET),
            ("━" * (end - begin + 1), Role.BAR),
            ("─" * (n - end - 1), Role.QUIET),
        ],
        width,
    )


def _lengths(gate: Gate, n_rows: int) -> list[int]:
    """Return so many lengths at most, from one letter to as many as need the least."""
    last = next((n_chars for n_chars in range(2, MOST_CHARS) if gate.show_at(n_chars) <= gate.lowest), MOST_CHARS)
    if n_rows < 2:
        return [last][:n_rows]
    n_rows = min(n_rows, last)
    return [1 + round(number * (last - 1) / (n_rows - 1)) for number in range(n_rows)]


def _needs(gate: Gate, n_chars: int, *, last: bool, width: int) -> Row:
    """Return what a suggestion that saves so many letters needs."""
    before, cutoff = cell_at(0.0, width), gate.show_at(n_chars)
    name = f"{n_chars} or more" if last else f"{n_chars} letter{'' if n_chars == 1 else 's'}"
    value = f"{cutoff:.0%}"
    label = f"{name:<{before - len(value) - 1}}"
    return cut(
        [(label, Role.QUIET), (f"{value} ", Role.STRONG), ("━" * (cell_at(cutoff, width) - before + 1), Role.BAR)],
        width,
    )


def _notes(gate: Gate, answer: str, width: int) -> list[list[Row]]:
    """Return the sentences, each in as many rows as it needs; what matters most comes first."""
    by_hand = (
        "The more letters a suggestion saves, the less sure it need be. "
        f"← or → sets one cutoff for all lengths, from {exact_percent(from_here(gate))}."
    )
    answer = answer[:1].upper() + answer[1:] + "." if answer else ""
    return [_wrapped(mark, words, role, width) for mark, words, role in _marked(answer, by_hand)]


def _marked(answer: str, by_hand: str) -> Sequence[tuple[str, str, Role]]:
    return [*([("◎", answer, Role.PLAIN)] if answer else []), ("–", by_hand, Role.QUIET)]


def _wrapped(mark: str, words: str, role: Role, width: int) -> list[Row]:
    lines = wrap(words, max(8, width - 2))
    return [cut([(f"{mark} " if number == 0 else "  ", role), (line, role)], width) for number, line in enumerate(lines)]
