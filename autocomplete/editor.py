"""What the terminal editor takes beside `autocomplete` and `autocomplete.evaluation`. Unstable: any release may change it."""

from __future__ import annotations

from typing import Any

from autocomplete.public_names import lazy, names_of

_load = lazy(__name__)
__all__ = names_of(__name__)


def __getattr__(name: str) -> Any:
    return _load(name)


def __dir__() -> list[str]:
    return __all__
