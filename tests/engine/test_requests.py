"""Requests: shared, cancelled, cached, counted, made ahead; opening and closing."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from autocomplete.backends.scripted import Answer, ScriptedBackend
from autocomplete.core.backend import Capabilities, Request
from autocomplete.core.decision import Decision, Mode
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import FixedCutoff
from autocomplete.engine import autocompleter as engine_module
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.errors import AutocompleteError, BackendRejected, BackendUnavailable, ConfigError
from tests.support.engines import knows, opened, settle


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
    displayed = (await ac.decide("We look ")).completion
    ac.gate = FixedCutoff(0.8, hysteresis=0.4)
    assert (await ac.decide("We look ")).completion != displayed
    assert (await ac.decide("We look ", displayed=displayed)).completion == displayed


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
        Autocompleter(**bad)  # type: ignore[arg-type] # bad on purpose


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
