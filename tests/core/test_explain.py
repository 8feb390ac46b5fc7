from __future__ import annotations

import math

import pytest

from autocomplete.backends.scripted import Answer, ScriptedBackend
from autocomplete.core.decision import Bounds, Decision, Mode, Reason, Step
from autocomplete.core.distribution import Distribution
from autocomplete.core.explain import explanation, stages, why_stopped
from autocomplete.core.gate import FixedCutoff, LengthAware
from autocomplete.engine.autocompleter import Autocompleter

GATE = FixedCutoff(0.6)
HEARING: dict[str, Answer] = {"hearing": {" from": 0.9, " of": 0.05}, "hearing from": {" you": 0.9}}


async def decide(text: str, answers: dict[str, Answer], *, max_requests: int = 4) -> tuple[Decision, ScriptedBackend]:
    backend = ScriptedBackend(answers)
    async with Autocompleter(backend, gate=GATE, prefetch=False, max_requests=max_requests) as ac:
        return await ac.decide(text), backend


async def test_each_answer_is_a_stage() -> None:
    decision, backend = await decide("hearing fr", HEARING)
    first, second = stages(decision, GATE)
    assert (first.step.state, first.next_state) == (b"", b" from")
    assert (second.step.state, second.next_state) == (b" from", None)
    assert second.alternatives == decision.alternatives
    assert second.attainable == decision.attainable
    assert sum(s.open + s.unseen for s in first.states) == pytest.approx(1.0)
    assert len(backend.requests) == 2  # telling asked nothing


async def test_the_story_names_what_was_asked_and_why_it_stopped() -> None:
    decision, _ = await decide("hearing fr", HEARING)
    assert list(explanation(decision, GATE)) == [
        "context  …'hearing'",
        "typed    ' fr'   mode certified   cutoff 0.60",
        "",
        "1. asked what follows 'hearing' (a request to scripted)",
        "   answer    ' from' 0.900  ' of' 0.050",
        "             not seen 0.050   end 0.000   2 tokens",
        "   states    open   unseen  text",
        "             0.947  0.000   ' from'",
        "             0.000  0.053   ''",
        "   words     lower  upper  attainable",
        "             0.000  1.000  0.947       'om'",
        "   not settled: the best chain can reach 0.947; next to ask about is ' from'",
        "",
        "2. asked what follows 'hearing from' (a request to scripted)",
        "   answer    ' you' 0.900",
        "             not seen 0.100   end 0.000   1 tokens",
        "   states    open   unseen  text",
        "             0.000  0.095   ' from'",
        "             0.000  0.053   ''",
        "   words     lower  upper  attainable",
        "             0.853  1.000  0.853       'om'",
        "   settled: 'om' has at least 0.853",
        "",
        "shown (a lower bound reached the cutoff): 'om' has at least 85.2%, the cutoff is 60%.",
    ]


@pytest.mark.parametrize(
    ("text", "answers", "max_requests", "last"),
    [
        ("", {}, 4, "withheld (nothing was asked): Nothing is typed yet."),
        ("hearing fr", HEARING, 0, "withheld (the request budget ended): "),
        ("hearing fr", HEARING, 1, "withheld (the request budget ended): 'om' lies between 0% and 100%"),
        (
            "hearing ",
            {"hearing": {" from": 0.3}},
            4,
            "withheld (no chain can attain the cutoff): 'from' has at least 0%",
        ),
        ("hearing ", {"hearing": {"\n": 0.9}}, 4, "withheld (no chain can attain the cutoff): No whole word"),
    ],
)
async def test_the_last_line_says_why_nothing_is_shown(
    text: str, answers: dict[str, Answer], max_requests: int, last: str
) -> None:
    decision, _ = await decide(text, answers, max_requests=max_requests)
    last_line = list(explanation(decision, GATE))[-1]
    assert last_line.startswith(last)
    assert why_stopped(decision) in last_line


