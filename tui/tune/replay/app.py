"""The tuner as an app of its own, which `autocomplete tune` opens.

Invariant: what is measured was measured before; the app reads it and asks for nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from autocomplete.editor import MEASURES
from tui.tune.replay.view import Tuner
from tui.widgets.commands import commands
from tui.widgets.help import HelpScreen, rows

if TYPE_CHECKING:
    from autocomplete.editor import ReplaySummary

_INTRODUCTION = (
    "The text was typed by machine, and each suggestion compared with what comes. Underlined: completed right, from the letter "
    "on at which the word would have appeared. ✗: only wrong ones were shown. Below the figures stand their 95% intervals. "
    "Nothing is asked of a model here. Digits set the cutoff: 75 is .75."
)

_MOUSE = "Drag the slider, or click on it; the wheel scrolls the text, a click on a word tells what was shown for it."


class TunerApp(App[None]):
    """The tuner alone."""

    TITLE = "autocomplete tune"
    CSS_PATH = "../../editor.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "quit", "Quit", tooltip="Leave the tuner"),
        Binding("ctrl+q,ctrl+c", "quit", "Quit", priority=True, tooltip="Leave the tuner"),  # in its dialogs too
        Binding("f1,question_mark", "help", "Help", tooltip="Show this help"),
    ]

    def __init__(
        self,
        models: Sequence[ReplaySummary],
        *,
        current: float | None = None,
        theme: str = "",
        left_out: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.tuner = Tuner(models, current=current, left_out=left_out)
        self._wanted_theme = theme

    def compose(self) -> ComposeResult:
        """Lay out the tuner."""
        yield self.tuner

    def on_mount(self) -> None:
        """Use the editor's colours."""
        if self._wanted_theme in self.available_themes:
            self.theme = self._wanted_theme

    def action_help(self) -> None:
        """Show all keys, and what the figures are."""
        figures = [(measure.title, measure.about) for measure in MEASURES]
        groups = [("Tuner", rows(commands([self.tuner, self], self.get_key_display))), ("Figures", figures)]
        self.push_screen(HelpScreen(groups, introduction=_INTRODUCTION, mouse=_MOUSE))


def set_aside() -> None:
    """Keep what is there from the garbage collector: going through a replay takes it longer than a frame may take."""
    gc.collect()
    gc.freeze()


def run_tuner(
    models: Sequence[ReplaySummary],
    *,
    current: float | None = None,
    theme: str = "",
    left_out: Mapping[str, str] | None = None,
    opening: Callable[[], None] = lambda: None,
) -> None:
    """Show the tuner until the person quits.

    `left_out`: models that could not be asked, and why; `opening` is called right before the screen opens.
    """
    set_aside()
    app = TunerApp(models, current=current, theme=theme, left_out=left_out)
    opening()
    app.run()
