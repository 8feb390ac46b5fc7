"""The engine that scores a whole text: one with a model of its own works in a thread, any other is asked as ever.

Invariant: that engine and its model are touched by that thread alone, from the first question to the end; the engine that
suggests is never in it. What is asked is answered in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from autocomplete import Autocompleter, WordScore

T = TypeVar("T")


class Scorer(Protocol):
    """What tells how probable words were. `learns`: it is to be given each line that was scored."""

    learns: bool

    async def score(self, text: str, word: str) -> WordScore | None:
        """Return the score of `word` after `text`, None where the engine would not call it a word."""

    async def learn(self, text: str) -> None:
        """Learn from a text whose words were scored."""

    async def aclose(self) -> None:
        """Let go of the model, if it was opened for this."""


def scorer_beside(engine: Autocompleter) -> Scorer:
    """Return what scores texts with the model of `engine`, apart from it."""
    fork = engine.fork()
    return InThread(fork) if fork.backend is not engine.backend else InLoop(fork)


class InLoop:
    """Asks an engine that waits for answers most of the time, such as those of a server."""

    def __init__(self, engine: Autocompleter) -> None:
        self._engine = engine
        self.learns = engine.capabilities.local

    async def score(self, text: str, word: str) -> WordScore | None:
        """Return the score of `word` after `text`, None where the engine would not call it a word."""
        return await _score(self._engine, text, word)

    async def learn(self, text: str) -> None:
        """Learn from a text whose words were scored."""
        _learn(self._engine, text)

    async def aclose(self) -> None:
        """Let go of the model, if it was opened for this."""
        await self._engine.aclose()


class InThread:
    """Asks an engine that computes, in a thread and an event loop of its own."""

    def __init__(self, engine: Autocompleter) -> None:
        self._engine = engine
        self.learns = engine.capabilities.local
        self._runner = asyncio.Runner()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="heat")

    async def score(self, text: str, word: str) -> WordScore | None:
        """Return the score of `word` after `text`, None where the engine would not call it a word."""
        return await self._run(lambda: _score(self._engine, text, word))

    async def learn(self, text: str) -> None:
        """Learn from a text whose words were scored."""

        async def learned() -> None:
            _learn(self._engine, text)

        await self._run(learned)

    async def aclose(self) -> None:
        """Let go of the model, when the thread is done with it; nobody waits for that."""

        async def closed() -> None:
            await self._engine.aclose()

        def end() -> None:
            with self._runner as runner:
                runner.run(closed())

        self._thread.submit(end)
        self._thread.shutdown(wait=False)

    async def _run(self, begin: Callable[[], Coroutine[None, None, T]]) -> T:
        future = self._thread.submit(lambda: self._runner.run(begin()))
        return await asyncio.wrap_future(future)


async def _score(engine: Autocompleter, text: str, word: str) -> WordScore | None:
    try:
        return await engine.score(text, word)
    except ValueError:
        return None


def _learn(engine: Autocompleter, text: str) -> None:
    if engine.session.privacy is None:
        engine.session.enter("heat map")  # what is learned belongs to a document
    engine.session.learn(text)
