"""A row of text as a strip of the screen.

Invariant: a strip depends on its `RowStyle` and on nothing else, so a kept strip cannot be stale, and what looks the same is
drawn once, wherever it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.text.cells import stops

#: Where in a row, or in a line, a style begins and ends, in code points.
Mark = tuple[int, int, Style]


@dataclass(frozen=True, slots=True)
class RowStyle:
    """All that a row's strip depends on.

    `text` is drawn text with its tabs; it begins in cell `cell` of its line, of which the cells `left` to `left + room` are
    seen. Later marks lie over earlier ones. `margin` stands before the text; `fill` is the style behind it.
    """

    text: str
    marks: tuple[Mark, ...]
    base: Style
    fill: Style
    room: int
    tab_width: int
    cell: int = 0
    left: int = 0
    margin: Segment | None = None


@lru_cache(1024)
def strip(row: RowStyle) -> Strip:
    """Return the row that has this row, its margin and `room` cells wide."""
    places = stops(row.text, row.tab_width, row.cell)
    marks = [(*_whole(places, start, end), style) for start, end, style in row.marks]
    cuts = sorted({0, len(row.text), *(at for start, end, _ in marks for at in (start, end))})
    segments = []
    for start, end in pairwise(cuts):
        style = row.base
        for first, last, over in marks:
            if first <= start and end <= last:
                style += over
        segments.append(Segment(_spaced(row.text, start, end, places), style))
    drawn = Strip(segments, places[-1] - row.cell)
    if row.left > row.cell or drawn.cell_length > row.room:
        drawn = drawn.crop(row.left - row.cell, row.left - row.cell + row.room)
    drawn = drawn.extend_cell_length(row.room, row.base + row.fill)
    return drawn if row.margin is None else Strip.join([Strip([row.margin]), drawn])


def _whole(places: list[int], start: int, end: int) -> tuple[int, int]:
    """Return the range widened to whole graphemes: a part of one cannot have a style of its own."""
    n_chars = len(places) - 1
    start, end = max(0, start), min(end, n_chars)
    while 0 < start < n_chars and places[start + 1] == places[start]:
        start -= 1
    while 0 < end < n_chars and places[end + 1] == places[end]:
        end += 1
    return min(start, end), end


def _spaced(text: str, start: int, end: int, places: list[int]) -> str:
    piece = text[start:end]
    if "\t" not in piece:
        return piece
    cells = zip(piece, pairwise(places[start : end + 1]), strict=True)
    return "".join(" " * (after - before) if char == "\t" else char for char, (before, after) in cells)
