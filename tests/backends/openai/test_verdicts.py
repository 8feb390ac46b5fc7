from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.backends.openai.endpoint import NO_KEY, resolve
from autocomplete.backends.openai.requests import (
    Server,
    Shape,
    adapt,
    body,
    cut,
    first_shape,
    following,
    prompt,
    recognise,
    stripped,
)
from autocomplete.backends.openai.verdicts import Action, Verdict, classify_error, pause_s
from autocomplete.core.distribution import Distribution
from autocomplete.errors import ConfigError

CHAT = Shape("chat", 20)
COMPLETIONS = Shape("completions", 20)
SENT = {"temperature": 0, "max_tokens": 1, "max_completion_tokens": 1, "logprobs": 20, "store": False, "top_k": 0}


def _error(message: str = "", **more: object) -> str:
    return json.dumps({"error": {"message": message, **more}})


@pytest.mark.parametrize(
    ("status", "raw", "verdict"),
    [
        (401, _error("Incorrect API key provided: sk-1"), Verdict(Action.STOP_KEY)),
        (401, "", Verdict(Action.STOP_KEY)),
        (402, "[]", Verdict(Action.STOP_CREDIT)),
        (429, _error("You exceeded your quota", code="insufficient_quota"), Verdict(Action.STOP_CREDIT)),
        (429, "<html>", Verdict(Action.RATE)),
        (403, _error("Country not supported"), Verdict(Action.FORBIDDEN)),
        (403, _error("You are not allowed to request logprobs from this model"), Verdict(Action.UNSUPPORTED)),
        (400, _error("model does not support the 'logprobs' parameter"), Verdict(Action.UNSUPPORTED)),
        (400, _error("property 'logprobs' is unsupported"), Verdict(Action.UNSUPPORTED)),
        (404, _error("This model is only supported in v1/responses and not in v1/x"), Verdict(Action.UNSUPPORTED)),
        (400, _error("top_logprobs is only allowed when logprobs is enabled"), Verdict(Action.REFUSED)),
        (400, _error("You requested 20 logprobs but only 5 fit"), Verdict(Action.LOWER_TOP, number=5)),
        (400, _error("Requested sample logprobs of 20, greater than max: 7"), Verdict(Action.LOWER_TOP, number=7)),
        (400, _error("logprobs must be between 0 and 5, not 20"), Verdict(Action.LOWER_TOP, number=5)),
        (400, _error("logprobs: too many, exceeds the most"), Verdict(Action.LOWER_TOP)),
        (404, _error("This is a chat model and not supported in the v1/completions"), Verdict(Action.USE_CHAT)),
        (400, _error('"m" does not support chat'), Verdict(Action.USE_COMPLETIONS)),
        (404, _error("This is not a chat model; use v1/completions"), Verdict(Action.USE_COMPLETIONS)),
        (404, _error("The model `m` does not exist"), Verdict(Action.NO_MODEL)),
        (404, "404 page not found", Verdict(Action.NO_ROUTE)),
        (404, '{"detail":"Not Found"}', Verdict(Action.NO_ROUTE)),
        (405, "", Verdict(Action.NO_ROUTE)),
        (400, _error(param="temperature", code="unsupported_value"), Verdict(Action.FIX, "temperature")),
        (
            400,
            _error("'max_tokens' is not supported with this model. Use 'max_completion_tokens'.", param="max_tokens"),
            Verdict(Action.FIX, "max_tokens"),
        ),
        (400, _error("top_k is not a known field"), Verdict(Action.FIX, "top_k")),
        (422, '{"detail":[{"type":"extra_forbidden","loc":["body","store"]}]}', Verdict(Action.FIX, "store")),
        (422, '{"detail":[{"type":"extra_forbidden","loc":["body","logprobs"]}]}', Verdict(Action.UNSUPPORTED)),
        (400, _error("Unexpected role developer"), Verdict(Action.FIX, "developer")),
        (400, _error("temperature, in a prompt that is wrong"), Verdict(Action.FIX, "temperature")),
        (400, _error("max_tokens must be at least 16"), Verdict(Action.MORE_TOKENS)),
        (413, "", Verdict(Action.TRIM)),
        (400, _error(code="context_length_exceeded"), Verdict(Action.TRIM)),
        (400, '{"error":"the prompt is too long"}', Verdict(Action.TRIM)),
        (408, "", Verdict(Action.SLOW)),
        (504, "<html>", Verdict(Action.SLOW)),
        (503, _error("Loading model"), Verdict(Action.LOADING)),
        (500, "", Verdict(Action.FAILING)),
        (502, _error("the model is on fire"), Verdict(Action.FAILING)),
        (307, "", Verdict(Action.REDIRECT)),
        (400, '{"detail":"no"}', Verdict(Action.REFUSED)),
        (400, _error("logprobs, of all things"), Verdict(Action.FIX, "logprobs")),
        (418, "[1]", Verdict(Action.REFUSED)),
        # Text Generation Inference
        (
            422,
            '{"error":"Input validation error: `top_n_tokens` must be >= 0 and <= 5. Given: 20","error_type":"validation"}',
            Verdict(Action.LOWER_TOP, number=5),
        ),
        (400, _error("top_logprobs must be in the range [0, 20)."), Verdict(Action.LOWER_TOP, number=19)),
        (400, _error("Invalid top_logprobs and logprobs value"), Verdict(Action.LOWER_TOP)),  # DeepSeek
        # Gemini
        (
            400,
            '[{"error":{"code":400,"message":"Logprobs is not enabled for models/gemini-2.5-flash"}}]',
            Verdict(Action.UNSUPPORTED),
        ),
        (400, _error('Invalid JSON payload. Unknown name "logprobs": Cannot find field.'), Verdict(Action.UNSUPPORTED)),
        (400, _error("Unrecognized request argument supplied: logprobs"), Verdict(Action.UNSUPPORTED)),
        (
            400,
            _error("Additional properties are not allowed ('logprobs', 'top_logprobs' were unexpected)"),
            Verdict(Action.UNSUPPORTED),
        ),
        # Azure
        (
            400,
            _error("The completion operation does not work with the specified model, m.", code="OperationNotSupported"),
            Verdict(Action.USE_CHAT),
        ),
        (
            400,
            _error("The chatCompletion operation does not work with the specified model, m.", code="OperationNotSupported"),
            Verdict(Action.USE_COMPLETIONS),
        ),
        # OpenAI's reasoning models
        (
            400,
            _error("Could not finish the message because max_tokens or model output limit was reached."),
            Verdict(Action.MORE_TOKENS),
        ),
        # llama.cpp
        (
            400,
            _error("Assistant response prefill is incompatible with enable_thinking."),
            Verdict(Action.FIX, "enable_thinking"),
        ),
    ],
)
def test_what_an_error_calls_for(status: int, raw: str, verdict: Verdict) -> None:
    assert classify_error(status, raw, {}, SENT) == verdict


