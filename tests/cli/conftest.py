"""Fixtures of the tests of the command line: the user's settings are kept out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands.running import GERMAN, Run, own_home, running


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's settings, keys and files out; work in an empty folder."""
    own_home(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def config(home: Path) -> Path:
    """Return the configuration folder, empty."""
    folder = home / "home" / "autocomplete"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return running(capsys)


@pytest.fixture
def text(home: Path) -> Path:
    path = home / "text.txt"
    path.write_text(GERMAN, encoding="utf-8")
    return path
