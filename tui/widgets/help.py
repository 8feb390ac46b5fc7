"""The help screen, made from the bindings that are in force.

Invariant: a key is listed if and only if it leads to an action with a description; nothing here names a key.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.table import Column, Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.widgets.commands import Command
from tui.widgets.dialog import Dialog
from tui.widgets.status_line import bar

#: Cells for the keys, before what they do.
WIDEST_KEYS = 32

Rows = list[tuple[str, str]]

_INTRODUCTION = (
    "The next word appears as ghost text when its probability reaches the cutoff. "
    f"The line below the text shows both: {bar(0.8, 0.6)} is a probability of 80% against a cutoff of 60%."
)

_CLIPBOARD = (
    "What is copied goes to this program and, where the terminal allows it (OSC 52), to the system's clipboard, over SSH too. "
    "To paste from other programs use the terminal's own key, often Ctrl+Shift+V or Cmd+V. With the mouse: click, drag to "
    "select; with Shift held most terminals select by themselves."
)


class HelpScreen(Dialog[None]):
    """All keys, in groups of (title, rows of keys and what they do), after an introduction and before a note on the mouse.

    `error` is shown in full on top.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q,enter", "dismiss", "Close")]

    def __init__(
        self,
        groups: list[tuple[str, Rows]],
        error: str = "",
        introduction: str = _INTRODUCTION,
        mouse: str = _CLIPBOARD,
    ) -> None:
        super().__init__()
        self._introduction, self._mouse = introduction, mouse
        self.groups = groups
        self._error = error

    def compose(self) -> ComposeResult:
        """Lay out the introduction and one block for each group."""
        with VerticalScroll(id="help"):
            if self._error:
                yield Static(f"✗ {self._error}", classes="help-error", markup=False)
            yield Static(self._introduction, markup=False)
            for title, table in self.groups:
                yield Static(title, classes="help-title", markup=False)
                yield Static(_table(table), classes="help-keys")
            yield Static("Clipboard and mouse", classes="help-title", markup=False)
            yield Static(self._mouse, markup=False)


def rows(commands: Iterable[Command]) -> Rows:
    """Return one row for each action: its keys, and what it does."""
    return [(", ".join(command.keys), command.words) for command in commands]


def _table(table: Rows) -> Table:
    grid = Table.grid(Column(style="bold", max_width=WIDEST_KEYS), Column(), padding=(0, 3, 0, 0))
    for keys, words in table:
        grid.add_row(Text(keys), Text(words))
    return grid
