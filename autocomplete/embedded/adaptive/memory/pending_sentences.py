"""Sentences that were typed a moment ago, until they have stood long enough to be stored.

Invariant: what was typed and taken back before it is ripe is never handed over; nor is what was pasted, opened or only read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from threading import Lock

#: Stretches of a sentence that may be stored, each a sequence of units as spelled in the vocabulary.
Runs = tuple[tuple[str, ...], ...]

#: Most sentences that wait; the oldest are dropped.
MOST_WAITING = 2000


@dataclass(slots=True)
class _Waiting:
    """A sentence. `at_s`: when it was typed last. `n`: how often. `stands`: it was in the text when that was seen last."""

    runs: Runs
    at_s: float
    n: int
    stands: bool = True


class PendingSentences:
    """The typed sentences of one document, each under a key. For any threads."""

    def __init__(self) -> None:
        self._waiting: dict[int, _Waiting] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._waiting)

    def typed(self, key: int, runs: Runs, now_s: float) -> None:
        """Add a sentence that was just finished by typing."""
        with self._lock:
            waiting = self._waiting.setdefault(key, _Waiting(runs, now_s, n=0))
            waiting.n, waiting.at_s, waiting.stands = waiting.n + waiting.stands, now_s, True
            while len(self._waiting) > MOST_WAITING:
                del self._waiting[next(iter(self._waiting))]

    def seen(self, keys: Collection[int], *, whole: bool) -> None:
        """Note which sentences stand in the text. `whole`: that is all of them; else others may stand too."""
        with self._lock:
            for key, waiting in self._waiting.items():
                waiting.stands = key in keys or (waiting.stands and not whole)

    def ripe(self, until_s: float) -> list[Runs]:
        """Hand over the sentences that stand and were typed at `until_s` or before, each as often as it was typed.

        >>> pending = PendingSentences()
        >>> for key, word, now_s in ((1, "grok", 10.0), (2, "error", 11.0), (3, "it", 30.0)):
        ...     pending.typed(key, ((word,),), now_s)
        >>> pending.seen([1, 3], whole=True)
        >>> pending.ripe(20.0), len(pending)
        ([(('grok',),)], 2)
        """
        with self._lock:
            ripe = [key for key, waiting in self._waiting.items() if waiting.stands and waiting.at_s <= until_s]
            return [waiting.runs for key in ripe for waiting in [self._waiting.pop(key)] for _ in range(waiting.n)]

    def clear(self) -> None:
        """Drop all that waits."""
        with self._lock:
            self._waiting.clear()
