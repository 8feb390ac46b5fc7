"""Curves over one's own last words are what counting anew would give, whatever came and went."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.editor import PredictionSource
from autocomplete.evaluation import WordOutcome, parse_goal
from autocomplete.evaluation.goals.goal_tracker import GoalTracker
from autocomplete.evaluation.goals.recent_words import GRID, STOPS, RecentWords
from autocomplete.evaluation.word_shows import Show

HERE = PredictionSource("m")


def word(*shows: Show, n_chars: int = 6, unsettled: tuple[Show, ...] = ()) -> WordOutcome:
    return WordOutcome(HERE, 1, 1, n_chars, n_chars, shows=shows, unsettled=unsettled)


shares = st.integers(0, 100).map(lambda n: n / 100)
shows = st.tuples(shares, shares, st.booleans()).map(lambda t: Show(min(t[:2]), max(t[:2]), t[2], 4 if t[2] else 0))
words = st.lists(
    st.tuples(st.lists(shows, max_size=4), st.lists(shows, max_size=3)).map(
        lambda found: word(*found[0], unsettled=tuple(found[1]))
    ),
    max_size=12,
)


@settings(max_examples=60)
@given(words, st.sampled_from(STOPS))
def test_every_figure_is_that_of_the_newest_words(found: list[WordOutcome], cutoff: float) -> None:
    own = RecentWords(found, size=5)
    newest, at = found[-5:], STOPS.index(cutoff)
    there = [[show for show in one.shows if show.low < cutoff <= show.high] for one in newest]
    n_shows, curves = sum(map(len, there)), own.curves
    assert curves.n_words == len(newest)
    assert curves.n_shows[at] == n_shows
    if newest:
        doubtful = [any(show.low < cutoff <= show.high for show in one.unsettled) for one in newest]
        assert math.isclose(curves.unsettled[at], sum(doubtful) / len(newest))
        assert bool(curves.known[at]) == (sum(doubtful) <= 0.1 * len(newest))
        assert math.isclose(curves.coverage[at], sum(map(bool, there)) / len(newest))
        assert math.isclose(curves.per_100[at], 100 * n_shows / len(newest))
        besides = sum(show.low < cutoff <= show.high for one in newest for show in one.unsettled)
        assert math.isclose(own.points[GRID.index(cutoff)].besides, 100 * besides / len(newest))
        assert math.isclose(curves.savings[at], sum(show.saved for one in there for show in one) / (6 * len(newest)))
    if n_shows:
        assert math.isclose(curves.precision[at], sum(show.right for one in there for show in one) / n_shows)
    else:
        assert math.isnan(curves.precision[at])


def test_without_words_nothing_is_known() -> None:
    curves = RecentWords().curves
    assert (curves.n_words, curves.best) == (0, None)
    assert math.isnan(curves.savings[0])


def test_where_most_is_saved_the_highest_of_equal_cutoffs_counts() -> None:
    assert RecentWords([word(Show(0.0, 0.4, True, 5), Show(0.4, 0.7, True, 3))]).curves.best == 0.4


RIGHT, WRONG = word(Show(0.0, 0.95, True, 4)), word(Show(0.0, 0.5, False, 0))


def aim(goal: str, *found: WordOutcome) -> GoalTracker:
    return GoalTracker(parse_goal(goal), found, {})


def test_a_precision_is_certified_as_words_come_and_says_what_is_missing() -> None:
    young = aim("precision=0.9")
    assert not young.answer.met
    assert "at least 71 more suggestions, all right; in how many words is not known yet" in young.answer.text
    assert young.cutoff == 0.9
    young.take([RIGHT] * 200)
    assert young.answer.met
    assert young.answer.text.startswith("certified: at least 90% right")


def test_a_certificate_is_not_loosened_past_what_is_known() -> None:
    both = word(Show(0.0, 0.95, True, 4), unsettled=(Show(0.0, 0.6, False, 0),))
    assert aim("precision=0.9", *[RIGHT] * 200).cutoff == 0.2
    earlier = aim("precision=0.9", *[both] * 200)
    assert earlier.cutoff == 0.61
    young = aim("precision=0.9")
    young.take([both] * 200)
    assert young.cutoff == 0.61


def test_earlier_words_certify_at_once() -> None:
    assert aim("precision=0.9", *[RIGHT] * 200).answer.met


def test_a_goal_without_words_says_how_many_are_needed() -> None:
    young = aim("savings=max", RIGHT)
    assert (young.answer.met, young.gate, young.answer.text) == (False, None, "savings=max: 99 more words needed")
    young.take([RIGHT] * 99)
    assert young.answer.met
    assert young.cutoff == 0.95


def test_a_goal_that_cannot_be_met_says_the_best_there_is() -> None:
    busy = aim("shows<=0.001/100 words", *[word(Show(0.0, 1.0, True, 3))] * 100)
    assert not busy.answer.met
    assert "cannot be met" in busy.answer.text


def test_time_needs_no_words_and_has_no_one_cutoff() -> None:
    by_length = GoalTracker(parse_goal("time"), [], {("key", 40): 300})
    assert by_length.answer.met
    assert by_length.cutoff is None
    assert by_length.gate is not None
    assert by_length.gate.show_at(12) < by_length.gate.show_at(3)
    assert "0.14 s a key" in by_length.answer.text


def test_what_may_have_been_shown_besides_counts_against_a_goal_of_few_shows() -> None:
    sure, less_sure = Show(0.0, 0.6, True, 3), word(Show(0.0, 0.4, True, 9))
    settled = aim("shows<=100/100 words", *[word(sure), less_sure] * 50)
    assert settled.cutoff == 0.4
    besides = word(sure, unsettled=(Show(0.0, 0.5, False, 0),))
    assert aim("shows<=100/100 words", *[besides, less_sure] * 50).cutoff == 0.6


def test_a_goal_of_few_shows_is_met_between_the_strictest_stops() -> None:
    """The built-in model is often surer than .99."""
    sure, surest = word(Show(0.0, 0.994, True, 3)), word(Show(0.0, 0.997, True, 4))
    found = aim("shows<=50/100 words", *[sure, surest] * 50)
    assert (found.answer.met, found.cutoff) == (True, 0.995)
    assert "50.0 shows in 100 words" in found.answer.text


def test_points_are_the_curves_and_finer() -> None:
    own = RecentWords([RIGHT, WRONG])
    found = {point.cutoff: point for point in own.points}
    assert set(STOPS) < set(found)
    assert [found[stop].shows for stop in STOPS] == own.curves.per_100.tolist()
    assert (found[0.5].precision, found[0.9].precision) == (0.5, 1.0)
    assert RecentWords().points == []
