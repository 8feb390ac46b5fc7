"""A goal in the editor: which gate answers it now, from one's own words, and in which words that is told.

Invariant: a goal is answered from every finished word, shown or hidden; where words are too few, the answer says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tui.tune.recent_words import RecentWords

if TYPE_CHECKING:
    from autocomplete import Gate
    from autocomplete.editor import PrecisionController
    from autocomplete.evaluation import Goal, WordOutcome

#: Words after which a goal other than a precision is answered anew, and below which each is told.
EVERY, YOUNG = 20, 100


class GoalTracker:
    """What answers `goal`. `outcomes`: own words of the model in force, oldest first; `delays`: own pauses by (kind, range).

    `gate`: to go by, None where nothing is to be changed. `told`: how the goal stands, a sentence. `met`: it is reached, for a
    precision: certified. Working through many words takes long, so make it in a thread.
    """

    def __init__(self, goal: Goal, outcomes: Sequence[WordOutcome], delays: Mapping[tuple[str, int], int]) -> None:
        self.goal = goal
        self._delays = delays
        self._words = RecentWords()
        self._keeper: PrecisionController | None = None
        self._n_new = 0
        if goal.kind == "precision":
            from autocomplete.editor import GoalPolicy, PrecisionController

            self._keeper = PrecisionController(GoalPolicy(goal.value))
            self._tell_keeper(outcomes[-GoalPolicy().window :])
            self._keeper.renew()
        else:
            self._words.add(outcomes)
        self._solve()

    def take(self, outcomes: Sequence[WordOutcome]) -> None:
        """Take words that are finished."""
        self._n_new += len(outcomes)
        if self._keeper is not None:
            self._tell_keeper(outcomes)
            self._solve()
        else:
            self._words.add(outcomes)
            if self._n_new >= EVERY or len(self._words) <= YOUNG:
                self._solve()

    def _tell_keeper(self, outcomes: Sequence[WordOutcome]) -> None:
        assert self._keeper is not None
        self._keeper.take_words([outcome.shows for outcome in outcomes], [outcome.unsettled for outcome in outcomes])

    def take_delays(self, delays: Mapping[tuple[str, int], int]) -> None:
        """Take one's own pauses as they are by now, where the goal goes by them."""
        self._delays = delays
        if self.goal.kind == "time":
            self._solve()

    @property
    def cutoff(self) -> float | None:
        """The cutoff that the goal asks for, None where it asks for none, or for one by length."""
        return self.gate.lowest if self.gate is not None and self.goal.kind != "time" else None

    def _solve(self) -> None:
        from autocomplete import FixedCutoff
        from autocomplete.editor import gate_for, typing_speed
        from autocomplete.evaluation import solve

        self._n_new = 0
        self.gate: Gate | None = None
        if self._keeper is not None:
            self.met, self.told = self._keeper.certificate is not None, str(self._keeper.state)
            self.gate = FixedCutoff(self._keeper.cutoff)
        elif self.goal.kind == "time":
            times = typing_speed(self._delays)
            answer = solve(self.goal, [], gate=gate_for(times))
            own = f"your {times.key_s:.2f} s a key" if times.n_keys else "0.25 s a key until yours are known"
            self.met, self.told, self.gate = True, f"{answer.text}, with {own}", answer.gate
        else:
            answer = solve(self.goal, self._words.points, n_words=len(self._words))
            self.met, self.told = answer.met, answer.text
            self.gate = None if math.isnan(answer.cutoff) else FixedCutoff(answer.cutoff)
