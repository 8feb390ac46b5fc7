"""The private names of Textual and rich that the editor uses are listed, used, and there: `docs/dev/textual.md`."""

from __future__ import annotations

import importlib.util
import inspect
import re
import tomllib
from typing import NamedTuple

import pytest

from tests.support.private_names import ROOT, attribute_uses, defined, uses

PAGE = ROOT / "docs" / "dev" / "textual.md"
_ROW = re.compile(
    r"^\| `(?P<name>(?:textual|rich)\.[\w.]+)` \| `(?P<expected>[^`]+)` \|(?P<files>[^|]+)\|[^|]+\|(?P<check>[^|]*)\|$"
)


class Row(NamedTuple):
    """A private name: what it must be, the files that use it, what to check when the version is raised."""

    name: str
    expected: str
    files: frozenset[str]
    check: str


def _rows() -> list[Row]:
    matches = filter(None, map(_ROW.match, PAGE.read_text(encoding="utf-8").splitlines()))
    return [Row(m["name"], m["expected"], frozenset(re.findall(r"`([^`]+)`", m["files"])), m["check"].strip()) for m in matches]


LISTED = _rows()


def _found() -> dict[str, set[str]]:
    """Return the files that use each private name. `?._x` on an object is the listed name that ends so, if there is one."""
    by_attribute = {row.name.rpartition(".")[2]: row.name for row in LISTED}
    files: dict[str, set[str]] = {}
    imports = [use for folder in ("tui", "tests", "benchmarks") for use in uses(folder)]
    attributes = [use for package in ("tui", "benchmarks") for use in attribute_uses(package)]
    for name, file in imports + attributes:
        known = by_attribute.get(name.removeprefix("?."), name) if name.startswith("?.") else name
        files.setdefault(known, set()).add(file)
    return files


def fault(name: str, expected: str) -> str:
    """Return what is wrong with a private name in the installed version, "" if it is as expected."""
    path, _, last = name.rpartition(".")
    holder = _resolved(path)
    if holder is None:
        return f"{path} is gone"
    if expected == "attribute":
        return "" if isinstance(holder, type) and last in defined(holder) else f"{path} no longer sets {last}"
    value = inspect.getattr_static(holder, last, None)
    if value is None:
        return f"{path} has no {last}"
    return "" if (kind := _kind(value)) == expected else f"it is {kind}, not {expected}"


def _resolved(path: str) -> object | None:
    """Return the module or class of that dotted name, or None."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        module, _, name = path.rpartition(".")
        return getattr(importlib.import_module(module), name, None) if _has_module(module) else None


def _has_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _kind(value: object) -> str:
    if isinstance(value, type):
        return "class"
    if isinstance(value, property):
        return "property"
    function = inspect.unwrap(value) if callable(value) else value
    if not inspect.isfunction(function):
        return type(value).__name__
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    return f"{'async ' if inspect.iscoroutinefunction(function) else ''}({', '.join(names)})"


def test_no_name_is_listed_twice() -> None:
    assert len({row.name for row in LISTED}) == len(LISTED) > 30


def test_the_list_is_what_the_code_uses() -> None:
    found, listed = _found(), {row.name: set(row.files) for row in LISTED}
    unlisted = [f"{name} in {sorted(found[name])} is not listed" for name in found.keys() - listed]
    unused = [f"{name} is listed and no longer used" for name in listed.keys() - found]
    moved = [f"{name} is used in {sorted(found[name])}" for name in found.keys() & listed if found[name] != listed[name]]
    assert sorted(unlisted + unused + moved) == []


@pytest.mark.parametrize("row", LISTED, ids=lambda row: row.name)
def test_a_listed_name_is_as_it_was(row: Row) -> None:
    assert fault(row.name, row.expected) == "", f"see {PAGE.name}; check: {row.check or row.files}"


@pytest.mark.parametrize(
    ("name", "expected", "reason"),
    [
        ("textual._gone.Thing", "class", "textual._gone is gone"),
        ("textual.app.Gone._x", "()", "textual.app.Gone is gone"),
        ("textual.app.App._gone", "()", "textual.app.App has no _gone"),
        ("textual.app.App._gone", "attribute", "textual.app.App no longer sets _gone"),
        ("textual.widget.Widget._forward_event", "(event, now)", "it is (event), not (event, now)"),
        ("textual.widgets._text_area.TextArea._on_key", "(event)", "it is async (event), not (event)"),
    ],
)
def test_what_broke_is_named(name: str, expected: str, reason: str) -> None:
    assert fault(name, expected) == reason


@pytest.mark.parametrize(("library", "versions"), [("textual", ">=8.2.8,<8.3"), ("rich", ">=15,<16")])
def test_the_version_is_capped_wherever_it_is_declared(library: str, versions: str) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = declared["project"]
    groups = [*project["optional-dependencies"].values(), *declared["dependency-groups"].values()]
    lines = [line for group in [project["dependencies"], *groups] for line in group]
    assert {re.sub(r"^\w+(\[\w+\])?", "", line) for line in lines if line.startswith(library)} == {versions}


def test_pages_that_the_code_points_at_have_that_heading() -> None:
    headings = re.findall(r"^#+ (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    files = [path for folder in ("tui", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    named = {name for path in files for name in re.findall(r"docs/dev/textual\.md#([\w-]+)", path.read_text(encoding="utf-8"))}
    assert named <= anchors
