"""An editor under test: a scripted model that knows one sentence, and ways to type and to wait without a clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from autocomplete import Autocompleter, Distribution, Request, ScriptedBackend
from tui.app.editor import EditorApp
from tui.files.recent_files import RecentFiles
from tui.ghost.area import GhostArea
from tui.widgets.bars import Bar
from tui.widgets.preferences import Preferences

#: After a text that ends in the key, the word comes with the probability.
Words = Mapping[str, Mapping[str, float]]

HEARING: Words = {
    "": {"I": 0.95},
    "I": {" look": 0.9},
    " look": {" forward": 0.9},
    " forward": {" to": 0.97},
    " to": {" hearing": 0.9},
    " hearing": {" from": 0.8, " of": 0.05},
    " from": {" you": 0.95},
    " you": {" soon": 0.4, " again": 0.2},
}


def knows(words: Words) -> Callable[[Request], Distribution]:
    """Return the answers of a model over whole words that goes by the longest ending it knows."""

    def answer(request: Request) -> Distribution:
        ending = max((key for key in words if request.context.endswith(key)), key=len)
        pairs = ((word.encode(), probability) for word, probability in words[ending].items())
        return Distribution.from_pairs(pairs, whole_words=True)

    return answer


@dataclass
class RunningEditor:
    """A running editor, its model and the keyboard."""

    app: EditorApp
    backend: ScriptedBackend
    pilot: Pilot[None]

    @property
    def area(self) -> GhostArea:
        return self.app.area

    @property
    def n_requests(self) -> int:
        return len(self.backend.requests)

    async def load(self, text: str) -> None:
        """Put `text` there with the cursor at its end, as if a file had been opened."""
        self.area.load_text(text)
        self.area.move_cursor(self.area.document.end)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type `text` key by key and wait for the answers."""
        for char in text:
            await self.pilot.press({" ": "space", "\n": "enter"}.get(char, char))
            await self._answered()

    async def press(self, *keys: str) -> None:
        """Press keys and wait for the answers."""
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        """Wait until all keys have acted and nothing is asked any more."""
        await self.pilot.pause()
        while self.app.acting:
            await self.pilot.pause()
        await self._answered()
        if looking := [worker for worker in self.app.workers if worker.group == "look"]:
            for worker in looking:
                with suppress(WorkerCancelled):  # the next letter asked anew
                    await worker.wait()
            await self.pilot.pause()

    async def _answered(self) -> None:
        for _ in range(200):
            if not self.app.suggester.busy:
                return
            await self.pilot.pause()
        raise AssertionError("the model is still being asked")

    def line(self, bar: str) -> str:
        """Return the words of the bar with that id."""
        return str(self.app.screen_stack[0].query_one(f"#{bar}", Bar).render())

    def row(self, y: int) -> str:
        """Return a row of the text area as it is drawn."""
        return self.area.render_line(y).text.rstrip()


@asynccontextmanager
async def editor(
    answers: Words | Callable[[Request], Distribution | BaseException] = HEARING,
    *,
    path: Path | None = None,
    size: tuple[int, int] = (80, 24),
    backend: ScriptedBackend | None = None,
    cutoff: float = 0.6,
    preferences: Preferences | None = None,
    history: RecentFiles | None = None,
    factory: Callable[[], Autocompleter] | None = None,
) -> AsyncIterator[RunningEditor]:
    """Yield a running editor whose model has been opened. `factory`: what opens it, in place of a scripted one."""
    if backend is None:
        backend = ScriptedBackend(answers if callable(answers) else knows(answers), name="english")
    opened = backend
    app = EditorApp(
        path,
        factory or (lambda: Autocompleter(opened, cutoff=cutoff, prefetch=False, clock=lambda: 0.0)),
        preferences=preferences,
        history=history,
    )
    app.area.cursor_blink = False
    app.guard_s = 0.0  # no test is too quick to have read a question
    app.patience_s = app.finding.patience_s = 60.0  # and no machine too slow
    async with app.run_test(size=size) as pilot:
        at = RunningEditor(app, opened, pilot)
        await at.settle()
        yield at
