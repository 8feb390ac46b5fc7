"""What one person teaches a model: documents, what may become of their text, and the memory between sessions.

Invariant: nothing is stored before a document is entered, and nothing of a private one at all.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from autocomplete.core.backend import Privacy

if TYPE_CHECKING:
    from autocomplete.embedded.adaptive.memory.memory import Memory


@runtime_checkable
class Remembers(Protocol):
    """A backend that keeps apart what it learns in private documents, and stores what others teach if it was given a memory."""

    def remember(self, memory: Memory) -> None:
        """Use and feed a memory, from the first question on; close it when this backend is closed."""

    def enter(self, document: Hashable, privacy: Privacy) -> None:
        """Learn for a document from now on; entered again with another privacy, it was named."""

    def leave(self, document: Hashable) -> None:
        """Take it that a document is closed."""
