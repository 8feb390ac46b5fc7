"""The report of `autocomplete tune`: one HTML page that needs nothing else, with plots and the tables beside them.

Invariant: the page loads nothing, runs nothing, and holds no text of the documents; every name in it is escaped.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from autocomplete.evaluation.measures import DRAWN, MEASURES, Measure, axis_top
from autocomplete.evaluation.report.answer import answer
from autocomplete.evaluation.report.summary import ReplaySummary
from autocomplete.evaluation.report.svg import Axes, Series, clean, curves, key, reliability

#: Where an axis may end whose quarters are to be round numbers.
_QUARTERS = (1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 6.0, 8.0)

#: Cutoffs of the tables; the recommended ones are added.
_ROWS = (*(i / 20 for i in range(1, 20)), 0.99, 0.999)


_STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --quiet: #5c5c5c; --paper: #ffffff; --rule: #dcdcdc;
  --s0: #0b62c1; --s1: #b3470b; --s2: #1b7a3d; --s3: #8a2da5; --s4: #9a6b00; --s5: #b0123b; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --quiet: #a6a6a6; --paper: #141414; --rule: #3a3a3a;
  --s0: #6db3ff; --s1: #ff9a5c; --s2: #6fd492; --s3: #d99bf0; --s4: #e5bd55; --s5: #ff8ba5; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; padding: 1.5rem;
  max-width: 62rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
.quiet, caption { color: var(--quiet); } .advice { border-left: 4px solid var(--s0); padding-left: .8rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.2rem; }
figure { margin: 0; break-inside: avoid; } figcaption { font-weight: 600; }
figcaption span { font-weight: 400; color: var(--quiet); }
svg { width: 100%; height: auto; } svg.key { width: 40px; height: 10px; vertical-align: middle; margin-right: .4rem; }
text { font: 11px system-ui, sans-serif; fill: var(--quiet); } .small { font-size: 10px; }
.grid { stroke: var(--rule); } .mark { stroke: var(--ink); stroke-dasharray: 2 2; }
.diagonal { stroke: var(--quiet); stroke-dasharray: 3 3; } .whisker { stroke: var(--s0); stroke-width: 1.5; }
.dot { fill: var(--s0); stroke: var(--paper); } .curve { fill: none; stroke-width: 2; } .band { opacity: .18; stroke: none; }
.s0 { stroke: var(--s0); fill: var(--s0); } .s1 { stroke: var(--s1); fill: var(--s1); }
.s2 { stroke: var(--s2); fill: var(--s2); } .s3 { stroke: var(--s3); fill: var(--s3); }
.s4 { stroke: var(--s4); fill: var(--s4); } .s5 { stroke: var(--s5); fill: var(--s5); }
polyline.curve { fill: none; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
caption { text-align: left; padding: .6rem 0; }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid var(--rule); }
td span { display: block; color: var(--quiet); font-size: .8rem; white-space: nowrap; }
th:first-child, .words { text-align: left; } tbody th { white-space: nowrap; }
tr.chosen { font-weight: 700; } tr.chosen th::before { content: "▸ "; }
@media print { :root { --ink: #000; --quiet: #333; --paper: #fff; --rule: #bbb; --s0: #0b62c1; --s1: #b3470b; --s2: #1b7a3d;
  --s3: #8a2da5; --s4: #9a6b00; --s5: #b0123b; } body { max-width: none; padding: 0; } section { break-inside: avoid-page; } }
"""


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
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Which cutoff?</title><style>{_STYLE}</style></head><body><main>\n"
        + "\n".join(body)
        + "\n</main></body></html>\n"
    )


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
        plot = curves(frame, series, lines)
        yield (f"<figure>{plot}<figcaption>{clean(measure.heading)} <span>{clean(measure.about)}</span></figcaption></figure>")
    yield "</div></section>"


def _series(tuned: ReplaySummary, name: str) -> Series:
    found = tuned.intervals[name]
    return Series(tuned.name, tuned.cutoffs, tuned.curve(name), found.low.tolist(), found.high.tolist())


