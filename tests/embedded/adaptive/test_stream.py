"""The stream of units, against looking at every position."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.embedded.adaptive.stream import LONGEST_HISTORY, MOST_SUCCESSORS, Stream

SENTENCES = st.lists(st.lists(st.integers(2, 5), max_size=8).map(lambda s: [0, *s, 1]), max_size=12)


def brute_force(units: list[int], history: list[int]) -> list[int]:
    n = len(history)
    found = []
    for i in range(len(units) - 1, n - 1, -1):
        before = units[i - n : i]
        if before == history and 1 not in before and 0 not in before[1:] and units[i] != 0:
            found.append(units[i])
    return found[:MOST_SUCCESSORS]


@given(SENTENCES, st.lists(st.integers(0, 5), min_size=1, max_size=LONGEST_HISTORY))
def test_successors_are_those_of_brute_force(sentences: list[list[int]], history: list[int]) -> None:
    units = [unit for sentence in sentences for unit in sentence]
    stream = Stream(1000)
    for unit in units:
        stream.append(unit)
    assert stream.successors(history) == brute_force(units, history)


@given(SENTENCES, SENTENCES)
def test_taking_back_leaves_no_trace(first: list[list[int]], second: list[list[int]]) -> None:
    kept, undone = Stream(1000), Stream(1000)
    for sentence in first:
        for unit in sentence:
            kept.append(unit)
            undone.append(unit)
    extra = [unit for sentence in second for unit in sentence]
    for unit in extra:
        undone.append(unit)
    assert [undone.pop() for _ in extra] == extra[::-1]
    assert len(undone) == len(kept)
    for a in range(6):
        for b in range(6):
            assert undone.successors([a, b]) == kept.successors([a, b])
    undone.append(0)
    kept.append(0)
    undone.append(3)
    kept.append(3)
    assert undone.successors([0]) == kept.successors([0])


def test_only_the_latest_units_are_remembered() -> None:
    stream = Stream(300)
    for _ in range(100):
        for unit in (0, 2, 3, 1):
            stream.append(unit)
    for _ in range(100):
        for unit in (0, 4, 5, 1):
            stream.append(unit)
    assert stream.successors([2]) == []
    assert stream.successors([4]) == [5] * MOST_SUCCESSORS


def test_an_empty_stream_has_nothing_to_take_back() -> None:
    with pytest.raises(IndexError):
        Stream(100).pop()
