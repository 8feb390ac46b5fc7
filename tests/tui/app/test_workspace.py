"""Several documents: each has its own text, undo history, cursor and file; one is in front."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.editor import RunningEditor, editor
from tui.app.workspace import Page, Workspace
from tui.widgets.tabs import TabStrip, tabs


def titles(at: RunningEditor) -> list[str]:
    return [page.title for page in at.app.workspace.pages]


def two(folder: Path) -> tuple[Path, Path]:
    one, other = folder / "one.txt", folder / "two.txt"
    one.write_text("first\n" * 30)
    other.write_text("second")
    return one, other


def test_there_is_always_a_document_in_front() -> None:
    page = Page()
    workspace = Workspace([page])
    workspace.remove(page)
    assert workspace.front is not page
    assert workspace.pages == (workspace.front,)


@pytest.mark.parametrize(("closed", "front"), [(0, 1), (1, 2), (2, 1)])
def test_the_neighbour_of_a_closed_document_comes_to_the_front(closed: int, front: int) -> None:
    pages = [Page(title=str(n)) for n in range(3)]
    workspace = Workspace(pages)
    workspace.front = pages[closed]
    workspace.remove(pages[closed])
    assert workspace.front is pages[front]


async def test_every_document_keeps_its_cursor_and_its_undo_history(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    async with editor(path=one) as at:
        at.area.move_cursor((4, 2))
        await at.type("X")
        await at.app.files.open_file(other)
        await at.type("Y")
        await at.press("f8")
        assert at.area.cursor_location == (4, 3)
        await at.press("ctrl+z")
        assert at.area.text == one.read_text()
        assert not at.app.page.modified
        await at.press("ctrl+pageup")
        assert at.area.text == "Ysecond"
        assert at.app.page.modified


async def test_a_file_that_is_open_is_brought_to_the_front_and_not_opened_twice(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    link = tmp_path / "link.txt"
    link.symlink_to(one)
    async with editor(path=one) as at:
        await at.app.files.open_file(other)
        await at.app.files.open_file(link)
        assert titles(at) == ["one.txt", "two.txt"]
        assert at.app.page.path == one


async def test_an_untouched_nameless_document_makes_room_and_a_written_one_does_not(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    async with editor() as at:
        await at.app.files.open_file(one)
        assert titles(at) == ["one.txt"]
        await at.press("ctrl+n")
        await at.type("x")
        await at.app.files.open_file(other)
        assert titles(at) == ["one.txt", "Untitled", "two.txt"]


async def test_closing_asks_and_leaves_the_neighbour(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    async with editor(path=one) as at:
        await at.app.files.open_file(other)
        await at.type("x")
        await at.press("alt+w", "escape")
        assert titles(at) == ["one.txt", "two.txt"]
        await at.press("alt+w", "d")
        assert titles(at) == ["one.txt"]
        await at.press("alt+w")
        assert titles(at) == ["Untitled"]
        assert other.read_text() == "second"


async def test_quitting_asks_about_each_unsaved_document_and_shows_it(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    async with editor(path=one) as at:
        await at.type("1")
        await at.app.files.open_file(other)
        await at.type("2")
        await at.press("ctrl+q")
        assert at.app.page.path == one
        await at.press("s")
        assert at.app.page.path == other
        await at.press("escape")
        assert not at.app._exit
        await at.press("ctrl+q", "d")
        assert at.app._exit
    assert one.read_text().startswith("1")
    assert other.read_text() == "second"


async def test_the_ghost_belongs_to_the_document_it_was_suggested_in(tmp_path: Path) -> None:
    async with editor(path=two(tmp_path)[1]) as at:
        await at.press("ctrl+n")
        await at.type("I")
        assert at.area.ghost == " look"
        nameless = at.area
        await at.press("f8")
        assert at.area is not nameless
        assert (at.area.ghost, nameless.ghost) == ("", "")
        await at.press("f8")
        await at.type(" ")
        assert at.area.ghost == "look"


async def test_a_dialog_keeps_the_document_in_front(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    async with editor(path=one) as at:
        await at.app.files.open_file(other)
        await at.press("f12", "f8")
        assert at.app.page.path == other


async def test_save_as_does_not_take_the_file_of_another_tab(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    async with editor(path=one) as at:
        await at.app.files.open_file(other)
        await at.press("f12", "ctrl+u", *str(one), "enter")
        assert "is open in another tab" in at.line("status")
        await at.press("escape")
    assert other.read_text() == "second"


@pytest.mark.parametrize("width", [1, 3, 8, 20, 200])
@pytest.mark.parametrize("front", [0, 2, 4])
def test_the_front_tab_can_be_read_at_every_width(width: int, front: int) -> None:
    names = [("a.md", False), ("東京.txt", True), ("b" * 40, False), ("c", True), ("", False)]
    found = tabs(names, front, width)
    assert front in [tab.index for tab in found]
    assert [tab.x for tab in found[1:]] == [tab.end for tab in found[:-1]]
    assert all(tab.words.startswith("[") is (tab.index == front) for tab in found)


async def test_the_row_of_tabs_is_there_for_several_documents_and_can_be_clicked(tmp_path: Path) -> None:
    one, other = two(tmp_path)
    async with editor(path=one) as at:
        strip = at.app.query_one(TabStrip)
        assert not strip.display
        await at.app.files.open_file(other)
        await at.settle()
        assert strip.display
        assert at.line("tabs") == " one.txt [two.txt]"
        await at.pilot.click(strip, offset=(4, 0))
        await at.settle()
        assert at.line("tabs") == "[one.txt] two.txt "
