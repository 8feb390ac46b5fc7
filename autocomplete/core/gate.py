"""The rule that compares a word's probability with a cutoff.

Invariant: a gate is a pure function of how much there is to insert; it holds no state and asks for nothing.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

from autocomplete.errors import ConfigError

DEFAULT_CUTOFF = 0.6

#: Longest completion, in characters, that `Gate.lowest` looks at.
LONGEST = 48

#: Share of a cutoff by which a probability may miss it: being a sum and a quotient, .55 may come out as .5499999999999999.
ROUNDING = 1e-12


class Gate(ABC):
    """How probable a completion must be to appear, and to stay.

    Subclasses give `show_at`; the rest follows. Probabilities are of the whole word, 0..1. Whatever compares a probability with
    a cutoff asks `passes`, `keeps` or `may_pass`, so a gate sees every comparison that a decision rests on.
    """

    @abstractmethod
    def show_at(self, n_chars: int) -> float:
        """Return the least probability at which a completion of `n_chars` characters appears."""

    def keep_at(self, n_chars: int) -> float:
        """Return the least probability at which a completion that is displayed already stays. Never above `show_at`."""
        return self.show_at(n_chars)

    @property
    def lowest(self) -> float:
        """The least `show_at` over all lengths: below it nothing can be shown, so nothing more need be asked."""
        return min(self.show_at(n_chars) for n_chars in range(1, LONGEST + 1))

    def passes(self, n_chars: int, probability: float) -> bool:
        """Return whether a completion of `n_chars` characters with this probability appears."""
        return probability >= self.show_at(n_chars) * (1.0 - ROUNDING)

    def keeps(self, n_chars: int, probability: float) -> bool:
        """Return whether a completion that is displayed already stays with this probability."""
        return probability >= self.keep_at(n_chars) * (1.0 - ROUNDING)

    def may_pass(self, probability: float) -> bool:
        """Return whether a completion of some length appears with this probability."""
        return probability >= self.lowest * (1.0 - ROUNDING)

    def allows(self, completion: str, probability: float, displayed: str = "") -> bool:
        """Return whether a completion may be on the screen: it appears, or it is `displayed` there already and stays."""
        if displayed and completion == displayed:
            return self.keeps(len(completion), probability)
        return self.passes(len(completion), probability)


@dataclass(frozen=True, slots=True)
class FixedCutoff(Gate):
    """The same cutoff for every completion; a displayed one stays down to `cutoff * (1 - hysteresis)`.

    >>> FixedCutoff(0.5).show_at(3), FixedCutoff(0.5, hysteresis=0.2).keep_at(3)
    (0.5, 0.4)
    """

    cutoff: float = DEFAULT_CUTOFF
    hysteresis: float = 0.2

    def __post_init__(self) -> None:
        object.__setattr__(self, "cutoff", check_cutoff(self.cutoff))
        if not 0.0 <= self.hysteresis <= 1.0:
            raise ConfigError(f"hysteresis {self.hysteresis!r} is not in 0..1.")

    def show_at(self, n_chars: int) -> float:
        """Return the cutoff, whatever the length."""
        return self.cutoff

    def keep_at(self, n_chars: int) -> float:
        """Return the cutoff less its hysteresis."""
        return self.cutoff * (1.0 - self.hysteresis)

    @property
    def lowest(self) -> float:
        """The cutoff itself."""
        return self.cutoff


@dataclass(frozen=True, slots=True)
class LengthAware(Gate):
    """Show a completion only if it is expected to save time: the more letters it saves, the less sure it need be.

    Showing n letters with probability P gains P * (n * key_s - accept_s) and costs reading_s always and wrong_s * (1 - P)
    (design, section 7), so it pays iff P >= (reading_s + wrong_s) / (n * key_s - accept_s + wrong_s). All in seconds.
    `floor` and `ceiling` keep the answer inside 0..1 and inside what the person wants to see at all. A displayed completion
    stays down to `floor`: as its letters are typed, fewer are left to save, and it must not flicker away for that.

    >>> gate = LengthAware(key_s=0.25, accept_s=0.25, reading_s=0.2, wrong_s=0.3)
    >>> [round(gate.show_at(n), 2) for n in (1, 3, 6, 12)]
    [1.0, 0.62, 0.32, 0.2]
    """

    key_s: float = 0.25
    accept_s: float = 0.25
    reading_s: float = 0.2
    wrong_s: float = 0.3
    floor: float = 0.2
    ceiling: float = 1.0

    def __post_init__(self) -> None:
        times = (self.key_s, self.accept_s, self.reading_s, self.wrong_s)
        if self.key_s <= 0.0 or not all(math.isfinite(time_s) and time_s >= 0.0 for time_s in times):
            raise ConfigError("Times of the length-aware gate must be finite seconds, 0 or more, key_s above 0.")
        if not 0.0 <= self.floor <= self.ceiling <= 1.0:
            raise ConfigError("The length-aware gate needs 0 <= floor <= ceiling <= 1.")

    def show_at(self, n_chars: int) -> float:
        """Return the probability at which typing on and accepting take equal time."""
        gain_s = n_chars * self.key_s - self.accept_s + self.wrong_s
        if gain_s <= 0.0:
            return self.ceiling
        return min(self.ceiling, max(self.floor, (self.reading_s + self.wrong_s) / gain_s))

    def keep_at(self, n_chars: int) -> float:
        """Return the floor: what is displayed is not withdrawn for having fewer letters left."""
        return self.floor

    @property
    def lowest(self) -> float:
        """What the longest completion needs."""
        return self.show_at(LONGEST)


@dataclass(frozen=True, slots=True)
class JointGate(Gate):
    """The gate for the next word of a phrase: `gate` applied to the joint probability of the words before it and this one.

    `lower`: the lower bound of the words before (0..1, above 0); `n_before`: their characters. It is the joint probability that
    is compared, as in the phrase itself, so that rounding cannot part the two.

    >>> gate = JointGate(FixedCutoff(0.45), lower=0.9, n_before=3)
    >>> gate.show_at(5), gate.passes(5, 0.5), gate.passes(5, 0.49)
    (0.5, True, False)
    """

    gate: Gate
    lower: float
    n_before: int

    def show_at(self, n_chars: int) -> float:
        """Return what this word must reach so that the whole phrase reaches its cutoff. May pass 1: then none can."""
        return self.gate.show_at(self.n_before + n_chars) / self.lower

    def keep_at(self, n_chars: int) -> float:
        """Return what this word must reach so that a displayed phrase stays."""
        return self.gate.keep_at(self.n_before + n_chars) / self.lower

    @property
    def lowest(self) -> float:
        """What the longest phrase needs of this word."""
        return self.gate.lowest / self.lower

    def passes(self, n_chars: int, probability: float) -> bool:
        """Return whether the phrase that this word ends appears."""
        return self.gate.passes(self.n_before + n_chars, self.lower * probability)

    def keeps(self, n_chars: int, probability: float) -> bool:
        """Return whether the displayed phrase that this word ends stays."""
        return self.gate.keeps(self.n_before + n_chars, self.lower * probability)

    def may_pass(self, probability: float) -> bool:
        """Return whether a phrase of some length appears with this word."""
        return self.gate.may_pass(self.lower * probability)


class ProbabilityMap(Protocol):
    """A correction of stated probabilities: it grows strictly, so that the order of candidates and of bounds stays."""

    def of(self, probability: float) -> float:
        """Return how often what was stated so is right. 0 stays 0; the answer lies in 0..1."""

    def inverse(self, probability: float) -> float:
        """Return the least stated probability whose correction reaches `probability`. May pass 1: then none does."""


class Calibration(Protocol):
    """The corrections of one model."""

    def map_for(self, *, start: bool, estimated: bool) -> ProbabilityMap | None:
        """Return the correction for a state, None where there is none. `start`: nothing of the word is typed yet."""


def check_cutoff(value: float) -> float:
    """Return `value` as a float if it is a probability.

    Raises ConfigError where it is not a finite number in 0..1.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= 1:
        raise ConfigError(f"Cutoff {value!r} is not a probability: give a number from 0 to 1, such as 0.6.")
    return float(value)
