"""What is typed while a command works: not shown, not taken for an answer, and the terminal is left as it was."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autocomplete.cli.echo import drop_typed, echo
from tests.support.terminal import Terminal, editor_in_a_terminal

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are of POSIX systems", allow_module_level=True)

import pty
import termios

TEXT = "Dear Ann, I look forward to hearing from you. It was good to see you and the children again. "


def echoes(handle: int) -> bool:
    return bool(termios.tcgetattr(handle)[3] & termios.ECHO)


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """Yield the handles of a terminal that is standard input: that of the person, that of the program."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield ours, theirs
    os.close(ours)


def test_nothing_is_shown_meanwhile_and_afterwards_all_is_as_before(keyboard: tuple[int, int]) -> None:
    _, theirs = keyboard
    before = termios.tcgetattr(theirs)
    with echo(False):
        assert not echoes(theirs)
        assert termios.tcgetattr(theirs)[3] & termios.ISIG  # Ctrl+C
        with echo(True):
            assert echoes(theirs)
        assert not echoes(theirs)
    assert termios.tcgetattr(theirs) == before


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_however_it_ends(keyboard: tuple[int, int], error: type[BaseException]) -> None:
    with pytest.raises(error), echo(False):
        raise error
    assert echoes(keyboard[1])


def test_what_was_typed_before_a_question_does_not_answer_it(keyboard: tuple[int, int]) -> None:
    ours, theirs = keyboard

    def press(line: bytes) -> None:
        os.write(ours, line)
        assert select.select([theirs], [], [], 60.0)[0]  # it takes a moment to get to the other side

    with echo(False):
        press(b"y\n")
        with echo(True):
            press(b"n\n")
            assert os.read(theirs, 99) == b"n\n"
        press(b"q\n")
        drop_typed()
        press(b"z\n")
        assert os.read(theirs, 99) == b"z\n"


@pytest.mark.parametrize("name", [os.devnull, None])
def test_without_a_terminal_nothing_happens(name: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", None)
    with Path(name or os.devnull).open() as file:
        monkeypatch.setattr("sys.stdin", file if name else None)
        with echo(False), echo(True):
            drop_typed()


def test_where_there_is_no_such_switch_nothing_happens(keyboard: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setitem(sys.modules, "termios", None)
    with echo(False), echo(True):
        drop_typed()
        assert echoes(keyboard[1])


@pytest.fixture
def tuner(tmp_path: Path) -> Iterator[Terminal]:
    (tmp_path / "letter.txt").write_text(TEXT * 30, encoding="utf-8")
    opened = editor_in_a_terminal(tmp_path, "tune", "letter.txt")
    yield opened
    opened.kill()


def test_keys_during_the_bar_neither_appear_nor_act(tuner: Terminal) -> None:
    tuner.expect("english  [")
    tuner.send("zqx")
    tuner.expect("recommended")
    assert "zqx" not in tuner._text()
    tuner.send("q")
    assert tuner.wait() == 0
    assert echoes(tuner.handle)


def test_ctrl_c_ends_the_bar_and_the_terminal_is_as_before(tuner: Terminal) -> None:
    tuner.expect("english  [")
    tuner.send("\x03")
    assert tuner.wait() == 130
    assert echoes(tuner.handle)


def test_ctrl_c_ends_several_processes_without_a_word_from_them(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(TEXT * 99, encoding="utf-8")
    tuner = editor_in_a_terminal(tmp_path, "tune", "a.txt", "b.txt")
    try:
        tuner.expect("english  [")
        tuner.send("\x03")
        assert tuner.wait() == 130
        assert "Traceback" not in tuner._text()
    finally:
        tuner.kill()
