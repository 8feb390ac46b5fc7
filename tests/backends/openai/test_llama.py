"""The OpenAI backend against the real llama.cpp server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from autocomplete.backends.openai.client import OpenAIBackend
from autocomplete.core.backend import Request
from autocomplete.core.distribution import Distribution

pytest.importorskip("xllamacpp")

from tests.support.llama import llama_server

pytestmark = pytest.mark.llama

CONTEXT = "I look forward to hearing"
N_TOKENS = 4096


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with llama_server() as base_url:
        yield base_url


@pytest.fixture
async def backend(url: str) -> AsyncIterator[OpenAIBackend]:
    backend = OpenAIBackend("tiny", base_url=url, timeout_s=60)
    yield backend
    await backend.aclose()


async def _asked(url: str, context: str, **settings: object) -> Distribution:
    backend = OpenAIBackend("tiny", base_url=url, timeout_s=60, **settings)  # type: ignore[arg-type] # checked where they are used
    try:
        return await backend.next_tokens(Request(context))
    finally:
        await backend.aclose()


async def test_the_whole_vocabulary_sums_to_one(url: str) -> None:
    whole = await _asked(url, CONTEXT, top=N_TOKENS)
    assert len(whole.tokens) > 4000
    assert whole.residual < 0.02  # special tokens, which come without bytes
    assert sum(p for _, p in whole.tokens) + whole.end + whole.residual == pytest.approx(1)


async def test_the_top_twenty_are_those_of_the_whole(url: str, backend: OpenAIBackend) -> None:
    whole = dict((await _asked(url, CONTEXT, top=N_TOKENS)).tokens)
    top = await backend.next_tokens(Request(CONTEXT))
    assert len(top.tokens) == 20
    assert top.tokens[0][0] in {b" from", b" the"}
    for token, probability in top.tokens:
        assert probability == pytest.approx(whole[token], rel=0.05)  # it moves with the state of the server's cache
    assert backend.capabilities.continues


async def test_a_known_phrase_goes_on(backend: OpenAIBackend) -> None:
    (token, probability), *_ = (await backend.next_tokens(Request("Thank"))).tokens
    assert token == b" you"
    assert 0.7 < probability < 0.9


async def test_chat_continues_the_text_by_prefill(url: str) -> None:
    backend = OpenAIBackend("tiny", base_url=url, timeout_s=60, endpoint="chat")
    try:
        read = await backend.next_tokens(Request("Thank"))
        spaced = await backend.next_tokens(Request("Thank "))
    finally:
        await backend.aclose()
    assert backend.capabilities.continues
    assert read.tokens[0][0] == b" you"
    assert spaced.tokens[0][0] == b"you"
    assert spaced.tokens[0][1] == pytest.approx(read.tokens[0][1], rel=0.05)


async def test_a_text_longer_than_the_models_context_is_cut(backend: OpenAIBackend) -> None:
    read = await backend.next_tokens(Request("word " * 3000 + "Thank"))
    assert read.tokens
    assert 300 < read.usage.prompt_tokens < 2048


@pytest.mark.parametrize("context", ["", " ", "\n", "a\r\n", "저는 ", "👨‍👩", "\x00", "it's 2"])
async def test_any_context_gets_an_answer(backend: OpenAIBackend, context: str) -> None:
    read = await backend.next_tokens(Request(context))
    assert sum(p for _, p in read.tokens) + read.end + read.residual == pytest.approx(1)
