"""From the words of a command line to open documents, and standard input in a real terminal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.terminal import editor_in_a_terminal
from tui.app.open_files import OpenTarget, open_pages, target
from tui.files.encodings import encoding_named
from tui.files.load_save import DocumentError
from tui.files.recent_files import RecentFiles


def test_a_line_and_a_column_may_follow_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for word in ("notes-10:30", "a.txt:3", "a.txt:3:7"):
        assert target(word) == OpenTarget(Path(word)), word  # there is no file before the colon
    Path("a.txt").touch()
    assert target("a.txt:3") == OpenTarget(Path("a.txt"), 3)
    assert target("a.txt:3:7:") == OpenTarget(Path("a.txt"), 3, 7)
    for word in ("a.txt", "a.txt:", "a.txt:0", ":3", "a:b", "a.txt:9999999999999"):
        assert target(word) == OpenTarget(Path(word)), word
    Path("a.txt:3").write_text("this is its name")
    assert target("a.txt:3") == OpenTarget(Path("a.txt:3"))


def test_every_file_is_opened_once_and_no_word_is_a_new_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    words = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), f"{tmp_path / 'a.txt'}:1"]
    assert [page.title for page in open_pages(words, RecentFiles())] == ["a.txt", "b.txt"]
    assert [page.title for page in open_pages([], RecentFiles())] == ["Untitled"]


def test_one_file_that_cannot_be_opened_is_an_error_before_anything_is_painted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(DocumentError, match="folder"):
        open_pages([str(tmp_path / "a.txt"), str(tmp_path)], RecentFiles())


def test_what_looks_binary_says_how_to_name_its_encoding_and_opens_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("東京\n日本\n".encode("utf-16-be") + " ".encode("utf-16-be"))
    with pytest.raises(DocumentError, match=r"is a binary file: .* --encoding utf-16-le, or another\.$"):
        open_pages([str(path)], RecentFiles())
    (page,) = open_pages([str(path)], RecentFiles(), encoding_named("utf-16-be"))
    assert page.area.text == "東京\n日本\n "
    (new,) = open_pages([str(tmp_path / "new.txt")], RecentFiles(), encoding_named("cp1251"))
    assert (new.format.encoding, new.modified) == ("cp1251", False)


def test_standard_input_is_a_text_without_a_file_and_the_keys_come_from_the_terminal(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"piped text\nwith two lines")
    os.close(writing)
    terminal = editor_in_a_terminal(tmp_path, "-", stdin=reading)
    os.close(reading)
    try:
        terminal.expect("Standard input")
        terminal.expect("piped text")
        terminal.expect("cutoff")
        terminal.send("x\x13")  # Ctrl+S
        terminal.expect("Save as")
        terminal.send("saved.txt\r")
        terminal.expect("saved 26 bytes")
        assert (tmp_path / "saved.txt").read_text() == "xpiped text\nwith two lines"
        terminal.send("\x11")
        assert terminal.wait() == 0
    finally:
        terminal.kill()


def test_a_binary_standard_input_is_refused_in_one_line(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"\x89PNG\0")
    os.close(writing)
    terminal = editor_in_a_terminal(tmp_path, "-", stdin=reading)
    os.close(reading)
    try:
        terminal.expect("autocomplete: Standard input is a binary file: only text can be edited.")
        assert terminal.wait() == 2
    finally:
        terminal.kill()
