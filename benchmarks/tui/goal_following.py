"""What a goal shows while one writes with the embedded model.

    python -m benchmarks.tui.goal_following DEV_FILE... [--words N] [--goals ...]

The first words of each DEV_FILE are typed key by key, with a cutoff that a precision goal moves after each word, as the editor
does. `as decided`: other cutoffs are known as far as the one in force needed; `resolved`: what it left open is found out
after each key, behind the screen (`autocomplete.editor.resolve_open`); `ms a key`: what that takes.
Unsettled words count as wrong ones, so the goal is kept either way; what differs is how much is shown.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from autocomplete import Autocompleter, FixedCutoff
from autocomplete.editor import LiveScorer, PredictionSource, resolve_open
from autocomplete.evaluation.goals.certificate import Certificate
from autocomplete.evaluation.goals.controller import GoalPolicy, PrecisionController
from benchmarks.support.tables import machine, table
from benchmarks.support.texts import text_of


async def written(path: Path, n_words: int, goal: float, *, settling: bool) -> tuple[str, ...]:
    """Return a row: what was shown of so many words of a file, under a goal."""
    text = " ".join(text_of(path).split()[:n_words])
    keeper = PrecisionController(GoalPolicy(goal))
    live = LiveScorer(PredictionSource("english"), lambda: 1, 1, goal=keeper)
    n = shown = right = unsettled = 0
    first, spent = "-", 0.0
    async with Autocompleter("english", cutoff=keeper.cutoff, prefetch=False) as engine:
        for end in range(1, len(text) + 1):
            decision = await engine.decide(text[:end])
            live.note(decision)
            if settling:
                began = time.thread_time()
                found = await resolve_open(engine, decision)
                spent += time.thread_time() - began
                if found is not None:
                    live.settle(decision, found)
            for outcome in live.finished():
                n, shown, right = n + 1, shown + outcome.n_shown, right + outcome.n_right
                unsettled += any(show.low < 0.5 <= show.high for show in outcome.unsettled)
                if first == "-" and isinstance(keeper.state, Certificate):
                    first = str(n)
            if not decision.shown:
                engine.gate = FixedCutoff(keeper.cutoff)
    how, took = ("settled", f"{1e3 * spent / len(text):.2f}") if settling else ("as decided", "-")
    figures = (
        f"{100 * shown / n:.1f}",
        f"{right / max(1, shown):.3f}",
        first,
        f"{keeper.cutoff:g}",
        f"{unsettled / n:.2f}",
    )
    return (path.stem, f"{goal:g}", how, *figures, took)


def row(path: Path, n_words: int, goal: float, settling: bool) -> tuple[str, ...]:
    return asyncio.run(written(path, n_words, goal, settling=settling))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="DEV_FILE")
    parser.add_argument("--words", type=int, default=1500)
    parser.add_argument("--goals", type=float, nargs="+", default=[0.8, 0.9])
    given = parser.parse_args()
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        runs = [
            processes.submit(row, path, given.words, goal, settling)
            for path in given.files
            for goal in given.goals
            for settling in (False, True)
        ]
        rows = [run.result() for run in runs]
    columns = (
        "text",
        "goal",
        "other cutoffs",
        "shows / 100 words",
        "right",
        "certified from word",
        "cutoff at the end",
    )
    print(f"{given.words:,} words of each. {machine()}\n")
    print(table((*columns, "words unsettled at .5", "ms a key"), rows))


if __name__ == "__main__":
    main()
