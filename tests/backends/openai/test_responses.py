from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from autocomplete.backends.openai.responses import Refusal, Trouble, parse
from autocomplete.backends.openai.verdicts import Action, classify_error, classify_refusal
from autocomplete.core.distribution import Distribution

WIRE = Path(__file__).parent / "wire"
FIXTURES: dict[str, dict[str, Any]] = {
    item["id"]: item for item in json.loads((WIRE / "responses.json").read_text(encoding="utf-8"))
}
CAPTURES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((WIRE / "captures").iterdir())}

#: Probability of each token as bytes, from the log-probabilities of the fixture; the rest is residual.
THE = {b" the": -0.2}
THE_A = {b" the": -0.2, b" a": -2.3}
DISTRIBUTIONS: dict[str, dict[bytes, float]] = {
    "q01_dict_baseline": THE_A,
    "q02_sampled_not_in_top": {b",": -3.72, b"-": -2.63, b".": -2.68, b"/": -2.53, b"_": -2.1, b" goal": -10.029023},
    "q03_n_plus_one": {**THE_A, b" zoo": -7.1},
    "q04_duplicate_json_keys": {},  # two tokens without known bytes: all their mass is unseen
    "q06_bytes_prefix": {b"\xe2\x80": -0.1, b' "': -2.5},
    "q07_chat_escaped_bytes": {b"\xf0\x9f\x92": -0.0904},
    "q10_empty_token_empty_bytes": {},
    "q11_fffd_fake_bytes": {},
    "q19_null_first_echo": {b" step": -8.8, b" is": -0.79},
    "q21_legacy_in_chat": THE_A,
    "q22_chat_in_legacy": THE_A,
    "q26_no_bytes_key": THE,
    "q34_offset_minus_one": THE,
    "q41_responses_ok": THE,
}
#: The reasons that a person reads, where there are several ways to go wrong.
REASONS = {
    "q08_token_id": "the server names tokens by number, not by text",
    "q14_sentencepiece_marker": "the server's token is not the text that it wrote",
    "q16_sampled_9999_mismatch": "the sampled token has no probability",
    "q18_nonfinite": "the server listed no token with a probability",
    "q24_top_missing": "the server listed no alternatives",
    "q32_degenerate_zero": "the server listed no alternatives",
    "q35_empty_top": "the server listed no alternatives",
    "q36_top_null_list": "the server listed no alternatives",
}
REFUSALS = {
    "q08_token_id": Trouble.UNUSABLE,
    "q14_sentencepiece_marker": Trouble.UNUSABLE,
    "q15_sentinel_9999": Trouble.ONE_HOT,
    "q16_sampled_9999_mismatch": Trouble.UNUSABLE,
    "q18_nonfinite": Trouble.UNUSABLE,
    "q24_top_missing": Trouble.UNUSABLE,
    "q27_logprobs_null": Trouble.NO_LOGPROBS,
    "q29_content_empty": Trouble.UNUSABLE,
    "q30_deepseek_reasoning": Trouble.REASONING,
    "q32_degenerate_zero": Trouble.UNUSABLE,
    "q35_empty_top": Trouble.UNUSABLE,
    "q36_top_null_list": Trouble.UNUSABLE,
    "q37_error_in_200": Trouble.ERROR,
    "q39_html_200": Trouble.NOT_JSON,
    "q42_responses_empty_lp": Trouble.NO_LOGPROBS,
}
ERRORS = {
    "e01": Action.UNSUPPORTED,
    "e02": Action.UNSUPPORTED,
    "e03": Action.MORE_TOKENS,
    "e05": Action.FIX,
    "e07": Action.TRIM,
    "e08": Action.USE_CHAT,
}


def test_every_fixture_is_in_one_table() -> None:
    assert sorted([*DISTRIBUTIONS, *REFUSALS, *ERRORS]) == sorted(FIXTURES)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_fixture_gives_the_distribution(name: str) -> None:
    read = parse(FIXTURES[name]["raw"], "The")
    assert isinstance(read, Distribution)
    expected = {token: math.exp(logprob) for token, logprob in DISTRIBUTIONS[name].items()}
    assert dict(read.tokens) == pytest.approx(expected)
    assert read.residual == pytest.approx(1 - sum(expected.values()))
    assert read.end == 0


