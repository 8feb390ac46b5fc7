"""The cutoff, the pause, the model and the settings.

Invariant: a model takes over only after it has answered; until then, and if it fails, the one before stays.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from autocomplete.editor import escape_controls
from tui.app.actions.group import ActionGroup, dialog, worker
from tui.ghost.controller import CUTOFF_STEP
from tui.ghost.pause import SNOOZES
from tui.widgets.status_line import one_line

if TYPE_CHECKING:
    from autocomplete import Autocompleter
    from tui.widgets.model_picker import ModelChoice

_CUTOFF = Binding.Group("Cutoff")

#: What a model is asked before it takes over. It says nothing about the person's text.
_PROBE = "The next"


class ModelActions(ActionGroup):
    """The actions on what suggests."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f3,ctrl+down,alt+down",
            "model.move_cutoff(-1)",
            "Lower cutoff",
            tooltip="Lower the cutoff: show more, less surely",
            group=_CUTOFF,
        ),
        Binding(
            "f4,ctrl+up,alt+up",
            "model.move_cutoff(1)",
            "Raise cutoff",
            tooltip="Raise the cutoff: show less, more surely",
            group=_CUTOFF,
        ),
        Binding("f2,alt+p", "model.pause", "Pause", tooltip="Pause or resume suggestions"),
        Binding("alt+i", "model.snooze", "Snooze", show=False, tooltip="No suggestions for some minutes"),
        Binding("alt+m", "model.model", "Model", show=False, tooltip="Let another model suggest"),
        Binding("alt+o", "model.settings", "Settings", show=False, tooltip="See and change all settings"),
    ]

    def action_move_cutoff(self, direction: int) -> None:
        """Move the cutoff one step."""
        self.app.suggester.move_cutoff(direction * CUTOFF_STEP)

    def action_pause(self) -> None:
        """Pause or resume suggestions."""
        self.app.suggester.toggle_pause()

    @dialog
    async def action_snooze(self) -> None:
        """Pause suggestions for some minutes."""
        from tui.widgets.picker import Option, Picker

        options = [Option(f"{minutes} minutes", minutes) for minutes in SNOOZES]
        if (minutes := await self.app.push_screen_wait(Picker("No suggestions for", options))) is not None:
            self.app.suggester.snooze(minutes)

    @dialog
    async def action_model(self) -> None:
        """Choose another model."""
        from tui.widgets.model_picker import ModelPicker

        if not self.app.preferences.can_switch:
            self.app.messages.show("the model of this editor cannot be changed")
            return
        scene = self.app.scene()
        screen = ModelPicker(scene.status.model, scene.status.where, self.app.history.models())
        if (choice := await self.app.push_screen_wait(screen)) is not None:
            self.switch_model(choice)

    @worker("model", exclusive=True)
    async def switch_model(self, choice: ModelChoice) -> None:
        """Let another model suggest, once it has answered. An error is shown, and the present one stays."""
        name = escape_controls(choice.label)
        self.app.messages.show(f"asking {name}")
        present = self.app.suggester.status().model
        try:
            engine = await asyncio.to_thread(self.app.preferences.open, choice.model, choice.base_url or None)
        except Exception as exc:  # the border of the UI: the model that is there goes on
            self._stays(name, present, exc)
            return
        if (error := await _failure(engine)) is not None:
            self._stays(name, present, error)
            return
        if self.app.outcomes is not None:
            self.app.outcomes.open(engine)  # before anything of it is shown beside the words of the one before
        await self.app.suggester.use(engine)
        self.app.suggester.enter(self.app.page, self.app.page.path, lambda: self.app.area.text)
        self.app.history.note_model(choice.model, choice.base_url)
        self.app.messages.show(f"{name} suggests from now on")
        self.app.report_notices()

    def _stays(self, name: str, present: str, error: Exception) -> None:
        self.app.messages.fail(f"{name} does not answer, {present or 'no model'} stays. {one_line(error)}")

    @dialog
    async def action_settings(self) -> None:
        """See and change all settings."""
        from tui.widgets.settings_screen import SettingsScreen

        changes = await self.app.push_screen_wait(SettingsScreen(self.app.preferences, sorted(self.app.available_themes)))
        if changes:
            self._take_over(changes)

    def _take_over(self, changes: dict[str, object]) -> None:
        """Go by settings that were saved: at once, those of the model by opening it anew."""
        from tui.widgets.model_picker import ModelChoice

        settings, engine = self.app.preferences.settings, self.app.suggester.autocompleter
        self.app.apply_settings()
        aside = self.app.preferences.aside
        self.app.messages.show("settings saved" + (f"; the damaged file is {aside} now" if aside else ""))
        if changes.keys() & {"model", "base_url", "api_key", "timeout_s"} and self.app.preferences.can_switch:
            self.switch_model(ModelChoice(settings.model, settings.base_url or ""))
        elif engine is not None:
            engine.max_words, engine.max_requests = settings.max_words, settings.max_requests
            engine.prefetch, engine.mode = settings.prefetch, settings.mode
            if self.app.outcomes is not None:
                self.app.outcomes.open(engine)  # words are kept apart by mode
            if "cutoff" in changes:
                self.app.suggester.set_cutoff(settings.cutoff)


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
