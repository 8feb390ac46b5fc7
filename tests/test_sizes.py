"""Files, functions and folders of the shipped packages stay small enough to be read in one go."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = sorted(path for package in ("autocomplete", "tui") for path in (ROOT / package).rglob("*.py"))


def test_no_file_is_longer_than_400_lines() -> None:
    lines = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").count("\n") for path in FILES}
    assert {name: n for name, n in lines.items() if n > 400} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert long == []


def test_no_folder_holds_more_than_20_modules() -> None:
    folders = Counter(path.parent.relative_to(ROOT).as_posix() for path in FILES)
    assert {folder: n for folder, n in folders.items() if n > 20} == {}
