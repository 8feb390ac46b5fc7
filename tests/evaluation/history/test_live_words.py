"""Scoring while one types agrees with a replay of the same text, and survives what people do to their texts."""

from __future__ import annotations

import pytest

from autocomplete.core.decision import Alternative, Bounds, Decision, Reason
from autocomplete.core.distribution import Usage
from autocomplete.core.root import split
from autocomplete.evaluation.history.live import LiveScorer
from autocomplete.evaluation.word_outcome import PredictionSource, WordOutcome
from autocomplete.evaluation.word_shows import Show

HERE = PredictionSource("m")


def live(**more: object) -> LiveScorer:
    return LiveScorer(HERE, lambda: 5, 1, **more)  # type: ignore[arg-type] # keywords of Live


def said(text: str, completion: str = "", p: float = 0.0, *, shown: bool = False) -> Decision:
    """Return a decision for `text` whose likeliest candidate is `completion`."""
    root = split(text)
    alternatives = (Alternative(completion, Bounds(p, p), p),) if completion else ()
    return Decision(
        shown,
        completion if shown else "",
        Bounds(p, p),
        0.6,
        Reason.SHOWN if shown else Reason.BELOW_CUTOFF,
        alternatives,
        requests=1,
        usage=Usage(10, 1),
        context=root.context,
        typed=root.typed,
    )


def followed(follower: LiveScorer, *decisions: Decision) -> list[WordOutcome]:
    found: list[WordOutcome] = []
    for decision in decisions:
        follower.key()
        found += follower.decided(decision)
    return found


def test_a_prediction_after_a_whole_word_is_about_the_next_one() -> None:
    one, two, *_ = followed(
        live(),
        said("I"),
        said("I am"),
        said("I am", " here", 0.8, shown=True),
        said("I am h", "ere", 0.5),
        said("I am here."),
    )[1:]
    assert not any(show.right for show in one.shows)
    assert one.shows == ()
    assert two.shows == (Show(0.0, 0.8, True, 4),)  # five letters and the space, less the key, and no space follows
    assert (two.n_shown, two.n_right) == (1, 1)
    assert [label.right for label in two.labels] == [True, True]
    assert [label.start for label in two.labels] == [False, False]  # as the calibration calls these states


def test_where_the_word_before_was_accepted_the_cursor_never_stood_at_its_end() -> None:
    (_, word) = followed(
        live(),
        said("a"),
        said("a c", "at", 0.5),
        said("a cat", " sat", 0.9),
        said("a cat ", "sat", 0.4),
        said("a cat sat "),
    )[1:]
    assert [show for show in word.shows if show.low < 0.45 <= show.high] == []
    assert Show(0.0, 0.4, True, 3) in word.shows
    assert Show(0.5, 0.9, True, 4) in word.shows


def test_what_came_instead_of_a_line_break_was_wrong() -> None:
    (word,) = followed(live(), said("ok then", " we", 0.9), said("ok then\ns"), said("ok then\nso "))[-1:]
    assert word.shows == (Show(0.0, 0.9, False, 0),)


def test_deleted_letters_take_their_decisions_along() -> None:
    (word,) = followed(
        live(),
        said("to f", "rom", 0.7),
        said("to fa", "ther", 0.95),
        said("to fr", "om", 0.8),  # after a deletion
        said("to from "),
    )[-1:]
    assert {(show.high, show.right) for show in word.shows} == {(0.7, True), (0.8, True)}
    assert word.keys == 4


def test_a_text_of_which_less_of_the_beginning_is_told_goes_on() -> None:
    long = " ".join(map(str, range(60))) + " "
    found = followed(live(), said(long + "th", "ere", 0.7), said((long + "there ")[50:]), said((long + "there is ")[50:]))
    assert [outcome.n_chars for outcome in found][-1] == 3
    assert any(show.right for outcome in found for show in outcome.shows)


@pytest.mark.parametrize("other", ["", "Quite another text ", "to f" + " many" * 80 + " "])
def test_another_text_labels_nothing(other: str) -> None:
    follower = live()
    followed(follower, said("We go to f", "rom", 0.7))
    assert not any(outcome.labels for outcome in follower.decided(said(other)))


def test_a_key_counts_for_the_word_that_it_begins_in() -> None:
    found = followed(live(), *map(said, ("I", "I ", "I a", "I am", "I am,", "I am, ", "I am, h")), said("I am, here."))
    assert [outcome.keys for outcome in found] == [1, 3, 4]
    assert [outcome.n_chars for outcome in found] == [1, 3, 6]


def test_of_keys_that_came_at_once_each_counts_for_its_word() -> None:
    follower = live()
    follower.decided(said("I"))
    for _ in " am he":
        follower.key()
    found = follower.decided(said("I am he"))
    found += tuple(followed(follower, said("I am here ")))
    assert [outcome.keys for outcome in found] == [1, 3, 4]


def test_both_words_of_an_accepted_phrase_count_and_keys_add_up() -> None:
    found = followed(live(), said("a"), said("a b", "ig cat", 0.9, shown=True), said("a big cat "))
    assert sum(outcome.n_chars for outcome in found) == len("a big cat")
    assert sum(outcome.keys for outcome in found) == 3


def test_requests_and_tokens_go_to_the_word_they_were_made_for() -> None:
    found = followed(live(), said("a"), said("a b"), said("a b "), said("a b c"), said("a b c "))
    assert [outcome.requests for outcome in found] == [2, 1, 2]
    assert sum(outcome.usage.prompt_tokens for outcome in found) == 50


def test_what_was_asked_for_a_word_that_was_left_is_paid_all_the_same() -> None:
    follower = live()
    found = followed(follower, said("a"), said("a b"), said("a bi"))
    follower.left()
    found += followed(follower, said("x"), said("x y"), said("x y "))
    assert sum(outcome.requests for outcome in found) == 6


class Every:
    """Hides every second word."""

    def __init__(self) -> None:
        self.n = 0

    def next_word(self) -> bool:
        self.n += 1
        return self.n % 2 == 0


def test_a_word_is_hidden_as_a_whole_or_not_at_all() -> None:
    follower = live(holdout=Every())
    hidden = []
    for decision in (
        said("a", " cat", 0.9, shown=True),
        said("a ", "cat", 0.9, shown=True),
        said("a c", "at", 0.9, shown=True),
        said("a cat", " sat", 0.9, shown=True),
        said("a cat ", "sat", 0.9, shown=True),
        said("a cat s", "at", 0.9, shown=True),
    ):
        follower.decided(decision)
        hidden.append(follower.hidden)
    assert hidden[:3] == [hidden[0]] * 3
    assert hidden[3:] == [not hidden[0]] * 3
