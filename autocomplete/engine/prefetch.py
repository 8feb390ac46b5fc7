"""Asking ahead: the root of the word after the one that is shown, while the person is still reading it.

Invariant: nothing is awaited and nobody is told what goes wrong; what the text no longer leads to is cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from autocomplete.core.backend import Request
from autocomplete.errors import AutocompleteError


class Prefetch:
    """Requests that run ahead of need, by `fetch`, which keeps the answer."""

    def __init__(self, fetch: Callable[[Request], Awaitable[object]]) -> None:
        self._fetch = fetch
        self._running: dict[str, asyncio.Task[None]] = {}

    def start(self, context: str) -> None:
        """Ask for what comes after `context`, unless that is being asked."""
        if context not in self._running:
            task = asyncio.ensure_future(self._run(Request(context)))
            self._running[context] = task
            task.add_done_callback(lambda _: self._running.pop(context, None))

    async def _run(self, request: Request) -> None:
        try:
            await self._fetch(request)
        except AutocompleteError:
            return  # nobody asked yet; whoever does will be told

    def keep(self, context: str, here: str) -> None:
        """Cancel all that a text does not lead to: its last finished word ends at `context`, all of it is `here`."""
        for ahead, task in list(self._running.items()):
            if not (ahead == context or (here.strip() and ahead.startswith(here))):
                task.cancel()

    async def aclose(self) -> None:
        """Cancel all."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
