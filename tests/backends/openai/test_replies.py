"""Servers whose completions are replies: they are found out by one question."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import pytest

from autocomplete.backends.openai.requests import PROBE
from autocomplete.core.backend import Request
from tests.backends.openai.conftest import Make
from tests.support.server import Canned, ModelServer

CONTEXT = "I look forward to"


def _ollama(*, replies: bool) -> Callable[[str], list[tuple[str, float]]]:
    """Return what such a server lists first for a prompt."""

    def top(prompt: str) -> list[tuple[str, float]]:
        if replies:
            return [("It", 0.8), ("That", 0.1)]
        return [(" Paris", 0.9), (" the", 0.05)] if prompt == PROBE else [(" from", 0.7), (" you", 0.2)]

    return top


def _canned(top: list[tuple[str, float]]) -> Canned:
    entries = [{"token": token, "logprob": math.log(p), "bytes": list(token.encode())} for token, p in top]
    content = [{**entries[0], "top_logprobs": entries}]
    choice = {"text": top[0][0], "message": {"content": top[0][0]}, "logprobs": {"content": content}}
    return Canned(raw=json.dumps({"choices": [choice], "system_fingerprint": "fp_ollama"}))


@pytest.mark.parametrize("replies", [True, False])
async def test_a_server_that_may_reply_is_proved_by_one_question(server: ModelServer, make: Make, replies: bool) -> None:
    """Ollama's `/completions` puts the text of a chat model into its template: what comes is a reply, not what follows."""
    top = _ollama(replies=replies)
    backend = make()
    server.canned.extend([_canned(top(CONTEXT)), _canned(top(PROBE)), _canned(top(CONTEXT)), _canned(top(CONTEXT))])
    await backend.next_tokens(Request(CONTEXT))
    await backend.next_tokens(Request(CONTEXT))
    assert backend.capabilities.continues is not replies
    last = "/chat/completions" if replies else "/completions"
    assert server.paths == ["/completions", "/completions", last, last]


async def test_an_endpoint_chosen_by_hand_stays_and_its_replies_are_taken_for_such(server: ModelServer, make: Make) -> None:
    top = _ollama(replies=True)
    backend = make(endpoint="completions")
    server.canned.extend([_canned(top(CONTEXT)), _canned(top(PROBE)), _canned(top(CONTEXT))])
    await backend.next_tokens(Request(CONTEXT))
    assert not backend.capabilities.continues
    assert server.paths == ["/completions"] * 3
