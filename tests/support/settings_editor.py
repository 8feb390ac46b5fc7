"""An editor under test that goes by a settings file of its own, and ways to its settings screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from autocomplete import Autocompleter, BackendUnavailable, ConfigError, ScriptedBackend, Settings
from tests.support.editor import HEARING, RunningEditor, editor, knows
from tui.widgets.preferences import Preferences
from tui.widgets.settings_screen import SettingRow


def own_settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the person's settings out, and return where the settings file of the test goes."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"AUTOCOMPLETE_{name.upper()}", raising=False)
    path = folder / "settings.toml"
    monkeypatch.setattr("autocomplete.config.settings.settings_path", lambda: path)  # every system has another place
    return path


def opener(given: dict[str, Any]) -> Autocompleter:
    """Open the model that is asked for: one that answers, one that is down, or none."""
    model = given.get("model") or "english"
    if model == "nonsense":
        raise ConfigError("Unknown model 'nonsense'. Known: english, openai:MODEL.")
    down = BackendUnavailable("Cannot reach the server: connection refused. Start it.")
    backend = ScriptedBackend((lambda request: down) if "down" in model else knows(HEARING), name=model)
    return Autocompleter(backend, cutoff=0.6, prefetch=False, clock=lambda: 0.0)


@asynccontextmanager
async def settled(given: dict[str, Any] | None = None, size: tuple[int, int] = (90, 60)) -> AsyncIterator[RunningEditor]:
    """Yield an editor that goes by the settings file of the test."""
    preferences = Preferences(given or {}, opener)
    async with editor(preferences=preferences, size=size) as at:
        yield at


def row(at: RunningEditor, name: str) -> SettingRow:
    return next(row for row in at.app.screen.query(SettingRow) if row.setting == name)


def enter(at: RunningEditor, name: str, value: str) -> None:
    """Put a value into the entry of a setting."""
    row(at, name).query_one(Input).value = value


def content(file: Path) -> str:
    """Return the settings file, "" where there is none."""
    return file.read_text(encoding="utf-8") if file.exists() else ""


def fill(file: Path, text: str) -> None:
    """Write the settings file."""
    file.write_text(text, encoding="utf-8")
