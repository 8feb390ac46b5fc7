"""Your own times for the length-aware gate: seconds per key, and what it costs to read a ghost.

Seconds per key is the median pause between keys. The reading cost is how much longer the median pause is after a ghost appeared
and was ignored than after none appeared. Pauses above `LONGEST_S` are thinking, not typing, and are left out.

Invariant: what is kept are counts of pauses by range of length, never when a key was pressed, nor which.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from autocomplete.core.gate import LengthAware

#: Pauses after which kind of key are counted.
KEY, IGNORED = "key", "ignored"

#: Pauses outside are no typing: keys that repeat or are pasted, and thinking.
SHORTEST_S, LONGEST_S = 0.02, 2.0

#: Each range of pauses is so much longer than the one before.
_RATIO = 1.05

#: Pauses of a kind below which the defaults stand.
FEWEST = 200


def place_of(pause_s: float) -> int | None:
    """Return the number of the range in which a pause lies, None where it is no pause of typing.

    >>> place_of(0.02), place_of(0.25), place_of(3.0), place_of(float("nan"))
    (0, 51, None, None)
    """
    if not SHORTEST_S <= pause_s <= LONGEST_S:
        return None
    return int(math.log(pause_s / SHORTEST_S) / math.log(_RATIO))


def median_s(counts: Mapping[int, int]) -> float | None:
    """Return the median of pauses counted by range, in seconds, None where there are none.

    >>> round(median_s({place_of(0.25): 9, place_of(1.0): 2}), 2), median_s({})
    (0.25, None)
    """
    total = sum(counts.values())
    below = 0
    for place in sorted(counts):
        n = counts[place]
        if n > 0 and below + n >= total / 2:
            return float(SHORTEST_S * _RATIO ** (place + (total / 2 - below) / n))
        below += n
    return None


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds per key and per ghost that is read, and from how many pauses they were measured (0: the defaults)."""

    key_s: float
    reading_s: float
    n_keys: int = 0
    n_ignored: int = 0


def typing_speed(delays: Mapping[tuple[str, int], int]) -> Times:
    """Return a writer's times from counted pauses, (kind, range) -> how many; defaults where there are too few."""
    default = LengthAware()
    counts = {kind: {place: n for (found, place), n in delays.items() if found == kind} for kind in (KEY, IGNORED)}
    n_keys, n_ignored = sum(counts[KEY].values()), sum(counts[IGNORED].values())
    key_s = median_s(counts[KEY]) if n_keys >= FEWEST else None
    if key_s is None:
        return Times(default.key_s, default.reading_s)
    ignored_s = median_s(counts[IGNORED]) if n_ignored >= FEWEST else None
    if ignored_s is None:
        return Times(key_s, default.reading_s, n_keys)
    return Times(key_s, max(0.0, ignored_s - key_s), n_keys, n_ignored)


def gate_for(times: Times) -> LengthAware:
    """Return the length-aware gate with a writer's own times. Accepting is one key, and takes as long as any.

    >>> gate = gate_for(Times(key_s=0.2, reading_s=0.1))
    >>> gate.accept_s, round(gate.show_at(4), 2)
    (0.2, 0.44)
    """
    return replace(LengthAware(), key_s=times.key_s, accept_s=times.key_s, reading_s=times.reading_s)


class Pauses:
    """Sorts pauses between keys by kind. Feed it every key; times are seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._ghost = False

    def key(self, now_s: float, *, ghost: bool) -> tuple[str, int] | None:
        """Take a typed character; return the kind and range of the pause before it, None where it is not to be counted.

        `ghost`: a ghost was on the screen when the key was pressed, and the key was not that which accepts it.
        """
        last, self._last_s = self._last_s, now_s
        place = None if last is None else place_of(now_s - last)
        return None if place is None else (IGNORED if ghost else KEY, place)

    def interrupted(self) -> None:
        """Forget the last key: the cursor moved, something was accepted, the window lost the focus."""
        self._last_s = None
