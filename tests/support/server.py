"""A local HTTP server that speaks the OpenAI API, backed by a `TokenModel`, with the quirks of real servers.

Invariant: it listens on loopback only, and each request is recorded before it is answered. Nothing is timed: an answer
is held back by an event that the test sets.
"""

from __future__ import annotations

import asyncio
import json
import math
import socket
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Literal, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.token_model import TokenModel

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer from a table instead of from the model."""

    status: int = 200
    raw: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Quirks:
    """How the server differs from a plain one.

    `most_logprobs`: more are refused. `logprobs`: whether it gives any. `prefill`: which servers' way of continuing a
    trailing assistant message it has. `shape`: that of `/completions`. `server`, `fingerprint`: what it calls itself.
    `unknown`: parameters that it refuses. `needs_effort_none`: log-probabilities only with reasoning effort none.
    `context_chars`: longer texts are refused.
    """

    endpoints: Literal["both", "completions", "chat"] = "both"
    shape: Literal["legacy", "chat"] = "legacy"
    most_logprobs: int = 10_000
    logprobs: bool = True
    prefill: Literal["none", "llama.cpp", "vllm"] = "none"
    server: str = "test"
    fingerprint: str | None = None
    unknown: frozenset[str] = frozenset()
    needs_effort_none: bool = False
    context_chars: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request as it arrived."""

    path: str
    body: Json
    headers: Mapping[str, str]


