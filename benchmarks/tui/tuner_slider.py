"""How quickly the tuner follows its slider: python -m benchmarks.tui.tuner_slider [DEV_FILE...] [--words N]

Headless, through Textual's own pilot: the clock starts when the mouse asks the slider for another cutoff, and stops when the
frame with the new figures, curves and marked words has been turned into what the terminal would get. The first words of the
DEV_FILEs are typed through the embedded model first; without files, made-up prose is. "work" is the time that the screen's
thread computed; "wall" is what the clock said, with the wait for the next tick of the frame clock (up to 17 ms) in it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from functools import partial
from pathlib import Path

import tui
from autocomplete import Autocompleter
from autocomplete.editor import ReplaySummary
from autocomplete.evaluation import Document, ReplayResult, read_documents, replay_on_all_cores
from benchmarks.support.tables import machine, percentile, table
from benchmarks.tui.key_to_paint import Painted, prose
from tui.tune.replay.app import TunerApp, set_aside
from tui.tune.replay.widgets import Slider

SIZES = ((80, 24), (140, 40), (200, 60))


class Screen(Painted, TunerApp):
    """The tuner, watched."""

    CSS_PATH = str(Path(tui.__file__).with_name("editor.tcss"))


def replayed(documents: list[Document]) -> ReplayResult:
    return asyncio.run(replay_on_all_cores(partial(Autocompleter, "english"), documents))


async def sliding(tuned: ReplaySummary, size: tuple[int, int], n_moves: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds from each move of the slider to its frame, by the clock and computed."""
    app = Screen([tuned], current=0.6)
    app.expect(lambda: False)
    wall, work = [], []
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.tuner.text.scroll_rows(len(app.tuner.text.lines) // 2)
        for move in range(n_moves):
            stop = (7 * move) % len(tuned.cutoffs)
            cutoff = tuned.cutoffs[stop]
            if cutoff == app.tuner.cutoff:
                continue
            app.expect(partial(_is_at, app, cutoff))
            began, computed = time.perf_counter(), time.thread_time()
            app.tuner.slider.post_message(Slider.Moved(cutoff))
            await asyncio.wait_for(app.displayed.wait(), 10)
            wall.append(1000 * (time.perf_counter() - began))
            work.append(1000 * (time.thread_time() - computed))
    return wall, work


def _is_at(app: Screen, cutoff: float) -> bool:
    """Return whether the slider stands there: all else is brought up to date with it before a frame can be drawn."""
    return app.tuner.cutoff == cutoff


def main() -> None:
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":  # it counts when the library is loaded
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.tui.tuner_slider", *sys.argv[1:]])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="DEV_FILE")
    parser.add_argument("--words", type=int, default=20_000, help="words typed, spread over the files")
    parser.add_argument("--moves", type=int, default=200, help="moves of the slider on each size of screen")
    given = parser.parse_args()
    if given.files:
        documents = list(read_documents(given.files, n_words=given.words // len(given.files)).documents)
    else:
        text = prose(6 * given.words)
        documents = [Document("made up", text)]
    print(machine())
    began = time.perf_counter()
    found = replayed(documents)
    print(f"{found.n_words:,} words replayed in {time.perf_counter() - began:.0f} s, {len(found.outcomes.low):,} outcomes")
    began = time.perf_counter()
    tuned = ReplaySummary(found, documents, name="english")
    _ = tuned.intervals, tuned.choices, tuned.reliability
    print(f"made ready, once: {1000 * (time.perf_counter() - began):.0f} ms\n")
    set_aside()
    rows = []
    for size in SIZES:
        wall, work = asyncio.run(sliding(tuned, size, given.moves))
        cells = [f"{value:.1f}" for times in (wall, work) for value in (percentile(times, 0.5), percentile(times, 0.99))]
        rows.append((f"{size[0]} x {size[1]}", *cells, f"{max(wall):.1f}"))
    print(table(("screen", "wall p50, ms", "wall p99", "work p50", "work p99", "wall, most"), rows))


if __name__ == "__main__":
    main()
