"""Fixtures of the tests of commands: the user's settings are kept out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.commands.running import GERMAN, Run, running


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's settings, keys and files out; work in an empty folder."""
    for name in list(os.environ):
        if name.startswith(("AUTOCOMPLETE_", "OPENAI_")):
            monkeypatch.delenv(name)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return running(capsys)


@pytest.fixture
def text(home: Path) -> Path:
    path = home / "text.txt"
    path.write_text(GERMAN, encoding="utf-8")
    return path
