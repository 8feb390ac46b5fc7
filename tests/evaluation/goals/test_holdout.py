"""Hidden at random, and what it tells."""

from __future__ import annotations

import math
import random

import pytest

from autocomplete.errors import ConfigError
from autocomplete.evaluation.goals.holdout import Holdout, suggestion_effect


def test_the_share_is_kept_and_the_seed_decides() -> None:
    first, again = (Holdout(0.02, random.Random(1)) for _ in range(2))
    drawn = [first.next_word() for _ in range(20_000)]
    assert drawn == [again.next_word() for _ in range(20_000)]
    assert 300 <= sum(drawn) <= 500


def test_off_hides_nothing() -> None:
    assert not any(Holdout(0.0).next_word() for _ in range(1000))


@pytest.mark.parametrize("share", [-0.1, 0.6, float("nan")])
def test_a_share_that_makes_no_sense_is_refused(share: float) -> None:
    with pytest.raises(ConfigError):
        Holdout(share)


@pytest.mark.parametrize(
    ("n_shown", "n_hidden", "says"),
    [
        (0, 0, "too few hidden words (0 of 30)"),
        (500, 0, "too few hidden words (0 of 30)"),
        (500, 29, "too few hidden words (29 of 30)"),
        (29, 100, "too few shown words (29 of 30)"),
    ],
)
def test_a_few_words_of_either_kind_tell_nothing(n_shown: int, n_hidden: int, says: str) -> None:
    found = suggestion_effect([*[(False, True)] * n_shown, *[(True, False)] * n_hidden])
    assert not found.known
    assert str(found) == f"how far suggestions steer you is not known yet: {says}"
    assert math.isnan(found.difference)


def test_what_may_be_chance_is_said_to_be() -> None:
    found = suggestion_effect([*[(False, i % 10 > 0) for i in range(100)], *[(True, i % 10 > 1) for i in range(30)]])
    assert found.known
    assert str(found) == (
        "suggestions are typed 10 points more often where they are shown than where they are hidden "
        "(95%: -3 to +28, so it may be chance; n = 100 and 30)"
    )


def test_a_real_difference_is_outside_of_the_interval_of_none() -> None:
    rng = random.Random(2)
    words = [(hidden, rng.random() < (0.7 if hidden else 0.9)) for hidden in [False] * 5000 + [True] * 200]
    found = suggestion_effect(words)
    assert 0.0 < found.lower < found.difference < found.upper
    assert "more often" in str(found)
