"""All settings on one screen: what they mean, where their values come from, and new values for the settings file.

Invariant: nothing is written before every value has been checked; a key is never drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import UnionType
from typing import Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Label, Static

from autocomplete import Settings
from autocomplete.editor import escape_controls
from tui.widgets.dialog import Dialog
from tui.widgets.preferences import Preferences
from tui.widgets.prompts import PromptChoice, Question
from tui.widgets.status_line import one_line

#: What stands for the value of a key that is set.
_MASK = "set; type a new one to replace it"

#: What a person types to take a key out of the file.
NOTHING = "-"

#: What stands for a value that cannot be, until another is chosen.
LEFT = "left as it is"


class ChoiceField(Widget, can_focus=True):
    """One of several words, changed with the arrow keys, space or a click."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Previous choice"),
        Binding("right,space,enter", "turn(1)", "Next choice"),
    ]

    at: reactive[int] = reactive(0)

    class Turned(Message):
        """Another word was chosen."""

    def __init__(self, choices: Sequence[str], value: str) -> None:
        super().__init__()
        self._choices = choices if value in choices else [value, *choices]
        self.set_reactive(ChoiceField.at, self._choices.index(value))

    @property
    def value(self) -> str:
        """The word that is chosen."""
        return self._choices[self.at]

    def render(self) -> Content:
        """Return the word between arrows."""
        return Content(f"‹ {self.value} ›")

    def action_turn(self, step: int) -> None:
        """Choose the next word, or the one before."""
        self.at = (self.at + step) % len(self._choices)
        self.post_message(self.Turned())

    def on_click(self) -> None:
        """Choose the next word."""
        self.action_turn(1)


class SettingRow(Vertical):
    """The setting `name`: its value to change, where it comes from, and what it means, or what is wrong with it (`fault`)."""

    def __init__(self, name: str, value: Any, source: str, themes: Sequence[str], fault: str = "") -> None:
        super().__init__(classes="setting")
        self.setting = name
        field = Settings.model_fields[name]
        self._fault = fault
        self._words = field.description or ""
        self._source = source
        self._secret = SecretStr in _kinds(field.annotation)
        self._choices = list(themes) if name == "theme" else _choices(field.annotation)
        self._before = "" if self._secret else entry_text(value)
        if fault:
            self._before = LEFT if self._choices else ""
        self._set = value is not None

    def compose(self) -> ComposeResult:
        """Lay out the name, the value and its source over the explanation."""
        with Horizontal():
            yield Label(self.setting, classes="setting-name")
            if self._choices:
                yield ChoiceField(self._choices, self._before)
            else:
                hint = (_MASK if self._set else "not set") if self._secret else LEFT if self._fault else "the default"
                yield Input(self._before, placeholder=hint, password=self._secret, compact=True)
            yield Label(_origin(self._source), classes="quiet setting-source")
        if self._fault:
            yield Static(f"✗ {escape_controls(self._fault)}", classes="setting-words error", markup=False)
        else:
            yield Static(escape_controls(self._words), classes="quiet setting-words", markup=False)

    @property
    def control(self) -> ChoiceField | Input:
        """What the value is changed with."""
        return self.query_one(ChoiceField) if self._choices else self.query_one(Input)

    @property
    def change(self) -> dict[str, Any]:
        """The new value by the setting's name, None for the default; nothing where it was not changed."""
        entered = self.control.value.strip()
        if entered == self._before:
            return {}
        if self._secret:
            return {self.setting: None if entered == NOTHING else entered}
        if tuple in _kinds(Settings.model_fields[self.setting].annotation):
            return {self.setting: tuple(part.strip() for part in entered.split(",") if part.strip())}
        if Settings.model_fields[self.setting].annotation is bool:
            return {self.setting: entered == "yes"}
        return {self.setting: entered or None}


class SettingsScreen(Dialog[dict[str, Any] | None]):
    """Shows the settings of `preferences`; its result is what was changed and saved, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, preferences: Preferences, themes: Sequence[str]) -> None:
        super().__init__()
        self._preferences = preferences
        self._themes = themes

    def compose(self) -> ComposeResult:
        """Lay out one row for each setting."""
        with Vertical(id="settings", classes="box"):
            yield Label(f"Settings · {escape_controls(self._preferences.place)}", classes="box-title", markup=False)
            with VerticalScroll(can_focus=False):
                for name in Settings.model_fields:
                    value, source = getattr(self._preferences.settings, name), self._preferences.source(name)
                    yield SettingRow(name, value, source, self._themes, self._preferences.fault(name))
            yield Static("Ctrl+S save   Esc cancel   Tab next   empty: the default", id="settings-line", markup=False)

    def on_mount(self) -> None:
        """Say what is wrong with the file and stands in no row."""
        unknown = (fault for fault in self._preferences.faults if fault.setting not in Settings.model_fields)
        if (fault := next(unknown, None)) is not None:
            self._refuse(fault.message)

    @work(group="dialog", exclusive=True)
    async def action_save(self) -> None:
        """Check and write the changes, or show the error and write nothing. Ask first if the file is damaged."""
        changes: dict[str, Any] = {}
        for row in self.query(SettingRow):
            changes |= row.change
        damage = escape_controls(self._preferences.damage) if changes else ""
        if damage and await self.app.push_screen_wait(ask_set_aside(damage)) is None:
            return
        try:
            await self._preferences.check(changes)
            if not self.is_active:  # left meanwhile
                return
            if changes:
                self._preferences.save(changes, anew=bool(damage))
        except Exception as exc:  # the border of the UI: what a model's server or file is wrong with is shown
            self._refuse(one_line(exc))
        else:
            self.dismiss(changes)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_save()

    def _refuse(self, error: str) -> None:
        line = self.query_one("#settings-line", Static)
        line.update(Content(f"✗ {escape_controls(error)}"))
        line.add_class("error")
        for row in self.query(SettingRow):
            if error.startswith(f"Bad {row.setting}:"):
                row.control.focus()


def ask_set_aside(why: str) -> Question:
    """Return the question to ask before another settings file takes the place of a damaged one."""
    words = f"{why} Keep it under another name, and begin a new file with what you changed here?"
    return Question(words, [PromptChoice("m", "move", "Move it aside and save")])


def entry_text(value: Any) -> str:
    """Return a setting's value as a person writes it, "" for None.

    >>> entry_text(0.6), entry_text(None), entry_text(True), entry_text(("*.pem", "secret/*"))
    ('0.6', '', 'yes', '*.pem, secret/*')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _origin(source: str) -> str:
    return source if source in ("default", "settings file") else f"from the {source}, which goes first"


def _choices(annotation: Any) -> list[str]:
    """Return the words that a setting may be; none where it is free."""
    if annotation is bool:
        return ["yes", "no"]
    return [str(word) for word in get_args(annotation)] if get_origin(annotation) is Literal else []


def _kinds(annotation: Any) -> Iterable[Any]:
    """Return the types that a setting's value may have, parameters of generic types left out."""
    parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return [get_origin(part) or part for part in parts]
