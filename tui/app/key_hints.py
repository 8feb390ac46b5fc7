"""The actions that keys lead to, as they are listed: below the text, and in the help screen.

Invariant: what is listed is made from the bindings that a key would reach now, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

from tui.ghost.actions import GhostActions
from tui.ghost.area import GhostArea
from tui.instruments.panels import Dock, Panel
from tui.widgets.commands import Command, commands, reached

#: The actions of the text area that are about suggestions, as they are listed.
GHOST_ACTIONS = tuple(binding.action for binding in Binding.make_bindings(GhostActions.BINDINGS))

#: The actions whose keys come first below the text; the others that are shown follow.
HINTS_FIRST = (
    *("accept_ghost", "dismiss_ghost", "model.move_cutoff", "model.pause", "files.save", "files.quit"),
    *("help", "command_palette"),
)


class KeyHints:
    """The keys of an editor with the text `area()` in front. `shown`: those below the text, as (keys, what they do)."""

    def __init__(self, app: App[None], area: Callable[[], GhostArea]) -> None:
        self._app, self._area = app, area
        self.shown: list[tuple[str, str]] = []

    def commands(self) -> list[Command]:
        """Return all actions that keys lead to while the text has the focus."""
        nodes: list[DOMNode] = [self._area(), self._app.screen_stack[0], self._app]
        return commands(nodes, self._app.get_key_display)

    def key_of(self, action: str) -> str:
        """Return the first key of an action, as people call it; "" where it has none."""
        return next((command.keys[0] for command in self.commands() if command.action == action), "")

    def help_groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return all keys, as the help screen groups them."""
        from tui.widgets.help import rows

        found = self.commands()
        ghost = [command for command in found if command.node is self._area() and command.action in GHOST_ACTIONS]
        writing = sorted(ghost, key=lambda command: GHOST_ACTIONS.index(command.action))
        own = (command for command in found if command.node is self._app)
        editing = (command for command in found if command.node is self._area() and command not in ghost)
        return [("Writing", rows(writing)), ("Editor", rows(own)), ("Editing", rows(editing))]

    def update(self) -> bool:
        """Follow the focus; return whether other keys are shown now."""
        former, self.shown = self.shown, self._hints()
        return former != self.shown

    def _hints(self) -> list[tuple[str, str]]:
        """Return the first key of each action that is meant to be seen, and what it does; a group makes one hint."""
        hints: dict[str, list[str]] = {}
        actions: set[str] = set()
        for _node, binding in sorted(reached([*self._nearest(), self._app]), key=_rank):
            if binding.show and binding.action not in actions:
                actions.add(binding.action)
                words = binding.group.description if binding.group else binding.description
                hints.setdefault(words, []).append(self._app.get_key_display(binding))
        return [("/".join(keys).replace("Ctrl+", "^"), words) for words, keys in hints.items()]

    def _nearest(self) -> list[DOMNode]:
        """Return what takes keys before the editor: the panel that has the focus, else the text, also below a dialog."""
        focused = self._app.screen_stack[0].focused if self._app.screen_stack else None
        ancestors = focused.ancestors_with_self if focused else ()
        panel = next((node for node in ancestors if isinstance(node, Panel)), None)
        return [self._area()] if panel is None else [panel, *(node for node in panel.ancestors if isinstance(node, Dock))]


def _rank(owner: tuple[DOMNode, Binding]) -> int:
    if isinstance(owner[0], Panel | Dock):
        return -1
    name = owner[1].action.partition("(")[0]
    return HINTS_FIRST.index(name) if name in HINTS_FIRST else len(HINTS_FIRST)
