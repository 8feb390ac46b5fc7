"""What is told to be missing for a certificate: never a promise that the shows do not bear out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.evaluation.binomial import most_wrong
from autocomplete.evaluation.goals.certificate import CUTOFFS, BlockCounts, Certificate, certify
from autocomplete.evaluation.goals.controller import GoalPolicy, PrecisionController
from autocomplete.evaluation.goals.shortfall import Shortfall, fewest, shows_needed
from tests.evaluation.goals.test_certificate import words


def missing(tally: BlockCounts, goal: float = 0.9) -> Shortfall:
    found = certify(tally, goal)
    assert isinstance(found, Shortfall)
    return found


def writer(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the shows of a writer, a word a row: a prediction for two words in three, as surely right as is stated."""
    rng = np.random.default_rng(seed)
    stated = np.where(rng.random(n) < 2 / 3, rng.beta(0.8, 0.5, n), 0.0)
    right = rng.random(n) < stated
    shown = stated[:, None] >= np.array(CUTOFFS)
    return shown.astype(np.int16), (shown & right[:, None]).astype(np.int16)


def test_before_anything_is_known_no_number_of_words_is_promised() -> None:
    """29 right ones prove nine in ten at one look; a goal that is looked at all the time takes 71."""
    assert str(missing(words(0))) == (
        "not certified yet: to prove 90% right takes at least 29 more suggestions, all right; "
        "in how many words is not known yet"
    )
    state = PrecisionController(GoalPolicy(0.9)).state
    assert isinstance(state, Shortfall)
    assert (state.words_missing, state.shows_missing) == (None, 71)


def test_a_few_words_without_a_show_say_nothing_yet() -> None:
    silent = np.zeros((5, 1), np.int16)
    assert missing(BlockCounts.of_words(silent, silent, (0.9,))).shows_missing == 29


def test_many_words_without_a_show_say_that_there_will_be_none() -> None:
    silent = np.zeros((500, 1), np.int16)
    found = missing(BlockCounts.of_words(silent, silent, (0.9,)))
    assert str(found) == "not certified: next to nothing would be shown at any cutoff in 500 words"


def test_one_show_does_not_tell_how_often_they_come() -> None:
    shown = np.zeros((40, 1), np.int16)
    shown[7] = 1
    assert "28 more suggestions, all right; in how many words is not known yet" in str(
        missing(BlockCounts.of_words(shown, shown, (0.9,)))
    )


def test_one_that_is_missing_is_told_as_one() -> None:
    assert "takes at least 1 more suggestion right" in str(Shortfall(0.9, 0.05, None, 5, shows_missing=1))


@settings(max_examples=60)
@given(st.integers(1, 60), st.integers(0, 6), st.sampled_from([0.8, 0.9, 0.95]))
def test_fewer_right_ones_than_it_takes_at_least_never_do(n: int, n_wrong: int, goal: float) -> None:
    found = certify(words(n, {0: min(n, n_wrong)}), goal)
    if isinstance(found, Shortfall) and found.shows_missing:
        more = words(n + found.shows_missing - 1, {0: min(n, n_wrong)})
        assert isinstance(certify(more, goal), Shortfall)


def test_as_many_words_as_are_missing_would_do() -> None:
    found = missing(words(100, {0: 6}))
    assert found.words_missing is not None
    n = 100 + found.words_missing
    assert isinstance(certify(words(n + 20, {0: round(0.06 * n)}), 0.9), Certificate)
    assert "more words are needed to prove 90% right" in str(found)


@pytest.mark.parametrize("goal", [0.8, 0.9])
def test_what_is_told_while_one_writes_is_seldom_far_too_low(goal: float) -> None:
    """Of sixty writers, asked every twenty words until the certificate: about as many as said, or not even said."""
    ratios = []
    for seed in range(60):
        shown, right = writer(1200, seed)
        told: list[tuple[int, int]] = []
        keeper = PrecisionController(GoalPolicy(goal))
        for begin in range(0, 1200, 20):
            keeper.take(shown[begin : begin + 20], right[begin : begin + 20])
            if isinstance(keeper.state, Certificate):
                ratios += [n_told / (begin + 20 - at) for at, n_told in told]
                break
            if keeper.state.words_missing is not None and not keeper.state.vague:
                told.append((begin + 20, keeper.state.words_missing))
    assert len(ratios) > 60
    assert np.quantile(ratios, 0.1) > 0.25
    assert 0.6 < np.quantile(ratios, 0.5) < 2.5


def test_shows_needed_are_about_as_many_as_it_takes() -> None:
    for share in (0.01, 0.03, 0.05, 0.07):
        n = shows_needed(share, 0.9, 0.05)
        assert n is not None
        assert math.floor(share * n) <= most_wrong(n + 15, 0.1, 0.05)
    assert shows_needed(0.2, 0.9, 0.05) is None
    assert fewest(0, 0.99, 0.05) == 299
