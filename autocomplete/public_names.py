"""Public names, loaded from where they are defined when they are first used.

There are three public modules: `autocomplete` (to embed the engine), `autocomplete.evaluation` (to measure and tune by program)
and `autocomplete.editor` (what the terminal editor takes; any release may change it). Each lists its names in a stub beside it
(`.pyi`), as imports, which type checkers follow and which are read here.

Invariant: importing a public module loads neither openai, textual nor numpy.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable
from typing import Any

#: The public modules.
TIERS = ("autocomplete", "autocomplete.evaluation", "autocomplete.editor")

# `from home import name as name, ...`.
_IMPORT = re.compile(r"^from (\S+) import (\([^)]*\)|.*)", re.MULTILINE)
_NAME = re.compile(r"(\w+) as ")


def homes(tier: str) -> dict[str, str]:
    """Return the public names of an imported module, each with the module that defines it: constants, classes, functions.

    >>> homes("autocomplete.evaluation")["Goal"]
    'autocomplete.evaluation.goals.goals'
    """
    module: Any = importlib.import_module(tier)
    stub = module.__loader__.get_data(f"{module.__file__}i").decode()  # in an archive too
    imports = _IMPORT.findall(stub)
    found = [(name, home) for home, names in imports for name in _NAME.findall(names)]
    return dict(sorted(found, key=lambda pair: (not pair[0].isupper(), pair[0])))


def lazy(tier: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Return `__getattr__`, `__dir__` and `__all__` of a public module; a name is loaded once."""
    home_of = homes(tier)

    def load(name: str) -> Any:
        if name not in home_of:
            raise AttributeError(f"module {tier!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(home_of[name]), name)
        setattr(sys.modules[tier], name, value)
        return value

    return load, lambda: list(home_of), list(home_of)
