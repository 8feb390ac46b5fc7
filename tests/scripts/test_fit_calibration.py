"""The figures of the script that fits the calibration."""

from __future__ import annotations

import numpy as np

from autocomplete.embedded.ngram.calibration import N_PARAMETERS
from autocomplete.training.fit_calibration import CalibrationSamples
from scripts.fit_calibration import figures


def samples(seed: int) -> CalibrationSamples:
    rng = np.random.default_rng(seed)
    values = np.concatenate([np.ones((50, 1)), rng.normal(size=(50, 1)), np.zeros((50, N_PARAMETERS - 2))], axis=1)
    return CalibrationSamples(values, (rng.random(50) < 0.4).astype(float), np.zeros(50, dtype=np.int64))


def test_one_register_has_no_others_to_be_fitted_on() -> None:
    (line,) = figures(["conv"], [samples(1)])
    assert line.startswith("conv: 50 positions, ECE 0.")
    assert "the others" not in line


def test_each_of_several_registers_is_measured_with_what_the_others_give() -> None:
    lines = list(figures(["conv", "fict"], [samples(1), samples(2)]))
    assert [line.split(":")[0] for line in lines] == ["conv", "fict"]
    assert all("fitted on the others 0." in line for line in lines)
