"""What was tuned, as JSON and as CSV.

JSON, one object; shares are 0..1, a number that means nothing is null:

    version     1
    documents   [{name, words, characters}]
    models      for each model:
        model, where, mode      what was asked, where it runs, "certified" or "estimated"
        calibration             {applied, predictions}: whether the one that is stored corrected them; null where none is
        lowest, highest         cutoffs that were replayed
        interval_unit           what the bootstrap drew
        figures     for each cutoff, low to high: {cutoff, counts: {characters, words, positions, accepts, glances, shows,
                    right, covered, withdrawn, requests}, and each measure, such as savings: {value, low, high}}
        reliability [{positions, n, error, brier, bins: [{n, stated, right, low, high}]}]
        ece, brier              {value, low, high}
        goals       [{goal, met, cutoff, text}], no cutoff where it is not met
        recommended             one of the goals, or null
    left_out    models that could not be asked: {name: why}

CSV: one row for each model and cutoff: model, where, mode, cutoff, the counts, and for each measure its value, `_low`, `_high`;
empty where a number means nothing.

Invariant: no text of the documents is in either, only the names of the files.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from autocomplete.evaluation.replay.metrics import COUNTS, RATIOS
from autocomplete.evaluation.report.summary import CutoffChoice, Estimate, Reliability, ReplaySummary

VERSION = 1

#: All counts of `Figures`.
_ALL_COUNTS = ("characters", "words", *COUNTS)


def as_json(models: Sequence[ReplaySummary], left_out: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what was tuned as values that JSON has. All models were replayed on the same documents.

    `left_out`: models that could not be asked, and why.
    """
    documents = [
        {"name": document.name, "words": document.n_words, "characters": document.n_chars}
        for document in models[0].replayed.documents
    ]
    found = [_model(tuned) for tuned in models]
    return {"version": VERSION, "documents": documents, "models": found, "left_out": dict(left_out or {})}


def _model(tuned: ReplaySummary) -> dict[str, Any]:
    calibration, ends = tuned.calibration, tuned.intervals
    scores = {"ece": tuned.reliability[0].error, "brier": tuned.reliability[0].score}
    advice = tuned.recommended
    return {
        "model": tuned.name,
        "where": tuned.where,
        "mode": tuned.mode,
        "calibration": {"applied": calibration.applied, "predictions": calibration.n_labels} if calibration.n_labels else None,
        "lowest": tuned.replayed.lowest,
        "highest": tuned.replayed.highest,
        "interval_unit": ends.unit,
        "figures": list(_figures(tuned)),
        "reliability": [_reliability(found) for found in tuned.reliability],
        **{name: _values(Estimate(value, ends[name].low[0], ends[name].high[0])) for name, value in scores.items()},
        "goals": [_values(choice) for choice in tuned.choices],
        "recommended": None if advice is None else _values(advice),
    }


def _figures(tuned: ReplaySummary) -> Iterator[dict[str, Any]]:
    for i, cutoff in enumerate(tuned.cutoffs):
        counts = {name: int(getattr(tuned.figures, name)[i]) for name in _ALL_COUNTS}
        yield {"cutoff": cutoff, "counts": counts, **{name: _values(tuned.estimate(name, i)) for name in RATIOS}}


def _values(found: Estimate | CutoffChoice) -> dict[str, Any]:
    return {name: _number(value) if isinstance(value, float) else value for name, value in asdict(found).items()}


def _number(value: float) -> float | None:
    """Return a number with the digits that mean something, None for none: JSON has no NaN."""
    return None if math.isnan(value) else round(value, 6)


def _reliability(found: Reliability) -> dict[str, Any]:
    numbers = {"error": found.error, "chance": found.chance, "brier": found.score}
    return {
        "positions": found.name,
        "n": found.n,
        **{name: _number(value) for name, value in numbers.items()},
        "bins": [
            {"n": b.n, "stated": _number(b.stated), "right": _number(b.found), "low": _number(b.low), "high": _number(b.high)}
            for b in found.bins
        ],
    }


def csv_lines(models: Sequence[ReplaySummary]) -> Iterator[str]:
    """Yield the lines of the CSV, the header first.

    A name that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    measured = [f"{name}{side}" for name in RATIOS for side in ("", "_low", "_high")]
    yield _line(["model", "where", "mode", "cutoff", *_ALL_COUNTS, *measured])
    for tuned in models:
        for row in _figures(tuned):
            numbers = [row[name][side] for name in RATIOS for side in ("value", "low", "high")]
            counts = [row["counts"][name] for name in _ALL_COUNTS]
            names = [_harmless(text) for text in (tuned.name, tuned.where, tuned.mode)]
            yield _line([*names, row["cutoff"], *counts, *("" if n is None else n for n in numbers)])


def _line(cells: Sequence[object]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="").writerow(cells)
    return file.getvalue()


def _harmless(text: str) -> str:
    r"""Return a text that no spreadsheet runs.

    >>> _harmless("=cmd()"), _harmless("english")
    ("'=cmd()", 'english')
    """
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
