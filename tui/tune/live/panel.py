"""The *tune* panel: a slider that moves the cutoff in force, over curves of one's own last words.

Invariant: nothing is asked. What is on the screen is gated again at once when the slider is moved by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key, MouseDown, MouseEvent, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp, Paste, Resize

from autocomplete.editor import RecentWords
from tui.ghost import length_gate
from tui.instruments.panels import Scene
from tui.instruments.rows_panel import RowsPanel
from tui.instruments.why.render import Row
from tui.tune.live.length_render import length_rows
from tui.tune.live.render import Tune, tune_rows
from tui.tune.render import cell_at, cutoff_at
from tui.tune.usage_recorder import UsageRecorder

#: The keys, the longest first: what finds room in the border is shown, Esc always.
_KEYS = (
    "Esc text · ← → move · Alt+B most saved · g goal · Alt+C save",
    "Esc text · ← → move · g goal · Alt+C save",
    "Esc text · ← → move · g goal",
    "Esc text",
)
_TO_GET_HERE = "Alt+J: keys here"

#: Cells of the border that its words leave free.
_BORDER = 4

_MOVE = Binding.Group("Move")


class TunePanel(RowsPanel):
    """The slider and the curves. `outcomes` returns what follows the writer, None until the model is open.

    What is typed goes to the text, but for the letters that the panel offers: none of them changes a setting by itself.
    """

    TITLE = "Tune"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,alt+j", "app.focus_text", "Text", tooltip="Give the keys back to the text"),
        Binding("left", "step(-1)", "Lower", tooltip="Lower the cutoff by .01", group=_MOVE),
        Binding("right", "step(1)", "Higher", tooltip="Raise the cutoff by .01", group=_MOVE),
        Binding("shift+left,ctrl+left", "step(-5)", "Lower by .05", show=False, tooltip="Lower the cutoff by .05"),
        Binding("shift+right,ctrl+right", "step(5)", "Higher by .05", show=False, tooltip="Raise the cutoff by .05"),
        Binding("home", "step(-100)", "Lowest", show=False, tooltip="Show whatever is likeliest"),
        Binding("end", "step(100)", "Highest", show=False, tooltip="Show what is certain alone"),
        Binding("alt+b", "best", "Most saved", tooltip="Go to the cutoff that would have saved most keys"),
        Binding("g", "tune.goal", "Goal", show=False, tooltip="Choose a goal that moves the cutoff"),
        Binding("r", "tune.back_to_goal", "Back to goal", show=False, tooltip="Let the goal move the cutoff again"),
        Binding("alt+c", "tune.save_cutoff", "Save cutoff", tooltip="Keep this cutoff in the settings"),
    ]

    def __init__(self, outcomes: Callable[[], UsageRecorder | None]) -> None:
        super().__init__()
        self._outcomes = outcomes
        self._none = RecentWords().curves
        self._dragging = False

    def on_mount(self) -> None:
        """Say how the keys get here."""
        self._tell_keys()

    def watch_has_focus(self, focused: bool) -> None:
        """Say which keys there are, or how they get here."""
        super().watch_has_focus(focused)
        self._tell_keys()

    def on_resize(self, event: Resize) -> None:
        """Say as many keys as find room."""
        self._tell_keys()

    def _tell_keys(self) -> None:
        room = self.size.width - _BORDER
        subtitle = next((keys for keys in _KEYS if len(keys) <= room), _KEYS[-1])
        self.border_subtitle = subtitle if self.has_focus else _TO_GET_HERE

    def make_rows(self, scene: Scene, width: int, height: int) -> list[Row]:
        """Return the rows for a scene."""
        outcomes, engine = self._outcomes(), scene.suggester.autocompleter
        if engine is not None and length_gate.span(engine.gate) is not None:
            return length_rows(engine.gate, outcomes.goal_gate.answer if outcomes is not None else "", width, height)
        return tune_rows(self._tune(scene), width, height)

    def _tune(self, scene: Scene) -> Tune:
        outcomes, engine = self._outcomes(), scene.suggester.autocompleter
        if engine is None or outcomes is None:
            return Tune(None, self._none)
        goal = outcomes.goal_gate
        return Tune(
            engine.cutoff,
            outcomes.words.curves,
            goal=str(goal.goal or ""),
            answer=goal.answer,
            goal_at=goal.tracker.cutoff if goal.tracker is not None else None,
            by_hand=goal.by_hand(engine),
            stored=outcomes.recording,
        )

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
        if self._scene is None or engine is None:
            return
        if engine.cutoff != cutoff or length_gate.span(engine.gate) is not None:
            self._scene.suggester.set_cutoff(cutoff)

    def on_key(self, event: Key) -> None:
        """Give the keys back to the text with the first character that is typed."""
        if event.is_printable and not self._offers(event.key):
            event.stop()
            self._give_back(Key(event.key, event.character))

    def on_paste(self, event: Paste) -> None:
        """Paste into the text."""
        event.stop()
        self._give_back(Paste(event.text))

    def _offers(self, key: str) -> bool:
        """Return whether the panel says that a letter does something now."""
        outcomes = self._outcomes()
        engine = self._scene.suggester.autocompleter if self._scene is not None else None
        waits = (
            outcomes is not None
            and outcomes.goal_gate.goal is not None
            and engine is not None
            and outcomes.goal_gate.by_hand(engine)
        )
        return key == "g" or (key == "r" and waits)

    def _give_back(self, event: Key | Paste) -> None:
        if self._scene is not None:
            self._scene.area.focus()
            self._scene.area._forward_event(event)  # to the app it would come behind keys that wait there

    def _is_on_slider(self, event: MouseEvent) -> bool:
        """Return whether the mouse is on the track of the slider, or right beside its ends."""
        at = event.get_content_offset(self)
        ends = (cell_at(cutoff, self.content_size.width) for cutoff in (0.0, 1.0))
        return at is not None and at.y == 0 and next(ends) - 1 <= at.x <= next(ends) + 1

    def on_mouse_down(self, event: MouseDown) -> None:
        """Take the knob of the slider; a click on its track goes there."""
        if event.button == 1 and self._is_on_slider(event):
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
        if self._is_on_slider(event):
            self.action_step(1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Lower the cutoff."""
        event.stop()
        if self._is_on_slider(event):
            self.action_step(-1)

    def _point(self, x: int) -> None:
        left = self.content_region.x - self.region.x
        self._go_to(cutoff_at(x - left, self.content_size.width))
