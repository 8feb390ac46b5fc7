"""Whether a calibration is worth having: what it does to predictions that it has not seen, regime by regime.

Invariant: a regime is called better only where its error shrank by more than chance would make it. Predictions that follow each
other are of one word or one topic, so chance is judged by runs of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from autocomplete.evaluation.calibration.calibration import REGIMES, ModelCalibration, crossfit, fit, regime
from autocomplete.evaluation.replay.metrics import calibration_error, calibration_noise
from autocomplete.evaluation.word_shows import Label

#: Parts that labels are dealt out to, each corrected by what the others teach; and labels of the longest blocks that are dealt.
N_PARTS, BLOCK = 10, 200

#: Labels in a run that counts as one observation.
RUN = 10

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CalibrationEffect:
    """What correcting does to `n` unseen predictions.

    `before`, `after`: expected calibration errors, and what chance alone makes of each; `gain`: by how much the Brier score
    falls, with its 95% interval.
    """

    n: int
    before: float
    after: float
    chance_before: float
    chance_after: float
    gain: float
    low: float
    high: float

    @property
    def better(self) -> bool:
        """Whether the error shrank by more than chance."""
        return self.after < self.before and self.low > 0.0

    def __str__(self) -> str:
        gain = f"better by {self.gain:.3f}, 95%: {self.low:.3f} to {self.high:.3f}"
        return f"error {self.before:.3f} before, {self.after:.3f} after; Brier score {gain}"


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A calibration and its test. `stated`, `corrected`, `right`, `regimes`: of all labels; `changes`: by regime."""

    fitted: ModelCalibration
    stated: Floats
    corrected: Floats
    right: Bools
    regimes: tuple[str, ...]
    changes: dict[str, CalibrationEffect]

    @property
    def better(self) -> tuple[str, ...]:
        """The regimes that it makes better."""
        return tuple(name for name, found in self.changes.items() if found.better)

    def kept(self, names: Sequence[str]) -> ModelCalibration:
        """Return the calibration with these regimes alone."""
        fitted = self.fitted
        return replace(
            fitted,
            corrections={name: fitted.corrections[name] for name in names},
            n_labels={name: fitted.n_labels[name] for name in names},
        )

    def change(self, names: Sequence[str]) -> CalibrationEffect:
        """Return what correcting these regimes, and no other, does to all predictions."""
        return _change(self.stated, self.after(names), self.right)

    def after(self, names: Sequence[str]) -> Floats:
        """Return the probabilities where these regimes, and no other, are corrected."""
        return np.where(np.isin(self.regimes, list(names)), self.corrected, self.stated)


def held_out(model: str, labels: Sequence[Label]) -> HeldOut:
    """Return the calibration of a model, and what it does to labels that it has not seen. Raises as `fit` does."""
    fitted = fit(model, labels)
    block = max(1, min(BLOCK, len(labels) // (2 * N_PARTS)))
    unseen = crossfit(model, labels, block=block, n_parts=N_PARTS, scale=0.8)  # one part is not there, and parts differ
    stated = np.array([label.probability for label in labels])
    corrected, right = np.array(unseen), np.array([label.right for label in labels], dtype=np.bool_)
    names = tuple(regime(start=label.start, estimated=label.estimated) for label in labels)
    changes = {}
    for name in REGIMES:
        if name in fitted.corrections:
            here = np.array(names) == name
            changes[name] = _change(stated[here], corrected[here], right[here])
    return HeldOut(fitted, stated, corrected, right, names, changes)


def _change(stated: Floats, corrected: Floats, right: Bools) -> CalibrationEffect:
    gains = (stated - right) ** 2 - (corrected - right) ** 2
    runs = np.add.reduceat(gains, np.arange(0, len(gains), RUN)) if len(gains) else np.zeros(1)
    n, gain = max(1, len(gains)), float(gains.sum()) / max(1, len(gains))
    spread = math.sqrt(len(runs) * float(runs.var(ddof=1))) / n if len(runs) > 1 else math.inf
    return CalibrationEffect(
        len(gains),
        calibration_error(stated, right),
        calibration_error(corrected, right),
        calibration_noise(stated),
        calibration_noise(corrected),
        gain,
        gain - 1.96 * spread,
        gain + 1.96 * spread,
    )
