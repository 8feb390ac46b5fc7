"""Encoding and line ends, chosen by hand while one writes: what is read and written, what is refused, what is remembered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from autocomplete import Autocompleter
from tests.support.editor import RunningEditor, editor
from tui.files.recent_files import RecentFiles
from tui.widgets.picker import Picker
from tui.widgets.prompts import PathPrompt, Question

RUSSIAN = "Съешь ещё этих мягких булок\r\n"


async def choose(at: RunningEditor, key: str, words: str) -> None:
    """Open a list by its key, and choose the first line that the words narrow it down to."""
    await at.press(key)
    assert isinstance(at.app.screen, Picker)
    at.app.screen.query_one(Input).value = words
    await at.settle()
    await at.press("enter")
    await at.settle()


def offered(at: RunningEditor) -> list[str]:
    return [str(option.prompt) for option in at.app.screen.query_one(OptionList).options]


async def test_a_file_is_read_again_in_the_encoding_that_is_chosen_and_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(RUSSIAN.encode("koi8-r"))
    async with editor(path=path) as at:
        assert "Latin-1" in at.line("title")
        await choose(at, "alt+k", "koi8-r")
        assert at.area.text == RUSSIAN.replace("\r\n", "\n")
        assert "KOI8-R · CRLF" in at.line("title")
        assert "read as KOI8-R" in at.line("status")
        assert not at.app.page.modified
        await at.type("I")
        await at.press("ctrl+s", "ctrl+z", "ctrl+s")
        assert path.read_bytes() == RUSSIAN.encode("koi8-r")
        await choose(at, "alt+k", "automatic")
        assert "Latin-1" in at.line("title")


async def test_the_model_reads_the_text_as_it_is_in_the_encoding_that_was_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Привет Вавилон.\n".encode("koi8-r") * 3)
    async with editor(path=path, factory=lambda: Autocompleter("english", cutoff=0.3)) as at:
        await choose(at, "alt+k", "koi8-r")
        engine = at.app.suggester.autocompleter
        assert engine is not None
        for _ in range(20):
            await at.pilot.pause()
        decision = await engine.decide("Привет Вав")
        assert decision.alternatives[0].completion == "илон"


async def test_an_encoding_that_the_file_is_not_in_is_told_and_the_text_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\ncaf\xe9")
    async with editor(path=path) as at:
        await choose(at, "alt+k", "utf-8")
        assert "not UTF-8: line 2" in at.line("status") + at.line("hints")
        assert at.area.text == "one\ncafé"
        assert "Latin-1" in at.line("title")


async def test_unsaved_changes_are_asked_about_before_the_file_is_read_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(RUSSIAN.encode("cp1251"))
    async with editor(path=path) as at:
        await at.type("x")
        await choose(at, "alt+k", "windows-1251")
        assert isinstance(at.app.screen, Question)
        await at.press("escape")
        assert at.app.page.modified
        assert "Windows-1252" in at.line("title") or "Latin-1" in at.line("title")


async def test_a_text_without_a_file_cannot_be_read_again() -> None:
    async with editor() as at:
        await at.press("alt+k")
        assert "no file to read again" in at.line("status")


async def test_a_file_is_saved_in_the_encoding_that_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("naïve café\n", encoding="utf-8")
    async with editor(path=path) as at:
        await choose(at, "alt+c", "windows-1252")
        assert path.read_bytes() == "naïve café\n".encode("cp1252")
        assert "Windows-1252" in at.line("title")
        await choose(at, "alt+c", "utf-16 (big-endian)")
        assert path.read_bytes() == "\ufeffnaïve café\n".encode("utf-16-be")
        await choose(at, "alt+c", "utf-8 with bom")
        assert path.read_bytes() == b"\xef\xbb\xbfna\xc3\xafve caf\xc3\xa9\n"
        assert not at.app.page.modified


async def test_an_encoding_that_lacks_a_character_says_which_and_keeps_the_old(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one\ntwo мир\n", encoding="utf-8")
    before = path.read_bytes()
    async with editor(path=path) as at:
        await choose(at, "alt+c", "latin-1")
        assert "Latin-1 has no 'м' (line 2): a.txt stays in UTF-8" in at.line("status")
        assert not at.app.page.modified
        await at.type("x")
        await at.press("ctrl+s")
    assert path.read_bytes() == b"x" + before


async def test_a_new_text_gets_a_name_and_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "new.txt"
    async with editor() as at:
        await at.type("I")
        await at.press("alt+c")
        at.app.screen.query_one(Input).value = "utf-16 without"
        await at.settle()
        await at.press("enter")
        assert isinstance(at.app.screen, PathPrompt)
        at.app.screen.query_one(Input).value = str(path)
        await at.press("enter")
    assert path.read_bytes() == b"I\0"


async def test_line_ends_are_chosen_and_count_as_a_change(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\ntwo\n")
    async with editor(path=path) as at:
        await choose(at, "f10", "windows")
        assert at.app.page.modified
        assert "CRLF" in at.line("title")
        await choose(at, "f10", "unix")
        assert not at.app.page.modified
        await choose(at, "f10", "windows")
        await at.press("ctrl+s")
        assert not at.app.page.modified
    assert path.read_bytes() == b"one\r\ntwo\r\n"


async def test_mixed_line_ends_become_one_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\r\ntwo\nthree\rfour")
    async with editor(path=path) as at:
        assert "mixed line ends" in at.line("title")
        await choose(at, "f10", "windows")
        assert at.area.text == "one\ntwo\nthree\nfour"
        await at.press("ctrl+s")
    assert path.read_bytes() == b"one\r\ntwo\r\nthree\r\nfour"


async def test_a_choice_of_line_ends_that_is_undone_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\r\ntwo\nthree\rfour")
    async with editor(path=path) as at:
        await choose(at, "f10", "windows")
        await at.press("ctrl+z", "ctrl+s")
        assert "mixed line ends" in at.line("title")
    assert path.read_bytes() == b"one\r\ntwo\nthree\rfour"


async def test_what_is_taken_for_binary_can_be_opened_by_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("東京 \n日本\n".encode("utf-16-le"))
    async with editor() as at:
        await at.press("ctrl+o")
        at.app.screen.query_one(Input).value = str(path)
        await at.press("enter")
        assert isinstance(at.app.screen, Picker)
        at.app.screen.query_one(Input).value = "utf-16"
        await at.settle()
        await at.press("enter")
        await at.settle()
        assert at.area.text == "東京 \n日本\n"
        assert "UTF-16 without BOM" in at.line("title")


async def test_what_is_binary_stays_closed_unless_an_encoding_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "b.bin"
    path.write_bytes(b"\0\1\2")
    async with editor() as at:
        await at.press("ctrl+o")
        at.app.screen.query_one(Input).value = str(path)
        await at.press("enter")
        await at.press("escape")
        assert "only text can be edited" in at.line("status") + at.line("hints")
        assert at.app.page.path is None


async def test_an_encoding_that_was_chosen_is_remembered_with_the_file(tmp_path: Path) -> None:
    path, state = tmp_path / "a.txt", tmp_path / "editor.json"
    path.write_bytes(RUSSIAN.encode("koi8-r"))
    async with editor(path=path, history=RecentFiles(state)) as at:
        await choose(at, "alt+k", "koi8-r")
        await at.pilot.press("ctrl+q")
        await at.pilot.pause()
    assert json.loads(state.read_text())["files"][0]["encoding"] == "koi8-r"
    async with editor(path=path, history=RecentFiles(state)) as at:
        assert at.area.text.startswith("Съешь")
    path.write_text("Съешь", encoding="utf-8")
    async with editor(path=path, history=RecentFiles(state)) as at:
        assert at.area.text == "Съешь"
        assert at.app.page.encoding is None


async def test_the_list_can_be_searched_by_language_and_shows_what_is_in_force(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    async with editor(path=path) as at:
        await at.press("alt+c")
        assert "● UTF-8 · all scripts" in offered(at)
        at.app.screen.query_one(Input).value = "japanese"
        await at.settle()
        assert any("Shift-JIS" in line for line in offered(at))
        await at.press("escape")
        assert at.app.screen is at.app.screen_stack[0]


@pytest.mark.parametrize("name", ["Reopen with encoding", "Save with encoding", "Line ends"])
async def test_each_is_found_by_name(name: str) -> None:
    async with editor() as at:
        assert name in [command.name for command in at.app.keys.commands()]


async def test_a_file_saved_in_another_encoding_is_followed_when_another_program_changes_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(RUSSIAN.encode("koi8-r"))
    async with editor(path=path) as at:
        await choose(at, "alt+k", "koi8-r")
        path.write_bytes("мир".encode("koi8-r"))
        await at.press("alt+v")
        assert at.area.text == "мир"