async def test_what_came_from_the_cache_is_marked() -> None:
    backend = ScriptedBackend(HEARING)
    async with Autocompleter(backend, gate=GATE, prefetch=False) as ac:
        await ac.decide("hearing f")
        lines = list(explanation(await ac.decide("hearing fr"), GATE))
    assert "1. asked what follows 'hearing' (from the cache)" in lines


class Squared:
    """A calibration by which what is stated is right as often as its square says."""

    def map_for(self, *, start: bool, estimated: bool) -> Squared:
        return self

    def of(self, probability: float) -> float:
        return probability * probability

    def inverse(self, probability: float) -> float:
        return math.sqrt(probability)


async def test_a_calibrated_decision_is_retold_with_what_was_stated() -> None:
    async with Autocompleter(ScriptedBackend(HEARING), cutoff=0.64, calibration=Squared(), prefetch=False) as autocompleter:
        decision = await autocompleter.decide("hearing fr")
        lines = list(explanation(decision, autocompleter.gate, n_labels=207))
    assert stages(decision, autocompleter.gate)[-1].alternatives == decision.alternatives
    assert decision.bounds.lower == pytest.approx(0.853**2, abs=1e-3)
    assert lines[1:3] == [
        "typed    ' fr'   mode certified   cutoff 0.64",
        "calibrated: what is stated must reach 0.800; the tables hold what is stated",
    ]
    assert "             0.853  1.000  0.853       'om'" in lines
    assert lines[-4] == "   settled: 'om' has at least 0.853"
    assert lines[-2] == "calibrated (207 labels): 0.853 -> 0.727"
    assert lines[-1].endswith(": 'om' has at least 72.6%, the cutoff is 64%.")


async def test_the_verdict_names_what_a_gate_by_length_chooses() -> None:
    gate = LengthAware(floor=0.2)
    whole = Distribution.from_pairs([(b" a", 0.45), (b" hippopotamus", 0.4)], whole_words=True)
    async with Autocompleter(ScriptedBackend({}, default=whole), gate=gate, prefetch=False) as autocompleter:
        decision = await autocompleter.decide("hearing ")
    assert decision.completion == "hippopotamus"
    assert list(explanation(decision, gate))[-3] == "   settled: 'hippopotamus' has at least 0.400"


class Letters:
    """A prior under which texts that start as asked for are rare."""

    def starts_with(self, prefix: bytes) -> float:
        return 0.01

    def word(self, token: bytes) -> float:
        return 0.001


async def test_an_estimate_is_retold_with_its_prior() -> None:
    backend = ScriptedBackend({"hearing": {" from": 0.2, " you": 0.3}}, default={" ": 1.0})
    async with Autocompleter(backend, gate=GATE, mode="estimated", prior=Letters(), prefetch=False) as ac:
        decision = await ac.decide("hearing fr")
        assert decision.mode is Mode.ESTIMATED
        assert stages(decision, GATE, ac.decider.prior(ac.mode))[-1].alternatives == decision.alternatives


@pytest.mark.parametrize("answer", [b" \xf0\x9f", b"\xff", b"\n\r", b" \xed\xa0\x80", "é\u0301".encode(), b"\x00"])
@pytest.mark.parametrize("text", ["x ", "\ud800 ", "x 👩\u200d", "x\r\ny", "\x00 f"])
async def test_any_bytes_can_be_retold(text: str, answer: bytes) -> None:
    backend = ScriptedBackend({}, default=Distribution.from_pairs([(answer, 0.9)]))
    async with Autocompleter(backend, gate=GATE, prefetch=False) as ac:
        decision = await ac.decide(text)
    for line in explanation(decision, GATE):
        assert "\n" not in line
        line.encode()


def test_a_decision_about_a_text_with_half_a_character_can_be_retold() -> None:
    step = Step(b"", "cache", Distribution.from_pairs([(b" a", 0.5)]))
    decision = Decision(False, "", Bounds(0.0, 1.0), 0.6, Reason.UNDECIDED, steps=(step,), context="x\ud83d", typed=" ")
    lines = list(explanation(decision, GATE))
    assert r"1. asked what follows 'x\xed\xa0\xbd' (from the cache)" in lines
