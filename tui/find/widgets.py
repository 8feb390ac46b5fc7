"""What the bar for finding is made of: its switches, and what was entered into it before.

Invariant: a switch tells its state without colour; what was entered is kept in memory alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

#: Searches that the arrow keys bring back.
MOST_REMEMBERED = 50


class Toggle(Static, can_focus=True):
    """A switch of few letters, in brackets while it is on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "turn", "Switch", show=False)]

    @dataclass
    class Changed(Message):
        """The switch was turned, by a mouse or by a key."""

        by_mouse: bool

    def __init__(self, letters: str, tooltip: str, *, id: str) -> None:
        super().__init__(f" {letters} ", id=id, markup=False)
        self._letters = letters
        self.tooltip = tooltip
        self.on = False

    def action_turn(self, by_mouse: bool = False) -> None:
        """Turn the switch."""
        self.on = not self.on
        self.set_class(self.on, "-on")
        self.update(f"[{self._letters}]" if self.on else f" {self._letters} ")
        self.post_message(self.Changed(by_mouse))

    def on_click(self) -> None:
        """Turn the switch."""
        self.action_turn(by_mouse=True)


class EntryHistory:
    """What was entered before, the newest last, and where in it one is."""

    def __init__(self) -> None:
        self._entries: list[str] = []
        self._at = 0

    def add(self, entry: str) -> None:
        """Put an entry on top."""
        if entry:
            self._entries = [*(other for other in self._entries if other != entry), entry][-MOST_REMEMBERED:]
        self._at = len(self._entries)

    def step(self, step: int) -> str | None:
        """Return the entry `step` places on (-1: the one before), "" beyond the newest, None beyond the oldest."""
        at = self._at + step
        if not 0 <= at <= len(self._entries):
            return None
        self._at = at
        return self._entries[at] if at < len(self._entries) else ""
