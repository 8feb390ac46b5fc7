"""Counts the words of the document in front and colours its syntax, a portion at a time, while nothing changes.

Invariant: a key never waits for it.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App
from textual.timer import Timer

from tui.app.workspace import Page, Workspace
from tui.files.word_count import Count, WordCounter

#: How long after the last change it begins, in seconds.
DELAY_S = 0.3

#: The pause between two portions of a long text, in seconds: so long keys have the machine for themselves.
PORTION_DELAY_S = 0.02


class Upkeep:
    """Keeps count and colours up to date. `changed` is called when the count is another."""

    def __init__(self, app: App[None], workspace: Workspace, changed: Callable[[], None]) -> None:
        self._app, self._workspace, self._changed = app, workspace, changed
        self._counter = WordCounter()
        self._timer: Timer | None = None

    @property
    def count(self) -> Count | None:
        """The words of the document in front, as far as they are counted."""
        return self._counter.count

    def begin(self) -> None:
        """Begin with the document that came to the front."""
        self._counter = WordCounter()
        self.colour(self._workspace.front)
        self.restart()

    def restart(self) -> None:
        """Begin anew as soon as nothing has changed for a moment."""
        if self._timer is None:
            self._timer = self._app.set_interval(DELAY_S, self.run)
        self._timer.reset()
        self._timer.resume()

    def run(self) -> None:
        """Colour and count a portion; then go on, or wait for the next change."""
        page = self._workspace.front
        self.colour(page)
        if self._timer is not None:
            self._timer.pause()
        if self._counter.update(page.area.document.lines, page.area.selection):
            self._changed()
        else:
            self._app.set_timer(PORTION_DELAY_S, self.run)

    def colour(self, page: Page) -> None:
        """Colour a text by its syntax, as far as that is not done."""
        syntax = page.syntax()
        if syntax is not None and syntax.stale:
            syntax.renew(dark=self._app.current_theme.dark)
            page.area.add_marks("0 syntax", syntax.marks)  # the name puts it below all other layers
