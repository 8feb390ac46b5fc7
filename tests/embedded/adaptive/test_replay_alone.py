"""The protocol by which the model is judged."""

from __future__ import annotations

import pytest

from benchmarks.embedded.predictor_replay import best_savings, replay, score


class Oracle:
    """Offers the next word of a text, from the given number of its letters on, and before that something wrong."""

    def __init__(self, text: str, n_letters: int = 0) -> None:
        self._text = text
        self._n_letters = n_letters
        self.n_documents = 0

    def start(self) -> None:
        self.n_documents += 1

    def best(self, context: str, typed: str) -> tuple[str, float]:
        rest = self._text[len(context) :]
        word = rest[: len(rest) - len(rest.lstrip())] + rest.split()[0].strip(",.")
        return (word, 0.9) if len(typed.strip()) >= self._n_letters else (typed + "zzz", 0.5)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("one", 1),
        ("one two", 2),  # an accepted word types the space after it
        ("one two, six", 4),  # the comma and the space after it are typed
        ("one\ntwo", 3),
    ],
)
def test_an_oracle_costs_a_key_a_word(text: str, keys: int) -> None:
    oracle = Oracle(text)
    replayed = replay([text], oracle, 100)
    assert score(replayed, 0.0).savings == pytest.approx(1 - keys / len(text))
    assert oracle.n_documents == 1


def test_every_shown_position_counts() -> None:
    text = "seven eight"
    replayed = replay([text], Oracle(text, n_letters=2), 100)
    shown = score(replayed, 0.0)
    # s, e, then right: two wrong positions and a right one; the same again.
    assert shown.precision_of_positions == pytest.approx(2 / 6)
    assert shown.coverage == 1.0
    assert shown.savings == pytest.approx(1 - 6 / len(text))
    sure = score(replayed, 0.8)
    assert sure.precision_of_positions == sure.precision == 1.0
    assert best_savings([shown, sure], 0.9) == pytest.approx(sure.savings)


def test_a_line_break_and_a_mark_are_positions_too() -> None:
    text = "one.\ntwo"
    document = replay([text], Oracle(text), 100).documents[0]
    assert [typed.text for typed in document] == ["one", ".", "\n", "two"]
    assert [typed.is_word for typed in document] == [True, False, False, True]


def test_only_so_many_words_are_typed() -> None:
    text = "one two six"
    assert len(replay([text, text], Oracle(text), 4).documents[1]) == 1


def test_what_goes_on_with_a_word_that_is_over_is_a_wrong_offer_that_no_key_is_lost_by() -> None:
    text = "one two"
    replayed = replay([text], Oracle(text, n_letters=9), 100)
    first = replayed.documents[0][0]
    assert first.offers[3] == ("onezzz", 0.5)
    stated, right = replayed.positions()
    assert len(stated) == 4 + 5
    assert not right.any()
    assert score(replayed, 0.0).savings == 0.0
