"""Certificates: exact tails, where the sequence begins and ends; and that they are seldom false."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.errors import ConfigError
from autocomplete.evaluation.binomial import interval, lower_tail, most_wrong
from autocomplete.evaluation.goals.certificate import (
    BLOCK,
    CUTOFFS,
    BlockCounts,
    Certificate,
    certify,
    design_effects,
    first_column,
    rows_of,
)
from autocomplete.evaluation.goals.shortfall import Shortfall
from autocomplete.evaluation.word_shows import Show

GRID = (0.9, 0.8, 0.7, 0.6)


def words(n: int, wrong: dict[int, int] | None = None, n_columns: int = 1) -> BlockCounts:
    """Return `n` words with a show each at every cutoff, of which so many are wrong in each column."""
    right = np.ones((n, n_columns), np.int16)
    for column, n_wrong in (wrong or {}).items():
        right[np.linspace(0, n - 1, n_wrong).astype(int), column] = 0  # spread evenly: as good as independent
    return BlockCounts.of_words(np.ones_like(right), right, GRID[:n_columns])


@given(st.integers(0, 60), st.floats(0.01, 0.99), st.integers(-1, 61))
def test_the_tail_is_the_sum_of_its_terms(n: int, share: float, k: int) -> None:
    terms = [math.comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(max(0, min(k, n) + 1))]
    assert lower_tail(k, n, share) == pytest.approx(sum(terms), abs=1e-9)


@given(st.integers(0, 400), st.floats(0.02, 0.5), st.floats(0.01, 0.2))
def test_the_most_that_may_be_wrong_is_just_that(n: int, share: float, delta: float) -> None:
    k = most_wrong(n, share, delta)
    assert k == -1 or lower_tail(k, n, share) <= delta
    assert k == n or lower_tail(k + 1, n, share) > delta


@given(st.integers(0, 50), st.integers(1, 50))
def test_an_interval_holds_its_share(k: int, n: int) -> None:
    low, high = interval(min(k, n), n)
    assert 0.0 <= low <= min(k, n) / n <= high <= 1.0


def test_the_loosest_cutoff_before_the_first_failure_is_certified() -> None:
    found = certify(words(200, {1: 8, 2: 30, 3: 0}, n_columns=4), 0.9)
    assert isinstance(found, Certificate)
    assert (found.cutoff, found.n_shows, found.n_right, found.n_words) == (0.8, 200, 192, 200)
    assert str(found) == "certified: at least 90% right, with 95% confidence, on text like this (n = 200)"


def test_a_strict_cutoff_with_few_shows_does_not_end_the_sequence() -> None:
    tally = words(200, {0: 10}, n_columns=2)
    shown = tally.shown.copy()
    right, covered = tally.right.copy(), tally.covered.copy()
    shown[3:, 0] = right[3:, 0] = covered[3:, 0] = 0
    found = certify(BlockCounts(shown, right, covered, 200, GRID[:2]), 0.9)
    assert isinstance(found, Certificate)
    assert found.cutoff == 0.8


@pytest.mark.parametrize(("n", "certified"), [(0, False), (28, False), (29, True), (61, True)])
def test_without_a_wrong_one_29_shows_prove_nine_in_ten(n: int, certified: bool) -> None:
    assert isinstance(certify(words(n), 0.9), Certificate) is certified


@given(st.integers(0, 300), st.integers(0, 60), st.floats(0.5, 0.99))
def test_more_wrong_ones_never_help(n: int, n_wrong: int, goal: float) -> None:
    fewer, more = (certify(words(n, {0: min(n, k)}), goal) for k in (n_wrong, n_wrong + 3))
    assert isinstance(fewer, Certificate) or isinstance(more, Shortfall)


def test_a_goal_out_of_reach_names_the_best() -> None:
    found = certify(words(400, {0: 120}), 0.9)
    assert isinstance(found, Shortfall)
    assert found.words_missing is None
    assert str(found) == "90% right cannot be met on text like this: the best is 70%, at cutoff 0.9"


@pytest.mark.parametrize(("goal", "told"), [(0.9, "90%"), (0.925, "92.5%"), (0.999, "99.9%")])
def test_a_goal_is_told_as_it_was_asked_for(goal: float, told: str) -> None:
    assert f"at least {told} right" in str(certify(words(5000), goal))
    assert f"to prove {told} right" in str(certify(words(5), goal))
    assert f"{told} right cannot be met" in str(certify(words(9000, {0: 4000}), goal))


def test_the_best_of_a_strict_goal_is_that_of_a_strict_cutoff() -> None:
    """To prove 99.9% takes 2,995 shows; what 60 shows say of a strict cutoff counts all the same."""
    shown, right = np.ones((2000, 2), np.int16), np.ones((2000, 2), np.int16)
    shown[60:, 0] = right[59:, 0] = 0
    right[:800, 1] = 0
    found = certify(BlockCounts.of_words(shown, right, (0.99, 0.4)), 0.999)
    assert str(found) == "99.9% right cannot be met on text like this: the best is 98.3%, at cutoff 0.99"


def test_a_goal_is_not_out_of_reach_before_the_strict_cutoffs_have_shows() -> None:
    """Twenty words: at .95 five shows, all right; at .4 twenty, most of them wrong, which says nothing of .95."""
    shown, right = np.ones((20, 2), np.int16), np.ones((20, 2), np.int16)
    shown[5:, 0] = right[5:, 0] = right[:12, 1] = 0
    found = certify(BlockCounts.of_words(shown, right, (0.95, 0.4)), 0.9)
    assert str(found) == (
        "not certified yet: to prove 90% right takes at least 24 more suggestions, all right; "
        "about 100 words at the rate so far"
    )


@pytest.mark.parametrize(("goal", "delta"), [(0.0, 0.05), (1.0, 0.05), (0.9, 0.0), (0.9, 1.0), (math.nan, 0.05), (1.5, 0.05)])
def test_a_goal_that_makes_no_sense_is_refused(goal: float, delta: float) -> None:
    with pytest.raises(ConfigError):
        certify(words(10), goal, delta)


def test_the_start_does_not_look_at_what_was_right() -> None:
    assert first_column(np.array([5, 30, 60, 61, 100]), 0.9, 0.05) == 3
    assert first_column(np.array([5, 30, 40]), 0.9, 0.05) == 1
    assert first_column(np.array([5, 28]), 0.9, 0.05) is None


def test_shows_that_err_together_count_for_less() -> None:
    """One block of twenty wrong ones is not twenty proofs."""
    rng = np.random.default_rng(1)
    right = np.repeat(rng.random(200) < 0.85, BLOCK)[:, None].astype(np.int16)
    tally = BlockCounts.of_words(np.ones_like(right), right, (0.9,))
    effect = design_effects(tally, np.array([4000]), np.array([int((1 - right).sum())]))[0]
    assert effect == pytest.approx(BLOCK, rel=0.15)
    spread = rng.permutation(right)
    assert design_effects(BlockCounts.of_words(np.ones_like(right), spread, (0.9,)), np.array([4000]), np.array([600]))[0] < 1.3


def test_a_show_counts_at_the_cutoffs_of_its_range() -> None:
    shown, right = rows_of([Show(0.5, 0.8, False, 0), Show(0.0, 0.65, True, 3)], GRID)
    assert (shown.tolist(), right.tolist()) == ([0, 1, 1, 2], [0, 0, 0, 1])
    assert len(rows_of([])[0]) == len(CUTOFFS)


@pytest.mark.parametrize("precision", [0.9, 0.88])
def test_a_false_certificate_is_rare(precision: float) -> None:
    """Whatever is shown is right too seldom at every cutoff: at most 5 in 100 windows may be certified."""
    rng = np.random.default_rng(7)
    n_false = 0
    for _ in range(400):
        score = rng.random(300)
        shown = (score[:, None] > np.array(GRID)).astype(np.int16)
        right = shown * (rng.random(300) < precision)[:, None]
        n_false += isinstance(certify(BlockCounts.of_words(shown, right.astype(np.int16), GRID), 0.9), Certificate)
    assert n_false <= 400 * 0.05 + 3 * math.sqrt(400 * 0.05 * 0.95)


def _text(rng: np.random.Generator, n_words: int, precision: float) -> BlockCounts:
    """Return words with one candidate each, right with one probability at every cutoff."""
    p = rng.beta(1.6, 0.7, n_words)
    shown = ((p[:, None] >= np.array(CUTOFFS)) & (rng.random(n_words) < 0.9)[:, None]).astype(np.int16)
    return BlockCounts.of_words(shown, shown * (rng.random(n_words) < precision)[:, None].astype(np.int16))


def test_what_is_proved_many_times_over_is_seldom_lost_by_the_first_test() -> None:
    rng = np.random.default_rng(7)
    assert sum(isinstance(certify(_text(rng, 1500, 0.95), 0.9), Certificate) for _ in range(60)) >= 54


def test_a_precision_just_below_the_goal_is_seldom_certified() -> None:
    rng = np.random.default_rng(7)
    assert sum(isinstance(certify(_text(rng, 1500, 0.8999), 0.9), Certificate) for _ in range(100)) <= 8
