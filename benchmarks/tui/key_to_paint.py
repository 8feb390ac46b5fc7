"""From key to paint, and other things that a person waits for, in documents of several sizes.

    python -m benchmarks.tui.key_to_paint [--keys N] [--peer-keys N] [--only NAME] [--fps N]

Headless, through Textual's own pilot: a key is sent as the terminal's driver sends it, and the clock stops when the frame that
shows the key *and* the ghost of its answer has been turned into what the terminal would get. Each key changes the ghost. The
peer is a plain `TextArea` with its `suggestion`, in the same run. Then the whole editor, with backends that answer at once,
answer in 2 s, hang, or fail: no key may wait for them; and with the embedded model, typing at a human pace while the heat map
of 100 KB is worked out. "work" is the time that the editor's thread computed, which
says something on a busy machine too; "wall" is what the clock said, with the wait for the next tick of the frame clock in it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import RenderableType
from textual import events, on, screen
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import TextArea

import tui
from autocomplete import Autocompleter, BackendUnavailable, Distribution, Request, ScriptedBackend
from benchmarks.support.tables import machine, percentile, table
from tui.app.editor import EditorApp
from tui.app.workspace import Page
from tui.files.file_format import FileFormat
from tui.files.load_save import LoadedText
from tui.ghost.area import GhostArea
from tui.ghost.placement import Suggestion
from tui.instruments.heatmap.panel import HeatPanel

SIZE = (120, 50)
WORDS = [
    "the",
    "a",
    "of",
    "letter",
    "to",
    "from",
    "you",
    "hearing",
    "forward",
    "look",
    "time",
    "when",
    "engine",
    "answer",
]
PACE_S = 0.05
KEYS = "and then the next word came quickly "


def prose(n_chars: int, *, paragraph: int = 500, seed: int = 0) -> str:
    """Return sentences in paragraphs of about `paragraph` characters, with the quotes and dashes of real prose."""
    dice = random.Random(seed)
    parts: list[str] = []
    length = since = 0
    while length < n_chars:
        words = " ".join(dice.choices(WORDS, k=dice.randint(5, 20)))
        sentence = words.capitalize() + dice.choice((". ", ". ", "? ", " — so it’s said. "))
        since += len(sentence)
        if since > paragraph:
            sentence, since = sentence.rstrip() + "\n\n", 0
        parts.append(sentence)
        length += len(sentence)
    return "".join(parts)[:n_chars]


class Painted(App[None]):
    """An app that tells when a frame would have been sent to the terminal."""

    displayed: asyncio.Event
    done: Callable[[], bool]

    def expect(self, done: Callable[[], bool]) -> None:
        """Look out for the first frame that is painted when `done` is true."""
        self.displayed, self.done = asyncio.Event(), done

    def _display(self, screen: screen.Screen[object], renderable: RenderableType | None) -> None:
        if isinstance(renderable, CompositorUpdate):
            renderable.render_segments(self.console)  # see docs/dev/textual.md#frames-without-a-terminal
            if self.done():
                self.displayed.set()
        super()._display(screen, renderable)


class Bare(Painted):
    """A text area and nothing else."""

    CSS = "TextArea { border: none; padding: 0; }"

    def __init__(self, area: TextArea) -> None:
        super().__init__()
        self._area = area

    @property
    def area(self) -> TextArea:
        return self._area

    def compose(self) -> ComposeResult:
        yield self._area


class Editor(Painted, EditorApp):
    """The whole editor."""

    CSS_PATH = str(Path(tui.__file__).with_name("editor.tcss"))


class Peer(TextArea):
    """Textual's own, with a suggestion that follows each edit."""

    answers = 0

    def update_suggestion(self) -> None:
        self.answers += 1
        self.suggestion = f"ghost{self.answers}"


class Ours(GhostArea):
    """The editor's, with an answer to each key."""

    answers = 0

    @on(GhostArea.Edited)
    def answer(self) -> None:
        self.answers += 1
        before = self.text_before(max(0, self.cursor_index - 100))
        self.suggest(Suggestion(before, f"ghost{self.answers}", 0.8))


@dataclass
class Times:
    """Milliseconds of one kind of action."""

    wall: list[float]
    work: list[float]


