"""Answers that look like a distribution and are none: each closes the gate, with its reason."""

from __future__ import annotations

import json
import math

import pytest

from autocomplete.backends.openai.responses import Refusal, Trouble, parse
from autocomplete.backends.openai.verdicts import Action, classify_refusal
from autocomplete.core.distribution import Distribution

THE, A, CAT = " the", " a", " cat"


def legacy(sampled: str, logprob: float, top: dict[str, float], *, text: str | None = None) -> str:
    logprobs = {"tokens": [sampled], "token_logprobs": [logprob], "top_logprobs": [top], "text_offset": [0]}
    return json.dumps({"choices": [{"text": sampled if text is None else text, "logprobs": logprobs}]})


def chat(
    sampled: tuple[str, float], top: list[tuple[str, float]], *, data: dict[str, bytes] | None = None, ids: bool = False
) -> str:
    """Return a chat answer; `data`: the `bytes` of spellings other than their own."""

    def entry(number: int, token: str, logprob: float) -> dict[str, object]:
        found: dict[str, object] = {"token": token, "logprob": logprob}
        found["bytes"] = list((data or {}).get(token, token.encode()))
        return found | ({"id": number} if ids else {})

    tops = [entry(number, *one) for number, one in enumerate(top)]
    first = entry(next((n for n, one in enumerate(top) if one[0] == sampled[0]), 99), *sampled)
    content = [{**first, "top_logprobs": tops}]
    return json.dumps({"choices": [{"message": {"content": sampled[0]}, "logprobs": {"content": content}}]})


ONE_HOT = {
    "the rest at the sentinel": legacy(THE, 0.0, {THE: 0.0, A: -9999.0, CAT: -9999.0}),
    "the rest at minus infinity": legacy(THE, 0.0, {THE: 0.0, A: -math.inf, CAT: -math.inf}),
    "the rest at the least float": legacy(THE, 0.0, {THE: 0.0, A: -3.4e38, CAT: -3.4e38}),
    "the rest clipped": legacy(THE, 0.0, {THE: 0.0, A: -100.0, CAT: -100.0}),
    "no rest": legacy(THE, 0.0, {THE: 0.0}),
    "minus zero": legacy(THE, -0.0, {THE: -0.0, A: -9999.0}),
    "rounded above zero": legacy(THE, 5e-5, {THE: 5e-5, A: -9999.0}),
    "chat": chat((THE, 0.0), [(THE, 0.0), (A, -9999.0)]),
    "null": legacy(THE, 0.0, {THE: 0.0, A: float("nan")}),
    "the end of the text": chat(("<|im_end|>", 0.0), [("<|im_end|>", 0.0), (A, -9999.0)]),
}


@pytest.mark.parametrize("raw", ONE_HOT.values(), ids=ONE_HOT)
def test_all_mass_on_one_token_is_the_sampling_not_the_model(raw: str) -> None:
    read = parse(raw, "I see")
    assert isinstance(read, Refusal)
    assert (read.trouble, read.why) == (
        Trouble.ONE_HOT,
        "all probability is on one token, as after sampling at temperature 0",
    )


@pytest.mark.parametrize("rest", [[-18.2, -19.0], [-17.0], [-30.0, -44.0]])
def test_a_model_may_be_sure(rest: list[float]) -> None:
    """Rounded to 32 bits, the log-probability of a sure token is 0; the others still have values of their own."""
    top = {THE: 0.0, **{f" {n}": value for n, value in enumerate(rest)}}
    assert isinstance(parse(legacy(THE, 0.0, top), "I see"), Distribution)


@pytest.mark.parametrize("mark", ["Ġthey", "▁they", "Ċ", "ĉ", "<0x0A>"])
def test_the_bytes_of_a_mark_are_not_the_bytes_of_the_token(mark: str) -> None:
    read = parse(chat((THE, math.log(0.4)), [(THE, math.log(0.4)), (mark, math.log(0.35))]), "I see")
    assert isinstance(read, Distribution)
    assert dict(read.tokens) == pytest.approx({b" the": 0.4})
    assert read.residual == pytest.approx(0.6)


def test_a_mark_with_true_bytes_is_known_by_them() -> None:
    raw = chat((THE, math.log(0.4)), [(THE, math.log(0.4)), ("Ġthey", math.log(0.35))], data={"Ġthey": b" they"})
    read = parse(raw, "I see")
    assert isinstance(read, Distribution)
    assert dict(read.tokens) == pytest.approx({b" the": 0.4, b" they": 0.35})


def test_bytes_of_another_word_are_not_believed() -> None:
    raw = chat((THE, math.log(0.4)), [(THE, math.log(0.4)), (" you", math.log(0.35))], data={" you": b" they"})
    read = parse(raw, "I see")
    assert isinstance(read, Distribution)
    assert dict(read.tokens) == pytest.approx({b" the": 0.4})


def test_one_id_with_two_spellings_is_refused() -> None:
    top = [{"id": 5, "token": "you", "logprob": -0.5}, {"id": 6, "token": "the", "logprob": -1.5}]
    content = [{"id": 5, "token": " you", "logprob": -0.5, "top_logprobs": top}]
    read = parse(json.dumps({"choices": [{"text": " you", "logprobs": {"content": content}}]}), "I see")
    assert isinstance(read, Refusal)
    assert read.why == "the list spells the sampled token in another way"


def test_the_list_of_a_part_of_a_character_is_not_that_of_the_character() -> None:
    """llama-server merges the tokens of one character into an entry, and keeps the list of one of them."""
    raw = chat(("안", math.log(0.0002)), [(":", math.log(0.17)), ("::", math.log(0.08))])
    read = parse(raw, "I see")
    assert isinstance(read, Refusal)
    assert read.why == "the list may be that of a part of a character"


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_thoughts_in_place_of_an_answer_are_not_the_answer(name: str) -> None:
    body = json.loads(chat(("Okay", math.log(0.9)), [("Okay", math.log(0.9)), ("First", math.log(0.05))]))
    body["choices"][0]["message"] = {"content": None, name: "Okay"}
    read = parse(json.dumps(body), "I see")
    assert isinstance(read, Refusal)
    assert read.trouble is Trouble.REASONING


def test_an_error_in_a_choice_is_an_error() -> None:
    raw = json.dumps({"choices": [{"text": "", "finish_reason": "error", "error": {"code": 429, "message": "Rate limit"}}]})
    read = parse(raw, "I see")
    assert isinstance(read, Refusal)
    assert classify_refusal(read, raw, {}, {}).action is Action.RATE


def test_a_list_without_the_blank_of_the_sampled_token_is_refused() -> None:
    read = parse(legacy(" you", math.log(0.3), {"you": math.log(0.3), "the": math.log(0.3), "a": math.log(0.2)}), "I see")
    assert isinstance(read, Refusal)
    assert read.why == "the list spells the sampled token in another way"
