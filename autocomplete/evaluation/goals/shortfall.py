"""What is missing for a certificate: how many more words would do, or that none would.

Invariant: nothing is promised that the shows so far do not bear out. While they are too few to judge by, it says how many
right ones are the least, which is certain; then about how many words, by the way certificates are found.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import NormalDist
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from autocomplete.core.percent import exact_percent
from autocomplete.evaluation.binomial import most_wrong

#: Wrong ones that the first test of a sequence can bear: with fewer labels one wrong show would end the sequence.
SPARE = 2

#: Share of the words with a show at the loosest cutoff that have one where a sequence begins.
STARTING_SHARE = 0.25

#: Shows by which a cutoff can be judged, however many more a strict goal takes to be proved.
JUDGED = 30

#: Words below which it says nothing yet that nothing was shown.
YOUNG = 100

#: Shows below which it says little how often they come.
FEW = 5

#: Shows, half of them wrong, that are added to what was seen of a cutoff: of many cutoffs some had luck.
DRAWN_IN = 0.25

#: A goal that needs more words than this is called out of reach.
MOST_WORDS = 100_000

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Nothing is certified yet. `words_missing`: about how many more words like these would do, None where that is not known.

    `shows_missing`: all of them right, they are the least that proves the goal, 0 where no number of words would. While there
    are too few shows to judge by, `words_missing` is of these (`vague`). `unsettled`: there are shows enough, but too many
    others that may have been shown besides.
    `best_precision` at `best_cutoff`: the most that was seen at a cutoff with enough shows to judge (NaN where none has them).
    """

    goal: float
    delta: float
    words_missing: int | None
    n_words: int
    best_precision: float = math.nan
    best_cutoff: float = math.nan
    shows_missing: int = 0
    vague: bool = False
    unsettled: bool = False

    def __str__(self) -> str:
        goal = exact_percent(self.goal)
        if self.unsettled:
            return (
                f"not certified yet: too little is known of what other cutoffs would show to prove {goal} right; "
                "a lower one, set by hand for a while, would tell"
            )
        if self.words_missing is not None and not self.vague:
            return f"not certified yet: {_about(self.words_missing)} more words are needed to prove {goal} right"
        if self.shows_missing:
            rate = (
                "in how many words is not known yet"
                if self.words_missing is None
                else f"{_about(self.words_missing)} words at the rate so far"
            )
            more = "1 more suggestion" if self.shows_missing == 1 else f"{self.shows_missing:,} more suggestions, all"
            return f"not certified yet: to prove {goal} right takes at least {more} right; {rate}"
        if math.isnan(self.best_precision):
            return f"not certified: next to nothing would be shown at any cutoff in {self.n_words} words"
        best = exact_percent(math.floor(1000 * self.best_precision + 1e-9) / 1000)  # never stated as more than it is
        if self.best_precision >= self.goal:
            return f"not certified: {best} right is the best, too close to {goal} to prove"
        return f"{goal} right cannot be met on text like this: the best is {best}, at cutoff {self.best_cutoff:g}"


def _about(n: int) -> str:
    """Return a number of words upwards with no more digits than mean something.

    >>> _about(1), _about(83), _about(183), _about(12_345)
    ('about 10', 'about 90', 'about 190', 'about 13,000')
    """
    unit = 10 ** max(1, math.floor(math.log10(n)) - 1)
    return f"about {-(-n // unit) * unit:,}"


@lru_cache(maxsize=1024)
def fewest(n_wrong: int, goal: float, delta: float) -> int:
    """Return the fewest labels that prove the goal with `n_wrong` wrong ones among them.

    >>> [fewest(n_wrong, 0.9, 0.05) for n_wrong in range(3)]
    [29, 46, 61]
    """
    low, high = n_wrong, n_wrong + 1
    while most_wrong(high, allowed_wrong(goal), delta) < n_wrong:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if most_wrong(middle, allowed_wrong(goal), delta) >= n_wrong else (middle, high)
    return high


def shows_needed(share_wrong: float, goal: float, delta: float) -> int | None:
    """Return about how many shows of which `share_wrong` (0..1) being wrong would prove the goal; None past any use.

    The normal approximation to the binomial tail, with its correction for whole numbers.

    >>> shows_needed(0.0, 0.9, 0.05), shows_needed(0.05, 0.9, 0.05), shows_needed(0.1, 0.9, 0.05)
    (35, 118, None)
    """
    allowed, z = allowed_wrong(goal), NormalDist().inv_cdf(1.0 - delta)
    gap = allowed - share_wrong
    if gap <= 1e-9:
        return None
    n = max(fewest(0, goal, delta), math.ceil(z * z * allowed * (1.0 - allowed) / gap**2 + 1.0 / gap))
    return n if n <= MOST_WORDS else None


