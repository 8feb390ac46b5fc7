"""Where rows end: against Textual's rule where that holds, and against finding all of them anew."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size
from textual._wrap import compute_wrap_offsets

from tests.tui.text.test_cells import AWKWARD, awkward
from tui.text.cells import drawn, stops, widths
from tui.text.wrapping import Fold, breaks, rebreak, row_end

#: Characters at which Textual's rule is at fault: docs/dev/textual.md#line-breaks.
_NOT_TEXTUALS = set("\t\u200d\ufe0f\xa0\x1b\x00\x85\u202e\ud800")
textuals = st.text(
    st.sampled_from([char for char in AWKWARD if char not in _NOT_TEXTUALS and get_character_cell_size(char)]),
    max_size=60,
)


@given(line=textuals, width=st.integers(2, 12))
def test_the_rows_are_textuals(line: str, width: int) -> None:
    assert breaks(line, Fold(width, 4)) == compute_wrap_offsets(line, width, 4)


@given(line=awkward, width=st.integers(1, 12), tab_width=st.integers(1, 5))
def test_rows_fit_and_graphemes_are_whole(line: str, width: int, tab_width: int) -> None:
    tab_width = min(tab_width, width)
    bounds = [0, *breaks(line, Fold(width, tab_width)), len(line)]
    assert bounds == sorted(bounds)
    assert len(set(bounds[:-1])) == len(bounds) - 1
    for start, end in pairwise(bounds):
        row = drawn(line[start:end])
        wide = stops(row, tab_width)[-1]
        assert wide <= width or sum(map(bool, widths(row))) == 1  # one character that is wider than all rows
        assert wide == cell_len(row.expandtabs(tab_width)) or "\t" in row or "\u200d" in row or "\ufe0f" in row


@given(
    line=st.text(st.sampled_from("ab  \t東🙂\u200d\u0301-"), max_size=120),
    at=st.integers(0, 120),
    removed=st.integers(0, 20),
    inserted=awkward,
    width=st.integers(1, 12),
)
def test_after_an_edit_the_rows_are_those_of_the_new_line(line: str, at: int, removed: int, inserted: str, width: int) -> None:
    fold = Fold(width, min(4, width))
    new = line[:at] + inserted + line[at + removed :]
    assert rebreak(line, breaks(line, fold), new, fold) == breaks(new, fold)


def test_an_edit_of_a_long_line_breaks_only_the_rows_near_it(monkeypatch: pytest.MonkeyPatch) -> None:
    fold = Fold(40, 4)
    line = "some words that fill the rows of a line. " * 5000
    old = breaks(line, fold)
    asked: list[int] = []

    def counted(line: str, start: int, fold: Fold) -> int:
        asked.append(start)
        return row_end(line, start, fold)

    monkeypatch.setattr("tui.text.wrapping.row_end", counted)
    new = line[:100_000] + "x" + line[100_000:]
    found = rebreak(line, old, new, fold)
    assert len(asked) < 30
    monkeypatch.undo()
    assert found == breaks(new, fold)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        ("12345678", []),
        ("12345678 ", [8]),
        ("one\xa0two three", [8]),
        ("東京都東京都", [4]),
        ("東京都東京\u3000京都", [4]),
        ("東京都東京a", [4]),
        ("東京都東", []),
        ("👩\u200d🔬" * 5, [12]),
        ("e\u0301" * 9, [16]),
        ("a\tb\tc", [4]),
    ],
)
def test_examples(line: str, expected: list[int]) -> None:
    assert breaks(line, Fold(8, 4)) == expected