@dataclass
class Bench:
    """A running app under measurement."""

    app: Bare | Editor
    pilot: Pilot[None]

    async def timed(self, act: Callable[[], object], done: Callable[[], bool], times: Times) -> None:
        """Add the time from `act` to the frame that is painted once `done`."""
        self.app.expect(done)
        wall, work = time.perf_counter(), time.thread_time()
        act()
        await asyncio.wait_for(self.app.displayed.wait(), 60)
        times.wall.append((time.perf_counter() - wall) * 1000)
        times.work.append((time.thread_time() - work) * 1000)

    async def key(self, key: str, char: str | None, times: Times, done: Callable[[], bool]) -> None:
        driver = self.app._driver
        assert driver is not None
        await self.timed(lambda: driver.send_message(events.Key(key, char)), done, times)

    async def type(self, n_keys: int, pause_s: float = 0.001) -> Times:
        """Return the times of `n_keys` letters typed at the cursor, so long after one another."""
        area, times = self.app.area, Times([], [])
        for number in range(n_keys):
            char = KEYS[number % len(KEYS)]
            column, answers = area.cursor_location[1], getattr(area, "answers", -1)

            def shown(column: int = column, answers: int = answers) -> bool:
                return area.cursor_location[1] > column and (answers < 0 or area.answers > answers)  # type: ignore[attr-defined] # `_ours` alone has it

            await self.key({" ": "space"}.get(char, char), char, times, shown)
            await asyncio.sleep(pause_s)
        return times

    async def press(self, key: str, times: Times) -> None:
        """Add the time of a key that moves the cursor or the text."""
        area = self.app.area
        before = (area.selection, area.document.get_line(area.cursor_location[0]))
        await self.key(key, None, times, lambda: (area.selection, area.document.get_line(area.cursor_location[0])) != before)


@asynccontextmanager
async def running(make: Callable[[str], Bare | Editor], text: str) -> AsyncIterator[tuple[Bench, Times]]:
    """Yield an app that shows `text`, and the time from making it to its first frame."""
    wall, work = time.perf_counter(), time.thread_time()
    app = make(text)
    app.expect(lambda: app.area.is_mounted and app.area.wrap_width > 0 and app.area.virtual_size.height > 1)
    app.area.cursor_blink = False
    async with app.run_test(size=SIZE) as pilot:
        await app.displayed.wait()
        opened = Times([(time.perf_counter() - wall) * 1000], [(time.thread_time() - work) * 1000])
        await pilot.pause()
        yield Bench(app, pilot), opened


def middle(text: str) -> tuple[int, int]:
    """Return the end of a paragraph in the middle of the text; in a text of one line, its middle."""
    lines = text.split("\n")
    row = len(lines) // 2
    while row < len(lines) - 1 and not lines[row]:
        row += 1
    return row, len(lines[row]) if len(lines) > 1 else len(text) // 2


async def measure(make: Callable[[str], Bare | Editor], text: str, n_keys: int, *, moves: bool) -> list[tuple[str, Times]]:
    """Return what each kind of action took in `text`."""
    gc.collect()
    async with running(make, text) as (bench, opened):
        bench.app.area.move_cursor(middle(text))
        await bench.pilot.pause()
        found = [("open", opened)]
        await bench.type(3)
        found.append(("type", await bench.type(n_keys)))
        if moves:
            for key in ("enter", "backspace", "pagedown", "pageup", "ctrl+end", "ctrl+home", "ctrl+z"):
                times = Times([], [])
                await bench.press(key, times)
                found.append((key, times))
        return found


def _ours(text: str) -> Bare:
    return Bare(Ours(text, tab_behavior="indent"))


def _peer(text: str) -> Bare:
    return Bare(Peer(text, tab_behavior="indent"))


def editor(answer: Callable[[Request], Distribution | BaseException], wait_s: float) -> Callable[[str], Editor]:
    """Return how the editor is made with a backend that takes `wait_s` for each answer."""

    class Backend(ScriptedBackend):
        async def next_tokens(self, request: Request) -> Distribution:
            await asyncio.sleep(wait_s)
            return await super().next_tokens(request)

    def make(text: str) -> Editor:
        return Editor(None, lambda: Autocompleter(Backend(answer)), pages=[Page(LoadedText(text, FileFormat()))])

    return make


