"""A gate that notes how far the cutoff could go down before anything that was compared with it would end otherwise.

Invariant: its answers are those of a `FixedCutoff`; noting changes none of them.
"""

from __future__ import annotations

from autocomplete.core.gate import ROUNDING, Gate
from autocomplete.evaluation.cutoff_ranges import kept_step


class RecordingGate(Gate):
    """A fixed cutoff, with the greatest lower cutoff at which some comparison would end otherwise.

    A comparison that succeeds does so at every lower cutoff too; one that fails succeeds from its probability on down.
    `turning_point`: the greatest such cutoff, -1 where there is none; `turning_point_before`: the same before the last answer.

    >>> gate = RecordingGate(0.6, hysteresis=0.2)
    >>> gate.passes(3, 0.7), gate.passes(3, 0.25), gate.may_pass(0.31), gate.turning_point
    (True, False, False, 0.31)
    >>> gate.keeps(3, 0.4), gate.turning_point  # what has .4 stays displayed from a cutoff of .5 down
    (False, 0.5)
    """

    def __init__(self, cutoff: float, hysteresis: float) -> None:
        self._cutoff = cutoff
        self._hysteresis = hysteresis
        self.turning_point = self.turning_point_before = -1.0

    def note(self, cutoff: float) -> None:
        """Note that at `cutoff` or below it something would go another way."""
        if cutoff > self.turning_point:
            self.turning_point = cutoff

    def answer_taken(self) -> None:
        """Note that an answer is taken: a new step of the search begins."""
        self.turning_point_before = self.turning_point

    def show_at(self, n_chars: int) -> float:
        """Return the cutoff, whatever the length."""
        return self._cutoff

    def keep_at(self, n_chars: int) -> float:
        """Return the cutoff less its hysteresis, as `FixedCutoff` works it out."""
        return self._cutoff * (1.0 - self._hysteresis)

    @property
    def lowest(self) -> float:
        """The cutoff itself."""
        return self._cutoff

    def passes(self, n_chars: int, probability: float) -> bool:
        """Return whether a probability reaches the cutoff; note it where it does not."""
        if probability >= self._cutoff * (1.0 - ROUNDING):
            return True
        self.note(probability)
        return False

    def keeps(self, n_chars: int, probability: float) -> bool:
        """Return whether a probability keeps what is displayed; where not, note the highest cutoff at which it would."""
        if probability >= self.keep_at(n_chars) * (1.0 - ROUNDING):
            return True
        self.note(kept_step(probability, self._hysteresis))
        return False

    def may_pass(self, probability: float) -> bool:
        """Return whether a probability reaches the cutoff; note it where it does not."""
        return self.passes(1, probability)
