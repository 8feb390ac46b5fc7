"""Scoring the words of a document in the background, from its beginning, as they would have been guessed.

Invariant: the document is only read, in the editor's thread, one line at a time as it is then; a word is scored once; the loop
gets the program back after every word. A model that learns reads each line after its words are scored: no word counts what was
learned from it.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tui.instruments.heatmap.scores import HeatMap, Location, Scored

if TYPE_CHECKING:
    from autocomplete import WordSpan
    from tui.instruments.heatmap.engine import Scorer

#: Characters before the first line that a model which learns reads first.
MOST_READ = 100_000
_PORTION = 2_000

#: After a key a model on this machine waits so long with the next word, in seconds: what the key did is painted first.
QUIET_S = 0.03

#: How often progress is reported, in seconds: it is drawn, which takes longer than a word.
TELL_S = 0.2

#: Words that are asked about at once where each answer comes from a server.
AT_ONCE = 8

#: Requests that a word takes on average: its beginning and, mostly, its end, which is the beginning of the next one.
REQUESTS_PER_WORD = 1.25


class Lines(Protocol):
    """What is read of a document."""

    def get_line(self, index: int) -> str:
        """Return a line without its end."""

    @property
    def line_count(self) -> int:
        """The number of lines."""

    def offset_of(self, location: Location) -> int:
        """Return how many code points stand before a place."""

    def location_back(self, location: Location, n_chars: int) -> Location:
        """Return the place so many code points before another."""

    def get_text_range(self, start: Location, end: Location) -> str:
        """Return the text between two places."""


@dataclass(slots=True)
class Job:
    """One run over the lines from `first` to `last` (None: all). `progress`: 0..1. `words`: scored so far.

    `exact`: the model knows every word's probability, so what is known only to be at most so probable is scored again.
    `typing`: something that differs after each key. `clock` and `sleep` go by seconds.
    """

    document: Lines
    heat: HeatMap
    first: Location = (0, 0)
    last: Location | None = None
    exact: bool = False
    typing: Callable[[], object] = lambda: None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    words: int = 0
    _n_chars: int = 0
    _n_done: int = 0
    _reported_at: float = -math.inf
    _typed: object = None

    @property
    def progress(self) -> float:
        """The share of the characters that has been gone through, 0..1."""
        return min(1.0, self._n_done / self._n_chars) if self._n_chars else 0.0

    async def run(self, engine: Scorer, progressed: Callable[[], None]) -> None:
        """Score every word that has no score yet; call `progressed` now and then.

        Raises what `Autocompleter.score` raises for the model's sake.
        """
        begin = self.document.offset_of(self.first)
        end = self.document.offset_of(self.last) if self.last else self._end()
        self._n_chars, self.heat.cursor = max(1, end - begin), self.first[0]
        if engine.learns:
            await self._read_before(engine)
        n_lines_behind = self.document.line_count - 1 - (self.last[0] if self.last else self.document.line_count - 1)
        while (row := self.heat.cursor) < self.document.line_count - n_lines_behind:
            line = self.document.get_line(row)
            unchanged = await self._score_line(engine, row, line, 1 if engine.learns else AT_ONCE, progressed)
            if unchanged and self.heat.cursor == row:  # else an edit moved it: go on from there
                self.heat.cursor = row + 1  # before anything is awaited: an edit moves it from there
                self._n_done += len(line) + 1
                if engine.learns:
                    await engine.learn(line + "\n")
                self._tell(progressed)
            await asyncio.sleep(0)

    def _tell(self, progressed: Callable[[], None]) -> None:
        if (now := self.clock()) - self._reported_at >= TELL_S:
            self._reported_at = now
            progressed()

    def _stands(self, row: int, line: str) -> bool:
        """Return whether the line that is being scored is still there, and still the same."""
        return row < self.document.line_count and self.document.get_line(row) == line and self.heat.cursor == row

    async def _let_type(self) -> None:
        """Wait while keys come, so that none shares the processor with a word."""
        while (typed := self.typing()) != self._typed:
            self._typed = typed
            await self.sleep(QUIET_S)

    def _end(self) -> int:
        last = self.document.line_count - 1
        return self.document.offset_of((last, len(self.document.get_line(last))))

    async def _read_before(self, engine: Scorer) -> None:
        text = self.document.get_text_range(self.document.location_back(self.first, MOST_READ), self.first)
        for at in range(0, len(text), _PORTION):
            await engine.learn(text[at : at + _PORTION])
            await asyncio.sleep(0)

    async def _score_line(self, engine: Scorer, row: int, line: str, at_once: int, progressed: Callable[[], None]) -> bool:
        """Score the words of a line, some at once; return whether the line is still what it was."""
        from autocomplete import word_spans  # lazily: there is an engine, so it is loaded

        waiting: list[WordSpan] = []
        for word in word_spans(line):
            if self._wanted(row, word):
                waiting.append(word)
            if len(waiting) == at_once:
                if not await self._score(engine, row, line, waiting):
                    return False
                waiting = []
                self._tell(progressed)
        return not waiting or await self._score(engine, row, line, waiting)

    def _wanted(self, row: int, word: WordSpan) -> bool:
        within = (row, word.start) >= self.first and (self.last is None or (row, word.end) <= self.last)
        return within and not self.heat.has(row, word.start, word.end, bounded=self.exact)

    async def _score(self, engine: Scorer, row: int, line: str, words: list[WordSpan]) -> bool:
        if engine.learns:
            await self._let_type()
            if not self._stands(row, line):
                return False
        texts = [before(self.document, (row, word.start)) for word in words]
        asked = [
            asyncio.ensure_future(engine.score(text, line[word.start : word.end]))
            for text, word in zip(texts, words, strict=True)
        ]
        try:
            scores = await asyncio.gather(*asked)
        finally:
            for task in asked:
                task.cancel()
        if not self._stands(row, line):
            return False
        for word, score in zip(words, scores, strict=True):
            if score is not None:
                self.heat.put(row, Scored.of(word.start, word.end, score))
        self.words += len(words)
        return True


def before(document: Lines, location: Location) -> str:
    """Return the text before a place, as much of it as an engine looks at."""
    from autocomplete.editor import context_start

    offset = document.offset_of(location)
    start = document.location_back(location, offset - context_start(offset))
    return document.get_text_range(start, location)


def count_words(
    document: Lines, heat: HeatMap, first: Location, last: Location | None, most: int, *, exact: bool = False
) -> int:
    """Return how many words between two places have no score, about, where they have more than `most` characters.

    `exact`: as in a `Job`.
    """
    from autocomplete import word_spans

    n = n_chars = 0
    rows = range(first[0], (last[0] if last else document.line_count - 1) + 1)
    for done, row in enumerate(rows):
        line = document.get_line(row)
        n_chars += len(line)
        if n_chars > most:
            return round(n * len(rows) / max(1, done)) if done else len(line) // 6
        for word in word_spans(line):
            within = (row, word.start) >= first and (last is None or (row, word.end) <= last)
            n += within and not heat.has(row, word.start, word.end, bounded=exact)
    return n
