"""The cutoff for a goal from your own last words, as the outcome store remembers them.

Invariant: without words enough the answer says so, and the cutoff for a precision is that precision itself, which would do if
probabilities told the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from autocomplete.evaluation.goals.controller import GoalPolicy, PrecisionController
from autocomplete.evaluation.goals.goals import Goal, GoalAnswer, Kind, Point, solve
from autocomplete.evaluation.goals.typing_speed import gate_for, typing_speed
from autocomplete.evaluation.replay.metrics import CUTOFFS
from autocomplete.evaluation.word_outcome import PredictionSource, WordOutcome

if TYPE_CHECKING:
    from autocomplete.evaluation.history.store import OutcomeStore

#: Newest words that figures are worked out from.
N_WORDS = 5000


def points(outcomes: Sequence[WordOutcome]) -> list[Point]:
    """Return what each cutoff would have come to on these words, strict first; empty where there are none.

    Accepting costs a key and types the space after the word, so what is saved is the letters that it completes.
    """
    n_chars = sum(outcome.n_chars for outcome in outcomes)
    if not n_chars:
        return []
    shows = [show for outcome in outcomes for show in outcome.shows]
    unsettled = [show for outcome in outcomes for show in outcome.unsettled]
    low, high = np.array([show.low for show in shows]), np.array([show.high for show in shows])
    right, saved = np.array([show.right for show in shows]), np.array([show.saved for show in shows])
    found = []
    for cutoff in (1.0, *reversed(CUTOFFS)):
        here = (low < cutoff) & (cutoff <= high) if shows else np.zeros(0, bool)
        n = int(here.sum())
        besides = sum(show.low < cutoff <= show.high for show in unsettled)
        precision = float(right[here].mean()) if n else float("nan")
        share = float(saved[here].sum()) / n_chars if n else 0.0
        found.append(Point(cutoff, share, precision, 100.0 * n / len(outcomes), 100.0 * besides / len(outcomes)))
    return found


def own_answer(goal: Goal, store: OutcomeStore | None, source: PredictionSource) -> GoalAnswer:
    """Return the cutoff or gate for a goal, from what was written with `source`, as the editor answers it.

    `store`: None where nothing is stored. The cutoff is NaN where too few words are known. Raises as the store does.
    """
    if goal.kind is Kind.TIME:
        return solve(goal, [], gate=gate_for(typing_speed({} if store is None else store.delays())))
    keeping = GoalPolicy(goal.value) if goal.kind is Kind.PRECISION else None
    words = [] if store is None else store.newest(N_WORDS if keeping is None else keeping.window, source)
    if keeping is None:
        return solve(goal, points(words), n_words=len(words))
    keeper = PrecisionController(keeping)
    keeper.take_words([word.shows for word in words], [word.unsettled for word in words])
    keeper.renew()
    return GoalAnswer(goal, keeper.certificate is not None, keeper.cutoff, str(keeper.state))
