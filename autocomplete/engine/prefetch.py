"""Prefetch: the request for the word after the one that is shown, made while the person still reads it.

Invariant: nobody waits for it or gets its errors; requests that the text no longer leads to are cancelled. Each event loop has
its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from autocomplete.core.backend import Request
from autocomplete.errors import AutocompleteError


class Prefetch:
    """Requests that run ahead of need. `fetch` makes one and caches the answer."""

    def __init__(self, fetch: Callable[[Request], Awaitable[object]]) -> None:
        self._fetch = fetch
        self._running: dict[tuple[asyncio.AbstractEventLoop, str], asyncio.Task[None]] = {}

    def start(self, context: str) -> None:
        """Request what comes after `context`, unless that request is running."""
        here = asyncio.get_running_loop(), context
        if here not in self._running:
            task = asyncio.ensure_future(self._run(Request(context)))
            self._running[here] = task
            task.add_done_callback(lambda _: self._running.pop(here, None))

    async def _run(self, request: Request) -> None:
        try:
            await self._fetch(request)
        except AutocompleteError:
            return  # nobody waits for it; whoever asks again gets the error

    def keep(self, context: str, here: str) -> None:
        """Cancel requests that a text does not lead to: its last finished word ends `context`, and all of it is `here`."""
        for ahead, task in self._here():
            if not (ahead == context or (here.strip() and ahead.startswith(here))):
                task.cancel()

    async def aclose(self) -> None:
        """Cancel all requests."""
        tasks = [task for _, task in self._here()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _here(self) -> list[tuple[str, asyncio.Task[None]]]:
        """Return the requests of the running loop, each with its context."""
        loop = asyncio.get_running_loop()
        return [(context, task) for (of, context), task in list(self._running.items()) if of is loop]
