"""The *tune* panel: a slider that moves the cutoff in force, over curves of one's own last words.

Invariant: nothing is asked. What is on the screen is gated again at once when the slider is moved by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import MouseDown, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp

from tui.outcomes import Outcomes
from tui.own_words import OwnWords
from tui.panels import Scene
from tui.rows import RowsPanel
from tui.tune_lines import Tune, tune_rows
from tui.tuner_lines import cutoff_at
from tui.why_lines import Row

_KEYS = "← → move · b best · g goal · s save"
_TO_GET_HERE = "Alt+J: keys here"


class TunePanel(RowsPanel):
    """The slider and the curves. `outcomes` returns what follows the writer, None until the model is open."""

    TITLE = "Tune"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,minus", "step(-1)", "Lower", tooltip="Lower the cutoff by .01"),
        Binding("right,plus", "step(1)", "Higher", tooltip="Raise the cutoff by .01"),
        Binding("shift+left,ctrl+left", "step(-5)", "Lower by .05", show=False, tooltip="Lower the cutoff by .05"),
        Binding("shift+right,ctrl+right", "step(5)", "Higher by .05", show=False, tooltip="Raise the cutoff by .05"),
        Binding("home", "step(-100)", "Lowest", show=False, tooltip="Show whatever is likeliest"),
        Binding("end", "step(100)", "Highest", show=False, tooltip="Show what is certain alone"),
        Binding("b", "best", "Most saved", tooltip="Go to the cutoff that would have saved most keys"),
        Binding("g", "app.goal", "Goal", tooltip="Choose a goal that moves the cutoff"),
        Binding("r", "app.back_to_goal", "Back to goal", tooltip="Let the goal move the cutoff again"),
        Binding("s", "app.save_cutoff", "Save", tooltip="Keep this cutoff in the settings"),
    ]

    def __init__(self, outcomes: Callable[[], Outcomes | None]) -> None:
        super().__init__()
        self._outcomes = outcomes
        self._none = OwnWords().curves
        self._dragging = False

    def on_mount(self) -> None:
        """Say how the keys get here."""
        self.border_subtitle = _TO_GET_HERE

    def on_focus(self) -> None:
        """Say which keys there are."""
        self.border_subtitle = _KEYS

    def on_blur(self) -> None:
        """Say how the keys get here."""
        self.border_subtitle = _TO_GET_HERE

    def make_rows(self, scene: Scene, width: int, height: int) -> list[Row]:
        """Return the rows for a scene."""
        return tune_rows(self._tune(scene), width, height)

    def _tune(self, scene: Scene) -> Tune:
        outcomes, engine = self._outcomes(), scene.suggester.autocompleter
        if engine is None or outcomes is None:
            return Tune(None, self._none)
        aim = outcomes.aim
        return Tune(
            engine.cutoff,
            outcomes.words.curves,
            goal=str(outcomes.goal or ""),
            told=aim.told if aim is not None else "",
            goal_at=aim.cutoff if aim is not None else None,
            by_hand=outcomes.by_hand(engine),
            stored=outcomes.recording,
        )

    # -- moving the cutoff --------------------------------------------------------------------------------------------

    def action_step(self, hundredths: int) -> None:
        """Move the cutoff."""
        if self._scene is not None:
            self._scene.suggester.move_cutoff(hundredths / 100)

    def action_best(self) -> None:
        """Go to the cutoff that would have saved most keys."""
        outcomes = self._outcomes()
        if outcomes is not None and (best := outcomes.words.curves.best) is not None:
            self._go_to(best)

    def _go_to(self, cutoff: float) -> None:
        engine = self._scene.suggester.autocompleter if self._scene is not None else None
        if self._scene is not None and engine is not None and engine.cutoff != cutoff:
            self._scene.suggester.move_cutoff(cutoff - engine.cutoff)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Take the knob of the slider; a click anywhere on the curves goes there too."""
        if event.button == 1:
            self._dragging = True
            self.capture_mouse()
            self._point(event.x)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Drag the knob."""
        if self._dragging:
            self._point(event.x)

    def on_mouse_up(self, event: MouseUp) -> None:
        """Let the knob go."""
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Raise the cutoff."""
        event.stop()
        self.action_step(1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Lower the cutoff."""
        event.stop()
        self.action_step(-1)

    def _point(self, x: int) -> None:
        left = self.content_region.x - self.region.x
        self._go_to(cutoff_at(x - left, self.content_size.width))
