"""The fast path decides as the search does, and records the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.backends.embedded import EmbeddedBackend
from autocomplete.core.backend import Request
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import Calibration
from autocomplete.core.root import Root
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.evaluation.calibration.calibration import ModelCalibration
from autocomplete.evaluation.calibration.calibrators import Isotonic, Platt
from autocomplete.evaluation.cutoff_ranges import STEPS, Span
from autocomplete.evaluation.replay.answers import ReplayAnswers
from autocomplete.evaluation.replay.cutoff_sweep import CutoffSweep
from autocomplete.evaluation.replay.fast_path import WholeWordFastPath
from autocomplete.evaluation.replay.positions import PositionOutcomes, SweepOutcome, Way
from autocomplete.evaluation.replay.replay import Truth, Typist, checked_span, replay_document
from tests.evaluation.replay.test_replay import at_cutoff, cutoffs_of
from tests.evaluation.typing_reference import WORDS, Model, Seen, fresh, retype

#: Each regime has its own curve, one of each kind.
CALIBRATION = ModelCalibration(
    "any",
    {"word start": Platt(1.3, 0.4), "inside a word": Isotonic(((0.0, 0.0), (0.3, 0.5), (0.8, 0.85), (1.0, 0.97)))},
    {"word start": 500, "inside a word": 5000},
)

TEXT = "The ship's log, they said, was lost. (Nobody knew.) I hear from them, and from then on we write well-known words."


@settings(max_examples=6, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    hysteresis=st.sampled_from((0.0, 0.2, 1.0)),
    max_requests=st.integers(1, 5),
    calibration=st.sampled_from((None, CALIBRATION)),
)
async def test_whole_words_are_decided_at_once_as_the_engine_decides_them(
    seed: int, hysteresis: float, max_requests: int, calibration: Calibration | None
) -> None:
    model = Model(seed, WORDS, top_k=20, filters=True, local=True, ends=False)
    text = model.text(14)
    more: dict[str, Any] = {"max_requests": max_requests, "calibration": calibration}
    records = [record async for record in replay_document(fresh(model.backend(), 0.5, hysteresis, **more), text, lowest=0.0)]
    for cutoff in cutoffs_of(records, random.Random(seed), 6):
        seen = await retype(model.backend(), text, cutoff, hysteresis, **more)
        assert at_cutoff(records, cutoff) == seen, cutoff


class Compared:
    """Asks two implementations about one position, with answers of their own, and compares what they decide."""

    def __init__(self, fast_path: PositionOutcomes, twin: CutoffSweep) -> None:
        self._fast_path, self._twin = fast_path, twin
        self.n_compared = 0

    async def outcomes(self, ways: Sequence[Way]) -> Sequence[list[SweepOutcome] | None]:
        found = await self._fast_path.outcomes(ways)
        for way, quick, slow in zip(ways, found, await self._twin.outcomes(ways), strict=True):
            if quick is not None:
                self._compare(way, quick, slow)
        return found

    def _compare(self, way: Way, quick: list[SweepOutcome], slow: list[SweepOutcome]) -> None:
        borders = {border for outcome in (*quick, *slow) for border in (outcome.low, outcome.high)}
        near = {round(border * STEPS + step) / STEPS for border in borders for step in (-1, 0, 1)}
        for cutoff in (borders | near) - {way.low}:
            if way.low < cutoff <= way.high:
                (one,), (other,) = ([o for o in found if o.low < cutoff <= o.high] for found in (quick, slow))
                assert (one.completion, one.requests) == (other.completion, other.requests), (way, cutoff)
                assert one.open_ended is other.open_ended is False or not other.lower
                assert one.lower == pytest.approx(other.lower, rel=0, abs=1e-12)
                if other.lower:  # else there is no word yet, whatever may become one
                    assert one.best == other.best, (way, cutoff)
                    assert one.upper == pytest.approx(other.upper, rel=0, abs=1e-12)
                self.n_compared += 1

    async def likeliest(self) -> SweepOutcome | None:
        await self._twin.likeliest()
        return await self._fast_path.likeliest()  # by what is at hand: it may ask less than the search


class ComparingTypist(Typist):
    """Types with the fast path, and beside it with the search alone."""

    def __init__(self, engine: Autocompleter, text: str, span: Span) -> None:
        super().__init__(engine, Truth(text), span)
        self._twin = ReplayAnswers(engine, span)
        self.compared: list[Compared] = []

    def _sources(self, root: Root, at: int) -> Sequence[PositionOutcomes]:
        first, *others = super()._sources(root, at)
        twin = CutoffSweep(self._twin, root, at)
        if not isinstance(first, WholeWordFastPath):
            return (AskedAlike(first, twin), *others) if isinstance(first, CutoffSweep) else (first, *others)
        self.compared.append(Compared(first, twin))
        return (self.compared[-1], *others)


class AskedAlike:
    """Decides by the search, and lets the other answers note what was asked."""

    def __init__(self, search: CutoffSweep, twin: CutoffSweep) -> None:
        self._search, self._twin = search, twin

    async def outcomes(self, ways: Sequence[Way]) -> Sequence[list[SweepOutcome]]:
        await self._twin.outcomes(ways)
        return await self._search.outcomes(ways)

    async def likeliest(self) -> SweepOutcome:
        await self._twin.likeliest()
        return await self._search.likeliest()


async def compared(engine: Autocompleter, text: str, lowest: float, highest: float) -> int:
    """Return how many outcomes were compared while a text was typed."""
    typist = ComparingTypist(engine, text, checked_span(engine, lowest, highest))
    for at in range(len(text)):
        await typist.record(at)
    return sum(position.n_compared for position in typist.compared)


RANGES = ((0.0, 1.0), (0.05, 1.0), (0.3, 0.6), (0.5, 0.5))


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    hysteresis=st.sampled_from((0.0, 0.2, 1.0)),
    span=st.sampled_from(RANGES),
    calibration=st.sampled_from((None, CALIBRATION)),
    mode=st.sampled_from(("certified", "estimated")),
    max_requests=st.integers(1, 5),
)
async def test_both_implementations_decide_alike(
    seed: int, hysteresis: float, span: Span, calibration: Calibration | None, mode: str, max_requests: int
) -> None:
    model = Model(seed, WORDS, top_k=20, filters=True, local=True, ends=False)
    engine = fresh(model.backend(), 0.5, hysteresis, calibration=calibration, mode=mode, max_requests=max_requests)
    await compared(engine, model.text(20), *span)


@pytest.mark.parametrize("calibration", [None, CALIBRATION])
@pytest.mark.parametrize("span", [(0.05, 1.0), (0.4, 0.7)])
async def test_both_implementations_decide_alike_for_the_embedded_model(calibration: Calibration | None, span: Span) -> None:
    engine = fresh(EmbeddedBackend(learns=False), 0.5, 0.2, calibration=calibration)
    assert await compared(engine, TEXT, *span) > len(TEXT)


async def test_these_models_are_decided_by_the_fast_path() -> None:
    model = Model(3, WORDS, top_k=20, filters=True, local=True, ends=False)
    text = model.text(30)
    engine = fresh(model.backend(), 0.5, 0.2)
    roots = [(engine.decider.root(text, at), at) for at in range(1, len(text))]
    found = [WholeWordFastPath.at(ReplayAnswers(engine), root, at) for root, at in roots]
    decided = [await one.outcomes([Way(0.0, 1.0)]) for one in found if one is not None]
    assert len([outcomes for outcomes in decided if outcomes != [None]]) > len(text) / 3


@pytest.mark.parametrize("calibration", [None, CALIBRATION])
async def test_the_embedded_model_is_typed_with_exactly(calibration: Calibration | None) -> None:
    backend = EmbeddedBackend(learns=False)
    records = [record async for record in replay_document(fresh(backend, 0.5, 0.2, calibration=calibration), TEXT)]
    for cutoff in (0.05, *cutoffs_of(records, random.Random(1), 2), 0.6):
        if cutoff >= 0.05:
            found = at_cutoff(records, cutoff)
            assert alike(found, await retype(backend, TEXT, cutoff, 0.2, calibration=calibration)), cutoff


class Counted(EmbeddedBackend):
    """The embedded model, which counts what it is asked and may say nothing of what follows its words."""

    def __init__(self, *, ends_words: bool) -> None:
        super().__init__()
        self.ends_words = ends_words
        self.n_asked = 0

    def likely_tokens(self, request: Request, least: float) -> Distribution:
        self.n_asked += 1
        return super().likely_tokens(request, least)


async def test_questions_whose_answers_change_nothing_are_counted_and_not_asked() -> None:
    asking, sparing = Counted(ends_words=False), Counted(ends_words=True)
    replays = [replay_document(fresh(backend, 0.5, 0.2), 2 * f"{TEXT}\n") for backend in (asking, sparing)]
    all_asked, spared = [[record async for record in records] for records in replays]
    assert alike(all_asked, spared)
    assert sparing.n_asked < asking.n_asked


def alike(one: object, other: object) -> bool:
    """Return whether two values are equal, probabilities to within 1e-6: what is worked out ahead is rounded otherwise."""
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < 1e-6
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, Seen) and type(one) is type(other):
        return all(alike(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return one == other
