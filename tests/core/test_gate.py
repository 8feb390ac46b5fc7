from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.core.gate import LONGEST, ROUNDING, FixedCutoff, Gate, JointGate, LengthAware, check_cutoff
from autocomplete.errors import ConfigError

PROBABILITIES = st.floats(0.0, 1.0)
SECONDS = st.floats(0.0, 5.0)
LENGTHS = st.integers(1, LONGEST)


@st.composite
def gates(draw: st.DrawFn) -> Gate:
    if draw(st.booleans()):
        return FixedCutoff(draw(PROBABILITIES), draw(PROBABILITIES))
    floor, ceiling = sorted((draw(PROBABILITIES), draw(PROBABILITIES)))
    return LengthAware(draw(st.floats(0.01, 5.0)), draw(SECONDS), draw(SECONDS), draw(SECONDS), floor, ceiling)


@given(gates(), LENGTHS)
def test_what_is_displayed_stays_at_least_as_long_as_it_would_be_shown(gate: Gate, n_chars: int) -> None:
    assert 0.0 <= gate.keep_at(n_chars) <= gate.show_at(n_chars) <= 1.0
    assert gate.lowest <= gate.show_at(n_chars)


@given(gates(), LENGTHS)
def test_a_longer_completion_needs_no_more_than_a_shorter_one(gate: Gate, n_chars: int) -> None:
    assert gate.show_at(n_chars + 1) <= gate.show_at(n_chars)


@given(gates(), st.floats(0.01, 1.0), st.integers(0, 20), st.integers(1, 20))
def test_a_phrase_passes_where_the_product_passes(gate: Gate, lower: float, n_before: int, n_chars: int) -> None:
    joint = JointGate(gate, lower, n_before)
    assert joint.show_at(n_chars) * lower == pytest.approx(gate.show_at(n_before + n_chars))
    assert joint.lowest * lower == pytest.approx(gate.lowest)


@given(gates(), LENGTHS, PROBABILITIES)
def test_the_comparisons_of_a_gate_are_those_with_its_cutoffs(gate: Gate, n_chars: int, p: float) -> None:
    assert gate.passes(n_chars, p) == (p >= gate.show_at(n_chars) * (1.0 - ROUNDING))
    assert gate.keeps(n_chars, p) == (p >= gate.keep_at(n_chars) * (1.0 - ROUNDING))
    assert gate.may_pass(p) == (p >= gate.lowest * (1.0 - ROUNDING)) >= gate.passes(n_chars, p)


def test_a_chance_of_exactly_the_cutoff_passes_whatever_floating_point_makes_of_it() -> None:
    chance = math.nextafter(0.55, 0.0)
    assert chance < 0.55
    assert FixedCutoff(0.55).passes(3, chance)
    assert FixedCutoff(0.55).may_pass(chance)
    assert FixedCutoff(0.55, hysteresis=0.0).keeps(3, chance)
    assert not FixedCutoff(0.55).passes(3, 0.5499999)


def test_what_is_displayed_is_allowed_by_what_keeps_it() -> None:
    gate = FixedCutoff(0.5, hysteresis=0.2)
    assert [gate.allows("om", 0.45, displayed) for displayed in ("om", "", "o")] == [True, False, False]


@given(gates(), st.floats(0.01, 1.0), st.integers(0, 20), st.integers(1, 20), PROBABILITIES)
def test_a_word_of_a_phrase_passes_where_the_whole_phrase_does(
    gate: Gate, lower: float, n_before: int, n_chars: int, p: float
) -> None:
    joint = JointGate(gate, lower, n_before)
    assert joint.passes(n_chars, p) == gate.passes(n_before + n_chars, lower * p)
    assert joint.keeps(n_chars, p) == gate.keeps(n_before + n_chars, lower * p)
    assert joint.may_pass(p) == gate.may_pass(lower * p)


def test_hysteresis() -> None:
    assert FixedCutoff(0.5, hysteresis=0.2).keep_at(4) == pytest.approx(0.4)
    assert FixedCutoff(0.5, hysteresis=0.0).keep_at(4) == 0.5
    assert LengthAware(floor=0.3).keep_at(1) == 0.3


def test_the_length_aware_gate_breaks_even() -> None:
    """At the probability it asks for, showing gains nothing and loses nothing."""
    gate = LengthAware(key_s=0.3, accept_s=0.2, reading_s=0.15, wrong_s=0.4, floor=0.0)
    for n_chars in range(3, 20):
        p = gate.show_at(n_chars)
        assert p * (n_chars * 0.3 - 0.2) == pytest.approx(0.15 + 0.4 * (1 - p))


def test_letters_that_save_nothing_need_the_ceiling() -> None:
    assert LengthAware(key_s=0.1, accept_s=1.0, wrong_s=0.0, ceiling=0.95).show_at(1) == 0.95


def test_a_gate_of_ones_own_needs_one_method() -> None:
    class Long(Gate):
        def show_at(self, n_chars: int) -> float:
            return 0.3 if n_chars > 5 else 0.9

    assert (Long().lowest, Long().keep_at(2)) == (0.3, 0.9)


@pytest.mark.parametrize("cutoff", [-0.1, 1.01, math.nan, math.inf, True, "0.5", None])
def test_a_cutoff_that_is_no_probability_is_refused(cutoff: float) -> None:
    with pytest.raises(ConfigError, match="not a probability"):
        check_cutoff(cutoff)
    with pytest.raises(ConfigError):
        FixedCutoff(cutoff)


@pytest.mark.parametrize("cutoff", [0, 1, 0.0, 0.6, 1.0])
def test_a_cutoff_is_a_float(cutoff: float) -> None:
    assert check_cutoff(cutoff) == cutoff
    assert isinstance(FixedCutoff(cutoff).cutoff, float)


@pytest.mark.parametrize(
    "settings",
    [
        *({"key_s": 0.0}, {"key_s": -1.0}, {"key_s": math.nan}, {"key_s": math.inf}, {"accept_s": -0.1}),
        *({"wrong_s": math.nan}, {"reading_s": math.inf}),
        *({"floor": 0.9, "ceiling": 0.8}, {"floor": -0.1}, {"ceiling": 1.1}, {"floor": math.nan}),
    ],
)
def test_a_length_aware_gate_that_makes_no_sense_is_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ConfigError):
        LengthAware(**settings)


@pytest.mark.parametrize("hysteresis", [-0.1, 1.1, math.nan])
def test_a_hysteresis_that_makes_no_sense_is_refused(hysteresis: float) -> None:
    with pytest.raises(ConfigError):
        FixedCutoff(0.5, hysteresis)
