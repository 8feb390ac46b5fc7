"""Keeps a precision goal while one types: certifies as soon as it is proved, and drops what no longer holds.

Invariants. Every finished word counts, whether its suggestions were shown or hidden, so a strict cutoff never starves itself of
evidence. The test holds at all times (`e_process`): however often one looks, a cutoff that is not right often enough is ever
certified with a chance of at most delta. A certificate speaks of one model: another model, or mode, starts anew. Of the
certified cutoffs the loosest that met the goal lately is in force. An alarm watches its shows (the cumulative sum of Page,
1954); when it goes off, all starts anew.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from autocomplete.evaluation.goals.certificate import (
    BLOCK,
    CUTOFFS,
    DELTA,
    Certificate,
    Counts,
    check_goal,
    rows_of,
    wrong_rows_of,
)
from autocomplete.evaluation.goals.e_process import SequentialTest
from autocomplete.evaluation.goals.shortfall import Seen, Shortfall, allowed_wrong, shortfall
from autocomplete.evaluation.word_shows import Show

#: Rows of what is counted: distinct shows, right ones, words with a show, wrong ones that may have been shown besides.
SHOWN, RIGHT, COVERED, UNSETTLED = range(4)


@dataclass(frozen=True, slots=True)
class GoalPolicy:
    """How a goal is kept. The defaults were chosen with `benchmarks.evaluation.certificate`.

    `lately`: newest words on which a certified cutoff must have met the goal to be in force. The alarm weighs "a share of
    1 - goal times `drifted` is wrong" against "times `settled`" (natural logarithms) and goes off at `alarm`; infinite: never.
    """

    goal: float = 0.9
    delta: float = DELTA
    lately: int = 600
    settled: float = 0.7
    drifted: float = 2.0
    alarm: float = 3.5


class PrecisionController:
    """The goal of one writer. Feed it every finished word; read `state` and `cutoff`.

    Raises ConfigError for a goal that is no share strictly between 0 and 1.
    """

    def __init__(self, policy: GoalPolicy | None = None, cutoffs: tuple[float, ...] = CUTOFFS) -> None:
        self._policy = GoalPolicy() if policy is None else policy
        check_goal(self._policy.goal, self._policy.delta)
        self._cutoffs = cutoffs
        self._test = SequentialTest(self._policy.goal, self._policy.delta, cutoffs)
        self._alarm = Alarm(self._policy.goal, self._policy.settled, self._policy.drifted)
        self._recent: deque[NDArray[np.int64]] = deque(maxlen=max(1, self._policy.lately // BLOCK))
        self.forget()

    def forget(self) -> None:
        """Start anew, as for another model: what is known says nothing about it."""
        self._test.reset()
        self._alarm.reset()
        self._recent.clear()
        self._total = np.zeros((4, len(self._cutoffs)), np.int64)
        self._block = np.zeros_like(self._total)
        self._n_words = self._in_block = 0
        self._column: int | None = None
        self.state: Certificate | Shortfall = self._find()

    @property
    def certificate(self) -> Certificate | None:
        """The certificate in force, None where none is."""
        return self.state if isinstance(self.state, Certificate) else None

    @property
    def cutoff(self) -> float:
        """The cutoff in force. Where nothing is certified: the goal itself, which would do if probabilities were true."""
        return self.state.cutoff if isinstance(self.state, Certificate) else self._policy.goal

    def take(self, shown: Counts, right: Counts, unsettled: Counts | None = None) -> None:
        """Take finished words, one a row: their distinct shows, and the right ones, at each cutoff (`certificate.rows_of`).

        `unsettled`: wrong ones that may have been shown besides (`certificate.wrong_rows_of`), None where there are none.
        """
        rows = np.stack([shown, right, shown > 0, np.zeros_like(shown) if unsettled is None else unsettled], axis=1)
        rows = rows.astype(np.int64)
        while len(rows):
            part = rows[: BLOCK - self._in_block]
            n_until = self._n_until_alarm(part)
            part, rows = part[:n_until], rows[n_until:]
            self._block += part.sum(axis=0)
            self._n_words, self._in_block = self._n_words + len(part), self._in_block + len(part)
            if self._alarm.level >= self._policy.alarm:
                self.forget()
            elif self._in_block == BLOCK:
                self._end_block()

    def _n_until_alarm(self, words: NDArray[np.int64]) -> int:
        """Return the number of words up to the one at which the alarm goes off, all where it does not."""
        if self._column is not None:
            for at, (n_shown, n_right, *_) in enumerate(words[:, :, self._column].tolist()):
                self._alarm.take(n_shown - n_right, n_right)
                if self._alarm.level >= self._policy.alarm:
                    return at + 1
        return len(words)

    def take_words(self, words: Iterable[Sequence[Show]], unsettled: Iterable[Sequence[Show]] | None = None) -> None:
        """Take finished words by their distinct shows, in the order they were written; `unsettled`: those of each besides."""
        rows = [rows_of(shows, self._cutoffs) for shows in words]
        if rows:
            more = None if unsettled is None else np.stack([wrong_rows_of(shows, self._cutoffs) for shows in unsettled])
            self.take(np.stack([shown for shown, _ in rows]), np.stack([right for _, right in rows]), more)

    def _end_block(self) -> None:
        self._test.take(self._block[RIGHT], self._block[SHOWN] - self._block[RIGHT] + self._block[UNSETTLED])
        self._total += self._block
        self._recent.append(self._block)
        self._block, self._in_block = np.zeros_like(self._total), 0
        self.renew()
        before, certificate = self._column, self.certificate
        self._column = None if certificate is None else self._cutoffs.index(certificate.cutoff)
        if before is None:
            self._alarm.reset()

    def renew(self) -> None:
        """Say how the goal stands with the words of an unfinished block too; they prove nothing before it is full."""
        self.state = self._find()

    def _find(self) -> Certificate | Shortfall:
        goal, delta = self._policy.goal, self._policy.delta
        lately = sum(self._recent, np.zeros_like(self._total))
        shows = lately[SHOWN] + lately[UNSETTLED]
        met = shows - lately[RIGHT] <= allowed_wrong(goal) * shows
        in_force = [column for column in self._test.certified() if met[column]]
        if in_force:
            shown, right, *_ = (self._total + self._block)[:, in_force[-1]].tolist()
            return Certificate(goal, delta, self._cutoffs[in_force[-1]], shown, right, self._n_words, at_all_times=True)
        shown, right, covered, unsettled = self._total + self._block
        seen = Seen(self._cutoffs, shown, shown - right, covered, np.ones(len(self._cutoffs)), self._n_words)
        found = shortfall(seen, goal, delta, self._test)
        return replace(found, unsettled=True) if unsettled.any() and self._test.would_pass(right, shown - right) else found


class Alarm:
    """The cumulative sum of Page (1954) over shows: `level` rises when more are wrong than the goal allows.

    `n_words`: words since the level last stood at 0, which is where the change most likely lies.
    """

    def __init__(self, goal: float, settled: float, drifted: float) -> None:
        before = min(0.98, settled * (1.0 - goal))
        after = min(0.99, drifted * (1.0 - goal))
        self._wrong = math.log(after / before)
        self._right = math.log((1.0 - after) / (1.0 - before))
        self.reset()

    def reset(self) -> None:
        """Start at 0."""
        self.level, self.n_words = 0.0, 0

    def take(self, n_wrong: int, n_right: int) -> None:
        """Take the shows of one word."""
        self.level = max(0.0, self.level + n_wrong * self._wrong + n_right * self._right)
        self.n_words = self.n_words + 1 if self.level > 0.0 else 0
