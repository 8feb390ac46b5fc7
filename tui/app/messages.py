"""The line in which the editor says what was done, what failed, and what happened of itself.

Invariant: one line at a time, without characters that a terminal would act on.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App
from textual.timer import Timer

from autocomplete.editor import escape_controls

#: How long an event of the background is shown, in seconds.
EVENT_S = 6.0


class Messages:
    """The message in force. `changed` is called when it is another."""

    def __init__(self, app: App[None], changed: Callable[[], None]) -> None:
        self._app, self._changed = app, changed
        self._notice = self._event = self.error = ""
        self._expiry: Timer | None = None

    @property
    def notice(self) -> str:
        """What is said that is no error, "" for nothing."""
        return self._notice or self._event

    def show(self, notice: str) -> None:
        """Say what was done; it stays until the next key that types."""
        self._notice, self.error = escape_controls(notice), ""
        self._changed()

    def fail(self, error: object) -> None:
        """Say what went wrong; it stays until Escape, or until something succeeds."""
        self._notice, self.error = "", escape_controls(" ".join(str(error).split()))
        self._changed()

    def announce(self, event: str) -> None:
        """Say what happened of itself; it stays for a moment, whatever is typed."""
        self._event = escape_controls(event)
        if self._expiry is not None:
            self._expiry.stop()
        self._expiry = self._app.set_timer(EVENT_S, self._expire)
        self._changed()

    def _expire(self) -> None:
        self._event = ""
        self._changed()

    def clear(self, *, errors: bool = False) -> None:
        """Take back what was said, and what went wrong where `errors` is set."""
        self._notice = ""
        if errors:
            self.error = ""