@pytest.mark.parametrize("name", REFUSALS)
def test_fixture_is_refused(name: str) -> None:
    read = parse(FIXTURES[name]["raw"], "The")
    assert isinstance(read, Refusal)
    assert read.trouble is REFUSALS[name]
    assert read.why == REASONS.get(name, read.why)


@pytest.mark.parametrize("name", ERRORS)
def test_error_fixture_gives_the_verdict(name: str) -> None:
    fixture = FIXTURES[name]
    sent = {"max_completion_tokens": 1, "logprobs": True, "top_logprobs": 20}
    assert classify_error(fixture["status"], fixture["raw"], {}, sent).action is ERRORS[name]


def test_an_error_inside_a_200_is_judged_by_the_status_that_it_names() -> None:
    raw = FIXTURES["q37_error_in_200"]["raw"]
    read = parse(raw)
    assert isinstance(read, Refusal)
    assert classify_refusal(read, raw, {}, {}).action is Action.FAILING
    assert classify_refusal(read, raw.replace("502", "429"), {}, {}).action is Action.RATE


def test_an_echo_is_refused_where_its_end_cannot_be_told() -> None:
    read = parse(FIXTURES["q19_null_first_echo"]["raw"], "Another prompt")
    assert isinstance(read, Refusal)
    assert read.why == "the answer repeats the prompt"


PROMPTS = [
    "The function returns the",
    "If the file does not",
    "You can use this option to",
    "It is possible that the prog",
    'He said: "I don',
]


TOP_20 = [name for name in CAPTURES if name[:-3].endswith(("__completions", "__chat")) and "transformers" not in name]


@pytest.mark.parametrize("name", TOP_20)
def test_capture_gives_its_own_top_list(name: str) -> None:
    read = parse(json.dumps(CAPTURES[name]), PROMPTS[int(name[-1])])
    assert isinstance(read, Distribution)
    logprobs = CAPTURES[name]["choices"][0]["logprobs"]
    if "content" in logprobs:
        pairs = [(entry["token"], entry["logprob"]) for entry in logprobs["content"][0]["top_logprobs"]]
    else:
        pairs = list(logprobs["top_logprobs"][0].items())
    expected = {token.encode(): math.exp(logprob) for token, logprob in pairs}
    assert len(expected) == 20
    assert dict(read.tokens) == pytest.approx(expected)
    assert read.residual == pytest.approx(1 - sum(expected.values()))
    assert read.usage.completion_tokens == 1


def test_transformers_ignores_logprobs() -> None:
    assert parse(json.dumps(CAPTURES["transformers__completions_00"])) == Refusal(
        Trouble.NO_LOGPROBS, "the answer has no log-probabilities"
    )


def test_end_of_text_is_end_mass_where_the_server_shows_it() -> None:
    named, chosen = (parse(json.dumps(CAPTURES[f"{s}__eos_forced"]), "x") for s in ("vllm", "xllamacpp"))
    assert isinstance(named, Distribution)
    assert isinstance(chosen, Distribution)
    assert named.end == pytest.approx(math.exp(-5.119272708892822))
    assert chosen.end == pytest.approx(math.exp(-5.377660751342773))
    assert dict(named.tokens).keys() == {b" #", b"&", b" d"}
    assert dict(chosen.tokens).keys() == {b" #", b"ur", b"ip"}
    empty = parse(json.dumps(CAPTURES["llamacpppython__eos_forced"]), "x")
    assert empty == Refusal(Trouble.UNUSABLE, "the answer is empty")


def _rebuilt(capture: dict[str, Any], endpoint: str) -> str:
    """Return a whole answer from the abridged captures of partial characters."""
    if endpoint == "completions":
        return json.dumps({"choices": [{"finish_reason": "length", **capture["completions"]}]})
    chat = capture["chat"]
    message = {"role": "assistant", "content": chat["content"]}
    choice = {"finish_reason": "length", "message": message, "logprobs": {"content": chat["logprobs"]}}
    return json.dumps({"choices": [choice]})


