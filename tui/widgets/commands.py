"""All actions that keys lead to: for the command palette and for the help screen.

Invariant: what is listed is made from the bindings of the widgets themselves, those that a key would reach, and from
nothing else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode

Display = Callable[[Binding], str]


@dataclass(frozen=True, slots=True)
class Command:
    """An action that can be run: where it is bound, its name, what it does in words, and its keys for people."""

    node: DOMNode
    action: str
    name: str
    words: str
    keys: tuple[str, ...]


def commands(nodes: Sequence[DOMNode], display: Display) -> list[Command]:
    """Return the actions of `nodes`, the one nearest to the keyboard first, that have a description and a key.

    A key belongs to the nearest node that binds it, or to one that binds it with priority. Actions that happen to do
    nothing at present, such as accepting where nothing is suggested, are among them.
    """
    found: dict[tuple[DOMNode, str], Command] = {}
    for node, binding in reached(nodes):
        if binding.description:
            listed = found.get((node, binding.action))
            keys = dict.fromkeys([*(listed.keys if listed else ()), display(binding)])
            words = binding.tooltip or binding.description
            found[node, binding.action] = Command(node, binding.action, binding.description, words, tuple(keys))
    return list(found.values())


def reached(nodes: Sequence[DOMNode]) -> list[tuple[DOMNode, Binding]]:
    """Return the bindings that keys reach from the first of `nodes`, those of each node together."""
    # Textual 8.2.8 has `Screen.active_bindings`, but that leaves out what `check_action` forbids at the moment.
    owners: dict[str, Binding] = {}
    for node in nodes:
        for key, binding in node._bindings:
            if key not in owners or (binding.priority and not owners[key].priority):
                owners[key] = binding
    return [(node, binding) for node in nodes for key, binding in node._bindings if owners[key] is binding]


class Actions(Provider):
    """Offers the actions of the editor at once, and those of the text area when they are searched for."""

    def _commands(self) -> list[Command]:
        focused = self.focused or self.screen
        nodes = [node for node in focused.ancestors_with_self if isinstance(node, DOMNode)]
        return commands(nodes, self.app.get_key_display)

    async def discover(self) -> Hits:
        """Yield the editor's own actions."""
        for command in sorted(self._commands(), key=lambda command: command.name):
            if command.node is self.app and command.action != "command_palette":
                yield DiscoveryHit(command.name, self._running(command), help=_help(command))

    async def search(self, query: str) -> Hits:
        """Yield all actions whose name or description matches."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = max(matcher.match(command.name), 0.9 * matcher.match(command.words))
            if score > 0:
                yield Hit(score, matcher.highlight(command.name), self._running(command), help=_help(command))

    def _running(self, command: Command) -> Callable[[], Awaitable[bool]]:
        async def run() -> bool:
            return await self.app.run_action(command.action, command.node)

        return run


def _help(command: Command) -> str:
    return f"{', '.join(command.keys)}: {command.words}"
