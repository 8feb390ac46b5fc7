"""Whether what is typed while a command works appears in the terminal.

Invariant: the terminal is left as it was found, however the work ends; keys that stop a program, such as Ctrl+C, go on doing
so. Where there is no terminal, or it is another program's turn, or the system has no such switch (Windows), nothing is changed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: Where an attribute list of `termios` has its local modes.
_LOCAL = 3


@contextmanager
def echo(on: bool) -> Iterator[None]:
    """Let the terminal show what is typed meanwhile, or not. With `on`, for a question, what was typed before is dropped."""
    handle = _terminal()
    if handle is None:
        yield
        return
    import termios

    before = termios.tcgetattr(handle)
    wanted = [*before]
    wanted[_LOCAL] = before[_LOCAL] | termios.ECHO if on else before[_LOCAL] & ~termios.ECHO
    termios.tcsetattr(handle, termios.TCSAFLUSH if on else termios.TCSADRAIN, wanted)
    try:
        yield
    finally:
        if _terminal() == handle:  # it may have been sent to the background: then touching the terminal would stop it
            termios.tcsetattr(handle, termios.TCSADRAIN, before)


def drop_typed() -> None:
    """Drop what was typed and not read: keys pressed before a screen opens are not meant for it."""
    handle = _terminal()
    if handle is not None:
        import termios

        termios.tcflush(handle, termios.TCIFLUSH)


def _terminal() -> int | None:
    """Return the handle of the terminal that this program may change, None where there is none."""
    if sys.platform == "win32":
        return None
    for file in (sys.stdin, sys.stderr):
        try:
            handle: int = file.fileno()
            if os.isatty(handle):
                return handle if _in_front(handle) else None
        except (AttributeError, OSError, ValueError):  # closed, or replaced by something that is no file
            continue
    return None


def _in_front(handle: int) -> bool:
    try:
        return os.tcgetpgrp(handle) == os.getpgrp()
    except OSError:  # not the terminal that controls this program: no job control there
        return True
