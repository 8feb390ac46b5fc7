"""The *tune* panel in characters, at every size."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from autocomplete.editor import STOPS, Curves, PredictionSource, RecentWords
from autocomplete.evaluation import WordOutcome
from autocomplete.evaluation.word_shows import Show
from tui.tune.live.render import Curve, Tune, curve_rows, curves_of, tune_rows
from tui.tune.render import cell_at
from tui.widgets.status_line import Role, text

RIGHT = WordOutcome(PredictionSource("m"), 1, 1, 6, 6, shows=(Show(0.0, 0.9, True, 4),))
WRONG = WordOutcome(PredictionSource("m"), 1, 1, 6, 6, shows=(Show(0.0, 0.3, False, 0),))
SOME = RecentWords([RIGHT, RIGHT, RIGHT, WRONG] * 30).curves


def unsettled(*spans: tuple[float, float]) -> Curves:
    """Return curves of words that may have had more shows at these cutoffs."""
    return RecentWords([replace(RIGHT, unsettled=tuple(Show(*span, False, 0) for span in spans))] * 30).curves


NONE = RecentWords().curves


def told(tune: Tune, width: int = 76, height: int = 8) -> list[str]:
    return [text(row) for row in tune_rows(tune, width, height)]


def test_the_figures_at_the_cutoff_stand_beside_their_curves() -> None:
    low, high = told(Tune(0.2, SOME)), told(Tune(0.6, SOME))
    assert [row[:15] for row in low[2:6]] == [
        "precision  75% ",
        "keys saved 50% ",
        "coverage  100% ",
        "shows/100  100 ",
    ]
    assert [row[:15] for row in high[2:6]] == [
        "precision 100% ",
        "keys saved 50% ",
        "coverage   75% ",
        "shows/100   75 ",
    ]


@pytest.mark.parametrize("width", [20, 40, 76, 130])
@pytest.mark.parametrize("height", [1, 2, 5])
@pytest.mark.parametrize(
    ("name", "value", "form"),
    [
        ("keys saved", 0.42, "{:.0%}"),
        ("keys saved", 1.0, "{:.0%}"),
        ("precision", 1.0, "{:.0%}"),
        ("shows/100", 1250.0, "{:.0f}"),
    ],
)
def test_a_gap_parts_the_label_from_its_curve(name: str, value: float, form: str, width: int, height: int) -> None:
    curve = Curve(name, [value] * len(STOPS), form, top=value)
    rows = [text(row) for row in curve_rows(curve, 0.6, width, height)]
    begin = cell_at(0.0, width)
    assert form.format(value) in " ".join(rows).split()
    for row in rows:
        assert row[begin - 1] == " "
        assert "█" not in row[:begin] and row[begin] == "█"


def test_curves_stand_under_the_slider_and_are_crossed_at_the_cutoff() -> None:
    rows = told(Tune(0.95, SOME))
    knob = rows[0].index("●")
    assert all(row[knob] in "│▁" for row in rows[2:6])


def test_without_words_everything_is_unknown_and_says_so() -> None:
    rows = told(Tune(0.6, NONE))
    assert "No words yet" in "".join(rows)
    assert "█" not in "".join(rows)
    assert rows[1].startswith("precision    – ·")


@pytest.mark.parametrize(
    ("spans", "sentence"),
    [
        (
            [(0.0, 0.57)],
            "– Left of 58% the model was not asked far enough: the curves show too few suggestions there, "
            "and too many of them right.",
        ),
        (
            [(0.0, 0.4), (0.9, 1.0)],
            "– Left of 41% and right of 90% the model was not asked far enough: the curves show too few suggestions "
            "there, and on the left too many of them right.",
        ),
        (
            [(0.9, 1.0)],
            "– Right of 90% the model was not asked far enough: the curves show too few suggestions there.",
        ),
        ([(0.0, 1.0)], "– Left of 100% the model"),
    ],
)
def test_where_the_curves_are_not_known_is_said_and_drawn_weakly(spans: list[tuple[float, float]], sentence: str) -> None:
    tune = Tune(0.6, unsettled(*spans))
    assert sentence in " ".join(" ".join(told(tune, 76, 24)).split())
    for curve in curves_of(tune.curves)[1:]:
        assert [number for number, weak in enumerate(curve.weak) if weak] == [
            number for number, stop in enumerate(STOPS) if any(low < stop <= high for low, high in spans)
        ]
    assert "asked far enough" not in " ".join(told(Tune(0.6, SOME), 76, 24))


@pytest.mark.parametrize(
    ("tune", "sentence"),
    [
        (Tune(None, NONE), "The model is being opened."),
        (Tune(0.6, SOME, stored=True), "Your last 120 words with this model, kept as numbers. g: a goal instead."),
        (Tune(0.6, SOME), "of this session"),
        (Tune(0.9, SOME, "precision=0.9", "certified: at least 90% right"), "◎ Certified: at least 90% right."),
        (Tune(0.9, SOME, "precision=0.9"), "◎ Precision=0.9: reading your words."),
        (
            Tune(0.5, SOME, "time", "time: ...", by_hand=True),
            "Goal time waits: the cutoff was moved by hand. r goes back",
        ),
    ],
)
def test_how_it_stands_is_said_in_words(tune: Tune, sentence: str) -> None:
    assert sentence in " ".join(told(tune, height=20))


def test_a_sentence_that_finds_no_room_is_left_out_as_a_whole() -> None:
    rows = told(Tune(0.5, NONE, "precision=0.9", "not certified yet: " + "much is needed " * 5), 76, 8)
    assert rows[-1].strip().endswith("needed .")
    assert "No words yet" not in " ".join(rows)


def test_a_goal_that_waits_is_marked_where_it_would_stand() -> None:
    rows = told(Tune(0.5, SOME, "precision=0.9", "certified", goal_at=0.7, by_hand=True))
    assert "goal 70% ◆" in rows[1]


def test_few_shows_are_drawn_weakly() -> None:
    few = RecentWords([RIGHT] * 5).curves
    roles = {role for row in tune_rows(Tune(0.5, few), 76, 8) for piece, role in row if "█" in piece}
    assert Role.MAYBE in roles


@settings(max_examples=80)
@given(
    st.one_of(st.none(), st.floats(0, 1)),
    st.sampled_from([SOME, NONE]),
    st.integers(1, 130),
    st.integers(1, 50),
    st.booleans(),
)
def test_rows_fit_every_size(cutoff: float | None, curves: Curves, width: int, height: int, by_hand: bool) -> None:
    tune = Tune(cutoff, curves, "time", "time: " + "long " * 30, 0.4, by_hand=by_hand)
    rows = tune_rows(tune, width, height)
    assert len(rows) <= height
    assert all(cell_len(text(row)) <= width for row in rows)
