"""Whatever a server answers: a valid distribution, or a refusal."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.backends.openai.responses import Refusal, Trouble, parse
from autocomplete.backends.openai.verdicts import Action, classify_error, classify_refusal

WIRE = Path(__file__).parent / "wire"


FIXTURES: dict[str, dict[str, Any]] = {
    item["id"]: item for item in json.loads((WIRE / "responses.json").read_text(encoding="utf-8"))
}


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=4),
    st.sampled_from([-0.0, -0.2, 1e-5, -9999.0, 10**400, "\ud800", "bytes:\\xe2", "\\xff", "▁a", "<|endoftext|>", [], {}]),
)


CAPTURES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((WIRE / "captures").iterdir())}
RAW = [json.loads(item["raw"]) for item in FIXTURES.values() if item["raw"].startswith("{")]
RAW += [capture for capture in CAPTURES.values() if "choices" in capture]


def _paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from _paths(item, (*path, key))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    body = json.loads(json.dumps(draw(st.sampled_from(RAW))))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([path for path in _paths(body) if path] or [()]))
        if not path:
            break
        place = body
        for key in path[:-1]:
            place = place[key]
        if draw(st.booleans()):
            place[path[-1]] = draw(VALUES)
        else:
            del place[path[-1]]
    raw = json.dumps(body)
    cut = draw(st.integers(0, 40))
    return raw[:-cut] if cut > 30 else raw


def _assert_sound(raw: str) -> None:
    read = parse(raw, "The")
    if isinstance(read, Refusal):
        assert isinstance(classify_refusal(read, raw, {}, {}).action, Action)
        return
    values = [*(p for _, p in read.tokens), read.end, read.residual]
    assert all(math.isfinite(value) and 0 <= value <= 1.001 for value in values)
    assert sum(values) == pytest.approx(1, abs=1e-6)
    assert all(token for token, _ in read.tokens)
    assert read.usage.prompt_tokens >= 0


@given(mutated())
@settings(max_examples=400, deadline=None)
def test_a_mutated_answer_is_a_valid_distribution_or_a_refusal(raw: str) -> None:
    _assert_sound(raw)


@given(st.recursive(VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)))
@settings(deadline=None)
def test_garbage_is_refused(value: object) -> None:
    raw = json.dumps(value)
    _assert_sound(raw)
    for status in (301, 400, 404, 422, 429, 500):
        assert isinstance(classify_error(status, raw, {}, {}).action, Action)


@pytest.mark.parametrize("logprobs", ['{"content": [1]}', '{"tokens": [1], "token_logprobs": []}', "[]", '{"content": 1}'])
def test_log_probabilities_of_an_unknown_shape_are_refused(logprobs: str) -> None:
    read = parse(f'{{"choices": [{{"text": "x", "logprobs": {logprobs}}}]}}')
    assert isinstance(read, Refusal)
    assert read.trouble in (Trouble.UNUSABLE, Trouble.NO_LOGPROBS)


@pytest.mark.parametrize("raw", ["", "nul", "[" * 100_000, "9" * 5000, '{"choices": [{}]}', "\x00", '{"a": 1e999}'])
def test_raw_garbage_is_refused(raw: str) -> None:
    _assert_sound(raw)
    assert isinstance(parse(raw), Refusal)
