"""Fading counts and learned weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.embedded.adaptive.recency import Recency
from autocomplete.embedded.adaptive.weights import N_KINDS, MixtureWeights, kind_of, recency_kind


def test_a_use_counts_half_after_a_half_life() -> None:
    recency = Recency(4, half_life=10.0)
    recency.append(1)
    for _ in range(10):
        recency.append(2)
    assert float(recency.counts(1, 2)[0]) == pytest.approx(0.5)
    assert recency.total == pytest.approx(sum(0.5 ** (i / 10) for i in range(11)))
    shares = np.zeros(4, dtype=np.float32)
    recency.add_shares(shares, 0.25)
    assert float(shares.sum()) == pytest.approx(0.25)


@given(st.lists(st.integers(0, 3), max_size=30), st.lists(st.integers(0, 3), max_size=30))
def test_what_is_taken_back_is_gone_exactly(first: list[int], second: list[int]) -> None:
    recency = Recency(4, half_life=3.0)
    for unit in first:
        recency.append(unit)
    before = recency.counts(0, 4)
    for unit in second:
        recency.append(unit)
    for _ in second:
        recency.pop()
    np.testing.assert_allclose(recency.counts(0, 4), before, rtol=1e-5)
    assert [unit for unit in range(4) if recency.counts(0, 4)[unit]] == sorted(set(first))


def test_counts_stay_finite_for_ever() -> None:
    recency = Recency(3, half_life=2.0)
    for i in range(2000):
        recency.append(i % 2)
        if i % 10 == 0:
            recency.settle()
    assert np.isfinite(recency.counts(0, 3)).all()
    assert recency.total == pytest.approx(1 / (1 - 0.5**0.5), rel=1e-3)


def test_a_weight_moves_towards_what_predicts() -> None:
    weights = MixtureWeights([0.2] * N_KINDS)
    for _ in range(200):
        assert weights.learn(7, 0.9, 0.1) == pytest.approx(weights[7] * 0.9 + (1 - weights[7]) * 0.1, abs=0.1)
        weights.learn(8, 0.0, 0.5)
        weights.learn(9, 0.0, 0.0)
    assert weights[7] > 0.9
    assert weights[8] < 0.05
    assert weights[9] == 0.2


def test_every_kind_of_evidence_has_a_weight_of_its_own() -> None:
    successors = [[2] * n for n in (1, 2, 3, 8, 64)] + [list(range(n)) for n in (2, 3, 8, 64)] + [[1, 2] * 20]
    kinds = {kind_of(len(set(s)), len(s), n) for s in successors for n in (1, 2, 3)} | {
        recency_kind(t) for t in (1.0, 60.0, 1e6)
    }
    assert len(kinds) == 3 * len(successors) + 3
    assert max(kinds) < N_KINDS
    assert min(kinds) >= 0
