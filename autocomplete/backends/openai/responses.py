"""The raw body of an OpenAI-like answer, read into a `Distribution` or a `Refusal`.

Invariant: `parse` never raises, and never turns doubt into a number. The shape is recognised by the body alone, since
llama.cpp and Ollama answer `/completions` with the chat shape and Fireworks answers chat with legacy lists. What the
body says about one position (the list of alternatives and the sampled token) is gathered into `WirePosition` here; what
each spelling stands for, and whether the numbers make a distribution, is decided in `tokens`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from autocomplete.backends.openai.tokens import Entry, OneHotError, UntrustedError, WirePosition, distribution
from autocomplete.core.distribution import Distribution, Usage


class Trouble(Enum):
    """Why a body that came with HTTP 200 gives no distribution."""

    NOT_JSON = auto()  # not JSON, or not the object that an OpenAI-like server sends
    ERROR = auto()  # an error object inside a 200
    NO_LOGPROBS = auto()  # an answer without log-probabilities
    REASONING = auto()  # the probabilities are of the reasoning, not of the answer
    ONE_HOT = auto()  # all mass is on one token; other sampling settings may tell more
    UNUSABLE = auto()  # this answer cannot be trusted or says nothing; another context may do


#: Lists and objects of an answer: 5,000 listed tokens take some 10,000. Reading many more would hold up the keys.
MOST_BRACKETS = 50_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """No distribution. `why` is a fixed phrase of ours: it never quotes the body."""

    trouble: Trouble
    why: str


_PARTIAL = Refusal(Trouble.UNUSABLE, "the answer is a part of a character")
_REASONING = Refusal(Trouble.REASONING, "the model reasons before it answers")
#: First tokens that open a chain of thought.
REASONING_SPELLINGS = ("<think>", "<|channel|>", "<|channel>", "[THINK]")


class JsonObject(dict[str, object]):
    """A JSON object that remembers repeated keys: `pairs` holds every one, while as a dict the last wins.

    >>> load('{"a": 1, "a": 2}').pairs
    [('a', 1), ('a', 2)]
    """

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def load(raw: str) -> object:
    """Return the JSON value of `raw` with objects as `JsonObject`, or None where it is not JSON, or endlessly nested.

    >>> load("<html>") is None
    True
    """
    if raw.count("[") + raw.count("{") > MOST_BRACKETS:
        return None
    try:
        return json.loads(raw, object_pairs_hook=JsonObject)
    except (ValueError, RecursionError):
        return None


def parse(raw: str, prompt: str = "") -> Distribution | Refusal:
    """Return the distribution of the first generated token, or why there is none.

    `prompt` is the text that was sent: it is needed only to find the answer behind an echo of the prompt.

    >>> parse('{"choices": [{"text": "a", "logprobs": {"content": [{"token": "a", "logprob": -1, "top_logprobs": ['
    ...       '{"token": "a", "logprob": -1}]}]}}]}').tokens
    ((b'a', 0.36787944117144233),)
    >>> parse('{"choices": [{"text": "a", "logprobs": null}]}').trouble.name
    'NO_LOGPROBS'
    """
    body = load(raw)
    if not isinstance(body, JsonObject):
        return Refusal(Trouble.NOT_JSON, "the answer is not a JSON object")
    if body.get("error") or choice_error(body):
        return Refusal(Trouble.ERROR, "the answer is an error")
    position = _position(body, prompt)
    if position is _PARTIAL:
        return Distribution((), residual=1.0)  # the model is well, and nothing else is known of this position
    if isinstance(position, Refusal):
        return position
    if position.sampled.token in REASONING_SPELLINGS:
        return _REASONING
    try:
        return replace(distribution(position), usage=_usage(body.get("usage")))
    except OneHotError as exc:
        return Refusal(Trouble.ONE_HOT, str(exc))
    except UntrustedError as exc:
        return Refusal(Trouble.UNUSABLE, str(exc))


def choice_error(body: JsonObject) -> object:
    """Return the error that a server put into its first choice, None where there is none."""
    choices = body.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first.get("error") if isinstance(first, JsonObject) else None


def _position(body: JsonObject, prompt: str) -> WirePosition | Refusal:
    choices = body.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], JsonObject):
        return _choice(choices[0], prompt)
    if isinstance(body.get("output"), list):
        return _responses(body)
    return Refusal(Trouble.NOT_JSON, "the answer holds no choices")


def _choice(choice: JsonObject, prompt: str) -> WirePosition | Refusal:
    message = choice.get("message")
    source = message if isinstance(message, JsonObject) else choice
    text = source.get("content", source.get("text"))
    text = text if isinstance(text, str) else ""
    written = text.removeprefix(prompt)  # servers may repeat the prompt, or the prefill, before the answer
    ended = choice.get("finish_reason") == "stop" and not written
    logprobs = choice.get("logprobs")
    if not text and any(source.get(name) for name in ("reasoning_content", "reasoning")):
        return _REASONING
    if not isinstance(logprobs, JsonObject):
        return _missing(written)
    content = logprobs.get("content")
    if isinstance(content, list):
        return _first(content, (text, written), ended)
    if logprobs.get("reasoning_content"):
        return _REASONING
    if isinstance(logprobs.get("tokens"), list):
        return _legacy(logprobs, text, prompt, ended)
    return _missing(written)


def _missing(text: str) -> Refusal:
    if not text:
        return Refusal(Trouble.UNUSABLE, "the answer is empty")
    if "\ufffd" in text:  # llama-server drops logprobs where the sampled token is the start of a character
        return _PARTIAL
    return Refusal(Trouble.NO_LOGPROBS, "the answer has no log-probabilities")


def _first(content: list[object], texts: tuple[str, ...], ended: bool) -> WirePosition | Refusal:
    """Return position 0 of the chat shape: a list of tokens with their alternatives."""
    if not content:
        return _missing(texts[-1])
    first = content[0]
    if not isinstance(first, JsonObject):
        return Refusal(Trouble.UNUSABLE, "the log-probabilities have an unknown shape")
    top = first.get("top_logprobs")
    return WirePosition(
        tuple(_entry(item) for item in top if isinstance(item, JsonObject)) if isinstance(top, list) else (),
        _entry(first),
        texts,
        ended,
    )


def _entry(item: Mapping[str, object]) -> Entry:
    return Entry(item.get("token"), item.get("logprob"), wire_bytes=item.get("bytes"), token_id=item.get("id"))


def _legacy(logprobs: JsonObject, text: str, prompt: str, ended: bool) -> WirePosition | Refusal:
    """Return the generated position of the legacy shape: parallel lists, with one object of alternatives each."""
    tokens, chosen, tops = (logprobs.get(key) for key in ("tokens", "token_logprobs", "top_logprobs"))
    if not isinstance(tokens, list) or not isinstance(chosen, list) or not tokens or len(chosen) != len(tokens):
        return _missing(text)
    index = _generated(tokens, chosen, text, prompt)
    if index is None:
        return Refusal(Trouble.UNUSABLE, "the answer repeats the prompt")
    top = tops[index] if isinstance(tops, list) and index < len(tops) else None
    return WirePosition(
        tuple(Entry(key, value) for key, value in top.pairs) if isinstance(top, JsonObject) else (),
        Entry(tokens[index], chosen[index]),
        (text, text.removeprefix(prompt)),
        ended,
    )


def _generated(tokens: list[object], chosen: list[object], text: str, prompt: str) -> int | None:
    """Return the index of the first generated token, None where an echoed prompt makes that doubtful."""
    if chosen[0] is not None and not (len(tokens) > 1 and prompt and text.startswith(prompt)):
        return 0
    spelled = ""
    for index, token in enumerate(tokens):
        if prompt and spelled == prompt:
            return index
        spelled += token if isinstance(token, str) else "\ufffd"
    return None


def _responses(body: JsonObject) -> WirePosition | Refusal:
    """Return position 0 of the Responses shape: the first output text among the output items."""
    for item in _objects(body.get("output")):
        for part in _objects(item.get("content")):
            content, text = part.get("logprobs"), part.get("text")
            if part.get("type") == "output_text":
                text = text if isinstance(text, str) else ""
                return _first(content if isinstance(content, list) else [], (text,), ended=False)
    return _REASONING


def _objects(items: object) -> Iterable[JsonObject]:
    return (item for item in items if isinstance(item, JsonObject)) if isinstance(items, list) else ()


def _usage(usage: object) -> Usage:
    def count(key: str) -> int:
        value = usage.get(key) if isinstance(usage, JsonObject) else None
        return value if type(value) is int and value > 0 else 0

    return Usage(count("prompt_tokens"), count("completion_tokens"))
