"""Choosing another model: one of those used lately, or a new one with the address of its server.

Invariant: nothing is opened or asked here; Escape leaves everything as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static

from autocomplete.editor import escape_controls
from tui.files.recent_files import RecentModel
from tui.widgets.dialog import Dialog


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model spec, and the address of its server, "" for the usual one."""

    model: str
    base_url: str = ""

    @property
    def label(self) -> str:
        """The choice in words."""
        return f"{self.model} at {self.base_url}" if self.base_url else self.model


class ModelPicker(Dialog[ModelChoice | None]):
    """Asks which model is to suggest; its result is the choice, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, present: str, where: str, recent: Sequence[RecentModel]) -> None:
        super().__init__()
        self._present = f"{escape_controls(present)} on {escape_controls(where)}" if present else "no model"
        self._choices = choices(recent)

    def compose(self) -> ComposeResult:
        """Lay out the list over the two entries."""
        with Vertical(id="model", classes="box"):
            yield Label(f"Now: {self._present}", classes="box-title", markup=False)
            yield OptionList(*(Content(escape_controls(choice.label)) for choice in self._choices), compact=True)
            with Horizontal():
                yield Label("Model  ")
                yield Input(placeholder="openai:MODEL", id="spec", compact=True)
            with Horizontal():
                yield Label("Address")
                yield Input(placeholder="http://localhost:8000/v1, empty for OpenAI itself", id="address", compact=True)
            yield Static(
                "english runs on this machine. With openai: the text before the cursor is sent to that server.",
                classes="quiet",
            )

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index])

    @on(Input.Submitted)
    def _submitted(self) -> None:
        spec = self.query_one("#spec", Input).value.strip()
        if not spec:
            self.query_one("#spec", Input).focus()
            return
        self.dismiss(ModelChoice(spec, self.query_one("#address", Input).value.strip()))


def choices(recent: Sequence[RecentModel]) -> list[ModelChoice]:
    """Return what is offered: the model of this machine, then those used lately.

    >>> [choice.label for choice in choices([RecentModel("openai:m", "http://h/v1"), RecentModel("english")])]
    ['english', 'openai:m at http://h/v1']
    """
    lately = (ModelChoice(used.model, used.base_url) for used in recent)
    return [ModelChoice("english"), *(choice for choice in lately if choice != ModelChoice("english"))]
