"""The seam between the engine and a model: one async method, and what the backend can do.

A backend may also be a `Learner` or `Renewable`.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from autocomplete.core.distribution import Distribution


class Privacy(StrEnum):
    """What may become of text that is typed into a document. The values are said to people."""

    STORED = "what it teaches may be stored"
    HELD = "nothing is stored until it has a name"
    PRIVATE = "private: nothing is stored, and it is kept apart from other documents"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend can do.

    `filters`: `next_tokens` honours `Request.starts_with`. `continues`: the answer continues the text byte by byte (false
    for chat models without prefill, whose first token may lack its space, be capitalised or restart the sentence).
    `local`: runs in this process; asking costs neither money nor a network round trip. `where`: "this machine" or a host;
    `address`: what tells its server from others, "" without one; `proxy`: host and port of the proxy before it, "" without one.
    """

    filters: bool = False
    continues: bool = True
    local: bool = False
    where: str = "this machine"
    address: str = ""
    proxy: str = ""

    @property
    def route(self) -> str:
        """Where the text goes, in words: the host, and the proxy before it."""
        return f"{self.where} through {self.proxy}" if self.proxy else self.where

    @property
    def leaves_machine(self) -> bool:
        """Whether the text goes to another machine: the host is one, or a proxy stands before it."""
        return bool(self.proxy) or not is_near(self.where)


def is_near(where: str) -> bool:
    """Return whether a model runs on this machine, in another process or not.

    >>> is_near("this machine"), is_near("localhost:8000"), is_near("127.0.0.1"), is_near("[::1]:80"), is_near("api.openai.com")
    (True, True, True, True, False)
    """
    host = where.removeprefix("[").partition("]")[0] if where.startswith("[") else where.partition(":")[0]
    if host in ("this machine", "localhost") or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Request:
    """What comes after `context`?

    `starts_with`: bytes that are known to follow. A backend with `filters` returns only tokens compatible with it (one is
    a prefix of the other), with probabilities *conditional* on the text going on with all of it; the others ignore it,
    and the cache ignores it for them. `wanted`: a token that they list too, however unlikely, where they know it.
    """

    context: str
    starts_with: bytes = b""
    wanted: bytes = b""


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
    """A backend that learns, but only from texts given to `learn` and `observe`: a context in a request may be a guess."""

    @property
    def generation(self) -> int:
        """A number that grows whenever what was learned may change answers given before."""

    def learn(self, text: str) -> None:
        """Learn a whole text, such as a document that is opened."""

    def observe(self, context: str) -> None:
        """Learn what is new in the text before the cursor, the end of which may still be changed."""


@runtime_checkable
class Renewable(Protocol):
    """A backend that can be opened anew: when a text is measured, what was learned from that very text must not count."""

    def fresh(self) -> Backend:
        """Return another backend on the same model, which has learned nothing yet and remembers nothing."""
