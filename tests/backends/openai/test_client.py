from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from typing import Any

import httpx2
import pytest

from autocomplete.backends.openai.client import OpenAIBackend
from autocomplete.core.backend import Backend, Request
from autocomplete.core.distribution import Distribution
from autocomplete.errors import (
    BackendRejected,
    BackendUnavailable,
    ConfigError,
    LogprobsUnsupported,
)
from tests.backends.openai.conftest import Make
from tests.support.late import Late
from tests.support.server import Canned, ModelServer

CONTEXT = "I look forward to"


class Clock:
    """A clock that the test sets."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def _expected(server: ModelServer, context: str, k: int = 20, *, bare: bool = False) -> dict[bytes, float]:
    """Return what the model lists, by the bytes that the wire can carry."""
    expected: dict[bytes, float] = {}
    for token, p in server.model.top(context, k):
        spelled = server.model.tokens[token]
        spelled = spelled.removeprefix(b" ") if bare else spelled
        if spelled:
            expected[spelled] = expected.get(spelled, 0.0) + p
    return expected


def _assert_is(read: Distribution, expected: dict[bytes, float]) -> None:
    assert dict(read.tokens) == pytest.approx(expected)
    assert read.residual + read.end == pytest.approx(1 - sum(expected.values()), abs=1e-9)


@pytest.mark.parametrize("context", [CONTEXT, "Thank", "Anna and Ben met at", "count_", '"Have you seen'])
@pytest.mark.parametrize("shape", ["legacy", "chat"])
async def test_completions_give_the_models_own_distribution(server: ModelServer, make: Make, shape: str, context: str) -> None:
    server.be(shape=shape)
    backend = make()
    read = await backend.next_tokens(Request(context))
    expected = _expected(server, context)
    whole = {token: p for token, p in expected.items() if b"\xef\xbf\xbd" not in token.decode(errors="replace").encode()}
    _assert_is(read, expected if shape == "chat" else whole)
    assert backend.capabilities.continues
    assert not backend.capabilities.filters
    assert backend.capabilities.where == "127.0.0.1"
    assert (read.usage.prompt_tokens, read.usage.completion_tokens) == (3, 1)
    assert server.paths == ["/completions"]
    assert server.requests[0].body == {
        "model": "test-model",
        "prompt": context,
        "max_tokens": 1,
        "temperature": 0,
        "logprobs": 20,
    }


async def test_it_is_a_backend(make: Make) -> None:
    backend: Backend = make()
    assert backend.name == "test-model"


async def test_parts_of_characters_come_as_bytes_or_as_unseen_mass(server: ModelServer, make: Make) -> None:
    context = "저는 아침에 커피를 "
    server.be(shape="chat")
    read = await make(top=300).next_tokens(Request(context))
    _assert_is(read, _expected(server, context, 300))
    assert any(token[:1] >= b"\x80" and b"\xef\xbf\xbd" not in token for token, _ in read.tokens)
    server.be(shape="legacy")
    seen = await make(top=300).next_tokens(Request(context))
    assert all(token.decode() for token, _ in seen.tokens)
    assert seen.residual + seen.end > read.residual + read.end


async def test_an_empty_context_is_sent_as_a_newline(server: ModelServer, make: Make) -> None:
    await make().next_tokens(Request(""))
    assert server.requests[0].body["prompt"] == "\n"


async def test_a_chat_model_is_found_out_once(server: ModelServer, make: Make, caplog: pytest.LogCaptureFixture) -> None:
    server.be(endpoints="chat")
    backend = make()
    with caplog.at_level(logging.INFO, "autocomplete"):
        read = await backend.next_tokens(Request(CONTEXT))
        await backend.next_tokens(Request(CONTEXT))
    _assert_is(read, _expected(server, CONTEXT, bare=True))
    assert server.paths == ["/completions", "/chat/completions", "/chat/completions"]
    assert [record.message for record in caplog.records] == ["test-model is asked at the chat endpoint"]
    assert not backend.capabilities.continues
    assert backend.endpoint == "chat"


async def test_a_fixed_endpoint_is_not_left(server: ModelServer, make: Make) -> None:
    server.be(endpoints="chat")
    with pytest.raises(BackendRejected, match="test-model is a chat model"):
        await make(endpoint="completions").next_tokens(Request(CONTEXT))
    server.be(endpoints="completions")
    with pytest.raises(BackendRejected, match="test-model is not a chat model"):
        await make(endpoint="chat").next_tokens(Request(CONTEXT))


@pytest.mark.parametrize(
    ("quirk", "n_requests"),
    [
        ({"prefill": "llama.cpp", "server": "llama.cpp"}, 2),  # its 404 already says who it is
        ({"prefill": "vllm", "fingerprint": "vllm-1"}, 3),
    ],
)
async def test_a_server_that_continues_an_answer_is_asked_to(
    server: ModelServer, make: Make, quirk: dict[str, str], n_requests: int
) -> None:
    server.be(endpoints="chat", **quirk)
    backend = make()
    read = await backend.next_tokens(Request(f"{CONTEXT} "))
    assert backend.capabilities.continues
    expected = {t[1:]: p for t, p in _expected(server, CONTEXT).items() if t.startswith(b" ") and t != b" "}
    _assert_is(read, expected)
    assert server.requests[-1].body["messages"][-1] == {"role": "assistant", "content": CONTEXT}
    assert len(server.requests) == n_requests
    await backend.next_tokens(Request(CONTEXT))
    assert len(server.requests) == n_requests + 1


async def test_fewer_alternatives_are_asked_for_where_the_server_wants_that(server: ModelServer, make: Make) -> None:
    server.be(most_logprobs=5)
    backend = make()
    read = await backend.next_tokens(Request(CONTEXT))
    await backend.next_tokens(Request(CONTEXT))
    _assert_is(read, _expected(server, CONTEXT, 5))
    assert [request.body["logprobs"] for request in server.requests] == [20, 5, 5]


@pytest.mark.parametrize("parameter", ["temperature", "max_tokens"])
async def test_a_refused_parameter_is_left_out_once_and_for_all(server: ModelServer, make: Make, parameter: str) -> None:
    server.be(unknown=frozenset({parameter}))
    backend = make(endpoint="chat")
    await backend.next_tokens(Request(CONTEXT))
    await backend.next_tokens(Request(CONTEXT))
    assert [parameter in request.body for request in server.requests] == [True, False, False]
    assert parameter == "temperature" or server.requests[-1].body["max_completion_tokens"] == 1


async def test_a_reasoning_model_is_asked_not_to_reason(server: ModelServer, make: Make) -> None:
    server.be(endpoints="chat", needs_effort_none=True)
    backend = make()
    await backend.next_tokens(Request(CONTEXT))
    last = server.requests[-1].body
    assert last["reasoning_effort"] == "none"
    assert "temperature" not in last


@pytest.mark.parametrize(
    "quirk", [{"logprobs": False}, {"needs_effort_none": True, "unknown": frozenset({"reasoning_effort"})}]
)
async def test_a_model_without_probabilities_is_remembered(server: ModelServer, make: Make, quirk: dict[str, Any]) -> None:
    server.be(**quirk)
    backend = make()
    for _ in range(2):
        with pytest.raises(LogprobsUnsupported, match="test-model does not expose token probabilities"):
            await backend.next_tokens(Request(CONTEXT))
    assert server.paths == ["/completions", "/chat/completions", "/chat/completions"]


async def test_one_answer_without_probabilities_does_not_condemn_the_model(server: ModelServer, make: Make) -> None:
    backend = make()
    await backend.next_tokens(Request(CONTEXT))
    server.canned.append(Canned(raw='{"choices": [{"text": "x", "logprobs": null}]}'))
    with pytest.raises(BackendRejected, match="No usable probabilities"):
        await backend.next_tokens(Request(CONTEXT))
    await backend.next_tokens(Request(CONTEXT))


async def test_a_text_that_is_too_long_loses_its_front_half(server: ModelServer, make: Make) -> None:
    server.be(context_chars=600)
    backend = make()
    text = "".join(f"{n:4}" for n in range(250))
    await backend.next_tokens(Request(text))
    await backend.next_tokens(Request(text + "typed"))
    sent = [request.body["prompt"] for request in server.requests]
    assert sent[:2] == [text, text[500:]]
    assert len(sent) == 3
    assert (text + "typed").endswith(sent[2])


async def test_a_server_that_finds_every_text_too_long_is_given_up(server: ModelServer, make: Make) -> None:
    server.be(context_chars=0)
    with pytest.raises(BackendRejected, match="The text is too long for test-model"):
        await make().next_tokens(Request("x" * 2048))
    assert [len(request.body["prompt"]) for request in server.requests] == [2048, 1024, 512, 256]


async def test_a_server_that_is_never_content_is_given_up(server: ModelServer, make: Make) -> None:
    server.canned.extend(Canned(400, f'{{"error": "logprobs must be at most {most}"}}') for most in range(19, 1, -1))
    with pytest.raises(BackendRejected, match="refused the request for test-model"):
        await make().next_tokens(Request(CONTEXT))
    assert len(server.requests) == 12


async def test_a_rate_limit_stops_the_requests_for_its_time(server: ModelServer, make: Make) -> None:
    clock = Clock()
    backend = make(clock=clock)
    server.canned.append(Canned(429, '{"error": {"message": "slow down"}}', {"retry-after": "20"}))
    for wait_s in (20, 5):
        clock.now_s = 120 - wait_s
        with pytest.raises(BackendUnavailable, match=f"Rate limited, resuming in {wait_s} s") as caught:
            await backend.next_tokens(Request(CONTEXT))
        assert caught.value.retry_after_s == wait_s
    assert len(server.requests) == 1
    clock.now_s = 120
    await backend.next_tokens(Request(CONTEXT))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"base_url": None}, "No API key for api.openai.com"),
        ({"base_url": "nowhere"}, "base_url is no web address"),
        ({"timeout_s": 0}, "timeout_s must be"),
        ({"timeout_s": float("nan")}, "timeout_s must be"),
        ({"top": 0}, "top must be"),
        ({"endpoint": "responses"}, "endpoint must be"),
    ],
)
async def test_arguments_that_cannot_work(make: Make, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make(**settings)


@pytest.mark.parametrize("model", ["", "  ", "a\nb"])
def test_models_that_cannot_work(model: str) -> None:
    with pytest.raises(ConfigError, match="model's name"):
        OpenAIBackend(model, base_url="http://localhost/v1")


async def test_closing_twice_is_harmless_and_a_closed_backend_says_so(make: Make) -> None:
    backend = make()
    await backend.next_tokens(Request(CONTEXT))
    await backend.aclose()
    await backend.aclose()
    with pytest.raises(BackendRejected, match="closed"):
        await backend.next_tokens(Request(CONTEXT))


async def test_a_callers_http_client_is_used_and_left_open(make: Make) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"choices": [{"text": "", "logprobs": {"content": []}}]})

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        backend = make(base_url="http://anywhere.example/v1", http_client=client)
        with pytest.raises(BackendRejected, match=r"anywhere.example: the answer is empty"):
            await backend.next_tokens(Request(CONTEXT))
        await backend.aclose()
        assert not client.is_closed


def test_making_a_backend_does_not_import_openai() -> None:
    code = (
        "import sys; from autocomplete.backends.openai.client import OpenAIBackend;"
        "OpenAIBackend('m', base_url='http://localhost/v1'); sys.exit('openai' in sys.modules or 'httpx2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_it_is_opened_once_whatever_is_given_up_meanwhile(server: ModelServer, make: Make) -> None:
    backend, late = make(), Late()
    given_up = [asyncio.create_task(backend.next_tokens(Request(CONTEXT))) for _ in range(3)]
    await asyncio.sleep(0)
    for question in given_up:
        question.cancel()
    await asyncio.wait(given_up)
    asked = asyncio.create_task(backend.next_tokens(Request(CONTEXT)))
    for _ in range(9):
        await asyncio.sleep(0)
    assert late.n_waiting == 1
    late.hand_over()
    while not asked.done():
        late.hand_over()  # the address of the server
        await asyncio.sleep(0)
    assert (await asked).residual < 1.0
    assert all(question.cancelled() for question in given_up)


async def test_what_is_closed_while_it_is_opened_asks_nothing(server: ModelServer, make: Make) -> None:
    backend, late = make(), Late()
    asked = asyncio.create_task(backend.next_tokens(Request(CONTEXT)))
    for _ in range(9):
        await asyncio.sleep(0)
    assert late.n_waiting == 1
    await backend.aclose()
    late.hand_over()
    with pytest.raises(BackendRejected, match="closed"):
        await asked
    assert server.requests == []
