"""The real program in a pseudo-terminal that is its controlling one, as a window or a connection would be."""

from __future__ import annotations

import base64
import contextlib
import errno
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable
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

_COPY = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-Z\\-_])")


@dataclass
class Terminal:
    """A program in a pseudo-terminal of 80 by 24 cells. `expect` reads on from where the last one ended."""

    process: subprocess.Popen[bytes]
    handle: int
    _printed: bytes = field(default=b"", init=False)
    _read_to: int = field(default=0, init=False)

    def send(self, keys: str | bytes) -> None:
        os.write(self.handle, keys.encode() if isinstance(keys, str) else keys)

    def expect(self, text: str) -> None:
        """Read until `text` is printed."""
        self._read(lambda: self._text().find(text, self._read_to) >= 0, text)
        self._read_to = self._text().find(text, self._read_to) + len(text)

    def copied(self) -> str:
        """Return what the terminal was first asked to put into the clipboard (OSC 52)."""
        self._read(lambda: bool(_COPY.search(self._printed)), "a text to copy")
        found = _COPY.search(self._printed)
        return base64.b64decode(found[1]).decode() if found else ""

    def _read(self, done: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not done():
            ready, _, _ = select.select([self.handle], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"{what!r} did not come in {PATIENCE_S:.0f} s"
            printed = os.read(self.handle, 65536)
            if not printed:
                raise OSError(errno.EIO, "the other side is closed")
            self._printed += printed

    def skip(self) -> None:
        """Read what is printed by now, and look at what comes after it from now on."""
        while select.select([self.handle], [], [], 0)[0]:
            self._printed += os.read(self.handle, 65536)
        self._read_to = len(self._text())

    def _text(self) -> str:
        return _ESCAPES.sub("", self._printed.decode(errors="replace"))

    def wait(self) -> int:
        """Return the exit status, after all that the program prints."""
        with contextlib.suppress(OSError):  # Linux reports the other side's end as an error
            self._read(lambda: False, "the end")
        return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        """End the program, whatever it does, and close the terminal."""
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):  # the test may have closed it
            os.close(self.handle)


_PROGRAM = """
from autocomplete.cli.main import main
from tui.widgets.input_queue import KeyboardApp
KeyboardApp.guard_s = 0.0  # a test is never too quick to have read a question
main()
"""

#: Takes the terminal, so that closing it is a hang-up; Ctrl+C ends the program, also where the tests run in the background.
_TAKE = """
import fcntl, signal, termios
fcntl.ioctl(2, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.default_int_handler)
"""

#: A program that starts the other and waits for it, as make does: a hang-up is told to it alone.
_LAUNCHER = """
import signal, subprocess, sys
signal.signal(signal.SIGHUP, lambda *_: None)
sys.exit(subprocess.call([sys.executable, "-c", *sys.argv[1:]]))
"""


def editor_in_a_terminal(home: Path, *arguments: str, stdin: int | None = None, by_another: bool = False) -> Terminal:
    """Return the program, started in the folder `home` with that folder for its home.

    `stdin`: by default the terminal. `by_another`: it is started by a program that waits for it, which is what is returned.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "AUTOCOMPLETE_"))}
    environment |= {"TERM": "xterm-256color", "HOME": str(home)}
    started = [_TAKE + _LAUNCHER, _PROGRAM] if by_another else [_TAKE + _PROGRAM]
    process = subprocess.Popen(
        [sys.executable, "-c", *started, *arguments],
        stdin=theirs if stdin is None else stdin,
        stdout=theirs,
        stderr=theirs,
        cwd=home,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    return Terminal(process, ours)
