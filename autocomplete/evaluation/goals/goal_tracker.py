"""Answers a goal from a writer's recent words: the one way, for commands and for the editor, which goes on while one writes.

Invariant: a goal is answered from every finished word, shown or hidden; where words are too few, the answer says so, and the
cutoff for a precision is that precision itself, which would do if probabilities were true.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autocomplete.core.gate import FixedCutoff, Gate
from autocomplete.evaluation.goals.controller import GoalPolicy, PrecisionController
from autocomplete.evaluation.goals.goals import FEWEST, Goal, GoalAnswer, Kind, solve
from autocomplete.evaluation.goals.recent_words import N_WORDS, RecentWords
from autocomplete.evaluation.goals.typing_speed import gate_for, typing_speed
from autocomplete.evaluation.word_outcome import PredictionSource, WordOutcome

if TYPE_CHECKING:
    from autocomplete.evaluation.history.store import OutcomeStore

#: Words after which a goal other than a precision is answered anew.
EVERY = 20


class GoalTracker:
    """Keeps the answer to `goal` up to date. Working through many words takes long, so make it in a thread.

    `outcomes`: recent words of the model in force, oldest first; `delays`: the writer's pauses by (kind, range).
    `answer`: how the goal stands; a precision is met where it is certified.
    """

    def __init__(self, goal: Goal, outcomes: Sequence[WordOutcome], delays: Mapping[tuple[str, int], int]) -> None:
        self.goal = goal
        self._delays = delays
        self._words = RecentWords()
        self._controller: PrecisionController | None = None
        self._n_new = 0
        if goal.kind is Kind.PRECISION:
            self._controller = PrecisionController(GoalPolicy(goal.value))
            self._control(self._controller, outcomes)
            self._controller.renew()
        else:
            self._words.add(outcomes)
        self.answer = self._solve()

    def take(self, outcomes: Sequence[WordOutcome]) -> None:
        """Take words that are finished."""
        self._n_new += len(outcomes)
        if self._controller is not None:
            self._control(self._controller, outcomes)
        else:
            self._words.add(outcomes)
        if self._controller is not None or self._n_new >= EVERY or len(self._words) <= FEWEST:
            self.answer = self._solve()

    @staticmethod
    def _control(controller: PrecisionController, outcomes: Sequence[WordOutcome]) -> None:
        controller.take_words([outcome.shows for outcome in outcomes], [outcome.unsettled for outcome in outcomes])

    def take_delays(self, delays: Mapping[tuple[str, int], int]) -> None:
        """Take the writer's pauses as they are by now, where the goal goes by them."""
        self._delays = delays
        if self.goal.kind is Kind.TIME:
            self.answer = self._solve()

    @property
    def gate(self) -> Gate | None:
        """The gate that the goal asks for, None where it asks for no change."""
        if self.answer.gate is not None:
            return self.answer.gate
        return None if math.isnan(self.answer.cutoff) else FixedCutoff(self.answer.cutoff)

    @property
    def cutoff(self) -> float | None:
        """The cutoff that the goal asks for, None where it asks for none, or for one by length."""
        return None if self.goal.kind is Kind.TIME or math.isnan(self.answer.cutoff) else self.answer.cutoff

    def _solve(self) -> GoalAnswer:
        self._n_new = 0
        if self._controller is not None:
            certified, state = self._controller.certificate is not None, str(self._controller.state)
            return GoalAnswer(self.goal, certified, self._controller.cutoff, state)
        if self.goal.kind is Kind.TIME:
            times = typing_speed(self._delays)
            speed = f"your {times.key_s:.2f} s a key" if times.n_keys else "0.25 s a key until yours are known"
            answer = solve(self.goal, [], gate=gate_for(times))
            return replace(answer, text=f"{answer.text}, with {speed}")
        return solve(self.goal, self._words.points, n_words=len(self._words))


def answer_from_history(goal: Goal, store: OutcomeStore | None, source: PredictionSource) -> GoalTracker:
    """Return what answers a goal from the words that were written with `source`, as the editor answers it.

    `store`: None where nothing is stored. Raises as the store does.
    """
    words = [] if store is None else store.newest(N_WORDS, source)
    return GoalTracker(goal, words, {} if store is None else store.delays())
