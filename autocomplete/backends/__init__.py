"""The seam between the engine and a model: one async method, and what the backend can do.

Reading order: this file, `scripted` (the simplest backend), `english` (in process), `openai_*` (over HTTP).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from autocomplete.distribution import Distribution

__all__ = ["Backend", "Capabilities", "Learner", "Request"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend can do.

    `filters`: `next_tokens` honours `Request.starts_with`. `continues`: the answer continues the text byte by byte (false
    for chat models without prefill, whose first token may lack its space, be capitalised or restart the sentence).
    `local`: runs in this process; asking costs neither money nor a network round trip. `where`: "this machine" or a host.
    """

    filters: bool = False
    continues: bool = True
    local: bool = False
    where: str = "this machine"


@dataclass(frozen=True, slots=True)
class Request:
    """What comes after `context`?

    `starts_with`: bytes that are known to follow. A backend with `filters` returns only tokens compatible with it (one is
    a prefix of the other), with probabilities *conditional* on the text going on with all of it; the others ignore it,
    and the cache ignores it for them.
    """

    context: str
    starts_with: bytes = b""


class Backend(Protocol):
    """A way to get a distribution. Implementations raise only `BackendError`s (and `CancelledError`)."""

    @property
    def name(self) -> str:
        """The model's name, as shown to people and stored with measurements."""

    @property
    def capabilities(self) -> Capabilities:
        """What this backend can do. May change after the first answers (an endpoint switch)."""

    async def next_tokens(self, request: Request) -> Distribution:
        """Return the distribution of the next token after `request.context`."""

    async def aclose(self) -> None:
        """Release what the backend opened itself. Calling it twice is harmless."""


@runtime_checkable
class Learner(Protocol):
    """A backend that learns from texts, but only those shown to it here: what `next_tokens` is asked may be a guess."""

    @property
    def generation(self) -> int:
        """A number that grows whenever what was learned may change answers given before."""

    def learn(self, text: str) -> None:
        """Learn a whole text, such as a document that is opened."""

    def observe(self, context: str) -> None:
        """Learn what is new in the text before the cursor, the end of which may still be changed."""
