"""Plots as inline SVG: pure functions from numbers to markup.

Invariant: all text is escaped; nothing is loaded from anywhere; colours come from the classes of the page, and each series has
a dash and a mark of its own, so that it can be told apart without colour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

import numpy as np

from autocomplete.evaluation.measures import MEASURES
from autocomplete.evaluation.report.summary import Bin

WIDTH, HEIGHT = 420, 270

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 32, 30

#: The height of a row of names above the plot.
_ROW = 12

#: The dashes of series: lengths of ink and gaps.
_DASHES = ("", "7 4", "2 3", "9 3 2 3", "14 4", "4 4 1 4")


@dataclass(frozen=True, slots=True)
class Series:
    """A curve: `ys` at `xs` with their intervals; NaN where there is none."""

    name: str
    xs: Sequence[float]
    ys: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Axes:
    """The axes of a plot. `top`: the number at the top of the vertical one; the horizontal one goes from 0 to 1."""

    title: str
    about: str
    across: str = "cutoff"
    top: float = 1.0
    label: Callable[[float], str] = "{:.0%}".format

    def x(self, value: float) -> float:
        """Return how far from the left a number stands."""
        return round(_LEFT + value * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        """Return how far from the top a number stands."""
        return round(HEIGHT - _BOTTOM - value / self.top * (HEIGHT - _TOP - _BOTTOM), 1)


def clean(text: str) -> str:
    r"""Return text for markup: escaped, and without the control characters and surrogates that no document may hold.

    >>> clean("<a & b>" + chr(27) + chr(0xd800))
    '&lt;a &amp; b&gt;��'
    """
    bare = "".join(char if char.isprintable() or char == " " else "\ufffd" for char in text)
    return escape(bare, quote=True)


def curves(frame: Axes, series: Sequence[Series], lines: Sequence[tuple[float, str]] = ()) -> str:
    """Return a plot of curves with their intervals as bands. `lines`: cutoffs to mark, each with its name."""
    parts = [*_axes(frame)]
    for number, one in enumerate(series):
        parts += _band(frame, one, number)
    for row, (cutoff, name) in enumerate(sorted(lines, reverse=True)):  # the lower cutoff stays below the other's name
        x, y = frame.x(cutoff), _ROW * (row + 1)
        parts.append(f'<line class="mark" x1="{x}" y1="{y - 9}" x2="{x}" y2="{HEIGHT - _BOTTOM}"/>')
        side, shift = ("end", -4) if cutoff > 0.25 else ("start", 4)
        parts.append(f'<text class="small" x="{x + shift}" y="{y}" text-anchor="{side}">{clean(name)}</text>')
    for number, one in enumerate(series):
        for run in _runs(one.xs, one.ys):
            points = " ".join(f"{frame.x(x)},{frame.y(y)}" for x, y in run)
            dash = _DASHES[number % len(_DASHES)]
            parts.append(f'<polyline class="curve s{number % 6}" stroke-dasharray="{dash}" points="{points}"/>')
    return _svg(frame, parts)


def reliability(frame: Axes, bins: Iterable[Bin]) -> str:
    """Return a reliability diagram: a dot for each bin, and the diagonal."""
    parts = [*_axes(frame)]
    parts.append(f'<line class="diagonal" x1="{frame.x(0)}" y1="{frame.y(0)}" x2="{frame.x(1)}" y2="{frame.y(1)}"/>')
    for b in bins:
        x, interval = frame.x(b.stated), MEASURES[1].interval(b.low, b.high)
        parts.append(f'<line class="whisker" x1="{x}" y1="{frame.y(b.low)}" x2="{x}" y2="{frame.y(b.high)}"/>')
        about = f"stated {b.stated:.1%}, right {b.found:.1%} ({interval}), n = {b.n}"
        parts.append(f'<circle class="dot" cx="{x}" cy="{frame.y(b.found)}" r="4"><title>{clean(about)}</title></circle>')
    return _svg(frame, parts)


def key(number: int) -> str:
    """Return a short line that looks like the curve of series `number`, for a legend."""
    dash = _DASHES[number % len(_DASHES)]
    line = f'<line class="curve s{number % 6}" stroke-dasharray="{dash}" x1="1" y1="5" x2="39" y2="5"/>'
    return f'<svg class="key" width="40" height="10" aria-hidden="true">{line}</svg>'


def _svg(frame: Axes, parts: Sequence[str]) -> str:
    title, about = clean(frame.title), clean(frame.about)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}: {about}">'
        f"<title>{title}</title><desc>{about}</desc>{''.join(parts)}</svg>"
    )


def _axes(frame: Axes) -> Iterator[str]:
    left, right, bottom = _LEFT, WIDTH - _RIGHT, HEIGHT - _BOTTOM
    for i in range(5):
        value = frame.top * i / 4
        y = frame.y(value)
        yield f'<line class="grid" x1="{left}" y1="{y}" x2="{right}" y2="{y}"/>'
        yield f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{clean(frame.label(value))}</text>'
    for i in range(6):
        x = frame.x(i / 5)
        yield f'<line class="grid" x1="{x}" y1="{bottom}" x2="{x}" y2="{bottom + 4}"/>'
        yield f'<text x="{x}" y="{bottom + 15}" text-anchor="middle">{i / 5:.1f}</text>'
    yield f'<text x="{right}" y="{HEIGHT - 3}" text-anchor="end">{clean(frame.across)}</text>'


def _band(frame: Axes, one: Series, number: int) -> Iterator[str]:
    if not one.low:
        return
    for run in _runs(one.xs, list(zip(one.low, one.high, strict=True))):
        lower = [f"{frame.x(x)},{frame.y(min(frame.top, max(0.0, low)))}" for x, (low, _) in run]
        upper = [f"{frame.x(x)},{frame.y(min(frame.top, max(0.0, high)))}" for x, (_, high) in run]
        yield f'<polygon class="band s{number % 6}" points="{" ".join([*lower, *reversed(upper)])}"/>'


def _runs(xs: Sequence[float], ys: Sequence[Any]) -> Iterator[list[tuple[float, Any]]]:
    """Yield stretches of points, or of pairs of points, without a missing number."""
    for missing, run in groupby(zip(xs, ys, strict=True), key=lambda pair: bool(np.isnan(pair[1]).any())):
        if not missing:
            yield list(run)
