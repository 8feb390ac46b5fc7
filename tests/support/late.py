"""Threads of a slow machine: what they work out is handed over when the test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class Late(ThreadPoolExecutor):
    """Takes the place of the running loop's threads. Work is done at once; the loop hears of it after `hand_over` or `end`."""

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self._done: list[tuple[Future[Any], Callable[[], Any]]] = []
        self._is_late = True
        asyncio.get_running_loop().set_default_executor(self)

    @property
    def n_waiting(self) -> int:
        """How much is done that nobody has heard of."""
        return len(self._done)

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Return what will tell the result, or the error."""
        future: Future[Any] = Future()
        try:
            result = work(*arguments, **named)
        except Exception as exc:
            error = exc  # its own name goes with the clause
            self._done.append((future, lambda: future.set_exception(error)))
        else:
            self._done.append((future, lambda: future.set_result(result)))
        if not self._is_late:
            self.hand_over()
        return future

    def hand_over(self) -> None:
        """Tell what is done by now."""
        done, self._done = self._done, []
        for future, tell in done:
            if future.set_running_or_notify_cancel():
                tell()

    def end(self) -> None:
        """Tell what is done by now, and from now on at once what is done."""
        self._is_late = False
        self.hand_over()
