"""The questions that the editor asks: a path, what to do with unsaved changes, and whether a file may be replaced.

Invariant: Escape always leaves everything as it was.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from tui.path_completion import completed, matches
from tui.status import inert

#: Rows for the files that a path may become.
MOST_FILES = 6

_PATH_HINT = "path, then Enter; Tab completes, Esc cancels"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question: the key that gives it, its id, and its words."""

    key: str
    answer: str
    label: str


class PathPrompt(ModalScreen[str | None]):
    """Asks for a path in one line at the bottom, with the files that it may become above it.

    Tab completes, the arrow keys go through the files. The result is what was entered, or None.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("tab", "complete", "Complete", priority=True),
        Binding("down", "step(1)", "Next file", priority=True),
        Binding("up", "step(-1)", "Previous file", priority=True),
    ]

    def __init__(self, title: str, value: str = "") -> None:
        super().__init__()
        self._title = title
        self._value = value
        self._found: list[str] = []
        self._at: int | None = None

    def compose(self) -> ComposeResult:
        """Lay out the files over the title and the input."""
        with Vertical(id="path-prompt"):
            yield Static(id="path-files", markup=False)
            with Horizontal():
                yield Label(self._title)
                yield Input(self._value, placeholder=_PATH_HINT, compact=True, select_on_focus=False)

    def on_mount(self) -> None:
        """Show what the path may become."""
        self._look(self._value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self._look(event.value)

    @work(exclusive=True, group="look")
    async def _look(self, entered: str) -> None:
        self._at, self._found = None, await asyncio.to_thread(matches, entered)
        self._show()

    @work(exclusive=True, group="look")
    async def action_complete(self) -> None:
        """Make the path as long as it can be without a choice."""
        entered = self.query_one(Input).value
        found = await asyncio.to_thread(matches, entered)
        if (longer := completed(entered, found)) != entered:
            found = await asyncio.to_thread(matches, longer)
        self._at, self._found = None, found
        self._enter(longer)
        self._show()

    def action_step(self, step: int) -> None:
        """Take the next file, or the one before."""
        if self._found:
            self._at = (self._at + step) % len(self._found) if self._at is not None else min(step, 0) % len(self._found)
            self._enter(self._found[self._at])
            self._show()

    def _enter(self, path: str) -> None:
        """Put `path` into the entry. What it may become is known, or, while one goes through the files, not wanted."""
        field = self.query_one(Input)
        with field.prevent(Input.Changed):
            field.value = path
        field.action_end()

    def _show(self) -> None:
        first, rows = window(self._found, self._at, MOST_FILES)
        lines = [("› " if first + row == self._at else "  ") + inert(_name(path)) for row, path in enumerate(rows)]
        if len(self._found) > len(rows):
            lines.append(f"  {len(rows)} of {len(self._found):,}")
        self.query_one("#path-files", Static).update(Content("\n".join(lines)))


def window(found: Sequence[str], at: int | None, most: int) -> tuple[int, Sequence[str]]:
    """Return up to `most` of `found`, with the one at `at` among them, and where they begin.

    >>> window(["a", "b", "c", "d"], 3, 2), window(["a", "b"], None, 5)
    ((2, ['c', 'd']), (0, ['a', 'b']))
    """
    first = max(0, (at or 0) - most + 1)
    return first, found[first : first + most]


def _name(path: str) -> str:
    """Return the last part of a path, with the separator of a folder."""
    folder = path.rstrip(os.sep).rpartition(os.sep)[0]
    return path[len(folder) :].lstrip(os.sep) or path


class Question(ModalScreen[str | None]):
    """Asks one question; its result is the `answer` of the choice that was taken, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss(None)", "Cancel"),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, choices: Sequence[Choice], *, cancel: str = "Cancel") -> None:
        super().__init__()
        self._cancel = cancel
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
                yield Button(f"{self._cancel} (Esc)", id="cancel", compact=True)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(None if event.button.id == "cancel" else event.button.id)


def unsaved_changes(name: str) -> Question:
    """Return the question to ask before the text of `name` is left."""
    choices = (Choice("s", "save", "Save"), Choice("d", "discard", "Discard changes"))
    return Question(f"{name} has unsaved changes.", choices)


def unsaved_reload(name: str) -> Question:
    """Return the question to ask before the text of `name` gives way to what is on the disk."""
    return Question(f"{name} has unsaved changes. Read the file again?", [Choice("d", "discard", "Discard changes")])


def not_in_encoding(name: str, odd: str, encoding: str) -> Question:
    """Return the question to ask before a file gets another encoding, because of the character `odd`."""
    return Question(f"{encoding} has no {odd}. Save {name} as UTF-8?", [Choice("u", "utf-8", "Save as UTF-8")])


def recover(names: str, when: str) -> Question:
    """Return the question that offers the text of `names`, which was lost `when`."""
    choices = (Choice("r", "recover", "Recover"), Choice("d", "discard", "Discard"))
    return Question(f"Not saved when the editor ended ({when}): {names}.", choices, cancel="Later")


def file_exists(name: str) -> Question:
    """Return the question to ask before another file is replaced."""
    return Question(f"{name} exists. Replace it?", [Choice("y", "replace", "Replace")])


def file_changed(name: str) -> Question:
    """Return the question to ask before what another program wrote is replaced."""
    return Question(f"{name} changed on disk. Overwrite it?", [Choice("y", "replace", "Overwrite")])