def allowed_wrong(goal: float) -> float:
    """Return the share that may be wrong, without the dust of floating point: 1 - 0.9 is 0.09999999999999998."""
    return round(1.0 - goal, 12)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen at each of `cutoffs`, strict to loose, in `n_words` words: distinct shows, wrong ones, words with a show.

    `effects`: by what the number of shows is to be divided, since those near each other are alike.
    """

    cutoffs: tuple[float, ...]
    n_shows: Ints
    n_wrong: Ints
    covered: Ints
    effects: Floats
    n_words: int


class ProofTest(Protocol):
    """What a kind of test still needs to prove the goal."""

    def least(self) -> int:
        """Return how many shows, all of them right, prove the goal from the beginning."""

    def right_missing(self, column: int, n_shows: int, n_wrong: int) -> int | None:
        """Return how many more shows, all of them right, prove a cutoff; None where no sequence begins there."""

    def words_needed(self, seen: Seen, judged: NDArray[np.bool_]) -> float:
        """Return after about how many words like these something is proved; infinite where that is not to be seen."""


def shortfall(seen: Seen, goal: float, delta: float, test: ProofTest) -> Shortfall:
    """Return what is missing. Cutoffs with too few shows to judge by may still turn out to meet the goal."""
    least = test.least()
    if seen.n_words < YOUNG and not seen.n_shows.any():
        return Shortfall(goal, delta, None, seen.n_words, shows_missing=least)
    judged = seen.n_shows >= min(JUDGED, least // 2)
    best_precision, best_cutoff = math.nan, math.nan
    for column in np.flatnonzero(judged).tolist():
        precision = 1.0 - int(seen.n_wrong[column]) / int(seen.n_shows[column])
        if not precision <= best_precision:
            best_precision, best_cutoff = precision, seen.cutoffs[column]
    found = Shortfall(goal, delta, None, seen.n_words, best_precision, best_cutoff)
    needed = test.words_needed(seen, judged)
    if needed <= MOST_WORDS:
        return replace(found, words_missing=max(1, math.ceil(needed) - seen.n_words))
    return _least_missing(found, seen, judged, test)


def share_wrong(n_shows: int, n_wrong: int) -> float:
    """Return the share of wrong shows, drawn in by half a show (Krichevsky and Trofimov 1981), for some cutoffs had luck."""
    return (n_wrong + DRAWN_IN) / (n_shows + 2 * DRAWN_IN)


def _least_missing(found: Shortfall, seen: Seen, judged: NDArray[np.bool_], test: ProofTest) -> Shortfall:
    """Return the same with the fewest right shows that would do, where any number of words like these might."""
    ways = []
    for column in np.flatnonzero(seen.n_shows).tolist():
        n_shows, n_wrong = int(seen.n_shows[column]), int(seen.n_wrong[column])
        if judged[column] and n_wrong / n_shows >= allowed_wrong(found.goal):
            continue
        missing = test.right_missing(column, n_shows, n_wrong)
        if missing is not None:
            ways.append((missing * seen.n_words / n_shows, missing, n_shows))
    if not ways or min(ways)[0] > MOST_WORDS:
        return found
    words, missing, n_shows = min(ways)
    known = math.ceil(words) if n_shows >= FEW else None
    return replace(found, words_missing=known, shows_missing=missing, vague=True)


@dataclass(frozen=True, slots=True)
class FixedSampleTest:
    """The test of `certificate`: looked at once, on shows that are all at hand."""

    goal: float
    delta: float

    def least(self) -> int:
        """Return how many shows, all of them right, prove the goal from the beginning."""
        return fewest(0, self.goal, self.delta)

    def right_missing(self, column: int, n_shows: int, n_wrong: int) -> int:
        """Return how many more shows, all of them right, prove a cutoff."""
        return max(1, fewest(n_wrong, self.goal, self.delta) - n_shows)

    def words_needed(self, seen: Seen, judged: NDArray[np.bool_]) -> float:
        """Return after about how many words like these the test passes with which the sequence then begins.

        As words come, a cutoff is where the sequence begins from when it has the labels for `SPARE` wrong ones, and until a
        stricter one has them; before any has, the same with fewer to spare. See `certificate.first_column`.
        """
        passing = np.full(len(judged), np.inf)
        for column in np.flatnonzero(judged).tolist():
            n_shows = int(seen.n_shows[column])
            n = shows_needed(share_wrong(n_shows, int(seen.n_wrong[column])), self.goal, self.delta)
            if n is not None:
                passing[column] = n * seen.effects[column] * seen.n_words / n_shows
        rates = seen.covered / max(1, seen.n_words)
        late = rates >= STARTING_SHARE * rates.max(initial=0.0)
        passing, rates = np.where(late, passing, np.inf), np.where(late, rates, 0.0)
        stricter = np.maximum.accumulate(np.concatenate([[0.0], rates[:-1]]))
        found, until = math.inf, math.inf
        with np.errstate(divide="ignore"):
            for spare in range(SPARE, -1, -1):
                labels = fewest(spare, self.goal, self.delta)
                at = np.maximum(passing, labels / rates)
                here = at[at < np.minimum(labels / stricter, until)]
                found, until = min(found, float(here.min(initial=np.inf))), float((labels / rates).min())
        return found
