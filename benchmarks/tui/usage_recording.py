"""What shadow scoring adds to a key, and how long the tune panel takes to follow its slider.

    python -m benchmarks.tui.usage_recording FILE [--keys N] [--steps N]

Scoring: the text of FILE is typed through the embedded model, which is not timed; what is timed is what a key and its decision
wait for in the editor (`UsageRecorder.typed`, `moved` and `judge`), and apart from that what a finished word takes once its
ghost is handed to the screen: scoring, the store's queue, and a precision goal that is kept. Slider: the whole editor,
headless, over as many words as are kept; the cutoff is moved a step, the panel made and drawn anew. Times are those that the
thread computed, so that a busy machine tells the same; the wait for the next tick of the frame clock is not in them.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import tempfile
import time
from pathlib import Path

from autocomplete import Autocompleter, ScriptedBackend
from autocomplete.editor import PredictionSource
from autocomplete.evaluation import OutcomeStore, WordOutcome, parse_goal
from autocomplete.evaluation.goals.recent_words import N_WORDS
from autocomplete.evaluation.word_shows import Show
from benchmarks.support.tables import machine, percentile, table
from tui.app.editor import EditorApp
from tui.tune.live.panel import TunePanel
from tui.tune.usage_recorder import UsageRecorder


async def scoring(text: str) -> tuple[list[float], list[float]]:
    """Return what each key waited for, and what each finished word took afterwards, in milliseconds."""
    keys: list[float] = []
    words: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        outcomes = UsageRecorder(OutcomeStore(Path(folder) / "outcomes.db"), parse_goal("precision=0.9"), print, share=0.01)
        async with Autocompleter("english") as engine:
            outcomes.open(engine)
            await asyncio.sleep(0.1)
            for at in range(1, len(text) + 1):
                decision = await engine.decide(text[:at])
                n_words, started = len(outcomes.words), time.thread_time()
                outcomes.typed("page", 1, at, accepted=False, ghost=False, paused=False)
                outcomes.moved("page", at, at)
                outcomes.judge("page", engine, decision, ghost=False)
                noted = time.thread_time()
                keys.append((noted - started) * 1e3)
                await asyncio.sleep(0)  # in which finished words are scored
                if len(outcomes.words) > n_words:
                    words.append((time.thread_time() - noted) * 1e3)
        await outcomes.close()
    return keys, words


async def moving(n_steps: int) -> list[float]:
    """Return how long each step of the slider took to the repainted panel, in milliseconds."""
    found: list[float] = []
    app = EditorApp(None, lambda: Autocompleter(ScriptedBackend({}), prefetch=False))
    async with app.run_test(size=(130, 40)) as pilot:
        while app.outcomes is None or app.suggester.autocompleter is None:
            await pilot.pause()
        source = PredictionSource("m")
        words = [WordOutcome(source, 1, 1, 6, 6, shows=(Show(0.0, n % 97 / 97, n % 3 > 0, 4),)) for n in range(N_WORDS)]
        app.outcomes.words.add(words)
        await pilot.press("f9")
        await pilot.pause()
        gc.freeze()  # as the editor does once it is open; here the words came later
        panel = app.dock.query_one(TunePanel)
        for step in range(n_steps):
            started = time.thread_time()
            panel.action_step(1 if step % 80 < 40 else -1)
            for y in range(panel.size.height):
                panel.render_line(y)
            found.append((time.thread_time() - started) * 1e3)
            await pilot.pause()
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--keys", type=int, default=6000)
    parser.add_argument("--steps", type=int, default=200)
    given = parser.parse_args()
    text = " ".join(given.file.read_text(encoding="utf-8").split())[: given.keys]
    rows = []
    keys, words = asyncio.run(scoring(text))
    for name, must, times in (
        ("shadow scoring, before a key's ghost", "p99 0.2", keys),
        ("shadow scoring, after a finished word", "-", words),
        ("slider to repaint", "50", asyncio.run(moving(given.steps))),
    ):
        figures = (percentile(times, 0.5), percentile(times, 0.99), max(times))
        rows.append([name, str(len(times)), *(f"{figure:.3f}" for figure in figures), must])
    print(machine())
    print(table(["what, ms", "n", "p50", "p99", "most", "must"], rows))


if __name__ == "__main__":
    main()
