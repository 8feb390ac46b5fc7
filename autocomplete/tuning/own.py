"""The cutoff for a goal from your own last words, as the outcome store remembers them.

Invariant: without words enough the answer says so, and the cutoff for a precision is that precision itself, which would do if
probabilities told the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from autocomplete.tuning.certificate import CUTOFFS, Tally, rows_of, wrong_rows_of
from autocomplete.tuning.goals import Answer, Goal, Kind, Point, solve
from autocomplete.tuning.keeping import Keeping
from autocomplete.tuning.outcomes import Outcome, Source
from autocomplete.tuning.timing import gate_for, measured

if TYPE_CHECKING:
    from autocomplete.tuning.store import OutcomeStore

#: Newest words that figures are worked out from.
N_WORDS = 5000


def points(outcomes: Sequence[Outcome]) -> list[Point]:
    """Return what each cutoff would have come to on these words, strict first; empty where there are none.

    Accepting costs a key and types the space after the word, so what is saved is the letters that it completes. What may have
    been shown besides counts as shown, since a goal of few shows is to be kept whatever it was.
    """
    n_chars = sum(outcome.n_chars for outcome in outcomes)
    if not n_chars:
        return []
    shows = [show for outcome in outcomes for show in outcome.shows]
    above, upto = np.array([show.above for show in shows]), np.array([show.upto for show in shows])
    right, saved = np.array([show.right for show in shows]), np.array([show.saved for show in shows])
    found = []
    for cutoff in CUTOFFS:
        here = (above < cutoff) & (cutoff <= upto) if shows else np.zeros(0, bool)
        n = int(here.sum())
        besides = sum(show.above < cutoff <= show.upto for outcome in outcomes for show in outcome.unsettled)
        precision = float(right[here].mean()) if n else float("nan")
        share = float(saved[here].sum()) / n_chars if n else 0.0
        found.append(Point(cutoff, share, precision, 100.0 * (n + besides) / len(outcomes)))
    return found


def own_answer(goal: Goal, store: OutcomeStore, source: Source) -> Answer:
    """Return the cutoff or gate for a goal, from what was written with `source`. Raises as the store does, and ConfigError."""
    if goal.kind is Kind.TIME:
        return solve(goal, [], gate=gate_for(measured(store.delays())))
    if goal.kind is not Kind.PRECISION:
        return solve(goal, points(store.newest(N_WORDS, source)))
    words = store.newest(Keeping().window, source)
    counts = np.zeros((3, len(words), len(CUTOFFS)), np.int16)
    for number, word in enumerate(words):
        counts[:, number] = *rows_of(word.shows), wrong_rows_of(word.unsettled)
    answer = solve(goal, [], Tally.of_words(counts[0], counts[1], unsettled=counts[2]))
    return answer if answer.met else replace(answer, cutoff=goal.value)
