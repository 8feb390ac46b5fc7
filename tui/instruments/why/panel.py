"""The *why* panel: the candidates with their bounds, the cutoff through them, what was asked, and the reason in words.

Invariant: it asks for nothing; it shows the decision that the ghost comes from, while a newer one is awaited the last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.instruments.panels import Scene
from tui.instruments.rows_panel import RowsPanel
from tui.instruments.why.render import Row, Why, why_rows

if TYPE_CHECKING:
    from autocomplete import Decision


class WhyPanel(RowsPanel):
    """Why a word is shown, or none."""

    TITLE = "Why"
    SCROLLS: ClassVar[bool] = False

    _last: Decision | None = None

    def make_rows(self, scene: Scene, width: int, height: int) -> list[Row]:
        """Return the rows for a scene."""
        return why_rows(self._why(scene), width, height)

    def _why(self, scene: Scene) -> Why:
        suggester, status = scene.suggester, scene.status
        decision = suggester.decision
        asking = decision is None and suggester.busy and not status.error
        if decision is not None:
            self._last = decision
        autocompleter = suggester.autocompleter
        return Why(
            decision=self._last if asking else decision,
            stale=asking and self._last is not None,
            reason=status.reason or ("asking" if asking else ""),
            error=status.error,
            shown=scene.area.ghost,
            show_at=(lambda n_chars: 1.0) if autocompleter is None else autocompleter.gate.show_at,
        )
