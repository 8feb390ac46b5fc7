"""Scoring the words of a document in the background, from its beginning, as they would have been guessed.

Invariant: the document is only read, one line at a time as it is then; a word is scored once; the loop gets the program back
after every word. A model that learns reads each line after its words are scored: no word counts what was learned from it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tui.heat_words import HeatMap, Location, Scored

if TYPE_CHECKING:
    from autocomplete import Autocompleter, WordScore, WordSpan

#: Characters before the first line that a model which learns reads first.
MOST_READ = 100_000
_PORTION = 2_000

#: Words after which it is told how far it is.
TELL_EVERY = 8

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
    """

    document: Lines
    heat: HeatMap
    first: Location = (0, 0)
    last: Location | None = None
    exact: bool = False
    words: int = 0
    _n_chars: int = 0
    _n_done: int = 0
    _n_told: int = 0

    @property
    def progress(self) -> float:
        """The share of the characters that has been gone through, 0..1."""
        return min(1.0, self._n_done / self._n_chars) if self._n_chars else 0.0

    async def run(self, engine: Autocompleter, told: Callable[[], None]) -> None:
        """Score every word that has no score yet; call `told` every few words, since what it does is drawn.

        Raises what `Autocompleter.score` raises for the model's sake.
        """
        learns = engine.capabilities.local
        begin = self.document.offset_of(self.first)
        end = self.document.offset_of(self.last) if self.last else self._end()
        self._n_chars, self.heat.cursor = max(1, end - begin), self.first[0]
        if learns:
            await self._read_before(engine)
        n_lines_behind = self.document.line_count - 1 - (self.last[0] if self.last else self.document.line_count - 1)
        while (row := self.heat.cursor) < self.document.line_count - n_lines_behind:
            line = self.document.get_line(row)
            unchanged = await self._score_line(engine, row, line, 1 if learns else AT_ONCE, told)
            if unchanged and self.heat.cursor == row:  # else an edit moved it: go on from there
                if learns:
                    engine.learn(line + "\n")
                self.heat.cursor = row + 1
                self._n_done += len(line) + 1
                self._tell(told)
            await asyncio.sleep(0)

    def _tell(self, told: Callable[[], None]) -> None:
        if self.words - self._n_told >= TELL_EVERY:
            self._n_told = self.words
            told()

    def _end(self) -> int:
        last = self.document.line_count - 1
        return self.document.offset_of((last, len(self.document.get_line(last))))

    async def _read_before(self, engine: Autocompleter) -> None:
        text = self.document.get_text_range(self.document.location_back(self.first, MOST_READ), self.first)
        for at in range(0, len(text), _PORTION):
            engine.learn(text[at : at + _PORTION])
            await asyncio.sleep(0)

    async def _score_line(
        self, engine: Autocompleter, row: int, line: str, at_once: int, told: Callable[[], None]
    ) -> bool:
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
                self._tell(told)
        return not waiting or await self._score(engine, row, line, waiting)

    def _wanted(self, row: int, word: WordSpan) -> bool:
        within = (row, word.start) >= self.first and (self.last is None or (row, word.end) <= self.last)
        return within and not self.heat.has(row, word.start, word.end, bounded=self.exact)

    async def _score(self, engine: Autocompleter, row: int, line: str, words: list[WordSpan]) -> bool:
        texts = [before(self.document, (row, word.start)) for word in words]
        asked = [
            asyncio.ensure_future(_score_of(engine, text, line[word.start : word.end]))
            for text, word in zip(texts, words, strict=True)
        ]
        try:
            scores = await asyncio.gather(*asked)
        finally:
            for task in asked:
                task.cancel()
        if row >= self.document.line_count or self.document.get_line(row) != line or self.heat.cursor != row:
            return False
        for word, score in zip(words, scores, strict=True):
            if score is not None:
                self.heat.put(row, Scored.of(word.start, word.end, score))
        self.words += len(words)
        return True


async def _score_of(engine: Autocompleter, text: str, word: str) -> WordScore | None:
    """Return the score of a word, None where the engine would not call it one: then nothing is known of it."""
    try:
        return await engine.score(text, word)
    except ValueError:
        return None


def before(document: Lines, location: Location) -> str:
    """Return the text before a place, as much of it as an engine looks at."""
    from autocomplete import context_start

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
