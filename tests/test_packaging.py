"""What is declared is locked, so that every machine installs the same, and tested from the oldest Python on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKED = {
    line.partition("==")[0].lower().replace("_", "-")
    for line in (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8").splitlines()
    if "==" in line
}


@pytest.mark.parametrize("requirement", [*DECLARED["project"]["dependencies"], *DECLARED["dependency-groups"]["dev"]])
def test_a_declared_package_is_locked(requirement: str) -> None:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    assert found[0].lower().replace("_", "-") in LOCKED


def test_the_oldest_python_that_is_tested_is_the_oldest_allowed() -> None:
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    matrix = re.search(r"^ +python: \[(.+)\]$", workflow, re.MULTILINE)
    assert matrix is not None
    assert DECLARED["project"]["requires-python"] == ">=" + matrix[1].split(",")[0].strip('"')
