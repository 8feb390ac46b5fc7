"""A calibration is worth having only where it makes unseen predictions better by more than chance."""

from __future__ import annotations

import random

import numpy as np
import pytest

from autocomplete.evaluation.calibration.calibration import FEWEST
from autocomplete.evaluation.calibration.cross_validation import held_out
from autocomplete.evaluation.word_shows import Label


def labels(n: int, power: float, seed: int, *, start: bool = True) -> list[Label]:
    """Return predictions that are right as often as a power of what is stated."""
    rng = random.Random(seed)
    stated = [rng.random() for _ in range(n)]
    return [Label(p, rng.random() < p**power, start) for p in stated]


@pytest.mark.parametrize("n", [FEWEST + 20, 600, 2500])
def test_too_sure_a_model_is_made_better(n: int) -> None:
    found = held_out("m", labels(n, 2.5, 1))
    assert found.better == ("word start",)
    change = found.changes["word start"]
    assert change.after < change.before
    assert 0.0 < change.low < change.gain < change.high


def test_the_truth_is_seldom_made_better() -> None:
    """Of forty models that tell the truth few are corrected, and none by much."""
    found = [held_out("m", labels(400, 1.0, seed)) for seed in range(40)]
    assert sum(bool(one.better) for one in found) <= 3


def test_each_regime_is_judged_by_itself() -> None:
    mixed = [label for pair in zip(labels(800, 2.5, 1), labels(800, 1.0, 2, start=False), strict=True) for label in pair]
    found = held_out("m", mixed)
    assert found.better == ("word start",)
    kept = found.kept(found.better)
    assert list(kept.corrections) == list(kept.n_labels) == ["word start"]
    after = found.after(found.better)
    inside = np.array([not label.start for label in mixed])
    assert (after[inside] == found.stated[inside]).all()
    assert (after[~inside] != found.stated[~inside]).any()
    assert found.change(found.better).after < found.change(()).after == found.change(()).before


def test_a_model_that_is_never_sure_of_anything_else_is_no_better() -> None:
    same = [Label(0.5, i % 2 == 0, True) for i in range(300)]
    assert held_out("m", same).better == ()


@pytest.mark.parametrize("n", [0, 1, FEWEST - 1])
def test_too_few_predictions_are_not_fitted(n: int) -> None:
    found = held_out("m", labels(n, 2.5, 1))
    assert found.changes == {}
    assert found.better == ()
