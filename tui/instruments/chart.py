"""Curves and reliability diagrams in characters: pure functions from numbers to rows of pieces.

Invariant: a row is never wider than asked for; what lies outside the axes is not drawn; nothing is shown by colour alone: the
cutoff is a line, a point has a glyph of its own, and the diagonal is dotted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING

from autocomplete.editor import axis_top
from tui.instruments.why.render import cut
from tui.widgets.status_line import Piece, Role

if TYPE_CHECKING:
    from autocomplete.editor import Reliability

Row = list[Piece]

#: Bits of the dots of a Braille character, by row and column.
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))

_LABEL = 5  # cells of the numbers at the left of a chart
_POINT, _LINE, _EMPTY = "●", "│", 0x2800


@dataclass(frozen=True, slots=True)
class Chart:
    """A curve: `ys` at `xs`, NaN where there is none. `label` turns a number of the vertical axis into text."""

    title: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    label: Callable[[float], str] = "{:.0%}".format


class Canvas:
    """Dots in Braille characters: two by four to a cell. Both axes go from 0 to 1, upwards and to the right."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = max(1, width), max(1, height)
        self._cells = [[0] * self.width for _ in range(self.height)]

    def dot(self, x: int, y: int) -> None:
        """Set the dot in column `x` from the left, row `y` from the top, counted in dots; none outside."""
        if 0 <= x < 2 * self.width and 0 <= y < 4 * self.height:
            self._cells[y // 4][x // 2] |= _DOTS[y % 4][x % 2]

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Return the dot at two shares of the axes."""
        return round(x * (2 * self.width - 1)), round((1.0 - y) * (4 * self.height - 1))

    def line(self, points: Iterable[tuple[float, float]]) -> None:
        """Draw a line through points, broken where one is NaN."""
        for one, other in pairwise(points):
            if any(map(math.isnan, (*one, *other))):
                continue
            (x0, y0), (x1, y1) = self.place(*one), self.place(*other)
            n = max(abs(x1 - x0), abs(y1 - y0), 1)
            for i in range(n + 1):
                self.dot(round(x0 + (x1 - x0) * i / n), round(y0 + (y1 - y0) * i / n))

    def rows(self) -> list[str]:
        """Return the rows of characters; a cell without a dot is a space.

        >>> canvas = Canvas(4, 1)
        >>> canvas.line([(0.0, 0.0), (1.0, 1.0)])
        >>> canvas.rows()
        ['⣀⠤⠒⠉']
        """
        return ["".join(chr(_EMPTY + cell) if cell else " " for cell in row) for row in self._cells]


def chart_rows(chart: Chart, cutoff: float, width: int, height: int) -> list[Row]:
    """Return a chart in `height` rows of `width` cells: title, curve over an axis from 0 to 1, crossed at the cutoff.

    >>> for row in chart_rows(Chart("precision", (0.0, 0.5, 1.0), (0.2, 0.6, 1.0)), 0.6, 15, 5): print(text(row).rstrip())
    precision
    100%       ⣀⠤⠒⠉
           ⡠⠤⠊⠉│
      0% ⠊⠉    │
         0   .5   1
    """
    n_cells, n_rows = max(1, width - _LABEL), max(1, height - 2)
    top = axis_top(max((y for y in chart.ys if not math.isnan(y)), default=1.0))
    labels = {0: chart.label(top), n_rows - 1: chart.label(0.0)}
    rows: list[Row] = [[(chart.title, Role.STRONG)]]
    at = min(n_cells - 1, int(cutoff * n_cells))
    for number, line in enumerate(_curve(chart.xs, chart.ys, top, n_cells, n_rows)):
        rows.append([(f"{labels.get(number, ''):>{_LABEL - 1}} ", Role.QUIET), *_crossed(line, at)])
    rows.append([(" " * _LABEL + axis(n_cells), Role.QUIET)])
    return [cut(row, width) for row in rows[: max(0, height)]]


@lru_cache(maxsize=64)
def _curve(xs: tuple[float, ...], ys: tuple[float, ...], top: float, n_cells: int, n_rows: int) -> tuple[str, ...]:
    """Return a curve in rows of characters. It is kept: while a slider moves, curves stay."""
    canvas = Canvas(n_cells, n_rows)
    canvas.line((x, y / top) for x, y in zip(xs, ys, strict=True))
    return tuple(canvas.rows())


def _crossed(line: str, at: int) -> list[Piece]:
    """Return a row of a curve with the line of the cutoff through the cell `at`."""
    here = line[at]
    glyph, role = (_LINE, Role.CUTOFF) if here == " " else (here, Role.CROSSED)
    return [(line[:at], Role.BAR), (glyph, role), (line[at + 1 :], Role.BAR)]


def axis(n_cells: int) -> str:
    """Return the numbers under an axis from 0 to 1.

    >>> axis(10), axis(5), axis(3)
    ('0   .5   1', '0.5 1', '0 1')
    """
    cells = [" "] * n_cells
    cells[0] = "0"
    if n_cells >= 5:
        middle = max(1, n_cells // 2 - 1)
        cells[middle : middle + 2] = ".5"
    if n_cells > 1:
        cells[-1] = "1"
    return "".join(cells)


def charts_rows(charts: Sequence[Chart], cutoff: float, width: int, height: int) -> list[Row]:
    """Return charts beside and below each other: two in a row where they find room, else as many as do."""
    n_across = 2 if width >= 34 and len(charts) > 1 else 1
    n_down = max(1, min(-(-len(charts) // n_across), height // 4))
    each_width, each_height = (width - (n_across - 1)) // n_across, height // n_down
    rows: list[Row] = []
    for first in range(0, min(len(charts), n_across * n_down), n_across):
        blocks = [chart_rows(chart, cutoff, each_width, each_height) for chart in charts[first : first + n_across]]
        rows += [beside(parts, each_width) for parts in zip(*blocks, strict=True)]
    return rows[: max(0, height)]


def beside(parts: Sequence[Row], width: int) -> Row:
    """Return rows as one, each but the last filled up to `width` cells and a gap."""
    row: Row = []
    for number, part in enumerate(parts):
        row += part
        if number < len(parts) - 1:
            row.append((" " * (width + 1 - sum(len(piece) for piece, _ in part)), Role.PLAIN))
    return row


def reliability_rows(found: Reliability, width: int, height: int) -> list[Row]:
    """Return a reliability diagram: points at (stated, found right) with their 95% intervals, and the diagonal.

    A table stands beside it where there is room for one.
    """
    if not found.bins:
        return [cut([("No position has a candidate.", Role.QUIET)], width)][:height]
    below = flowed(_facts(found), width)
    n_rows = max(1, height - 2 - len(below))
    table = _table(found, n_rows + 1) if width >= 56 else []
    n_cells = max(1, min(width - _LABEL - (26 if table else 0), 4 * n_rows))
    title, of = "right against stated", f", {found.name}"
    rows: list[Row] = [
        [("right", Role.STRONG), (f" against stated{of if len(title + of) <= width else ''}", Role.QUIET)],
        *_diagram(found, n_cells, n_rows),
        [(" " * _LABEL + axis(n_cells), Role.QUIET)],
        *below,
    ]
    for number, line in enumerate(table, start=1):
        used = sum(len(piece) for piece, _ in rows[number])
        rows[number] = [*rows[number], (" " * (n_cells + _LABEL - used + 2) + line, Role.QUIET)]
    return [cut(row, width) for row in rows[: max(0, height)]]


def _facts(found: Reliability) -> list[Piece]:
    return [
        (f"error {found.error:.3f}", Role.STRONG),
        (f"({found.chance:.3f} by chance)", Role.QUIET),
        (f"Brier {found.score:.3f}", Role.QUIET),
        (f"{_LINE} 95%", Role.QUIET),
        ("⠒ perfect", Role.QUIET),
        (f"{_POINT} about {found.n // len(found.bins):,} of {found.n:,} positions", Role.QUIET),
    ]


def flowed(pieces: Sequence[Piece], width: int) -> list[Row]:
    """Return pieces in as many rows as they need, two cells apart; none is broken but one that is wider than a row.

    >>> facts = [("error 0.012", Role.STRONG), ("Brier 0.104", Role.QUIET), ("about 40 of 600 positions", Role.QUIET)]
    >>> [text(row) for row in flowed(facts, 24)]
    ['error 0.012  Brier 0.104', 'about 40 of 600', 'positions']
    """
    rows: list[Row] = []
    for words, role in pieces:
        if rows and len(text(rows[-1])) + 2 + len(words) <= width:
            rows[-1] += [("  ", Role.PLAIN), (words, role)]
        else:
            rows += [[(line, role)] for line in wrap(words, max(1, width))]
    return rows


def _diagram(found: Reliability, n_cells: int, n_rows: int) -> list[Row]:
    diagonal = Canvas(n_cells, n_rows)
    for i in range(0, 8 * n_cells, 5):
        diagonal.dot(*diagonal.place(i / (8 * n_cells), i / (8 * n_cells)))
    cells: list[list[Piece]] = [[(char, Role.QUIET) for char in line] for line in diagonal.rows()]

    def row_of(share: float) -> int:
        return min(n_rows - 1, int((1.0 - share) * n_rows))

    columns = [min(n_cells - 1, int(point.stated * n_cells)) for point in found.bins]
    for column, point in zip(columns, found.bins, strict=True):
        for row in range(row_of(point.high), row_of(point.low) + 1):
            cells[row][column] = (_LINE, Role.MAYBE)
    for column, point in zip(columns, found.bins, strict=True):
        cells[row_of(point.found)][column] = (_POINT, Role.BAR)
    labels = {0: "100%", n_rows - 1: "0%"}
    return [[(f"{labels.get(i, ''):>{_LABEL - 1}} ", Role.QUIET), *line] for i, line in enumerate(cells)]


def _table(found: Reliability, most: int) -> list[str]:
    rows = (f"{point.stated:7.1%}  {point.found:7.1%}  {point.n:5,}" for point in found.bins[: most - 1])
    return [" stated    right      n", *rows]


def text(row: Row) -> str:
    """Return the characters of a row, without their roles."""
    return "".join(piece for piece, _ in row)
