"""Going to a line: what a person may enter, and the prompt for it.

Invariant: whatever is entered leads to a place in the text, or to one line that says why not; the text does not change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Label
from textual.widgets.text_area import Location

from tui.ghost.area import GhostArea
from tui.widgets.dialog import Dialog

_ENTRY = re.compile(r"(?P<sign>[+-])?(?P<line>\d+)?(?P<percent>%)?(?:[:,.](?P<column>\d+))?")

_HOW = "120, 120:8, +5, -5 or 50%"


@dataclass(frozen=True, slots=True)
class LineTarget:
    """Where to go (row and column from 0), and what to tell: "" where it is what was asked for."""

    location: Location
    note: str = ""


def target(entry: str, here: Location, n_lines: int) -> LineTarget | None:
    """Return the place that `entry` means in a text of `n_lines` lines, from `here`; None where it means none.

    Lines and columns are counted from 1, columns in characters. Beyond the text it is the first or last line, with a note. A
    column is not compared with its line: Textual stops at the end.

    >>> target("120:8", (0, 0), 500), target("+5", (7, 3), 500), target("50%", (0, 0), 500)
    (LineTarget(location=(119, 7), note=''), LineTarget(location=(12, 0), note=''), LineTarget(location=(249, 0), note=''))
    >>> target("900", (0, 0), 500)
    LineTarget(location=(499, 0), note='there are 500 lines: this is the last')
    """
    found = _ENTRY.fullmatch(entry.strip())
    if found is None or not (found["line"] or found["column"]) or (found["percent"] and found["sign"]):
        return None
    if found["line"] is None:
        if found["sign"] or found["percent"]:
            return None
        row = here[0]
    elif found["percent"]:
        row = -(-_number(found["line"]) * n_lines // 100) - 1 if _number(found["line"]) else 0
    elif found["sign"]:
        row = here[0] + int(f"{found['sign']}{_number(found['line'])}")
    else:
        row = _number(found["line"]) - 1
    column = max(0, _number(found["column"]) - 1) if found["column"] else 0
    return LineTarget((min(max(row, 0), n_lines - 1), column), _note(row, n_lines))


def _number(digits: str) -> int:
    """Return a number that a person entered; what is longer than any text is cut, as Python refuses to read it."""
    return int(digits[:18])


def _note(row: int, n_lines: int) -> str:
    plural = "is 1 line" if n_lines == 1 else f"are {n_lines:,} lines"
    if row >= n_lines:
        return f"there {plural}: this is the last"
    return f"there {plural}: this is the first" if row < 0 else ""


def go_to(area: GhostArea, place: LineTarget) -> None:
    """Put the cursor of `area` there, with the line in the middle of the view."""
    row, column = place.location
    area.history.checkpoint()
    area.move_cursor((row, min(column, len(area.document.get_line(row)))), center=True)


class GoToPrompt(Dialog[LineTarget | None]):
    """Asks for a line in one row at the bottom; its result is where to go, or None."""

    DEFAULT_CSS = """
    GoToPrompt { align: center bottom; background: $background 40%; }
    #goto-prompt {
        height: 1; padding: 0 2; margin-bottom: 1; background: $surface;
        & Label { width: auto; text-style: bold; margin-right: 1; }
        & Input { width: 1fr; min-width: 8; background: $surface; }
        & #goto-note { width: auto; max-width: 60%; text-style: none; margin: 0 0 0 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, here: Location, n_lines: int) -> None:
        super().__init__()
        self._here = here
        self._n_lines = n_lines

    def compose(self) -> ComposeResult:
        """Lay out the question and the input."""
        with Horizontal(id="goto-prompt"):
            yield Label("Go to line")
            yield Input(placeholder=_HOW, compact=True)
            yield Label(self._whereabouts, id="goto-note", markup=False)

    @property
    def _whereabouts(self) -> str:
        return f"now {self._here[0] + 1:,} of {self._n_lines:,}"

    @on(Input.Changed)
    def _entered(self, event: Input.Changed) -> None:
        found = target(event.value, self._here, self._n_lines)
        wrong = bool(event.value.strip().strip("+-:")) and found is None
        note = f"✗ {_HOW}" if wrong else (found.note if found else "") or self._whereabouts
        self.query_one("#goto-note", Label).update(note)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            self.dismiss(None)
        elif (found := target(event.value, self._here, self._n_lines)) is not None:
            self.dismiss(found)
