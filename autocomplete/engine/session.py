"""What one person teaches a model: documents, what may become of their text, and the memory between sessions.

Invariant: nothing is stored before a document is entered, and nothing of a private one at all. Without a document a text
teaches only what goes on from that very text: an engine that serves many people tells none what another wrote.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Hashable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from autocomplete.core.backend import Backend, Learner, Privacy
from autocomplete.embedded.adaptive.memory.privacy import is_private
from autocomplete.errors import ConfigError

#: Characters by which the window of a long text is known again.
WINDOW_START = 512

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
        """Note that a document is closed."""


class _Text:
    """A text that belongs to no document, as far as it was seen. Equal only to itself."""

    def __init__(self, context: str) -> None:
        self.context = context

    def goes_on(self, context: str) -> bool:
        """Return whether a context continues all of this text, or, in a long one, its window moved on."""
        if context.startswith(self.context):
            return True
        moved = self.context.find(context[:WINDOW_START]) if len(context) > 2 * WINDOW_START else -1
        return moved >= 0 and context.startswith(self.context[moved:]) and len(self.context) - moved >= WINDOW_START


class Session:
    """Which document is written in, and what it teaches the backend. Nothing happens where the backend does not learn.

    `memory`: where what was learned is stored between sessions, a `Memory` or its path; None stores nothing. `private`:
    patterns of files that never teach it anything, beside the usual ones. Raises ConfigError where the memory cannot be used.
    """

    def __init__(self, backend: Backend, *, memory: Memory | Path | str | None = None, private: Sequence[str] = ()) -> None:
        self._learner = backend if isinstance(backend, Learner) else None
        self._remembers = backend if isinstance(backend, Remembers) else None
        self._private = tuple(private)
        self._locks: dict[int, threading.RLock] = {}  # by process: a child after a fork has threads of its own
        self._entered: tuple[Hashable, Privacy] | None = None
        self._text: _Text | None = None
        self.memory = self._remember(memory)

    def _remember(self, memory: Memory | Path | str | None) -> Memory | None:
        if memory is None or self._remembers is None:
            return None
        from autocomplete.embedded.adaptive.memory.memory import Memory

        opened = memory if isinstance(memory, Memory) else Memory(memory)
        self._remembers.remember(opened)
        return opened

    @property
    def privacy(self) -> Privacy | None:
        """What may become of what is typed now; None before a document is entered: nothing is stored."""
        return None if self._entered is None else self._entered[1]

    @property
    def storing(self) -> bool:
        """Whether what is typed now teaches something that is stored."""
        return self.memory is not None and self.privacy is Privacy.STORED

    def enter(self, document: Hashable, path: Path | str | None = None) -> None:
        """Say which document is written in from now on; enter it again when it gets a name. Before `learn` of its text.

        `document`: anything that stays the same as long as it is open. `path`: its file or name, None while it has none: then
        what it teaches is held back. Where the path matches a private pattern nothing is stored, and what is learned there
        is unknown in other documents. Raises ConfigError where the model cannot be used.
        """
        self._drop_text()
        private = path is not None and is_private(Path(path), self._private)
        privacy = Privacy.PRIVATE if private else Privacy.HELD if path is None else Privacy.STORED
        if self._remembers is not None:
            self._remembers.enter(document, privacy)
        self._entered = document, privacy

    def leave(self, document: Hashable) -> None:
        """Say that a document is closed: what it taught lately is stored, or forgotten, as its privacy demands."""
        if self._remembers is not None:
            self._remembers.leave(document)
        if self._entered is not None and self._entered[0] == document:
            self._entered = None

    def learn(self, text: str) -> None:
        """Let the backend learn from a text for the entered document, such as the document itself when it is opened.

        Raises ConfigError as `enter` does, and where no document is entered: what is learned belongs to one.
        """
        if self._learner is None:
            return
        if self._entered is None:
            raise ConfigError("Enter a document before it teaches something: session.enter(document, path).")
        self._learner.learn(text)

    def in_one_thread(self) -> AbstractContextManager[object]:
        """Keep a model that learns for this thread, while the context lasts. Raises ConfigError where another is asking it."""
        if self._learner is None:
            return nullcontext()
        lock = self._locks.setdefault(os.getpid(), threading.RLock())
        if not lock.acquire(blocking=False):
            raise ConfigError("This model learns, and another thread is asking it: open an Autocompleter for each thread.")
        held = ExitStack()
        held.callback(lock.release)
        return held

    def observe(self, context: str) -> None:
        """Let the backend learn what is new in the text before the cursor, the end of which may still be changed."""
        if self._learner is None:
            return
        if self._entered is None:
            if self._remembers is None:
                return  # what it learns cannot be kept apart
            self._follow_text(self._remembers, context)
        self._learner.observe(context)

    def _follow_text(self, remembers: Remembers, context: str) -> None:
        """Take a text that belongs to no document for a private one of its own, as long as it goes on from itself."""
        if self._text is not None and self._text.goes_on(context):
            self._text.context = context
            return
        self._drop_text()
        self._text = _Text(context)
        remembers.enter(self._text, Privacy.PRIVATE)

    def _drop_text(self) -> None:
        if self._text is not None and self._remembers is not None:
            self._remembers.leave(self._text)
        self._text = None
