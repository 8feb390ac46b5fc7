"""The row of open documents, seen only where there are several.

Invariant: the document in front can always be read in the row, and is marked by more than a colour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.message import Message

from tui.text.cells import clip
from tui.widgets.bars import Bar
from tui.widgets.status_line import Piece, Role, Status

#: The widest name, in cells.
NAME_CELLS = 24


@dataclass(frozen=True, slots=True)
class Tab:
    """A document in the row: its index, from which cell on it stands, and its words."""

    index: int
    x: int
    words: str

    @property
    def end(self) -> int:
        """The first cell after it."""
        return self.x + cell_len(self.words)


def tabs(names: Sequence[tuple[str, bool]], front: int, width: int) -> list[Tab]:
    """Return the tabs of documents (name, modified) that fit into `width` cells, the one at index `front` among them.

    >>> [tab.words for tab in tabs([("a.md", False), ("b.md", True), ("c.md", False)], 1, 16)]
    ['[b.md ●]', ' c.md ']
    """
    words = [_words(name, modified, at == front, width) for at, (name, modified) in enumerate(names)]
    first, last = front, front
    room = width - cell_len(words[front])
    while True:  # grow to both sides, to the right first
        if last + 1 < len(words) and cell_len(words[last + 1]) <= room:
            last += 1
            room -= cell_len(words[last])
        elif first > 0 and cell_len(words[first - 1]) <= room:
            first -= 1
            room -= cell_len(words[first])
        else:
            break
    found: list[Tab] = []
    for at in range(first, last + 1):
        found.append(Tab(at, found[-1].end if found else 0, words[at]))
    return found


def _words(name: str, modified: bool, front: bool, width: int) -> str:
    mark = " ●" if modified else ""
    short = clip(name, max(1, min(NAME_CELLS, width - 4)))
    return f"[{short}{mark}]" if front else f" {short}{mark} "


def tabs_line(status: Status, width: int) -> list[Piece]:
    """Return the row of open documents."""
    return [(tab.words, Role.STRONG if tab.index == status.tab else Role.QUIET) for tab in tabs(status.tabs, status.tab, width)]


class TabStrip(Bar):
    """The row, which can be clicked. The style sheet shows it where there are several documents."""

    @dataclass
    class Chosen(Message):
        """The document of that index is to come to the front."""

        index: int

    def __init__(self, status: Callable[[], Status]) -> None:
        super().__init__(tabs_line, status, id="tabs")

    def on_click(self, event: events.Click) -> None:
        """Choose the document that was clicked on."""
        x, status = event.x - self.styles.padding.left, self._status()
        for tab in tabs(status.tabs, status.tab, self.content_size.width):
            if tab.x <= x < tab.end:
                self.post_message(self.Chosen(tab.index))
