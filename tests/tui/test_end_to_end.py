"""The real program, in a pseudo-terminal, with the embedded model: type, accept, save, quit, read the file back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.terminal import Terminal, editor_in_a_terminal


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
