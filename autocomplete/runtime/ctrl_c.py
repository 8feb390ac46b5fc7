"""What Ctrl+C ends.

Invariant: in a program it raises KeyboardInterrupt, at whatever moment it comes; processes that the program started for itself
ignore it, and the program ends them.

`run` and `run_in` can go, for `asyncio.run` and `Runner.run`, when the least Python supported resets `_interrupt_count` before
it sets its handler: none up to 3.14 does.
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
    """Run a coroutine and return its result, as `asyncio.run` does; see `run_in`."""
    try:
        runner = asyncio.Runner()
        try:
            return run_in(runner, asked)
        finally:
            runner.close()
    finally:
        _drop(asked)


def run_in(runner: asyncio.Runner, asked: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine that nobody else cancels and return its result. Raises KeyboardInterrupt for Ctrl+C.

    Ctrl+C waits until the coroutine has begun: half an event loop cannot be closed, and `asyncio.Runner.run` resets its count
    of signals after it sets its handler, so a signal in between only cancels.
    """
    before = _block()

    async def begun() -> _T:
        _release(before)
        return await asked

    running = begun()
    try:
        return runner.run(running)
    except asyncio.CancelledError:  # where it cannot be held back
        raise KeyboardInterrupt from None
    finally:
        _release(before)
        _drop(running)
        _drop(asked)


def _drop(asked: Coroutine[Any, Any, Any]) -> None:
    """Close a coroutine that never began: it would warn when it is collected."""
    if inspect.getcoroutinestate(asked) == inspect.CORO_CREATED:
        asked.close()


def _block() -> set[signal.Signals | int] | None:
    """Block Ctrl+C in this thread; return the mask for `_release`, None where there are no masks (Windows)."""
    return None if sys.platform == "win32" else signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _release(before: set[signal.Signals | int] | None) -> None:
    if sys.platform != "win32" and before is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def unheard() -> Iterator[None]:
    """Keep Ctrl+C from processes that are started inside, from their first moment on. In this thread it waits until the end.

    A process gets the mask of the thread that starts it (POSIX). Windows has no masks: there see `ignore`.
    """
    before = _block()
    try:
        yield
    finally:
        _release(before)


def ignore() -> None:
    """Ignore Ctrl+C in this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
