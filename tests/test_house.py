"""Files, functions and folders stay small; a name means one thing; tests stand where the code does."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHIPPED = sorted(path for package in ("autocomplete", "tui") for path in (ROOT / package).rglob("*.py"))
ALL = [
    *SHIPPED,
    *sorted(path for folder in ("tests", "benchmarks", "examples", "scripts") for path in (ROOT / folder).rglob("*.py")),
]

#: Names that this project no longer uses, for each has a term of the field.
FORMER_NAMES = re.compile(r"\b(told|Course|Walk|Look|Odd|Hindsight|Keeper|PatientBackend|speller|whole_file|by_length)\b")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_is_longer_than_400_lines() -> None:
    lines = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in ALL}
    assert {name: n for name, n in lines.items() if n > 400} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in ALL
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert long == []


def test_no_folder_holds_more_than_20_modules() -> None:
    folders = Counter(path.parent.relative_to(ROOT).as_posix() for path in SHIPPED)
    assert {folder: n for folder, n in folders.items() if n > 20} == {}


def test_no_two_classes_have_one_name() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path in SHIPPED:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(name_of(path))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_every_module_and_package_says_what_it_is() -> None:
    assert [name_of(path) for path in SHIPPED if not ast.get_docstring(tree(path))] == []


def test_former_names_are_gone() -> None:
    found = [
        f"{name_of(path)}: {name}"
        for path in SHIPPED
        for node in ast.walk(tree(path))
        for name in [
            getattr(node, "name", None)
            or getattr(node, "id", None)
            or getattr(node, "attr", None)
            or getattr(node, "arg", None)
        ]
        if isinstance(name, str) and FORMER_NAMES.fullmatch(name.lstrip("_"))
    ]
    assert found == []


def test_tests_stand_in_the_folders_of_what_they_test() -> None:
    packages = {name_of(path.parent).removeprefix("autocomplete/") for path in SHIPPED} | {"data", "docs", "support", "tests"}
    others = {"benchmarks", "examples", "scripts", *(name_of(path.parent) for path in ALL if path not in SHIPPED)}
    folders = {name_of(path.parent).removeprefix("tests/") for path in (ROOT / "tests").rglob("test_*.py")}
    assert {folder for folder in folders if folder not in packages | others} == set()
