"""What `autocomplete tune` prints where there is no screen for it: tables and small curves in lines of text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from autocomplete.evaluation.measures import DRAWN, block
from autocomplete.evaluation.report.answer import answer
from autocomplete.evaluation.report.summary import ReplaySummary

#: Cutoffs of the table; the recommended one and the one in force are added.
_ROWS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)

#: Cells of a curve.
_CELLS = 50


def lines(models: Sequence[ReplaySummary], current: float | None) -> Iterator[str]:
    """Yield the lines for people. `current`: the cutoff in force, None where a goal is."""
    for tuned in models:
        yield f"{tuned.name} · {tuned.place}: {_words(tuned)}"
        yield f"  {tuned.calibration}"
        yield ""
        yield from _table(tuned, current)
        yield ""
        yield from _curves(tuned)
        yield ""
        yield from _reliability(tuned)
        yield ""
        yield "  goals"
        for choice in tuned.choices:
            yield f"    {choice.line}"
        yield ""
    if len(models) > 1:
        yield from _beside(models)
    for tuned in models:
        name = f" for {tuned.name}" if len(models) > 1 else ""
        first, *others = answer(tuned, current)
        yield f"Recommended{name}: {first}"
        yield from (f"  {line}" for line in others)


def _beside(models: Sequence[ReplaySummary]) -> Iterator[str]:
    """Yield the models side by side, at the cutoffs of the table."""
    widths = [max(10, len(tuned.name)) for tuned in models]
    for measure in DRAWN:
        names = "  ".join(f"{tuned.name:>{width}}" for tuned, width in zip(models, widths, strict=True))
        yield f"  {measure.title:10}  {names}"
        for cutoff in _ROWS:
            cells = (measure.text(tuned.curve(measure.name)[tuned.stop(cutoff)]) for tuned in models)
            row = "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
            yield f"  {f'at {cutoff:g}':10}  {row}"
        yield ""


def _words(tuned: ReplaySummary) -> str:
    documents = tuned.documents
    of = documents[0].name if len(documents) == 1 else f"{len(documents)} texts"
    return f"{tuned.n_words:,} words of {of}"


def _table(tuned: ReplaySummary, current: float | None) -> Iterator[str]:
    chosen = tuned.recommended_stop
    yours = tuned.stop(current) if current is not None and tuned.cutoffs[0] <= current else None
    yield "    cutoff  " + "  ".join(f"{measure.title:>12}" for measure in tuned.measures)
    for row in tuned.stops(_ROWS, chosen, yours):
        found = [(measure, tuned.estimate(measure.name, row)) for measure in tuned.measures]
        cells = "  ".join(f"{measure.text(figure.value):>12}" for measure, figure in found)
        note = "  recommended" if row == chosen else "  yours" if row == yours else ""
        yield f"  {'>' if row == chosen else ' '} {tuned.cutoffs[row]:<6g}  {cells}{note}"
        if row == (yours if chosen is None else chosen):
            ends = "  ".join(f"{measure.interval(figure.low, figure.high):>12}" for measure, figure in found)
            yield f"      95%    {ends}"


def _curves(tuned: ReplaySummary) -> Iterator[str]:
    for measure in DRAWN:
        ys = tuned.curve(measure.name)
        top = max((y for y in ys if not math.isnan(y)), default=0.0)
        yield f"  {measure.title:10}  {curve(tuned.cutoffs, ys, top)}  most {measure.text(top)}"
    yield f"  {'':10}  0{'cutoff':^{_CELLS - 2}}1"


def curve(xs: Sequence[float], ys: Sequence[float], top: float, n_cells: int = _CELLS) -> str:
    """Return a curve over 0..1 as a row of blocks, full at `top`; blank where nothing is known.

    >>> curve((0.5, 0.75, 1.0), (0.0, 0.5, 1.0), 1.0, 8)
    '    ▁▃▆█'
    """
    cells = []
    for cell in range(n_cells):
        x = cell / (n_cells - 1)
        right = next((i for i, found in enumerate(xs) if found >= x - 1e-9), len(xs) - 1)
        left = max(0, right - 1) if xs[right] > x else right
        share = (x - xs[left]) / (xs[right] - xs[left]) if xs[right] > xs[left] else 0.0
        y = ys[left] + share * (ys[right] - ys[left])
        known = xs[0] - 1e-9 <= x and not math.isnan(y) and top > 0.0
        cells.append(block(y / top) if known else " ")
    return "".join(cells)


def _reliability(tuned: ReplaySummary) -> Iterator[str]:
    found = tuned.reliability[0]
    if not found.bins:
        yield "  no position has a candidate"
        return
    ends = tuned.intervals["ece"]
    yield (
        f"  error (ECE) {found.error:.3f} ({ends.low[0]:.3f}-{ends.high[0]:.3f}), "
        f"{found.chance:.3f} by chance, Brier {found.score:.3f}, "
        f"{found.n:,} positions"
    )
    yield "  stated   " + " ".join(f"{b.stated:>5.0%}" for b in found.bins)
    yield "  right    " + " ".join(f"{b.found:>5.0%}" for b in found.bins)
