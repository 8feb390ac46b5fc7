"""The cutoff, the pause, the model and the settings.

Invariant: a model takes over only after it has answered; until then, and if it fails, the one before stays.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from autocomplete.editor import escape_controls
from tui.app.actions.view import ViewActions
from tui.ghost.controller import CUTOFF_STEP
from tui.ghost.pause import SNOOZES
from tui.widgets.status_line import one_line

if TYPE_CHECKING:
    from autocomplete import Autocompleter
    from tui.widgets.model_picker import ModelChoice

_CUTOFF = Binding.Group("Cutoff")

#: What a model is asked before it takes over. It says nothing about the person's text.
_PROBE = "The next"


class ModelActions(ViewActions):
    """The actions on what suggests."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f3,ctrl+down,alt+down",
            "move_cutoff(-1)",
            "Lower cutoff",
            tooltip="Lower the cutoff: show more, less surely",
            group=_CUTOFF,
        ),
        Binding(
            "f4,ctrl+up,alt+up",
            "move_cutoff(1)",
            "Raise cutoff",
            tooltip="Raise the cutoff: show less, more surely",
            group=_CUTOFF,
        ),
        Binding("f2,alt+p", "pause", "Pause", tooltip="Pause or resume suggestions"),
        Binding("alt+i", "snooze", "Snooze", show=False, tooltip="No suggestions for some minutes"),
        Binding("alt+m", "model", "Model", show=False, tooltip="Let another model suggest"),
        Binding("alt+o", "settings", "Settings", show=False, tooltip="See and change all settings"),
    ]

    def action_move_cutoff(self, direction: int) -> None:
        """Move the cutoff one step."""
        self.suggester.move_cutoff(direction * CUTOFF_STEP)

    def action_pause(self) -> None:
        """Pause or resume suggestions."""
        self.suggester.toggle_pause()

    @work(group="dialog", exclusive=True)
    async def action_snooze(self) -> None:
        """Pause suggestions for some minutes."""
        from tui.widgets.picker import Option, Picker

        options = [Option(f"{minutes} minutes", minutes) for minutes in SNOOZES]
        if (minutes := await self.push_screen_wait(Picker("No suggestions for", options))) is not None:
            self.suggester.snooze(minutes)

    @work(group="dialog", exclusive=True)
    async def action_model(self) -> None:
        """Choose another model."""
        from tui.widgets.model_picker import ModelPicker

        if not self.preferences.can_switch:
            self.tell("the model of this editor cannot be changed")
            return
        scene = self.scene()
        screen = ModelPicker(scene.status.model, scene.status.where, self.history.models())
        if (choice := await self.push_screen_wait(screen)) is not None:
            self.switch_model(choice)

    @work(group="model", exclusive=True)
    async def switch_model(self, choice: ModelChoice) -> None:
        """Let another model suggest, once it has answered. An error is told, and then the present one stays."""
        name = escape_controls(choice.label)
        self.tell(f"asking {name}")
        present = self.suggester.status().model
        try:
            engine = await asyncio.to_thread(self.preferences.open, choice.model, choice.base_url or None)
        except Exception as exc:  # the border of the UI: the model that is there goes on
            self._stays(name, present, exc)
            return
        if (error := await _failure(engine)) is not None:
            self._stays(name, present, error)
            return
        if self.outcomes is not None:
            self.outcomes.open(engine)  # before anything is told of it beside the words of the one before
        await self.suggester.use(engine)
        self.suggester.enter(self.page, self.page.path, lambda: self.area.text)
        self.history.note_model(choice.model, choice.base_url)
        self.tell(f"{name} suggests from now on")
        self.tell_memory()

    def _stays(self, name: str, present: str, error: Exception) -> None:
        self.fail(f"{name} does not answer, {present or 'no model'} stays. {one_line(error)}")

    @work(group="dialog", exclusive=True)
    async def action_settings(self) -> None:
        """See and change all settings."""
        from tui.widgets.settings_screen import SettingsScreen

        changes = await self.push_screen_wait(SettingsScreen(self.preferences, sorted(self.available_themes)))
        if changes:
            self._take_over(changes)

    def _take_over(self, changes: dict[str, object]) -> None:
        """Go by settings that were saved: at once, those of the model by opening it anew."""
        from tui.widgets.model_picker import ModelChoice

        settings, engine = self.preferences.settings, self.suggester.autocompleter
        self.apply_settings()
        aside = self.preferences.aside
        self.tell("settings saved" + (f"; the damaged file is {aside} now" if aside else ""))
        if changes.keys() & {"model", "base_url", "api_key", "timeout_s"} and self.preferences.can_switch:
            self.switch_model(ModelChoice(settings.model, settings.base_url or ""))
        elif engine is not None:
            engine.max_words, engine.max_requests = settings.max_words, settings.max_requests
            engine.prefetch, engine.mode = settings.prefetch, settings.mode
            if self.outcomes is not None:
                self.outcomes.open(engine)  # words are kept apart by mode
            if "cutoff" in changes:
                self.suggester.set_cutoff(settings.cutoff)


async def _failure(engine: Autocompleter) -> Exception | None:
    """Return why an engine does not answer, closed then; None where it does."""
    try:
        await engine.decide(_PROBE)
    except Exception as exc:  # the border of the UI, as above
        await engine.aclose()
        return exc
    except asyncio.CancelledError:
        await engine.aclose()
        raise
    return None
