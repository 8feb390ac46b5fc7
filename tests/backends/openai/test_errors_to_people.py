"""What a backend says when a server fails, and what it keeps to itself."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading

import pytest

from autocomplete.core.backend import Request
from autocomplete.errors import (
    BackendError,
    BackendRejected,
    BackendUnavailable,
)
from tests.backends.openai.conftest import Make
from tests.support.server import Canned, ModelServer

CONTEXT = "I look forward to"


KEY = "sk-very-secret"


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (Canned(401, '{"error": "Incorrect API key provided: sk-very-secret"}'), BackendRejected, "API key missing or"),
        (Canned(402), BackendRejected, "Out of credit."),
        (Canned(404, '{"error": "model gone"}'), BackendRejected, "Model test-model not found (may be retired)."),
        (Canned(500, "I look forward to"), BackendUnavailable, "127.0.0.1 has an error of its own"),
        (Canned(503, '{"error": {"message": "Loading model"}}'), BackendUnavailable, "Model loading"),
        (Canned(200, "<html>login</html>", {}, "text/html"), BackendRejected, "{url} is not an OpenAI-compatible"),
        (Canned(200, '{"error": {"message": "upstream", "code": 429}}'), BackendUnavailable, "Rate limited"),
        (Canned(200, "[1, 2"), BackendRejected, "{url} is not an OpenAI-compatible endpoint"),
        (Canned(307, "", {"location": "http://127.0.0.1:9/v1"}), BackendRejected, "{url} redirects to another"),
        (
            Canned(400, '{"error": "I look forward to sk-very-secret"}'),
            BackendRejected,
            "127.0.0.1 refused the request",
        ),
    ],
)
async def test_what_people_are_told(
    server: ModelServer, make: Make, answer: Canned, kind: type[BackendError], message: str
) -> None:
    server.canned.append(answer)
    with pytest.raises(kind) as caught:
        await make(api_key=KEY).next_tokens(Request(CONTEXT))
    text = str(caught.value)
    assert text.startswith(message.format(url=server.url))
    for secret in ("\n", KEY, CONTEXT):
        assert secret not in text
    assert caught.value.__cause__ is None  # the library's errors quote the server, which may quote the text


async def test_a_rejected_key_is_not_tried_again(server: ModelServer, make: Make) -> None:
    backend = make()
    server.canned.append(Canned(401))
    for _ in range(3):
        with pytest.raises(BackendRejected, match="API key missing or rejected"):
            await backend.next_tokens(Request(CONTEXT))
    assert len(server.requests) == 1


async def test_a_url_without_v1_is_explained_and_can_be_mended(server: ModelServer, make: Make) -> None:
    backend = make(base_url=server.url.removesuffix("/v1"))
    for _ in range(2):
        with pytest.raises(BackendRejected, match=r"has no endpoint for test-model. Does the URL end in /v1\?"):
            await backend.next_tokens(Request(CONTEXT))
    assert backend.endpoint == "completions"


async def test_a_server_that_does_not_run_is_explained(make: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    backend = make(base_url=f"http://127.0.0.1:{port}/v1")
    with pytest.raises(BackendUnavailable) as caught:
        await backend.next_tokens(Request(CONTEXT))
    expected = f"Cannot reach http://127.0.0.1:{port}/v1. Is the server running? Does the URL end in /v1?"
    assert str(caught.value) == expected


async def test_three_answers_too_late_make_a_slow_server(server: ModelServer, make: Make) -> None:
    backend = make(timeout_s=0.02)
    server.gate = threading.Event()
    messages = []
    for _ in range(3):
        with pytest.raises(BackendUnavailable) as caught:
            await backend.next_tokens(Request(CONTEXT))
        messages.append(str(caught.value))
    assert messages == ["127.0.0.1 did not answer in time."] * 2 + ["127.0.0.1 is slow."]


async def test_a_cancelled_request_is_cancelled_and_the_next_one_works(server: ModelServer, make: Make) -> None:
    backend = make()
    await backend.next_tokens(Request(CONTEXT))
    server.gate = threading.Event()
    server.arrived.clear()
    task = asyncio.create_task(backend.next_tokens(Request(CONTEXT)))
    await asyncio.to_thread(server.arrived.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    server.gate.set()
    await backend.next_tokens(Request(CONTEXT))


async def test_requests_at_the_same_time_adapt_once(server: ModelServer, make: Make) -> None:
    server.be(endpoints="chat", most_logprobs=5, unknown=frozenset({"temperature", "max_tokens"}))
    backend = make()
    reads = await asyncio.gather(*(backend.next_tokens(Request(CONTEXT)) for _ in range(8)))
    assert len({read.tokens for read in reads}) == 1
    assert len(reads[0].tokens) <= 5


async def test_no_key_or_text_is_logged(server: ModelServer, make: Make, caplog: pytest.LogCaptureFixture) -> None:
    backend = make(api_key=KEY)
    with caplog.at_level(logging.DEBUG):
        await backend.next_tokens(Request(CONTEXT))
        server.canned.append(Canned(400, json.dumps({"error": f"{CONTEXT} {KEY}"})))
        with pytest.raises(BackendRejected):
            await backend.next_tokens(Request(CONTEXT))
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    for secret in (KEY, CONTEXT):
        assert secret not in caplog.text
        assert secret not in repr(backend)


async def test_the_environment_stays_out_of_requests_to_other_addresses(
    server: ModelServer, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Proxy: header-secret\nAuthorization: Bearer header-secret")
    await make().next_tokens(Request(CONTEXT))
    assert "secret" not in json.dumps(dict(server.requests[0].headers))
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    await make(base_url=None).next_tokens(Request(CONTEXT))
    headers = server.requests[1].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["openai-organization"] == "org-secret"
