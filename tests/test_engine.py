from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autocomplete import engine as engine_module
from autocomplete import walk
from autocomplete.backends import Backend, Capabilities, Request
from autocomplete.backends.openai_backend import OpenAIBackend
from autocomplete.backends.scripted import Answer, ScriptedBackend
from autocomplete.decision import Decision, Mode, Reason
from autocomplete.distribution import Distribution, Usage
from autocomplete.engine import Autocompleter
from autocomplete.errors import AutocompleteError, BackendRejected, BackendUnavailable, ConfigError
from autocomplete.gate import FixedCutoff, LengthAware
from autocomplete.words import split
from tests.support.server import ModelServer
from tests.support.token_model import TokenModel
from tests.tiny_process import ALPHABETS, TinyProcess

SENTENCE = "We look forward to hearing from you and yours"


def knows(sentence: str = SENTENCE, p: float = 0.9) -> ScriptedBackend:
    """Return a model that goes on with the next word of `sentence`, whole, with probability `p`; elsewhere it is at a loss."""

    def answer(request: Request) -> Answer:
        rest = sentence[len(request.context) :]
        if not sentence.startswith(request.context) or not rest:
            return Distribution((), 1.0)
        end = rest.find(" ", 1)
        return {rest[: end if end > 0 else None]: p}

    return ScriptedBackend(answer, capabilities=Capabilities(where="elsewhere"))


async def settle() -> None:
    """Let every task that can run do so."""
    for _ in range(20):
        await asyncio.sleep(0)


def opened(backend: Backend, **settings: object) -> Autocompleter:
    settings.setdefault("prefetch", False)
    settings.setdefault("clock", lambda: 0.0)
    return Autocompleter(backend, **settings)  # type: ignore[arg-type]


# -- deciding ---------------------------------------------------------------------------------------------------------


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
        assert decision.regate(FixedCutoff(0.0)).reason is Reason.NOTHING_TYPED
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
    assert 2 < len(backend.requests) <= walk.MOST_EXPANSIONS
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


# -- the context ------------------------------------------------------------------------------------------------------


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


# -- equal requests, cancelling, errors -------------------------------------------------------------------------------


async def test_equal_decisions_in_flight_ask_once_and_one_cancel_harms_no_other() -> None:
    backend = knows()
    backend.gate = asyncio.Event()
    async with opened(backend) as ac:
        first, second = (asyncio.create_task(ac.decide("We look ")) for _ in range(2))
        await settle()
        assert backend.contexts == ["We look"]
        first.cancel()
        await settle()
        backend.gate.set()
        assert (await second).completion == "forward"
        assert first.cancelled()
    assert backend.contexts == ["We look", "We look forward"]


class Hanging(ScriptedBackend):
    """Counts the requests that were cancelled."""

    n_cancelled = 0

    async def next_tokens(self, request: Request) -> Distribution:
        try:
            return await super().next_tokens(request)
        except asyncio.CancelledError:
            self.n_cancelled += 1
            raise


async def test_the_last_cancel_ends_the_request() -> None:
    backend = Hanging({}, gate=asyncio.Event())
    async with opened(backend) as ac:
        first, second = (asyncio.create_task(ac.decide("We look ")) for _ in range(2))
        await settle()
        first.cancel()
        await settle()
        assert backend.n_cancelled == 0
        second.cancel()
        await settle()
        assert backend.n_cancelled == 1


@pytest.mark.parametrize("error", [BackendUnavailable("not now"), BackendRejected("never")])
async def test_an_error_is_told_and_leaves_the_engine_usable(error: AutocompleteError) -> None:
    answers: dict[str, Answer] = {"hearing": error}
    backend = ScriptedBackend(answers, default={" x": 0.9})
    async with opened(backend) as ac:
        with pytest.raises(type(error), match=str(error)):
            await ac.decide("hearing fr")
        answers["hearing"] = {" from": 1.0}
        assert (await ac.decide("hearing fr")).completion == "om"


async def test_an_error_half_way_keeps_what_was_learnt() -> None:
    answers: dict[str, Answer] = {"hearing": {" from": 1.0}, "hearing from": BackendUnavailable("not now")}
    backend = ScriptedBackend(answers)
    async with opened(backend) as ac:
        with pytest.raises(BackendUnavailable):
            await ac.decide("hearing fr")
        answers["hearing from"] = {" you": 0.9}
        assert (await ac.decide("hearing fr")).requests == 1


