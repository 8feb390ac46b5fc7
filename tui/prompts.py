"""The questions that the editor asks: a path, what to do with unsaved changes, and whether a file may be replaced.

Invariant: Escape always leaves everything as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question: the key that gives it, its id, and its words."""

    key: str
    answer: str
    label: str


class PathPrompt(ModalScreen[str | None]):
    """Asks for a path in one line at the bottom; its result is what was entered, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, value: str = "") -> None:
        super().__init__()
        self._title = title
        self._value = value

    def compose(self) -> ComposeResult:
        """Lay out the title and the input."""
        with Horizontal(id="path-prompt"):
            yield Label(self._title)
            yield Input(self._value, placeholder="path, then Enter; Esc to cancel", compact=True, select_on_focus=False)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)


class Question(ModalScreen[str | None]):
    """Asks one question; its result is the `answer` of the choice that was taken, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss(None)", "Cancel"),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._question = question
        self._choices = choices
        for choice in choices:
            self._bindings.bind(choice.key, f"dismiss({choice.answer!r})", choice.label)

    def compose(self) -> ComposeResult:
        """Lay out the question over its choices; the first is focused."""
        with Vertical(id="question"):
            yield Label(self._question, markup=False)
            with Horizontal():
                for choice in self._choices:
                    yield Button(f"{choice.label} ({choice.key})", id=choice.answer, compact=True)
                yield Button("Cancel (Esc)", id="cancel", compact=True)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(None if event.button.id == "cancel" else event.button.id)


def unsaved_changes(name: str) -> Question:
    """Return the question to ask before the text of `name` is left."""
    choices = (Choice("s", "save", "Save"), Choice("d", "discard", "Discard changes"))
    return Question(f"{name} has unsaved changes.", choices)


def file_exists(name: str) -> Question:
    """Return the question to ask before another file is replaced."""
    return Question(f"{name} exists. Replace it?", [Choice("y", "replace", "Replace")])


def file_changed(name: str) -> Question:
    """Return the question to ask before what another program wrote is replaced."""
    return Question(f"{name} changed on disk. Overwrite it?", [Choice("y", "replace", "Overwrite")])
