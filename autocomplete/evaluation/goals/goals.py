"""A goal instead of a number: what one can ask for, and the cutoff that answers it.

Invariant: a goal that cannot be met is never quietly met halfway: the answer says the best that can be had.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from autocomplete.core.gate import LengthAware
from autocomplete.errors import ConfigError

if TYPE_CHECKING:
    from autocomplete.evaluation.goals.certificate import BlockCounts

KNOWN = "precision=0.9, shows<=5/100 words, savings=max, time"

#: Words below which no goal is answered that rests on them.
FEWEST = 100

_NUMBER = r"(\d+(?:\.\d*)?|\.\d+)"
_PRECISION = re.compile(rf"precision(?:>?=){_NUMBER}(%?)")
_SHOWS = re.compile(rf"shows(?:<?=){_NUMBER}(?:/100(?:words)?)?")


class Kind(StrEnum):
    """What is asked for."""

    PRECISION = "precision"
    SHOWS = "shows"
    SAVINGS = "savings"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked for. `value`: the precision (0..1), or the most shows in 100 words; 0 for the other kinds."""

    kind: Kind
    value: float = 0.0

    def __str__(self) -> str:
        if self.kind is Kind.PRECISION:
            return f"precision={self.value:g}"
        if self.kind is Kind.SHOWS:
            return f"shows<={self.value:g}/100 words"
        return "savings=max" if self.kind is Kind.SAVINGS else "time"


def parse_goal(text: str) -> Goal:
    """Return the goal that a text names. Raises ConfigError, which lists the known ones.

    >>> str(parse_goal("precision = 90%")), str(parse_goal("shows<=5/100 words")), str(parse_goal("Savings=MAX"))
    ('precision=0.9', 'shows<=5/100 words', 'savings=max')
    """
    plain = re.sub(r"\s+", "", text).lower()
    if found := _PRECISION.fullmatch(plain):
        value = float(found[1]) / (100.0 if found[2] else 1.0)
        if not 0.0 < value < 1.0:
            raise ConfigError(f"A precision of {found[1]}{found[2]} cannot be a goal: give one between 0 and 1, such as 0.9.")
        return Goal(Kind.PRECISION, value)
    if found := _SHOWS.fullmatch(plain):
        return Goal(Kind.SHOWS, float(found[1]))
    if plain in ("savings=max", "savings"):
        return Goal(Kind.SAVINGS)
    if plain in ("time", "time=max", "nettime"):
        return Goal(Kind.TIME)
    raise ConfigError(f"Unknown goal {text.strip()[:40]!r}. Known: {KNOWN}.")


@dataclass(frozen=True, slots=True)
class Point:
    """What one cutoff comes to on a text. `savings`: share of characters, `precision`: 0..1 or NaN, `shows`: in 100 words.

    `besides`: shows in 100 words that there may have been besides, since the model was asked no further than was needed.
    """

    cutoff: float
    savings: float
    precision: float
    shows: float
    besides: float = 0.0

    @property
    def shows_range(self) -> str:
        """The shows in 100 words as text, a range where more may have been shown.

        >>> Point(0.9, 0.05, 0.98, 4.0).shows_range, Point(0.9, 0.05, 0.98, 4.0, 1.5).shows_range
        ('4.0', '4.0 to 5.5')
        """
        most = f" to {self.shows + self.besides:.1f}" if self.besides >= 0.05 else ""
        return f"{self.shows:.1f}{most}"


@dataclass(frozen=True, slots=True)
class GoalAnswer:
    """The cutoff for a goal, or the gate where a goal needs one. `met`: the goal is reached; `text` says what is, for people.

    `cutoff` is what to use either way; where the goal is not met it is that of the best that can be had, NaN where none is.
    """

    goal: Goal
    met: bool
    cutoff: float
    text: str
    gate: LengthAware | None = None


def solve(
    goal: Goal,
    points: Sequence[Point],
    tally: BlockCounts | None = None,
    gate: LengthAware | None = None,
    *,
    n_words: int | None = None,
) -> GoalAnswer:
    """Return the cutoff for a goal on a text that was replayed or typed.

    `points`: at least one for each cutoff of interest. A precision is certified on `tally`; `gate` has the writer's own times.
    `n_words`: that all this rests on, below `FEWEST` too few; None: enough, however many they are.
    Raises ConfigError where the goal needs what is not given.

    >>> points = [Point(0.9, 0.05, 0.98, 4.0), Point(0.6, 0.2, 0.9, 20.0)]
    >>> solve(Goal(Kind.SHOWS, 5), points).text
    'shows<=5/100 words: 4.0 shows in 100 words at cutoff 0.9, 5.0% of keys saved'
    >>> solve(Goal(Kind.SHOWS, 3), points).met
    False
    """
    if goal.kind is Kind.TIME:
        chosen = gate or LengthAware()
        short, long = chosen.show_at(2), chosen.show_at(8)
        text = f"time: a suggestion that saves 2 letters needs {short:.0%}, one that saves 8 needs {long:.0%}"
        return GoalAnswer(goal, True, chosen.lowest, text, chosen)
    if n_words is not None and n_words < FEWEST:
        n = FEWEST - n_words
        return GoalAnswer(goal, False, math.nan, f"{goal}: {n} more word{'' if n == 1 else 's'} needed")
    if goal.kind is Kind.PRECISION:
        if tally is None:
            raise ConfigError("A precision can be certified only on words that were typed or replayed.")
        return _certified(goal, tally)
    if not points:
        raise ConfigError(f"The goal {goal} needs words that were typed or replayed.")
    if goal.kind is Kind.SAVINGS:
        best = max(points, key=lambda point: (point.savings, point.cutoff))
        return GoalAnswer(goal, best.savings > 0.0, best.cutoff, _most_savings(best))
    return _few_shows(goal, points)


def _most_savings(best: Point) -> str:
    if best.savings <= 0.0:
        return "savings=max: no cutoff saves keys on text like this; nothing shown is best"
    precision = "" if math.isnan(best.precision) else f", {best.precision:.0%} of shows right"
    return f"savings=max: {best.savings:.1%} of keys saved at cutoff {best.cutoff:g}{precision}"


def _few_shows(goal: Goal, points: Sequence[Point]) -> GoalAnswer:
    allowed = [point for point in points if point.shows + point.besides <= goal.value + 1e-9]
    if not allowed:
        fewest = min(points, key=lambda point: (point.shows + point.besides, -point.cutoff))
        text = f"{goal} cannot be met: the fewest are {fewest.shows_range}, at cutoff {fewest.cutoff:g}"
        return GoalAnswer(goal, False, fewest.cutoff, text)
    best = max(allowed, key=lambda point: (point.savings, point.cutoff))
    text = f"{goal}: {best.shows_range} shows in 100 words at cutoff {best.cutoff:g}, {best.savings:.1%} of keys saved"
    return GoalAnswer(goal, True, best.cutoff, text)


def _certified(goal: Goal, tally: BlockCounts) -> GoalAnswer:
    from autocomplete.evaluation.goals.certificate import Certificate, certify

    found = certify(tally, goal.value)
    if isinstance(found, Certificate):
        return GoalAnswer(goal, True, found.cutoff, f"{found}, cutoff {found.cutoff:g}")
    return GoalAnswer(goal, False, found.best_cutoff, str(found))
