"""A list to choose one thing from, narrowed down by typing.

Invariant: Escape chooses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.fuzzy import Matcher
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option as Line

from tui.widgets.dialog import Dialog

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Option(Generic[T]):
    """A line of the list, and what it stands for."""

    words: str
    value: T


class Picker(Dialog[T | None]):
    """Shows `options` under an entry that filters them; its result is the value that was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, title: str, options: Sequence[Option[T]]) -> None:
        super().__init__()
        self._title = title
        self._options = options
        self._found = list(options)

    def compose(self) -> ComposeResult:
        """Lay out the title, the entry and the list."""
        with Vertical(id="chooser", classes="box"):
            yield Label(self._title, classes="box-title", markup=False)
            yield Input(placeholder="type to narrow down, ↑ ↓ to move, Enter to choose", compact=True)
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        """Show all options."""
        self.query_one(OptionList).can_focus = False  # the keys stay in the entry
        self._narrow("")

    def action_move(self, step: int) -> None:
        """Highlight the next line, or the one before."""
        options = self.query_one(OptionList)
        options.action_cursor_down() if step > 0 else options.action_cursor_up()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self.dismiss(self._found[at].value)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index].value)

    def _narrow(self, query: str) -> None:
        self._found = [option for option, _ in narrowed(self._options, query)]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Content(option.words) for option in self._found)
        if not self._found:
            options.add_option(Line(Content(self._no_match(query)), disabled=True))
        options.highlighted = 0 if self._found else None

    def _no_match(self, query: str) -> str:
        """Return what is said where no option matches."""
        return "Nothing here has that in it."


def narrowed(options: Sequence[Option[T]], query: str) -> list[tuple[Option[T], float]]:
    """Return the options whose words match `query`, the best first, with how well; all in their order for "".

    >>> [option.words for option, _ in narrowed([Option("notes.md", 1), Option("letter.txt", 2)], "let")]
    ['letter.txt']
    """
    if not query.strip():
        return [(option, 0.0) for option in options]
    matcher = Matcher(query.strip())
    scored = ((option, matcher.match(option.words)) for option in options)
    return sorted(((option, score) for option, score in scored if score > 0), key=lambda pair: -pair[1])
