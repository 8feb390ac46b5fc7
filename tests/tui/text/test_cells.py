"""What is drawn and how wide it is, against rich, which draws it."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size, split_graphemes

from autocomplete.editor import has_controls
from tui.text import cells

#: Wide, narrow, joined, marked, turned round and steering characters.
AWKWARD = "ab .\t東京ー，🙂👩\u200d🔬❤\ufe0f#\u20e3e\u0301\u0301नि한ﬁ\xa0\u3000\u200b\u200eאבعر\u202e\x1b\x00\x85\ud800é“”—🇫🇷"

awkward = st.text(st.sampled_from(AWKWARD), max_size=40)


@given(awkward)
def test_the_widths_add_up_to_what_rich_measures(text: str) -> None:
    shown = cells.drawn(text).replace("\t", "")
    assert sum(cells.widths(shown)) == cell_len(shown)
    assert cells.stops(shown, 4)[-1] == cell_len(shown)


@given(awkward)
def test_graphemes_begin_where_rich_has_them(text: str) -> None:
    shown = cells.drawn(text).replace("\t", "").lstrip("\u200d")  # rich disagrees with itself where there is nothing to join
    spans = split_graphemes(shown)[0]
    starts = {start for start, _end, width in spans if width}
    assert {index for index, width in enumerate(cells.widths(shown)) if width} == starts


@given(awkward)
def test_nothing_that_is_drawn_steers_the_terminal(text: str) -> None:
    shown = cells.drawn(text)
    assert len(shown) == len(text)
    for char in shown:
        assert char == "\t" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp")
        assert unicodedata.bidirectional(char) not in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


def test_what_takes_one_cell_or_two_is_never_wrong() -> None:
    for code in range(0x30000):
        if cells.one_cell_each(chr(code)):
            assert get_character_cell_size(chr(code)) == 1, hex(code)
            assert cells.drawn(chr(code)) == chr(code)
        if cells.two_cells_each(chr(code)):
            assert get_character_cell_size(chr(code)) == 2, hex(code)
            assert not cells.is_space(chr(code))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", [0]), ("\t", [0, 4]), ("a\tb\t", [0, 1, 4, 5, 8]), ("東\tx", [0, 2, 4, 5]), ("\t\t", [0, 4, 8])],
)
def test_tabs_reach_to_the_next_stop(text: str, expected: list[int]) -> None:
    assert cells.stops(text, 4) == expected


def test_stops_go_on_from_a_cell() -> None:
    assert cells.stops("\tx", 4, 6) == [6, 8, 9]
    assert cells.stops("xy", 4, 6) == [6, 7, 8]


def test_a_sign_stands_for_each_character_that_needs_one_and_for_no_other() -> None:
    for char in map(chr, range(sys.maxunicode + 1)):
        assert (cells.drawn(char) != char) == has_controls(char)
        assert not has_controls(cells.drawn(char))
