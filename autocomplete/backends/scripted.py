"""A backend that answers from a table or a function: for tests, examples and demonstrations.

Invariant: nothing here depends on time or chance. Delay and hanging are made with events that the caller sets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from autocomplete.core.backend import Capabilities, Request
from autocomplete.core.distribution import Distribution

Answer = Distribution | Mapping[str, float] | BaseException


class ScriptedBackend:
    """Answers each context from `answers`: a mapping from context to answer, or a function of the request.

    An answer is a `Distribution`, a mapping of token text to probability, or an exception to raise. A context that the table
    lacks gets `default`. `requests` lists what was asked. While `gate` is set to an unset `asyncio.Event`, answers wait for it.

    >>> backend = ScriptedBackend({"Thank": {" you": 0.9}})
    >>> asyncio.run(backend.next_tokens(Request("Thank"))).tokens
    ((b' you', 0.9),)
    """

    def __init__(
        self,
        answers: Mapping[str, Answer] | Callable[[Request], Answer],
        *,
        default: Answer | None = None,
        name: str = "scripted",
        capabilities: Capabilities | None = None,
        gate: asyncio.Event | None = None,
    ) -> None:
        self._answers = answers
        self._default: Answer = Distribution((), 1.0) if default is None else default
        self.name = name
        self.capabilities = Capabilities(local=True) if capabilities is None else capabilities
        self.gate = gate
        self.requests: list[Request] = []
        self.closed = False

    @property
    def contexts(self) -> Sequence[str]:
        """The contexts asked for so far, in order."""
        return [request.context for request in self.requests]

    async def next_tokens(self, request: Request) -> Distribution:
        """Return the scripted answer, or raise the scripted exception."""
        self.requests.append(request)
        if self.gate is not None:
            await self.gate.wait()
        answers = self._answers
        answer = answers(request) if callable(answers) else answers.get(request.context, self._default)
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Distribution):
            return answer
        return Distribution.from_pairs((token.encode(), p) for token, p in answer.items())

    async def aclose(self) -> None:
        """Note that the engine closed this backend."""
        self.closed = True
