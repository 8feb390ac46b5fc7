"""One pass gives every cutoff: exactly what a replay at that cutoff alone finds."""

from __future__ import annotations

import math
import random
from collections.abc import AsyncGenerator
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.backends.embedded import EmbeddedBackend
from autocomplete.evaluation.cutoff_ranges import STEPS
from autocomplete.evaluation.records import Record
from autocomplete.evaluation.replay.replay import Truth, replay_document
from tests.evaluation.typing_reference import VOCABULARIES, Model, Seen, fresh, retype


async def recorded(model: Model, text: str, hysteresis: float, **given: object) -> list[Record]:
    engine = fresh(model.backend(), 0.5, hysteresis, **given)
    return [record async for record in replay_document(engine, text, lowest=0.0)]


def at_cutoff(records: list[Record], cutoff: float) -> list[Seen]:
    """Return what the records say of one cutoff."""
    found = [(record.at, record.outcome_at(cutoff)) for record in records]
    return [
        Seen(at, o.completion, o.lower, o.upper, o.right, o.first, o.withdrawn, o.requests) for at, o in found if o is not None
    ]


def cutoffs_of(records: list[Record], rng: random.Random, n: int) -> list[float]:
    """Return some of the cutoffs at which something changes, and their neighbours on both sides."""
    borders = sorted({outcome.high for record in records for outcome in record.outcomes})
    chosen = rng.sample(borders, min(n, len(borders)))
    near = [round(p * STEPS + direction) / STEPS for p in chosen for direction in (-1, 1)]
    return [*chosen, *(p for p in near if 0.0 <= p <= 1.0), 0.0, 0.3, 1.0]


models = st.builds(
    Model,
    seed=st.integers(0, 10**6),
    vocabulary=st.sampled_from(VOCABULARIES),
    top_k=st.integers(1, 11),
    filters=st.booleans(),
    local=st.booleans(),
    ends=st.booleans(),
)


settings_of_engines = st.fixed_dictionaries(
    {
        "max_words": st.sampled_from((1, 1, 2, 3)),
        "max_requests": st.integers(0, 5),
        "mode": st.sampled_from(("certified", "estimated")),
    }
)
hystereses = st.sampled_from((0.0, 0.2, 0.5, 1.0))


@settings(max_examples=8, deadline=None)
@given(model=models, hysteresis=hystereses, given=settings_of_engines)
async def test_one_pass_is_a_replay_at_every_cutoff(model: Model, hysteresis: float, given: dict[str, object]) -> None:
    await check(model, hysteresis, given, n_tokens=9, n_cutoffs=4)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(model=models, hysteresis=hystereses, given=settings_of_engines)
async def test_one_pass_is_a_replay_at_every_cutoff_of_many_models(
    model: Model, hysteresis: float, given: dict[str, object]
) -> None:
    await check(model, hysteresis, given, n_tokens=14, n_cutoffs=8)


async def check(model: Model, hysteresis: float, given: dict[str, object], *, n_tokens: int, n_cutoffs: int) -> None:
    text = model.text(n_tokens)
    records = await recorded(model, text, hysteresis, **given)
    for cutoff in cutoffs_of(records, random.Random(model.seed), n_cutoffs):
        assert at_cutoff(records, cutoff) == await retype(model.backend(), text, cutoff, hysteresis, **given), cutoff


class Squared:
    """A calibration by which what is stated is right as often as its square says, at word starts only."""

    def map_for(self, *, start: bool, estimated: bool) -> Squared | None:
        return self if start else None

    def of(self, probability: float) -> float:
        return probability * probability

    def inverse(self, probability: float) -> float:
        return math.sqrt(probability)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**6), local=st.booleans())
async def test_a_calibration_is_followed_too(seed: int, local: bool) -> None:
    model = Model(seed, VOCABULARIES[0], top_k=8, filters=local, local=local)
    await check(model, 0.2, {"calibration": Squared()}, n_tokens=9, n_cutoffs=4)


class Asked(Squared):
    """A calibration that changes nothing and notes what it is asked for."""

    def __init__(self) -> None:
        self.start = False

    def map_for(self, *, start: bool, estimated: bool) -> None:
        self.start = start


async def test_a_calibration_is_fitted_by_what_the_gate_sees_at_the_cursor() -> None:
    model = Model(3, VOCABULARIES[0], top_k=8, filters=True, local=True)
    text = model.text(9)
    asked = Asked()
    engine = fresh(model.backend(), 0.5, 0.2, calibration=asked)
    records = [found async for found in replay_document(fresh(model.backend(), 0.5, 0.2), text, lowest=0.0)]
    assert any(record.begun and not record.typed for record in records)  # a word is whole, and may go on
    for record in records:
        if text[: record.at].strip():
            await engine.decide(text[: record.at])
            assert record.begun == (not asked.start), text[: record.at]


TEXT = """The ship's log, they said, was lost. (Nobody knew.) "Why?" I asked.

It is well-known, of course, that 30 of us wrote: Xyzzy! """


async def test_a_text_that_is_foreseen_is_decided_as_when_it_is_typed() -> None:
    records = [record async for record in replay_document(fresh(EmbeddedBackend(), 0.5, 0.2), TEXT)]
    engine = fresh(EmbeddedBackend(), 0.5, 0.2)
    for record in records:
        decision = await engine.decide(TEXT[: record.at])
        best = next((a for a in decision.alternatives if a.bounds.lower > 0.0), None)
        if best is not None and decision.shown:
            assert record.lower == pytest.approx(decision.bounds.lower, abs=1e-6)
            assert record.completion == decision.completion


def test_places_are_the_ends_of_words_and_marks() -> None:
    truth = Truth("Is it? It is.\n(Yes)")
    assert [truth.text[:at][-3:] for at in truth.places(0, 100)] == [
        "Is",
        " it",
        "it?",
        " It",
        " is",
        "is.",
        ".\n(",
        "Yes",
        "es)",
    ]
    assert list(truth.places(4, 8)) == [5, 6, 9]
    assert list(Truth("").places(0, 10)) == []


async def test_a_replay_that_ends_after_its_model_was_closed_does_not_open_it_again() -> None:
    backend = EmbeddedBackend()
    records = replay_document(fresh(backend, 0.5, 0.2), TEXT)
    await anext(records)
    await backend.aclose()
    assert isinstance(records, AsyncGenerator)
    await records.aclose()
    assert backend._lexicon is None


class Observer(EmbeddedBackend):
    """The embedded model, which notes the contexts that it observes."""

    def __init__(self) -> None:
        super().__init__()
        self.contexts: list[str] = []

    def observe(self, context: str) -> None:
        self.contexts.append(context)
        super().observe(context)


async def test_each_context_is_learned_from_once() -> None:
    backend = Observer()
    engine = fresh(backend, 0.5, 0.2)
    [record async for record in replay_document(engine, TEXT)]
    met = [engine.decider.root(TEXT, at).context for at in range(len(TEXT))]
    assert backend.contexts == [context for context, _ in groupby(met)]
