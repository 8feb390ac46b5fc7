"""Rows that are measured when they are looked at, against all rows measured anew, and against Textual's."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from textual.geometry import Offset
from textual.widgets.text_area import WrappedDocument

from tests.tui.text.test_cells import AWKWARD
from tests.tui.text.test_document import place
from tests.tui.text.test_wrapping import textuals
from tui.text import wrapping
from tui.text.document import LineDocument
from tui.text.wrapped_document import WrappedLines

lines = st.text(st.sampled_from(AWKWARD + "\n\n  ab"), max_size=60)
plain = st.lists(textuals, min_size=1, max_size=6).map("\n".join)
edits = st.lists(st.tuples(lines, st.integers(0, 80), st.integers(0, 80)), max_size=6)


def edit(rows: WrappedLines, inserted: str, first: int, last: int) -> None:
    document = rows.document
    text = document.text
    top, bottom = sorted((min(first, len(text)), min(last, len(text))))
    start, end = place(text, top), place(text, bottom)
    rows.wrap_range(start, end, document.replace_range(start, end, inserted).end_location)


@settings(deadline=None, max_examples=60)
@given(text=plain, width=st.integers(2, 12), x=st.integers(-1, 14), y=st.integers(-1, 30))
def test_rows_and_places_are_textuals(text: str, width: int, x: int, y: int) -> None:
    document = LineDocument(text)
    ours, theirs = WrappedLines(document, width=width, tab_width=4), WrappedDocument(document, width, 4)
    assert (ours.height, ours.lines) == (theirs.height, theirs.lines)
    for line in range(document.line_count):
        assert ours.get_offsets(line) == theirs.get_offsets(line)
        assert list(ours.get_sections(line)) == theirs.get_sections(line)
        for column in range(len(document[line]) + 1):
            assert ours.location_to_offset((line, column)) == theirs.location_to_offset((line, column))
    assert ours.offset_to_location(Offset(x, y)) == theirs.offset_to_location(Offset(x, y))


@settings(deadline=None, max_examples=60)
@given(text=plain, x=st.integers(-1, 14), y=st.integers(-1, 8))
def test_unwrapped_places_are_textuals(text: str, x: int, y: int) -> None:
    document = LineDocument(text)
    ours, theirs = WrappedLines(document, width=0, tab_width=4), WrappedDocument(document, 0, 4)
    assert (ours.height, ours.width) == (theirs.height, document.get_size(4).width)
    assert ours.offset_to_location(Offset(x, y)) == theirs.offset_to_location(Offset(x, y))
    for line, text_line in enumerate(document.lines):
        for column in range(len(text_line) + 1):
            assert ours.location_to_offset((line, column)) == theirs.location_to_offset((line, column))


@pytest.mark.parametrize("eager", [0, 1_000_000])
@settings(deadline=None, max_examples=60)
@given(text=lines, width=st.integers(0, 9), edits=edits, look=st.lists(st.integers(0, 12), max_size=4))
def test_after_edits_all_is_as_if_measured_anew(
    eager: int, text: str, width: int, edits: list[tuple[str, int, int]], look: list[int]
) -> None:
    rows = WrappedLines(LineDocument(text), width=width, tab_width=4, eager=eager)
    for inserted, first, last in edits:
        edit(rows, inserted, first, last)
        for line in look:
            rows.measure_near(min(line, rows.document.line_count - 1), 2)
    same(rows)
    rows.wrap(width + 1, 8)
    same(rows)


def same(rows: WrappedLines) -> None:
    """Check everything against fresh rows that are all measured."""
    document = rows.document
    fresh = WrappedLines(document, width=rows._width, tab_width=rows._tab_width)
    assert rows.lines == fresh.lines  # measures all
    assert (rows.height, rows.width) == (fresh.height, fresh.width)
    for y in range(rows.height):
        assert rows.locate(y) == fresh.locate(y)
        assert rows.row_of(*rows.locate(y)) == y
        for x in range(12):
            assert rows.offset_to_location(Offset(x, y)) == fresh.offset_to_location(Offset(x, y))
    for line in range(document.line_count):
        for column in range(len(document[line]) + 1):
            assert rows.location_to_offset((line, column)) == fresh.location_to_offset((line, column))


@example(text="❤\t\ufe0f", width=3)
@given(text=lines, width=st.integers(1, 12))
def test_a_cell_leads_back_to_its_character(text: str, width: int) -> None:
    document = LineDocument(text)
    rows = WrappedLines(document, width=width, tab_width=4)
    for y in range(rows.height):
        line, section = rows.locate(y)
        start, piece, stops = rows.cells(line, section)
        for index in range(len(piece)):
            if stops[index + 1] > stops[index]:
                assert rows.offset_to_location(Offset(stops[index], y)) == (line, start + index)
                assert rows.location_to_offset((line, start + index)) == (stops[index], y)


class Counted:
    """Counts how many rows are found."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.n_rows = 0
        self._row_end = wrapping.row_end
        monkeypatch.setattr(wrapping, "row_end", self._counted)

    def _counted(self, line: str, start: int, fold: wrapping.Fold) -> int:
        self.n_rows += 1
        return self._row_end(line, start, fold)


def test_a_long_text_is_measured_where_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch)
    rows = WrappedLines(LineDocument("some words in a line\n" * 100_000), width=8, tab_width=4)
    assert counted.n_rows == 0
    rows.measure_near(50_000, 40)
    assert 0 < counted.n_rows < 120
    rows.wrap(9)
    edit(rows, "x", 1000, 1000)
    edit(rows, "\n", 1000, 1000)
    assert counted.n_rows < 140


def test_what_is_near_a_measured_place_is_exact() -> None:
    text = "東京" * 9 + "\nword\n" + "a long word " * 5 + "\n\n"
    lazy = WrappedLines(LineDocument(text * 50), width=8, tab_width=4, eager=0)
    exact = WrappedLines(LineDocument(text * 50), width=8, tab_width=4)
    lazy.measure_near(100, 30)
    shift = lazy.row_of(100) - exact.row_of(100)
    assert shift != 0
    for step in range(-30, 31):
        assert lazy.locate(lazy.row_of(100) + step) == exact.locate(exact.row_of(100) + step)


def test_what_is_wrapped_already_is_not_wrapped_again(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch)
    rows = WrappedLines(LineDocument("one two\nthree"), width=5, tab_width=4)
    before = counted.n_rows
    rows.wrap(5)
    rows.wrap(5, 4)
    assert counted.n_rows == before
    rows.wrap(6)
    assert counted.n_rows > before


def test_sections_are_a_sequence() -> None:
    sections = WrappedLines(LineDocument("one two three"), width=6, tab_width=4).get_sections(0)
    assert (len(sections), sections[-1], sections[:2], list(sections)) == (
        3,
        "three",
        ["one ", "two "],
        ["one ", "two ", "three"],
    )
    with pytest.raises(IndexError):
        sections[3]


@pytest.mark.parametrize(("text", "wrapped"), [("", False), ("one\ntwo", False), ("one two", True)])
def test_it_knows_whether_any_line_is_wrapped(text: str, wrapped: bool) -> None:
    assert WrappedLines(LineDocument(text), width=5, tab_width=4).wrapped is wrapped
