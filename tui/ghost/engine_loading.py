"""Opening an engine for the editor: imports and files, in a thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autocomplete import Autocompleter


def open_engine(factory: Callable[[], Autocompleter]) -> tuple[Autocompleter, Callable[[int], int]]:
    """Return the engine and its windowing rule. Imports and opens them, so it belongs in a thread."""
    from autocomplete.editor import context_start

    return factory(), context_start
