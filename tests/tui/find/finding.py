"""An app with the bar, driven by keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from rich.segment import Segment
from textual import on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.pilot import Pilot
from textual.widgets import Input

from tui.find.bar import FindBar
from tui.ghost.area import GhostArea

TEXT = "The cat sat.\nA catalogue, a Cat.\n" + "\n" * 60 + "cat"


class FindApp(App[None]):
    """An area over a bar, wired as the editor is."""

    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+f", "find(False)", "Find"), ("alt+r", "find(True)", "Replace")]

    def __init__(self, text: str) -> None:
        super().__init__()
        self.area = GhostArea(text, tab_behavior="indent")
        self.area.cursor_blink = False
        self.other = GhostArea("another cat", tab_behavior="indent")
        self.bar = FindBar()
        self.closed = 0

    def compose(self) -> ComposeResult:
        yield self.area
        yield self.other
        yield self.bar

    def on_mount(self) -> None:
        self.other.display = False

    def action_find(self, replacing: bool) -> None:
        self.bar.open(self.area, replacing=replacing)

    @on(GhostArea.Edited)
    @on(GhostArea.CursorMoved)
    def _follow(self) -> None:
        self.bar.follow(self.area)

    @on(FindBar.Closed)
    def _bar_left(self) -> None:
        self.closed += 1


class Finding:
    """A running bar and the keyboard."""

    def __init__(self, app: FindApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def area(self) -> GhostArea:
        return self.app.area

    @property
    def bar(self) -> FindBar:
        return self.app.bar

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        await self.press(*({" ": "space"}.get(char, char) for char in text))

    async def enter(self, words: str, *, into: str = "find") -> None:
        """Put `words` into a field as if they were pasted."""
        self.bar.query_one(f"#{into}", Input).value = words
        await self.settle()

    async def settle(self) -> None:
        await self.pilot.pause()
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    def marked(self, y: int) -> str:
        """Return the characters of a row that are drawn as matches."""
        segments: list[Segment] = list(self.area.render_line(y))
        return "".join(segment.text for segment in segments if segment.style and segment.style.underline)


@asynccontextmanager
async def finding(text: str = TEXT, *, keys: tuple[str, ...] = ("ctrl+f",)) -> AsyncIterator[Finding]:
    app = FindApp(text)
    async with app.run_test(size=(80, 20)) as pilot:
        at = Finding(app, pilot)
        await at.press(*keys)
        yield at
