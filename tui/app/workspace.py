"""The open documents, and the one in front.

Invariant: every document has a text area of its own, so that its undo history, cursor and scrolling stay with it; there is
always one in front.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual.widgets import TextArea

from tui.files.disk import Stamp
from tui.files.encodings import Encoding
from tui.files.file_format import FileFormat
from tui.files.load_save import LoadedText
from tui.files.syntax import Syntax, grammar
from tui.ghost.area import GhostArea
from tui.text.document import LineDocument

if TYPE_CHECKING:
    from tui.files.recovery.writer import RecoveryWriter

_HINT = "Just write. The next word appears when it is likely enough; Tab takes it."

#: Lines that are compared at once.
_BLOCK = 1024


class Page:
    """One open document: its text area, the file that a save writes to, and whether that file lacks something.

    `path` is None until the document has a name; then `title` is what it is called. `kept` is False for a text that is in
    no file yet, such as one from standard input: it counts as unsaved. `place`: row and column of the cursor at first.
    `encoding`: that which the person chose for the file, None where nobody did. `format`: what the next save writes.
    """

    def __init__(
        self,
        loaded: LoadedText | None = None,
        path: Path | None = None,
        *,
        place: tuple[int, int] = (0, 0),
        title: str = "Untitled",
        kept: bool = True,
        encoding: Encoding | None = None,
    ) -> None:
        loaded = loaded or LoadedText("", FileFormat())
        self.path = path
        self.encoding = encoding
        self.format = self._file_format = loaded.format
        self.stamp: Stamp | None = loaded.stamp
        self.reported_stamp: Stamp | None = loaded.stamp  # the state of the file that the person knows of
        self.save_error = ""  # why the last save failed, until one succeeds or the person puts the line away
        self.keeper: RecoveryWriter | None = None
        self._syntax: tuple[Path | None, Syntax | None] = (None, None)
        self._title = title
        self._place = place
        self.area = GhostArea(loaded.text, tab_behavior="indent", placeholder=_HINT)
        self._saved: list[str] = list(self.document.lines) if kept else [""]
        self._differing_row = 0
        self._judged: tuple[LineDocument, int, bool] | None = None

    @property
    def document(self) -> LineDocument:
        """The lines of the text."""
        return cast(LineDocument, self.area.document)

    @property
    def title(self) -> str:
        """The name of the file, or what the document is called without one."""
        return self.path.name if self.path else self._title

    @property
    def heading(self) -> str:
        """The title, and what the file on the disk is by now where it is another than was read or written last."""
        if self.reported_stamp == self.stamp:
            return self.title
        return f"{self.title} ({'deleted' if self.reported_stamp is None else 'changed'} on disk)"

    @property
    def modified(self) -> bool:
        """Whether the text, or its line ends, differ from what was loaded or saved last; what was undone is no difference."""
        if self.stamp is not None and self.format != self._file_format:
            return True
        document, judged = self.document, self._judged
        if judged is None or judged[0] is not document or judged[1] != document.revision:
            self._judged = judged = (document, document.revision, self._differs())
        return judged[2]

    def syntax(self) -> Syntax | None:
        """Return what colours the text, None where nothing does: by the name of the file, and whether its grammar is there."""
        path, syntax = self._syntax
        if path != self.path or (syntax is not None and syntax.document is not self.document):
            if syntax is not None:
                self.area.add_marks("0 syntax", None)
            known = grammar(self.path)
            self._syntax = self.path, Syntax(self.document, known) if known is not None else None
        return self._syntax[1]

    @property
    def untouched(self) -> bool:
        """Whether nobody would miss the document: it has neither a name nor a text."""
        return self.path is None and not self.modified and self._saved == [""]

    def shown(self) -> None:
        """Put the cursor in its place, now that there is a screen to scroll."""
        if self._place != (0, 0):
            self.area.call_after_refresh(self.go_to, *self._place)
            self._place = (0, 0)

    def go_to(self, row: int, column: int) -> None:
        """Put the cursor there, or as near as the text allows."""
        row = min(row, self.area.document.line_count - 1)
        self.area.move_cursor((row, min(column, len(self.area.document.get_line(row)))), center=True)

    def take(self, loaded: LoadedText) -> None:
        """Show what was read from the file anew, in place of the text, which is kept for a week if it was not saved."""
        if self.keeper is not None and self.modified:
            self.keeper.restart(discarded=True)
        place = self.area.cursor_location
        self.area.load_text(loaded.text)
        self.go_to(*place)
        self._agree(loaded.format, loaded.stamp)

    def saved(self, path: Path, file_format: FileFormat, stamp: Stamp) -> None:
        """Note that the present text is what the file at `path` holds."""
        self.path = path
        self._agree(file_format, stamp, saved=True)

    def _agree(self, file_format: FileFormat, stamp: Stamp | None, *, saved: bool = False) -> None:
        self.format = self._file_format = file_format
        self.stamp = self.reported_stamp = stamp
        self.save_error = ""
        self._saved, self._judged = list(self.document.lines), None
        if self.keeper is not None:
            self.keeper.restart(saved=saved)

    def end_recovery(self) -> None:
        """Keep the text safe no longer: it is closed, saved or given up."""
        if self.keeper is not None:
            (self.keeper.discard if self.modified else self.keeper.drop)()

    def _differs(self) -> bool:
        """Return whether a line differs. The row found last time is looked at first: while one types it still differs."""
        lines, saved = self.document.lines, self._saved
        if len(lines) != len(saved):
            return True
        if self._differing_row < len(saved) and lines[self._differing_row] != saved[self._differing_row]:
            return True
        for start in range(0, len(saved), _BLOCK):  # equal lines are mostly the same object, so this is quick
            ours, theirs = lines[start : start + _BLOCK], saved[start : start + _BLOCK]
            if ours != theirs:
                self._differing_row = start + next(row for row, line in enumerate(ours) if line != theirs[row])
                return True
        return False


class Workspace:
    """The open documents in the order of their tabs."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._pages = list(pages) or [Page()]
        self._front = self._pages[0]

    @property
    def pages(self) -> tuple[Page, ...]:
        """All open documents."""
        return tuple(self._pages)

    @property
    def front(self) -> Page:
        """The document that is seen and written in."""
        return self._front

    @front.setter
    def front(self, page: Page) -> None:
        if page not in self._pages:
            self._pages.insert(self._pages.index(self._front) + 1, page)
        self._front = page

    def remove(self, page: Page) -> None:
        """Close a document. Its neighbour comes to the front, or a new one where it was the last."""
        at = self._pages.index(page)
        self._pages.remove(page)
        if not self._pages:
            self._pages.append(Page())
        if page is self._front:
            self._front = self._pages[min(at, len(self._pages) - 1)]

    def beside(self, step: int) -> Page:
        """Return the document `step` tabs further on from the one in front, round the end."""
        return self._pages[(self._pages.index(self._front) + step) % len(self._pages)]

    def of(self, area: TextArea) -> Page | None:
        """Return the document that is written in `area`."""
        return next((page for page in self._pages if page.area is area), None)

    def at(self, path: Path) -> Page | None:
        """Return the document of the file at `path`, under whatever name it is open."""
        return next((page for page in self._pages if page.path is not None and _same_file(page.path, path)), None)


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve() or one.samefile(other)
    except (OSError, RuntimeError, ValueError):  # one of them is not there yet, or is no possible path
        return one.absolute() == other.absolute()
