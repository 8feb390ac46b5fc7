"""The short way and the engine's own record the same."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.backends.english import EnglishBackend
from autocomplete.tuning.replay import replay
from tests.tuning.test_replay import at_cutoff, cutoffs_of
from tests.tuning.typing import WORDS, Model, fresh, retype

TEXT = (
    "The ship's log, they said, was lost. (Nobody knew.) I hear from them, and from then on we write well-known words."
)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6), hysteresis=st.sampled_from((0.0, 0.2, 1.0)), max_requests=st.integers(1, 5))
async def test_whole_words_are_decided_at_once_as_the_engine_decides_them(
    seed: int, hysteresis: float, max_requests: int
) -> None:
    model = Model(seed, WORDS, top_k=20, filters=True, local=True)
    text = model.text(14)
    engine = fresh(model.backend(), 0.5, hysteresis, max_requests=max_requests)
    records = [record async for record in replay(engine, text, lowest=0.0)]
    for cutoff in cutoffs_of(records, random.Random(seed), 6):
        seen = await retype(model.backend(), text, cutoff, hysteresis, max_requests=max_requests)
        assert at_cutoff(records, cutoff) == seen, cutoff


async def test_the_embedded_model_is_typed_with_exactly() -> None:
    backend = EnglishBackend(learns=False)
    records = [record async for record in replay(fresh(backend, 0.5, 0.2), TEXT)]
    for cutoff in (0.05, *cutoffs_of(records, random.Random(1), 2), 0.6):
        if cutoff >= 0.05:
            assert at_cutoff(records, cutoff) == await retype(backend, TEXT, cutoff, 0.2), cutoff
