"""The client library's connections to one server, opened when they are first needed.

Invariant: connections belong to the event loop and the process that opened them: another loop, or a child after a fork, gets
its own and never reads an answer that was meant for the first.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from autocomplete.backends.openai.endpoint import ServerAddress
from autocomplete.backends.openai.proxy import Proxy
from autocomplete.errors import BackendRejected

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI


class Connections:
    """Opens a client for each event loop. `http_client`: the caller's, which is not closed; `proxy` is not for it."""

    def __init__(self, address: ServerAddress, proxy: Proxy | None, http_client: httpx2.AsyncClient | None) -> None:
        self._address, self._proxy, self._http_client = address, proxy, http_client
        self._opened: dict[asyncio.AbstractEventLoop, asyncio.Task[AsyncOpenAI]] = {}
        self._process = os.getpid()
        self._closed = False

    async def client(self) -> AsyncOpenAI:
        """Return the client of the running loop. Raises BackendRejected where the connections are closed or cannot be made."""
        if self._closed:
            raise BackendRejected("This backend is closed.")
        if self._process != os.getpid():
            self._process, self._opened = os.getpid(), {}
        loop = asyncio.get_running_loop()
        self._opened = {other: task for other, task in self._opened.items() if not other.is_closed()}
        task = self._opened.get(loop)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            # Importing openai and loading certificates take over a second: not in the event loop.
            task = loop.create_task(asyncio.to_thread(_open, self._address, self._proxy, self._http_client))
            task.add_done_callback(_retrieve)
            self._opened[loop] = task
        # One for all questions, and shielded: one that is given up meanwhile, as at the next key, does not end it.
        client = await asyncio.shield(task)
        if self._closed:
            await self._close(client)
            raise BackendRejected("This backend is closed.")
        return client

    async def aclose(self) -> None:
        """Close the connections of this loop; those of other loops end with them."""
        self._closed = True
        task = self._opened.pop(asyncio.get_running_loop(), None)
        self._opened = {}
        if task is not None and task.done() and not task.cancelled() and task.exception() is None:
            await self._close(task.result())

    async def _close(self, client: AsyncOpenAI) -> None:
        if self._http_client is None:
            await client.close()


def _retrieve(task: asyncio.Task[AsyncOpenAI]) -> None:
    if not task.cancelled():
        task.exception()  # whoever still waits gets it; with nobody waiting it is no news


def _open(address: ServerAddress, proxy: Proxy | None, http_client: httpx2.AsyncClient | None) -> AsyncOpenAI:
    import openai

    if http_client is None:
        from autocomplete.backends.openai import transport

        http_client = transport.http_client(secure=address.base_url.startswith("https:"), proxy=proxy)
    client = openai.AsyncOpenAI(
        api_key=address.api_key,
        base_url=address.base_url,
        timeout=None,
        max_retries=0,
        default_headers=_headers(address),
        default_query=dict(address.query) or None,
        http_client=http_client,
    )
    _ = client.completions, client.chat.completions  # they import on first use
    return client


def _headers(address: ServerAddress) -> dict[str, Any]:
    """Return the headers that keep those of the environment (organisation, project, custom) from other addresses."""
    import openai

    headers: dict[str, Any] = {"Authorization": address.authorization}
    if not address.trusts_environment:
        custom = os.environ.get("OPENAI_CUSTOM_HEADERS", "").split("\n")
        names = {line.partition(":")[0].strip() for line in custom if ":" in line}
        names = {name for name in names if name.lower() != "authorization"}
        headers |= dict.fromkeys({"OpenAI-Organization", "OpenAI-Project", *names}, openai.Omit())
    return headers
