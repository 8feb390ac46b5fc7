"""A panel under test: a text, a suggester with a scripted model, and the panel beside it, without the rest of the editor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from autocomplete import Autocompleter, Backend, ScriptedBackend
from tests.support.editor import HEARING, Words, knows
from tui.ghost.area import GhostArea
from tui.ghost.controller import SuggestionController
from tui.instruments.panels import Panel, Scene
from tui.instruments.recorder import InstrumentRecorder
from tui.instruments.rows_panel import RowsPanel


class PanelApp(App[None]):
    """The text at the left, the panel at the right, or below the text where the screen is narrow."""

    CSS = "GhostArea { border: none; } .panel { border: round $foreground 30%; }"

    def __init__(self, backend: Backend, make: Callable[[InstrumentRecorder], Panel], text: str, settings: Any) -> None:
        super().__init__()
        self.instruments = InstrumentRecorder()
        self.area = GhostArea(text)
        self.area.cursor_blink = False
        self.suggester = SuggestionController(
            self.area,
            lambda: Autocompleter(backend, prefetch=False, clock=lambda: 0.0, **settings),
            self._changed,
        )
        self.panel = make(self.instruments)
        self.panel.add_class("panel")
        self.panel.border_title = self.panel.TITLE

    def compose(self) -> ComposeResult:
        yield self.area
        yield self.panel

    def on_mount(self) -> None:
        wide = self.size.width >= 110
        self.screen.styles.layout = "horizontal" if wide else "vertical"
        if wide:
            self.panel.styles.width = 44
        else:
            self.panel.styles.height = max(4, self.size.height // 3)
        self.area.focus()
        self.run_worker(self.suggester.open())
        self.call_after_refresh(self.show_status)

    async def on_unmount(self) -> None:
        await self.suggester.close()

    def scene(self) -> Scene:
        status = self.instruments.fill(self.suggester.status(), self.suggester.autocompleter)
        return Scene(self.area, self.suggester, status)

    def show_status(self) -> None:
        if self.is_running:
            scene = self.scene()
            if self.panel.is_attached:
                self.panel.follow(scene)

    def _changed(self) -> None:
        self.instruments.follow(self.area, self.suggester)
        self.show_status()

    @on(GhostArea.Edited)
    def _edited(self, event: GhostArea.Edited) -> None:
        self.suggester.edited(event.inserted)
        if event.inserted:
            self.instruments.typed(self.area, event.inserted, accepted=event.accepted)

    @on(GhostArea.Dismissed)
    def _dismissed(self, event: GhostArea.Dismissed) -> None:
        self.suggester.dismissed(event.suggestion)

    @on(GhostArea.CursorMoved)
    def _moved(self) -> None:
        self.suggester.moved()


@dataclass
class RunningPanel:
    """A running `PanelApp` and the keyboard."""

    app: PanelApp
    pilot: Pilot[None]

    @property
    def area(self) -> GhostArea:
        return self.app.area

    @property
    def panel(self) -> RowsPanel:
        assert isinstance(self.app.panel, RowsPanel)
        return self.app.panel

    @property
    def displayed(self) -> str:
        """All that the panel shows."""
        return str(self.panel.render())

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        for char in text:
            await self.press({" ": "space", "\n": "enter", ".": "full_stop"}.get(char, char))

    async def settle(self) -> None:
        """Wait until nothing is asked any more and no panel works."""
        for _ in range(400):
            await self.pilot.pause()
            if not self.app.suggester.busy and all(worker.is_finished for worker in self.app.workers):
                await self.pilot.pause()
                return
        raise AssertionError("something is still going on")


@asynccontextmanager
async def panel_editor(
    make: Callable[[InstrumentRecorder], Panel],
    answers: Words = HEARING,
    *,
    text: str = "",
    size: tuple[int, int] = (80, 24),
    backend: Backend | None = None,
    **settings: Any,
) -> AsyncIterator[RunningPanel]:
    """Yield a running panel whose model has been opened, the cursor at the end of the text."""
    app = PanelApp(backend or ScriptedBackend(knows(answers), name="english"), make, text, settings)
    async with app.run_test(size=size) as pilot:
        at = RunningPanel(app, pilot)
        at.area.move_cursor(at.area.document.end)
        await at.settle()
        yield at
