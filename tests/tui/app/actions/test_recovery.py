"""Text that was not saved comes back: in the editor, and after real ends of the real program."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from autocomplete import Autocompleter, ScriptedBackend
from tests.support.editor import HEARING, knows
from tests.support.late import Late
from tests.support.terminal import PATIENCE_S, Terminal, editor_in_a_terminal
from tui.app.editor import EditorApp
from tui.app.workspace import Page
from tui.files.encodings import encoding_named
from tui.files.load_save import load
from tui.files.recovery.edit_log import Edit
from tui.files.recovery.store import EditLog, OriginalText, RecoveryStore, UnsavedText, read_store
from tui.files.recovery.writer import PAUSE
from tui.widgets.prompts import Question


@asynccontextmanager
async def editor(root: Path, *paths: Path) -> AsyncIterator[tuple[EditorApp, Pilot[None]]]:
    """Yield a running editor that keeps unsaved texts in `root`."""
    backend = ScriptedBackend(knows(HEARING), name="english")
    app = EditorApp(paths[0] if paths else None, lambda: Autocompleter(backend, prefetch=False))
    app.recovery.folder = root
    app.guard_s = 0.0
    async with app.run_test() as pilot:
        await pilot.pause()
        yield app, pilot


def left_behind(root: Path, text: str, path: Path | None = None) -> None:
    """Leave a text as an editor that was killed does."""
    log = EditLog(root, OriginalText(path, path.name if path else "Untitled", None, lambda: ""))
    log.write([Edit((0, 0), (0, 0), text)])
    log.leave()


def only(root: Path) -> UnsavedText:
    found = read_store(root)
    (one,) = (*found.unsaved, *found.open)
    return one


async def until(pilot: Pilot[None], done: Callable[[], bool]) -> None:
    for _ in range(500):
        if done():
            return
        await pilot.pause(0.01)
    raise AssertionError("it did not come")


async def until_asked(app: EditorApp, pilot: Pilot[None]) -> None:
    for _ in range(500):
        if isinstance(app.screen, Question):
            return
        await pilot.pause(0.01)
    raise AssertionError("nothing was asked")


async def test_typing_is_written_and_a_save_takes_it_away(tmp_path: Path) -> None:
    root, path = tmp_path / "unsaved", tmp_path / "a.md"
    path.write_text("one\n")
    async with editor(root, path) as (app, pilot):
        await pilot.press("x", "y")
        await app.recovery.write()
        assert (only(root).path, only(root).text()) == (path, "xyone\n")
        await pilot.press("backspace")
        await app.recovery.write()
        assert only(root).text() == "xone\n"
        await pilot.press("ctrl+s")
        await pilot.pause()
        await app.workers.wait_for_complete()
        assert path.read_text() == "xone\n"
        assert read_store(root).open == ()
        await pilot.press("z")
        await app.recovery.write()
        assert only(root).text() == "xzone\n"


async def test_undo_paste_and_a_new_document_are_written_too(tmp_path: Path) -> None:
    async with editor(tmp_path) as (app, pilot):
        await pilot.press("a")
        app.area.insert("two\nlines")
        await pilot.press("ctrl+z")
        await app.recovery.write()
        assert only(tmp_path).text() == app.area.text
        await app.show(Page())
        await pilot.press("b")
        await app.recovery.write()
        assert sorted(one.text() for one in read_store(tmp_path).open) == sorted(page.area.text for page in app.workspace.pages)


async def test_a_file_that_changed_before_the_first_key_makes_no_difference(tmp_path: Path) -> None:
    root, path = tmp_path / "unsaved", tmp_path / "a.md"
    path.write_text("one")
    async with editor(root, path) as (app, pilot):
        path.write_text("written by another")
        await pilot.press("x")
        await app.recovery.write()
        await app.recovery.write()
        assert only(root).text() == "xone"


async def test_a_quit_that_discards_keeps_nothing_but_for_a_week(tmp_path: Path) -> None:
    async with editor(tmp_path) as (app, pilot):
        await pilot.press("a")
        await app.recovery.write()
        await pilot.press("ctrl+q")
        await until_asked(app, pilot)
        await pilot.press("d")
        await pilot.pause()
    found = read_store(tmp_path)
    assert ([one.text() for one in found.discarded], found.unsaved, found.open) == (["a"], (), ())


async def test_what_was_left_comes_back_at_once_and_the_file_is_one_undo_away(tmp_path: Path) -> None:
    root, path = tmp_path / "unsaved", tmp_path / "a.md"
    path.write_text("one")
    left_behind(root, "one and more", path)
    async with editor(root, path) as (app, pilot):
        await until(pilot, lambda: app.area.text == "one and more")
        await pilot.pause()
        assert "is back: save it, undo for the file as it was" in app.status().notice
        assert app.page.modified
        await pilot.press("ctrl+z")
        assert app.area.text == "one"
        await pilot.press("ctrl+y", "ctrl+s")
        await app.workers.wait_for_complete()
        assert path.read_text() == "one and more"
        assert list(root.iterdir()) == []


async def test_blind_keys_answer_no_question_and_lose_nothing(tmp_path: Path) -> None:
    root, path = tmp_path / "unsaved", tmp_path / "a.md"
    path.write_text("one")
    left_behind(root, "one and more", path)
    async with editor(root, path) as (app, pilot):
        await until(pilot, lambda: app.area.text == "one and more")
        await pilot.press(*"dear anna")
        assert sorted(app.area.text) == sorted("one and moredear anna")
        assert len(app.screen_stack) == 1


async def test_what_was_typed_before_it_is_back_stays_and_the_rest_waits(tmp_path: Path) -> None:
    root, path = tmp_path / "unsaved", tmp_path / "a.md"
    path.write_text("one")
    left_behind(tmp_path / "aside", "one and more", path)
    async with editor(root, path) as (app, pilot):
        await pilot.press("x")
        await app.recovery.write()
        for folder in (tmp_path / "aside").iterdir():
            folder.rename(root / folder.name)
        await app.recovery.look()
        assert "Alt+X brings it back" in app.status().error
        assert app.area.text == "xone"
        await pilot.press("alt+x")
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: app.area.text == "one and more")


async def test_what_is_discarded_is_kept_for_a_week_and_offered(tmp_path: Path) -> None:
    root, path = tmp_path / "unsaved", tmp_path / "a.md"
    path.write_text("one")
    async with editor(root, path) as (app, pilot):
        await pilot.press("x")
        await pilot.press("ctrl+q")
        await until_asked(app, pilot)
        await pilot.press("d")
        await pilot.pause()
    (given_up,) = read_store(root).discarded
    assert given_up.text() == "xone"
    async with editor(root, path) as (app, pilot):
        await app.workers.wait_for_complete()
        assert app.area.text == "one"
        await pilot.press("alt+x")
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: app.area.text == "xone")
    assert read_store(root, lambda: time.time() + 8 * 24 * 3600).discarded == ()


async def test_nothing_is_kept_of_a_private_file_and_the_status_says_so(tmp_path: Path) -> None:
    root, path = tmp_path / "unsaved", tmp_path / ".env"
    path.write_text("KEY=")
    async with editor(root, path) as (app, pilot):
        await pilot.press(*"secret")
        await app.recovery.write()
        assert not root.exists()
        assert "private: not kept" in app.status().form


async def test_what_the_file_holds_anyway_is_not_offered(tmp_path: Path) -> None:
    root, path = tmp_path / "unsaved", tmp_path / "a.md"
    path.write_text("one")
    left_behind(root, "one", path)
    async with editor(root, path) as (app, pilot):
        await app.workers.wait_for_complete()
        for _ in range(500):
            if not read_store(root).unsaved:
                break
            await pilot.pause(0.01)
        assert app.area.text == "one"
        assert read_store(root) == RecoveryStore()


async def test_text_of_other_files_waits_to_be_asked_for(tmp_path: Path) -> None:
    root, path = tmp_path / "unsaved", tmp_path / "a.md"
    left_behind(root, "of another", tmp_path / "b.md")
    async with editor(root, path) as (app, pilot):
        for _ in range(500):
            if "brought back" in app.status().notice:
                break
            await pilot.pause(0.01)
        assert "b.md" in app.status().notice
        await pilot.press("alt+x")
        await pilot.pause()
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        assert (app.area.text, app.page.title) == ("of another", "b.md")


async def test_text_without_a_file_comes_back_in_a_new_document(tmp_path: Path) -> None:
    left_behind(tmp_path, "never saved")
    async with editor(tmp_path) as (app, pilot):
        await until(pilot, lambda: app.area.text == "never saved")
        assert app.page.modified


async def test_tabs_come_back_in_their_order_with_the_one_that_was_worked_on_in_front(tmp_path: Path) -> None:
    root, names = tmp_path / "unsaved", ["c.md", "a.md", "b.md"]
    for name in names:
        (tmp_path / name).write_text("one\n")
    async with editor(root, tmp_path / "c.md") as (app, pilot):
        for name in names[1:]:
            await app.files.open_file(tmp_path / name)
        for name, key in (("b.md", "1"), ("c.md", "2"), ("a.md", "3")):
            await app.files.open_file(tmp_path / name)
            await pilot.press(key)
            await app.recovery.write()
        assert [page.title for page in app.workspace.pages] == names
    assert len(read_store(root).unsaved) == 3
    async with editor(root) as (app, pilot):
        await until(pilot, lambda: "3 unsaved texts are back" in app.status().notice)
        assert [page.title for page in app.workspace.pages] == names
        assert [page.area.text for page in app.workspace.pages] == ["2one\n", "3one\n", "1one\n"]
        assert app.page.title == "a.md"


async def test_the_order_is_that_of_the_end_also_where_a_tab_was_closed(tmp_path: Path) -> None:
    async with editor(tmp_path) as (app, pilot):
        pages = [app.page]
        for key in ("1", "2", "3"):
            await pilot.press(key)
            await app.show(Page())
            pages.append(app.page)
        await app.recovery.write()
        await app.drop(pages[0])
        pages[1].area.insert("x")
        await app.recovery.write()
        assert [one.place[1] for one in sorted(read_store(tmp_path).open, key=lambda one: one.place)] == [0, 1]


async def test_texts_of_two_editors_stay_together(tmp_path: Path) -> None:
    for text in ("one", "two"):
        async with editor(tmp_path) as (app, pilot):
            await pilot.press("escape", "escape")
            for part in ("a", "b"):
                await app.show(Page(title=f"{text} {part}"))
                await pilot.press(part)
            await app.recovery.write()
    async with editor(tmp_path) as (app, pilot):
        await until(pilot, lambda: "4 unsaved texts are back" in app.status().notice)
        assert [page.title for page in app.workspace.pages] == ["one a", "one b", "two a", "two b"]
        assert app.page.title == "two b"


async def test_a_text_comes_back_in_the_encoding_that_was_chosen(tmp_path: Path) -> None:
    root, path = tmp_path / "unsaved", tmp_path / "a.txt"
    path.write_bytes("мир\n".encode("koi8-r"))
    async with editor(root, path) as (app, pilot):
        app.page.encoding = encoding_named("koi8-r")
        app.page.take(load(path, app.page.encoding))
        await pilot.press("x")
        await app.recovery.write()
    async with editor(root) as (app, pilot):
        await until(pilot, lambda: app.area.text == "xмир\n")
        assert app.page.format.encoding == "koi8-r"
        await pilot.press("ctrl+s")
        await app.workers.wait_for_complete()
    assert path.read_bytes() == "xмир\n".encode("koi8-r")


async def test_a_disk_that_takes_nothing_is_told_once_and_tried_again(tmp_path: Path) -> None:
    root = tmp_path / "unsaved"
    root.write_text("in the way")
    async with editor(root) as (app, pilot):
        await pilot.press("a")
        await app.recovery.write()
        assert "cannot be kept safe" in app.status().error
        app.messages.clear(errors=True)
        root.unlink()
        await pilot.press("b")
        for _ in range(PAUSE + 1):
            await app.recovery.write()
        assert not app.status().error
        assert only(root).text() == "ab"


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.kill()


def wait_for_text(root: Path, text: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not any(one.text() == text for one in (*read_store(root).open, *read_store(root).unsaved)):
        assert time.monotonic() < deadline, "the text was not written"
        time.sleep(0.02)


def state_of(home: Path) -> Path:
    return home / ".local" / "state" / "autocomplete" / "unsaved"


def test_after_kill_9_the_text_comes_back(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminals.append(first := editor_in_a_terminal(tmp_path, "letter.txt"))
    first.expect("cutoff")
    first.send("Dear all, ")
    wait_for_text(state_of(tmp_path), "Dear all, ")
    first.process.send_signal(signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    terminals.append(second := editor_in_a_terminal(tmp_path, "letter.txt"))
    second.expect("save it, undo for the file as it was")
    second.send("\x13")
    second.expect("saved 10 bytes")
    second.send("\x11")
    assert second.wait() == 0
    assert (tmp_path / "letter.txt").read_text() == "Dear all, "
    assert list(state_of(tmp_path).iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_after_a_signal_all_that_was_typed_is_there(tmp_path: Path, terminals: list[Terminal], number: signal.Signals) -> None:
    terminals.append(terminal := editor_in_a_terminal(tmp_path))
    terminal.expect("cutoff")
    terminal.send("Xylophones")
    terminal.expect("Xylophones")
    terminal.process.send_signal(number)
    assert terminal.wait() == 128 + number
    assert only(state_of(tmp_path)).text() == "Xylophones"


@pytest.mark.parametrize("by_another", [False, True], ids=["alone", "by a program that waits"])
def test_after_the_terminal_is_closed_all_that_was_typed_is_there(
    tmp_path: Path, terminals: list[Terminal], by_another: bool
) -> None:
    terminals.append(terminal := editor_in_a_terminal(tmp_path, by_another=by_another))
    terminal.expect("cutoff")
    terminal.send("Xylophones")
    terminal.expect("Xylophones")
    os.close(terminal.handle)
    terminal.process.wait(PATIENCE_S)
    assert only(state_of(tmp_path)).text() == "Xylophones"


async def test_a_slow_disk_elsewhere_keeps_no_text_from_being_written(tmp_path: Path) -> None:
    async with editor(tmp_path) as (app, pilot):
        Late()
        await pilot.press("a")
        await app.recovery.write()
        assert only(tmp_path).text() == "a"


async def test_a_write_that_is_given_up_loses_nothing(tmp_path: Path) -> None:
    async with editor(tmp_path) as (app, pilot):
        for letter in "abc":
            await pilot.press(letter)
            writing = asyncio.create_task(app.recovery.write())
            await asyncio.sleep(0)
            writing.cancel()
            await asyncio.wait([writing])
        await app.recovery.write()
        assert only(tmp_path).text() == "abc"
