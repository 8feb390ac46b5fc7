"""Which private names of Textual and rich the code uses, found by syntax tree."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIBRARIES = ("textual", "rich")


def is_private(name: str) -> bool:
    """Return whether `name` begins with one underscore, and is more than that."""
    return name.startswith("_") and name.strip("_") != "" and not name.startswith("__")


def uses(folder: str) -> Iterator[tuple[str, str]]:
    """Yield each private name that the files of a folder import: the dotted name, and the file that does."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in LIBRARIES:
                for name in (f"{node.module}.{alias.name}" for alias in node.names):
                    if any(map(is_private, name.split("."))):
                        yield name, path.relative_to(ROOT).as_posix()


def attribute_uses(package: str) -> Iterator[tuple[str, str]]:
    """Yield each private attribute of a Textual class that a package reads, sets or overrides, and the file that does.

    What a class reaches through `self`, `cls` or `super()` is named by the class of its bases that defines it; on any other
    object the class is not known, so that the name is `?._attribute`.
    """
    trees = {path: _tree(path) for path in sorted((ROOT / package).rglob("*.py"))}
    own = {name for tree in trees.values() for name in _defined_in(tree)}
    for path, tree in trees.items():
        file = path.relative_to(ROOT).as_posix()
        if sys.platform == "win32" and file.endswith("terminal_driver.py"):
            continue  # it stands on a module that Windows lacks
        module = importlib.import_module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                for name in _own_class_uses(node, getattr(module, node.name)):
                    yield name, file
        modules = {alias.asname or alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
        for attribute in (node for node in ast.walk(tree) if isinstance(node, ast.Attribute)):
            elsewhere = not _is_self(attribute.value) and ast.unparse(attribute.value) not in modules
            if elsewhere and is_private(attribute.attr) and attribute.attr not in own:
                yield f"?.{attribute.attr}", file


def _own_class_uses(node: ast.ClassDef, cls: type) -> set[str]:
    """Return the private names in the body of a class that belong to Textual or rich as well."""
    reached = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute) and _is_self(n.value)}
    names = filter(is_private, reached | _defined_in(node))
    owners = ((name, owner(cls, name)) for name in names)
    return {f"{base.__module__}.{base.__qualname__}.{name}" for name, base in owners if base is not None}


def owner(cls: type, name: str) -> type | None:
    """Return the class of Textual or rich among the bases of `cls` that defines a private name, or None."""
    foreign = (base for base in cls.__mro__ if base.__module__.partition(".")[0] in LIBRARIES)
    return next((base for base in foreign if name in defined(base)), None)


@cache
def defined(cls: type) -> frozenset[str]:
    """Return the names that a class defines in its body, or sets on its objects."""
    return frozenset(_defined_in(ast.parse(textwrap.dedent(inspect.getsource(cls)))))


def _defined_in(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_self(node.value):
            names.add(node.attr)
        elif isinstance(node, ast.ClassDef):
            for statement in node.body:
                targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def _is_self(node: ast.expr) -> bool:
    """Return whether an expression is the object, or the class, whose body it stands in."""
    return ast.unparse(node) in ("self", "cls", "super()")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
