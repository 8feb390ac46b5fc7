"""The documents of the project, and what they name."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Every page: those of the root, of `docs` with all its folders, the examples', and what a host of the repository reads.
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / ".github").rglob("*.md"),
        *(ROOT / ".github").rglob("*.yml"),
        ROOT / "examples" / "README.md",
    ]
)


def page_id(path: Path) -> str:
    """Return what a page is called in the names of tests."""
    return path.relative_to(ROOT).as_posix()


@cache
def text_of(path: Path) -> str:
    """Return a page as it stands."""
    return path.read_text(encoding="utf-8")


@cache
def anchors(path: Path) -> frozenset[str]:
    """Return the anchors of a page's headings, as GitHub makes them.

    >>> sorted(anchors(ROOT / "docs" / "models.md"))[:2]
    ['a-model-of-your-own', 'models']
    """
    headings = re.findall(r"^#+ (.+)$", text_of(path), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return what a module defines: its names, and `Class.name` for what its classes define or set on their objects."""
    names: set[str] = set()
    for node in ast.parse(text_of(path)).body:
        names |= _defined(node)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{name}" for inner in ast.walk(node) for name in _defined(inner)}
    return frozenset(names)


def _defined(node: ast.AST) -> set[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {t.id if isinstance(t, ast.Name) else t.attr for t in targets if isinstance(t, ast.Name | ast.Attribute)}
