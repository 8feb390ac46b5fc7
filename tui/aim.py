"""A goal in the editor: which gate answers it now, from one's own words, and in which words that is told.

Invariant: a goal is answered from every finished word, shown or hidden; where words are too few, the answer says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tui.own_words import STOPS, Curves, OwnWords

if TYPE_CHECKING:
    from autocomplete import Gate, Goal, Keeper, Outcome, Point

#: Words after which a goal other than a precision is answered anew, and below which it is not answered at all.
EVERY, FEWEST = 20, 100


class Aim:
    """What answers `goal`. `outcomes`: own words of the model in force, oldest first; `delays`: own pauses by (kind, range).

    `gate`: to go by, None where nothing is to be changed. `told`: how the goal stands, a sentence. `met`: it is reached, for a
    precision: certified. Working through many words takes long, so make it in a thread.
    """

    def __init__(self, goal: Goal, outcomes: Sequence[Outcome], delays: Mapping[tuple[str, int], int]) -> None:
        self.goal = goal
        self._delays = delays
        self._words = OwnWords()
        self._keeper: Keeper | None = None
        self._n_new = 0
        if goal.kind == "precision":
            from autocomplete import Keeper, Keeping

            self._keeper = Keeper(Keeping(goal.value))
            self._tell_keeper(outcomes[-Keeping().window :])
            self._keeper.renew()
        else:
            self._words.add(outcomes)
        self._solve()

    def take(self, outcomes: Sequence[Outcome]) -> None:
        """Take words that are finished."""
        self._n_new += len(outcomes)
        if self._keeper is not None:
            self._tell_keeper(outcomes)
            self._solve()
        else:
            self._words.add(outcomes)
            if self._n_new >= EVERY or len(self._words) <= FEWEST:
                self._solve()

    def _tell_keeper(self, outcomes: Sequence[Outcome]) -> None:
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
        from autocomplete import FixedCutoff, gate_for, measured, solve

        self._n_new = 0
        self.gate: Gate | None = None
        if self._keeper is not None:
            self.met, self.told = self._keeper.certificate is not None, str(self._keeper.state)
            self.gate = FixedCutoff(self._keeper.cutoff)
        elif self.goal.kind == "time":
            times = measured(self._delays)
            answer = solve(self.goal, [], gate=gate_for(times))
            own = f"your {times.key_s:.2f} s a key" if times.n_keys else "0.25 s a key until yours are known"
            self.met, self.told, self.gate = True, f"{answer.text}, with {own}", answer.gate
        elif len(self._words) < FEWEST:
            n = FEWEST - len(self._words)
            self.met, self.told = False, f"{self.goal}: {n} more word{'' if n == 1 else 's'} needed"
        else:
            answer = solve(self.goal, points(self._words.curves))
            self.met, self.told, self.gate = answer.met, answer.text, FixedCutoff(answer.cutoff)


def points(curves: Curves) -> list[Point]:
    """Return what each cutoff comes to, as `autocomplete.solve` takes it; what may have been shown besides counts as shown."""
    from autocomplete import Point

    columns = np.stack([curves.savings, curves.precision, curves.most_per_100], axis=1).tolist()
    return [Point(cutoff, *figures) for cutoff, figures in zip(STOPS, columns, strict=True)]
