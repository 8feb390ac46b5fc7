"""The cache: distributions that were fetched, and requests in flight.

Invariant: at most `size` distributions, none older than `ttl_s`, for all threads; equal requests in flight in a loop are one
task; a task runs as long as somebody waits for it and is cancelled when the last one stops waiting. A child process after a
fork begins anew.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from cachetools import TTLCache

from autocomplete.core.distribution import Distribution


@dataclass(slots=True)
class _Flight:
    task: asyncio.Task[Distribution]
    waiting: int = 0


class DistributionCache:
    """An LRU cache of ungated distributions with an age limit in seconds, and one task for equal requests in flight."""

    def __init__(self, *, size: int = 4096, ttl_s: float = 1800.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = size, ttl_s, clock
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._cached: TTLCache[Hashable, Distribution] = TTLCache(*self._limits)
        self._flights: dict[tuple[asyncio.AbstractEventLoop, Hashable], _Flight] = {}

    def get(self, key: Hashable) -> Distribution | None:
        """Return the distribution in the cache, or None."""
        if self._process != os.getpid():
            self._begin()
        with self._lock:
            return self._cached.get(key)

    async def fetch(self, key: Hashable, ask: Callable[[], Awaitable[Distribution]]) -> Distribution:
        """Return the distribution for `key`: the one in flight, or a new one. Raises what `ask` raises.

        Cancelling this call ends the request only if nobody else waits for it.
        """
        if self._process != os.getpid():
            self._begin()
        here = asyncio.get_running_loop(), key
        flight = self._flights.get(here)
        if flight is None:
            flight = self._flights[here] = _Flight(asyncio.ensure_future(self._run(key, ask)))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if flight.waiting == 0 and self._flights.get(here) is flight:
                # Even if it is done: an eager task (a loop may start tasks so) can end before it is noted above.
                del self._flights[here]
                flight.task.cancel()

    async def _run(self, key: Hashable, ask: Callable[[], Awaitable[Distribution]]) -> Distribution:
        here = asyncio.get_running_loop(), key
        this = asyncio.current_task()
        try:
            distribution = await ask()
        finally:
            flight = self._flights.get(here)
            if flight is not None and flight.task is this:
                del self._flights[here]
        with self._lock:
            self._cached[key] = distribution
        return distribution
