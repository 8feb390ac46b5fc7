"""The style sheet: a class that is renamed takes its rules along."""

from __future__ import annotations

import re
from pathlib import Path

import textual.widgets
from textual.command import CommandList, CommandPalette, SearchIcon
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen

import tui

FOLDER = Path(tui.__file__).parent


def test_every_widget_of_the_style_sheet_exists() -> None:
    rules = re.sub(r"/\*.*?\*/|[:;][^{};]*;", "", (FOLDER / "editor.tcss").read_text(encoding="utf-8"), flags=re.DOTALL)
    named = set(re.findall(r"(?<![\w.#$-])[A-Z]\w+", rules))
    ours = {
        name for file in FOLDER.rglob("*.py") for name in re.findall(r"^class (\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    theirs = {cls.__name__ for cls in (CommandList, CommandPalette, SearchIcon, Horizontal, Vertical, VerticalScroll, Screen)}
    assert "SettingsScreen" in named
    assert not [name for name in sorted(named - ours - theirs) if not hasattr(textual.widgets, name)]
