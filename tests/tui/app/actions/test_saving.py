"""Opening, saving and leaving; nothing typed is ever lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Label

from tests.support.editor import RunningEditor, editor
from tui.app.editor import EditorApp
from tui.files.load_save import DocumentError
from tui.widgets.picker import Picker
from tui.widgets.prompts import PathPrompt, Question


async def answer_path(at: RunningEditor, path: Path) -> None:
    """Fill in the prompt that is open."""
    at.app.screen.query_one(Input).value = str(path)
    await at.press("enter")


def question(at: RunningEditor) -> str:
    """Return the question that is open."""
    assert isinstance(at.app.screen, Question)
    return str(at.app.screen.query_one(Label).render())


async def test_a_file_is_opened_edited_and_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo")
    async with editor(path=path) as at:
        assert at.line("title").startswith("a.txt ")
        await at.press("ctrl+end")
        at.area.move_cursor(at.area.document.end)
        await at.type("\nx")
        assert "a.txt ● modified" in at.line("title")
        await at.press("ctrl+s")
        assert "modified" not in at.line("title")
        assert "saved 14 bytes" in at.line("status")
    assert path.read_bytes() == b"\xef\xbb\xbfone\r\ntwo\r\nx"


async def test_a_new_file_is_made_by_the_first_save(tmp_path: Path) -> None:
    path = tmp_path / "new.txt"
    async with editor(path=path) as at:
        assert "new file" in at.line("status")
        await at.type("hi")
        assert not path.exists()
        await at.press("ctrl+s")
    assert path.read_text() == "hi"


async def test_a_text_without_a_name_asks_for_one(tmp_path: Path) -> None:
    async with editor() as at:
        await at.type("hi")
        await at.press("ctrl+s")
        assert isinstance(at.app.screen, PathPrompt)
        await at.press("escape")
        assert at.app.page.path is None
        await at.press("ctrl+s")
        await answer_path(at, tmp_path / "named.txt")
        assert at.line("title").startswith("named.txt ")
    assert (tmp_path / "named.txt").read_text() == "hi"


async def test_save_as_goes_on_with_the_new_name(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path) as at:
        await at.press("f12")
        await answer_path(at, tmp_path / "b.txt")
        assert at.app.page.path == tmp_path / "b.txt"
    assert (tmp_path / "b.txt").read_text() == "one"


@pytest.mark.parametrize("key", ["y", "enter"])
@pytest.mark.parametrize("save", ["f12", "ctrl+s"])
async def test_another_file_is_replaced_only_if_the_person_says_so(save: str, key: str, tmp_path: Path) -> None:
    other = tmp_path / "b.txt"
    other.write_text("theirs")
    async with editor() as at:
        await at.type("hi")
        await at.press(save)
        await answer_path(at, other)
        assert question(at) == "b.txt exists. Replace it?"
        assert other.read_text() == "theirs"
        await at.press(key)
        assert at.line("title").startswith("b.txt ")
    assert other.read_text() == "hi"


@pytest.mark.parametrize("key", ["n", "escape"])
async def test_not_to_replace_another_file_goes_back_to_its_name(key: str, tmp_path: Path) -> None:
    path, other = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_text("mine")
    other.write_text("theirs")
    async with editor(path=path) as at:
        await at.press("f12")
        await answer_path(at, other)
        await at.press(key)
        assert isinstance(at.app.screen, PathPrompt)
        assert at.app.screen.query_one(Input).value == str(other)
        await at.press("escape")
        assert at.app.page.path == path
    assert other.read_text() == "theirs"


async def test_save_as_under_the_present_name_asks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path) as at:
        await at.press("f12", "enter")
        assert "saved 3 bytes" in at.line("status")


async def test_a_folder_is_not_asked_about_but_refused(tmp_path: Path) -> None:
    async with editor() as at:
        await at.press("f12")
        await answer_path(at, tmp_path)
        assert at.line("status").startswith("✗ Cannot save ")


@pytest.mark.parametrize(("key", "content"), [("y", "xone"), ("enter", "xone"), ("n", "theirs"), ("escape", "theirs")])
async def test_what_another_program_wrote_is_replaced_only_if_the_person_says_so(
    key: str, content: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path) as at:
        await at.type("x")
        path.write_text("theirs")
        await at.press("ctrl+s")
        assert question(at) == "a.txt changed on disk. Overwrite it?"
        await at.press(key)
        assert at.app.page.modified is (content == "theirs")
        assert path.read_text() == content
        assert not isinstance(at.app.screen, Question)


async def test_the_editors_own_saves_are_no_change_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    async with editor(path=path) as at:
        for char in "abc":
            await at.type(char)
            await at.press("ctrl+s")
            assert not at.app.page.modified
    assert path.read_text() == "abc"


async def test_what_changes_while_the_question_stands_is_asked_about_again(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path) as at:
        path.write_text("theirs")
        await at.press("ctrl+s")
        path.write_text("theirs again")
        await at.press("y")
        assert question(at) == "a.txt changed on disk. Overwrite it?"
        assert path.read_text() == "theirs again"
        await at.press("y")
    assert path.read_text() == "one"


async def test_a_file_made_meanwhile_under_the_new_files_name_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "new.txt"
    async with editor(path=path) as at:
        await at.type("hi")
        path.write_text("theirs")
        await at.press("ctrl+s")
        assert question(at) == "new.txt exists. Replace it?"
        await at.press("n")
        assert at.app.page.modified
    assert path.read_text() == "theirs"


async def test_a_file_that_was_deleted_is_saved_and_the_status_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path) as at:
        path.unlink()
        await at.press("ctrl+s")
        assert "saved 3 bytes anew: the file had been deleted" in at.line("status")
    assert path.read_text() == "one"


async def test_quitting_with_a_changed_file_does_not_overwrite_it_unasked(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path) as at:
        await at.type("x")
        path.write_text("theirs")
        await at.press("ctrl+q", "s")
        assert question(at) == "a.txt changed on disk. Overwrite it?"
        await at.press("n")
        assert not at.app._exit
    assert path.read_text() == "theirs"


async def test_a_strange_name_is_shown_as_it_is_and_steers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "[$b]\x1b[2J.txt"
    async with editor(path=path) as at:
        assert at.line("title").startswith(r"[$b]\x1b[2J.txt ")
        path.write_text("theirs")
        await at.press("ctrl+s")
        assert question(at) == r"[$b]\x1b[2J.txt exists. Replace it?"


async def test_a_failing_save_keeps_text_and_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with editor() as at:
        await at.type("hi")
        await at.press("ctrl+s")
        await answer_path(at, Path("no/a.txt"))
        assert at.line("status").startswith("✗ The folder ")
        assert "no does not exist" in at.line("status")
        assert (at.area.text, at.app.page.modified, at.app.page.path) == ("hi", True, None)
        await at.press("escape")
        assert "✗" not in at.line("status")


async def test_another_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("two\n")
    async with editor() as at:
        await at.press("ctrl+o")
        await answer_path(at, tmp_path / "b.txt")
        assert at.area.text == "two\n"
        assert at.line("title").startswith("b.txt ")
        await at.press("ctrl+z")
        assert at.area.text == "two\n"


async def test_a_file_that_cannot_be_opened_leaves_the_present_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.bin").write_bytes(b"\0\1")
    async with editor() as at:
        await at.press("ctrl+o")
        await answer_path(at, Path("b.bin"))
        assert isinstance(at.app.screen, Picker)  # which offers encodings
        await at.press("escape")
        assert at.line("status").startswith("✗ b.bin is a binary file: ")
        assert at.app.page.path is None


@pytest.mark.parametrize("name", ["folder", "binary"])
def test_before_the_app_starts_a_bad_file_is_an_error_of_the_caller(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary").write_bytes(b"\0")
    with pytest.raises(DocumentError):
        EditorApp(tmp_path / name, lambda: pytest.fail("no model is needed"))


async def test_quitting_with_nothing_to_lose_asks_nothing() -> None:
    async with editor() as at:
        await at.pilot.press("ctrl+q")
        assert not at.app.is_running or at.app._exit


@pytest.mark.parametrize(("key", "left", "saved"), [("s", True, True), ("d", True, False), ("escape", False, False)])
async def test_quitting_with_unsaved_changes_asks(key: str, left: bool, saved: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    async with editor(path=path) as at:
        await at.type("hi")
        await at.pilot.press("ctrl+q")
        assert isinstance(at.app.screen, Question)
        await at.pilot.press(key)
        await at.pilot.pause()
        assert at.app._exit is left
        assert at.area.text == "hi"
    assert path.exists() is saved


async def test_a_save_that_fails_stops_quitting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    async with editor(path=Path("folder/a.txt")) as at:
        await at.type("hi")
        (tmp_path / "folder").rmdir()
        await at.pilot.press("ctrl+q")
        await at.press("s")
        assert not at.app._exit
        assert "does not exist" in at.line("status") + at.line("hints")


async def test_opening_another_file_leaves_the_unsaved_one_open(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("two\n")
    async with editor() as at:
        await at.type("hi")
        await at.press("ctrl+o")
        await answer_path(at, tmp_path / "b.txt")
        assert at.area.text == "two\n"
        assert [page.title for page in at.app.workspace.pages] == ["Untitled", "b.txt"]
        await at.press("f8")
        assert at.area.text == "hi"


async def test_undoing_back_to_the_saved_text_is_unmodified() -> None:
    async with editor() as at:
        await at.type("h")
        assert at.app.page.modified
        await at.press("ctrl+z")
        assert not at.app.page.modified


async def test_the_ghost_is_never_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    async with editor(path=path) as at:
        await at.type("I")
        assert at.area.ghost == " look"
        await at.press("ctrl+s")
    assert path.read_text() == "I"


async def test_a_dialog_goes_on_where_one_stays_after_all(tmp_path: Path) -> None:
    async with editor() as at:
        await at.press("a", "f12", "ctrl+q", "ctrl+q")
        assert question(at) == "Untitled has unsaved changes."
        await at.press("escape")
        assert isinstance(at.app.screen, PathPrompt)
        await answer_path(at, tmp_path / "a.txt")
        assert (tmp_path / "a.txt").read_text() == "a"
