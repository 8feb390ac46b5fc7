"""Opening an engine for the editor, and what to say where it fails.

Invariant: no words of a foreign error are shown: they may hold the text, or a key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.widgets.status_line import inert

if TYPE_CHECKING:
    from autocomplete import Autocompleter


def open_engine(factory: Callable[[], Autocompleter]) -> tuple[Autocompleter, Callable[[int], int]]:
    """Return the engine and its windowing rule. Imports and opens them, so it belongs in a thread."""
    from autocomplete import context_start

    return factory(), context_start


def one_line(exc: Exception) -> str:
    """Return an error in one inert line. Only the words of our own errors: others may hold the text, or a key."""
    from autocomplete import AutocompleteError

    message = inert(" ".join(str(exc).split())) if isinstance(exc, AutocompleteError) else ""
    return message or f"{type(exc).__name__}: the backend failed"
