"""A test that holds at all times: is a cutoff righter than a goal, however often one looks?

What is tested, exactly. The null hypothesis of a cutoff is that each of its distinct shows, given all that was written before,
is right with a chance of at most the goal. Against it runs an *e-process*: a bettor who starts with 1 stakes a part of it on
each show being right, at the odds at which the null is a fair game. By the inequality of Ville (1939) the chance that the stake
ever reaches 1/delta is at most delta if the null is true. So the largest stake of all times counts, and nothing is paid for
looking.

The stake is the mean over `N_SHARES` bettors, each of whom believes in another share of right shows (mixture of Robbins 1970;
betting: Waudby-Smith and Ramdas 2023), and over bettors who begin at the first block and every `RESTART` blocks, weighted by
1/((j + 1)(j + 2)): a poor beginning does not weigh on what comes later. Words that stand near each other may depend on each
other in any way.

Cutoffs are tested from strict to loose, each at the same level, up to the first that fails, from each of `STARTS` at a part of
delta (fixed sequences, Bonferroni over the starts): that any cutoff whose null is true is ever certified has a chance of at
most delta.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from autocomplete.evaluation.goals.shortfall import Seen, share_wrong

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

#: Bettors: each believes in a share of right shows between the goal and 1.
N_SHARES = 16

#: Blocks after which another bettor begins.
RESTART = 50

#: What the mean over bettors still costs beside the best of them, on average over simulated writers: natural logarithms.
MIXTURE = 0.5

#: Cutoffs at which a sequence begins, strict to loose.
STARTS = (0.995, 0.97, 0.93, 0.85, 0.7, 0.5)


class SequentialTest:
    """The stakes against `goal` (0..1) at each of `cutoffs`, strict to loose. `delta`: chance to be ever wrong, 0..1."""

    def __init__(self, goal: float, delta: float, cutoffs: tuple[float, ...]) -> None:
        shares = goal + (1.0 - goal) * (np.arange(N_SHARES) + 0.5) / N_SHARES
        self._right = np.log(shares / goal)[:, None]
        self._wrong = np.log((1.0 - shares) / (1.0 - goal))[:, None]
        self.starts = sorted({next((i for i, cutoff in enumerate(cutoffs) if cutoff <= start), 0) for start in STARTS})
        self._enough = math.log(len(self.starts) / delta)
        self._n_cutoffs = len(cutoffs)
        self.reset()

    def reset(self) -> None:
        """Start anew, with a stake of 1 everywhere."""
        self._n_blocks = 0
        self._logs: Floats = np.zeros((0, N_SHARES, self._n_cutoffs))
        self._best: Floats = np.zeros(self._n_cutoffs)

    def stake(self, column: int) -> float:
        """Return the stake against a cutoff now, as a natural logarithm."""
        return float(self._stake(self._logs)[column]) if self._n_blocks else 0.0

    def take(self, n_right: Counts, n_wrong: Counts) -> None:
        """Take a block of words: the right and the wrong shows of each cutoff."""
        if self._n_blocks % RESTART == 0:
            self._logs = np.concatenate([self._logs, np.zeros((1, N_SHARES, self._n_cutoffs))])
        self._n_blocks += 1
        self._logs += n_right * self._right + n_wrong * self._wrong
        self._best = np.maximum(self._best, self._stake(self._logs))

    def certified(self) -> list[int]:
        """Return the columns of the cutoffs that are certified, strict to loose."""
        passed = self._best >= self._enough
        found: set[int] = set()
        for start in self.starts:
            n = int(np.argmin(np.append(passed[start:], False)))
            found.update(range(start, start + n))
        return sorted(found)

    def would_pass(self, n_right: Counts, n_wrong: Counts) -> bool:
        """Return whether so many right and wrong shows of each cutoff, in one stretch, would prove any."""
        stake = self._stake(np.asarray(n_right * self._right + n_wrong * self._wrong, np.float64)[None])
        return bool((stake[self.starts] >= self._enough).any())

    def least(self) -> int:
        """Return how many shows, all of them right, prove the goal from the beginning."""
        return self._right_missing(np.zeros((1, N_SHARES, 1)))

    def right_missing(self, column: int, n_shows: int, n_wrong: int) -> int | None:
        """Return how many more shows, all of them right, prove a cutoff now; None where no sequence begins there."""
        return self._right_missing(self._logs[:, :, column : column + 1]) if column in self.starts and self._n_blocks else None

    def _right_missing(self, logs: Floats) -> int:
        low, high = 0, 1
        while self._stake(logs + high * self._right)[0] < self._enough:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._stake(logs + middle * self._right)[0] >= self._enough else (middle, high)
        return high

    def words_needed(self, seen: Seen, judged: NDArray[np.bool_]) -> float:
        """Return after about how many words like these a cutoff where a sequence begins is proved; infinite where none is."""
        found = math.inf
        for column in self.starts:
            if judged[column] and self._n_blocks:
                n_shows = int(seen.n_shows[column])
                wrong = share_wrong(n_shows, int(seen.n_wrong[column]))
                grows = float(((1.0 - wrong) * self._right + wrong * self._wrong).max())
                missing = self._enough + MIXTURE - self.stake(column)
                if grows > 0.0:
                    found = min(found, seen.n_words + max(1.0, missing / grows) * seen.n_words / n_shows)
        return found

    def _stake(self, logs: Floats) -> Floats:
        """Return the logarithm of the stake of all bettors together; who has not begun still holds what he starts with."""
        begun = np.arange(len(logs))
        weights = -np.log((begun + 1.0) * (begun + 2.0) * N_SHARES)[:, None, None]
        terms = (logs + weights).reshape(-1, logs.shape[-1])
        stake: Floats = np.logaddexp(np.logaddexp.reduce(terms, axis=0), -math.log(len(logs) + 1.0))
        return stake
