"""Going to the shell for a moment, and coming back.

Invariant: what was typed is on the disk before the program stops; when it goes on, the whole screen is painted.
"""

from __future__ import annotations

import os
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.driver import Driver

from tui.app.actions.recovery import RecoveryActions


class SuspendApp(RecoveryActions):
    """Stops for the shell that it was started from. Ctrl+Z, which does that elsewhere, is undo in an editor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "alt+shift+z", "suspend", "Shell", show=False, tooltip="Go to the shell; its command fg comes back here"
        ),
    ]

    async def action_suspend(self) -> None:
        """Stop until the shell lets the program go on."""
        if self._driver is None or not self._driver.can_suspend or not started_by_a_shell():
            self.tell("there is no shell to go to: the editor was not started from one")
            return
        await self.write_unsaved()
        self.action_suspend_process()

    @on(Driver.SignalResume)
    def paint_anew(self) -> None:
        """Paint everything: the terminal shows what other programs left. Textual 8.2.8 would paint what changes from now on."""
        self.refresh(layout=True)
        for screen in self.screen_stack:
            for widget in screen.walk_children(with_self=True):
                widget.refresh()


def started_by_a_shell() -> bool:
    """Return whether a program with job control waits for this one: then it leads no session of its own."""
    return hasattr(os, "getsid") and os.getsid(0) != os.getpid()