class ModelServer:
    """The server, in a thread of its own while the context lasts. `url` ends in /v1.

    `canned` answers are used up first. While `gate` is set to an unset event, answers wait for it. `arrived` is set by
    each request that arrives.
    """

    def __init__(self, model: TokenModel) -> None:
        self.model = model
        self.quirks = Quirks()
        self.canned: deque[Canned] = deque()
        self.gate: threading.Event | None = None
        self.arrived = threading.Event()
        self.requests: list[Recorded] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        # Else each answer waits 40 ms for an acknowledgement: asyncio sets this only where a socket names its protocol.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        routes = [
            Route("/v1/completions", self._completions, methods=["POST"]),
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/models", self._models),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes), log_config=None, lifespan="off", ws="none", http="h11", server_header=False
        )
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._uvicorn.run, args=([self._socket],), daemon=True)

    @property
    def url(self) -> str:
        """The base URL, with the port that the system chose."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()  # the socket listens already, so nobody has to wait for the thread
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None) -> None:
        if self.gate is not None:
            self.gate.set()
        self._uvicorn.should_exit = self._uvicorn.force_exit = True
        self._thread.join()
        self._socket.close()

    def reset(self, quirks: Quirks = Quirks()) -> None:
        """Forget what was asked and canned, and take on `quirks`."""
        if self.gate is not None:
            self.gate.set()
        self.quirks, self.gate = quirks, None
        self.canned.clear()
        self.requests.clear()
        self.arrived.clear()

    def be(self, **quirks: Any) -> None:
        """Change some of the quirks."""
        self.quirks = replace(self.quirks, **quirks)

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, without /v1."""
        return [request.path.removeprefix("/v1") for request in self.requests]

    async def _models(self, request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "test-model", "object": "model"}]})

    async def _completions(self, request: Request) -> Response:
        body = await self._record(request)
        return await self._answer(body) or self._refusal(body, "completions") or self._completion(body)

    async def _chat(self, request: Request) -> Response:
        body = await self._record(request)
        return await self._answer(body) or self._refusal(body, "chat") or self._chat_completion(body)

    async def _record(self, request: Request) -> Json:
        body: Json = json.loads(await request.body())
        self.requests.append(Recorded(request.url.path, body, dict(request.headers)))
        self.arrived.set()
        return body

    async def _answer(self, body: Json) -> Response | None:
        """Wait for the gate; return the next canned answer, if there is one."""
        if (gate := self.gate) is not None:
            await asyncio.to_thread(gate.wait)
        if not self.canned:
            return None
        answer = self.canned.popleft()
        return Response(answer.raw, answer.status, dict(answer.headers), answer.content_type)

    def _refusal(self, body: Json, endpoint: str) -> Response | None:
        quirks = self.quirks
        if quirks.endpoints == "chat" and endpoint == "completions":
            message = "This is a chat model and not supported in the v1/completions endpoint."
            return self._error(404, message, param="model")
        if quirks.endpoints == "completions" and endpoint == "chat":
            message = "This is not a chat model and thus not supported in the v1/chat/completions endpoint."
            return self._error(404, message, param="model")
        for name in sorted(quirks.unknown & body.keys()):
            message = f"Unsupported parameter: '{name}' is not supported with this model."
            return self._error(400, message, param=name, code="unsupported_parameter")
        if quirks.needs_effort_none and body.get("reasoning_effort") != "none":
            return self._error(403, "You are not allowed to request logprobs from this model")
        asked: int = body["top_logprobs" if endpoint == "chat" else "logprobs"]
        if asked > quirks.most_logprobs:
            return self._error(400, f"Invalid 'logprobs': {asked} is more than {quirks.most_logprobs}.")
        if len(_text(body)) > quirks.context_chars:
            return self._error(400, "This model's maximum context length is 9 tokens.", code="context_length_exceeded")
        return None

    def _error(self, status: int, message: str, param: str | None = None, code: str | None = None) -> Response:
        error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
        return JSONResponse({"error": error}, status, self._headers())

    def _headers(self) -> dict[str, str]:
        return {"server": self.quirks.server}

    def _completion(self, body: Json) -> Response:
        listed = self.model.top(body["prompt"], body["logprobs"])
        logprobs = _legacy(self.model, listed) if self.quirks.shape == "legacy" else _typed(self.model, listed)
        choice = {"text": _spelled(self.model.tokens[listed[0][0]]), **self._choice(logprobs)}
        return self._ok({"object": "text_completion", "choices": [choice]})

    def _chat_completion(self, body: Json) -> Response:
        listed = self.model.top(_text(body), body["top_logprobs"])
        logprobs = _typed(self.model, listed, bare=not self._continues(body))
        message = {"role": "assistant", "content": logprobs["content"][0]["token"]}
        return self._ok({"object": "chat.completion", "choices": [{"message": message, **self._choice(logprobs)}]})

    def _continues(self, body: Json) -> bool:
        if body["messages"][-1]["role"] != "assistant":
            return False
        if self.quirks.prefill == "vllm":
            return body.get("continue_final_message") is True and body.get("add_generation_prompt") is False
        return self.quirks.prefill == "llama.cpp"

    def _choice(self, logprobs: Json) -> Json:
        return {"index": 0, "finish_reason": "length", "logprobs": logprobs if self.quirks.logprobs else None}

    def _ok(self, body: Json) -> Response:
        usage = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}
        fingerprint = self.quirks.fingerprint
        whole = {"id": "x", "model": "test-model", "usage": usage, "system_fingerprint": fingerprint, **body}
        return JSONResponse(whole, headers=self._headers())


def _text(body: Json) -> str:
    text = body["prompt"] if "prompt" in body else body["messages"][-1]["content"]
    assert isinstance(text, str)
    return text


def _spelled(token: bytes) -> str:
    return token.decode(errors="replace")


def _legacy(model: TokenModel, listed: list[tuple[int, float]]) -> Json:
    """Return the legacy shape; tokens with the same spelling share a key, as they do on real servers."""
    named = [(_spelled(model.tokens[token]) or "<|endoftext|>", math.log(p)) for token, p in listed]
    return {
        "tokens": [named[0][0]],
        "token_logprobs": [named[0][1]],
        "top_logprobs": [dict(reversed(named))],
        "text_offset": [0],
    }


def _typed(model: TokenModel, listed: list[tuple[int, float]], *, bare: bool = False) -> Json:
    """Return the chat shape. `bare`: as chat models answer that do not continue text, without the leading space."""
    entries = []
    for token, p in listed:
        spelled = model.tokens[token].removeprefix(b" ") if bare else model.tokens[token]
        entries.append({"token": _spelled(spelled), "logprob": math.log(p), "bytes": list(spelled)})
    return {"content": [{**entries[0], "top_logprobs": entries}]}
