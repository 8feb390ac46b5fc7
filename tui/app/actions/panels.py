"""Opening and closing the panels beside the text.

Invariant: the text keeps the focus unless the person moves it.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui.app.actions.group import ActionGroup
from tui.instruments.panels import Panel, PanelKind


class PanelActions(ActionGroup):
    """One action for all panels, and one to go to them. Each panel is imported when it is opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f5,alt+y",
            "panels.panel('why')",
            "Why",
            show=False,
            tooltip="Show why a word is suggested, or none: candidates, bounds, cutoff",
        ),
        Binding(
            "f6,alt+h",
            "panels.panel('heat')",
            "Heat map",
            show=False,
            priority=True,  # the text area selects a line with this key
            tooltip="Colour the text by how probable each word was",
        ),
        Binding(
            "f7,alt+d",
            "panels.panel('spectrum')",
            "Spectrum",
            show=False,
            priority=True,  # the text area selects all with this key, as Alt+A does here
            tooltip="Show the model's raw token probabilities at the cursor",
        ),
        Binding(
            "alt+j",
            "panels.focus_panel",
            "Go to panel",
            show=False,
            tooltip="Put the keys into the panel beside the text",
        ),
    ]

    NOT_BEHIND_DIALOGS = ("panel",)

    def _panel(self, name: str) -> Panel:
        if name == "why":
            from tui.instruments.why.panel import WhyPanel

            return WhyPanel()
        if name == "heat":
            from tui.instruments.heatmap.panel import HeatPanel

            return HeatPanel(self.app.instruments)
        if name == "tune":
            from tui.tune.live.panel import TunePanel

            return TunePanel(lambda: self.app.outcomes)
        from tui.instruments.spectrum.panel import SpectrumPanel

        return SpectrumPanel()

    def action_panel(self, name: str) -> None:
        """Open the panel of that name, or close it."""
        had_focus = self.app.focused is not None and self.app.dock in self.app.focused.ancestors_with_self
        if not self.app.dock.toggle(PanelKind(name, lambda: self._panel(name)), self.app.scene()) and had_focus:
            self.app.area.focus()

    def action_focus_panel(self) -> None:
        """Put the keys into the panel that was opened last."""
        for panel in reversed(self.app.dock.panels):
            for widget in (panel, *panel.query(Widget)):
                if widget.focusable:
                    widget.focus()
                    return
        self.app.messages.show("no panel that takes keys is open")