@pytest.mark.parametrize("endpoint", ["completions", "chat"])
@pytest.mark.parametrize("case", ["partial_lead", "partial_cont"])
@pytest.mark.parametrize("server", ["llamacpppython", "vllm"])
def test_a_part_of_a_character_without_bytes_is_unseen_mass(server: str, case: str, endpoint: str) -> None:
    read = parse(_rebuilt(CAPTURES[f"{server}__{case}"], endpoint), "x")
    assert isinstance(read, Distribution)
    assert len(read.tokens) == (2 if endpoint == "chat" and server == "vllm" else 3)
    assert all(token.decode().isprintable() for token, _ in read.tokens)


@pytest.mark.parametrize("endpoint", ["completions", "chat"])
def test_llama_server_gives_the_bytes_of_a_part_of_a_character(endpoint: str) -> None:
    read = parse(_rebuilt(CAPTURES["xllamacpp__partial_cont"], endpoint), "x")
    assert isinstance(read, Distribution)
    assert b"\x95" in dict(read.tokens)


def test_null_after_the_lead_of_a_character_is_no_lack_of_probabilities() -> None:
    capture = CAPTURES["xllamacpp__partial_lead"]["completions"]
    read = parse(json.dumps({"choices": [{"finish_reason": "length", **capture}]}))
    assert read == Distribution((), residual=1.0)


@pytest.mark.parametrize("server", ["llamacpppython", "vllm"])
def test_an_echo_gives_the_token_after_the_prompt(server: str) -> None:
    read = parse(json.dumps(CAPTURES[f"{server}__opt_echo"]), PROMPTS[0])
    assert isinstance(read, Distribution)
    assert read.tokens[0][0] == b" function"
    assert len(read.tokens) == 5


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("llamacpppython__opt_empty_prompt", Trouble.NO_LOGPROBS),
        ("xllamacpp__opt_logprobs_0", Trouble.NO_LOGPROBS),
        ("llamacpppython__opt_logprobs_0", 1),
        ("vllm__opt_logprobs_0", 1),
        ("llamacpppython__opt_n2", 6),
        ("vllm__opt_n2", 6),
        ("xllamacpp__opt_wrong_model", 5),
        ("xllamacpp__opt_echo", 5),
        ("xllamacpp__opt_empty_prompt", 3),  # two more are special tokens, without bytes
        ("llamacpppython__opt_wrong_model", 5),
    ],
)
def test_other_captures(name: str, kind: Trouble | int) -> None:
    read = parse(json.dumps(CAPTURES[name]), "x")
    if isinstance(kind, Trouble):
        assert isinstance(read, Refusal)
        assert read.trouble is kind
    else:
        assert isinstance(read, Distribution)
        assert len(read.tokens) == kind


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("llamacpppython__opt_long_4000_words", Action.TRIM),
        ("vllm__opt_long_4000_words", Action.TRIM),
        ("xllamacpp__opt_long_4000_words", Action.TRIM),
        ("vllm__opt_wrong_model", Action.NO_MODEL),
        ("vllm__opt_empty_prompt", Action.REFUSED),
        ("xllamacpp__opt_n2", Action.REFUSED),
    ],
)
def test_captured_errors(name: str, action: Action) -> None:
    capture = CAPTURES[name]
    raw = json.dumps({"error": capture["body"]})
    assert classify_error(capture["status"], raw, {}, {"max_tokens": 1}).action is action


def _chat(top: list[dict[str, object]], sampled: dict[str, object], text: str = "", finish: str = "length") -> str:
    first = {**sampled, "top_logprobs": top}
    choice = {"finish_reason": finish, "message": {"content": text}, "logprobs": {"content": [first]}}
    return json.dumps({"choices": [choice]})


def _token(token: str, logprob: float, **more: object) -> dict[str, object]:
    return {"token": token, "logprob": logprob, **more}


