"""The questions that the editor asks: a path, what to do with unsaved changes, and whether a file may be replaced.

Invariant: Escape always leaves everything as it was.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from autocomplete.editor import escape_controls
from tui.files.path_completion import completed, matches
from tui.widgets.dialog import Dialog
from tui.widgets.input_queue import COMPLETION

#: Rows for the files that a path may become.
MOST_FILES = 6

#: Below this many columns the choices of a question stand one below the other.
WIDE_COLUMNS = 64

_PATH_HINT = "path, then Enter; Tab completes, Esc cancels"


@dataclass(frozen=True, slots=True)
class PromptChoice:
    """One answer to a question: the key that gives it, its id, and its words."""

    key: str
    answer: str
    label: str


class PathPrompt(Dialog[str | None]):
    """Asks for a path in one line at the bottom, with the files that it may become above it.

    Tab completes, the arrow keys go through the files. The result is what was entered, or None.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("tab", "complete", "Complete", priority=True),
        Binding("down", "step(1)", "Next file", priority=True),
        Binding("up", "step(-1)", "Previous file", priority=True),
    ]

    def __init__(self, title: str, value: str = "", *, find: Callable[[str], list[str]] = matches) -> None:
        super().__init__()
        self._title = title
        self._find = find
        self._found: list[str] = []
        self._at: int | None = None
        # Kept, not looked up: a slow disk may answer when the prompt has been left and its widgets are gone.
        self._files = Static(id="path-files", markup=False)
        self._entry = Input(value, placeholder=_PATH_HINT, compact=True, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """Lay out the files over the title and the input."""
        with Vertical(id="path-prompt"):
            yield self._files
            with Horizontal():
                yield Label(self._title)
                yield self._entry

    def on_mount(self) -> None:
        """Show what the path may become."""
        self._look(self._entry.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self._look(event.value)

    @work(exclusive=True, group="look")
    async def _look(self, entered: str) -> None:
        self._at, self._found = None, await asyncio.to_thread(self._find, entered)
        self._show()

    @work(exclusive=True, group=COMPLETION)
    async def action_complete(self) -> None:
        """Make the path as long as it can be without a choice, unless the person wrote on meanwhile."""
        self.workers.cancel_group(self, "look")
        entered = self._entry.value
        found = await asyncio.to_thread(self._find, entered)
        if (longer := completed(entered, found)) != entered:
            found = await asyncio.to_thread(self._find, longer)
        if self._entry.value != entered:
            return
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
        with self._entry.prevent(Input.Changed):
            self._entry.value = path
        self._entry.action_end()

    def _show(self) -> None:
        first, rows = window(self._found, self._at, MOST_FILES)
        lines = [("› " if first + row == self._at else "  ") + escape_controls(_name(path)) for row, path in enumerate(rows)]
        if len(self._found) > len(rows):
            lines.append(f"  {len(rows)} of {len(self._found):,}")
        self._files.update(Content("\n".join(lines)))


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


class Question(Dialog[str | None]):
    """Asks one question; its result is the `answer` of the choice that was taken, or None.

    `unexpected`: it may come while the person types on, so it takes no answer in its first moment; see `KeyboardApp`.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE_COLUMNS, "-wide")]  # noqa: RUF012 # Textual has it as a list
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "dismiss(None)", "Cancel"),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(
        self, question: str, choices: Sequence[PromptChoice], *, cancel: str = "Cancel", unexpected: bool = True
    ) -> None:
        super().__init__()
        self.unexpected = unexpected
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
    choices = (PromptChoice("s", "save", "Save"), PromptChoice("d", "discard", "Discard changes"))
    return Question(f"{name} has unsaved changes.", choices, unexpected=False)


def unsaved_reload(name: str) -> Question:
    """Return the question to ask before the text of `name` gives way to what is on the disk."""
    choices = [PromptChoice("d", "discard", "Discard changes")]
    return Question(f"{name} has unsaved changes. Read the file again?", choices, unexpected=False)


def not_in_encoding(name: str, odd: str, encoding: str) -> Question:
    """Return the question to ask before a file gets another encoding, because of the character `odd`."""
    return Question(f"{encoding} has no {odd}. Save {name} as UTF-8?", [PromptChoice("u", "utf-8", "Save as UTF-8")])


def file_exists(name: str) -> Question:
    """Return the question to ask before another file is replaced."""
    return Question(f"{name} exists. Replace it?", [PromptChoice("y", "replace", "Replace")])


def file_changed(name: str) -> Question:
    """Return the question to ask before what another program wrote is replaced."""
    return Question(f"{name} changed on disk. Overwrite it?", [PromptChoice("y", "replace", "Overwrite")])
