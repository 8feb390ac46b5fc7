"""Verdicts: what to do about an answer that is no distribution.

Invariant: pure, and nothing of the server's own words gets out: a verdict is one of ours, so that a server which
echoes the prompt or the key in its error cannot make either visible. Checks run from the special to the general.
"""

from __future__ import annotations

import email.utils
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from autocomplete.backends.openai.responses import JsonObject, Refusal, Trouble, choice_error, load

#: A server that asks for a longer pause than this is asked again after this.
LONGEST_PAUSE_S = 600.0

#: The parameter to mend where a model that thinks refuses to go on with an answer that was begun.
THINKING = "enable_thinking"


class Action(Enum):
    """The action that an answer calls for."""

    STOP_KEY = auto()
    STOP_CREDIT = auto()
    UNSUPPORTED = auto()  # no log-probabilities from this model, here
    USE_CHAT = auto()
    USE_COMPLETIONS = auto()
    NO_MODEL = auto()
    NO_ROUTE = auto()  # 404 without a word about a model: the endpoint, or the URL, is wrong
    LOWER_TOP = auto()  # ask for fewer alternatives; `number` is the most, where known
    MORE_TOKENS = auto()  # one token is too few for this server
    FIX = auto()  # `parameter` is refused
    TRIM = auto()
    SLOW = auto()
    RATE = auto()
    LOADING = auto()
    FAILING = auto()
    REDIRECT = auto()
    NOT_COMPATIBLE = auto()
    REASONING = auto()
    FORBIDDEN = auto()
    REFUSED = auto()  # a refusal that nothing here can mend
    ONE_HOT = auto()  # all mass is on one token, at the temperature that was sent
    UNUSABLE = auto()  # the answer came, and cannot be trusted


@dataclass(frozen=True, slots=True)
class Verdict:
    """An action, with the details that some need. `why` is a fixed phrase of ours."""

    action: Action
    parameter: str = ""
    number: int | None = None
    retry_after_s: float | None = None
    why: str = ""


def classify_refusal(refusal: Refusal, raw: str, headers: Mapping[str, str], sent: Mapping[str, object]) -> Verdict:
    """Return the verdict on a body that came with HTTP 200 and gave no distribution."""
    if refusal.trouble is Trouble.ERROR:
        return classify_error(_status_in(raw), raw, headers, sent)
    return Verdict(_ACTIONS[refusal.trouble], why=refusal.why)


_ACTIONS = {
    Trouble.NOT_JSON: Action.NOT_COMPATIBLE,
    Trouble.NO_LOGPROBS: Action.UNSUPPORTED,
    Trouble.REASONING: Action.REASONING,
    Trouble.ONE_HOT: Action.ONE_HOT,
    Trouble.UNUSABLE: Action.UNUSABLE,
}


def classify_error(status: int, raw: str, headers: Mapping[str, str], sent: Mapping[str, object]) -> Verdict:
    """Return the verdict on an HTTP error. `sent` is the body of the request: only what it holds can be mended.

    >>> classify_error(404, '{"error": "This is a chat model and not supported in the v1/completions endpoint"}', {}, {}).action
    <Action.USE_CHAT: 4>
    >>> body = '{"detail": [{"type": "extra_forbidden", "loc": ["body", "store"]}]}'
    >>> classify_error(422, body, {}, {"store": False}).parameter
    'store'
    """
    error = _Error.of(raw)
    if 300 <= status < 400:
        return Verdict(Action.REDIRECT)
    return (
        _about_logprobs(error, sent)
        or _about_account(status, error)
        or _about_endpoint(status, error)
        or _about_length(status, error)
        or _about_parameter(status, error, sent)
        or _about_load(status, error, headers)
        or Verdict(Action.FORBIDDEN if status == 403 else Action.REFUSED)
    )


@dataclass(frozen=True, slots=True)
class _Error:
    """An error body in lower case: its words in `text`, the machine-readable ones also in `codes`.

    Only known keys are read: validators of some servers return the whole request, the user's text included.
    """

    text: str
    codes: frozenset[str]

    @classmethod
    def of(cls, raw: str) -> _Error:
        body = load(raw)
        if body is None:
            return cls("", frozenset())
        texts = [(key, value) for key, value in _strings(body) if key in _PROSE_KEYS | _CODE_KEYS]
        codes = frozenset(value.lower() for key, value in texts if key in _CODE_KEYS)
        return cls(" ".join(value.lower() for _, value in texts), codes)

    def says(self, *phrases: str) -> bool:
        """Return whether one of the phrases occurs."""
        return any(phrase in self.text for phrase in phrases)


_CODE_KEYS = frozenset({"type", "code", "param", "loc"})
_PROSE_KEYS = frozenset({"error", "message", "msg", "detail", "raw"})