A, B = _token("a", -1.0), _token("b", -2.0)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (_chat([A, B], _token("a", -3.0)), "the sampled token has two probabilities"),
        (_chat([A, B], _token("c", -0.5)), "the list lacks a token that is likelier than its last"),
        (_chat([A, _token("b", 0.5)], A), "a log-probability is above 0"),
        (_chat([_token("a", -0.1), _token("b", -0.2)], _token("a", -0.1)), "the probabilities sum to more than 1"),
        (_chat([A, {"token": "b", "logprob": "x"}], A), "a log-probability is not a number"),
        (_chat([A, {"token": "b", "logprob": True}], A), "a log-probability is not a number"),
        (_chat([A, {"token": "b", "logprob": -(10**400)}], A), "a log-probability is not a number"),
        (_chat([A, B], A, text="zebra"), "the server's token is not the text that it wrote"),
        (_chat([], A), "the server listed no alternatives"),
    ],
)
def test_contradictions_are_refused(raw: str, why: str) -> None:
    assert parse(raw) == Refusal(Trouble.UNUSABLE, why)


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        pytest.param([A, _token("b", math.nan)], {b"a": -1.0}, id="nan is dropped"),
        pytest.param([_token("a", 0.00005), _token("b", -16.0)], {b"a": 0.0, b"b": -16.0}, id="rounding above 0"),
        pytest.param([B, A], {b"a": -1.0, b"b": -2.0}, id="any order"),
        pytest.param([A, A, B], {b"a": -1.0, b"b": -2.0}, id="a repeated entry counts once"),
        pytest.param([A, _token("a", -2.0)], {b"a": math.log(math.exp(-1) + math.exp(-2))}, id="two tokens, one text"),
        pytest.param([A, _token("\ud800", -2.0)], {b"a": -1.0}, id="half a surrogate pair"),
        pytest.param([A, _token("▁b", -2.0), _token("<0x0A>", -2.5)], {b"a": -1.0}, id="unknown markers are unseen"),
        pytest.param([A, _token("Ġorġ", -2.0, bytes=[1])], {b"a": -1.0, b"\x01": -2.0}, id="bytes beat spelling"),
        pytest.param([A, _token("b", -2.0, bytes=[300])], {b"a": -1.0}, id="impossible bytes"),
        pytest.param([A, _token("\\xe2\\x80", -2.0)], {b"a": -1.0, b"\xe2\x80": -2.0}, id="an escaped part of a character"),
        pytest.param([A, _token("\\x41", -2.0)], {b"a": -1.0}, id="an escape that may be text"),
        pytest.param([A, _token("<|im_start|>", -2.0)], {b"a": -1.0}, id="control tokens are unseen"),
    ],
)
def test_normalising(top: list[dict[str, object]], expected: dict[bytes, float]) -> None:
    read = parse(_chat(top, {"token": top[0]["token"], "logprob": top[0]["logprob"]}))
    assert isinstance(read, Distribution)
    assert dict(read.tokens) == pytest.approx({token: math.exp(logprob) for token, logprob in expected.items()})


@pytest.mark.parametrize(("prompt", "text"), [("You are", "You are a"), (" ", " a"), (" a", " a"), ("x", " a")])
def test_a_repeated_prefill_is_no_other_text(prompt: str, text: str) -> None:
    read = parse(_chat([_token(" a", -1.0)], _token(" a", -1.0), text=text), prompt)
    assert isinstance(read, Distribution)


def test_tokens_without_a_spelling_may_hide_behind_each_other() -> None:
    read = parse(_chat([_token("", -5.0), A], _token("", -2.0)))
    assert isinstance(read, Distribution)
    assert dict(read.tokens) == pytest.approx({b"a": math.exp(-1)})
    assert read.residual == pytest.approx(1 - math.exp(-1))


def test_a_response_that_only_reasons_is_reasoning() -> None:
    raw = '{"output": [{"type": "reasoning", "summary": []}]}'
    read = parse(raw)
    assert isinstance(read, Refusal)
    assert classify_refusal(read, raw, {}, {}).action is Action.REASONING


@pytest.mark.parametrize("opening", ["<think>", "<|channel|>"])
def test_an_open_chain_of_thought_is_reasoning(opening: str) -> None:
    read = parse(_chat([_token(opening, -0.001)], _token(opening, -0.001)))
    assert isinstance(read, Refusal)
    assert read.trouble is Trouble.REASONING
