from __future__ import annotations

import pytest

from autocomplete.backends.scripted import Answer, ScriptedBackend
from autocomplete.core.decision import Bounds, Decision, Mode, Reason, Step
from autocomplete.core.distribution import Distribution
from autocomplete.core.explain import stages, tell, why_stopped
from autocomplete.core.gate import FixedCutoff
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
    assert list(tell(decision, GATE)) == [
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
    told = list(tell(decision, GATE))[-1]
    assert told.startswith(last)
    assert why_stopped(decision) in told


async def test_what_came_from_the_cache_is_told() -> None:
    backend = ScriptedBackend(HEARING)
    async with Autocompleter(backend, gate=GATE, prefetch=False) as ac:
        await ac.decide("hearing f")
        told = list(tell(await ac.decide("hearing fr"), GATE))
    assert "1. asked what follows 'hearing' (from the cache)" in told


class Letters:
    """A prior under which texts that start as asked for are rare."""

    def starts_with(self, prefix: bytes) -> float:
        return 0.01

    def word(self, token: bytes) -> float:
        return 0.001


async def test_an_estimate_is_told_with_its_prior() -> None:
    backend = ScriptedBackend({"hearing": {" from": 0.2, " you": 0.3}}, default={" ": 1.0})
    async with Autocompleter(backend, gate=GATE, mode="estimated", prior=Letters(), prefetch=False) as ac:
        decision = await ac.decide("hearing fr")
        assert decision.mode is Mode.ESTIMATED
        assert stages(decision, GATE, ac.decider.prior(ac.mode))[-1].alternatives == decision.alternatives


@pytest.mark.parametrize("answer", [b" \xf0\x9f", b"\xff", b"\n\r", b" \xed\xa0\x80", "é\u0301".encode(), b"\x00"])
@pytest.mark.parametrize("text", ["x ", "\ud800 ", "x 👩\u200d", "x\r\ny", "\x00 f"])
async def test_any_bytes_can_be_told(text: str, answer: bytes) -> None:
    backend = ScriptedBackend({}, default=Distribution.from_pairs([(answer, 0.9)]))
    async with Autocompleter(backend, gate=GATE, prefetch=False) as ac:
        decision = await ac.decide(text)
    for line in tell(decision, GATE):
        assert "\n" not in line
        line.encode()


def test_a_decision_about_a_text_with_half_a_character_can_be_told() -> None:
    step = Step(b"", "cache", Distribution.from_pairs([(b" a", 0.5)]))
    decision = Decision(False, "", Bounds(0.0, 1.0), 0.6, Reason.UNDECIDED, steps=(step,), context="x\ud83d", typed=" ")
    told = list(tell(decision, GATE))
    assert r"1. asked what follows 'x\xed\xa0\xbd' (from the cache)" in told
