"""An editor under test that keeps the figures of what came of suggestions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from autocomplete import Autocompleter, ScriptedBackend
from autocomplete.editor import PredictionSource
from autocomplete.evaluation import OutcomeStore, WordOutcome
from autocomplete.evaluation.word_shows import Show
from tests.support.editor import HEARING, RunningEditor, knows
from tui.app.editor import EditorApp
from tui.tune.usage_recorder import UsageRecorder
from tui.widgets.preferences import Preferences

TODAY = date.today().toordinal()


@asynccontextmanager
async def editor(
    folder: Path | None = None,
    *,
    path: Path | None = None,
    size: tuple[int, int] = (80, 24),
    backend: ScriptedBackend | None = None,
    preferences: Preferences | None = None,
    **held: object,
) -> AsyncIterator[RunningEditor]:
    """Yield an editor that keeps its figures in `folder`, with some settings `held` over those of `preferences`."""
    backend = backend or ScriptedBackend(knows(HEARING), name="english")
    preferences = preferences or Preferences()
    preferences.hold({"holdout_rate": 0.0, **held})
    app = EditorApp(
        path, lambda: Autocompleter(backend, cutoff=0.6, prefetch=False, clock=lambda: 0.0), preferences=preferences
    )
    app.tune.store = OutcomeStore(folder / "outcomes.db") if folder is not None else None
    app.area.cursor_blink = False
    async with app.run_test(size=size) as pilot:
        at = RunningEditor(app, backend, pilot)
        await at.settle()
        await app.workers.wait_for_complete()
        await recalled(at)
        yield at


async def recalled(at: RunningEditor) -> None:
    """Wait until earlier words are read and the goal is answered."""
    outcomes = following(at)
    while outcomes._reading is not None and not outcomes._reading.done():
        await at.pilot.pause()


def following(at: RunningEditor) -> UsageRecorder:
    assert at.app.outcomes is not None
    return at.app.outcomes


def earlier(folder: Path, *shows: Show, n: int = 300) -> None:
    """Put words into the store as an earlier session would."""
    backend = ScriptedBackend(knows(HEARING), name="english")
    engine = Autocompleter(backend)
    found = PredictionSource.of(engine.model, engine.capabilities, str(engine.mode))
    OutcomeStore(folder / "outcomes.db").add([WordOutcome(found, TODAY, 1, 6, 6, shows=shows)] * n)