# -- the cache --------------------------------------------------------------------------------------------------------


async def test_what_is_too_old_is_asked_again() -> None:
    now = 0.0
    backend = knows()
    ac = opened(backend, cache_ttl_s=60.0, clock=lambda: now)
    assert (await ac.decide("We look ")).requests == 2
    now = 59.0
    assert (await ac.decide("We look ")).requests == 0
    now = 61.0
    assert (await ac.decide("We look ")).requests == 2


async def test_the_cache_is_bounded() -> None:
    ac = opened(knows(), cache_size=2)
    await ac.decide("We look ")
    await ac.decide("We look forward to ")
    assert (await ac.decide("We look ")).requests == 2


async def test_the_raw_answer_comes_from_the_cache_too() -> None:
    backend = knows()
    ac = opened(backend)
    assert (await ac.next_tokens("We")).tokens == ((b" look", 0.9),)
    await ac.next_tokens("We")
    assert backend.contexts == ["We"]


async def test_a_backend_that_filters_is_told_what_is_typed() -> None:
    def answer(request: Request) -> Answer:
        known = {b" from": 0.6, b" friends": 0.2, b" you": 0.2}
        fitting = {t: p for t, p in known.items() if t.startswith(request.starts_with)}
        total = sum(fitting.values())
        return Distribution.from_pairs(((t, p / total) for t, p in fitting.items()), whole_words=True)

    backend = ScriptedBackend(answer, capabilities=Capabilities(filters=True, local=True))
    async with opened(backend, prefetch=True) as ac:
        decision = await ac.decide("hearing fr")
        assert decision.completion == "om"
        assert decision.bounds.lower == pytest.approx(0.75)
        assert (await ac.decide("hearing fri")).completion == "ends"
    assert [request.starts_with for request in backend.requests] == [b" fr", b" fri"]  # and nothing was prefetched


# -- gates ------------------------------------------------------------------------------------------------------------


async def test_moving_the_cutoff_makes_no_request() -> None:
    backend = knows()
    ac = opened(backend)
    decision = await ac.decide("We look ")
    n_asked = len(backend.requests)
    for cutoff, shown in ((0.95, False), (0.81, True), (0.1, True), (0.82, False)):
        ac.cutoff = cutoff
        assert decision.regate(ac.gate).shown is shown
        assert (await ac.decide("We look ")).shown is shown
    assert (len(backend.requests), ac.cutoff) == (n_asked, 0.82)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6),
    st.sampled_from([0, 1, 2, 3, 6]),
    st.sampled_from([0.05, 0.2, 0.4, 0.6]),
    st.sampled_from([0.02, 0.1, 0.3, 0.5, 0.7, 0.9]),
)
def test_regating_agrees_with_deciding_anew_from_the_cache(
    seed: int, alphabet: int, cutoff: float, other: float
) -> None:
    process = TinyProcess(seed, ALPHABETS[alphabet], depth=4, top_k=5)
    backend = ScriptedBackend(lambda request: process.top(request.context.removeprefix("x").encode()))

    async def check() -> None:
        ac = opened(backend, cutoff=cutoff)
        decision = await ac.decide("x ")
        n_asked = len(backend.requests)
        gate = FixedCutoff(other)
        regated = decision.regate(gate)
        ac.gate = gate
        anew = ac.decide_cached("x ")
        assert regated.shown is anew.shown
        if regated.shown and other >= cutoff:  # at a lower cutoff a search stops at the first word that passes
            assert regated == replace(anew, source=regated.source, requests=regated.requests)
        assert len(backend.requests) == n_asked

    asyncio.run(check())


async def test_a_painted_word_stays_by_hysteresis() -> None:
    backend = ScriptedBackend({"hearing": {" from": 0.55, " for": 0.45}}, default={" ": 1.0})
    ac = opened(backend, gate=FixedCutoff(0.6, hysteresis=0.2))
    assert not (await ac.decide("hearing ")).shown
    kept = await ac.decide("hearing ", painted="from")
    assert (kept.shown, kept.completion) == (True, "from")
    assert kept.cutoff == pytest.approx(0.48)
    assert not (await ac.decide("hearing ", painted="for")).shown
    assert kept.regate(ac.gate).shown is False


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
            decision = await ac.decide(text, painted=tail)
            assert (decision.completion, decision.requests) == (tail, 0)
            assert decision.bounds.lower >= cutoff
            unpainted = await ac.decide(text)
            assert (unpainted.shown, unpainted.requests) == (True, 0)

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


