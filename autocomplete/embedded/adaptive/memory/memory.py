"""Remembers on this machine what a person's earlier writing taught, from session to session, if they allow it.

What is stored is no text. A word of their own, or a run of two or three words and marks, is stored once it was typed twice
in one session, with how often and on which day last; and how far to trust all that. Nothing that was written only once is ever
stored, nor numbers, addresses, or what looks like a secret (`privacy`). Still, pieces of what a person repeats can be read.

Invariant: keys never wait for it: it is written by a separate thread, and a file that cannot be used makes it fall silent.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import ClassVar, TypeVar

from autocomplete.embedded.adaptive.memory.memory_db import Facts, Gram, MemoryDb, WeightRows, WordRows, exists, memory_file
from autocomplete.embedded.adaptive.memory.pending_sentences import PendingSentences, Runs
from autocomplete.embedded.ngram.sentences import is_word
from autocomplete.errors import ConfigError
from autocomplete.io.sqlite_file import Damaged, Foreign

_T = TypeVar("_T")

#: Seconds that a sentence must have stood before it is stored, and seconds between two saves: less than a minute together.
RIPE_S, PERIOD_S = 20.0, 15.0

#: Most words and runs that were seen once in this session and are remembered, in memory only; the oldest are dropped.
_MOST_ONCE = 100_000

#: How often a connection that fails is tried again before the rest of a session does without.
_MOST_FAILURES = 5


class Memory:
    """The memory in the file at `path`; it is made when there is something to store.

    `notice`: one line about what is wrong with the file, for the person, "" if nothing is; `now_s`: the time by which
    sentences ripen. `saves`: a thread stores what ripened every few seconds; else only `save` does. `clock`: seconds that only
    grow; `today`: days since 1970. Several processes may use one file at once: what each learns is added. Closing it is not
    the end: it opens again when it is used. `version` grows when answers from before may be wrong. Raises ConfigError for a
    path that does not end in .sqlite, so that no other file is ever touched.
    """

    #: Uses in one session from which something is stored, and the longest history in units; see `benchmarks.embedded.memory`.
    least_uses: ClassVar[int] = 2
    longest_history: ClassVar[int] = 2

    def __init__(
        self,
        path: Path | str,
        *,
        saves: bool = True,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], int] = lambda: int(time.time() // 86_400),
    ) -> None:
        self.path = Path(path).expanduser()
        if self.path.suffix != ".sqlite":
            raise ConfigError(f"Not a memory: {self.path.name!r}. Its name must end in .sqlite.")
        self.notice = ""
        self._saves, self.now_s, self._today = saves, clock, today
        self._reading: MemoryDb | None = None
        self._failures = 0
        self._lock = threading.RLock()  # around the reading connection
        self._saving = threading.RLock()  # around everything that writes; whoever types never waits for it
        self._listing = threading.Lock()  # around the drafts and what is ripe
        self._drafts: list[PendingSentences] = []
        self._ripe: list[Runs] = []
        self._once: Counter[Gram] = Counter()
        self._added: Counter[Gram] = Counter()
        self._own: set[str] = set()
        self._weights: dict[str, WeightRows] = {}
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._made = False  # the file was there
        self.version = 0

    def words(self) -> WordRows:
        """Return the person's own words with their faded uses, most used first, without the uses of this session."""
        rows: WordRows = self._read(lambda file: file.words(self._today()), [])
        left = ((word, uses - self._added[(word,)]) for word, uses in rows)
        return [(word, uses) for word, uses in left if uses > 0.0]

    def successors(self, history: Sequence[str], n: int) -> WordRows:
        """Return what followed a history of one or two units in earlier sessions, and how often, most often first.

        At most `n`. What this session added is left out: the caller knows that already.
        """
        rows: WordRows = self._read(lambda file: file.successors(history, self._today(), n), [])
        left = ((unit, uses - self._added[(*history, unit)]) for unit, uses in rows)
        return [(unit, uses) for unit, uses in left if uses > 0.05]

    def phrases(self) -> list[tuple[Gram, float]]:
        """Return all runs that are stored, with their faded uses, most used first."""
        return self._read(lambda file: file.runs(self._today()), [])

    def weights(self, part: str) -> WeightRows:
        """Return the weights that were stored of a part of the model."""
        return self._read(lambda file: file.weights(part), [])

    def facts(self) -> Facts:
        """Return what the file holds."""
        return self._read(lambda file: file.facts(), Facts())

    def files(self) -> list[Path]:
        """Return the files that hold something of it, those that were set aside as damaged among them."""
        return memory_file(self.path, self._today()).files()

    def _read(self, ask: Callable[[MemoryDb], _T], nothing: _T) -> _T:
        with self._lock:
            if self._reading is not None and not self._reading.current:  # someone deleted it
                self._close_reading()
                self.version += 1
            if self._reading is None and (self._failures >= _MOST_FAILURES or not exists(self.path)):
                return nothing
            try:
                if self._reading is None:
                    self._reading = MemoryDb(self.path, self._today())
                    self._made = True
                return ask(self._reading)
            except (Damaged, Foreign, sqlite3.Error, OSError) as exc:
                self._fail(exc)
                return nothing

    def _fail(self, exc: Exception) -> None:
        """Note what is wrong; a damaged file is moved aside, any other stays as it is."""
        with self._lock:
            self._close_reading()
            self._failures += 1
            if isinstance(exc, Damaged):
                self._made = False
                try:
                    aside = memory_file(self.path, self._today()).set_aside()
                except (Foreign, sqlite3.Error, OSError) as other:
                    self.notice = f"The memory {self.path} is damaged and cannot be moved: {_reason(other)}."
                    return
                if aside is not None:
                    self.notice = f"The memory was damaged; it is now {aside.name}, and a new one is begun."
            elif isinstance(exc, Foreign):
                self._failures = _MOST_FAILURES
                self.notice = f"Nothing is remembered: {self.path} is left alone, since {exc}."
            else:
                self.notice = f"The memory {self.path} cannot be used: {_reason(exc)}."

    def _close_reading(self) -> None:
        if self._reading is not None:
            self._reading.close()
            self._reading = None

    def follow(self, draft: PendingSentences) -> None:
        """Store what ripens in a draft from now on."""
        with self._listing:
            if draft not in self._drafts:
                self._drafts.append(draft)
            if self._saves and (self._thread is None or not self._thread.is_alive()):
                self._stop.clear()
                self._thread = threading.Thread(target=self._save_often, name="autocomplete memory", daemon=True)
                self._thread.start()

    def leave(self, draft: PendingSentences) -> None:
        """Stop following a draft; what stands in it is stored with the next save."""
        with self._listing:
            if draft in self._drafts:
                self._drafts.remove(draft)
                self._ripe += draft.ripe(float("inf"))

    def keep(self, sentences: Iterable[Runs]) -> None:
        """Store sentences with the next save, as if they had been typed in this session."""
        runs = list(sentences)
        with self._listing:
            self._ripe += runs

    def own(self, word: str) -> None:
        """Note that a word, wherever it comes, is one of the person's own, so that it is stored as a word too."""
        self._own.add(word)

    def learned(self, part: str, rows: WeightRows) -> None:
        """Store the weights of a part of the model with the next save."""
        self._weights[part] = rows

    def save(self) -> None:
        """Store what is ripe, now, in this thread."""
        with self._saving:
            with self._listing:
                for draft in self._drafts:
                    self._ripe += draft.ripe(self.now_s() - RIPE_S)
                ripe, self._ripe = self._ripe, []
            if ripe and self._failures < _MOST_FAILURES and not self._store(ripe):
                with self._listing:
                    self._ripe[:0] = ripe  # for the next time

    def _save_often(self) -> None:
        while not self._stop.wait(PERIOD_S):
            self.save()

    def _store(self, ripe: Sequence[Runs]) -> bool:
        """Store sentences; return whether that is done with."""
        if self._made and not exists(self.path):  # deleted by another: what was written before is to be forgotten
            self._made = False
            self.session_over()
            return True
        counts = _counted(ripe, self.longest_history + 1)
        try:
            stored = self._add(counts)
        except (Damaged, Foreign, sqlite3.Error, OSError) as exc:
            self._fail(exc)
            return False
        for gram in stored:
            self._once.pop(gram, None)
        self._once.update({gram: n for gram, n in counts.items() if gram not in stored})
        while len(self._once) > _MOST_ONCE:
            del self._once[next(iter(self._once))]
        self._failures = 0
        self._added.update(stored)
        return True

    def _add(self, counts: Mapping[Gram, int]) -> dict[Gram, int]:
        """Add to the file what may be stored of what was counted, and return it; no file is made for nothing."""
        grams = {gram: n + self._once[gram] for gram, n in counts.items() if len(gram) > 1 or gram[0] in self._own}
        often = {gram: n for gram, n in grams.items() if n >= self.least_uses}
        if not often and not exists(self.path):
            return {}
        with closing(MemoryDb(self.path, self._today())) as file:
            often |= {gram: grams[gram] for gram in file.stored(grams.keys() - often.keys())}
            file.add(often, self._weights, self._today())
            self._made = True
        return often

    def session_over(self) -> None:
        """Count what was stored so far as earlier writing, and once-seen things as never seen: another session begins."""
        with self._saving:
            self._once.clear()
            self._added.clear()
            self.version += 1

    def forget(self) -> list[Path]:
        """Delete all that is stored or waits to be; return the files that were deleted. Raises OSError where that fails."""
        with self._saving, self._lock:
            with self._listing:
                self._ripe, self._weights = [], {}
                for draft in self._drafts:
                    draft.clear()
            self.session_over()
            self._close_reading()
            files = self.files()
            if exists(self.path):
                with suppress(Damaged, Foreign, sqlite3.Error), closing(MemoryDb(self.path, self._today())) as file:
                    file.empty()  # for other editors, which may have it open
            for path in files:
                path.unlink(missing_ok=True)
            self.notice, self._failures = "", 0
            return files

    def forget_word(self, word: str) -> bool:
        """Delete a word and every run with it; return whether any was stored. Raises as `MemoryDb` does."""
        with self._saving:
            for gram in [gram for gram in self._once if word.casefold() in (unit.casefold() for unit in gram)]:
                del self._once[gram]
            if not exists(self.path):
                return False
            self.version += 1
            with closing(MemoryDb(self.path, self._today())) as file:
                return file.forget_word(word)

    def close(self) -> None:
        """Store what stands in the drafts, and let go of the file."""
        self._stop.set()
        with self._saving:
            for draft in list(self._drafts):
                self.leave(draft)
            self.save()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        with self._lock:
            self._close_reading()


def _reason(exc: Exception) -> str:
    return exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)


def _counted(sentences: Iterable[Runs], longest: int) -> Counter[Gram]:
    """Return how often each unit, and each run of up to `longest` units with a word in it, is in these sentences.

    >>> _counted([(("we", "grok", "it"),), (("we", "grok"),)], 2)[("we", "grok")]
    2
    """
    counts: Counter[Gram] = Counter()
    for runs in sentences:
        for run in runs:
            for n in range(1, longest + 1):
                grams = (run[i : i + n] for i in range(len(run) - n + 1))
                counts.update(gram for gram in grams if any(map(is_word, gram)))
    return counts
