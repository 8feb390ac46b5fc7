"""Following what comes of suggestions, the goal, and the panel that shows both.

Invariant: figures are numbers, written by a thread of their own; a goal is not pursued where the command line gave a cutoff.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from autocomplete import AutocompleteError
from autocomplete.editor import exact_percent
from tui.app.actions.group import ActionGroup, dialog
from tui.ghost import length_gate
from tui.tune.usage_recorder import UsageRecorder

if TYPE_CHECKING:
    from autocomplete import Decision
    from autocomplete.evaluation import Goal, OutcomeStore


class TuneActions(ActionGroup):
    """The tune panel, the goal, and saving the cutoff."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f9,alt+u",
            "panels.panel('tune')",
            "Tune",
            show=False,
            tooltip="Move the cutoff over the curves of your own last words",
        ),
    ]

    #: Where figures are kept if the settings allow it; None keeps none.
    store: OutcomeStore | None = None

    #: Whether a goal was chosen by hand and is not answered yet: then it takes over even from a suggestion on the screen.
    _awaited = False

    async def follow_outcomes(self) -> None:
        """Begin to follow what comes of suggestions, once the engine is open."""
        self.app.outcomes = await asyncio.to_thread(self._new_outcomes)  # which imports
        self.follow_settings()  # which may have been changed meanwhile
        self.app.suggester.judge = self._judge
        if (engine := self.app.suggester.autocompleter) is not None:
            self.app.outcomes.open(engine)
        self.app.show_status()

    def _new_outcomes(self) -> UsageRecorder:
        store, share = self._recording()
        return UsageRecorder(
            store, self._goal(), self._warn, share=share, announce=self.app.messages.announce, changed=self._recalled
        )

    def _recording(self) -> tuple[OutcomeStore | None, float]:
        """Return where figures are kept by the settings, and which share of words is hidden."""
        settings = self.app.preferences.settings
        return self.store if settings.store_outcomes else None, settings.holdout_rate

    def _goal(self) -> Goal | None:
        from autocomplete.evaluation import parse_goal

        return parse_goal(self.app.preferences.goal) if self.app.preferences.goal else None

    def _warn(self, line: str) -> None:
        """Tell what is wrong with the store; comes from a thread, or from this one."""
        self.app.call_later(self.app.messages.fail, line)

    def _recalled(self) -> None:
        """Go by what was found out about words, of this session or earlier ones."""
        engine, outcomes = self.app.suggester.autocompleter, self.app.outcomes
        if outcomes is not None and engine is not None and (self._awaited or not self.app.area.ghost):
            outcomes.goal_gate.apply(engine)
            if self._awaited and outcomes.goal_gate.tracker is not None:
                self._awaited = False
                self.app.suggester.under()
        if self.app.dock.display:
            self.app.show_status()

    def _judge(self, decision: Decision) -> bool:
        engine = self.app.suggester.autocompleter
        if self.app.outcomes is None or engine is None:
            return False
        return self.app.outcomes.judge(self.app.page, engine, decision, ghost=bool(self.app.area.ghost))

    def follow_settings(self) -> None:
        """Go by the settings: the goal, and what is recorded and hidden."""
        if self.app.outcomes is None:
            return
        self.app.outcomes.record(*self._recording())
        if (goal := self._goal()) != self.app.outcomes.goal_gate.goal:
            self._pursue(goal)

    @dialog
    async def action_goal(self) -> None:
        """Choose a goal that moves the cutoff from now on, or none; it is kept in the settings."""
        from tui.tune.live.goal_picker import GoalPicker

        chosen = await self.app.push_screen_wait(GoalPicker(self.app.preferences.goal))
        if chosen is None:
            return
        self.app.preferences.set_goal(chosen or None)  # also where it cannot be kept
        if self._keep({"goal": chosen or None}):
            self.app.messages.show(f"goal: {chosen or 'none'}")
        self._take_up(self._goal())

    def action_back_to_goal(self) -> None:
        """Let the goal move the cutoff again, after it was moved by hand."""
        if self.app.outcomes is None or self.app.outcomes.goal_gate.goal is None:
            self.app.messages.show("there is no goal to go back to: press g for one")
        else:
            self._take_up(self.app.outcomes.goal_gate.goal)
            self.app.messages.show(f"goal: {self.app.outcomes.goal_gate.goal}")

    def _take_up(self, goal: Goal | None) -> None:
        """Go by a goal at once, also by the same one again where it waits."""
        self._awaited = goal is not None
        self._pursue(goal)

    def _pursue(self, goal: Goal | None) -> None:
        """Go after another goal; without one the cutoff is a number."""
        if self.app.outcomes is not None:
            self.app.outcomes.set_goal(goal)
        engine = self.app.suggester.autocompleter
        if goal is None and engine is not None and length_gate.span(engine.gate) is not None:
            self.app.suggester.move_cutoff(0.0)

    def action_save_cutoff(self) -> None:
        """Keep the cutoff in the settings; in place of the goal, where it was moved away from that by hand."""
        engine, outcomes = self.app.suggester.autocompleter, self.app.outcomes
        if engine is None:
            return
        if length_gate.span(engine.gate) is not None:
            self.app.messages.show("there is no number to save: the cutoff goes by length")
            return
        goal = outcomes.goal_gate.goal if outcomes is not None else None
        replaced = goal is not None and outcomes is not None and outcomes.goal_gate.by_hand(engine)
        if self._keep({"cutoff": engine.cutoff, "goal": None} if replaced else {"cutoff": engine.cutoff}):
            self.app.apply_settings()
            self.app.messages.show(f"cutoff {exact_percent(engine.cutoff)} is saved{self._mover(goal, replaced=replaced)}")

    def _mover(self, goal: Goal | None, *, replaced: bool) -> str:
        """Return what else is to be known of a cutoff that was saved: which goal moves it, now or later."""
        if goal is not None and not replaced:
            return f", but {goal} goes on moving it"
        if (later := self.app.preferences.settings.goal) is not None:
            return f", but goal {later} moves it from the next start on"
        return ", in place of the goal" if replaced else ""

    def _keep(self, changes: dict[str, object]) -> bool:
        """Save settings, or say why that failed; return whether they are saved."""
        try:
            self.app.preferences.save(changes)
        except AutocompleteError as exc:
            self.app.messages.fail(exc)
            return False
        return True
