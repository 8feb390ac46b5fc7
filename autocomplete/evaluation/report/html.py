"""The report of `autocomplete tune`: one HTML page that needs nothing else, with plots and the tables beside them.

Invariant: the page loads nothing, runs nothing, and holds no text of the documents; every name in it is escaped.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from autocomplete.evaluation.measures import DRAWN, MEASURES, Measure, axis_top
from autocomplete.evaluation.report.answer import answer
from autocomplete.evaluation.report.summary import Estimate, ReplaySummary
from autocomplete.evaluation.report.svg import Axes, Series, clean, curves, key, reliability

#: Where an axis may end whose quarters are to be round numbers.
_QUARTERS = (1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 6.0, 8.0)

#: Cutoffs of the tables; the recommended ones are added.
_ROWS = (*(i / 20 for i in range(1, 20)), 0.99, 0.999)

#: The page with its style sheet; what it says goes in the place of `{body}`.
_PAGE = Path(__file__).with_name("page.html")


def report(
    models: Sequence[ReplaySummary],
    *,
    current: float | None = None,
    day: date | None = None,
    left_out: Mapping[str, str] | None = None,
) -> str:
    """Return the page. All models were replayed on the same documents.

    `current`: the cutoff in force, `day`: of the report, `left_out`: models that could not be asked, and why.
    """
    documents = models[0].replayed.documents
    words = f"{models[0].n_words:,} words of {clean(_names([d.name for d in documents]))}"
    when = f", {day.isoformat()}" if day else ""
    body = [
        f"<h1>Which cutoff? {clean(' and '.join(tuned.name for tuned in models))}</h1>",
        f'<p class="quiet">{words}{when}. The text was typed by machine, key by key; each suggestion was compared with what '
        "comes. Shaded: 95% intervals.</p>",
        *(f"<p>{clean(name)} is left out: {clean(why)}</p>" for name, why in (left_out or {}).items()),
        *_advice(models, current),
        *_curves(models, current),
        *(part for tuned in models for part in _model(tuned)),
        '<p class="quiet">Made by autocomplete tune. The page holds figures and the names of files, none of their text.</p>',
    ]
    return _PAGE.read_text(encoding="utf-8").replace("{body}", "\n".join(body))


def _names(names: Sequence[str]) -> str:
    """Return some names as words.

    >>> _names(["a", "b"]), _names(["a", "b", "c", "d", "e"])
    ('a, b', 'a, b, c and 2 more')
    """
    few = names if len(names) <= 4 else names[:3]
    return ", ".join(few) + (f" and {len(names) - len(few)} more" if len(few) < len(names) else "")


def _advice(models: Sequence[ReplaySummary], current: float | None) -> Iterator[str]:
    yield '<section class="advice"><h2>Recommended</h2>'
    for tuned in models:
        yield f"<p><strong>{clean(tuned.name)}</strong>: {'<br>'.join(map(clean, answer(tuned, current)))}</p>"
    yield "</section>"


def _curves(models: Sequence[ReplaySummary], current: float | None) -> Iterator[str]:
    yield "<section><h2>Against the cutoff</h2>"
    if len(models) > 1:
        yield "<p>" + " &nbsp; ".join(f"{key(i)}{clean(tuned.name)}" for i, tuned in enumerate(models)) + "</p>"
    lines = [] if current is None else [(current, "yours")]
    if len(models) == 1 and (advice := models[0].recommended) is not None and advice.has_cutoff:
        lines.append((advice.cutoff, "recommended"))
    yield '<div class="plots">'
    for measure in DRAWN:
        series = [_series(tuned, measure.name) for tuned in models]
        tops = [y for one in series for y in (*one.ys, *one.high) if not math.isnan(y)]
        frame = Axes(measure.heading, measure.about, top=axis_top(max(tops, default=1.0), _QUARTERS), label=measure.tick)
        yield _figure(curves(frame, series, lines), measure.heading, measure.about)
    yield "</div></section>"


def _series(tuned: ReplaySummary, name: str) -> Series:
    found = tuned.intervals[name]
    return Series(tuned.name, tuned.cutoffs, tuned.curve(name), found.low.tolist(), found.high.tolist())


def _model(tuned: ReplaySummary) -> Iterator[str]:
    facts = ", ".join(clean(fact) for fact in (tuned.place, str(tuned.calibration)))
    yield f'<section><h2>{clean(tuned.name)} <span class="quiet">{facts}</span></h2>'
    goals = [
        _row([clean(choice.goal), f"{choice.cutoff:g}" if choice.has_cutoff else "–", clean(choice.text)])
        for choice in tuned.choices
    ]
    yield _table("Goals, and what answers them", ["goal", "cutoff", "answer"], goals, ' class="goals"')
    headings = ["cutoff", *(clean(measure.heading) for measure in tuned.measures)]
    yield _table("Figures at some cutoffs, with 95% intervals", headings, _figures(tuned))
    yield "</section>"
    yield from _reliability(tuned)


def _table(caption: str, headings: Iterable[str], rows: Iterable[str], marked: str = "") -> str:
    """Return a table. `caption`, `headings`, `rows`: markup; `marked`: attributes."""
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    title = f"<caption>{caption}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table{marked}>{title}<thead><tr>{head}</tr></thead><tbody>'
        f"{chr(10).join(rows)}</tbody></table></div>"
    )


def _row(cells: Sequence[str], marked: str = "") -> str:
    first, *others = cells
    return f'<tr{marked}><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'


def _figures(tuned: ReplaySummary) -> Iterator[str]:
    chosen = tuned.recommended_stop
    for stop in tuned.stops(_ROWS, chosen):
        cells = (_cell(measure, tuned.estimate(measure.name, stop)) for measure in tuned.measures)
        yield _row([f"{tuned.cutoffs[stop]:g}", *cells], ' class="chosen"' if stop == chosen else "")


def _cell(measure: Measure, found: Estimate) -> str:
    value, interval = clean(measure.text(found.value)), measure.interval(found.low, found.high)
    return f"{value} <span>{clean(interval)}</span>" if interval else value


def _reliability(tuned: ReplaySummary) -> Iterator[str]:
    yield f"<section><h2>Does {clean(tuned.name)} tell the truth?</h2>"
    yield (
        '<p class="quiet">The likeliest word at each position: how probable it was said to be, and how often it was right. On '
        "the diagonal what is called 80% is right 8 times in 10.</p>"
    )
    yield '<div class="plots">'
    for found in tuned.reliability:
        if found.bins:
            about = (
                f"{found.n:,} positions in {len(found.bins)} bins; error (ECE) {found.error:.3f}, of which chance alone would "
                f"make {found.chance:.3f} on so few; Brier score {found.score:.3f}"
            )
            plot = reliability(Axes(f"Reliability, {found.name}", about, across="stated"), found.bins)
            yield _figure(plot, found.name, about)
    yield "</div><details><summary>The same as a table</summary>"
    rows = [
        _row([clean(found.name), f"{b.stated:.1%}", f"{b.found:.1%}", MEASURES[1].interval(b.low, b.high), f"{b.n:,}"])
        for found in tuned.reliability
        for b in found.bins
    ]
    yield _table("", ["positions", "stated", "right", "95%", "n"], rows)
    yield "</details></section>"


def _figure(plot: str, name: str, about: str) -> str:
    return f"<figure>{plot}<figcaption>{clean(name)} <span>{clean(about)}</span></figcaption></figure>"
