"""One-token requests: what they hold for each endpoint and server, and how a refusal changes them.

Invariant: a `Shape` is immutable and is all that is remembered about a server's likes; `adapt` returns a shape that
differs from the one that was refused, or None, and each change goes one way, so adapting always ends.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Literal

from autocomplete.backends.openai.responses import JsonObject, load
from autocomplete.backends.openai.verdicts import THINKING, Action, Verdict
from autocomplete.core.distribution import Distribution

Endpoint = Literal["completions", "chat"]

#: The instruction to a chat model without prefill; its first token may still restart, or lack its space.
INSTRUCTION = "Continue the user's text exactly where it stops. Output only the continuation, and repeat nothing."
#: A text that stops before a word which every model knows. What continues it begins with a space, a reply does not.
PROBE = "The capital of France is the city of"
#: What an empty context becomes: servers refuse an empty prompt or answer it without probabilities.
EMPTY_CONTEXT = "\n"
#: Servers that refuse one token of answer (reasoning models) get the least that they take.
MORE_TOKENS = 16
#: A text of so few code points is too long for no model: a server that says so is not believed.
SHORTEST_TEXT = 256
_LEGACY_TOP, _CHAT_TOP = 5, 20

_NEUTRAL_SAMPLING = {"top_p": 1, "top_k": 0, "min_p": 0, "repetition_penalty": 1, "skip_special_tokens": False}
_DROPPABLE = frozenset({"temperature", "store", "cache_prompt", "n_probs", *_NEUTRAL_SAMPLING})
_PREFILL = frozenset({"continue_final_message", "add_generation_prompt", "chat_template_kwargs", THINKING})


class Server(Enum):
    """Servers that are asked in their own way; a server is recognised by its answers."""

    OPENAI = "api.openai.com"
    LLAMA_CPP = "llama.cpp"
    VLLM = "vllm"
    OLLAMA = "ollama"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Shape:
    """The way a model is asked. `top`: alternatives to ask for. `max_chars`: code points of context, None for all of it.
    `replies`: whether `/completions` answers with a reply to the text, None where that is not known.
    """

    endpoint: Endpoint
    top: int
    server: Server = Server.OTHER
    tokens_parameter: str = "max_tokens"
    n_tokens: int = 1
    temperature: int = 0
    reasoning_off: bool = False
    instruction_role: str = "developer"
    may_prefill: bool = True
    thinking_off: bool = False
    dropped: frozenset[str] = frozenset()
    max_chars: int | None = None
    replies: bool | None = None

    @property
    def unproved(self) -> bool:
        """Whether the answers of `/completions` may be replies: Ollama puts the text of chat models into their template."""
        return self.server is Server.OLLAMA and self.endpoint == "completions" and self.replies is None

    @property
    def prefills(self) -> bool:
        """Whether the context is sent as the start of the answer, which the server then continues."""
        return self.endpoint == "chat" and self.may_prefill and self.server in (Server.LLAMA_CPP, Server.VLLM)

    @property
    def continues(self) -> bool:
        """Whether the answer continues the text byte by byte."""
        return (self.endpoint == "completions" and not self.replies) or self.prefills


def recognise(raw: str, headers: Mapping[str, str]) -> Server:
    """Return which server gave this answer, as far as it tells.

    >>> recognise('{"system_fingerprint": "vllm-0.32.0-a00341d6"}', {})
    <Server.VLLM: 'vllm'>
    """
    if headers.get("server", "").lower().startswith("llama.cpp"):
        return Server.LLAMA_CPP
    body = load(raw)
    fingerprint = body.get("system_fingerprint") if isinstance(body, JsonObject) else None
    if not isinstance(fingerprint, str):
        return Server.OTHER
    return Server.VLLM if fingerprint.startswith("vllm") else Server.OLLAMA if "ollama" in fingerprint else Server.OTHER


def body(shape: Shape, context: str) -> dict[str, object]:
    """Return the request's parameters, without the model's name.

    >>> body(Shape("completions", 5), "Thank")
    {'max_tokens': 1, 'temperature': 0, 'logprobs': 5, 'prompt': 'Thank'}
    """
    build = _completions if shape.endpoint == "completions" else _chat
    return {name: value for name, value in build(shape, context).items() if name not in shape.dropped}


def _completions(shape: Shape, context: str) -> dict[str, object]:
    top = min(shape.top, _LEGACY_TOP) if shape.server is Server.OPENAI else shape.top
    parameters: dict[str, object] = {"max_tokens": shape.n_tokens, "temperature": shape.temperature, "logprobs": top}
    if shape.server is Server.LLAMA_CPP:
        parameters |= {"n_probs": top, "cache_prompt": True}
    if shape.server is Server.VLLM:
        parameters |= _NEUTRAL_SAMPLING
    return {**parameters, "prompt": prompt(shape, context)}


def _chat(shape: Shape, context: str) -> dict[str, object]:
    parameters: dict[str, object] = {"logprobs": True, "top_logprobs": min(shape.top, _CHAT_TOP)}
    parameters[shape.tokens_parameter] = shape.n_tokens
    parameters |= {"reasoning_effort": "none"} if shape.reasoning_off else {"temperature": shape.temperature}
    if shape.server is Server.OPENAI:
        parameters["store"] = False
    if shape.prefills and shape.server is Server.VLLM:
        parameters |= {"continue_final_message": True, "add_generation_prompt": False}
    if shape.thinking_off:
        parameters["chat_template_kwargs"] = {"enable_thinking": False}
    return {**parameters, "messages": _messages(shape, prompt(shape, context))}


def _messages(shape: Shape, text: str) -> list[dict[str, str]]:
    if shape.prefills:
        return [{"role": "user", "content": "Write a text."}, {"role": "assistant", "content": text}]
    return [{"role": shape.instruction_role, "content": INSTRUCTION}, {"role": "user", "content": text}]


def prompt(shape: Shape, context: str) -> str:
    """Return the text that is sent for `context`: never empty, cut at the front, a prefill without trailing space."""
    text = context if shape.max_chars is None else cut(context, shape.max_chars)
    if shape.prefills:
        text = text[: len(text) - len(stripped(shape, text))]
    return text.encode(errors="replace").decode() or EMPTY_CONTEXT  # half a surrogate pair cannot be sent


def stripped(shape: Shape, context: str) -> str:
    """Return the trailing white space that is held back from a prefill, since servers strip it.

    A context of white space alone is sent as it is.

    >>> stripped(Shape("chat", 5, Server.VLLM), "to hear "), stripped(Shape("completions", 5), "to hear ")
    (' ', '')
    """
    bare = context.rstrip()
    return context[len(bare) :] if shape.prefills and bare else ""


def cut(context: str, max_chars: int) -> str:
    """Return the end of `context`, at most `max_chars` code points, cut in blocks.

    The cut moves once in a quarter of `max_chars`, not at each key: a server's prompt cache needs a stable start.

    >>> cut("0123456789", 8), cut("0123456789a", 8)
    ('23456789', '456789a')
    """
    if len(context) <= max_chars:
        return context
    block = max(1, max_chars // 4)
    return context[math.ceil((len(context) - max_chars) / block) * block :]


def adapt(shape: Shape, verdict: Verdict, *, context: str, may_switch: bool) -> Shape | None:
    """Return the shape to ask with after `verdict`, None where no other way is left.

    `may_switch`: the other endpoint may be used and has not been given up before.
    """
    match verdict.action:
        case Action.USE_CHAT | Action.USE_COMPLETIONS | Action.NO_ROUTE:
            return _switched(shape, verdict.action) if may_switch else None
        case Action.UNSUPPORTED | Action.REASONING:
            if shape.endpoint == "chat":
                return None if shape.reasoning_off else replace(shape, reasoning_off=True)
            return _switched(shape, Action.USE_CHAT) if may_switch else None
        case Action.LOWER_TOP:
            return _lower(shape, verdict.number)
        case Action.MORE_TOKENS:
            return replace(shape, n_tokens=MORE_TOKENS) if shape.n_tokens < MORE_TOKENS else None
        case Action.ONE_HOT:
            # Some servers scale by the temperature: at 1 their numbers are the model's own.
            scaled = shape.temperature == 0 and "temperature" not in shape.dropped and not shape.reasoning_off
            return replace(shape, temperature=1) if scaled else None
        case Action.FIX:
            return _fixed(shape, verdict.parameter)
        case Action.TRIM:
            sent = len(prompt(shape, context))
            return replace(shape, max_chars=sent // 2) if sent > SHORTEST_TEXT else None
        case _:
            return None


def _switched(shape: Shape, action: Action) -> Shape | None:
    if shape.endpoint == "completions" and action in (Action.USE_CHAT, Action.NO_ROUTE):
        return replace(shape, endpoint="chat")
    if shape.endpoint == "chat" and action in (Action.USE_COMPLETIONS, Action.NO_ROUTE):
        return replace(shape, endpoint="completions")
    return None


def _lower(shape: Shape, limit: int | None) -> Shape | None:
    lower = limit or (_LEGACY_TOP if shape.top > _LEGACY_TOP else 1)
    return replace(shape, top=lower) if lower < shape.top else None


def _fixed(shape: Shape, parameter: str) -> Shape | None:
    if parameter == "developer" and shape.instruction_role == "developer":
        return replace(shape, instruction_role="system")
    if parameter in ("max_completion_tokens", "max_tokens") and shape.endpoint == "chat":
        return _other_tokens_parameter(shape, parameter)
    if parameter == THINKING and not shape.thinking_off:
        return replace(shape, thinking_off=True)
    if parameter in _PREFILL and shape.may_prefill:
        return replace(shape, may_prefill=False)
    if parameter in _DROPPABLE - shape.dropped:
        return replace(shape, dropped=shape.dropped | {parameter})
    return None


def _other_tokens_parameter(shape: Shape, refused: str) -> Shape | None:
    """Return the shape with the other name of the parameter, None where both were refused."""
    other = "max_tokens" if refused == "max_completion_tokens" else "max_completion_tokens"
    if refused != shape.tokens_parameter or other in shape.dropped:
        return None
    return replace(shape, tokens_parameter=other, dropped=shape.dropped | {refused})


def first_shape(host: str, endpoint: Literal["auto"] | Endpoint, top: int) -> Shape:
    """Return the shape to begin with.

    OpenAI has retired its last models for `/completions`, so "auto" begins with chat there. Elsewhere `max_tokens` is
    the name that all servers know: llama-cpp-python ignores the newer one and writes to the end of its context.
    """
    if host == Server.OPENAI.value:
        return Shape("chat" if endpoint == "auto" else endpoint, top, Server.OPENAI, "max_completion_tokens")
    return Shape("completions" if endpoint == "auto" else endpoint, top)


def proved(shape: Shape, answer: Distribution, *, may_switch: bool) -> Shape:
    """Return the shape after the answer to `PROBE`: a model that replies is asked as a chat model, where that is allowed."""
    listed = sum(probability for _, probability in answer.tokens)
    continues = 2.0 * sum(probability for token, probability in answer.tokens if token[:1].isspace()) > listed
    if not continues and may_switch:
        return replace(shape, endpoint="chat", replies=True)
    return replace(shape, replies=not continues)


def following(distribution: Distribution, space: str) -> Distribution:
    """Return what follows `space`, given the distribution before it.

    Tokens that do not start with it leave their mass in the residual, and nothing is scaled up: so each probability is
    a lower bound, and with the residual an upper bound, of the probability given `space`.

    >>> following(Distribution(((b" the", 0.6), (b",", 0.3)), 0.1), " ").tokens
    ((b'the', 0.6),)
    """
    if not space:
        return distribution
    lead = space.encode()
    pairs = ((token[len(lead) :], p) for token, p in distribution.tokens if token.startswith(lead) and token != lead)
    return Distribution.from_pairs(pairs, usage=distribution.usage)
