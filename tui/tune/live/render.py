"""The *tune* panel in characters: the slider, a curve for each measure under its track, and how the goal stands.

Each curve stands in the columns of the slider's track, so that what a cutoff would come to is read off right below it.

Invariant: pure. A row is never wider than asked for, and nothing is shown by colour alone: the cutoff is a column of its own
glyph, numbers stand beside each curve, and where nothing is known a curve has dots.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import numpy as np

from autocomplete.editor import MEASURES, STOPS, Curves, axis_top, block, exact_percent
from tui.instruments.chart import Row
from tui.instruments.why.render import cut
from tui.text.cells import clip
from tui.tune.render import Tick, cell_at, cutoff_at, slider_rows, track_cells
from tui.widgets.status_line import Piece, Role

_UNKNOWN = "·"

#: Most rows of one curve.
_TALLEST = 5

#: Shows below which a precision says little: its part of the curve is drawn weakly.
_FEW = 20


@dataclass(frozen=True, slots=True)
class Tune:
    """What the panel shows. `cutoff`: that in force, None until a model is open; `curves`: over one's own words.

    `goal`: what is aimed at, "" for nothing; `answer`: how it stands; `goal_at`: the cutoff that it asks for, None where it
    asks for none; `by_hand`: the cutoff was moved away from it. `stored`: figures are kept for the next session.
    """

    cutoff: float | None
    curves: Curves
    goal: str = ""
    answer: str = ""
    goal_at: float | None = None
    by_hand: bool = False
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """A measure by cutoff. `values`: one for each of `STOPS`; `top`: at the upper edge; `weak`: where it says little."""

    name: str
    values: Sequence[float]
    form: str
    top: float = 1.0
    weak: Sequence[bool] = ()


def curves_of(curves: Curves) -> list[Curve]:
    """Return the curves in the order in which they are shown."""
    savings, precision, coverage, per_100 = MEASURES[:4]
    doubtful = (~curves.known).tolist()
    few = ((curves.n_shows < _FEW) | ~curves.known).tolist()
    known = [value for value in curves.per_100.tolist() if not math.isnan(value)]
    return [
        Curve(precision.title, curves.precision.tolist(), "{:.0%}", weak=few),
        Curve(
            savings.title,
            curves.savings.tolist(),
            "{:.0%}",
            axis_top(float(max(0.0, *curves.savings.tolist(), 0.0))),
            doubtful,
        ),
        Curve(coverage.title, curves.coverage.tolist(), "{:.0%}", weak=doubtful),
        Curve(per_100.title, curves.per_100.tolist(), "{:.0f}", axis_top(max(known, default=0.0)), doubtful),
    ]


def tune_rows(tune: Tune, width: int, height: int) -> list[Row]:
    """Return the rows: slider, curves, and sentences, as many as find room."""
    if tune.cutoff is None:
        return [cut([("The model is being opened.", Role.QUIET)], width)][:height]
    sentences = note_rows(tune, width)
    marks = ticks(tune)
    slider = slider_rows(tune.cutoff, 0.0, marks, width, exact_percent)[: 2 if marks else 1]
    curves = curves_of(tune.curves)
    room = height - len(slider) - sum(map(len, sentences))
    while room < len(curves) and len(sentences) > 1:  # one sentence stays, and each is whole
        room += len(sentences.pop())
    if room < len(curves) - 1:  # the marks under the slider go before curves do
        slider, room = slider[:1], room + len(slider) - 1
    shown = curves[: max(0, room)]
    tall = max(1, min(_TALLEST, (room - len(shown) + 1) // len(shown))) if shown else 1
    gap = tall > 1
    rows = list(slider)
    for number, curve in enumerate(shown):
        if gap and number:
            rows.append([])
        rows += curve_rows(curve, tune.cutoff, width, tall)
    if gap:
        rows.append([])
    return [*rows, *(row for sentence in sentences for row in sentence)][: max(0, height)]


def ticks(tune: Tune) -> list[Tick]:
    """Return what is marked under the slider: where most keys would have been saved, and where a goal would stand."""
    best, goal = tune.curves.best, tune.goal_at
    found = [] if best is None else [Tick(best, "▲", "most saved")]
    return [Tick(goal, "◆", "goal"), *found] if goal is not None and tune.by_hand else found


def curve_rows(curve: Curve, cutoff: float, width: int, height: int) -> list[Row]:
    """Return a curve in the columns of a slider's track, with its name and its value at the cutoff at the left.

    >>> rising = Curve("precision", [i / 100 for i in range(1, 101)], "{:.0%}")
    >>> for row in curve_rows(rising, 0.6, 32, 2): print("".join(piece for piece, _ in row).rstrip())
    precision               ▂▃▄▅▆▇█
    60%            ▁▁▂▃▄▅▆█████████
    """
    cells = [_cell(curve, cell, width) for cell in range(cell_at(0.0, width), cell_at(0.0, width) + track_cells(width))]
    at = cell_at(cutoff, width) - cell_at(0.0, width)
    value = curve.values[_stop(cutoff)]
    value_text = "–" if math.isnan(value) else curve.form.format(value)
    room = cell_at(0.0, width)
    labels = (
        [_label(curve.name, value_text, room)] if height < 2 else [_label(curve.name, "", room), _label("", value_text, room)]
    )
    blank: Row = [(" " * room, Role.PLAIN)]
    return [
        cut(
            [*(labels[number] if number < len(labels) else blank), *_line(cells, at, height - 1 - number, height)],
            width,
        )
        for number in range(height)
    ]


def _label(name: str, value: str, room: int) -> Row:
    """Return a name and a value on `room` cells, the last of them empty; a name that is too long is cut.

    >>> ["".join(piece for piece, _ in _label("keys saved", value, 15)) for value in ("42%", "100%")]
    ['keys saved 42% ', 'keys sav… 100% ']
    """
    if not name:
        return [(value.ljust(room), Role.STRONG)]
    name = clip(name, room - len(value) - 2).ljust(room - len(value) - 1)
    return [(name, Role.QUIET), (value, Role.STRONG), (" ", Role.PLAIN)]


def _stop(cutoff: float) -> int:
    return min(len(STOPS) - 1, max(0, math.ceil(cutoff * 100 - 1e-9) - 1))


def _cell(curve: Curve, cell: int, width: int) -> tuple[float, bool]:
    """Return how high a curve stands over a cell of the track, 0..1 or NaN, and whether that says little."""
    stop = _stop(cutoff_at(cell, width))
    share = min(curve.values[stop] / curve.top, 1.0)  # in this order NaN stays NaN
    return share, bool(curve.weak and curve.weak[stop])


def _line(cells: Sequence[tuple[float, bool]], at: int, level: int, height: int) -> Row:
    """Return a row of a curve, `level` rows above its lowest."""
    row: list[Piece] = []
    for number, (share, weak) in enumerate(cells):
        glyph = (_UNKNOWN if level == 0 else " ") if math.isnan(share) else block(share, level, height, least=1)
        role = Role.PLAIN if glyph == " " else Role.STRONG if number == at else Role.MAYBE if weak else Role.BAR
        if number == at and glyph in (" ", _UNKNOWN):
            glyph, role = "│", Role.CUTOFF
        if row and row[-1][1] is role:
            row[-1] = row[-1][0] + glyph, role
        else:
            row.append((glyph, role))
    return row


def note_rows(tune: Tune, width: int) -> list[list[Row]]:
    """Return how the goal stands, and what the curves rest on, each in as many rows as it needs."""
    return [
        [
            cut([(f"{mark} " if number == 0 else "  ", role), (line, role)], width)
            for number, line in enumerate(wrap(words, max(8, width - 2)))
        ]
        for mark, words, role in notes(tune)
    ]


def notes(tune: Tune) -> list[tuple[str, str, Role]]:
    """Return the sentences: a mark, the words, and their role. What matters most comes first."""
    found: list[tuple[str, str, Role]] = []
    n = tune.curves.n_words
    if tune.goal and tune.by_hand:
        found.append(("–", f"Goal {tune.goal} waits: the cutoff was moved by hand. r goes back to it.", Role.PLAIN))
    elif tune.goal:
        words = tune.answer or f"{tune.goal}: reading your words"
        found.append(("◎", words[0].upper() + words[1:] + ".", Role.PLAIN))
    if not n:
        words = "No words yet. Each word you finish adds to the curves; nothing is asked for that."
        return [*found, ("–", words, Role.QUIET)]
    if unknown := _unknown(tune.curves):
        found.append(("–", unknown, Role.PLAIN))
    kept = "kept as numbers" if tune.stored else "of this session"
    goal = "" if tune.goal else " g: a goal instead."
    found.append(("–", f"Your last {n:,} word{'' if n == 1 else 's'} with this model, {kept}.{goal}", Role.QUIET))
    return found


def _unknown(curves: Curves) -> str:
    """Return at which cutoffs the model was not asked far enough, and what that makes of the curves; "" where it was."""
    stops = np.flatnonzero(curves.known)
    if len(stops) == len(STOPS):
        return ""
    why = "the model was not asked far enough: the curves show too few suggestions there"
    low, high = (STOPS[int(stops[0])], STOPS[int(stops[-1])]) if len(stops) else (1.0, 1.0)
    if low == STOPS[0]:
        return f"Right of {exact_percent(high)} {why}."
    if high == STOPS[-1]:
        return f"Left of {exact_percent(low)} {why}, and too many of them right."
    return f"Left of {exact_percent(low)} and right of {exact_percent(high)} {why}, and on the left too many of them right."
