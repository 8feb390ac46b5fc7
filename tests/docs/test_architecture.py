"""The drawing of the architecture is whole: every folder is in it, and the layers are those of the contracts."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.docs.pages import ROOT, text_of

TEXT = text_of(ROOT / "docs" / "dev" / "architecture.md")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def _drawing(package: str) -> str:
    match = re.search(rf"^## The layers of `{package}`\n+```text\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert match is not None
    return match[1]


@pytest.mark.parametrize("package", ["autocomplete", "tui"])
def test_every_folder_is_drawn(package: str) -> None:
    folders = {path.parent.name for path in (ROOT / package).rglob("*/__init__.py")}
    assert folders - set(re.findall(r"(\w+)/", _drawing(package))) == set()


@pytest.mark.parametrize("package", ["autocomplete", "tui"])
def test_every_folder_that_is_drawn_exists(package: str) -> None:
    folders = {path.name for path in (ROOT / package).rglob("*") if path.is_dir()}
    assert set(re.findall(r"(\w+)/", _drawing(package))) - folders == {package}


@pytest.mark.parametrize("package", ["autocomplete", "tui"])
def test_the_layers_are_those_of_the_contract(package: str) -> None:
    layers = next(contract["layers"] for contract in CONTRACTS if contract.get("containers") == [package])
    lines = [line for line in _drawing(package).splitlines() if line.startswith(f"{package}/")]
    names = [re.findall(r"(\w+)(?:/|\.py)", line.split("  ")[0]) for line in lines]
    second = [re.findall(r"^\S+ +(\w+)/ ", line) for line in lines]
    drawn = [sorted({*first[1:2], *extra}) for first, extra in zip(names, second, strict=True)]
    assert drawn == [sorted(layer.split(" | ")) for layer in layers]
