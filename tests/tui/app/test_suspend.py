"""Going to the shell and back, in a real terminal."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.editor import editor
from tests.support.terminal import Terminal, editor_in_a_terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = editor_in_a_terminal(tmp_path, "letter.txt")
    yield opened
    opened.kill()


async def test_without_a_shell_there_is_nowhere_to_go_and_that_is_said() -> None:
    async with editor() as at:
        await at.press("alt+shift+z")
        assert "there is no shell to go to" in at.line("status")


def test_after_a_stop_the_whole_screen_is_painted_and_writing_goes_on(terminal: Terminal, tmp_path: Path) -> None:
    terminal.expect("cutoff 60%")
    terminal.send("Xylophones")
    terminal.expect("Xylophones")
    terminal.process.send_signal(signal.SIGTSTP)
    _, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    terminal.skip()
    terminal.process.send_signal(signal.SIGCONT)
    terminal.expect("letter.txt ●")
    terminal.expect("Xylophones")
    terminal.expect("cutoff 60%")
    terminal.send("!\x13")
    terminal.expect("saved 11 bytes")
    assert (tmp_path / "letter.txt").read_text() == "Xylophones!"
