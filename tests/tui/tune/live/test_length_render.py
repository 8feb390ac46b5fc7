"""What each length needs, where the cutoff goes by length, at every size."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from autocomplete import LengthAware
from tui.tune.live.length_render import length_rows
from tui.widgets.status_line import text

TOLD = "time: a suggestion that saves 2 letters needs 91%, one that saves 8 needs 24%"


def rows(gate: LengthAware, width: int = 76, height: int = 8) -> list[str]:
    return [text(row).rstrip() for row in length_rows(gate, TOLD, width, height)]


def test_the_span_stands_over_some_lengths_and_the_sentences_below_them() -> None:
    found = rows(LengthAware(), 80, 12)
    assert found[0].startswith("cutoff 20–100% ─")
    assert found[1].startswith("1 letter")
    assert any(row.startswith("10 or more 20% ━") for row in found)
    assert found[-3].startswith("◎ Time: a suggestion that saves 2 letters")
    assert "← or → sets one cutoff for all lengths, from 48%." in " ".join(" ".join(found[-2:]).split())


def test_a_sentence_is_whole_or_not_there() -> None:
    for height in range(5, 20):
        said = " ".join(row.strip() for row in rows(LengthAware(), 60, height) if not row[0].isdigit())
        assert said.endswith(("needs 24%.", "from 48%."))


@pytest.mark.parametrize("gate", [LengthAware(floor=0.0), LengthAware(key_s=0.1, reading_s=1.0)])
def test_lengths_end_where_nobody_counts_any_more(gate: LengthAware) -> None:
    assert any(row.startswith("24 or more") for row in rows(gate, height=12))


@settings(max_examples=80)
@given(
    st.floats(0.02, 2.0),
    st.floats(0, 5),
    st.floats(0, 5),
    st.floats(0, 0.5),
    st.integers(1, 130),
    st.integers(0, 50),
)
def test_rows_fit_every_size(key_s: float, reading_s: float, wrong_s: float, floor: float, width: int, height: int) -> None:
    gate = LengthAware(key_s=key_s, accept_s=key_s, reading_s=reading_s, wrong_s=wrong_s, floor=floor)
    found = length_rows(gate, TOLD, width, height)
    assert len(found) <= height
    assert all(cell_len(text(row)) <= width for row in found)
