"""What is remembered from run to run: bounded, shared by several editors, and never an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.editor import editor
from tests.support.terminal import editor_in_a_terminal
from tui.files.recent_files import MOST_FILES, MOST_MODELS, RecentFiles, RecentModel
from tui.widgets.picker import Picker
from tui.widgets.preferences import Preferences


def test_the_newest_comes_first_once_and_the_list_is_bounded(tmp_path: Path) -> None:
    history = RecentFiles(tmp_path / "state" / "editor.json")
    for n in [*range(MOST_FILES + 5), 0]:
        history.note_file(tmp_path / f"{n}.txt", n, 1)
        history.note_model(f"openai:{n}", "")
    files = RecentFiles(tmp_path / "state" / "editor.json").files()
    assert [file.path.name for file in files][:2] == ["0.txt", f"{MOST_FILES + 4}.txt"]
    assert len(files) == len({file.path for file in files}) == MOST_FILES
    assert len(history.models()) == MOST_MODELS


def test_several_editors_add_to_one_list(tmp_path: Path) -> None:
    one, other = RecentFiles(tmp_path / "editor.json"), RecentFiles(tmp_path / "editor.json")
    one.note_file(tmp_path / "a", 0, 0)
    other.note_file(tmp_path / "b", 3, 4)
    one.note_model("english", "")
    assert [file.path.name for file in one.files()] == ["b", "a"]
    assert one.place(tmp_path / "b") == (3, 4)
    assert other.models() == [RecentModel("english")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"nul",
        b'{"files": 5, "models": {}}',
        b'{"files": [1, {"path": 2}, {"path": "a\\u0000", "row": 0, "column": 0}, {"path": "x", "row": "y", "column": 0}]}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_an_empty_list_and_is_replaced(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "editor.json"
    path.write_bytes(data)
    history = RecentFiles(path)
    assert (history.files(), history.models()) == ([], [])
    history.note_file(tmp_path / "a", 1, 2)
    assert RecentFiles(path).place(tmp_path / "a") == (1, 2)


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    RecentFiles(tmp_path / "file" / "editor.json").note_file(tmp_path / "a", 0, 0)


def test_a_private_file_is_not_remembered_and_one_that_became_private_goes(tmp_path: Path) -> None:
    path = tmp_path / "editor.json"
    open_to_all = RecentFiles(path)
    open_to_all.note_file(tmp_path / "diary.txt", 3, 4)
    open_to_all.note_file(tmp_path / "letter.txt", 1, 0)
    history = RecentFiles(path, private=lambda file: "diary" in file.name)
    assert [file.path.name for file in history.files()] == ["letter.txt"]
    assert history.place(tmp_path / "diary.txt") == (0, 0)
    history.note_file(tmp_path / "diary.txt", 5, 6)
    assert "diary" not in path.read_text()
    assert "letter" in path.read_text()


def test_the_program_remembers_nothing_of_a_private_file(tmp_path: Path) -> None:
    terminal = editor_in_a_terminal(tmp_path, "secret-plans.txt")
    try:
        terminal.expect("english")
        terminal.send("Moon first")
        terminal.send("\x13")
        terminal.expect("saved 10 bytes")
        terminal.send("\x11")
        assert terminal.wait() == 0
    finally:
        terminal.kill()
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "secret-plans.txt"]
    assert kept
    assert not [path for path in kept if b"secret-plans" in path.read_bytes() or b"Moon" in path.read_bytes()]


async def test_a_private_file_is_not_offered_among_the_recent_ones(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("dear")
    history = RecentFiles(private=Preferences().is_private)
    async with editor(history=history) as at:
        await at.app.files.open_file(tmp_path / "diary.txt")
        await at.press("alt+w", "ctrl+r")
        assert "no file was open lately" in at.line("status")


async def test_recent_files_are_offered_narrowed_and_opened_where_the_cursor_was(tmp_path: Path) -> None:
    for name in ("letter.txt", "notes.md"):
        (tmp_path / name).write_text("line\n" * 20)
    async with editor() as at:
        await at.press("ctrl+r")
        assert "no file was open lately" in at.line("status")
        await at.app.files.open_file(tmp_path / "letter.txt")
        at.area.move_cursor((7, 2))
        await at.press("alt+w")
        await at.app.files.open_file(tmp_path / "notes.md")
        await at.press("ctrl+r")
        assert isinstance(at.app.screen, Picker)
        await at.press(*"letter", "enter")
        assert at.app.page.path == tmp_path / "letter.txt"
        assert at.area.cursor_location == (7, 2)


async def test_escape_chooses_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    async with editor(path=tmp_path / "a.txt") as at:
        await at.press("ctrl+s", "ctrl+r", "down", "up", "escape")
        assert at.app.page.path == tmp_path / "a.txt"
