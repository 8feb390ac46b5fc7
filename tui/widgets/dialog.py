"""A screen that asks something, and is left with an answer.

Invariant: it is left once, and only while it is in front: a second answer, which a slow machine may hand over later, is none.
"""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A dialog with a result."""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Leave the dialog with `result`. Textual 8.2.8 would take away whatever is in front, or end for want of it."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
