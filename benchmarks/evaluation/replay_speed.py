"""How fast a replay is, and how quickly its figures follow a slider.

    python -m benchmarks.evaluation.replay_speed DEV_FILE... [--words N]

The first words of the DEV_FILEs (documents are separated by blank lines) are typed through the embedded model, all cutoffs in
one pass, on one core and on two, and once with a calibration in force. Beside it the plain way: one replay for each of the 99
cutoffs from .01 to .99, estimated from three of them. Also how far the two agree for a model that learns, which is asked less
where words are accepted (see `replay`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from autocomplete import Autocompleter
from autocomplete.evaluation.calibration.calibration import REGIMES, ModelCalibration
from autocomplete.evaluation.calibration.calibrators import Platt
from autocomplete.evaluation.records import Document
from autocomplete.evaluation.replay.columns import ReplayResult
from autocomplete.evaluation.replay.intervals import bootstrap
from autocomplete.evaluation.replay.metrics import CUTOFFS, Meter, View
from autocomplete.evaluation.replay.runner import replay_on_all_cores
from autocomplete.evaluation.replay.texts import read_documents
from benchmarks.support.tables import machine, percentile, table

#: Cutoffs of the plain way that are really run.
RUN = (0.2, 0.5, 0.8)

ENGLISH = partial(Autocompleter, "english")
_CURVE = Platt(1.1, 0.1)
CALIBRATED = partial(ENGLISH, calibration=ModelCalibration("english", dict.fromkeys(REGIMES, _CURVE), {}))


def documents_of(paths: list[Path], n_words: int) -> list[Document]:
    """Return the documents at the beginning of each file, together about so many words."""
    share = n_words // len(paths)
    return list(read_documents(paths, n_words=share, by_blank_lines=True).documents)


def timed(
    documents: list[Document],
    n_processes: int,
    cutoff: float | None = None,
    opens: Callable[[], Autocompleter] = ENGLISH,
) -> tuple[ReplayResult, float, float]:
    """Return a replay, the seconds that it took, and the seconds of processor time, all processes together."""
    began, used = time.perf_counter(), processor_s()
    highest = 1.0 if cutoff is None else cutoff
    replaying = replay_on_all_cores(opens, documents, lowest=cutoff, highest=highest, n_processes=n_processes)
    found = asyncio.run(replaying)
    return found, time.perf_counter() - began, processor_s() - used


def processor_s() -> float:
    """Return the seconds of processor time of this process and of those that it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def plain(documents: list[Document], n_words: int, found: ReplayResult) -> list[tuple[str, ...]]:
    """Return rows for the plain way at some cutoffs: speed, and figures beside those of the one pass."""
    rows = []
    meter = Meter(found)
    for cutoff in RUN:
        alone, seconds, _ = timed(documents, 1, cutoff)
        one, other = Meter(alone).at(cutoff), meter.at(cutoff)
        gaps = [f"{getattr(f, name)[0]:.4f}" for name in ("savings", "precision") for f in (one, other)]
        rows.append((f"{cutoff:g}", f"{n_words / seconds:,.0f}", *gaps))
    return rows


def sliding(found: ReplayResult) -> list[tuple[str, str, str]]:
    """Return the milliseconds of what follows a slider."""
    began = time.perf_counter()
    meter, views = Meter(found), [View(found, i) for i in range(min(3, len(found.documents)))]
    made = 1000 * (time.perf_counter() - began)
    cutoffs = [c for c in CUTOFFS if found.lowest <= c <= found.highest]
    rows = [("to make, once", f"{made:.1f}", "-")]
    for name, act in (
        ("all figures at one cutoff", lambda c: meter.at(c).savings),
        ("all curves", lambda c: meter.at(cutoffs).precision),
        ("the words of one document", lambda c: [view.at(c) for view in views[:1]]),
    ):
        times = []
        for cutoff in cutoffs:
            began = time.perf_counter()
            act(cutoff)
            times.append(1000 * (time.perf_counter() - began))
        rows.append((name, f"{percentile(times, 0.5):.2f}", f"{max(times):.2f}"))
    began = time.perf_counter()
    bootstrap(found, cutoffs)
    rows.append(("intervals of all curves, 1000 draws", f"{1000 * (time.perf_counter() - began):.0f}", "-"))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="DEV_FILE")
    parser.add_argument("--words", type=int, default=6000, help="words typed, spread over the files")
    given = parser.parse_args()
    documents = documents_of(given.files, given.words)
    print(f"{machine()}")
    rows = []
    ways = (("1 process, calibrated", 1, CALIBRATED), ("1 process", 1, ENGLISH), ("2 processes", 2, ENGLISH))
    for way, n_processes, opens in ways:
        found, seconds, used = timed(documents, n_processes, opens=opens)
        speed = found.n_words / seconds
        name = f"one pass, {way}"
        rows.append((name, f"{speed:,.0f}", f"{100_000 / speed:,.0f}", f"{1000 * used / found.n_words:.2f}"))
    alone = plain(documents, found.n_words, found)
    speed = sum(float(row[1].replace(",", "")) for row in alone) / len(alone) / 99
    rows.append(("99 replays, one for each cutoff, 1 process", f"{speed:,.1f}", f"{100_000 / speed:,.0f}", "-"))
    print(f"{found.n_words:,} words in {len(documents)} documents, {len(found.outcomes.low):,} outcomes\n")
    print(table(("embedded model", "words/s", "seconds for 100,000 words", "core ms a word"), rows))
    columns = ("alone at", "words/s", "savings alone", "in one pass", "precision alone", "in one pass")
    print("\n" + table(columns, alone))
    print("\n" + table(("milliseconds", "p50", "most"), sliding(found)))


if __name__ == "__main__":
    main()
