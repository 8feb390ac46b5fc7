"""The calibration of a model that people make themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.backends.embedded import EmbeddedBackend
from autocomplete.embedded.ngram import calibration
from autocomplete.training.fit_calibration import CalibrationSamples, cross_validated_errors, error_of, fitted, record


def offers(n: int, slope: float, seed: int = 7, n_texts: int = 10) -> CalibrationSamples:
    """Return offers at word starts that are right as often as log-odds times `slope` say."""
    generator = np.random.default_rng(seed)
    stated = generator.normal(0.0, 3.0, n)
    values = np.zeros((n, calibration.N_PARAMETERS))
    values[:, 0], values[:, 1] = 1.0, stated
    right = (generator.random(n) < 1.0 / (1.0 + np.exp(-slope * stated))).astype(np.float64)
    return CalibrationSamples(values, right, np.arange(n) % n_texts)


@pytest.mark.parametrize("slope", [0.3, 1.0, 2.0])
def test_what_is_stated_too_surely_or_too_shyly_is_put_right(slope: float) -> None:
    found = offers(20_000, slope)
    parameters = fitted(found.values, found.right)
    assert parameters[1] == pytest.approx(slope, rel=0.05)
    assert error_of(parameters, found) < 0.02
    assert error_of(calibration.IDENTITY, found) > 0.03 or slope == 1.0
    before, after = cross_validated_errors(found)
    assert after <= max(before, 0.02)


def test_without_evidence_nothing_is_changed() -> None:
    none = offers(0, 1.0)
    assert fitted(none.values, none.right).tolist() == list(calibration.IDENTITY)


@given(st.integers(1, 60), st.integers(0, 1000), st.sampled_from([0.0, 1.0, None]))
@settings(max_examples=50, deadline=None)
def test_any_few_offers_give_finite_parameters(n: int, seed: int, always: float | None) -> None:
    found = offers(n, 1.0, seed)
    right = found.right if always is None else np.full(n, always)
    assert np.isfinite(fitted(found.values * 4.0, right)).all()


def test_one_text_alone_cannot_be_checked_on_another() -> None:
    before, after = cross_validated_errors(offers(50, 1.0, n_texts=1))
    assert before == after


def test_every_key_of_the_texts_is_an_offer_or_has_none() -> None:
    backend = EmbeddedBackend(calibrated=False, neural=False)
    typed: list[bool] = []
    found = record(backend, ["I look forward.", "the end"], lambda: typed.append(True))
    assert len(typed) == 2
    assert 0 < len(found) <= len("I look forward.the end") + 5  # where each of the five words is whole there is one more
    assert set(found.text.tolist()) == {0, 1}
    assert found.values.shape == (len(found), calibration.N_PARAMETERS)


def test_what_would_go_on_with_a_word_that_is_over_is_a_wrong_offer() -> None:
    found = record(EmbeddedBackend(calibrated=False, neural=False), ["the"])
    whole = [values for values in found.values.tolist() if values[8]]  # what is typed is itself a word
    assert whole and len(found) == 4
    assert not found.right[-1]
