"""A search in the text of one area: what was found, the match at the cursor, and what is replaced.

Invariant: a text is searched in a thread, or for some milliseconds at once, on a snapshot, and what was found counts only as
long as the text is that snapshot; the text changes only when a replacement is asked for, each in one step of the undo history.
"""

from __future__ import annotations

import asyncio
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from typing import cast

from rich.style import Style
from textual.color import Color, ColorParseError
from textual.widgets.text_area import Selection

from tui.find.replacement import PatternError
from tui.find.search import Matches, Query, Span, TextChange, find, replace_all, replace_one
from tui.ghost.area import GhostArea
from tui.text.document import LineDocument

#: The layer of marks that matches are drawn in.
_LAYER = "find"

_NONE = Matches(array("q"), array("q"))

#: Texts of up to so many characters are looked through at once, so that the next key finds what was looked for.
SHORT = 100_000

#: That may take so long, in seconds; what takes longer is done in a thread.
AT_ONCE_S = 0.004


class FindSession:
    """Finds `query` in `area`. `error`: why it could not be looked for, or replaced; "" where it could."""

    def __init__(self, area: GhostArea) -> None:
        self.area = area
        self.query = Query()
        self.error = ""
        self._matches = _NONE
        self._revision = -1
        self._stopped = threading.Event()

    @property
    def fresh(self) -> bool:
        """Whether what was found is what the text holds now."""
        return self._revision == self._document.revision

    @property
    def matches(self) -> Matches:
        """What was found; nothing where the text has changed since."""
        return self._matches if self.fresh else _NONE

    @property
    def selected(self) -> Span:
        """What is selected, in code points of the document; both ends are the cursor where nothing is."""
        start, end = sorted(self.area.selection)
        return self._document.offset_of(start), self._document.offset_of(end)

    @property
    def count(self) -> str:
        """Where among the matches the selection is, for people."""
        n_matches = len(self.matches)
        if not self.query.words or not self.fresh:
            return ""
        if not n_matches:
            return "no match"
        total = f"{n_matches:,}{'+' if self.matches.more else ''}"
        at = self.matches.index_of(self.selected)
        return f"{total} found" if at is None else f"{at + 1:,} of {total}"

    async def find(self, query: Query) -> bool:
        """Find all matches of `query`; return whether that is known now. A newer call ends an older one."""
        revision = self._document.revision
        stopped = self._begin()
        found = _at_once(query, self.area.text) if self._document.n_chars <= SHORT else None
        try:
            if found is None:
                found = await asyncio.to_thread(find, query, self.area.text, stopped.is_set)
            matches, error = found, ""
        except PatternError as exc:
            matches, error = _NONE, str(exc)
        finally:
            superseded = stopped.is_set()
            stopped.set()
        if superseded or revision != self._document.revision:
            return False
        self.query, self.error, self._matches, self._revision = query, error, matches, revision
        self._mark()
        return True

    def stop(self) -> None:
        """End a search that is going on."""
        self._stopped.set()

    def close(self) -> None:
        """End the search, and take the marks away."""
        self.stop()
        self.area.add_marks(_LAYER, None)

    def show_from(self, offset: int) -> None:
        """Select the first match at `offset` or behind it, else the first of all; go to `offset` where there is none."""
        found = self.matches
        self._show(found.span(found.first_from(offset)) if len(found) else (offset, offset))

    def step(self, *, forward: bool) -> str:
        """Select the next match, or the one before; return what to tell: that the search went round the end of the text."""
        if not len(self.matches):
            return ""
        index, wrapped = self.matches.step(self.selected, forward=forward)
        self._show(self.matches.span(index))
        return "" if not wrapped else "from the top" if forward else "from the end"

    async def replace(self, replacement: str) -> bool:
        """Replace the selected match; return whether there was one. The cursor stands behind what was put there."""
        if self.matches.index_of(self.selected) is None:
            return False
        return await self._replace(replace_one, self.query, replacement, self.area.text, self.selected) > 0

    async def replace_all(self, replacement: str) -> int:
        """Replace all matches in one step, and return how many there were."""
        if not len(self.matches):
            return 0
        cursor = self._document.offset_of(self.area.cursor_location)
        stopped = self._begin()
        return await self._replace(replace_all, self.query, replacement, self.area.text, cursor, stopped.is_set)

    async def _replace(self, work: Callable[..., TextChange | None], *arguments: object) -> int:
        revision = self._document.revision
        self.error = ""
        if self.area.read_only:
            self.error = "this text is read-only"
            return 0
        try:
            change = await asyncio.to_thread(work, *arguments)
        except PatternError as exc:
            self.error = str(exc)
            return 0
        if change is None or revision != self._document.revision:
            return 0
        self._apply(change)
        return change.n

    def _apply(self, change: TextChange) -> None:
        start, end = self._document.location_of(change.start), self._document.location_of(change.end)
        self.area.history.checkpoint()
        self.area.replace(change.insert, start, end, maintain_selection_offset=False)
        self.area.history.checkpoint()
        self.area.move_cursor(self._document.location_of(change.cursor))

    @property
    def _document(self) -> LineDocument:
        return cast(LineDocument, self.area.document)

    def _begin(self) -> threading.Event:
        self._stopped.set()
        self._stopped = threading.Event()
        return self._stopped

    def _show(self, span: Span) -> None:
        start, end = (self._document.location_of(offset) for offset in span)
        top = self.area.scroll_offset.y
        row = self.area.wrapped_document.location_to_offset(start).y
        in_view = top <= row < top + self.area.scrollable_content_region.height
        self.area.selection = Selection(start, end)
        self.area.scroll_cursor_visible(center=not in_view)

    def _mark(self) -> None:
        style = match_style(self.area)
        matches, revision, document = self._matches, self._revision, self._document

        def marks(row: int, first: int, last: int) -> Iterator[tuple[int, int, Style]]:
            if revision == document.revision:
                start = document.offset_of((row, 0))
                for left, right in matches.within(start + first, start + last):
                    yield left - start, right - start, style

        self.area.add_marks(_LAYER, marks if len(matches) else None)


def _at_once(query: Query, text: str) -> Matches | None:
    """Return all matches, or None where that takes longer than a key may, or the pattern makes no sense."""
    late = time.perf_counter() + AT_ONCE_S
    try:
        found = find(query, text, lambda: time.perf_counter() > late, limit_s=AT_ONCE_S)
    except PatternError:
        return None
    return None if found.more else found


def match_style(area: GhostArea) -> Style:
    """Return how a match is drawn in `area`: underlined, on a ground of the theme's warning colour where there are colours."""
    try:
        warning = Color.parse(area.app.theme_variables.get("warning", ""))
    except ColorParseError:
        warning = Color(0, 0, 0, ansi=-1)
    ground = area.background_colors[1]
    if area.app.no_color or warning.ansi is not None or ground.ansi is not None:
        return Style(underline=True, bold=True)
    return Style(underline=True, bgcolor=ground.blend(warning, 0.3).rich_color)
