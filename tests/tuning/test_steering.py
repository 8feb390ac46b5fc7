"""Hidden at random, and what it tells."""

from __future__ import annotations

import random

import pytest

from autocomplete.errors import ConfigError
from autocomplete.tuning.steering import Hiding, steering


def test_the_share_is_kept_and_the_seed_decides() -> None:
    first, again = (Hiding(0.02, random.Random(1)) for _ in range(2))
    drawn = [first.next_word() for _ in range(20_000)]
    assert drawn == [again.next_word() for _ in range(20_000)]
    assert 300 <= sum(drawn) <= 500


def test_off_hides_nothing() -> None:
    assert not any(Hiding(0.0).next_word() for _ in range(1000))


@pytest.mark.parametrize("share", [-0.1, 0.6, float("nan")])
def test_a_share_that_makes_no_sense_is_refused(share: float) -> None:
    with pytest.raises(ConfigError):
        Hiding(share)


@pytest.mark.parametrize("words", [[], [(False, True)], [(True, True)]])
def test_one_kind_of_word_tells_nothing(words: list[tuple[bool, bool]]) -> None:
    assert str(steering(words)).endswith("none was hidden") or not words or words[0][0]
    assert steering(words).difference != steering(words).difference


def test_a_real_difference_is_outside_of_the_interval_of_none() -> None:
    rng = random.Random(2)
    words = [(hidden, rng.random() < (0.7 if hidden else 0.9)) for hidden in [False] * 5000 + [True] * 200]
    found = steering(words)
    assert 0.0 < found.lower < found.difference < found.upper
    assert "oftener" in str(found)
