"""A writer's own times: medians of pauses, defaults until there are enough, and the gate that follows from them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.core.gate import LONGEST, LengthAware
from autocomplete.evaluation.goals.typing_speed import (
    FEWEST,
    IGNORED,
    KEY,
    LONGEST_S,
    SHORTEST_S,
    Pauses,
    Times,
    gate_for,
    median_s,
    place_of,
    typing_speed,
)


def counted(kind: str, pause_s: float, n: int) -> dict[tuple[str, int], int]:
    place = place_of(pause_s)
    assert place is not None
    return {(kind, place): n}


@pytest.mark.parametrize("pause_s", [0.0, -1.0, 0.001, 2.01, 60.0, float("nan"), float("inf")])
def test_what_is_no_typing_is_left_out(pause_s: float) -> None:
    assert place_of(pause_s) is None


@given(st.lists(st.floats(SHORTEST_S, LONGEST_S), min_size=1))
def test_the_median_is_right_to_one_range(pauses: list[float]) -> None:
    counts = Counter(place for pause in pauses if (place := place_of(pause)) is not None)
    found = median_s(counts)
    assert found is not None
    middle = sorted(pauses)[(len(pauses) - 1) // 2]
    assert middle / 1.06 <= found <= middle * 1.06


def test_defaults_stand_until_there_is_enough() -> None:
    default = LengthAware()
    assert typing_speed({}) == Times(default.key_s, default.reading_s)
    assert typing_speed(counted(KEY, 0.1, FEWEST - 1)).key_s == default.key_s
    some = typing_speed(counted(KEY, 0.1, FEWEST))
    assert some.key_s == pytest.approx(0.1, rel=0.05)
    assert (some.reading_s, some.n_keys, some.n_ignored) == (default.reading_s, FEWEST, 0)


def test_reading_is_what_an_ignored_ghost_adds() -> None:
    found = typing_speed({**counted(KEY, 0.2, 500), **counted(IGNORED, 0.32, 500)})
    assert found.reading_s == pytest.approx(0.12, abs=0.02)
    quicker = typing_speed({**counted(KEY, 0.2, 500), **counted(IGNORED, 0.1, 500)})
    assert quicker.reading_s == 0.0


@given(st.floats(0.02, 2.0), st.floats(0.0, 2.0), st.integers(1, LONGEST - 1))
def test_the_gate_asks_less_of_longer_words(key_s: float, reading_s: float, n_chars: int) -> None:
    gate = gate_for(Times(key_s, reading_s))
    assert 0.0 <= gate.show_at(n_chars + 1) <= gate.show_at(n_chars) <= 1.0


@given(st.floats(0.02, 1.0), st.floats(0.0, 1.0), st.integers(1, LONGEST))
def test_who_reads_slowly_or_types_fast_is_shown_less(key_s: float, reading_s: float, n_chars: int) -> None:
    plain = gate_for(Times(key_s, reading_s)).show_at(n_chars)
    assert gate_for(Times(key_s, reading_s + 0.1)).show_at(n_chars) >= plain
    assert gate_for(Times(key_s * 0.8, reading_s)).show_at(n_chars) >= plain


def test_pauses_are_sorted_by_what_was_on_the_screen() -> None:
    pauses = Pauses()
    assert pauses.key(10.0, ghost=False) is None
    assert pauses.key(10.2, ghost=False) == (KEY, place_of(10.2 - 10.0))
    assert pauses.key(10.5, ghost=True) == (IGNORED, place_of(10.5 - 10.2))
    pauses.interrupted()
    assert pauses.key(10.6, ghost=False) is None
    assert pauses.key(20.0, ghost=False) is None
