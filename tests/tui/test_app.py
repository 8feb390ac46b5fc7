"""Opening, saving and leaving; nothing typed is ever lost."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.widgets import Input, Label

from tests.tui.driving import Desk, desk
from tui.app import EditorApp
from tui.documents import DocumentError
from tui.file_actions import FileActions
from tui.ghost_actions import GhostActions
from tui.help import HelpScreen
from tui.line_area import LineArea
from tui.model_actions import ModelActions
from tui.panel_actions import PanelActions
from tui.prompts import PathPrompt, Question
from tui.recovery_actions import RecoveryActions
from tui.view_actions import ViewActions


async def answer_path(at: Desk, path: Path) -> None:
    """Fill in the prompt that is open."""
    at.app.screen.query_one(Input).value = str(path)
    await at.press("enter")


def question(at: Desk) -> str:
    """Return the question that is open."""
    assert isinstance(at.app.screen, Question)
    return str(at.app.screen.query_one(Label).render())


async def test_a_file_is_opened_edited_and_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo")
    async with desk(path=path) as at:
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
    async with desk(path=path) as at:
        assert "new file" in at.line("status")
        await at.type("hi")
        assert not path.exists()
        await at.press("ctrl+s")
    assert path.read_text() == "hi"


async def test_a_text_without_a_name_asks_for_one(tmp_path: Path) -> None:
    async with desk() as at:
        await at.type("hi")
        await at.press("ctrl+s")
        assert isinstance(at.app.screen, PathPrompt)
        await at.press("escape")
        assert at.app.path is None
        await at.press("ctrl+s")
        await answer_path(at, tmp_path / "named.txt")
        assert at.line("title").startswith("named.txt ")
    assert (tmp_path / "named.txt").read_text() == "hi"


async def test_save_as_goes_on_with_the_new_name(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with desk(path=path) as at:
        await at.press("f12")
        await answer_path(at, tmp_path / "b.txt")
        assert at.app.path == tmp_path / "b.txt"
    assert (tmp_path / "b.txt").read_text() == "one"


@pytest.mark.parametrize("key", ["y", "enter"])
@pytest.mark.parametrize("save", ["f12", "ctrl+s"])
async def test_another_file_is_replaced_only_if_the_person_says_so(save: str, key: str, tmp_path: Path) -> None:
    other = tmp_path / "b.txt"
    other.write_text("theirs")
    async with desk() as at:
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
    async with desk(path=path) as at:
        await at.press("f12")
        await answer_path(at, other)
        await at.press(key)
        assert isinstance(at.app.screen, PathPrompt)
        assert at.app.screen.query_one(Input).value == str(other)
        await at.press("escape")
        assert at.app.path == path
    assert other.read_text() == "theirs"


async def test_save_as_under_the_present_name_asks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with desk(path=path) as at:
        await at.press("f12", "enter")
        assert "saved 3 bytes" in at.line("status")


async def test_a_folder_is_not_asked_about_but_refused(tmp_path: Path) -> None:
    async with desk() as at:
        await at.press("f12")
        await answer_path(at, tmp_path)
        assert at.line("status").startswith("✗ Cannot save ")


@pytest.mark.parametrize(("key", "content"), [("y", "xone"), ("enter", "xone"), ("n", "theirs"), ("escape", "theirs")])
async def test_what_another_program_wrote_is_replaced_only_if_the_person_says_so(
    key: str, content: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with desk(path=path) as at:
        await at.type("x")
        path.write_text("theirs")
        await at.press("ctrl+s")
        assert question(at) == "a.txt changed on disk. Overwrite it?"
        await at.press(key)
        assert at.app.modified is (content == "theirs")
        assert path.read_text() == content
        assert not isinstance(at.app.screen, Question)


async def test_the_editors_own_saves_are_no_change_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    async with desk(path=path) as at:
        for char in "abc":
            await at.type(char)
            await at.press("ctrl+s")
            assert not at.app.modified
    assert path.read_text() == "abc"


async def test_what_changes_while_the_question_stands_is_asked_about_again(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with desk(path=path) as at:
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
    async with desk(path=path) as at:
        await at.type("hi")
        path.write_text("theirs")
        await at.press("ctrl+s")
        assert question(at) == "new.txt exists. Replace it?"
        await at.press("n")
        assert at.app.modified
    assert path.read_text() == "theirs"


async def test_a_file_that_was_deleted_is_saved_and_the_status_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with desk(path=path) as at:
        path.unlink()
        await at.press("ctrl+s")
        assert "saved 3 bytes anew: the file had been deleted" in at.line("status")
    assert path.read_text() == "one"


async def test_quitting_with_a_changed_file_does_not_overwrite_it_unasked(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with desk(path=path) as at:
        await at.type("x")
        path.write_text("theirs")
        await at.press("ctrl+q", "s")
        assert question(at) == "a.txt changed on disk. Overwrite it?"
        await at.press("n")
        assert not at.app._exit
    assert path.read_text() == "theirs"


async def test_a_strange_name_is_shown_as_it_is_and_steers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "[$b]\x1b[2J.txt"
    async with desk(path=path) as at:
        assert at.line("title").startswith(r"[$b]\x1b[2J.txt ")
        path.write_text("theirs")
        await at.press("ctrl+s")
        assert question(at) == r"[$b]\x1b[2J.txt exists. Replace it?"


async def test_a_failing_save_keeps_text_and_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with desk() as at:
        await at.type("hi")
        await at.press("ctrl+s")
        await answer_path(at, Path("no/a.txt"))
        assert at.line("status").startswith("✗ The folder ")
        assert "no does not exist" in at.line("status")
        assert (at.area.text, at.app.modified, at.app.path) == ("hi", True, None)
        await at.press("escape")
        assert "✗" not in at.line("status")


async def test_another_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("two\n")
    async with desk() as at:
        await at.press("ctrl+o")
        await answer_path(at, tmp_path / "b.txt")
        assert at.area.text == "two\n"
        assert at.line("title").startswith("b.txt ")
        await at.press("ctrl+z")
        assert at.area.text == "two\n"


async def test_a_file_that_cannot_be_opened_leaves_the_present_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.bin").write_bytes(b"\0\1")
    async with desk() as at:
        await at.press("ctrl+o")
        await answer_path(at, Path("b.bin"))
        assert at.line("status").startswith("✗ b.bin is a binary file: ")
        assert at.app.path is None


@pytest.mark.parametrize("name", ["folder", "binary"])
def test_before_the_app_starts_a_bad_file_is_an_error_of_the_caller(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary").write_bytes(b"\0")
    with pytest.raises(DocumentError):
        EditorApp(tmp_path / name, lambda: pytest.fail("no model is needed"))


async def test_quitting_with_nothing_to_lose_asks_nothing() -> None:
    async with desk() as at:
        await at.pilot.press("ctrl+q")
        assert not at.app.is_running or at.app._exit


@pytest.mark.parametrize(("key", "left", "saved"), [("s", True, True), ("d", True, False), ("escape", False, False)])
async def test_quitting_with_unsaved_changes_asks(key: str, left: bool, saved: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    async with desk(path=path) as at:
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
    async with desk(path=Path("folder/a.txt")) as at:
        await at.type("hi")
        (tmp_path / "folder").rmdir()
        await at.pilot.press("ctrl+q")
        await at.press("s")
        assert not at.app._exit
        assert "does not exist" in at.line("status") + at.line("hints")


async def test_opening_another_file_leaves_the_unsaved_one_open(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("two\n")
    async with desk() as at:
        await at.type("hi")
        await at.press("ctrl+o")
        await answer_path(at, tmp_path / "b.txt")
        assert at.area.text == "two\n"
        assert [page.title for page in at.app.workspace.pages] == ["Untitled", "b.txt"]
        await at.press("f8")
        assert at.area.text == "hi"


async def test_undoing_back_to_the_saved_text_is_unmodified() -> None:
    async with desk() as at:
        await at.type("h")
        assert at.app.modified
        await at.press("ctrl+z")
        assert not at.app.modified


async def test_the_ghost_is_never_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    async with desk(path=path) as at:
        await at.type("I")
        assert at.area.ghost == " look"
        await at.press("ctrl+s")
    assert path.read_text() == "I"


async def test_help_lists_every_action_that_a_key_leads_to_and_no_other() -> None:
    async with desk(size=(100, 30)) as at:
        expected = [(", ".join(command.keys), command.words) for command in at.app.commands()]
        await at.press("f1")
        assert isinstance(at.app.screen, HelpScreen)
        assert sorted(row for _title, rows in at.app.screen.groups for row in rows) == sorted(expected)
        assert ("F6, Alt+H", "Colour the text by how probable each word was") in expected
        assert not [words for keys, words in expected if words == "Select line"]  # whose key leads elsewhere
        assert "Ctrl+Space" in str(expected)
        await at.press("escape")
        assert not isinstance(at.app.screen, HelpScreen)


async def test_every_binding_of_the_editor_is_in_the_help() -> None:
    async with desk() as at:
        actions = {command.action for command in at.app.commands()}
        ours = (
            GhostActions,
            LineArea,
            EditorApp,
            FileActions,
            ViewActions,
            ModelActions,
            PanelActions,
            RecoveryActions,
        )
        bound = {binding.action for owner in ours for binding in Binding.make_bindings(owner.__dict__["BINDINGS"])}
        assert bound - actions == set()


async def test_every_action_has_a_key_that_all_common_terminals_send() -> None:
    """No Ctrl+Shift and no signs; no Ctrl+I, J, M or H and no Alt+B or Alt+F, which are sent, or read, for other keys."""
    async with desk() as at:
        for command in at.app.commands():
            if command.node is at.app:
                assert any(re.fullmatch(r"F\d+|Ctrl\+[A-GK-LN-Z]|Alt\+[AC-EG-Z]", key) for key in command.keys), command


async def test_hints_name_the_real_keys() -> None:
    async with desk() as at:
        assert at.line("hints").startswith("Tab Accept  Esc Dismiss  F3/F4 Cutoff  F2 Pause  ^S Save  ^Q Quit  F1 Help")


async def test_a_short_terminal_gives_its_rows_to_the_text() -> None:
    async with desk(size=(40, 6)) as at:
        assert at.area.size.height == 4
        await at.type("I")
        assert at.row(0) == "I look"


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (10, 2), (300, 80)])
async def test_no_size_crashes(size: tuple[int, int]) -> None:
    async with desk(size=size) as at:
        await at.type("I ")
        await at.press("tab", "ctrl+s", "escape", "f1", "escape")
        assert at.area.text == "I look"


async def test_no_colour_is_honoured_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
    async with desk() as at:
        await at.type("I")
        assert at.app.no_color
        assert at.row(0) == "I look"
        assert any(s.style and s.style.italic for s in at.area.render_line(0))
        assert "≥ cutoff" in at.line("status")


async def test_ctrl_c_without_a_selection_says_in_the_status_line_how_to_leave() -> None:
    async with desk() as at:
        await at.press("ctrl+c")
        assert "Ctrl+Q leaves" in at.line("status")
        assert not at.app._notifications  # no box over the lines


async def test_the_help_lists_what_tab_does_first_and_the_cursor_keys_among_the_editing_keys() -> None:
    async with desk() as at:
        await at.press("f1")
        groups = dict(at.app.screen.groups)  # type: ignore[attr-defined]  # the help screen
        assert groups["Writing"][0][0] == "Tab"
        assert not any("Ctrl+Home" in keys for keys, _ in groups["Writing"])
        assert any("Ctrl+Home" in keys for keys, _ in groups["Editing"])


async def test_a_panel_below_the_text_takes_no_row_that_it_cannot_use() -> None:
    async with desk(size=(80, 40)) as at:
        await at.press("f6")
        assert at.app.dock.outer_size.height == 7
        await at.press("f5")
        assert at.app.dock.outer_size.height == 14
        await at.press("f6")
        assert at.app.dock.outer_size.height == 7
        await at.pilot.resize_terminal(80, 12)
        assert at.app.dock.outer_size.height == 5
        await at.pilot.resize_terminal(120, 40)
        assert at.app.dock.outer_size.height == at.app.query_one("#middle").size.height