def _model(tuned: ReplaySummary) -> Iterator[str]:
    facts = ", ".join(clean(fact) for fact in (tuned.place, str(tuned.calibration)))
    yield f"<section><h2>{clean(tuned.name)} <span class='quiet'>{facts}</span></h2>"
    yield '<div class="scroll"><table><caption>Goals, and what answers them</caption><thead><tr>'
    yield '<th scope="col">goal</th><th scope="col">cutoff</th><th scope="col" class="words">answer</th></tr></thead><tbody>'
    for choice in tuned.choices:
        cutoff = f"{choice.cutoff:g}" if choice.has_cutoff else "–"
        yield f'<tr><th scope="row">{clean(choice.goal)}</th><td>{cutoff}</td><td class="words">{clean(choice.text)}</td></tr>'
    yield "</tbody></table></div>"
    yield from _table(tuned)
    yield "</section>"
    yield from _reliability(tuned)


def _table(tuned: ReplaySummary) -> Iterator[str]:
    advice = tuned.recommended
    chosen = tuned.stop(advice.cutoff) if advice is not None and advice.has_cutoff else None
    rows = {tuned.stop(cutoff) for cutoff in _ROWS if tuned.cutoffs[0] <= cutoff <= tuned.cutoffs[-1]}
    if chosen is not None:
        rows.add(chosen)
    yield '<div class="scroll"><table><caption>Figures at some cutoffs, with 95% intervals</caption><thead><tr>'
    yield '<th scope="col">cutoff</th>'
    yield "".join(f'<th scope="col">{clean(measure.heading)}</th>' for measure in tuned.measures) + "</tr></thead><tbody>"
    for row in sorted(rows):
        marked = ' class="chosen"' if row == chosen else ""
        cells = "".join(f"<td>{_cell(tuned, measure, row)}</td>" for measure in tuned.measures)
        yield f'<tr{marked}><th scope="row">{tuned.cutoffs[row]:g}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _cell(tuned: ReplaySummary, measure: Measure, row: int) -> str:
    ends = tuned.intervals[measure.name]
    value = clean(measure.text(tuned.curve(measure.name)[row]))
    interval = measure.interval(float(ends.low[row]), float(ends.high[row]))
    return f"{value} <span>{clean(interval)}</span>" if interval else value


def _reliability(tuned: ReplaySummary) -> Iterator[str]:
    yield f"<section><h2>Does {clean(tuned.name)} tell the truth?</h2>"
    yield (
        "<p class='quiet'>The likeliest word at each position: how probable it was said to be, and how often it was right. On "
        "the diagonal what is called 80% is right 8 times in 10.</p>"
    )
    yield '<div class="plots">'
    for found in tuned.reliability:
        if not found.bins:
            continue
        about = (
            f"{found.n:,} positions in {len(found.bins)} bins; error (ECE) {found.error:.3f}, of which chance alone would make "
            f"{found.chance:.3f} on so few; Brier score {found.score:.3f}"
        )
        plot = reliability(
            Axes(f"Reliability, {found.name}", about, across="stated"),
            [(b.stated, b.found, b.low, b.high, b.n) for b in found.bins],
        )
        yield f"<figure>{plot}<figcaption>{clean(found.name)} <span>{about}</span></figcaption></figure>"
    yield "</div><details><summary>The same as a table</summary><div class='scroll'><table><thead><tr>"
    yield "<th scope='col'>positions</th><th scope='col'>stated</th><th scope='col'>right</th><th scope='col'>95%</th>"
    yield "<th scope='col'>n</th></tr></thead><tbody>"
    for found in tuned.reliability:
        for b in found.bins:
            yield (
                f"<tr><th scope='row'>{clean(found.name)}</th><td>{b.stated:.1%}</td><td>{b.found:.1%}</td>"
                f"<td>{MEASURES[1].interval(b.low, b.high)}</td><td>{b.n:,}</td></tr>"
            )
    yield "</tbody></table></div></details></section>"
