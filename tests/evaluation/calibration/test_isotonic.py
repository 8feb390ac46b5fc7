"""Pooling adjacent violators, with scikit-learn as the judge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from autocomplete.evaluation.calibration.calibrators import isotonic_levels

points = st.lists(st.tuples(st.integers(0, 20), st.floats(0, 1)), min_size=1, max_size=60)


@given(points)
def test_it_is_what_scikit_learn_finds(points: list[tuple[int, float]]) -> None:
    x = np.array([place / 20 for place, _ in points])
    y = np.array([value for _, value in points])
    assert isotonic_levels(x, y) == pytest.approx(IsotonicRegression().fit_transform(x, y), abs=1e-9)


@given(points)
def test_levels_never_fall_and_keep_the_mean(points: list[tuple[int, float]]) -> None:
    x = np.array([place / 20 for place, _ in points])
    y = np.array([value for _, value in points])
    levels = isotonic_levels(x, y)
    assert (np.diff(levels[np.argsort(x, kind="stable")]) >= 0).all()
    assert levels.mean() == pytest.approx(y.mean(), abs=1e-12)


def test_it_agrees_on_many_predictions() -> None:
    dice = np.random.default_rng(3)
    x = dice.random(5000).round(4)
    y = (dice.random(5000) < x**2).astype(float)
    assert isotonic_levels(x, y) == pytest.approx(IsotonicRegression().fit_transform(x, y), abs=1e-9)
