"""Deciding: contexts and gates."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autocomplete.backends.scripted import ScriptedBackend
from autocomplete.core import search_run
from autocomplete.core.decision import Mode, Reason
from autocomplete.core.distribution import Distribution, Usage
from autocomplete.core.gate import FixedCutoff, LengthAware
from autocomplete.core.root import split
from tests.core.tiny_process import ALPHABETS, TinyProcess
from tests.support.engines import SENTENCE, knows, opened


async def test_a_word_is_shown_with_its_bounds_and_its_cost() -> None:
    backend = ScriptedBackend(
        {
            "hearing": Distribution.from_pairs([(b" from", 0.9), (b" of", 0.1)], usage=Usage(7, 1)),
            "hearing from": Distribution.from_pairs([(b" you", 0.9)], usage=Usage(8, 1)),
        }
    )
    decision = await opened(backend).decide("hearing fr")
    assert (decision.shown, decision.completion, decision.reason) == (True, "om", Reason.SHOWN)
    assert decision.bounds.lower == pytest.approx(0.9)
    assert decision.bounds.upper == pytest.approx(1.0)
    assert (decision.requests, decision.source, decision.usage) == (2, "scripted", Usage(15, 2))
    assert (decision.context, decision.typed, decision.cutoff) == ("hearing", " fr", 0.6)
    assert [step.state for step in decision.steps] == [b"", b" from"]


@pytest.mark.parametrize("text", ["", " ", "   ", "\n", " \r\n\t ", "\u3000"])
async def test_where_nothing_is_typed_nothing_is_asked(text: str) -> None:
    backend = knows()
    for decision in (await opened(backend).decide(text), opened(backend).decide_cached(text)):
        assert (decision.shown, decision.reason) == (False, Reason.NOTHING_TYPED)
        assert decision.under(FixedCutoff(0.0)).reason is Reason.NOTHING_TYPED
    assert backend.contexts == []


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({" from": 0.3, " of": 0.3}, Reason.BELOW_CUTOFF),
        ({"\n": 0.9}, Reason.NO_WORD),
        ({}, Reason.NO_WORD),
        ({" fr": 0.9}, Reason.UNDECIDED),
    ],
)
async def test_the_reason_says_why_nothing_is_shown(answers: dict[str, float], reason: Reason) -> None:
    backend = ScriptedBackend({"hearing": answers})
    decision = await opened(backend).decide("hearing ", max_requests=1)
    assert (decision.shown, decision.completion, decision.reason) == (False, "", reason)
    assert decision.explanation


async def test_a_letter_that_is_typed_is_a_filter() -> None:
    backend = knows()
    async with opened(backend) as ac:
        await ac.decide("We look forward to hearing ")
        n_asked = len(backend.requests)
        for end in range(2, 5):
            decision = await ac.decide("We look forward to hearing" + " from"[:end])
            assert (decision.requests, decision.source) == (0, "cache")
            assert decision.completion == " from"[end:]
        assert len(backend.requests) == n_asked


async def test_the_question_for_the_end_of_a_word_is_that_for_the_next_word() -> None:
    """Typing a sentence key by key asks once for each end of a word, and for the beginning."""
    backend = knows()
    async with opened(backend) as ac:
        requests = 0
        for end in range(1, len(SENTENCE) + 1):
            requests += (await ac.decide(SENTENCE[:end])).requests
    words = SENTENCE.split(" ")
    assert backend.contexts == [" ".join(words[:n]) for n in range(len(words) + 1)]
    assert requests == len(words) + 1


async def test_the_budget_ends_the_search() -> None:
    backend = ScriptedBackend({"x": {" a": 1.0}}, default={"-a": 0.99})
    decision = await opened(backend, max_requests=3).decide("x ")
    assert (decision.reason, decision.requests) == (Reason.UNDECIDED, 3)
    assert len(backend.requests) == 3
    assert "budget" in decision.explanation


async def test_no_budget_answers_from_the_cache_alone() -> None:
    backend = knows()
    ac = opened(backend)
    cold = await ac.decide("We look", max_requests=0)
    assert (cold.reason, cold.requests, backend.contexts) == (Reason.UNDECIDED, 0, [])
    assert ac.decide_cached("We look") == cold
    asked = await ac.decide("We look ")
    warm = await ac.decide("We look ", max_requests=0)
    assert (warm.shown, warm.completion, warm.requests, warm.source) == (True, asked.completion, 0, "cache")
    assert ac.decide_cached("We look ") == warm


async def test_answers_at_hand_come_before_a_request() -> None:
    backend = ScriptedBackend({"x": {" a": 0.3, " b": 0.25}, "x b": {" ": 1.0}})
    ac = opened(backend, cutoff=0.2)
    await ac.next_tokens("x b")
    decision = await ac.decide("x ")
    assert (decision.completion, decision.requests) == ("b", 1)
    assert backend.contexts == ["x b", "x"]  # not "x a", which had the better prospects


async def test_a_search_over_cached_answers_ends() -> None:
    backend = ScriptedBackend({"x": {" é-": 1.0}}, default={"é-": 1.0})
    decision = await opened(backend, max_requests=10_000).decide("x ")
    assert 2 < len(backend.requests) <= search_run.MOST_EXPANSIONS
    assert decision.explanation


@pytest.mark.parametrize(
    "text",
    [
        "x \ud800",
        "\ud800",
        "x\x00",
        "x \x00fr",
        "x 👩\u200d",
        "🇩🇪",
        "x \u0301",
        "م",
        "x" * 300,
        "x " + "!" * 300,
        "\ufffd f",
    ],
)
@pytest.mark.parametrize("answer", [b" \xff", b"\xf0\x9f", b" from you", "个".encode(), b"\xed\xa0\x80", b"\x00"])
async def test_no_text_and_no_bytes_crash_the_engine(text: str, answer: bytes) -> None:
    backend = ScriptedBackend({}, default=Distribution.from_pairs([(answer, 0.9)]))
    async with opened(backend, cutoff=0.1, max_words=3) as ac:
        decision = await ac.decide(text)
    for context in backend.contexts:
        context.encode()  # what no request can carry is never sent
    assert "\ufffd" not in decision.completion


async def test_the_context_is_a_window_that_moves_in_blocks() -> None:
    backend = ScriptedBackend({})
    ac = opened(backend, context_chars=64, max_requests=1)
    text = "word " * 60
    for end in range(200, 264):
        await ac.decide(text[:end])
    contexts = backend.contexts
    starts = {text.index(context) if end else 0 for end, context in enumerate(contexts)}
    assert all(len(context) <= 64 for context in contexts)
    assert len(starts) <= 6


async def test_line_ends_are_sent_as_line_feeds() -> None:
    backend = ScriptedBackend({})
    await opened(backend, max_requests=1).decide("One.\r\nTwo fr")
    assert backend.contexts == ["One.\nTwo"]


async def test_moving_the_cutoff_makes_no_request() -> None:
    backend = knows()
    ac = opened(backend)
    decision = await ac.decide("We look ")
    n_asked = len(backend.requests)
    for cutoff, shown in ((0.95, False), (0.81, True), (0.1, True), (0.82, False)):
        ac.cutoff = cutoff
        assert decision.under(ac.gate).shown is shown
        assert (await ac.decide("We look ")).shown is shown
    assert (len(backend.requests), ac.cutoff) == (n_asked, 0.82)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6),
    st.sampled_from([0, 1, 2, 3, 6]),
    st.sampled_from([0.05, 0.2, 0.4, 0.6]),
    st.sampled_from([0.02, 0.1, 0.3, 0.5, 0.7, 0.9]),
)
def test_regating_agrees_with_deciding_anew_from_the_cache(seed: int, alphabet: int, cutoff: float, other: float) -> None:
    process = TinyProcess(seed, ALPHABETS[alphabet], depth=4, top_k=5)
    backend = ScriptedBackend(lambda request: process.top(request.context.removeprefix("x").encode()))

    async def check() -> None:
        ac = opened(backend, cutoff=cutoff)
        decision = await ac.decide("x ")
        n_asked = len(backend.requests)
        gate = FixedCutoff(other)
        gated_anew = decision.under(gate)
        ac.gate = gate
        anew = ac.decide_cached("x ")
        assert gated_anew.shown is anew.shown
        if gated_anew.shown and other >= cutoff:  # at a lower cutoff a search stops at the first word that passes
            assert gated_anew == replace(anew, source=gated_anew.source, requests=gated_anew.requests)
        assert len(backend.requests) == n_asked

    asyncio.run(check())


async def test_a_painted_word_stays_by_hysteresis() -> None:
    backend = ScriptedBackend({"hearing": {" from": 0.55, " for": 0.45}}, default={" ": 1.0})
    ac = opened(backend, gate=FixedCutoff(0.6, hysteresis=0.2))
    assert not (await ac.decide("hearing ")).shown
    kept = await ac.decide("hearing ", displayed="from")
    assert (kept.shown, kept.completion) == (True, "from")
    assert kept.cutoff == pytest.approx(0.48)
    assert not (await ac.decide("hearing ", displayed="for")).shown
    assert kept.under(ac.gate).shown is False


async def test_a_length_aware_gate_shows_the_long_and_not_the_short() -> None:
    gate = LengthAware(key_s=0.25, accept_s=0.25, reading_s=0.2, wrong_s=0.3)
    backend = ScriptedBackend({"so": {" a": 0.5, " absolutely": 0.5}}, default={" ": 1.0})
    ac = opened(backend, gate=gate, max_requests=8)
    decision = await ac.decide("so ")
    assert (decision.completion, decision.cutoff) == ("absolutely", gate.show_at(10))
    assert (await ac.decide("so ab")).completion == "solutely"


async def test_typing_through_a_shown_word_shows_its_tail_at_every_letter() -> None:
    ac = opened(knows(p=0.7), cutoff=0.45)
    shown = (await ac.decide("We look ")).completion
    least = 0.0
    for length in range(len(shown)):
        decision = await ac.decide("We look " + shown[:length])
        assert (decision.completion, decision.requests) == (shown[length:], 0)
        assert decision.bounds.lower >= least
        least = decision.bounds.lower


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0, 1, 2, 3, 6]), st.sampled_from([0.02, 0.05, 0.2, 0.5]))
@example(27, 6, 0.05)  # once typed, another chain is the best one; the shown word's answers are known all the same
@example(126, 0, 0.02)
@example(205, 6, 0.02)
def test_typing_through_a_shown_word_asks_nothing_on_any_model(seed: int, alphabet: int, cutoff: float) -> None:
    process = TinyProcess(seed, ALPHABETS[alphabet], depth=4, top_k=3)
    backend = ScriptedBackend(lambda request: process.top(request.context.removeprefix("x").encode()))

    async def check() -> None:
        ac = opened(backend, gate=FixedCutoff(cutoff, hysteresis=0.0), max_requests=10)
        shown = (await ac.decide("x ")).completion
        for length in range(1, len(shown)):
            text, tail = "x " + shown[:length], shown[length:]
            if split(text).context != "x":
                return  # the root moved on: that is another question
            decision = await ac.decide(text, displayed=tail)
            assert (decision.completion, decision.requests) == (tail, 0)
            assert decision.bounds.lower >= cutoff
            undisplayed = await ac.decide(text)
            assert (undisplayed.shown, undisplayed.requests) == (True, 0)

    asyncio.run(check())


async def test_estimated_mode_shows_more_and_says_so() -> None:
    class Letters:
        def starts_with(self, prefix: bytes) -> float:
            return float(0.2 ** len(prefix.strip()))

        def word(self, token: bytes) -> float:
            return 0.001

    backend = ScriptedBackend({"hearing": {" from": 0.2, " you": 0.3}}, default={" ": 1.0})
    ac = opened(backend, prior=Letters())
    sure = await ac.decide("hearing fr")
    ac.mode = Mode.ESTIMATED
    guess = await ac.decide("hearing fr")
    assert (sure.shown, sure.mode) == (False, Mode.CERTIFIED)
    assert (guess.shown, guess.mode) == (True, Mode.ESTIMATED)
    assert guess.bounds.lower > sure.bounds.lower


@pytest.mark.parametrize(("token", "word"), [(" \x1b[31mred", ""), (" re\u202ed", ""), (" re\u200bd", "re"), (" a\x00b", "a")])
async def test_nothing_hostile_is_suggested(token: str, word: str) -> None:
    """It would drive the terminal of whoever prints it, or hide what is inserted."""
    decision = await opened(ScriptedBackend({"the": {token: 0.9}, f"the{token}": {".": 1.0}})).decide("the ")
    assert decision.completion == word
    assert all(alternative.completion == word for alternative in decision.alternatives)
