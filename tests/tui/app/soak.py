"""Random writing, checked against a model of the text: what is done comes from a list, so that every run can be repeated.

python -m tests.tui.app.soak OPS.json        repeats the list that a failed run left behind
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.cells import split_graphemes
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from autocomplete.editor import needs_space
from tests.support.keys import send
from tui.ghost.area import GhostArea
from tui.ghost.placement import Before, Suggestion
from tui.text.cells import drawn
from tui.text.history import BoundedHistory
from tui.text.wrapped_document import WrappedLines

#: What is done, and two numbers of 0..1 that say where, how far or how much.
Op = tuple[str, float, float]

MOST_TEXT = 20_000
LETTERS = "etaoin shrdlu.,;(\t東京🙂éא"
PASTES = (
    "pasted", "two\nlines", "\n", "x" * 300, "東京都 " * 40, "👩‍🔬👩‍🔬 e\u0301 \u202e\x1b[31m\x00",
    "word " * 200 + "\n" + "tab\tbed\n" * 20,
)  # fmt: skip
GHOSTS = (
    "ing",
    " and then",
    "東京",
    "wonderful and long enough to need a row or two of its own, whatever the width",
    "é",
)
MOVES = (
    "left", "right", "up", "down", "home", "end", "pageup", "pagedown", "ctrl+left", "ctrl+right", "ctrl+home", "ctrl+end",
    "shift+left", "shift+right", "shift+up", "shift+down", "shift+home", "shift+end", "f7", "escape",
)  # fmt: skip
WEIGHTS = {
    "type": 40, "enter": 4, "backspace": 8, "delete": 3, "paste": 3, "move": 20, "undo": 5, "redo": 3, "ghost": 6,
    "accept": 6, "resize": 1, "click": 3, "wheel": 3, "cut": 1, "wrap": 0.2, "numbers": 0.2, "load": 0.3,
}  # fmt: skip
#: What does nothing to the text where it does not move the cursor.
LEAVE_ALONE = {"type", "move", "undo", "redo", "ghost", "resize", "click", "wheel", "cut", "wrap", "numbers"}


def operations(seed: int, count: int) -> list[Op]:
    """Return what is done in a run."""
    dice = random.Random(seed)
    kinds = dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count)
    return [(kind, round(dice.random(), 6), round(dice.random(), 6)) for kind in kinds]


class RunningEditor(App[None]):
    """A text area and nothing else."""

    CSS = "GhostArea { border: none; padding: 0 1; }"

    def compose(self) -> ComposeResult:
        self.area = GhostArea(tab_behavior="indent")
        self.area.cursor_blink = False
        self.area.history = BoundedHistory(most_steps=500, clock=lambda: 0.0)
        yield self.area


@dataclass
class Run:
    """A run against a editor, and the text as it must be."""

    editor: RunningEditor
    pilot: Pilot[None]
    text: str = ""
    before: dict[int, tuple[object, int]] = field(default_factory=dict)  # by batch of the history: the text before it
    undone: list[int] = field(default_factory=list)
    owing: tuple[int, int] | None = None  # where a word that was taken ends, and nothing was done since

    @property
    def area(self) -> GhostArea:
        return self.editor.area

    async def do(self, op: Op, *, look: bool = True) -> None:
        """Do one thing, and check that it did what it must; `look`: and that every row can be drawn."""
        name, one, two = op
        if len(self.text) > MOST_TEXT:
            name = "load"
        before, owing = self.text, self.owing
        await getattr(self, f"_{name}")(one, two)
        if name != "accept" and (name not in LEAVE_ALONE or before != self.text or owing != self._span()):
            self.owing = None
        if name in ("undo", "redo"):
            self.text = self.area.text
        elif name != "load":
            self._remember(before)
        assert self.area.text == self.text
        if look:
            self._check_view()

    def _remember(self, before: str) -> None:
        stack = self.area.history.undo_stack
        if not self.area.history.redo_stack:
            self.undone.clear()
        if stack and id(stack[-1]) not in self.before:
            self.before[id(stack[-1])] = (stack[-1], hash(before))
            kept = {id(batch) for batch in stack}
            self.before = {key: value for key, value in self.before.items() if key in kept}

    def _check_view(self) -> None:
        area = self.area
        row, column = area.cursor_location
        assert column <= len(area.document.get_line(row))
        width = area.scrollable_content_region.width
        for y in range(area.content_size.height):
            assert area.render_line(y).cell_length == width or not self.text

    def check_rows(self) -> None:
        """Compare all rows with fresh ones."""
        rows = self.area.wrapped_lines
        fresh = WrappedLines(rows.document, width=rows._width, tab_width=rows._tab_width)
        assert rows.lines == fresh.lines
        assert rows.height == fresh.height

    def _span(self) -> tuple[int, int]:
        start, end = sorted(map(self._offset, self.area.selection))
        return start, end

    def _offset(self, location: tuple[int, int]) -> int:
        return sum(len(line) + 1 for line in self.text.split("\n")[: location[0]]) + location[1]

    def _put(self, inserted: str, start: int, end: int) -> None:
        self.text = self.text[:start] + inserted + self.text[end:]

    async def _press(self, key: str, char: str | None = None) -> None:
        await send(self.editor, self.area, key, char)

    async def _type(self, one: float, two: float) -> None:
        char = LETTERS[int(one * len(LETTERS))]
        inserted, (start, end) = char, self._span()
        if self.owing == (start, end) and needs_space(self.text[:start][-2:], char):
            inserted = " " + char
        if char == "\t":
            if self.area.ghost:
                return
            inserted = " " * self.area._find_columns_to_next_tab_stop()
        self._put(inserted, start, end)
        await self._press({" ": "space", "\t": "tab"}.get(char, char), char)

    async def _enter(self, one: float, two: float) -> None:
        self._put("\n", *self._span())
        await self._press("enter")

    async def _backspace(self, one: float, two: float) -> None:
        start, end = self._span()
        if start == end and start:
            line = self.text[:start].rsplit("\n", 1)[-1]
            start -= len(line) - _starts(line)[-1] if line else 1
        self._put("", start, end)
        await self._press("backspace")

    async def _delete(self, one: float, two: float) -> None:
        start, end = self._span()
        if start == end and end < len(self.text):
            line = self.text[start:].split("\n", 1)[0]
            starts = [*_starts(line), len(line)]
            end += starts[1] if line else 1
        self._put("", start, end)
        await self._press("delete")

    async def _paste(self, one: float, two: float) -> None:
        pasted = PASTES[int(one * len(PASTES))]
        self._put(pasted, *self._span())
        self.area.post_message(events.Paste(pasted))
        await self._press("f20")

    async def _cut(self, one: float, two: float) -> None:
        start, end = self._span()
        if start != end:
            self._put("", start, end)
            await self._press("ctrl+x")

    async def _move(self, one: float, two: float) -> None:
        key = MOVES[int(one * len(MOVES))]
        if key == "right" and self.area.ghost:
            key = "left"
        await self._press(key)

    async def _undo(self, one: float, two: float) -> None:
        stack = self.area.history.undo_stack
        expected = self.before[id(stack[-1])][1] if stack else hash(self.text)
        if stack:
            self.undone.append(hash(self.text))
        await self._press("ctrl+z")
        assert hash(self.area.text) == expected

    async def _redo(self, one: float, two: float) -> None:
        expected = self.undone.pop() if self.undone else hash(self.text)
        await self._press("ctrl+y")
        assert hash(self.area.text) == expected

    async def _ghost(self, one: float, two: float) -> None:
        before = self.area.text_before(max(0, self.area.cursor_index - 50))
        self.area.suggest(Suggestion(Before(before.start, before.text), GHOSTS[int(one * len(GHOSTS))], two))

    async def _accept(self, one: float, two: float) -> None:
        if self.area.ghost:
            start, end = self._span()
            self._put(self.area.ghost, start, end)
            await self._press("shift+tab")
            self.owing = self._span()

    async def _resize(self, one: float, two: float) -> None:
        await self.pilot.resize_terminal(8 + int(one * 100), 3 + int(two * 40))

    async def _click(self, one: float, two: float) -> None:
        size = self.area.size
        x, y = int(one * size.width), int(two * size.height)
        for event in (events.MouseDown, events.MouseUp):
            self.area.post_message(event(self.area, x, y, 0, 0, 1, False, False, False))
        await self._press("f20")

    async def _wheel(self, one: float, two: float) -> None:
        self.area.scroll_relative(y=int(one * 60) - 30, animate=False)

    async def _wrap(self, one: float, two: float) -> None:
        self.area.soft_wrap = not self.area.soft_wrap

    async def _numbers(self, one: float, two: float) -> None:
        self.area.show_line_numbers = not self.area.show_line_numbers

    async def _load(self, one: float, two: float) -> None:
        self.text = "\n".join(PASTES)[: int(one * 3000)]
        self.area.load_text(self.text)
        self.before.clear()
        self.undone.clear()
        await self._press("f20")


def _starts(line: str) -> list[int]:
    shown = drawn(line).replace("\t", " ")
    starts = [start for start, _end, cells in split_graphemes(shown)[0] if cells]
    return [0, *starts[1:]] if starts and starts[0] == 0 else [0, *starts]


async def run(ops: Sequence[Op], *, check_every: int = 500) -> None:
    """Do all of `ops`. Raises what goes wrong."""
    editor = RunningEditor()
    async with editor.run_test(size=(60, 20)) as pilot:
        soak = Run(editor, pilot)
        for number, op in enumerate(ops):
            await soak.do(op, look=number % min(10, check_every) == 0)
            if number % check_every == check_every - 1:
                soak.check_rows()
        soak.check_rows()


async def fails(ops: Sequence[Op]) -> bool:
    """Return whether something goes wrong."""
    try:
        await run(ops, check_every=20)
    except Exception:  # whatever it is
        return True
    return False


async def shrunk(ops: Sequence[Op], rounds: int = 60) -> list[Op]:
    """Return a shorter list that still fails, by leaving out ever smaller parts."""
    kept, size = list(ops), len(ops) // 2
    while size and rounds:
        at = 0
        while at < len(kept) and rounds:
            fewer = kept[:at] + kept[at + size :]
            rounds -= 1
            if await fails(fewer):
                kept = fewer
            else:
                at += size
        size //= 2
    return kept


async def soak(seed: int, count: int, folder: Path) -> None:
    """Do `count` things. A run that fails leaves the list, shortened, in `folder`, and says so."""
    ops = operations(seed, count)
    try:
        await run(ops)
    except Exception as exc:
        path = folder / f"soak-{seed}.json"
        path.write_text(json.dumps(await shrunk(ops)))
        raise AssertionError(f"seed {seed}: repeat with python -m tests.tui.app.soak {path}") from exc


if __name__ == "__main__":
    asyncio.run(run([tuple(op) for op in json.loads(Path(sys.argv[1]).read_text())], check_every=1))
