"""The account of a session."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.instruments.session_stats import Prices, SessionStats, money, per_word, prices


def test_nothing_entered_saves_nothing_to_speak_of() -> None:
    assert SessionStats().saved is None


def test_the_share_of_keys_saved_is_that_of_a_replay() -> None:
    session = SessionStats()
    for char in "I look f":
        session.typed(char, accepted=False)
    session.typed("orward", accepted=True)
    assert (session.keys, session.accepts, session.characters) == (8, 1, 14)
    assert session.saved == pytest.approx(1 - 9 / 14)


@given(st.lists(st.tuples(st.text(min_size=1, max_size=8), st.booleans())))
def test_typing_alone_saves_nothing_and_no_accept_loses_anything(events: list[tuple[str, bool]]) -> None:
    session = SessionStats()
    for inserted, accepted in events:
        session.typed(inserted, accepted=accepted)
    if session.saved is not None:
        assert 0.0 <= session.saved < 1.0
        assert session.saved == 0.0 or session.accepts


def test_a_ghost_that_is_typed_through_is_one_show() -> None:
    session = SessionStats()
    for at, rest in ((10, "orward"), (11, "rward"), (12, "ward")):
        session.shown(1, at, rest)
    session.shown(2, 10, "orward")
    assert session.shows == 2


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (0.0, "$0"),
        (0.000166, "$0.00017"),
        (0.0000001, "$0.00000010"),
        (0.0095, "$0.01"),
        (1.0, "$1.00"),
        (250.0, "$250.00"),
    ],
)
def test_money_shows_digits_that_tell_something(amount: float, expected: str) -> None:
    assert money(amount) == expected


def test_a_word_costs_money_where_prices_are_set_and_tokens_where_not() -> None:
    assert prices(None, None) is None
    assert prices(0.4, None) == Prices(0.4, 0.0)
    assert per_word((1000, 10), 10, prices(2.0, 8.0)) == "$0.00021/word"
    assert per_word((1000, 10), 10, None) == "101 tokens/word"
    assert per_word((1000, 10), 0, None) == per_word((0, 0), 10, prices(2.0, 8.0)) == ""
