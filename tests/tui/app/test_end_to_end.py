"""The real program, in a pseudo-terminal, with the embedded model: type, accept, save, quit, read the file back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.terminal import Terminal, editor_in_a_terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = editor_in_a_terminal(tmp_path, "letter.txt", "--cutoff", "0.4")
    yield opened
    opened.kill()


def test_a_letter_is_written_with_an_accepted_word(terminal: Terminal, tmp_path: Path) -> None:
    terminal.expect("cutoff 40%")
    terminal.send("On the other ")
    terminal.expect("≥ cutoff 40%")
    terminal.send("\t")
    terminal.send(" we")
    terminal.expect("we")
    terminal.send("\x13")
    terminal.expect("saved 20 bytes")
    assert (tmp_path / "letter.txt").read_text() == "On the other hand we"
    terminal.send("\x11")
    assert terminal.wait() == 0


def test_what_comes_in_one_burst_goes_where_its_keys_lead(terminal: Terminal, tmp_path: Path) -> None:
    terminal.expect("cutoff 40%")
    terminal.send("bar none\x06bar\x1b[27u\x0c1:9\rdid \x13")
    terminal.expect("saved 12 bytes")
    assert (tmp_path / "letter.txt").read_text() == "bar nonedid "
    terminal.send("more\x11sx")
    assert terminal.wait() == 0
    assert (tmp_path / "letter.txt").read_text() == "bar nonedid more"


def test_a_word_is_clicked_on_and_copied_and_the_next_click_moves_on(terminal: Terminal, tmp_path: Path) -> None:
    terminal.expect("cutoff 40%")
    terminal.send("one two three")
    terminal.expect("three")
    terminal.send("\x1b[<0;8;3M\x1b[<0;8;3m" * 2 + "\x03")  # the mouse on "two", twice, and Ctrl+C
    assert terminal.copied() == "two"
    terminal.send("2\x1b[<0;16;3M\x1b[<0;16;3m!\x13")
    terminal.expect("saved 12 bytes")
    assert (tmp_path / "letter.txt").read_text() == "one 2 three!"