def test_a_request_that_a_validator_repeats_is_not_read() -> None:
    raw = json.dumps({"detail": [{"type": "x", "loc": ["body"], "input": {"prompt": "logprobs is not supported"}}]})
    assert classify_error(422, raw, {}, SENT) == Verdict(Action.REFUSED)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "1e9"}, 600.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "Fri, 20 Nov 2026 10:00:30 GMT", "date": "Fri, 20 Nov 2026 10:00:00 GMT"}, 30.0),
        ({"retry-after": "Fri, 20 Nov 2026 10:00:30 GMT"}, None),
    ],
)
def test_the_pause_that_headers_ask_for(headers: dict[str, str], seconds: float | None) -> None:
    assert pause_s(headers) == seconds


@pytest.mark.parametrize(
    ("shape", "verdict", "change"),
    [
        (COMPLETIONS, Verdict(Action.USE_CHAT), {"endpoint": "chat"}),
        (COMPLETIONS, Verdict(Action.NO_ROUTE), {"endpoint": "chat"}),
        (COMPLETIONS, Verdict(Action.UNSUPPORTED), {"endpoint": "chat"}),
        (CHAT, Verdict(Action.USE_COMPLETIONS), {"endpoint": "completions"}),
        (CHAT, Verdict(Action.USE_CHAT), None),
        (CHAT, Verdict(Action.UNSUPPORTED), {"reasoning_off": True}),
        (CHAT, Verdict(Action.REASONING), {"reasoning_off": True}),
        (Shape("chat", 20, reasoning_off=True), Verdict(Action.UNSUPPORTED), None),
        (CHAT, Verdict(Action.LOWER_TOP, number=7), {"top": 7}),
        (CHAT, Verdict(Action.LOWER_TOP), {"top": 5}),
        (Shape("chat", 5), Verdict(Action.LOWER_TOP), {"top": 1}),
        (Shape("chat", 1), Verdict(Action.LOWER_TOP), None),
        (CHAT, Verdict(Action.MORE_TOKENS), {"n_tokens": 16}),
        (Shape("chat", 5, n_tokens=16), Verdict(Action.MORE_TOKENS), None),
        (CHAT, Verdict(Action.FIX, "developer"), {"instruction_role": "system"}),
        (CHAT, Verdict(Action.FIX, "temperature"), {"dropped": frozenset({"temperature"})}),
        (CHAT, Verdict(Action.FIX, "model"), None),
        (CHAT, Verdict(Action.FIX, "logprobs"), None),
        (CHAT, Verdict(Action.FIX, "continue_final_message"), {"may_prefill": False}),
        (CHAT, Verdict(Action.FIX, "enable_thinking"), {"thinking_off": True}),
        (Shape("chat", 5, thinking_off=True), Verdict(Action.FIX, "enable_thinking"), {"may_prefill": False}),
        (CHAT, Verdict(Action.ONE_HOT), {"temperature": 1}),
        (Shape("chat", 5, temperature=1), Verdict(Action.ONE_HOT), None),
        (
            CHAT,
            Verdict(Action.FIX, "max_tokens"),
            {"tokens_parameter": "max_completion_tokens", "dropped": frozenset({"max_tokens"})},
        ),
        (Shape("chat", 20, dropped=frozenset({"max_completion_tokens"})), Verdict(Action.FIX, "max_tokens"), None),
        (COMPLETIONS, Verdict(Action.FIX, "max_tokens"), None),
        (CHAT, Verdict(Action.TRIM), {"max_chars": 200}),
        (Shape("chat", 20, max_chars=200), Verdict(Action.TRIM), None),
        (CHAT, Verdict(Action.RATE), None),
    ],
)
def test_how_a_shape_adapts(shape: Shape, verdict: Verdict, change: dict[str, Any] | None) -> None:
    adapted = adapt(shape, verdict, context="12345678" * 50, may_switch=True)
    if change is None:
        assert adapted is None
    else:
        assert adapted is not None
        fields = {name: getattr(adapted, name) for name in Shape.__slots__ if getattr(adapted, name) != getattr(shape, name)}
        assert fields == change


