"""Sums that are kept, against sums that are added up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text import prefix_sums
from tui.text.prefix_sums import PrefixSums

values = st.lists(st.integers(0, 5), max_size=60)


@given(
    start=values,
    edits=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), values), max_size=12),
    block=st.integers(1, 8),
)
def test_it_is_a_list(start: list[int], edits: list[tuple[int, int, list[int]]], block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prefix_sums, "_BLOCK", block)  # small blocks, so that short lists have many
        numbers, plain = PrefixSums(start), list(start)
        for first, last, put in edits:
            top, bottom = sorted((min(first, len(plain)), min(last, len(plain))))
            numbers.splice(top, bottom, put)
            plain[top:bottom] = put
            if plain:
                at = (first + last) % len(plain)
                numbers[at] = plain[at] = (first * last) % 7
            check(numbers, plain)
        check(numbers, plain)


def check(numbers: PrefixSums, plain: list[int]) -> None:
    assert len(numbers) == len(plain)
    assert numbers.total == sum(plain)
    assert numbers.largest == max(plain, default=0)
    for index, value in enumerate(plain):
        assert numbers[index] == value
        assert numbers.before(index) == sum(plain[:index])
    assert numbers.before(len(plain)) == sum(plain)
    owners = [(index, at) for index, value in enumerate(plain) for at in range(value)]
    assert [numbers.find(amount) for amount in range(sum(plain))] == owners
    with pytest.raises(IndexError):
        numbers.find(sum(plain))
