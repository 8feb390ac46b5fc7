"""Following what comes of suggestions, the goal, and the panel that shows both.

Invariant: figures are numbers, written by a thread of their own; a goal is not pursued where the command line gave a cutoff.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from autocomplete import AutocompleteError
from tui.outcomes import Outcomes
from tui.panel_actions import PanelActions
from tui.panels import Panel
from tui.status import cutoff_percent
from tui.view_actions import ViewActions

if TYPE_CHECKING:
    from autocomplete import Decision, Goal, OutcomeStore

#: The goals that are offered; any other can be set in the settings.
GOALS = (
    "precision=0.8",
    "precision=0.9",
    "precision=0.95",
    "savings=max",
    "time",
    "shows<=20/100 words",
    "shows<=5/100 words",
)

_WIDEST = max(map(len, GOALS))

_NO_GOAL = "none: you set the cutoff"


class TuneActions(PanelActions, ViewActions):
    """The tune panel, the goal, and saving the cutoff."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f9,alt+u",
            "panel('tune')",
            "Tune",
            show=False,
            tooltip="Move the cutoff over the curves of your own last words",
        ),
    ]

    #: Where figures are kept if the settings allow it; None keeps none.
    store: OutcomeStore | None = None

    def _panel(self, name: str) -> Panel:
        if name == "tune":
            from tui.tune_panel import TunePanel

            return TunePanel(lambda: self.outcomes)
        return super()._panel(name)

    # -- following ----------------------------------------------------------------------------------------------------

    async def follow_outcomes(self) -> None:
        """Begin to follow what comes of suggestions, once the engine is open."""
        self.outcomes = await asyncio.to_thread(self._new_outcomes)  # which imports
        self._follow_settings()  # which may have been changed meanwhile
        self.suggester.judge = self._judge
        if (engine := self.suggester.autocompleter) is not None:
            self.outcomes.open(engine)
        self.show_status()

    def _new_outcomes(self) -> Outcomes:
        store, share = self._recording()
        return Outcomes(store, self._goal(), self._warn, share=share, tell=self.announce, changed=self._recalled)

    def _recording(self) -> tuple[OutcomeStore | None, float]:
        """Return where figures are kept by the settings, and which share of words is hidden."""
        settings = self.preferences.settings
        return self.store if settings.store_outcomes else None, settings.hidden_share

    def _goal(self) -> Goal | None:
        from autocomplete import parse_goal

        return parse_goal(self.preferences.goal) if self.preferences.goal else None

    def _warn(self, line: str) -> None:
        """Tell what is wrong with the store; comes from a thread, or from this one."""
        self.call_later(self.fail, line)

    def _recalled(self) -> None:
        """Go by what was found out about words, of this session or earlier ones."""
        engine = self.suggester.autocompleter
        if self.outcomes is not None and engine is not None and not self.area.ghost:
            self.outcomes.go_by_goal(engine)
        if self.dock.display:
            self.show_status()

    def _judge(self, decision: Decision) -> bool:
        engine = self.suggester.autocompleter
        if self.outcomes is None or engine is None:
            return False
        return self.outcomes.judge(self.page, engine, decision, ghost=bool(self.area.ghost))

    def apply_settings(self) -> None:
        """Go by the settings: the goal, and what is recorded and hidden, among them."""
        super().apply_settings()
        self._follow_settings()

    def _follow_settings(self) -> None:
        if self.outcomes is None:
            return
        self.outcomes.record(*self._recording())
        if (goal := self._goal()) != self.outcomes.goal:
            self.outcomes.pursue(goal)

    # -- the goal and the cutoff --------------------------------------------------------------------------------------

    @work(group="dialog", exclusive=True)
    async def action_goal(self) -> None:
        """Choose a goal that moves the cutoff from now on, or none; it is kept in the settings."""
        from tui.chooser import Chooser, Option

        present = self.preferences.goal
        names = [*GOALS, *([present] if present and present not in GOALS else [])]
        marked = [
            (name, f"{'●' if name == present else ' '} {name:<{_WIDEST}}  {_MEANINGS.get(name, '')}".rstrip())
            for name in names
        ]
        options = [Option(f"{' ' if present else '●'} {_NO_GOAL}", ""), *(Option(told, name) for name, told in marked)]
        chosen = await self.push_screen_wait(Chooser("Goal", options))
        if chosen is not None:
            self._keep({"goal": chosen or None}, f"goal: {chosen or 'none'}")
            self.apply_settings()

    def action_back_to_goal(self) -> None:
        """Let the goal move the cutoff again, after it was moved by hand."""
        if self.outcomes is None or self.outcomes.goal is None:
            self.tell("there is no goal to go back to: press g for one")
        else:
            self.outcomes.pursue(self.outcomes.goal)
            self.tell(f"goal: {self.outcomes.goal}")

    def action_save_cutoff(self) -> None:
        """Keep the cutoff in the settings; in place of the goal, where it was moved away from that by hand."""
        engine = self.suggester.autocompleter
        if engine is None:
            return
        cutoff = f"cutoff {cutoff_percent(engine.cutoff)} is in the settings now"
        goal = self.outcomes.goal if self.outcomes is not None else None
        if goal is None:
            self._keep({"cutoff": engine.cutoff}, cutoff)
        elif self.outcomes is not None and self.outcomes.by_hand(engine):
            self._keep({"cutoff": engine.cutoff, "goal": None}, f"{cutoff}, in place of the goal")
            self.apply_settings()
        else:
            self._keep({"cutoff": engine.cutoff}, f"{cutoff}, but {goal} goes on moving it")

    def _keep(self, changes: dict[str, object], done: str) -> None:
        """Save settings, or say why that failed."""
        try:
            self.preferences.save(changes)
        except AutocompleteError as exc:
            self.fail(exc)
        else:
            self.tell(done)


_MEANINGS = {
    "precision=0.8": "at least 8 of 10 shown are right",
    "precision=0.9": "at least 9 of 10 shown are right",
    "precision=0.95": "at least 19 of 20 shown are right",
    "savings=max": "most keys saved",
    "time": "shown where it saves you time, by your own speed",
    "shows<=20/100 words": "a calm page",
    "shows<=5/100 words": "next to nothing, but good",
}
