"""An engine under test: a model that knows one sentence, and ways to open and to wait without a clock."""

from __future__ import annotations

import asyncio

from autocomplete.backends.scripted import Answer, ScriptedBackend
from autocomplete.core.backend import Backend, Capabilities, Request
from autocomplete.core.distribution import Distribution
from autocomplete.engine.autocompleter import Autocompleter

SENTENCE = "We look forward to hearing from you and yours"


def knows(sentence: str = SENTENCE, p: float = 0.9) -> ScriptedBackend:
    """Return a model that goes on with the next word of `sentence`, whole, with probability `p`; elsewhere it is at a loss."""

    def answer(request: Request) -> Answer:
        rest = sentence[len(request.context) :]
        if not sentence.startswith(request.context) or not rest:
            return Distribution((), 1.0)
        end = rest.find(" ", 1)
        return {rest[: end if end > 0 else None]: p}

    return ScriptedBackend(answer, capabilities=Capabilities(where="elsewhere"))


async def settle() -> None:
    """Let every task that can run do so."""
    for _ in range(20):
        await asyncio.sleep(0)


def opened(backend: Backend, **settings: object) -> Autocompleter:
    settings.setdefault("prefetch", False)
    settings.setdefault("clock", lambda: 0.0)
    return Autocompleter(backend, **settings)  # type: ignore[arg-type] # settings are checked where they are used