@given(
    st.sampled_from(["completions", "chat"]),
    st.lists(st.tuples(st.sampled_from(Action), st.sampled_from([*SENT, "developer", "add_generation_prompt"])), max_size=60),
)
def test_adapting_ends_and_always_changes_the_request(endpoint: Any, verdicts: list[tuple[Action, str]]) -> None:
    shape, n_changes = Shape(endpoint, 20), 0
    for action, parameter in verdicts:
        adapted = adapt(shape, Verdict(action, parameter), context="x" * 6400, may_switch=n_changes == 0)
        assert adapted != shape
        shape, n_changes = adapted or shape, n_changes + (adapted is not None)
    assert n_changes < 25


def test_an_openai_chat_request() -> None:
    shape = first_shape("api.openai.com", "auto", 40)
    sent = body(shape, "The cat")
    messages = sent.pop("messages")
    assert isinstance(messages, list)
    assert messages[1] == {"role": "user", "content": "The cat"}
    expected = {"logprobs": True, "top_logprobs": 20, "max_completion_tokens": 1, "temperature": 0, "store": False}
    assert sent == expected


def test_a_reasoning_request_names_no_temperature() -> None:
    sent = body(Shape("chat", 20, reasoning_off=True), "x")
    assert sent["reasoning_effort"] == "none"
    assert "temperature" not in sent


def test_openai_completions_ask_for_no_more_than_five() -> None:
    assert body(first_shape("api.openai.com", "completions", 20), "x")["logprobs"] == 5


@pytest.mark.parametrize(
    ("shape", "context", "text", "held_back"),
    [
        (COMPLETIONS, "", "\n", ""),
        (COMPLETIONS, "to hear ", "to hear ", ""),
        (COMPLETIONS, "a\ud800b", "a?b", ""),
        (CHAT, "to hear ", "to hear ", ""),
        (Shape("chat", 5, Server.VLLM), "to hear ", "to hear", " "),
        (Shape("chat", 5, Server.LLAMA_CPP), "line\r\n", "line", "\r\n"),
        (Shape("chat", 5, Server.VLLM), " ", " ", ""),
        (Shape("completions", 5, max_chars=4), "0123456789", "6789", ""),
    ],
)
def test_the_text_that_is_sent(shape: Shape, context: str, text: str, held_back: str) -> None:
    assert prompt(shape, context) == text
    assert stripped(shape, context) == held_back


def test_a_vllm_server_is_asked_for_unchanged_probabilities() -> None:
    sent = body(Shape("completions", 20, Server.VLLM), "x")
    assert (sent["top_p"], sent["top_k"], sent["repetition_penalty"]) == (1, 0, 1)
    assert sent["skip_special_tokens"] is False


def test_the_servers_that_continue_an_answer_are_sent_one() -> None:
    sent = body(Shape("chat", 5, Server.VLLM), "The cat ")
    assert sent["messages"][-1] == {"role": "assistant", "content": "The cat"}  # type: ignore[index] # a list of messages
    assert (sent["continue_final_message"], sent["add_generation_prompt"]) == (True, False)
    assert Shape("chat", 5, Server.LLAMA_CPP).continues
    assert not Shape("chat", 5, Server.VLLM, may_prefill=False).continues
    assert not CHAT.continues


