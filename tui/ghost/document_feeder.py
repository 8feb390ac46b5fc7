"""A model that learns reads the documents that are opened, between the keys.

Invariant: never more than one portion is read without a turn of the event loop in between, so no key waits for a document.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autocomplete import Autocompleter

#: Characters of a document that a model reads when it is opened, and those that it reads between two keys.
MOST_READ = 400_000
PORTION = 2_000


class DocumentFeeder:
    """Hands the document in front to an engine in portions; `failed` gets what went wrong, and the rest is left unread.

    A document is read once. Where another comes to the front meanwhile, the rest waits until it is in front again: what is
    learned belongs to the document that the engine entered last.
    """

    def __init__(self, failed: Callable[[Exception], None]) -> None:
        self._failed = failed
        self._unread: dict[Hashable, deque[str]] = {}
        self._front: tuple[Hashable, Path | None] | None = None
        self._autocompleter: Autocompleter | None = None
        self._task: asyncio.Task[None] | None = None

    def use(self, autocompleter: Autocompleter) -> None:
        """Let `autocompleter` read, from now on, what is unread."""
        self._autocompleter = autocompleter
        self._go_on()

    def enter(self, document: Hashable, path: Path | None, text: Callable[[], str]) -> None:
        """Follow which document is in front; read its `text`, the end if it is long, where that was not done yet."""
        self._front = document, path
        if document not in self._unread:
            self._unread[document] = deque(portions(text()[-MOST_READ:]))
        self._go_on()

    def leave(self, document: Hashable) -> None:
        """Forget a document that is closed."""
        self._unread.pop(document, None)
        if self._front is not None and self._front[0] == document:
            self._front = None
        if self._autocompleter is not None:
            self._autocompleter.session.leave(document)

    def stop(self) -> None:
        """Read nothing more, until a document is entered."""
        self._unread = {}
        self._autocompleter = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _go_on(self) -> None:
        if self._autocompleter is None or self._front is None:
            return
        try:
            self._autocompleter.session.enter(*self._front)
        except Exception as exc:  # the border of the UI: an unread document is still a document
            self._failed(exc)
            return
        if self._unread.get(self._front[0]) and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._read(self._autocompleter))

    async def _read(self, autocompleter: Autocompleter) -> None:
        try:
            while self._rest():
                await asyncio.sleep(0)
                if rest := self._rest():
                    autocompleter.session.learn(rest.popleft())
        except Exception as exc:  # the border of the UI, as above
            self._unread = {document: deque() for document in self._unread}
            self._failed(exc)

    def _rest(self) -> deque[str] | None:
        return self._unread.get(self._front[0]) if self._front is not None else None


def portions(text: str) -> list[str]:
    """Return `text` in whole lines of some `PORTION` characters each; longer lines are cut.

    >>> portions("one\\ntwo\\n") == ["one\\ntwo\\n"], max(map(len, portions("x" * 5000))) <= PORTION
    (True, True)
    """
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        for at in range(0, len(line), PORTION):
            part = line[at : at + PORTION]
            if found and len(found[-1]) + len(part) <= PORTION:
                found[-1] += part
            else:
                found.append(part)
    return found