def _sure(request: Request) -> Distribution:
    word = f" word{len(request.context) % 89}"
    return Distribution.from_pairs([(word.encode(), 0.9)], whole_words=True)


def _dead(request: Request) -> BaseException:
    return BackendUnavailable("connection refused")


BACKENDS = {
    "answers at once": editor(_sure, 0.0),
    "answers in 2 s": editor(_sure, 2.0),
    "hangs": editor(_sure, 1e9),
    "fails": editor(_dead, 0.0),
}


async def with_heat_map(text: str, n_keys: int, *, scoring: bool) -> list[tuple[str, Times]]:
    """Return what keys took with the embedded model, while the heat map of the whole text is worked out, or without."""

    def make(text: str) -> Editor:
        return Editor(None, lambda: Autocompleter("english"), pages=[Page(LoadedText(text, FileFormat()))])

    gc.collect()
    async with running(make, text) as (bench, _):
        await bench.app.workers.wait_for_complete()  # the model is open
        bench.app.area.move_cursor(middle(text))
        if scoring:
            await bench.app.run_action("panel('heat')")
            await bench.pilot.pause()
            bench.app.query_one(HeatPanel).action_score()
            while not bench.app.query_one(HeatPanel).n_scored:
                await bench.pilot.pause()
        await bench.type(3)
        times = await bench.type(n_keys, PACE_S)
        scored = f", {bench.app.query_one(HeatPanel).n_scored:,} words scored" if scoring else ""
        return [(f"type, {1 / PACE_S:.0f} keys/s{scored}", times)]


def row(document: str, widget: str, what: str, times: Times) -> list[str]:
    cells = [f"{percentile(values, share):.1f}" for values in (times.work, times.wall) for share in (0.5, 0.99)]
    return [document, widget, what, str(len(times.wall)), *cells]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=300)
    parser.add_argument("--peer-keys", type=int, default=20)
    parser.add_argument("--only", default="")
    parser.add_argument("--fps", type=int, default=int(os.environ["TEXTUAL_FPS"]), help="as `tui` sets it")
    given = parser.parse_args()
    screen.UPDATE_PERIOD = 1 / given.fps  # type: ignore[misc]  # what TEXTUAL_FPS sets, read once at import
    documents = {
        "10 KB": prose(10_000),
        "1 MB": prose(1_000_000),
        "10 MB": prose(10_000_000),
        "1 MB, one line": prose(1_000_000).replace("\n", " "),
        "1 MB, one line, CJK": ("漢字かな交じり文。" * 120_000)[:1_000_000],
    }
    rows = []
    for name, text in documents.items():
        if given.only not in name:
            continue
        # The peer takes some 14 s for a key in a line of 1 MB, and has no end in one without spaces.
        n_peer = 0 if "CJK" in name else min(1, given.peer_keys) if "one line" in name else given.peer_keys
        for widget, make, n_keys in (("GhostArea", _ours, given.keys), ("TextArea", _peer, n_peer)):
            if n_keys:
                found = asyncio.run(measure(make, text, n_keys, moves=widget == "GhostArea"))
                rows += [row(name, widget, what, times) for what, times in found]
    for name, make_editor in BACKENDS.items():
        if given.only in f"editor, {name}":
            found = asyncio.run(measure(make_editor, documents["10 KB"], given.keys, moves=False))
            rows += [row("10 KB", f"editor, {name}", what, times) for what, times in found]
    for widget, scoring in (("editor, english", False), ("editor, english, heat map", True)):
        if given.only in widget:
            found = asyncio.run(with_heat_map(prose(100_000), given.keys, scoring=scoring))
            rows += [row("100 KB", widget, what, times) for what, times in found]
    print(f"Milliseconds from key to paint, {SIZE[0]}x{SIZE[1]}, {given.fps} frames/s at most. {machine()}\n")
    print(table(("document", "widget", "what", "n", "work p50", "p99", "wall p50", "p99"), rows))


if __name__ == "__main__":
    main()
