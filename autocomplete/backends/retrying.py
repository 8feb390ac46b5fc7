"""Asks a model again whose server says "not now": it waits, where a person who types would go on without it.

Invariant: what is raised is what the model raised; one that cannot be reached is waited for only if it had answered before.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from autocomplete.core.backend import Backend, Capabilities, Request
from autocomplete.core.distribution import Distribution
from autocomplete.errors import BackendUnavailable

#: Seconds without any answer after which it gives up.
PATIENCE_S = 180.0

#: Seconds that one answer may take, where nobody waits for it at the keyboard.
TIMEOUT_S = 60.0

#: Seconds of the first pause, and of the longest, where the server asks for none that is longer: each is twice the last.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 30.0

#: Seconds between two lines that say that the server is waited for.
_TELL_AGAIN_S = 60.0


class RetryingBackend:
    """A backend that asks again, after a pause, what `inner` could not answer for now.

    `patience_s`: seconds without an answer to any question after which it raises what `inner` raised, and so it does where
    the server wants a longer pause. `tell` gets a line when it begins to wait, once a minute at most. `clock`: seconds.
    """

    def __init__(
        self,
        inner: Backend,
        *,
        patience_s: float = PATIENCE_S,
        tell: Callable[[str], None] = lambda line: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._inner, self._patience_s, self._tell = inner, patience_s, tell
        self._clock, self._sleep = clock, sleep
        self._answered_at: float | None = None
        self._announced_at: float | None = None

    @property
    def name(self) -> str:
        """The model's name."""
        return self._inner.name

    @property
    def capabilities(self) -> Capabilities:
        """What the model can do."""
        return self._inner.capabilities

    async def next_tokens(self, request: Request) -> Distribution:
        """Return the model's answer, however often it must be asked. Raises as it does, when patience is over."""
        began, pause_s = self._clock(), _FIRST_PAUSE_S
        while True:
            try:
                answer = await self._inner.next_tokens(request)
            except BackendUnavailable as error:
                wait_s = max(pause_s, error.retry_after_s or 0.0)
                if not self._may_wait(wait_s, began, asked_to=error.retry_after_s is not None):
                    raise
                self._waits(error)
            else:
                self._answered_at = self._clock()
                return answer
            await self._sleep(wait_s)
            pause_s = min(2.0 * pause_s, _LONGEST_PAUSE_S)

    def _may_wait(self, wait_s: float, began: float, *, asked_to: bool) -> bool:
        """Return whether a question that was first asked at `began` may wait so long. `asked_to`: the server wants it."""
        if self._answered_at is None:
            return asked_to and self._clock() + wait_s - began <= self._patience_s
        return self._clock() + wait_s - max(began, self._answered_at) <= self._patience_s

    def _waits(self, error: BackendUnavailable) -> None:
        now = self._clock()
        if self._announced_at is None or now - self._announced_at >= _TELL_AGAIN_S:
            self._announced_at = now
            self._tell(f"Waiting: {error}")

    async def aclose(self) -> None:
        """Release what the model holds."""
        await self._inner.aclose()
