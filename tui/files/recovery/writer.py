"""Collects the edits of an open document, and writes them to its log.

Invariant: what was typed is in the log or on its way there, in the order in which it was typed, whichever thread writes
first; collecting an edit takes no time that depends on the text.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from textual.widgets.text_area import Location

from tui.files.disk import Stamp
from tui.files.encodings import Encoding
from tui.files.recovery.edit_log import Edit
from tui.files.recovery.store import EditLog, FileChanged, OriginalText, Place, UnsavedText
from tui.text.document import LineDocument

#: After a failed write the next is tried so many turns later.
PAUSE = 20


class Recoverable(Protocol):
    """An open document, as far as its recovery goes. See `Page`."""

    @property
    def path(self) -> Path | None:
        """Its file, None while it has none."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def stamp(self) -> Stamp | None:
        """The state of its file that was read or written last."""

    @property
    def encoding(self) -> Encoding | None:
        """The encoding that the person chose, None where nobody did."""

    @property
    def document(self) -> LineDocument:
        """Its lines."""


class RecoveryWriter:
    """Keeps the text of a page safe in a folder in `root`, from its next edit on; that of a private file nowhere.

    The page says when its text is that of its file again, by `restart`. `is_private`: whether nothing of a file is to be kept.
    """

    def __init__(self, page: Recoverable, root: Path, is_private: Callable[[Path], bool] = lambda path: False) -> None:
        self._page, self._root, self._is_private = page, root, is_private
        self.origin: UnsavedText | None = None  # what was brought back into the page: it goes once that is saved
        self._begin()

    def _begin(self) -> None:
        page = self._page
        text = page.document.text if page.path is None or page.stamp is None else ""
        codec = None if page.encoding is None else page.encoding.codec
        self._log = EditLog(self._root, OriginalText(page.path, page.title, page.stamp, lambda: text, codec))
        self._document = page.document
        self._document.followers.append(self._edited)
        self._edits: list[Edit] = []
        # Taken, and not written yet: edits, or the whole text.
        self._due: deque[tuple[list[Edit], str | None]] = deque()
        self._order = threading.Lock()
        self._whole = False  # only the whole text will do
        self._failing = False
        self._waits = 0

    @property
    def safe(self) -> bool:
        """Whether all that was typed is on the disk."""
        return not (self._edits or self._due or self._whole)

    def _edited(self, start: Location, old_end: Location, new_end: Location) -> None:
        if not self._whole:
            self._edits.append(Edit(start, old_end, self._document.get_text_range(start, new_end)))

    def take(self, place: Place) -> Callable[[], None] | None:
        """Return what writes the edits so far, to be called in any thread, or never; None where there are none.

        What an earlier answer has not written by then is written first: a slow machine may run them in any order.
        `place`: where the tab stands, which is written too. It raises OSError where it cannot; then `failed` is to be called.
        """
        if self.safe and self._log.is_at(place):
            return None
        if self._page.path is not None and self._is_private(self._page.path):
            self._edits, self._whole = [], True
            return None
        if self._waits:
            self._waits -= 1
            return None
        whole = self._page.document.text if self._whole or self._log.full else None
        self._due.append((self._edits if whole is None else [], whole))
        self._edits, self._whole = [], False
        log, due, order = self._log, self._due, self._order

        def write() -> None:
            with order:
                try:
                    while due:
                        log.write(*due[0], place=place)
                        due.popleft()
                    self._failing = False
                except Exception as exc:
                    due.clear()
                    self._whole = self._whole or log is self._log
                    if not isinstance(exc, FileChanged):
                        raise

        return write

    def failed(self) -> bool:
        """Note that a write failed: the whole text is due, a while later. Return whether the one before did not fail."""
        first, self._failing = not self._failing, True
        self._whole, self._waits = True, PAUSE
        self._edits = []
        return first

    def restart(self, *, saved: bool = False, discarded: bool = False) -> None:
        """Begin anew with the text as it is. Unless it is to be kept as `discarded`, it is that of the file, or new."""
        if saved and self.origin is not None:
            self.origin.delete()
            self.origin = None
        (self.discard if discarded else self.drop)()
        self._begin()

    def drop(self) -> None:
        """Delete what was written: the text is in its file."""
        self._stop()
        self._log.drop()

    def discard(self) -> None:
        """Stop, and keep the text for a week, for the person gave it up. Writes what is not written yet."""
        if (write := self.take((0, 0))) is not None:
            with suppress(OSError):
                write()
        self._stop()
        self._log.leave(discarded=True)

    def leave(self) -> None:
        """Stop, and leave what was written to be found."""
        self._stop()
        self._log.leave()

    def _stop(self) -> None:
        if self._edited in self._document.followers:
            self._document.followers.remove(self._edited)