@pytest.mark.parametrize("token", [" \x1b[31mred", " re\u202ed", " re\u200bd", " a\x00b"])
async def test_a_hostile_token_is_no_word(token: str) -> None:
    """It would drive the terminal of whoever prints it, or hide what is inserted."""
    decision = await opened(ScriptedBackend({"the": {token: 0.9}, f"the{token}": {".": 1.0}})).decide("the ")
    assert not decision.shown
    assert decision.alternatives == ()


# -- phrases ----------------------------------------------------------------------------------------------------------


async def test_a_phrase_goes_on_while_the_joint_probability_passes() -> None:
    backend = knows()
    async with opened(backend, cutoff=0.6, max_words=9, max_requests=9) as ac:
        decision = await ac.decide("We look ")
        assert decision.completion == "forward to"
        assert decision.bounds.lower == pytest.approx(0.9**4)  # each word, and the end of each
        assert [a.completion for a in decision.phrase] == ["forward", "forward to"]
        ac.cutoff = 0.75
        assert decision.regate(ac.gate).completion == "forward"
        assert (await ac.decide("We look ", max_requests=0)).completion == "forward"


async def test_a_phrase_pays_for_all_its_words() -> None:
    table = {
        "x": Distribution.from_pairs([(b" a", 0.9)], usage=Usage(1, 1)),
        "x a": Distribution.from_pairs([(b" b", 0.9)], usage=Usage(2, 1)),
        "x a b": Distribution.from_pairs([(b" c", 0.1)], usage=Usage(3, 1)),
    }
    ac = opened(ScriptedBackend(table))
    one = await ac.decide("x ")
    assert (one.completion, one.requests, one.usage) == ("a", 2, Usage(3, 2))
    ac.max_words = 2
    two = await ac.decide("x ")  # what was asked in vain is paid too
    assert (two.completion, two.requests, two.usage, two.source) == ("a", 1, Usage(3, 1), "scripted")


async def test_a_phrase_keeps_to_the_budget() -> None:
    backend = knows(p=1.0)
    decision = await opened(backend, max_words=9, max_requests=3).decide("We look ")
    assert (decision.completion, decision.requests, len(backend.requests)) == ("forward to", 3, 3)


async def test_nothing_follows_a_word_whose_end_was_not_waited_for() -> None:
    """Its probability includes that the word goes on, so the chain rule does not hold after it."""
    backend = ScriptedBackend({"der": {" Donaudampfschifffahrts": 0.9}}, default={" ist": 0.5})
    decision = await opened(backend, max_words=3).decide("der Donau")
    assert decision.completion == "dampfschifffahrts"
    assert len(decision.phrase) == 1


# -- prefetch ---------------------------------------------------------------------------------------------------------


async def test_what_follows_a_shown_word_is_asked_for_in_advance() -> None:
    backend = ScriptedBackend({"hearing": {" from you": 0.9}, "hearing from": {" you now": 0.9}})
    async with opened(backend, prefetch=True) as ac:
        assert (await ac.decide("hearing fr")).requests == 1
        await settle()
        assert backend.contexts == ["hearing", "hearing from"]
        after = await ac.decide("hearing from ")
        assert (after.completion, after.requests) == ("you", 0)


async def test_prefetch_can_be_turned_off() -> None:
    backend = ScriptedBackend({"hearing": {" from you": 0.9}})
    async with opened(backend, prefetch=True) as ac:
        ac.prefetch = False
        await ac.decide("hearing fr")
        await settle()
    assert backend.contexts == ["hearing"]


async def test_nothing_withheld_is_prefetched() -> None:
    backend = ScriptedBackend({"hearing": {" from you": 0.5}})
    async with opened(backend, prefetch=True) as ac:
        await ac.decide("hearing ")
        await settle()
    assert backend.contexts == ["hearing"]


class SlowAhead(Hanging):
    """Answers the first question at once, and hangs on what is asked in advance."""

    async def next_tokens(self, request: Request) -> Distribution:
        self.gate = asyncio.Event() if request.context.endswith("from") else None
        return await super().next_tokens(request)


