"""The real program, in a pseudo-terminal, with the embedded model: type, accept, save, quit, read the file back."""

from __future__ import annotations

import contextlib
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are of POSIX systems", allow_module_level=True)

import fcntl
import pty
import struct
import termios

#: Long enough for any machine: a program that hangs ends the test, a slow one does not. Seconds.
PATIENCE_S = 60.0

_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-Z\\-_])")


@dataclass
class Terminal:
    """A program in a pseudo-terminal of 80 by 24 cells. `expect` reads on from where the last one ended."""

    process: subprocess.Popen[bytes]
    handle: int
    _printed: bytes = field(default=b"", init=False)
    _read_to: int = field(default=0, init=False)

    def send(self, keys: str) -> None:
        os.write(self.handle, keys.encode())

    def expect(self, text: str) -> None:
        """Read until `text` is printed."""
        deadline = time.monotonic() + PATIENCE_S
        while (found := self._text().find(text, self._read_to)) < 0:
            ready, _, _ = select.select([self.handle], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"{text!r} was not printed in {PATIENCE_S:.0f} s"
            self._printed += os.read(self.handle, 65536)
        self._read_to = found + len(text)

    def _text(self) -> str:
        return _ESCAPES.sub("", self._printed.decode(errors="replace"))

    def wait(self) -> int:
        """Return the exit status; what the program prints at its end is thrown away."""
        with contextlib.suppress(OSError):  # Linux reports the other side's end as an error
            while os.read(self.handle, 65536):
                pass
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    program = [sys.executable, "-c", "from autocomplete.cli import main; main()", "letter.txt", "--cutoff", "0.4"]
    environment = {**os.environ, "TERM": "xterm-256color", "HOME": str(tmp_path)}
    process = subprocess.Popen(
        program, stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path, env=environment, start_new_session=True
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


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
