"""Keeps a precision goal while one types: certifies on a sliding window, renews, and drops what no longer holds.

Invariants. Every finished word counts, whether its suggestions were shown or hidden, so a strict cutoff never starves itself
of evidence. A certificate speaks of one model: another model, or mode, starts anew. Between two renewals an alarm watches the
shows at the cutoff in force (the cumulative sum of Page, 1954); when it goes off, what was written before the change is
set aside and the certificate with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autocomplete.evaluation.goals.certificate import (
    BLOCK,
    CUTOFFS,
    DELTA,
    BlockCounts,
    Certificate,
    Counts,
    certify,
    check_goal,
    rows_of,
    wrong_rows_of,
)
from autocomplete.evaluation.goals.shortfall import Shortfall
from autocomplete.evaluation.word_shows import Show


@dataclass(frozen=True, slots=True)
class GoalPolicy:
    """How a goal is kept. The defaults were chosen with `benchmarks.evaluation.certificate`.

    `window`: words that a certificate looks back, or the `newest` alone where the whole window proves nothing; it is
    renewed every `BLOCK` words. The alarm weighs "a share of 1 - goal times `drifted` is wrong" against "times `settled`"
    (natural logarithms) and goes off at `alarm`; infinite: never.
    """

    goal: float = 0.9
    delta: float = DELTA
    window: int = 1500
    newest: int = 400
    settled: float = 0.7
    drifted: float = 2.0
    alarm: float = 3.5


class PrecisionController:
    """The goal of one writer. Feed it every finished word; read `state` and `cutoff`.

    Raises ConfigError for a goal that is no share strictly between 0 and 1.
    """

    def __init__(self, keeping: GoalPolicy | None = None, cutoffs: tuple[float, ...] = CUTOFFS) -> None:
        self._keeping = GoalPolicy() if keeping is None else keeping
        check_goal(self._keeping.goal, self._keeping.delta)
        self._cutoffs = cutoffs
        self._most_blocks = max(1, self._keeping.window // BLOCK)
        self._blocks: Counts = np.zeros((4, 2 * self._most_blocks, len(cutoffs)), np.int16)
        self._alarm = Alarm(self._keeping.goal, self._keeping.settled, self._keeping.drifted)
        self.forget()

    def forget(self) -> None:
        """Start anew, as for another model: what is known says nothing about it."""
        self._begin = self._end = self._in_block = 0
        self._blocks[:] = 0
        self._column: int | None = None
        self._alarm.reset()
        self.state: Certificate | Shortfall = self._certify()

    @property
    def certificate(self) -> Certificate | None:
        """The certificate in force, None where none is."""
        return self.state if isinstance(self.state, Certificate) else None

    @property
    def cutoff(self) -> float:
        """The cutoff in force. Where nothing is certified: the goal itself, which would do if probabilities told the truth."""
        return self.state.cutoff if isinstance(self.state, Certificate) else self._keeping.goal

    def take(self, shown: Counts, right: Counts, unsettled: Counts | None = None) -> None:
        """Take finished words, one a row: their distinct shows, and the right ones, at each cutoff (`certificate.rows_of`).

        `unsettled`: wrong ones that may have been shown besides (`certificate.wrong_rows_of`), None where there are none.
        """
        at = 0
        while at < len(shown):
            part = slice(at, at + BLOCK - self._in_block)
            if unsettled is not None:
                self._blocks[3, self._end] += unsettled[part].sum(axis=0, dtype=np.int16)
            self._add(shown[part], right[part])
            at += BLOCK - self._in_block
            self._in_block = min(BLOCK, self._in_block + len(shown[part]))
            if self._in_block == BLOCK:
                self._next_block()

    def take_words(self, words: Iterable[Sequence[Show]], unsettled: Iterable[Sequence[Show]] | None = None) -> None:
        """Take finished words by their distinct shows, in the order they were written; `unsettled`: those of each besides."""
        rows = [rows_of(shows, self._cutoffs) for shows in words]
        if rows:
            more = None if unsettled is None else np.stack([wrong_rows_of(shows, self._cutoffs) for shows in unsettled])
            self.take(np.stack([shown for shown, _ in rows]), np.stack([right for _, right in rows]), more)

    def _add(self, shown: Counts, right: Counts) -> None:
        self._blocks[0, self._end] += shown.sum(axis=0, dtype=np.int16)
        self._blocks[1, self._end] += right.sum(axis=0, dtype=np.int16)
        self._blocks[2, self._end] += np.count_nonzero(shown, axis=0).astype(np.int16)
        if self._column is not None:
            rights = right[:, self._column].tolist()
            for n_shown, n_right in zip(shown[:, self._column].tolist(), rights, strict=True):
                self._alarm.take(n_shown - n_right, n_right)
            if self._alarm.level >= self._keeping.alarm:
                changed = max(1, math.ceil(self._alarm.n_words / BLOCK))
                self._begin = max(self._begin, self._end + 1 - changed)
                self._alarm.reset()
                self.renew()

    def _next_block(self) -> None:
        """Renew, and begin the next block."""
        self.renew()
        self._in_block = 0
        self._end += 1
        self._begin = max(self._begin, self._end + 1 - self._most_blocks)
        if self._end == self._blocks.shape[1]:  # move the window to the front, once in `window` words
            n = self._end - self._begin
            self._blocks[:, :n] = self._blocks[:, self._begin : self._end]
            self._blocks[:, n:] = 0
            self._begin, self._end = 0, n

    def renew(self) -> None:
        """Certify again on what the window holds."""
        self.state = self._certify()
        before, certificate = self._column, self.certificate
        self._column = None if certificate is None else self._cutoffs.index(certificate.cutoff)
        if before is None or self._column is None:
            self._alarm.reset()

    def _certify(self) -> Certificate | Shortfall:
        """Certify on the whole window, or else on its newest part: each at half of delta, so delta holds for both together."""
        whole = self._certify_from(self._begin)
        newest = self._end + 1 - self._keeping.newest // BLOCK
        if isinstance(whole, Certificate) or newest <= self._begin:
            return whole
        part = self._certify_from(newest)
        return part if isinstance(part, Certificate) else whole

    def _certify_from(self, begin: int) -> Certificate | Shortfall:
        shown, right, covered, unsettled = self._blocks[:, begin : self._end + 1]
        n_words = (self._end - begin) * BLOCK + self._in_block
        tally = BlockCounts(shown, right, covered, n_words, self._cutoffs, unsettled)
        return replace(certify(tally, self._keeping.goal, self._keeping.delta / 2.0), delta=self._keeping.delta)


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
