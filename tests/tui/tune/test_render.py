"""The tuner's rows as pure functions: they fit, they show all, and they stand still."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from autocomplete.editor import MEASURES, Mark, axis_top
from autocomplete.evaluation.report.summary import Bin, Estimate, Reliability
from tests.evaluation.cases import two
from tui.instruments.chart import Chart, chart_rows, charts_rows, reliability_rows, text
from tui.tune.render import (
    ModelFigures,
    Tick,
    cell_at,
    cutoff_at,
    figures_rows,
    slider_rows,
    title_row,
    written,
)
from tui.tune.replay.text_render import MARGIN, Layout, MarkedLine, counts_row, heading_row, offer_row, text_row
from tui.widgets.status_line import Role

shares = st.floats(0, 1)
widths = st.integers(1, 200)
estimates = st.builds(Estimate, shares | st.just(math.nan), shares, shares | st.just(math.nan))
figures = st.fixed_dictionaries({measure.name: estimates for measure in MEASURES})


@given(cutoff=shares, lowest=shares, ticks=st.lists(shares, max_size=4), width=widths)
def test_the_slider_fits_and_has_one_handle(cutoff: float, lowest: float, ticks: list[float], width: int) -> None:
    rows = slider_rows(cutoff, lowest, [Tick(tick, "▲", "recommended") for tick in ticks], width)
    assert all(cell_len(text(row)) <= width for row in rows)
    if width >= 20:
        assert text(rows[0]).index("●") == cell_at(cutoff, width)


@given(cutoff=st.integers(0, 100), width=st.integers(120, 300))
def test_the_mouse_finds_what_the_slider_shows(cutoff: int, width: int) -> None:
    assert cutoff_at(cell_at(cutoff / 100, width), width) == pytest.approx(cutoff / 100, abs=0.005)


def test_labels_of_marks_never_cover_each_other() -> None:
    ticks = [Tick(0.80, "▲", "recommended"), Tick(0.78, "△", "yours")]
    row = text(slider_rows(0.5, 0.05, ticks, 80)[1])
    assert row.count("▲") == row.count("△") == 1
    assert "recommended .80" in row or "recommended" in row


@pytest.mark.parametrize(("cutoff", "told"), [(0.05, ".05"), (0.9995, ".9995"), (1.0, "1.00"), (0.6, ".60")])
def test_cutoffs_are_written_briefly(cutoff: float, told: str) -> None:
    assert written(cutoff) == told


@given(st.lists(st.tuples(st.text(), figures, figures), min_size=1, max_size=4), widths)
def test_figures_fit(models: list[tuple[str, dict[str, Estimate], dict[str, Estimate]]], width: int) -> None:
    told = [ModelFigures(name, now, before, i == 0) for i, (name, now, before) in enumerate(models)]
    rows = figures_rows(told, width)
    assert len(rows) == len(models) + 2
    assert all(cell_len(text(row)) <= width for row in rows)
    assert not any(char in text(row) for row in rows for char in "\x1b\n\t")


def wide(name: str) -> Estimate:
    """Return a figure that takes much room, with its interval."""
    return {
        "savings": Estimate(0.867, 0.767, 0.914),
        "precision": Estimate(1.0, 1.0, 1.0),
        "coverage": Estimate(1.0, 0.998, 1.0),
        "shows_per_100_words": Estimate(117.7, 113.8, 121.6),
    }.get(name, Estimate(21.8, 17.87, 27.14))


@given(widths, st.integers(1, 3))
def test_intervals_never_run_together(width: int, n_models: int) -> None:
    now = {measure.name: wide(measure.name) for measure in MEASURES}
    rows = figures_rows([ModelFigures(f"openai:{i}", now, now, i == 0) for i in range(n_models)], width)
    n_shown = max(1, sum(measure.title in text(rows[0]) for measure in MEASURES))
    intervals = text(rows[2]).split()
    if width >= 20:
        assert [interval.count("–") for interval in intervals] == [1] * n_shown


def test_an_interval_that_finds_no_room_has_fewer_digits() -> None:
    now = {measure.name: wide(measure.name) for measure in MEASURES}
    told = ModelFigures("english", now, now)
    assert text(figures_rows([told], 58)[2]).split() == [
        "76.7–91.4%",
        "100–100%",
        "99–100%",
        "113–122",
        "17.8–27.2",
    ]
    assert text(figures_rows([told], 78)[2]).split()[1:4] == ["100.0–100.0%", "99.8–100.0%", "113.8–121.6"]


@given(st.text(), st.text(), st.text(), st.integers(0, 10**7), widths)
def test_the_title_fits(model: str, where: str, of: str, n_words: int, width: int) -> None:
    row = title_row((model, where, "not calibrated"), n_words, of, width)
    assert cell_len(text(row)) <= width


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (78, "Tune   english · this machine, not calibrated  1,056 words of chapter-one.txt"),
        (73, "Tune   english · this machine, not calibrated   1,056 words of chapter-on…"),
        (71, "Tune   english · this machine, not calibrated            1,056 words"),
        (58, "Tune   english · this machine, not calibrated  1,056 words"),
        (57, "Tune   english · this machine, not calibrated"),
        (44, "Tune   english · this machine  1,056 words"),
        (40, "Tune   english · this machine"),
        (26, "Tune   english"),
        (12, "Tune   engl…"),
    ],
)
def test_the_title_is_shortened_at_a_word(width: int, told: str) -> None:
    row = title_row(("english", "this machine", "not calibrated"), 1056, "chapter-one.txt", width)
    assert text(row).split() == told.split()
    if "words" in told:
        assert cell_len(text(row)) == width


curves = st.lists(st.tuples(shares, st.floats(0, 500) | st.just(math.nan)), max_size=20)


@given(curves, shares, widths, st.integers(0, 40))
def test_charts_fit(points: list[tuple[float, float]], cutoff: float, width: int, height: int) -> None:
    chart = Chart("keys saved", tuple(x for x, _ in points), tuple(y for _, y in points))
    rows = charts_rows([chart] * 4, cutoff, width, height)
    assert len(rows) <= height
    assert all(cell_len(text(row)) <= width for row in rows)


@given(st.floats(0, 1e9))
def test_the_axis_holds_all_values_and_wastes_little(value: float) -> None:
    top = axis_top(value)
    assert top >= value * (1 - 1e-9)
    assert top <= max(1.0, 2 * value)


def test_the_cutoff_crosses_the_curve() -> None:
    rows = chart_rows(Chart("precision", (0.0, 1.0), (0.5, 0.5)), 0.5, 25, 7)
    roles = [role for row in rows for _, role in row]
    assert roles.count(Role.CUTOFF) == 4
    assert roles.count(Role.CROSSED) == 1


@given(st.lists(st.tuples(shares, shares, shares, shares), max_size=15), st.integers(0, 10**6), widths, st.integers(0, 40))
def test_the_reliability_diagram_fits(bins: list[tuple[float, float, float, float]], n: int, width: int, height: int) -> None:
    made = tuple(Bin(n, *values) for values in bins)
    rows = reliability_rows(Reliability("all positions", n, made, 0.01, 0.004, 0.1), width, height)
    assert len(rows) <= max(height, 0)
    assert all(cell_len(text(row)) <= width for row in rows)


TEXT = "He said “yes” to\nthe others."


def row(mark: Mark | None, line: MarkedLine, picked: int | None = None) -> list[tuple[str, Role]]:
    return text_row(TEXT, line, [mark] if mark else [], picked, 40)


def test_a_right_word_is_marked_from_the_letter_on_at_which_it_appears() -> None:
    assert row(Mark(3, 7, 5, 2, True, "id"), MarkedLine(0, 0, 16)) == [
        (" " * MARGIN, Role.PLAIN),
        ("He sa", Role.PLAIN),
        ("id", Role.GHOST),
        (" “yes” to", Role.PLAIN),
    ]


def test_a_wrong_word_has_a_cross_before_it_and_before_what_opens_there() -> None:
    assert text(row(Mark(3, 7, 3, 0, False, "saw"), MarkedLine(0, 0, 16))) == " He✗said “yes” to"
    assert text(row(Mark(9, 12, 9, 0, False, "no"), MarkedLine(0, 0, 16))) == " He said✗“yes” to"


def test_the_cross_of_the_first_word_of_a_row_stands_in_the_margin() -> None:
    assert text(row(Mark(17, 20, 17, 0, False, "a"), MarkedLine(0, 17, 28))) == "✗the others."


def test_a_picked_word_is_set_apart() -> None:
    assert ("said", Role.CROSSED) in row(Mark(3, 7, 5, 2, True, "id"), MarkedLine(0, 0, 16), picked=3)


@given(st.text(), widths)
def test_a_layout_holds_every_letter_once(written_text: str, width: int) -> None:
    layout = Layout([written_text], width)
    assert "\n".join(written_text.split("\n")) == written_text
    covered = [i for line in layout.lines for i in range(line.start, line.end)]
    assert covered == [i for i, char in enumerate(written_text) if char != "\n"]
    for line in layout.lines:
        drawn = text_row(written_text, line, [], None, layout.width)
        assert cell_len(text(drawn)) <= layout.width
        assert not any(char in text(drawn) for char in "\x1b\n\t\r")


@given(st.lists(st.text(min_size=1), min_size=2, max_size=4))
def test_a_place_is_found_in_its_row(documents: list[str]) -> None:
    layout = Layout(documents, 12)
    for number, document in enumerate(documents):
        line = layout.lines[layout.row_of(number, len(document) // 2)]
        assert line.document == number
        assert line.start <= len(document) // 2 <= max(line.end, line.start) + 1


@given(st.text(), widths)
def test_headings_fit(name: str, width: int) -> None:
    assert cell_len(text(heading_row(name, width))) <= width


@given(st.text(max_size=20), st.text(max_size=20), st.booleans(), widths)
def test_what_is_reported_stamp_a_word_fits_and_cannot_steer(word: str, completion: str, right: bool, width: int) -> None:
    mark = Mark(0, len(word), 0, 0, right, completion)
    told = text(offer_row(word, 0, mark, 0.5, width))
    assert cell_len(told) <= width
    assert not any(char in told for char in "\x1b\n\t\r")


@given(widths)
def test_the_counts_of_words_are_told_whole_or_not_at_all(width: int) -> None:
    marks = two().marks(0, 0.5)
    told = text(counts_row(marks, 1501, width)).rstrip()
    full = text(counts_row(marks, 1501, 200)).rstrip()
    assert cell_len(told) <= width
    assert "1,501 words" in full
    first = f"✓ {marks.n_right} completed"
    if width >= len(first):
        assert full.startswith(told)
        assert told.endswith(("completed", "only wrong", "words", "wrong ones"))
