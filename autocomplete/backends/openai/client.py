"""A backend over the OpenAI API or any compatible server: one-token requests, read as distributions.

Invariant: only `BackendError`s (and `CancelledError`) leave `next_tokens`, and what a request taught about the server
(endpoint, parameters, length, limits) is not asked again. All decisions are in pure modules: `endpoint` (where, with which
key), `requests` (what is sent), `responses` and `tokens` (what came back), `verdicts` (what to do about it), `health` (whether
to ask, which error to raise). This file only awaits.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from autocomplete.backends.openai import proxy as proxies
from autocomplete.backends.openai.connections import Connections
from autocomplete.backends.openai.endpoint import resolve
from autocomplete.backends.openai.health import Health
from autocomplete.backends.openai.requests import (
    PROBE,
    Endpoint,
    Server,
    Shape,
    adapt,
    body,
    first_shape,
    following,
    prompt,
    proved,
    recognise,
    stripped,
)
from autocomplete.backends.openai.responses import Refusal, parse
from autocomplete.backends.openai.verdicts import Action, Verdict, classify_error, classify_refusal
from autocomplete.core.backend import Capabilities, Request
from autocomplete.core.distribution import Distribution
from autocomplete.errors import ConfigError

if TYPE_CHECKING:
    import httpx2

_T = TypeVar("_T")
_log = logging.getLogger(__name__)
#: More changes of shape in a row than any server asks for.
_MOST_ATTEMPTS = 12
#: Longer answers, in characters, are read in a thread: the event loop has keys to serve.
_LONG_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    raw: str
    headers: Mapping[str, str]


class OpenAIBackend:
    """Asks `model` at `base_url` (OpenAI where None) for the `top` likeliest next tokens.

    `api_key`: OPENAI_API_KEY of the environment where None, and never for a `base_url` other than OpenAI's own;
    OPENAI_BASE_URL is honoured only together with it. `timeout_s` bounds a whole request. `endpoint` "auto" begins with
    `/completions`, which continues text (at OpenAI, which has retired its models for it, with `/chat/completions`), and
    goes over to the other where the model or the server wants that. `proxy`: its address, "none" for none, None for that of
    the environment, which holds for hosts elsewhere only. `http_client` is not closed. An empty context is sent as a newline.
    Read `capabilities` after an answer: the first answers may change them.
    Raises ConfigError, at once, for arguments that cannot work.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_s: float = 3.0,
        top: int = 20,
        endpoint: Literal["auto"] | Endpoint = "auto",
        proxy: str | None = None,
        http_client: httpx2.AsyncClient | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        _check(model, timeout_s, top, endpoint)
        self._model = model
        self._address = resolve(base_url, api_key, os.environ)
        self._timeout_s = timeout_s
        self._proxy = proxies.choose(*self._address.scheme_and_host, proxy)
        self._connections = Connections(self._address, self._proxy, http_client)
        self._health = Health(model, self._address, clock, self._proxy)
        self._first_shape = first_shape(self._address.host, endpoint, top)
        self._shape = self._first_shape
        self._auto = endpoint == "auto"
        self._has_answered = False

    def __repr__(self) -> str:
        return f"OpenAIBackend({self._model!r}, base_url={self._address.base_url!r})"

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint that the next request goes to."""
        return self._shape.endpoint

    @property
    def capabilities(self) -> Capabilities:
        """Whether answers continue the text, and the host that they come from."""
        proxy = "" if self._proxy is None else self._proxy.shown
        return Capabilities(
            continues=self._shape.continues, where=self._address.host, address=self._address.identity, proxy=proxy
        )

    async def next_tokens(self, request: Request) -> Distribution:
        """Return the distribution of the next token after `request.context`; its mass beyond `top` is residual."""
        self._health.check()
        for _ in range(_MOST_ATTEMPTS):
            shape = self._shape
            sent = body(shape, request.context)
            reply = await self._send(shape.endpoint, sent)
            learned = await self._learned(shape, reply)
            if learned.continues != shape.continues:
                continue  # the server can go on with the text itself: ask it so, before an answer means something else
            outcome = await _work(reply, partial(self._read, shape, request.context, sent, reply))
            if isinstance(outcome, Distribution):
                if learned.unproved:
                    await self._prove(learned)
                    continue
                self._has_answered = self._has_answered or outcome.residual < 1.0
                self._health.answered()
                return following(outcome, stripped(shape, request.context))
            self._change(learned, outcome, request.context)
        raise self._health.error(Verdict(Action.REFUSED))

    async def aclose(self) -> None:
        """Close the connections, unless the caller brought the client for them."""
        await self._connections.aclose()

    def _read(self, shape: Shape, context: str, sent: Mapping[str, object], reply: _Reply) -> Distribution | Verdict:
        if reply.status != 200:
            return classify_error(reply.status, reply.raw, reply.headers, sent)
        read = parse(reply.raw, prompt(shape, context))
        if not isinstance(read, Refusal):
            return read
        verdict = classify_refusal(read, reply.raw, reply.headers, sent)
        if self._has_answered and verdict.action in (Action.UNSUPPORTED, Action.REASONING):
            return Verdict(Action.UNUSABLE, why=read.why)  # it gave probabilities before: only this answer lacks them
        return verdict

    def _change(self, shape: Shape, verdict: Verdict, context: str) -> None:
        """Change the shape for the next attempt, or raise the error of `verdict` where that cannot help."""
        if shape != self._shape:
            return  # another request changed it meanwhile: ask in the new shape first
        may_switch = self._auto and shape.endpoint == self._first_shape.endpoint and not self._has_answered
        adapted = adapt(shape, verdict, context=context, may_switch=may_switch)
        if adapted is None:
            if verdict.action is Action.NO_ROUTE and not self._has_answered:
                self._shape = self._first_shape
            raise self._health.error(verdict)
        if adapted.endpoint != shape.endpoint:
            _log.info("%s is asked at the %s endpoint", self._model, adapted.endpoint)
        self._shape = adapted

    async def _prove(self, shape: Shape) -> None:
        """Find out by one more request whether the server continues a text or replies to it."""
        sent = body(shape, PROBE)
        reply = await self._send(shape.endpoint, sent)
        answer = self._read(shape, PROBE, sent, reply)
        if isinstance(answer, Verdict):
            raise self._health.error(answer)
        if shape == self._shape:
            self._shape = proved(shape, answer, may_switch=self._auto)

    async def _learned(self, shape: Shape, reply: _Reply) -> Shape:
        """Return `shape` with the server that answered, and remember it."""
        if self._has_answered or shape.server is not Server.OTHER:
            return shape
        learned = replace(shape, server=await _work(reply, partial(recognise, reply.raw, reply.headers)))
        if shape == self._shape:
            self._shape = learned
        return learned

    async def _send(self, endpoint: Endpoint, sent: Mapping[str, object]) -> _Reply:
        client = await self._connections.client()
        import httpx2  # loaded by now, with openai
        import openai

        from autocomplete.backends.openai.transport import MOST_BYTES, AnswerRefusedError

        create: Any = client.completions if endpoint == "completions" else client.chat.completions
        text = {name: sent[name] for name in ("prompt", "messages") if name in sent}
        rest = {name: value for name, value in sent.items() if name not in text}
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await create.with_raw_response.create(model=self._model, extra_body=rest, **text)
        except (TimeoutError, openai.APITimeoutError) as exc:
            raise self._health.timed_out() from exc
        except openai.APIStatusError as exc:
            reply = exc.response
        except AnswerRefusedError as exc:
            raise self._health.error(Verdict(Action.UNUSABLE, why=str(exc))) from exc
        except (openai.APIConnectionError, httpx2.HTTPError) as exc:
            raise self._health.unreachable() from exc
        except (LookupError, TypeError, ValueError, AssertionError) as exc:  # of decoding by a header's odd charset
            raise self._health.error(Verdict(Action.NOT_COMPATIBLE)) from exc
        else:
            reply = response.http_response
        if len(reply.content) > MOST_BYTES:  # of a caller's own client
            raise self._health.error(Verdict(Action.UNUSABLE, why="the answer is too long"))
        raw = reply.content.decode(errors="replace")  # JSON is UTF-8, whatever a header says
        return _Reply(reply.status_code, raw, {name.lower(): value for name, value in reply.headers.items()})


async def _work(reply: _Reply, work: Callable[[], _T]) -> _T:
    """Return the result of `work` on an answer, done in a thread where that is long."""
    return work() if len(reply.raw) < _LONG_ANSWER else await asyncio.to_thread(work)


def _check(model: str, timeout_s: float, top: int, endpoint: str) -> None:
    if not model.strip() or not model.isprintable():
        raise ConfigError("The model's name is empty or holds control characters: give one like openai:gpt-4.1-mini.")
    if not 0.0 < timeout_s < float("inf"):
        raise ConfigError("timeout_s must be a number of seconds above 0.")
    if top < 1:
        raise ConfigError("top must be at least 1.")
    if endpoint not in ("auto", "completions", "chat"):
        raise ConfigError('endpoint must be "auto", "completions" or "chat".')
