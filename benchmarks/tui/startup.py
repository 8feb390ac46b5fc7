"""From launch to first paint and to first ghost, in a real pseudo-terminal: python -m benchmarks.tui.startup [RUNS]

The console command is started on a file, its output read through a terminal emulator. First paint: the file's text is on the
screen. First ghost: keys are sent at launch, and the rest of their word stands on the screen. Beside it the least that Python
and Textual need: an app that shows one line.
"""

from __future__ import annotations

import os
import pty
import select
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Sequence
from fcntl import ioctl
from pathlib import Path

import pyte

from benchmarks.support.tables import machine, percentile, table

BARE_APP = "from textual.app import App; from textual.widgets import Static\n" + (
    "class A(App):\n    def compose(self):\n        yield Static('Once upon')\nA().run()"
)
LIMIT_S = 20.0


def seconds_until(command: Sequence[str], seen: Callable[[list[str]], bool], *, keys: bytes = b"") -> float:
    """Return the seconds from the start of `command` in an 80x24 terminal until its screen satisfies `seen`.

    Raises TimeoutError after 20 s.
    """
    screen = pyte.Screen(80, 24)
    stream = pyte.ByteStream(screen)
    started = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        os.execvp(command[0], list(command))
    try:
        ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.write(terminal, keys)
        while time.perf_counter() - started < LIMIT_S:
            if select.select([terminal], [], [], 0.5)[0]:
                stream.feed(os.read(terminal, 65536))
                if seen(screen.display):
                    return time.perf_counter() - started
        raise TimeoutError("\n".join(screen.display))
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    command = str(Path(sys.executable).with_name("autocomplete"))
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder, "note.txt")
        note.write_text("Once upon a time\n")
        new = str(Path(folder, "new.txt"))
        cases: list[tuple[str, list[str], Callable[[list[str]], bool], bytes]] = [
            ("autocomplete FILE: first paint", [command, str(note)], _shows("Once upon"), b""),
            ("autocomplete: keys to first ghost", [command, new], _shows("The United States"), b"The United Sta"),
            ("an empty Textual app: first paint", [sys.executable, "-c", BARE_APP], _shows("Once upon"), b""),
        ]
        rows = []
        for name, words, seen, keys in cases:
            times = [seconds_until(words, seen, keys=keys) for _ in range(runs)]
            rows.append((name, f"{min(times):.2f}", f"{percentile(times, 0.5):.2f}", f"{max(times):.2f}"))
    print(f"Seconds from launch, {runs} runs each. {machine()}\n")
    print(table(("what", "least", "median", "most"), rows))


def _shows(text: str) -> Callable[[list[str]], bool]:
    return lambda lines: any(text in line for line in lines)


if __name__ == "__main__":
    main()
