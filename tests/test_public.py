"""What the public modules offer, and what importing them must not load."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autocomplete.public_names import TIERS, homes

ROOT = Path(__file__).parents[1]
EVERY_NAME = [(tier, *where) for tier in TIERS for where in homes(tier).items()]


def test_the_first_tier_stays_small() -> None:
    assert len(homes("autocomplete")) <= 30


def test_no_name_is_offered_twice() -> None:
    names = [name for _, name, _ in EVERY_NAME]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("tier", TIERS)
def test_a_public_module_lists_its_names(tier: str) -> None:
    module = importlib.import_module(tier)
    assert module.__all__ == list(homes(tier))
    assert dir(module) == sorted(module.__all__)


@pytest.mark.parametrize("tier", TIERS)
def test_a_stub_offers_each_name_by_an_import_that_type_checkers_follow(tier: str) -> None:
    stub = Path(f"{importlib.import_module(tier).__file__}i")
    names = [name for statement in ast.parse(stub.read_text(encoding="utf-8")).body for name in _imported(statement)]
    assert [name.asname for name in names] == [name.name for name in names]
    assert sorted(name.name for name in names) == sorted(homes(tier))


def _imported(statement: ast.stmt) -> list[ast.alias]:
    assert isinstance(statement, ast.ImportFrom)
    return statement.names


@pytest.mark.parametrize(("tier", "name", "home"), EVERY_NAME)
def test_every_public_name_is_defined_where_the_stub_says(tier: str, name: str, home: str) -> None:
    value = getattr(importlib.import_module(tier), name)
    assert value is getattr(importlib.import_module(home), name)
    assert getattr(value, "__module__", home) == home  # a constant has none


@pytest.mark.parametrize("name", homes("autocomplete"))
def test_every_name_of_the_first_tier_is_in_the_documents(name: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))]
    assert any(re.search(rf"\b{name}\b", text) for text in texts)


@pytest.mark.parametrize("tier", TIERS)
def test_an_unknown_name_is_an_attribute_error(tier: str) -> None:
    with pytest.raises(AttributeError, match="no attribute 'Threshold'"):
        getattr(importlib.import_module(tier), "Threshold")  # noqa: B009 -- the stub has no such name


@pytest.mark.parametrize(
    "statement",
    [
        "import autocomplete",
        "from autocomplete import Autocompleter",
        "import autocomplete.evaluation, autocomplete.editor",
    ],
)
def test_importing_loads_no_heavy_library(statement: str) -> None:
    code = f"{statement}; import sys; print([m for m in ('openai', 'textual', 'numpy') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
