"""Corrections grow strictly, have an inverse that never falls short, and find back what was put in."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.core.gate import LONGEST, FixedCutoff, Gate, LengthAware
from autocomplete.errors import ConfigError
from autocomplete.evaluation.calibration.calibrators import LEAST_SLOPE, Isotonic, Platt, fit_isotonic, fit_platt

P = st.floats(0.0, 1.0)


@st.composite
def corrections(draw: st.DrawFn) -> Platt | Isotonic:
    if draw(st.booleans()):
        return Platt(draw(st.floats(0.05, 5.0)), draw(st.floats(-5.0, 5.0)))
    n = draw(st.integers(1, 6))
    shares = st.lists(st.integers(1, 1000), min_size=n, max_size=n, unique=True)
    stated = [i / 1001 for i in sorted(draw(shares))]
    corrected = [i / 1001 for i in sorted(draw(shares))]
    return Isotonic(((0.0, 0.0), *zip(stated, corrected, strict=True), (1.0, draw(st.floats(0.9995, 1.0)))))


@given(corrections(), P, P)
def test_order_stays(correction: Platt | Isotonic, p: float, q: float) -> None:
    p, q = sorted((p, q))
    assert 0.0 <= correction.of(p) <= correction.of(q) <= 1.0
    if q - p > 1e-6 and correction.of(q) < 1.0 - 1e-9:
        assert correction.of(p) < correction.of(q)


@given(corrections(), P)
def test_the_inverse_reaches_what_was_asked_for_and_hardly_more(correction: Platt | Isotonic, wanted: float) -> None:
    stated = correction.inverse(wanted)
    if math.isinf(stated):
        assert correction.of(1.0) < wanted
    else:
        assert correction.of(stated) >= wanted
        assert stated <= 1e-300 or correction.of(stated - 1e-9) <= wanted + 1e-9


@given(corrections(), P)
def test_what_is_impossible_stays_so(correction: Platt | Isotonic, wanted: float) -> None:
    assert correction.of(0.0) == 0.0 == correction.inverse(0.0)


@given(corrections(), P, P, st.integers(1, LONGEST))
def test_what_must_be_stated_for_a_gate_is_what_passes_it_once_corrected(
    correction: Platt | Isotonic, stated: float, cutoff: float, n_chars: int
) -> None:
    gates: tuple[Gate, ...] = (FixedCutoff(cutoff), LengthAware(floor=cutoff))
    for gate in gates:
        lowest, kept, shown = map(correction.inverse, (gate.lowest, gate.keep_at(n_chars), gate.show_at(n_chars)))
        if abs(correction.of(stated) - gate.show_at(n_chars)) > 1e-9:
            assert (stated >= shown) == gate.passes(n_chars, correction.of(stated))
        assert lowest <= shown
        assert kept <= shown


def drawn(n: int, slope: float, offset: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    stated = rng.beta(0.7, 0.7, n)
    truth = 1.0 / (1.0 + np.exp(-(slope * np.log(stated / (1.0 - stated)) + offset)))
    return stated, rng.random(n) < truth


@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (0.4, -0.5), (2.0, 1.0)])
def test_platt_finds_the_curve(slope: float, offset: float) -> None:
    found = fit_platt(*drawn(40_000, slope, offset))
    assert found.slope == pytest.approx(slope, abs=0.07)
    assert found.offset == pytest.approx(offset, abs=0.07)


def test_isotonic_finds_any_rising_curve() -> None:
    rng = np.random.default_rng(2)
    stated = rng.random(40_000)
    found = fit_isotonic(stated, rng.random(40_000) < stated**3)
    for p in (0.2, 0.5, 0.8, 0.95):
        assert found.of(p) == pytest.approx(p**3, abs=0.03)


@pytest.mark.parametrize("right", [True, False])
def test_one_outcome_is_no_certainty(right: bool) -> None:
    stated = np.full(200, 0.7)
    for correction in (fit_platt(stated, np.full(200, right)), fit_isotonic(stated, np.full(200, right))):
        assert 0.0 < correction.of(0.7) < 1.0
        assert correction.of(0.7) > 0.95 if right else correction.of(0.7) < 0.05


def test_where_more_confidence_means_fewer_right_ones_the_curve_is_nearly_flat() -> None:
    stated = np.linspace(0.05, 0.95, 500)
    found = fit_platt(stated, stated < 0.5)
    assert found.slope == LEAST_SLOPE
    assert found.of(0.5) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("stated", [[1.0] * 300, [0.0] * 300, [0.0, 1.0] * 150])
def test_stated_certainties_are_corrected_too(stated: list[float]) -> None:
    right = np.arange(300) % 3 > 0
    for correction in (fit_platt(np.array(stated), right), fit_isotonic(np.array(stated), right)):
        assert 0.0 < correction.of(1.0) <= 1.0
        if stated[0] == 1.0:
            assert correction.of(1.0) == pytest.approx(2 / 3, abs=0.02)


def test_nothing_to_fit_is_told() -> None:
    with pytest.raises(ConfigError, match="No predictions"):
        fit_platt(np.array([]), np.array([], bool))


@pytest.mark.parametrize("numbers", [(0.0, 1.0), (-1.0, 0.0), (math.nan, 0.0), (1.0, math.inf)])
def test_a_curve_that_does_not_grow_is_refused(numbers: tuple[float, float]) -> None:
    with pytest.raises(ConfigError):
        Platt(*numbers)


@pytest.mark.parametrize(
    "knots",
    [
        (),
        ((0.0, 0.0),),
        ((0.0, 0.1), (1.0, 0.9)),
        ((0.0, 0.0), (0.5, 0.5)),
        ((0.0, 0.0), (0.5, 0.5), (0.5, 0.6), (1.0, 0.9)),
        ((0.0, 0.0), (0.5, 0.5), (1.0, 0.4)),
        ((0.0, 0.0), (1.0, 1.1)),
        ((0.0, 0.0), (0.5, math.nan), (1.0, 1.0)),
    ],
)
def test_knots_that_do_not_grow_are_refused(knots: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ConfigError):
        Isotonic(knots)


def test_one_prediction_at_the_top_does_not_speak_for_those_below() -> None:
    rng = np.random.default_rng(5)
    stated = rng.random(4000)
    right = rng.random(4000) < stated
    stated[:3], right[:3] = (0.9997, 0.9998, 0.9999), (True, False, True)  # the surest alone forms a step of its own
    correction = fit_isotonic(stated, right)
    for probability in (0.1, 0.5, 0.8, 0.9, 0.97):
        assert correction.of(probability) == pytest.approx(probability, abs=0.05)
    contrary = fit_isotonic(1.0 - stated, ~right)
    for probability in (0.03, 0.1, 0.5, 0.9):
        assert contrary.of(probability) == pytest.approx(probability, abs=0.05)
