"""Garbage is collected while nobody types: going through all objects takes longer than a key may.

Invariant: nothing is collected but garbage, and none is kept for good; while the person types, Python goes through the young
objects alone, unless that goes on for thousands of keys without a pause.
"""

from __future__ import annotations

import gc

#: After a pause of this length what has come since the last one is gone through, in seconds. That takes some milliseconds.
PAUSE_S = 1.0

#: After a rest of this length everything is gone through, in seconds. That takes about a tenth of one.
REST_S = 60.0

#: Rounds through objects that are no longer young, before Python goes through all of them without waiting for a pause.
ROUNDS = 200


class IdleCollector:
    """Decides when to collect. Between `begin` and `end` the settings of the process are its own.

    What has been gone through is set aside ("frozen" in Python), so that the next time costs no more than what is new. What
    becomes garbage there is found after a rest.
    """

    def __init__(self) -> None:
        self._usual = gc.get_threshold()
        self._seen_at = self._rested_at = float("-inf")

    def begin(self) -> None:
        """Set aside what is there, which is the program, and wait for pauses from now on."""
        self._usual = gc.get_threshold()
        gc.set_threshold(*self._usual[:2], ROUNDS)
        gc.freeze()

    def end(self) -> None:
        """Leave collecting to Python again."""
        gc.unfreeze()
        gc.set_threshold(*self._usual)

    def collect(self, given_at: float, now: float) -> None:
        """Collect if it is time: `given_at` is when the person last did something, in seconds of the clock of `now`."""
        quiet_s = now - given_at
        if quiet_s >= REST_S and self._rested_at != given_at:
            self._rested_at = given_at
            gc.unfreeze()
        elif quiet_s < PAUSE_S or self._seen_at == given_at:
            return
        self._seen_at = given_at
        gc.collect()
        gc.freeze()
