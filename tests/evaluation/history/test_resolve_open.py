"""What a decision left open is found out afterwards, where asking costs nothing."""

from __future__ import annotations

import pytest

from autocomplete.backends.scripted import ScriptedBackend
from autocomplete.core.backend import Capabilities, Request
from autocomplete.core.distribution import Distribution
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.errors import BackendUnavailable
from autocomplete.evaluation.history.live import LiveScorer
from autocomplete.evaluation.history.resolve_open import LEAST, resolve_open
from autocomplete.evaluation.word_outcome import PredictionSource, WordOutcome
from autocomplete.evaluation.word_shows import TypedState
from tests.evaluation.typing_reference import WORDS, Model

HERE = Capabilities(filters=True, local=True)


def engine(backend: ScriptedBackend, cutoff: float, max_requests: int = 64) -> Autocompleter:
    return Autocompleter(backend, cutoff=cutoff, prefetch=False, max_requests=max_requests, clock=lambda: 0.0)


async def typed(autocompleter: Autocompleter, text: str, *, settling: bool) -> list[WordOutcome]:
    """Return what came of the words of a text, typed key by key."""
    live = LiveScorer(PredictionSource("m"), lambda: 5, 1)
    outcomes: list[WordOutcome] = []
    for end in range(1, len(text) + 1):
        decision = await autocompleter.decide(text[:end])
        live.note(decision)
        if settling and (found := await resolve_open(autocompleter, decision)) is not None:
            live.settle(decision, found)
        outcomes += live.finished()
    return outcomes


def at(outcome: WordOutcome, cutoff: float) -> list[bool]:
    return sorted(show.right for show in outcome.shows if show.low < cutoff <= show.high)


@pytest.mark.parametrize("seed", range(8))
async def test_then_every_cutoff_is_known_as_if_it_had_been_in_force(seed: int) -> None:
    model = Model(seed, WORDS, top_k=len(WORDS), filters=True, local=True, ends=False)
    text = model.text(60)
    found = await typed(engine(model.backend(), 0.95), text, settling=True)
    open_before = await typed(engine(model.backend(), 0.95), text, settling=False)
    assert not any(show.high > LEAST + 0.01 for outcome in found for show in outcome.unsettled)
    assert any(outcome.unsettled for outcome in open_before) or seed != 0
    for cutoff in (0.25, 0.4, 0.6, 0.8):
        truly = await typed(engine(model.backend(), cutoff), text, settling=False)
        assert [at(outcome, cutoff) for outcome in found] == [at(outcome, cutoff) for outcome in truly]


def whole(request: Request) -> Distribution:
    """Answer in whole words: "fr" may be the end of a word, which "om" follows for certain."""
    fitting = [(b" fr", 0.55), (b" from", 0.3), (b" fro", 0.15)] if not request.context.endswith("fr") else [(b" om", 1.0)]
    typed = request.starts_with
    kept = [(token, p) for token, p in fitting if token.startswith(typed) or typed.startswith(token)]
    total = sum(p for _, p in kept) or 1.0
    return Distribution.from_pairs([(token, p / total) for token, p in kept], whole_words=True)


async def test_the_likeliest_is_found_that_the_cutoff_in_force_had_no_use_for() -> None:
    backend = ScriptedBackend(whole, capabilities=HERE)
    autocompleter = engine(backend, 0.9)
    decision = await autocompleter.decide("we fr")
    assert decision.alternatives[0].completion == "om"
    found = await resolve_open(autocompleter, decision)
    assert found is not None
    assert found.alternatives[0].completion == " om"
    assert found.alternatives[0].bounds.lower == pytest.approx(0.55)
    assert not TypedState.of(found).open
    assert autocompleter.requests == 1  # what is found out afterwards counts for none


@pytest.mark.parametrize("able", [Capabilities(filters=True), Capabilities(local=True)])
async def test_nobody_elsewhere_is_asked(able: Capabilities) -> None:
    backend = ScriptedBackend(whole, capabilities=able)
    autocompleter = engine(backend, 0.9)
    decision = await autocompleter.decide("we fr")
    n_asked = len(backend.requests)
    assert await resolve_open(autocompleter, decision) is None
    assert len(backend.requests) == n_asked


async def test_what_takes_too_many_requests_is_left_open() -> None:
    autocompleter = engine(ScriptedBackend(whole, capabilities=HERE), 0.9)
    decision = await autocompleter.decide("we fr")
    autocompleter.max_requests = 0
    assert await resolve_open(autocompleter, decision) is None


async def test_a_model_that_cannot_be_asked_any_more_is_told() -> None:
    backend = ScriptedBackend(whole, capabilities=HERE)
    autocompleter = engine(backend, 0.9)
    decision = await autocompleter.decide("we fr")
    backend._answers = lambda request: BackendUnavailable("It is gone.")
    with pytest.raises(BackendUnavailable):
        await resolve_open(autocompleter, decision)


async def test_a_decision_that_others_followed_stays_as_it_was() -> None:
    autocompleter = engine(ScriptedBackend(whole, capabilities=HERE), 0.9)
    live = LiveScorer(PredictionSource("m"), lambda: 5, 1)
    decision = await autocompleter.decide("we fr")
    live.note(decision)
    found = await resolve_open(autocompleter, decision)
    assert found is not None
    live.note(await autocompleter.decide("we fro"))
    live.settle(decision, found)
    assert live.finished() == ()
    assert [pending.state.completion for pending in live._pending] == ["om", "m"]
