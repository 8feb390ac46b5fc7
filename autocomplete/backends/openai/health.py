"""Decides whether a server may be asked now, and which error a verdict is.

Invariant: while a pause runs, or after a final refusal, `check` raises without any request. Messages are one line and
hold only names that the user gave: the model and the address.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from autocomplete.backends.openai.endpoint import ServerAddress
from autocomplete.backends.openai.proxy import Proxy
from autocomplete.backends.openai.verdicts import Action, Verdict
from autocomplete.errors import BackendError, BackendRejected, BackendUnavailable, LogprobsUnsupported

_FIRST_PAUSE_S, _LONGEST_BACKOFF_S = 1.0, 30.0
_SLOW_AFTER = 3
_FINAL = frozenset({Action.STOP_KEY, Action.STOP_CREDIT, Action.UNSUPPORTED, Action.REASONING})
#: Refusals that somebody may mend meanwhile, such as by loading the model: asked again, less and less often.
_MENDABLE = frozenset(
    {
        *(Action.NO_MODEL, Action.NO_ROUTE, Action.USE_CHAT, Action.USE_COMPLETIONS, Action.REDIRECT),
        *(Action.NOT_COMPATIBLE, Action.FORBIDDEN, Action.REFUSED),
    }
)
#: The server is not asked again after so many answers without usable probabilities, the first ones that it gave.
_MOST_UNUSABLE = 2
_PAUSING = {
    Action.RATE: "Rate limited, resuming in {wait_s} s",
    Action.LOADING: "Model loading at {host}, asking again in {wait_s} s",
    Action.FAILING: "{host} has an error of its own, asking again in {wait_s} s",
}
_REJECTED = {
    Action.STOP_KEY: "API key missing or rejected for {host}.",
    Action.STOP_CREDIT: "Out of credit.",
    Action.NO_MODEL: "Model {model} not found (may be retired).",
    Action.NO_ROUTE: "{url} has no endpoint for {model}. Does the URL end in /v1?",
    Action.USE_CHAT: "{model} is a chat model: ask it at the chat endpoint.",
    Action.USE_COMPLETIONS: "{model} is not a chat model: ask it at the completions endpoint.",
    Action.TRIM: "The text is too long for {model}.",
    Action.REDIRECT: "{url} redirects to another address: give that one.",
    Action.NOT_COMPATIBLE: "{url} is not an OpenAI-compatible endpoint (proxy or login page?).",
    Action.FORBIDDEN: "{host} forbids this request: check what the key may do.",
    Action.ONE_HOT: "No usable probabilities from {host}: {why}.",
    Action.UNUSABLE: "No usable probabilities from {host}: {why}.",
}
_REFUSED = "{host} refused the request for {model}."


class Health:
    """Pauses, final refusals, and time-outs in a row of one server. `clock` returns seconds."""

    def __init__(self, model: str, address: ServerAddress, clock: Callable[[], float], proxy: Proxy | None = None) -> None:
        self._names = {"model": model, "url": address.base_url, "host": address.host}
        self._proxy = "" if proxy is None else f" through {proxy.shown} ({proxy.source})"
        self._clock = clock
        self._final: Verdict | None = None
        self._has_answered = False
        self._unusable = 0
        self._pause: Verdict | None = None
        self._pause_until_s = -math.inf
        self._failures = 0
        self._timeouts = 0

    def check(self) -> None:
        """Return where the server may be asked; raise the `BackendError` where it may not."""
        if self._final is not None:
            raise self._rejection(self._final)
        if self._pause is not None and self._clock() < self._pause_until_s:
            raise self._paused(self._pause)

    def answered(self) -> None:
        """Record a good answer: failures and time-outs are no longer in a row."""
        self._has_answered, self._pause = True, None
        self._failures = self._timeouts = 0

    def error(self, verdict: Verdict) -> BackendError:
        """Return the error for `verdict`, and remember what it means for the next requests."""
        if verdict.action is Action.SLOW:
            return self.timed_out()
        if verdict.action in _PAUSING or verdict.action in _MENDABLE:
            backoff_s = min(_FIRST_PAUSE_S * 2.0 ** min(self._failures, 10), _LONGEST_BACKOFF_S)
            self._failures += 1
            self._pause = verdict
            wait_s = backoff_s if verdict.retry_after_s is None else verdict.retry_after_s
            self._pause_until_s = self._clock() + wait_s
            return self._paused(verdict)
        if verdict.action in (Action.UNUSABLE, Action.ONE_HOT) and not self._has_answered:
            self._unusable += 1
        if verdict.action in _FINAL or self._unusable >= _MOST_UNUSABLE:
            self._final = verdict
        return self._rejection(verdict)

    def timed_out(self) -> BackendUnavailable:
        """Return the error for a request without an answer in time."""
        self._timeouts += 1
        slow = "{host} is slow." if self._timeouts >= _SLOW_AFTER else "{host} did not answer in time."
        return BackendUnavailable(slow.format(**self._names))

    def unreachable(self) -> BackendUnavailable:
        """Return the error for a connection that failed."""
        text = "Cannot reach {url}{proxy}. Is the server running? Does the URL end in /v1?"
        return BackendUnavailable(text.format(**self._names, proxy=self._proxy))

    def _paused(self, verdict: Verdict) -> BackendError:
        if verdict.action in _MENDABLE:
            return self._rejection(verdict)
        left_s = max(self._pause_until_s - self._clock(), 0.0)
        message = _PAUSING[verdict.action].format(**self._names, wait_s=max(1, math.ceil(left_s)))
        return BackendUnavailable(message, retry_after_s=left_s)

    def _rejection(self, verdict: Verdict) -> BackendError:
        if verdict.action in (Action.UNSUPPORTED, Action.REASONING):
            return LogprobsUnsupported(
                f"{self._names['model']} does not expose token probabilities; choose another model, or reasoning effort none."
            )
        return BackendRejected(_REJECTED.get(verdict.action, _REFUSED).format(**self._names, why=verdict.why))
