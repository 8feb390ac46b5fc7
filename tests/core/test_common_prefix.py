"""How much two sequences have in common at their start, against a count one by one."""

from __future__ import annotations

from itertools import takewhile

from hypothesis import given
from hypothesis import strategies as st

from autocomplete.core.common_prefix import common_prefix

TEXT = st.text(st.sampled_from("ab"), max_size=12)


@given(TEXT, TEXT, TEXT)
def test_it_is_the_count_of_equal_items_at_the_start(same: str, one: str, other: str) -> None:
    left, right = same + one, same + other
    n_same = len([*takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False))])
    assert common_prefix(left, right) == common_prefix(tuple(left), tuple(right)) == n_same