@pytest.mark.parametrize(
    ("text", "n_cancelled"),
    [
        ("hearing fro", 0),  # typed through
        ("hearing f", 0),
        ("hearing frx", 1),  # another word
        ("hearing about ", 1),
        ("Another text", 1),
        ("", 1),
    ],
)
async def test_a_prefetch_is_cancelled_when_the_text_goes_elsewhere(text: str, n_cancelled: int) -> None:
    backend = SlowAhead({"hearing": {" from you": 0.9}})
    async with opened(backend, prefetch=True, max_requests=1) as ac:
        await ac.decide("hearing fr")
        await settle()
        assert backend.contexts == ["hearing", "hearing from"]
        await ac.decide(text)
        await settle()
        assert backend.n_cancelled == n_cancelled


async def test_a_prefetch_that_is_needed_now_is_waited_for() -> None:
    backend = ScriptedBackend({"hearing": {" from you": 0.9}, "hearing from": {" you now": 0.9}})
    async with opened(backend, prefetch=True) as ac:
        await ac.decide("hearing fr")
        backend.gate = asyncio.Event()
        await settle()
        asked = asyncio.create_task(ac.decide("hearing from "))
        await settle()
        backend.gate.set()
        assert (await asked).completion == "you"
    assert backend.contexts.count("hearing from") == 1


@contextmanager
def no_noise() -> Iterator[None]:
    """Fail if the loop has to report an error that nobody took."""
    noise: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context))
    yield
    gc.collect()
    assert noise == []


@pytest.mark.parametrize("error", [BackendUnavailable("not now"), ConfigError("no key")])
async def test_a_prefetch_that_fails_is_silent_and_poisons_nothing(error: AutocompleteError) -> None:
    answers: dict[str, Answer] = {"hearing": {" from you": 0.9}, "hearing from": error}
    backend = ScriptedBackend(answers)
    with no_noise():
        async with opened(backend, prefetch=True) as ac:
            assert (await ac.decide("hearing fr")).shown
            await settle()
            with pytest.raises(type(error)):
                await ac.decide("hearing from ")
            answers["hearing from"] = {" you now": 0.9}
            assert (await ac.decide("hearing from ")).completion == "you"


async def test_the_cache_alone_builds_phrases_too() -> None:
    ac = opened(knows(), cutoff=0.5, max_words=3)
    asked = await ac.decide("We look ")
    assert asked.completion.count(" ") > 0
    assert ac.decide_cached("We look ").completion == asked.completion


async def test_a_painted_phrase_stays_by_hysteresis() -> None:
    """Moving the cutoff between the keep and the show level takes no word of it away."""
    ac = opened(knows(p=0.95), cutoff=0.6, max_words=3)
    painted = (await ac.decide("We look ")).completion
    ac.gate = FixedCutoff(0.8, hysteresis=0.4)
    assert (await ac.decide("We look ")).completion != painted
    assert (await ac.decide("We look ", painted=painted)).completion == painted


# -- counting ---------------------------------------------------------------------------------------------------------


async def test_every_request_is_counted_cancelled_and_prefetched_ones_too() -> None:
    backend = knows()
    ac = opened(backend, prefetch=True)
    await ac.decide("We look ")
    await settle()
    backend.gate = asyncio.Event()
    hanging = asyncio.create_task(ac.decide("Elsewhere "))
    await settle()
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
    assert ac.requests == len(backend.requests) >= 3
    await ac.aclose()


async def test_a_budget_of_nothing_prefetches_nothing() -> None:
    backend = knows()
    ac = opened(backend, prefetch=True)
    ac.prefetch = False
    await ac.decide("We look ")
    asked = len(backend.requests)
    ac.prefetch = True
    assert (await ac.decide("We look ", max_requests=0)).shown
    await settle()
    assert len(backend.requests) == asked


async def test_a_model_that_lists_nothing_is_told_apart_from_one_that_expects_no_word() -> None:
    nothing = await opened(ScriptedBackend({})).decide("Guten T")
    newline = await opened(ScriptedBackend({"Guten": {"\n": 0.95}})).decide("Guten ")
    assert nothing.explanation == "The model knows nothing that goes on like this."
    assert newline.explanation.startswith("No whole word")


# -- chat models ------------------------------------------------------------------------------------------------------

CHAT = Capabilities(continues=False, where="elsewhere")


