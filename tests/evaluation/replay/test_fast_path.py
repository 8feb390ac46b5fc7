"""The short way and the engine's own record the same."""

from __future__ import annotations

import random
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.backends.embedded import EmbeddedBackend
from autocomplete.core.backend import Request
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import Calibration
from autocomplete.evaluation.calibration.calibration import ModelCalibration
from autocomplete.evaluation.calibration.calibrators import Isotonic, Platt
from autocomplete.evaluation.replay.cutoff_sweep import CutoffSweep
from autocomplete.evaluation.replay.fast_path import look
from autocomplete.evaluation.replay.replay import replay_document
from tests.evaluation.replay.test_replay import at_cutoff, cutoffs_of
from tests.evaluation.typing_reference import WORDS, Model, Seen, fresh, retype

#: Each regime has its own curve, one of each kind.
CALIBRATION = ModelCalibration(
    "any",
    {"word start": Platt(1.3, 0.4), "inside a word": Isotonic(((0.0, 0.0), (0.3, 0.5), (0.8, 0.85), (1.0, 0.97)))},
    {"word start": 500, "inside a word": 5000},
)

TEXT = (
    "The ship's log, they said, was lost. (Nobody knew.) I hear from them, and from then on we write well-known words."
)


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
    records = [
        record async for record in replay_document(fresh(model.backend(), 0.5, hysteresis, **more), text, lowest=0.0)
    ]
    for cutoff in cutoffs_of(records, random.Random(seed), 6):
        seen = await retype(model.backend(), text, cutoff, hysteresis, **more)
        assert at_cutoff(records, cutoff) == seen, cutoff


def test_these_models_are_decided_the_short_way() -> None:
    model = Model(3, WORDS, top_k=20, filters=True, local=True, ends=False)
    text = model.text(30)
    engine = fresh(model.backend(), 0.5, 0.2)
    looks = [look(CutoffSweep(engine), engine.decider.root(text, at), at) for at in range(1, len(text))]
    told = [looked for looked in looks if looked is not None and looked.outcomes([(0.0, 1.0)]) != [None]]
    assert len(told) > len(text) / 3


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
