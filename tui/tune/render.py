"""The tuner's slider and figures in characters: pure functions of numbers and a width.

Invariant: a row is never wider than asked for; which way a figure moved is an arrow, not a colour.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len

from autocomplete.editor import MEASURES, escape_controls
from tui.instruments.chart import Chart, Row, text
from tui.instruments.why.render import cut
from tui.text.cells import clip
from tui.widgets.status_line import Piece, Role

if TYPE_CHECKING:
    from autocomplete.editor import Estimate, Measure, ReplaySummary

#: Most rows about models that could not be asked.
MOST_LEFT_OUT = 3

#: Cells before the track of the slider, and after it: room for "precision 100%" and a gap.
_BEFORE, _AFTER = 15, 1

#: Least cells of a figure with its interval, the gap to the next included.
_LEAST_CELLS = 11

#: Least cells of the name of a file that is cut.
_LEAST_NAME = 10


@dataclass(frozen=True, slots=True)
class Tick:
    """A cutoff that is marked under the slider."""

    cutoff: float
    glyph: str
    label: str


def written(cutoff: float) -> str:
    """Return a cutoff as people write it.

    >>> written(0.6), written(0.995), written(1.0)
    ('.60', '.995', '1.00')
    """
    digits = f"{cutoff:.4f}".rstrip("0")
    digits += "0" * max(0, 2 - len(digits.partition(".")[2]))
    return digits.removeprefix("0")


def track_cells(width: int) -> int:
    """Return how many cells the track of a slider has."""
    return max(2, width - _BEFORE - _AFTER)


def cell_at(cutoff: float, width: int) -> int:
    """Return the cell of a row at which a cutoff stands."""
    return _BEFORE + round(min(1.0, max(0.0, cutoff)) * (track_cells(width) - 1))


def cutoff_at(cell: int, width: int) -> float:
    """Return the cutoff at a cell of a row, 0..1, in hundredths.

    >>> cutoff_at(cell_at(0.75, 80), 80), cutoff_at(-5, 80), cutoff_at(999, 80)
    (0.75, 0.0, 1.0)
    """
    share = (cell - _BEFORE) / (track_cells(width) - 1)
    return round(min(1.0, max(0.0, share)), 2)


def slider_rows(
    cutoff: float, lowest: float, ticks: Sequence[Tick], width: int, form: Callable[[float], str] = written
) -> list[Row]:
    """Return the slider, and the marks under it. Below `lowest` nothing is known: the track is dotted there.

    `form`: how cutoffs are written, in six characters at most.

    >>> rows = slider_rows(0.6, 0.2, [Tick(0.8, "▲", "recommended")], 46)
    >>> for row in rows: print(text(row).rstrip())
    cutoff    .60  ······━━━━━━━━━━━●────────────
                          recommended .80 ▲
    """
    at, begin, n = cell_at(cutoff, width), cell_at(lowest, width), track_cells(width)
    rest = _BEFORE + n - at - 1
    slider: Row = [
        ("cutoff ", Role.PLAIN),
        (f"{form(cutoff):>6}  ", Role.STRONG),
        ("·" * (min(at, begin) - _BEFORE), Role.QUIET),
        ("━" * max(0, at - begin), Role.BAR),
        ("●", Role.GHOST),
        ("─" * rest, Role.QUIET),
    ]
    return [cut(slider, width), cut(_ticks_row(ticks, width, form), width)]


def _ticks_row(ticks: Sequence[Tick], width: int, form: Callable[[float], str]) -> Row:
    """Return the marks with their labels, at the right or the left of them, as far as they find room."""
    cells: list[tuple[str, Role]] = [(" ", Role.PLAIN)] * width
    taken = {cell_at(tick.cutoff, width) for tick in ticks}
    for tick in ticks:
        at = cell_at(tick.cutoff, width)
        if at < width:
            cells[at] = (tick.glyph, Role.GHOST)
        for label in (f"{tick.label} {form(tick.cutoff)}", tick.label, form(tick.cutoff)):
            place = _room_for(len(label), at, width, taken)
            if place is not None:
                for cell, char in zip(place, label, strict=True):
                    cells[cell] = (char, Role.QUIET)
                taken |= set(place)
                break
    return cells


def _room_for(length: int, at: int, width: int, taken: set[int]) -> range | None:
    """Return where a label finds room at the left or the right of its mark, a cell away from all others; None: nowhere."""
    for place in (range(at - 1 - length, at - 1), range(at + 2, at + 2 + length)):
        around = set(range(place.start - 1, place.stop + 1)) - {at}
        if place.start >= 0 and place.stop <= width and not taken & around:
            return place
    return None


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """The figures of one model at a cutoff, and at the one before; `picked`: it is the one that is looked at."""

    name: str
    now: Mapping[str, Estimate]
    before: Mapping[str, Estimate]
    picked: bool = True


def figures_rows(models: Sequence[ModelFigures], width: int, measures: Sequence[Measure] = MEASURES) -> list[Row]:
    """Return the figures: their names, a row for each model where there are several, and intervals of the picked one."""
    several = len(models) > 1
    n_name = min(18, max(cell_len(escape_controls(model.name)) for model in models) + 3, width // 4) if several else 0
    n_shown = max(1, min(len(measures), (width - n_name) // _LEAST_CELLS))
    n_cells = (width - n_name) // n_shown
    shown = measures[:n_shown]
    rows: list[Row] = [[(" " * n_name, Role.PLAIN), *((f"{m.title:<{n_cells}}", Role.QUIET) for m in shown)]]
    for model in models:
        rows.append(_values(model, shown, n_name, n_cells))
        if model.picked:
            ends = ((measure, model.now[measure.name]) for measure in shown)
            intervals = (measure.interval(found.low, found.high, n_cells - 1) for measure, found in ends)
            low_high: Row = [(" " * n_name, Role.PLAIN), *((f"{found:<{n_cells}}", Role.QUIET) for found in intervals)]
            rows.append(low_high)
    return [cut(row, width) for row in rows]


def _values(model: ModelFigures, shown: Sequence[Measure], n_name: int, n_cells: int) -> Row:
    row: Row = []
    if n_name:
        mark = "▸ " if model.picked else "  "
        name = clip(mark + escape_controls(model.name), n_name - 1)
        row.append((name + " " * (n_name - cell_len(name)), Role.STRONG if model.picked else Role.QUIET))
    for measure in shown:
        now = model.now[measure.name].value
        value = measure.text(now)
        arrow = f" {moved(model.before[measure.name].value, now, measure)}"
        row += [(value, Role.STRONG if model.picked else Role.PLAIN), (arrow, Role.GHOST)]
        row.append((" " * max(0, n_cells - len(value) - len(arrow)), Role.PLAIN))
    return row


def moved(before: float, now: float, measure: Measure) -> str:
    """Return an arrow for the way a figure moved, "" where what is written did not.

    >>> moved(0.2, 0.3, MEASURES[0]), moved(0.3, 0.2, MEASURES[0]), moved(0.2, 0.20001, MEASURES[0])
    ('↑', '↓', '')
    """
    if measure.text(before) == measure.text(now) or math.isnan(before) or math.isnan(now):
        return ""
    return "↑" if now > before else "↓"


def left_out_rows(left_out: Mapping[str, str], width: int, height: int) -> list[Row]:
    """Return why models could not be asked: in full where that finds room, else a row each; the last row counts the others.

    >>> for row in left_out_rows({"openai:x": "Nobody answers at localhost: is it running?"}, 40, 3): print(text(row))
    ✗ openai:x is left out: Nobody answers
      at localhost: is it running?
    """
    reasons = [f"{escape_controls(name)} is left out: {escape_controls(why)}" for name, why in left_out.items()]
    folded = [wrap(line, max(10, width - 2)) for line in reasons]
    if sum(map(len, folded)) > height:
        folded = [[line] for line in reasons]
    if len(folded) > height:
        folded[height - 1 :] = [[f"{len(reasons) - height + 1} more models are left out."]]
    marked = [("✗ " if i == 0 else "  ", line) for lines in folded for i, line in enumerate(lines)]
    return [cut([(mark, Role.ERROR), (line, Role.PLAIN)], width) for mark, line in marked[:height]]


def folded_rows(mark: Piece, words: str, width: int, n_rows: int) -> list[Row]:
    """Return words in so many rows at most, after a mark; what has no room is cut at the end of the last."""
    lines = wrap(words, max(10, width - 2)) or [""]
    lines = [*lines[: n_rows - 1], " ".join(lines[n_rows - 1 :])] if len(lines) > n_rows else lines
    return [cut([mark if i == 0 else ("  ", Role.PLAIN), (line, Role.PLAIN)], width) for i, line in enumerate(lines)]


def chart_of(tuned: ReplaySummary, measure: Measure) -> Chart:
    """Return the curve of a measure."""
    label = "{:.0%}".format if measure.is_share else "{:.0f}".format
    title = "shows/100 words" if measure.name == "shows_per_100_words" else measure.title
    return Chart(title, tuned.cutoffs, tuned.curve(measure.name), label)


def title_row(names: tuple[str, str, str], n_words: int, of: str, width: int) -> Row:
    """Return what is looked at, and at the right how many words `of` what. What finds no room goes, from the right on.

    `names`: the model, where it runs, and how it stands with its calibration.

    >>> names = "english", "this machine", "calibrated"
    >>> for n_cells in (70, 60, 50): print(text(title_row(names, 2000, "a.txt", n_cells)))
    Tune   english · this machine, calibrated       2,000 words of a.txt
    Tune   english · this machine, calibrated        2,000 words
    Tune   english · this machine, calibrated
    """
    model, *others = (escape_controls(name) for name in names)
    left: Row = [("Tune", Role.STRONG), ("   ", Role.PLAIN), (model, Role.GHOST)]
    for number in range(len(others), 0, -1):
        where = f" · {', '.join(others[:number])}"
        if cell_len(text(left) + where) <= width:
            left.append((where, Role.QUIET))
            break
    used = cell_len(text(left))
    right = _words_of(n_words, escape_controls(of), width - used - 2)
    return cut([*left, (" " * max(0, width - used - cell_len(right)), Role.PLAIN), (right, Role.QUIET)], width)


def _words_of(n_words: int, of: str, n_cells: int) -> str:
    """Return how many words of what, of what alone being cut; without that, or "", where there is too little room.

    >>> [_words_of(2000, "a-long-name.txt", n_cells) for n_cells in (30, 26, 20, 10)]
    ['2,000 words of a-long-name.txt', '2,000 words of a-long-nam…', '2,000 words', '']
    """
    words = f"{n_words:,} words"
    room = n_cells - len(words) - len(" of ")
    if room >= min(_LEAST_NAME, cell_len(of)):
        return f"{words} of {clip(of, room)}"
    return words if len(words) <= n_cells else ""
