"""Encodings while saving, other programs' changes, and reading a file again."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import AppFocus
from textual.widgets import Label

from tests.support.editor import RunningEditor, editor
from tests.support.late import Late
from tui.files.recovery.store import read_store
from tui.widgets.prompts import Question


async def look(at: RunningEditor) -> None:
    """Come back from another window."""
    at.app.post_message(AppFocus())
    await at.pilot.pause()
    await at.app.workers.wait_for_complete([worker for worker in at.app.workers if worker.group == "disk"])
    await at.pilot.pause()


def question(at: RunningEditor) -> str:
    assert isinstance(at.app.screen, Question)
    return str(at.app.screen.query_one(Label).render())


@pytest.mark.parametrize("data", [b"caf\xe9\r\n", "\ufeffcaf\xe9\r\n".encode("utf-16-le"), b"\xef\xbb\xbfcaf\xc3\xa9"])
async def test_a_file_keeps_its_encoding(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    async with editor(path=path) as at:
        assert at.area.text.startswith("café")
        await at.type("x")
        await at.press("ctrl+s")
        await at.press("ctrl+z", "ctrl+s")
    assert path.read_bytes() == data


@pytest.mark.parametrize(("key", "saved"), [("u", "xcafé 東\r\n".encode()), ("escape", b"caf\xe9\r\n")])
async def test_what_the_encoding_lacks_is_asked_about(key: str, saved: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"caf\xe9\r\n")
    async with editor(path=path) as at:
        assert "Latin-1 · CRLF" in at.line("title")
        await at.type("x")
        at.area.insert(" 東", (0, 5))
        await at.press("ctrl+s")
        assert question(at) == "Latin-1 has no '東' (line 1). Save a.txt as UTF-8?"
        await at.press(key)
        assert at.app.page.modified is (key == "escape")
        assert ("Latin-1" in at.line("title")) is (key == "escape")
    assert path.read_bytes() == saved


async def test_another_programs_change_of_an_unmodified_text_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one\ntwo\nthree")
    async with editor(path=path) as at:
        at.area.move_cursor((2, 3))
        path.write_text("one\ntwo\n3\nfour")
        await look(at)
        assert at.area.text == "one\ntwo\n3\nfour"
        assert at.area.cursor_location == (2, 1)
        assert "another program changed the file" in at.line("status")
        assert not at.app.page.modified
        await at.press("ctrl+s")
        assert not isinstance(at.app.screen, Question)


async def test_of_a_modified_text_the_change_is_told_once_and_nothing_is_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path, size=(120, 24)) as at:
        await at.type("x")
        path.write_text("theirs")
        await look(at)
        assert "a.txt changed on disk: Alt+V reads it again, saving will ask" in at.line("status")
        assert at.area.text == "xone"
        await at.type("y")
        await look(at)
        assert "changed on disk" not in at.line("status")
        assert "a.txt (changed on disk)" in at.line("title")
        await at.press("ctrl+s")
        assert question(at) == "a.txt changed on disk. Overwrite it?"
        await at.press("escape", "alt+v")
        assert question(at) == "a.txt has unsaved changes. Read the file again?"
        await at.press("d")
        assert at.area.text == "theirs"
        assert not at.app.page.modified
        assert "changed on disk" not in at.line("title")


async def test_a_deleted_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path) as at:
        path.unlink()
        await look(at)
        assert "a.txt was deleted: saving makes it anew" in at.line("status")
        assert at.area.text == "one"
        await at.press("ctrl+s")
    assert path.read_text() == "one"


async def test_a_change_that_is_no_text_is_told_and_the_text_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path) as at:
        path.write_bytes(b"\0\1")
        await look(at)
        assert "binary" in at.line("status") + at.line("hints")
        assert at.area.text == "one"


async def test_reading_again_is_asked_only_where_something_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor() as at:
        await at.press("alt+v")
        assert "no file to read again" in at.line("status")
        await at.app.files.open_file(path)
        await at.press("alt+v")
        assert "read again" in at.line("status")


async def test_a_save_while_the_disk_is_slow_is_no_other_programs_change(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path) as at:
        await at.type("x")
        late = Late()
        at.app.files.look_at_file()
        while not late.n_waiting:
            await at.pilot.pause()
        await at.press("ctrl+s")
        late.end()
        await look(at)
        assert "saved" in at.line("status")
        await at.press("ctrl+z")
        assert at.area.text == "one"


async def test_what_was_read_before_a_save_does_not_take_the_place_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path) as at:
        path.write_text("by another program")
        late = Late()
        at.app.files.look_at_file()
        while not late.n_waiting:
            await at.pilot.pause()
        late.hand_over()  # that there is another version
        while not late.n_waiting:  # and what it holds
            await at.pilot.pause()
        await at.press("x", "ctrl+s", "y")
        assert path.read_text() == "xone"
        late.end()
        await at.settle()
        assert at.area.text == "xone"


async def test_a_disk_that_does_not_answer_is_asked_once(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path) as at:
        late = Late()
        for _ in range(9):
            at.app.files.look_at_file()
            await at.pilot.pause()
        assert late.n_waiting == 1


async def test_a_save_that_failed_stays_on_the_screen_until_one_succeeds(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "a.txt"
    path.write_text("one")
    async with editor(path=path, size=(120, 24)) as at:
        await at.type("x")
        path.unlink()
        folder.rmdir()
        await at.press("ctrl+s")
        await look(at)
        await at.type("yz")
        await at.press("alt+l")
        assert "does not exist" in at.line("status")
        assert "a.txt (deleted on disk)" in at.line("title")
        folder.mkdir()
        await at.press("ctrl+s")
        assert "saved 6 bytes" in at.line("status")
        assert "on disk" not in at.line("title")


async def test_what_gives_way_to_the_file_on_the_disk_can_be_had_back(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path) as at:
        at.app.recovery.folder = tmp_path / "unsaved"
        at.app.recovery.protect(at.app.page)
        await at.type("mine ")
        await at.press("alt+v", "d")
        assert at.area.text == "one"
        assert [found.text() for found in read_store(tmp_path / "unsaved").discarded] == ["mine one"]
