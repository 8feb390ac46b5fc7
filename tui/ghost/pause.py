"""Whether suggestions are paused: until the person says otherwise, or for some minutes.

Invariant: what is true follows from the clock at the moment of asking; what waits here only tells how time goes by.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable

#: The times that are offered for a snooze, in minutes.
SNOOZES = (5, 15, 60)


#: How often what is left of a snooze is shown anew, in seconds.
_TOLD_EVERY_S = 15.0


class Pause:
    """A pause that `clock`, in seconds, may end. `changed` is called while a snooze goes by, and when it is over."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._changed = changed
        self._until: float | None = None
        self._telling: asyncio.Task[None] | None = None

    @property
    def left_s(self) -> float:
        """Seconds until suggestions go on: 0 where they are not paused, infinite where only the person ends it."""
        return 0.0 if self._until is None else max(0.0, self._until - self._clock())

    @property
    def on(self) -> bool:
        """Whether suggestions are paused now."""
        return self.left_s > 0.0

    def toggle(self) -> None:
        """Pause until asked to go on; end a pause or a snooze."""
        self.close()
        self._until = None if self.on else math.inf

    def snooze(self, minutes: float) -> None:
        """Pause for some minutes from now on. Needs a running event loop."""
        self.close()
        self._until = self._clock() + 60.0 * minutes
        self._telling = asyncio.create_task(self._count_down())

    def close(self) -> None:
        """Tell no more how time goes by."""
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None

    async def _count_down(self) -> None:
        while self.on:
            await self._sleep(min(self.left_s, _TOLD_EVERY_S))
            self._changed()

    @property
    def words(self) -> str:
        """What to tell about it: "paused", "snoozed, 5 min left", or ""."""
        return pause_words(self.left_s)


def pause_words(left_s: float) -> str:
    """Return what to tell about a pause of which `left_s` seconds are left.

    >>> pause_words(math.inf), pause_words(300.0), pause_words(241.0), pause_words(59.0), pause_words(0.0)
    ('paused', 'snoozed, 5 min left', 'snoozed, 5 min left', 'snoozed, 1 min left', '')
    """
    if left_s <= 0.0:
        return ""
    return "paused" if math.isinf(left_s) else f"snoozed, {math.ceil(left_s / 60.0)} min left"
