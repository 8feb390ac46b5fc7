"""The help screen, made from the bindings that are in force.

Invariant: a key is listed if and only if a binding with a description has it; nothing here names a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.status import bar

Rows = list[tuple[str, str]]

_INTRODUCTION = (
    "The next word appears as ghost text when its probability reaches the cutoff. "
    f"The line below the text shows both: {bar(0.8, 0.6)} is a probability of 80% against a cutoff of 60%."
)


class HelpScreen(ModalScreen[None]):
    """All keys, in groups of (title, rows of keys and what they do); `error` is told in full on top."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q,enter", "dismiss", "Close")]

    def __init__(self, groups: list[tuple[str, Rows]], error: str = "") -> None:
        super().__init__()
        self._groups = groups
        self._error = error

    def compose(self) -> ComposeResult:
        """Lay out the introduction and one block for each group."""
        with VerticalScroll(id="help"):
            if self._error:
                yield Static(f"✗ {self._error}", classes="help-error", markup=False)
            yield Static(_INTRODUCTION, markup=False)
            for title, rows in self._groups:
                yield Static(title, classes="help-title", markup=False)
                yield Static(_table(rows), classes="help-keys")


def binding_rows(bindings: Iterable[BindingType], display: Callable[[Binding], str]) -> Rows:
    """Return one row for each action of `bindings` with a description: all its keys, and what it does.

    `display` gives the name of a binding's key. Bindings of several keys in one string count as several.
    """
    keys: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for binding in Binding.make_bindings(bindings):
        if binding.description:
            keys.setdefault(binding.action, []).append(display(binding))
            words.setdefault(binding.action, binding.tooltip or binding.description)
    return [(", ".join(names), words[action]) for action, names in keys.items()]


def _table(rows: Rows) -> Content:
    width = max((len(keys) for keys, _ in rows), default=0)
    lines = [Content.assemble((f"{keys:<{width}}", "bold"), f"   {words}") for keys, words in rows]
    return Content("\n").join(lines)
