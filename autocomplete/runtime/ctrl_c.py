"""What Ctrl+C ends.

Invariant: in a program it raises KeyboardInterrupt, at whatever moment it comes; processes that the program started for itself
do not hear it, but are ended by the program.
"""

from __future__ import annotations

import asyncio
import inspect
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

_T = TypeVar("_T")


def run(asked: Coroutine[Any, Any, _T]) -> _T:
    """Return what a coroutine returns, as `asyncio.run` does; see `run_in`."""
    try:
        runner = asyncio.Runner()
        try:
            return run_in(runner, asked)
        finally:
            runner.close()
    finally:
        _drop(asked)


def run_in(runner: asyncio.Runner, asked: Coroutine[Any, Any, _T]) -> _T:
    """Return what a coroutine returns that nobody else cancels. Raises KeyboardInterrupt for Ctrl+C.

    Ctrl+C waits until the coroutine is begun: half an event loop cannot be closed, and `asyncio.Runner.run` begins to count
    the signals that it got only after its handler was set, so that of one in between (up to Python 3.14) there is only a
    cancellation.
    """
    before = _hold()

    async def begun() -> _T:
        _let(before)
        return await asked

    running = begun()
    try:
        return runner.run(running)
    except asyncio.CancelledError:  # where it cannot be held back
        raise KeyboardInterrupt from None
    finally:
        _let(before)
        _drop(running)
        _drop(asked)


def _drop(asked: Coroutine[Any, Any, Any]) -> None:
    """Close a coroutine that was never begun: it would say so when it goes."""
    if inspect.getcoroutinestate(asked) == inspect.CORO_CREATED:
        asked.close()


def _hold() -> set[signal.Signals | int] | None:
    """Let Ctrl+C wait, in this thread; return what to `_let` through again, None where there are no masks (Windows)."""
    return None if sys.platform == "win32" else signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _let(before: set[signal.Signals | int] | None) -> None:
    if sys.platform != "win32" and before is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def unheard() -> Iterator[None]:
    """Keep Ctrl+C from processes that are started meanwhile, from their first moment on. In this thread it waits till the end.

    A process gets the mask of the thread that starts it (POSIX). Windows has no masks: there see `ignore`.
    """
    before = _hold()
    try:
        yield
    finally:
        _let(before)


def ignore() -> None:
    """Do not hear Ctrl+C in this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
