"""A goal is kept while one types: certified, renewed, dropped on drift and on another model; never frozen."""

from __future__ import annotations

import numpy as np
import pytest

from autocomplete.errors import ConfigError
from autocomplete.evaluation.goals.certificate import BLOCK, Certificate, Counts
from autocomplete.evaluation.goals.controller import Alarm, GoalPolicy, PrecisionController
from autocomplete.evaluation.goals.shortfall import Shortfall

GRID = (0.9, 0.5)


def typed(n: int, strict: float, loose: float, seed: int = 0) -> tuple[Counts, Counts]:
    """Return words with a show each: right with one probability at the strict cutoff, with another at the loose one."""
    rng = np.random.default_rng(seed)
    right = rng.random((n, 1)) < np.array([[strict, loose]])
    return np.ones((n, 2), np.int16), right.astype(np.int16)


def test_without_words_the_goal_itself_is_the_cutoff() -> None:
    keeper = PrecisionController(GoalPolicy(0.85), GRID)
    assert keeper.cutoff == 0.85
    assert isinstance(keeper.state, Shortfall)
    assert keeper.certificate is None


def test_a_certificate_comes_and_loosens_with_evidence() -> None:
    keeper = PrecisionController(GoalPolicy(0.9), GRID)
    keeper.take(*typed(40, 1.0, 0.5))
    assert keeper.cutoff == 0.9
    keeper.forget()
    keeper.take(*typed(400, 1.0, 0.97))
    assert keeper.cutoff == 0.5


def test_words_one_by_one_and_together_are_the_same() -> None:
    shown, right = typed(333, 0.97, 0.9)
    together, one_by_one = PrecisionController(GoalPolicy(0.9), GRID), PrecisionController(GoalPolicy(0.9), GRID)
    together.take(shown, right)
    for i in range(len(shown)):
        one_by_one.take(shown[i : i + 1], right[i : i + 1])
    assert together.state == one_by_one.state


def test_another_model_starts_anew() -> None:
    keeper = PrecisionController(GoalPolicy(0.9), GRID)
    keeper.take(*typed(400, 1.0, 1.0))
    keeper.forget()
    assert keeper.certificate is None
    assert keeper.state.n_words == 0


def test_a_sudden_change_for_the_worse_drops_the_certificate_soon() -> None:
    keeper = PrecisionController(GoalPolicy(0.9), GRID)
    keeper.take(*typed(1400, 0.97, 0.97))
    assert keeper.certificate is not None
    shown, right = typed(200, 0.5, 0.5, seed=3)
    for i in range(40):
        keeper.take(shown[i : i + 1], right[i : i + 1])
    assert keeper.certificate is None
    assert keeper.state.n_words <= 60  # what was written before the change is set aside


def test_without_the_alarm_the_old_words_speak_on() -> None:
    keeper = PrecisionController(GoalPolicy(0.9, alarm=float("inf")), GRID)
    keeper.take(*typed(1400, 0.97, 0.97))
    keeper.take(*typed(40, 0.5, 0.5, seed=3))
    assert isinstance(keeper.state, Certificate)


def test_it_comes_back_when_writing_is_foreseeable_again() -> None:
    keeper = PrecisionController(GoalPolicy(0.9), GRID)
    for strict in (1.0, 0.4, 1.0):
        keeper.take(*typed(600, strict, strict))
    assert keeper.certificate is not None


def test_a_certified_cutoff_is_in_force_while_it_meets_the_goal_lately() -> None:
    keeper = PrecisionController(GoalPolicy(0.9, lately=200, alarm=float("inf")), GRID)
    keeper.take(*typed(5000, 1.0, 1.0))
    assert keeper.cutoff == 0.5
    keeper.take(*typed(220, 1.0, 0.5))
    assert keeper.cutoff == 0.9
    keeper.take(*typed(220, 0.5, 0.5))
    assert keeper.certificate is None
    keeper.take(*typed(220, 1.0, 1.0))
    assert keeper.cutoff == 0.5


def test_the_alarm_remembers_since_when() -> None:
    alarm = Alarm(0.9, 0.7, 2.0)
    alarm.take(0, 5)
    assert (alarm.level, alarm.n_words) == (0.0, 0)
    alarm.take(3, 0)
    alarm.take(0, 1)
    assert alarm.level > 0.0
    assert alarm.n_words == 2


@pytest.mark.parametrize("goal", [0.0, 1.0, -1.0, 2.0, float("nan")])
def test_a_goal_that_makes_no_sense_is_refused(goal: float) -> None:
    with pytest.raises(ConfigError):
        PrecisionController(GoalPolicy(goal))


def test_a_half_full_block_is_not_lost_at_renewal() -> None:
    keeper = PrecisionController(GoalPolicy(0.9), GRID)
    keeper.take(*typed(BLOCK + 7, 1.0, 1.0))
    keeper.renew()
    assert keeper.state.n_words == BLOCK + 7