@given(st.text(max_size=60), st.integers(1, 20))
def test_a_cut_keeps_the_end_and_most_of_what_fits(text: str, max_chars: int) -> None:
    kept = cut(text, max_chars)
    assert text.endswith(kept)
    assert len(kept) <= max_chars
    assert len(kept) > max_chars * 3 // 4 - 1 or kept == text


def test_the_cut_stays_while_keys_are_typed() -> None:
    starts = {100 + n - len(cut("x" * (100 + n), 40)) for n in range(40)}
    assert len(starts) <= 5


def test_what_follows_a_held_back_space_keeps_its_bounds() -> None:
    before = Distribution.from_pairs([(b" the", 0.4), (b" ", 0.1), (b",", 0.2)], end=0.1)
    after = following(before, " ")
    assert after.tokens == ((b"the", 0.4),)
    assert after.end == 0
    given_space = 0.4 / (0.4 + 0.1)  # the true value if nothing unseen starts with a space
    assert 0.4 <= given_space <= 0.4 + after.residual
    assert following(before, "") is before


@pytest.mark.parametrize(
    ("raw", "headers", "server"),
    [
        ("{}", {"server": "llama.cpp"}, Server.LLAMA_CPP),
        ('{"system_fingerprint":"vllm-0.32.0-x"}', {}, Server.VLLM),
        ('{"system_fingerprint":null}', {"server": "uvicorn"}, Server.OTHER),
        ("<html>", {}, Server.OTHER),
    ],
)
def test_servers_are_recognised(raw: str, headers: dict[str, str], server: Server) -> None:
    assert recognise(raw, headers) is server


ENV = {"OPENAI_API_KEY": "sk-env", "OPENAI_BASE_URL": "https://proxy.example/v1"}


@pytest.mark.parametrize(
    ("base_url", "api_key", "environ", "url", "key"),
    [
        (None, "sk-1", {}, "https://api.openai.com/v1", "sk-1"),
        (None, "sk-1", ENV, "https://api.openai.com/v1", "sk-1"),
        (None, None, {"OPENAI_API_KEY": " sk-env\n"}, "https://api.openai.com/v1", "sk-env"),
        (None, None, ENV, "https://proxy.example/v1", "sk-env"),
        ("https://api.openai.com/v1/", None, ENV, "https://api.openai.com/v1", "sk-env"),
        ("http://localhost:8000/v1/", None, ENV, "http://localhost:8000/v1", NO_KEY),
        ("https://api.example.com/v1", None, ENV, "https://api.example.com/v1", NO_KEY),
        ("http://api.openai.com/v1", None, ENV, "http://api.openai.com/v1", NO_KEY),
        ("https://api.openai.com.evil.example/v1", None, ENV, "https://api.openai.com.evil.example/v1", NO_KEY),
        ("http://[::1]:8000/v1", "k", ENV, "http://[::1]:8000/v1", "k"),
    ],
)
def test_the_key_of_the_environment_goes_to_no_other_address(
    base_url: str | None, api_key: str | None, environ: dict[str, str], url: str, key: str
) -> None:
    site = resolve(base_url, api_key, environ)
    assert (site.base_url, site.api_key) == (url, key)
    assert key == NO_KEY or key not in repr(site)


@pytest.mark.parametrize(
    ("base_url", "api_key", "environ", "message"),
    [
        (None, None, {}, "No API key for api.openai.com: set OPENAI_API_KEY, or give the base_url of a local server."),
        (None, None, {"OPENAI_API_KEY": " "}, "No API key for api.openai.com"),
        (None, None, {"OPENAI_BASE_URL": "http://localhost/v1"}, "No API key for localhost"),
        (None, "sk-ключ", {}, "The API key holds characters that no key has"),
        (None, "sk-1\nX: y", {}, "The API key holds characters that no key has"),
        ("localhost:8000", None, {}, "base_url is no web address"),
        ("http://", None, {}, "base_url is no web address"),
        ("http://a b/v1", None, {}, "base_url is no web address"),
        ("http://a..b/v1", None, {}, "base_url is no web address"),
        ("http://a:99999/v1", None, {}, "base_url is no web address"),
        ("http://[::1/v1", None, {}, "base_url is no web address"),
        ("ftp://host/v1", None, {}, "base_url is no web address"),
    ],
)
def test_addresses_and_keys_that_cannot_work(
    base_url: str | None, api_key: str | None, environ: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(base_url, api_key, environ)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
