"""The test of a goal holds at all times: the stake is a fair game where the goal is just not met, judged by enumeration."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from autocomplete.evaluation.goals.certificate import CUTOFFS
from autocomplete.evaluation.goals.controller import GoalPolicy, PrecisionController
from autocomplete.evaluation.goals.e_process import RESTART, SequentialTest

GOAL, DELTA = 0.9, 0.05
SILENT = np.zeros(1, np.int64)


def blocks(test: SequentialTest, outcomes: tuple[bool, ...], silent: int = 0) -> float:
    """Return the stake after one show a block, with some blocks without a show before each."""
    test.reset()
    for right in outcomes:
        for _ in range(silent):
            test.take(SILENT, SILENT)
        test.take(np.array([int(right)]), np.array([int(not right)]))
    return math.exp(test.stake(0))


@pytest.mark.parametrize("goal", [0.5, 0.8, 0.9, 0.99])
@pytest.mark.parametrize("silent", [0, RESTART])
def test_the_stake_is_a_fair_game_where_the_goal_is_just_not_met(goal: float, silent: int) -> None:
    test = SequentialTest(goal, DELTA, (0.9,))
    expected = sum(
        goal ** sum(outcomes) * (1.0 - goal) ** (7 - sum(outcomes)) * blocks(test, outcomes, silent)
        for outcomes in itertools.product((True, False), repeat=7)
    )
    assert expected == pytest.approx(1.0)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.85])
def test_the_stake_shrinks_on_average_below_the_goal(share: float) -> None:
    test = SequentialTest(GOAL, DELTA, (0.9,))
    expected = sum(
        share ** sum(outcomes) * (1.0 - share) ** (6 - sum(outcomes)) * blocks(test, outcomes)
        for outcomes in itertools.product((True, False), repeat=6)
    )
    assert expected < 1.0


def test_the_shows_that_are_missing_are_missing_exactly() -> None:
    test = SequentialTest(GOAL, DELTA, (0.9,))
    test.take(np.array([10]), np.array([1]))
    missing = test.right_missing(0, 11, 1)
    assert missing is not None
    test.take(np.array([missing - 1]), SILENT)
    assert test.certified() == []
    test.take(np.array([1]), SILENT)
    assert test.certified() == [0]


def test_what_was_proved_once_is_proved() -> None:
    test = SequentialTest(GOAL, DELTA, (0.9,))
    test.take(np.array([200]), SILENT)
    test.take(SILENT, np.array([100]))
    assert test.certified() == [0]


def test_a_sequence_ends_at_the_first_cutoff_that_fails_and_another_may_begin_behind_it() -> None:
    grid = (0.995, 0.99, 0.98, 0.97, 0.96)
    test = SequentialTest(GOAL, DELTA, grid)
    test.take(np.array([100, 100, 1, 200, 300]), np.zeros(5, np.int64))
    assert [grid[column] for column in test.certified()] == [0.995, 0.99, 0.97, 0.96]


def test_a_poor_beginning_does_not_weigh_for_ever() -> None:
    test = SequentialTest(GOAL, DELTA, (0.9,))
    test.take(SILENT, np.array([300]))
    for _ in range(RESTART):
        test.take(SILENT, SILENT)
    test.take(np.array([150]), SILENT)
    assert test.certified() == [0]


def certified_ever(share: float, n_words: int, n_writers: int) -> float:
    """Return the share of writers who are ever certified, looked at every 20 words, right so often at every cutoff."""
    ever = 0
    for seed in range(n_writers):
        rng, keeper = np.random.default_rng(seed), PrecisionController(GoalPolicy(GOAL))
        for _ in range(0, n_words, 20):
            stated = 1.0 / (1.0 + np.exp(-rng.normal(2.5, 3.0, 20)))
            shown = (stated[:, None] >= np.array(CUTOFFS)).astype(np.int16)
            keeper.take(shown, shown * (rng.random(20) < share)[:, None].astype(np.int16))
            if keeper.certificate is not None:
                ever += 1
                break
    return ever / n_writers


@pytest.mark.parametrize("n_writers", [5, pytest.param(100, marks=pytest.mark.slow)])
def test_who_falls_just_short_is_hardly_ever_certified_and_who_does_not_soon_is(n_writers: int) -> None:
    assert certified_ever(0.89, 6000, n_writers) <= 0.05
    assert certified_ever(0.97, 1000, n_writers) >= 0.8
