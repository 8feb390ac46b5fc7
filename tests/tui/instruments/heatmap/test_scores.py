"""Scores that stay at their words, against a model that cuts the text anew after every edit."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.color import Color

from autocomplete import word_spans
from tui.ghost.style import LEAST_CONTRAST, contrast
from tui.instruments.heatmap.render import HeatSummary, heat_rows, probability_text, progress_bar
from tui.instruments.heatmap.scores import (
    CLASSES,
    NAMES,
    RANGES,
    HeatMap,
    Scored,
    Totals,
    heat_class,
    summary,
    words_touching,
)
from tui.instruments.heatmap.style import CONTRAST, legible, word_styles
from tui.text.document import LineDocument
from tui.widgets.status_line import text


def scored(start: int, end: int, p: float = 0.25) -> Scored:
    return Scored(start, end, p, p, p)


def mapped(words: str) -> tuple[LineDocument, HeatMap]:
    """Return a document all of whose words are scored; what a word had is told by its length."""
    document = LineDocument(words)
    heat = HeatMap(document.line_count)
    for row in range(document.line_count):
        for word in word_spans(document.get_line(row)):
            heat.put(row, scored(word.start, word.end, 1 / (1 + word.end - word.start)))
    document.followers.append(lambda start, old, new: heat.edited(start, old, new, document.get_line))
    return document, heat


def words_of(document: LineDocument, heat: HeatMap) -> list[list[str]]:
    return [[document.get_line(row)[word.start : word.end] for word in heat.row(row)] for row in range(document.line_count)]


@pytest.mark.parametrize(
    ("start", "end", "inserted", "expected"),
    [
        ((0, 3), (0, 3), "x", [["two", "three"], ["four"]]),
        ((0, 3), (0, 3), " ", [["one", "two", "three"], ["four"]]),
        ((0, 0), (0, 0), "so ", [["one", "two", "three"], ["four"]]),
        ((0, 5), (0, 5), "w", [["one", "three"], ["four"]]),
        ((0, 4), (0, 8), "", [["one", "three"], ["four"]]),
        ((0, 3), (0, 4), "", [["three"], ["four"]]),
        ((0, 7), (0, 7), "\n", [["one", "two"], ["three"], ["four"]]),
        ((0, 5), (0, 5), "\n", [["one"], ["three"], ["four"]]),
        ((0, 13), (1, 0), " ", [["one", "two", "three", "four"]]),
        ((0, 13), (1, 0), "", [["one", "two"]]),
        ((0, 0), (1, 4), "", [[]]),
        ((1, 4), (1, 4), "\n\nfive", [["one", "two", "three"], ["four"], [], []]),
    ],
)
def test_an_edit_moves_words_along_and_drops_what_it_touches(
    start: tuple[int, int], end: tuple[int, int], inserted: str, expected: list[list[str]]
) -> None:
    document, heat = mapped("one two three\nfour")
    document.replace_range(start, end, inserted)
    assert words_of(document, heat) == expected


places = st.tuples(st.integers(0, 4), st.integers(0, 12))
edits = st.lists(st.tuples(places, places, st.text("ab'- .\n我", max_size=6)), max_size=6)


@given(st.text("ab'- .\n我", max_size=40), edits)
def test_after_any_edits_each_score_stands_at_a_whole_word_it_was_worked_out_for(
    words: str, changes: list[tuple[tuple[int, int], tuple[int, int], str]]
) -> None:
    document, heat = mapped(words)
    for one, other, inserted in changes:
        row, last = min(one[0], document.line_count - 1), min(other[0], document.line_count - 1)
        start, end = sorted([(row, one[1]), (last, other[1])])
        start = (start[0], min(start[1], len(document.get_line(start[0]))))
        end = (end[0], min(end[1], len(document.get_line(end[0]))))
        document.replace_range(start, end, inserted)
    total = Totals()
    for row in range(document.line_count):
        spans = [(word.start, word.end) for word in word_spans(document.get_line(row))]
        for word in heat.row(row):
            assert (word.start, word.end) in spans
            assert word.likely == 1 / (1 + word.end - word.start)
            total += Totals.of(word)
    assert heat.totals.words == total.words
    assert heat.totals.least == pytest.approx(total.least, abs=1e-9)
    assert len([heat.row(row) for row in range(document.line_count)]) == document.line_count


def test_the_line_that_is_being_scored_moves_with_edits_above_it() -> None:
    document, heat = mapped("a\nb\nc\nd")
    heat.cursor = 2
    document.replace_range((0, 0), (0, 0), "x\ny\n")
    assert heat.cursor == 4
    document.replace_range((0, 0), (5, 0), "")
    assert heat.cursor == 0


def test_an_edit_in_a_very_long_line_keeps_what_is_far_away() -> None:
    document, heat = mapped("word " * 2000)
    document.replace_range((0, 5000), (0, 5000), "x")
    assert len(heat.row(0)) == 1999
    assert heat.row(0)[-1].end == 10_000
    assert heat.totals.words == 1999


def test_in_a_line_with_more_words_than_can_be_moved_at_a_key_those_behind_it_lose_their_scores() -> None:
    document, heat = mapped("word " * 5000)
    document.replace_range((0, 5000), (0, 5000), "x")
    assert len(heat.row(0)) == heat.totals.words == 1000


def test_the_word_at_a_place_is_found() -> None:
    _, heat = mapped("one two")
    found = [heat.at((0, column)) for column in (0, 3, 4, 7)]
    assert [(word.start, word.end) for word in found if word] == [(0, 3), (0, 3), (4, 7), (4, 7)]
    assert heat.at((3, 0)) is heat.at((0, 8)) is None


def test_a_score_takes_the_place_of_what_it_overlaps() -> None:
    _, heat = mapped("one two")
    heat.put(0, scored(2, 5))
    assert [(word.start, word.end) for word in heat.row(0)] == [(2, 5)]
    heat.put(7, scored(0, 1))  # a line that is gone
    assert heat.totals.words == 1


def test_sums_of_a_selection_count_whole_words_in_it() -> None:
    _, heat = mapped("one two three\nfour")
    assert heat.between((0, 1), (1, 0)).words == 2
    assert heat.between((0, 4), (0, 7)).words == 1
    heat.clear((0, 4), (0, 7))
    assert [word.start for word in heat.row(0)] == [0, 8]
    heat.clear()
    assert heat.totals.words == 0


def test_a_word_that_is_only_bounded_from_above_makes_the_mean_an_at_least() -> None:
    totals = Totals.of(Scored(0, 1, 0.5, 0.5, 0.5)) + Totals.of(Scored(2, 3, 0.0, 0.125, 0.01))
    assert totals.surprisal == (2.0, math.inf)
    assert summary(totals) == "at least 2.0 bits/word, perplexity 4.0"


@given(st.floats(0, 1))
def test_every_probability_has_a_class(probability: float) -> None:
    kind = heat_class(probability)
    assert probability >= CLASSES[kind]
    assert kind == 0 or probability < CLASSES[kind - 1]


def test_only_words_in_view_are_drawn() -> None:
    words = (scored(0, 3), scored(4, 7), scored(8, 9))
    assert [word.start for word in words_touching(words, 3, 8)] == [4]
    assert [word.start for word in words_touching(words, 2, 9)] == [0, 4, 8]


@pytest.mark.parametrize(
    "theme", [("#121212", "#e0e0e0"), ("#ffffff", "#1f1f1f"), ("#002b36", "#839496"), ("#fdf6e3", "#000000")]
)
def test_classes_can_be_read_and_told_apart_without_hue(theme: tuple[str, str]) -> None:
    background, foreground = Color.parse(theme[0]), Color.parse(theme[1])
    shown = word_styles(background, foreground)
    least = min(CONTRAST, contrast(foreground, background))
    assert all(contrast(look.color, look.background or background) >= least for look in shown[1:])
    assert contrast(shown[0].color, background) >= min(LEAST_CONTRAST, least)
    without_colour = {(look.bold, look.underline, look.background is not None) for look in shown}
    assert len(without_colour) == 4
    assert shown[0].color != shown[1].color  # these two differ by their light
    assert contrast(shown[0].color, background) <= contrast(shown[1].color, background)


@given(st.tuples(*[st.integers(0, 255)] * 3), st.tuples(*[st.integers(0, 255)] * 3))
def test_any_colour_becomes_legible_on_any_background(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    assert contrast(legible(Color(*one), Color(*other)), Color(*other)) >= CONTRAST


@given(st.integers(1, 120), st.integers(0, 12), st.none() | st.floats(0, 1), st.text(max_size=50))
def test_rows_fit_any_size(width: int, height: int, progress: float | None, words: str) -> None:
    heat = HeatSummary(Totals(3, 9.0, 10.0), 7, word=scored(0, 4), text="word", progress=progress, offer=words, note=words)
    rows = heat_rows(heat, width, height)
    assert len(rows) <= height
    assert all(cell_len(text(row)) <= width for row in rows)


def test_the_legend_names_each_class_with_its_range() -> None:
    for size in ((76, 6), (40, 16)):
        words = " ".join(text(row) for row in heat_rows(HeatSummary(), *size))
        assert all(f"{name} {share}" in words for name, share in zip(NAMES, RANGES, strict=True))


def test_words_without_a_score_are_counted() -> None:
    row = text(heat_rows(HeatSummary(Totals(1, 3.0, 3.0), 7, selected=True), 76, 6)[0])
    assert row == "selection: 3.0 bits/word, perplexity 8.0   1 word scored, 7 not"
    assert "about 900 not" in text(heat_rows(HeatSummary(missing=900, about=True), 76, 6)[0])


def test_a_word_that_was_not_listed_says_so() -> None:
    assert probability_text(Scored(0, 4, 0.0, 0.25, 0.01)) == "not listed: at most 25%, at least 2.0 bits"


@given(st.floats(0, 1), st.integers(1, 60))
def test_the_progress_bar_is_as_long_as_asked_for(share: float, n_cells: int) -> None:
    assert cell_len(text(progress_bar(share, n_cells))) == n_cells
