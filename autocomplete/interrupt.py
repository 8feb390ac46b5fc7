"""What Ctrl+C ends.

Invariant: in a program it raises KeyboardInterrupt, at whatever moment it comes; processes that the program started for itself
do not hear it, but are ended by the program.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

_T = TypeVar("_T")


def run(asked: Coroutine[Any, Any, _T]) -> _T:
    """Return what a coroutine returns, as `asyncio.run` does; see `run_in`."""
    with asyncio.Runner() as runner:
        return run_in(runner, asked)


def run_in(runner: asyncio.Runner, asked: Coroutine[Any, Any, _T]) -> _T:
    """Return what a coroutine returns that nobody else cancels. Raises KeyboardInterrupt for Ctrl+C.

    `asyncio.Runner.run` counts the signals that it got, but begins to count only after its handler was set: of one that comes
    between (up to Python 3.14) there is only the cancellation.
    """
    try:
        return runner.run(asked)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


@contextmanager
def unheard() -> Iterator[None]:
    """Keep Ctrl+C from processes that are started meanwhile, from their first moment on. In this thread it waits till the end.

    A process gets the mask of the thread that starts it (POSIX). Windows has no masks: there see `ignore`.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ignore() -> None:
    """Do not hear Ctrl+C in this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
