"""Going to the shell for a moment, and coming back.

Invariant: what was typed is on the disk before the program stops; when it goes on, the whole screen is painted.
"""

from __future__ import annotations

import os
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.app.actions.group import ActionGroup
from tui.app.actions.recovery import RecoveryActions
from tui.app.base import EditorBase


class SuspendActions(ActionGroup):
    """Stops for the shell that the editor was started from. Ctrl+Z, which does that elsewhere, is undo in an editor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "alt+shift+z",
            "shell.suspend",
            "Shell",
            show=False,
            tooltip="Go to the shell; its command fg comes back here",
        ),
    ]

    def __init__(self, app: EditorBase, recovery: RecoveryActions) -> None:
        super().__init__(app)
        self.recovery = recovery

    async def action_suspend(self) -> None:
        """Stop until the shell lets the program go on."""
        driver = self.app._driver
        if driver is None or not driver.can_suspend or not started_by_a_shell():
            self.app.messages.show("there is no shell to go to: the editor was not started from one")
            return
        await self.recovery.write()
        self.app.action_suspend_process()

    def paint_anew(self) -> None:
        """Paint everything: the terminal shows what other programs left. Textual 8.2.8 would paint what changes from now on."""
        self.app.refresh(layout=True)
        for screen in self.app.screen_stack:
            for widget in screen.walk_children(with_self=True):
                widget.refresh()


def started_by_a_shell() -> bool:
    """Return whether a program with job control waits for this one: then it leads no session of its own."""
    return hasattr(os, "getsid") and os.getsid(0) != os.getpid()
