"""Fixtures of the tests of the command line itself: the user's settings are kept out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.running import Run, own_home, running


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's settings, keys and files out; return the configuration folder."""
    own_home(tmp_path, monkeypatch)
    folder = tmp_path / "home" / "autocomplete"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return running(capsys)
