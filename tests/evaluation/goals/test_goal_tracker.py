"""Goals answered from one's own last words."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from autocomplete.evaluation.goals.goal_tracker import answer_from_history
from autocomplete.evaluation.goals.goals import parse_goal
from autocomplete.evaluation.goals.recent_words import RecentWords
from autocomplete.evaluation.goals.typing_speed import KEY, place_of
from autocomplete.evaluation.history.store import OutcomeStore
from autocomplete.evaluation.word_outcome import PredictionSource
from autocomplete.evaluation.word_shows import Show
from tests.evaluation.history.test_store import ENGLISH, WORD


@pytest.fixture
def store(tmp_path: Path) -> OutcomeStore:
    return OutcomeStore(tmp_path / "outcomes.db")


def test_figures_of_words_by_hand() -> None:
    """Two words of ten characters; at .5 one right show that saves 4 and a wrong one, at .8 the right one alone."""
    words = [
        replace(WORD, n_chars=10, shows=(Show(0.0, 0.9, True, 4),), unsettled=()),
        replace(WORD, n_chars=10, shows=(Show(0.0, 0.6, False, 0),), unsettled=()),
    ]
    found = {point.cutoff: point for point in RecentWords(words).points}
    assert (found[0.8].savings, found[0.8].precision, found[0.8].shows) == (0.2, 1.0, 50.0)
    assert (found[0.5].savings, found[0.5].precision, found[0.5].shows) == (0.2, 0.5, 100.0)
    assert RecentWords().points == []


def test_what_may_have_been_shown_besides_is_told_apart() -> None:
    words = [replace(WORD, n_chars=10, shows=(Show(0.0, 0.9, True, 4),), unsettled=(Show(0.0, 0.6, True, 0),))] * 2
    found = {point.cutoff: point for point in RecentWords(words).points}
    assert (found[0.8].shows, found[0.8].besides, found[0.8].shows_range) == (100.0, 0.0, "100.0")
    assert (found[0.5].shows, found[0.5].besides, found[0.5].shows_range) == (100.0, 100.0, "100.0 to 200.0")
    assert (found[0.5].savings, found[0.5].precision) == (0.4, 1.0)


def test_a_precision_of_ones_own_words(store: OutcomeStore) -> None:
    goal = parse_goal("precision=0.9")
    before = answer_from_history(goal, store, ENGLISH).answer
    assert (before.met, before.cutoff) == (False, 0.9)
    assert "at least 71 more suggestions" in before.text
    store.add([replace(WORD, shows=(Show(0.0, 0.9, True, 3),))] * 200)
    after = answer_from_history(goal, store, ENGLISH).answer
    assert after.met
    assert after.cutoff <= 0.9
    assert not answer_from_history(goal, store, PredictionSource("another")).answer.met


def test_savings_and_shows_of_ones_own_words(store: OutcomeStore) -> None:
    for nowhere in (store, None):
        young = answer_from_history(parse_goal("savings=max"), nowhere, ENGLISH).answer
        assert (young.met, young.text) == (False, "savings=max: 100 more words needed")
        assert math.isnan(young.cutoff)
    store.add([replace(WORD, shows=(Show(0.0, 0.7, True, 3),), unsettled=())] * 100)
    assert answer_from_history(parse_goal("savings=max"), store, ENGLISH).answer.met
    assert answer_from_history(parse_goal("shows<=5"), store, ENGLISH).answer.cutoff > 0.7


def test_ones_own_time(store: OutcomeStore) -> None:
    place = place_of(0.1)
    assert place is not None
    store.add_delays({(KEY, place): 500})
    gate = answer_from_history(parse_goal("time"), store, ENGLISH).answer.gate
    assert gate is not None
    assert gate.key_s == pytest.approx(0.1, rel=0.06)
