"""Hands finished words to the outcome store from a separate thread, in batches: nothing is written while a key is handled.

Invariant: whatever is wrong with the store, `word` returns at once and raises nothing; the person gets one line about it, once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from autocomplete.errors import AutocompleteError
from autocomplete.evaluation.history.store import OutcomeStore, StoreLocked
from autocomplete.evaluation.word_outcome import WordOutcome

#: Words that are written together; a crash costs at most so many.
BATCH = 20

#: Words that wait for a locked store before they are dropped.
MOST_WAITING = 500


class Recorder:
    """Records outcomes in `store`. `warn` gets one line for the user when something goes wrong, from the writing thread."""

    def __init__(self, store: OutcomeStore, warn: Callable[[str], None], *, batch: int = BATCH) -> None:
        self._store, self._tell, self._batch = store, warn, batch
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outcomes")
        self._waiting: list[WordOutcome] = []
        self._delays: Counter[tuple[str, int]] = Counter()
        self._lock = Lock()
        self._said: set[str] = set()

    def word(self, outcome: WordOutcome) -> None:
        """Take a finished word."""
        with self._lock:
            self._waiting.append(outcome)
            full = len(self._waiting) % self._batch == 0
        if full:
            self.flush()

    def delay(self, kind: str, place: int) -> None:
        """Take a pause between two keys, as `typing_speed.place_of` puts it."""
        with self._lock:
            self._delays[kind, place] += 1

    def flush(self) -> Future[None]:
        """Write what waits, in that thread; the future is done when it is written."""
        return self._thread.submit(self._write)

    def close(self) -> None:
        """Write the rest, and wait for it."""
        self.flush()
        self._thread.shutdown(wait=True)

    def forget(self) -> None:
        """Drop what waits, unwritten."""
        with self._lock:
            self._waiting, self._delays = [], Counter()

    def _write(self) -> None:
        with self._lock:
            words, delays = self._waiting, self._delays
            self._waiting, self._delays = [], Counter()
        try:
            self._store.add(words)
            words = []
            self._store.add_delays(delays)
        except StoreLocked as exc:
            self._keep(words, delays, str(exc))
        except AutocompleteError as exc:
            self._say(f"{exc} What you write goes on; its figures are not stored.")
        if self._store.notice:
            self._say(self._store.notice)

    def _keep(self, words: list[WordOutcome], delays: Counter[tuple[str, int]], why: str) -> None:
        """Put back what could not be written, for the next batch; the oldest go where too many wait."""
        with self._lock:
            waiting = [*words, *self._waiting]
            self._waiting = waiting[-MOST_WAITING:]
            self._delays += delays
        if len(waiting) > MOST_WAITING:
            self._say(f"{why} Figures of the oldest words were dropped.")

    def _say(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            self._tell(line)