def _strings(value: object, key: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield each string of an error body under its key; lists pass their key on."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict) and depth < 8:
        for name, inner in value.items():
            yield from _strings(inner, str(name), depth + 1)
    elif isinstance(value, list) and depth < 8:
        for inner in value:
            yield from _strings(inner, key, depth + 1)


def _about_logprobs(error: _Error, sent: Mapping[str, object]) -> Verdict | None:
    if not error.says("logprobs", "top_n_tokens"):
        return None
    if error.says("only allowed when"):  # top_logprobs without logprobs: never sent, so nothing to mend
        return Verdict(Action.REFUSED)
    if error.codes & {"unsupported_parameter", "extra_forbidden"} and error.codes & {"logprobs", "top_logprobs"}:
        return Verdict(Action.UNSUPPORTED)
    if error.says(*_WITHOUT_LOGPROBS):
        return Verdict(Action.UNSUPPORTED)
    if error.says(*_TOO_MANY):
        asked = sent.get("top_logprobs", sent.get("logprobs"))
        return Verdict(Action.LOWER_TOP, number=_limit(error.text, asked if type(asked) is int else 20))
    return None


#: How servers say that they give no log-probabilities, and that fewer were to be asked for.
_WITHOUT_LOGPROBS = (
    "not allowed to request",
    "not support",
    "unsupported",
    "not available",
    "not permitted",
    "not enabled",
    "unknown name",
    "cannot find field",
    "unrecognized",
    "unexpected",
)
_TOO_MANY = (
    *("less than", "at most", "max", "greater than", "more than", "exceed", "only", "between", "<=", "in the range"),
    *("invalid top_logprobs", "out of range"),
)


def _limit(text: str, asked: int) -> int | None:
    """Return the largest number that the text names below what was asked for, None where it names none.

    >>> _limit("requested 20 logprobs, must be between 1 and 5", 20), _limit("too many", 20), _limit("in [0, 20)", 20)
    (5, None, 19)
    """
    if (exclusive := re.search(r"\[\d+, ?(\d{1,3})\)", text)) and 1 < int(exclusive[1]) <= asked:
        return int(exclusive[1]) - 1
    numbers = (int(number) for number in re.findall(r"(?<![\w.])\d{1,3}(?!\w)", text))
    return max((number for number in numbers if 0 < number < asked), default=None)


def _about_account(status: int, error: _Error) -> Verdict | None:
    if status == 402 or error.codes & {"insufficient_quota", "billing_hard_limit_reached"}:
        return Verdict(Action.STOP_CREDIT)
    if status == 401:
        return Verdict(Action.STOP_KEY)
    return None


def _about_endpoint(status: int, error: _Error) -> Verdict | None:
    if status >= 500 and status != 501:
        return None
    if error.says("only supported in v1/responses"):
        return Verdict(Action.UNSUPPORTED)
    if "operationnotsupported" in error.codes or error.says("operation does not work with the specified model"):
        return Verdict(Action.USE_COMPLETIONS if error.says("chatcompletion") else Action.USE_CHAT)
    if error.says("not a chat model", "not supported in the v1/chat", "does not support chat", "not support the chat"):
        return Verdict(Action.USE_COMPLETIONS)
    if error.says("chat model", "not supported in the v1/completions", "use v1/chat", "does not support completions"):
        return Verdict(Action.USE_CHAT)
    if status in (405, 501) or (status == 404 and not error.says("model")):
        return Verdict(Action.NO_ROUTE)
    if status == 404 or "model_not_found" in error.codes:
        return Verdict(Action.NO_MODEL)
    return None


def _about_length(status: int, error: _Error) -> Verdict | None:
    codes = {"context_length_exceeded", "exceed_context_size_error", "input_tokens"}
    words = ("context length", "context size", "context window", "prompt is too long", "too many tokens")
    return Verdict(Action.TRIM) if status == 413 or error.codes & codes or error.says(*words) else None


def _about_parameter(status: int, error: _Error, sent: Mapping[str, object]) -> Verdict | None:
    if status not in (400, 422):
        return None
    if error.says("could not finish the message", "output limit was reached"):
        return Verdict(Action.MORE_TOKENS)
    if error.says("prefill") and error.says("thinking"):
        return Verdict(Action.FIX, parameter=THINKING)
    if "integer_below_min_value" in error.codes and error.says("tokens"):
        return Verdict(Action.MORE_TOKENS)
    named = [name for name in sent if name in error.codes] or [name for name in sent if _names(error.text, name)]
    if error.says("developer") and error.says("role"):
        return Verdict(Action.FIX, parameter="developer")
    if not named:
        return None
    parameter = max(named, key=len)
    if parameter == "reasoning_effort":  # sent only after log-probabilities were refused without it
        return Verdict(Action.UNSUPPORTED)
    if "tokens" in parameter and error.says("minimum", "at least", ">="):
        return Verdict(Action.MORE_TOKENS)
    return Verdict(Action.FIX, parameter)


def _names(text: str, parameter: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(parameter)}(?!\w)", text) is not None


def _about_load(status: int, error: _Error, headers: Mapping[str, str]) -> Verdict | None:
    if status in (408, 504):
        return Verdict(Action.SLOW)
    if status == 429:
        return Verdict(Action.RATE, retry_after_s=pause_s(headers))
    if status == 503 and error.says("loading"):
        return Verdict(Action.LOADING, retry_after_s=pause_s(headers))
    if status >= 500:
        return Verdict(Action.FAILING, retry_after_s=pause_s(headers))
    return None


def _status_in(raw: str) -> int:
    """Return the HTTP status that an error inside a 200 names, 502 where it names none."""
    body = load(raw)
    error = (body.get("error") or choice_error(body)) if isinstance(body, JsonObject) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if type(code) is int and 400 <= code < 600 else 502


def pause_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait that the headers (lower-case names) ask for, 0 to 600, or None.

    >>> pause_s({"retry-after-ms": "1500"}), pause_s({"retry-after": "7"}), pause_s({"retry-after": "soon"})
    (1.5, 7.0, None)
    """
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) * unit_s
        except (KeyError, ValueError):
            continue
        if math.isfinite(seconds) and seconds >= 0.0:
            return min(seconds, LONGEST_PAUSE_S)
    return _until_date_s(headers)


def _until_date_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds from the `date` header to a `retry-after` that is a date."""
    try:
        until, now = (email.utils.parsedate_to_datetime(headers[name]) for name in ("retry-after", "date"))
        return min(max((until - now).total_seconds(), 0.0), LONGEST_PAUSE_S)
    except (KeyError, ValueError, TypeError):
        return None
