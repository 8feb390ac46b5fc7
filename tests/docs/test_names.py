"""What the documents name is there: links, files, modules that are run, targets of make, commands, names in the code."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from autocomplete.cli.main import app
from tests.docs.pages import PAGES, ROOT, anchors, names_in, page_id, text_of

every_page = pytest.mark.parametrize("page", PAGES, ids=page_id)

_LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#]*)(?:#(?P<anchor>[^)]+))?\)")
_FOLDERS = "autocomplete|tui|tests|benchmarks|scripts|docs|examples|requirements"
_PATH = re.compile(rf"(?<![\w/.~(-])(?P<path>(?:{_FOLDERS})/[\w./*-]*)(?:::(?P<name>[\w.]+))?")
_PLACEHOLDER = re.compile(r"[A-Z]{4}")  # tests/cli/commands/test_NAME.py


def _paths(page: Path) -> Iterator[tuple[str, str | None]]:
    for match in _PATH.finditer(text_of(page)):
        if not _PLACEHOLDER.search(match["path"].replace("README", "").replace("CHANGELOG", "")):
            yield match["path"].rstrip("."), match["name"]


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.finditer(text_of(page)):
        target = page.parent / unquote(link["path"]) if link["path"] else page
        assert target.exists(), link[0]
        assert link["anchor"] is None or link["anchor"] in anchors(target), link[0]


@every_page
def test_files_and_folders_exist(page: Path) -> None:
    missing = [path for path, _ in _paths(page) if not any(ROOT.glob(path.rstrip("/")))]
    assert missing == []


@every_page
def test_names_are_defined_where_the_page_says(page: Path) -> None:
    named = [(path, name) for path, name in _paths(page) if name is not None and (ROOT / path).is_file()]
    assert [f"{path}::{name}" for path, name in named if name not in names_in(ROOT / path)] == []


@every_page
def test_modules_that_are_run_exist(page: Path) -> None:
    modules = re.findall(r"python -m\s+((?:autocomplete|tui|benchmarks|scripts)[\w.]*)", text_of(page))
    assert [module for module in modules if importlib.util.find_spec(module) is None] == []


@every_page
def test_modules_in_the_text_exist(page: Path) -> None:
    modules = re.findall(r"`((?:autocomplete|tui)(?:\.[a-z_]+)+)`", text_of(page))
    assert [module for module in modules if not any(ROOT.glob(module.replace(".", "/") + "*"))] == []


@every_page
def test_targets_of_make_exist(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    used = re.findall(r"(?:`|^|run: )make ([a-z-]+)", text_of(page), re.MULTILINE)
    assert set(used) <= set(targets)


@every_page
def test_commands_exist(page: Path) -> None:
    words = re.findall(r"(?:^\$ |`)autocomplete ([a-z]+)\b", text_of(page), re.MULTILINE)
    assert set(words) <= set(app.list_commands(None))  # type: ignore[arg-type]  # it needs no context
