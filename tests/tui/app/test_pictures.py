"""Pictures of the states that a person sees, compared as SVG."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.widgets import Input

from autocomplete import BackendUnavailable, Distribution, Request
from tests.support.editor import HEARING, RunningEditor, editor, knows
from tests.tui.files.test_path_completion import looked

REFUSED = "Cannot reach http://localhost:8000/v1: connection refused. Start the server, or give another --base-url."


class SVG(SingleFileSnapshotExtension):
    """One .svg file a picture."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT


def answer(request: Request) -> Distribution | BaseException:
    return BackendUnavailable(REFUSED) if request.context.endswith("local") else knows(HEARING)(request)


async def picture(at: RunningEditor) -> str:
    """Return the screen as SVG, less the class names, which differ from run to run, and the fonts, which are elsewhere.

    It is the screen as it comes to rest: the words are counted, which the editor does a moment after the last key.
    """
    at.app.upkeep.run()
    await at.settle()
    for field in at.app.screen.query(Input):
        field.cursor_blink = False
    local = re.sub(r"\s*@font-face \{.*?\n    \}", "", at.app.export_screenshot(), flags=re.DOTALL)
    return re.sub(r"terminal-\d+-", "terminal-", local)


@dataclass(frozen=True, slots=True)
class State:
    """What is there, where the cursor stands in it (None: at the end), the keys that are pressed, and the screen's size."""

    text: str = ""
    column: int | None = None
    keys: tuple[str, ...] = ()
    size: tuple[int, int] = (80, 24)


STATES = {
    "empty": State(),
    "ghost": State("I look forward to hearing", keys=("space",)),
    "mid-line": State("I look forward to, and soon", column=17, keys=("space",)),
    "withheld": State("I look forward to hearing from you", keys=("space",)),
    "error": State("Now local", keys=("space",)),
    "question": State("I look forward to hearing", keys=("space", "ctrl+q")),
    "help": State(keys=("f1",), size=(80, 36)),
    "narrow": State("I look forward to hearing", keys=("space",), size=(36, 10)),
    "why": State("Dear Ann,\n\nI look forward to hearing", keys=("space", "f5")),
    "wide": State("Dear Ann,\n\nI look forward to hearing", keys=("space", "f5"), size=(120, 30)),
    "settings": State(keys=("alt+o",), size=(90, 30)),
    "line-numbers": State("Dear Ann,\n\nI look forward to hearing", keys=("space", "alt+l")),
}


async def test_picture_of_replacing_a_file(snapshot: SnapshotAssertion, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all,")
    async with editor(answer) as at:
        await at.load("I look forward to hearing")
        await at.press("f12")
        at.app.screen.query_one(Input).value = str(tmp_path / "letter.txt")
        await at.press("enter")
        assert await picture(at) == snapshot(extension_class=SVG)


@pytest.mark.parametrize("name", STATES)
async def test_picture(name: str, snapshot: SnapshotAssertion) -> None:
    state = STATES[name]
    async with editor(answer, size=state.size) as at:
        await at.load(state.text)
        if state.column is not None:
            at.area.move_cursor((0, state.column))
        await at.press(*state.keys)
        assert await picture(at) == snapshot(extension_class=SVG)


async def test_picture_of_several_documents(snapshot: SnapshotAssertion, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_bytes("Liebe Grüße\r\n".encode("latin-1"))
    async with editor(answer) as at:
        await at.load("I look forward to hearing")
        await at.app.files.open_file(tmp_path / "letter.txt")
        await at.settle()
        assert await picture(at) == snapshot(extension_class=SVG)


async def test_picture_of_opening_a_file(snapshot: SnapshotAssertion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("notes.md", "novel.txt", "letters/ann.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path)
    async with editor(answer) as at:
        await at.load("I look forward to hearing")
        await at.press("ctrl+o", "n", "tab")
        await looked(at)
        await at.press("down")
        await looked(at)
        assert await picture(at) == snapshot(extension_class=SVG)
