"""What is decided at one position of a text at every cutoff: the interface that a replay asks, and the values it takes.

Two implementations decide alike: `cutoff_sweep` runs the search itself, for any model; `fast_path` adds masses up, for a model
that answers at once with whole words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class SweepOutcome(NamedTuple):
    """What is decided at the cutoffs `low < cutoff <= high`.

    `completion`: what is shown, "" where nothing is. `best`: that, or else the likeliest candidate, "" where there is none;
    `lower` and `upper` are its bounds, `open_ended` says that no end of a word is waited for. `requests`: made for it.
    """

    low: float
    high: float
    completion: str
    best: str
    lower: float
    upper: float
    open_ended: bool = False
    requests: int = 0

    def clipped(self, low: float, high: float) -> SweepOutcome:
        """Return the part of it that lies in a range of cutoffs."""
        if low <= self.low and self.high <= high:
            return self
        return self._replace(low=max(low, self.low), high=min(high, self.high))


@dataclass(slots=True)
class Way:
    """The cutoffs `low < cutoff <= high`, at which a position is reached with `displayed` on the screen."""

    low: float
    high: float
    displayed: str = ""


class PositionOutcomes(Protocol):
    """What is decided at one position. To be asked for `outcomes` once, then for `likeliest`."""

    async def outcomes(self, ways: Sequence[Way]) -> Sequence[list[SweepOutcome] | None]:
        """Return for each way, from low to high, what is decided at each of its cutoffs, from strict to loose.

        None for a way that this implementation cannot decide. What was asked for at which cutoffs is noted in the answers.
        Raises a `BackendError` where the model could not be asked.
        """

    async def likeliest(self) -> SweepOutcome | None:
        """Return an outcome with the likeliest candidate by all known answers; None where this cannot be decided here."""


class NothingTyped:
    """A position with nothing but white space before it: nothing is decided there."""

    async def outcomes(self, ways: Sequence[Way]) -> Sequence[list[SweepOutcome]]:
        """Return that nothing is shown at any cutoff."""
        return [[SweepOutcome(way.low, way.high, "", "", 0.0, 1.0)] for way in ways]

    async def likeliest(self) -> SweepOutcome:
        """Return an outcome without a candidate."""
        return SweepOutcome(0.0, 1.0, "", "", 0.0, 1.0)
