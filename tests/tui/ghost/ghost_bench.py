"""A text area and a suggester without the rest of the editor: what the tests of ghosts and searching stand on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from autocomplete import Autocompleter, Distribution, Request, ScriptedBackend
from tests.support.editor import HEARING, Words, knows
from tui.ghost.area import GhostArea
from tui.ghost.controller import SuggestionController
from tui.widgets.status_line import Status


class BenchApp(App[None]):
    """The wiring that the editor has too: what the area tells goes to the suggester."""

    def __init__(self, suggester: Callable[[GhostArea], SuggestionController]) -> None:
        super().__init__()
        self.area = GhostArea(tab_behavior="indent")
        self.area.cursor_blink = False
        self.suggester = suggester(self.area)

    def compose(self) -> ComposeResult:
        yield self.area

    async def on_mount(self) -> None:
        await self.suggester.open()

    async def on_unmount(self) -> None:
        await self.suggester.close()

    @on(GhostArea.Edited)
    def _edited(self, event: GhostArea.Edited) -> None:
        self.suggester.edited(event.inserted, accepted=event.accepted)

    @on(GhostArea.Sought)
    def _sought(self, event: GhostArea.Sought) -> None:
        self.suggester.sought(event.step)

    @on(GhostArea.Dismissed)
    def _dismissed(self, event: GhostArea.Dismissed) -> None:
        self.suggester.dismissed(event.suggestion)

    @on(GhostArea.CursorMoved)
    def _moved(self) -> None:
        self.suggester.moved()


class Bench:
    """A running area, its model and the keyboard."""

    def __init__(self, app: BenchApp, backend: ScriptedBackend, pilot: Pilot[None]) -> None:
        self.app = app
        self.backend = backend
        self.pilot = pilot

    @property
    def area(self) -> GhostArea:
        return self.app.area

    @property
    def suggester(self) -> SuggestionController:
        return self.app.suggester

    @property
    def n_requests(self) -> int:
        return len(self.backend.requests)

    @property
    def status(self) -> Status:
        return self.suggester.status()

    async def load(self, text: str) -> None:
        """Put `text` there with the cursor at its end, as if a file had been opened."""
        self.area.load_text(text)
        self.area.move_cursor(self.area.document.end)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys one by one and wait for the answers to each."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type `text` key by key and wait for the answers."""
        await self.press(*({" ": "space", "\n": "enter"}.get(char, char) for char in text))

    async def settle(self) -> None:
        """Wait until nothing is asked any more."""
        await self.pilot.pause()
        for _ in range(200):
            if not self.suggester.busy:
                return
            await self.pilot.pause()
        raise AssertionError("the model is still being asked")

    def row(self, y: int = 0) -> str:
        """Return a row of the text area as it is drawn."""
        return self.area.render_line(y).text.rstrip()


@asynccontextmanager
async def bench(
    answers: Words | Callable[[Request], Distribution | BaseException] = HEARING,
    *,
    size: tuple[int, int] = (80, 24),
    backend: ScriptedBackend | None = None,
    cutoff: float = 0.6,
    max_words: int = 1,
    clock: Callable[[], float] = lambda: 0.0,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[Bench]:
    """Yield a running area whose model has been opened."""
    if backend is None:
        backend = ScriptedBackend(answers if callable(answers) else knows(answers), name="english")
    opened = backend

    def engine() -> Autocompleter:
        return Autocompleter(opened, cutoff=cutoff, max_words=max_words, prefetch=False, clock=lambda: 0.0)

    app = BenchApp(lambda area: SuggestionController(area, engine, lambda: None, clock=clock, sleep=sleep))
    async with app.run_test(size=size) as pilot:
        at = Bench(app, opened, pilot)
        await at.settle()
        yield at
