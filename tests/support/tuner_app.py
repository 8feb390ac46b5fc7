"""The tuner on a screen of its own, with settings of its own, for tests of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot

from autocomplete.editor import ReplaySummary
from tests.evaluation.cases import whole
from tui.tune.replay.app import TunerApp
from tui.tune.replay.view import Tuner


@dataclass
class At:
    """A running tuner and the keyboard."""

    app: TunerApp
    pilot: Pilot[None]

    @property
    def tuner(self) -> Tuner:
        return self.app.tuner

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def rows(self, part: str) -> str:
        widget = self.app.screen_stack[0].query_one(f"#tuner-{part}")
        return "\n".join(widget.render_line(y).text.rstrip() for y in range(widget.size.height))


@asynccontextmanager
async def tuning(
    models: Sequence[ReplaySummary] | None = None, *, size: tuple[int, int] = (80, 24), current: float | None = 0.6
) -> AsyncIterator[At]:
    app = TunerApp(models or [whole()], current=current)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield At(app, pilot)


def own_settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the settings be those of a file in this folder, and of no variable; return where it would be."""
    path = folder / "settings.toml"
    monkeypatch.setattr("autocomplete.config.settings.settings_path", lambda: path)
    for name in ("CUTOFF", "GOAL"):
        monkeypatch.delenv(f"AUTOCOMPLETE_{name}", raising=False)
    return path
