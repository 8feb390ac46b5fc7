"""Follows the cursor from key to key: whether it jumped, and how long the pauses between keys are.

Invariant: only a pause between two keys that type, one right behind the other, counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key that typed. `jumped`: it went on elsewhere than the last one; `pause`: since the last one, by (kind, range)."""

    jumped: bool
    pause: tuple[str, int] | None


class TypingRhythm:
    """The keys of one run. `delays`: pauses by (kind, range), and how many; `clock`: seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        from autocomplete.editor import Pauses

        self._clock = clock
        self._pauses = Pauses()
        self._place: tuple[Hashable, int] | None = None
        self._seen: tuple[Hashable, int, int] | None = None
        self.delays: Counter[tuple[str, int]] = Counter()
        self.n_keys = 0

    def typed(self, document: Hashable, n_inserted: int, at: int, *, accepted: bool, ghost: bool) -> Stroke:
        """Follow a key that put so many characters before the code point `at`."""
        began, self._place = self._place, (document, at)
        same = began is not None and began[0] == document
        if accepted or began != (document, at - n_inserted):
            self._pauses.interrupted()
        pause = None if accepted else self._pauses.key(self._clock(), ghost=ghost)
        if pause is not None:
            self.delays[pause] += 1
        self.n_keys += 1
        # before the place: letters were deleted, which the scoring finds out; behind it: something was pasted
        return Stroke(not same or (began is not None and at - n_inserted > began[1]), pause)

    def moved(self, document: Hashable, revision: int, at: int) -> bool:
        """Return whether the cursor went elsewhere in a text of an unchanged `revision`; `at`: the code point behind it."""
        seen, self._seen = self._seen, (document, revision, at)
        if seen is None or seen[:2] != (document, revision) or seen[2] == at:
            return False
        self._pauses.interrupted()
        self._place = None
        return True