async def test_a_chat_model_that_drops_the_space_is_understood() -> None:
    backend = ScriptedBackend(
        {"hearing": {"from": 0.6, " from": 0.3}, "hearing from": {" you": 1.0}}, capabilities=CHAT
    )
    decision = await opened(backend).decide("hearing fr")
    assert decision.completion == "om"
    assert decision.bounds.lower == pytest.approx(0.9)


async def test_a_chat_model_that_goes_on_inside_a_half_word_is_understood() -> None:
    """The text that is sent ends in a half word, so what comes without a space belongs to it."""
    backend = ScriptedBackend(
        {"hearing": {" fr": 1.0}, "hearing fr": {"om": 1.0}, "hearing from": {" you": 1.0}}, capabilities=CHAT
    )
    assert (await opened(backend).decide("hearing fr")).completion == "om"


async def test_a_chat_model_that_never_sets_a_space_is_shown_all_the_same() -> None:
    """Most chat models answer "you" after "hearing from": that the word had ended is told by English words."""
    backend = ScriptedBackend({"hearing": {"from": 0.9}, "hearing from": {"you": 0.8, "the": 0.1}}, capabilities=CHAT)
    decision = await opened(backend).decide("hearing ")
    assert (decision.shown, decision.completion) == (True, "from")
    assert decision.bounds.lower == pytest.approx(0.81)


@pytest.fixture(scope="module")
def chat_server() -> Iterator[ModelServer]:
    with ModelServer(
        TokenModel.train(
            Path(__file__).with_name("data").joinpath("tiny.txt").read_text(encoding="utf-8"), vocabulary=600
        )
    ) as server:
        server.be(endpoints="chat")
        yield server


@pytest.mark.parametrize("text", ["met at ", "in the ", "She said ", "at the e"])
async def test_the_first_answer_of_a_chat_server_is_read_as_all_others(chat_server: ModelServer, text: str) -> None:
    """That it does not continue text is learned from that answer."""
    backend = OpenAIBackend("m", base_url=chat_server.url, timeout_s=60)
    ac = opened(backend, cutoff=0.2)
    first = await ac.decide(text)
    assert not backend.capabilities.continues
    again = await opened(backend, cutoff=0.2).decide(text)
    assert (first.alternatives, first.shown) == (again.alternatives, again.shown)
    assert first.alternatives
    await backend.aclose()


# -- life and settings ------------------------------------------------------------------------------------------------


async def test_closing_ends_what_runs_and_leaves_a_borrowed_backend_open() -> None:
    backend = SlowAhead({"hearing": {" from you": 0.9}})
    async with opened(backend, prefetch=True) as ac:
        await ac.decide("hearing fr")
        await settle()
    await settle()
    assert (backend.n_cancelled, backend.closed) == (1, False)
    await ac.aclose()


async def test_closing_closes_the_backend_that_was_opened_here(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = knows()
    monkeypatch.setattr(engine_module, "open_backend", lambda spec, **settings: backend)
    async with Autocompleter("openai:any") as ac:
        assert ac.model == "scripted"
        assert not backend.closed
    assert backend.closed


@pytest.mark.parametrize(
    "bad",
    [
        *({"cutoff": 1.5}, {"cutoff": "high"}, {"max_words": 0}, {"max_requests": -1}, {"context_chars": 10}),
        *({"cache_size": 0}, {"mode": "sure"}, {"model": "gpt"}, {"model": "openai:"}),
    ],
)
def test_settings_that_make_no_sense_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        Autocompleter(**bad)  # type: ignore[arg-type]


async def test_settings_that_make_no_sense_are_refused_later_too() -> None:
    ac = opened(knows())
    with pytest.raises(ConfigError):
        ac.cutoff = 2.0
    with pytest.raises(ConfigError):
        ac.mode = "sure"
    assert (ac.cutoff, ac.mode) == (0.6, Mode.CERTIFIED)


def test_setting_the_cutoff_keeps_the_hysteresis() -> None:
    ac = opened(knows(), gate=FixedCutoff(0.5, hysteresis=0.4))
    ac.cutoff = 0.8
    assert ac.gate == FixedCutoff(0.8, hysteresis=0.4)


async def test_time_is_read_from_the_clock() -> None:
    ticks = iter(range(100))
    decision: Decision = await opened(knows(), clock=lambda: float(next(ticks))).decide("We look ")
    assert decision.latency_s > 0
