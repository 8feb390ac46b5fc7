"""The *spectrum* panel: the raw token distribution at the cursor, from the answers that the last decision rests on.

Invariant: it asks only when the person wants it to, as much as a decision may; what it shows of a decision was fetched anyway.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from tui.instruments.panels import Scene
from tui.instruments.rows_panel import RowsPanel
from tui.instruments.spectrum.render import Spectrum, spectrum_rows
from tui.instruments.why.render import Row, cut
from tui.widgets.status_line import Role

if TYPE_CHECKING:
    from autocomplete import Autocompleter, Decision
    from tui.ghost.placement import Before


class SpectrumPanel(RowsPanel):
    """All tokens that the model listed, or only those that fit what is typed; one answer at a time."""

    TITLE = "Spectrum"
    SCROLLS: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "toggle_matching", "All / fitting", tooltip="Full spectrum, or the most likely: what fits the typed"),
        Binding("left", "step(-1)", "Former answer", show=False, tooltip="Show the answer before"),
        Binding("right", "step(1)", "Next answer", show=False, tooltip="Show the next answer"),
        Binding("a", "ask", "Ask now", tooltip="Ask the model about the text before the cursor"),
    ]

    _matching = False
    _step = 0
    _decision: Decision | None = None
    _asked: tuple[Before, Decision] | None = None
    _failed = ""

    def make_rows(self, scene: Scene, width: int, height: int) -> list[Row]:
        """Return the rows for a scene."""
        decision = self._decision_of(scene)
        if decision is None or not decision.steps:
            message = self._failed or "No answer is known for this place. Press a (with the focus here) to ask now."
            role = Role.ERROR if self._failed else Role.QUIET
            return [cut([(line, role)], width) for line in wrap(message, max(8, width))]
        if decision is not self._decision:
            self._decision, self._step = decision, _at_cursor(decision)
        n_steps = len(decision.steps)
        self._step = min(self._step, n_steps - 1)
        spectrum = Spectrum(
            decision.context,
            decision.typed.encode("utf-8", "surrogatepass"),
            decision.steps[self._step],
            self._step,
            n_steps,
            self._matching,
        )
        return spectrum_rows(spectrum, width, height)

    def _decision_of(self, scene: Scene) -> Decision | None:
        """Return the decision for the cursor: the suggester's, else one that was asked for here; while asking, the last."""
        known = scene.suggester.decision
        if known is not None and known.steps:
            return known
        if self._asked is not None:
            before, decision = self._asked
            if scene.area.text_before(before.start) == before:
                return decision
        return self._decision if scene.suggester.busy else None

    def action_toggle_matching(self) -> None:
        """Show all tokens, or those that fit what is typed."""
        self._matching = not self._matching
        self.remake()

    def action_step(self, by: int) -> None:
        """Show another of the answers that the decision rests on."""
        self._step = max(0, self._step + by)
        self.remake()

    def action_ask(self) -> None:
        """Ask the model, with as many requests as a decision may make."""
        scene = self._scene
        autocompleter = scene.suggester.autocompleter if scene is not None else None
        if scene is not None and autocompleter is not None:
            from autocomplete.editor import context_start

            before = scene.area.text_before(context_start(scene.area.cursor_index))
            self.run_worker(self._ask(autocompleter, before), group="ask", exclusive=True, exit_on_error=False)

    async def _ask(self, autocompleter: Autocompleter, before: Before) -> None:
        from autocomplete import AutocompleteError

        self._failed = ""
        try:
            self._asked = before, await autocompleter.decide(before.text)
        except AutocompleteError as error:
            self._failed = f"✗ {error}"
        self.remake()


def _at_cursor(decision: Decision) -> int:
    """Return which of the answers is about the text nearest to the cursor: the longest that is typed."""
    typed = decision.typed.encode("utf-8", "surrogatepass")
    lengths = [len(step.state) if typed.startswith(step.state) else -1 for step in decision.steps]
    return lengths.index(max(lengths))
