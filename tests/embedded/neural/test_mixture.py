"""How much each of the two models counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.embedded.neural.component import Mixture
from autocomplete.errors import ConfigError

PROBABILITIES = st.floats(1e-6, 1.0)
PARAMETERS = st.floats(-3.0, 3.0)


@given(
    ngram=st.lists(st.floats(0.0, 1.0), min_size=6, max_size=30),
    neural=st.lists(st.floats(1e-3, 1.0), min_size=5, max_size=5),
    parameters=st.tuples(PARAMETERS, PARAMETERS, PARAMETERS),
)
def test_the_mixture_of_two_distributions_is_one(
    ngram: list[float], neural: list[float], parameters: tuple[float, float, float]
) -> None:
    first = np.array([*ngram, 1e-3], dtype=np.float32)
    first /= first.sum()
    other, *second = [value / sum(neural) for value in neural]
    units = np.array([0, 2, 3, 5])
    found = Mixture(*parameters).of(first, units, np.array(second, dtype=np.float32), other)
    assert float(found.sum()) == pytest.approx(1.0, abs=2e-4)
    assert (found >= 0.0).all()


def test_units_without_a_class_keep_their_odds() -> None:
    ngram = np.array([0.5, 0.1, 0.3, 0.1], dtype=np.float32)
    found = Mixture(0.0, 0.0, 0.0).of(ngram, np.array([0]), np.array([0.2], dtype=np.float32), 0.8)
    np.testing.assert_allclose(found, [0.35, 0.13, 0.39, 0.13], rtol=1e-5)


def test_units_that_the_ngram_model_excludes_get_nothing() -> None:
    ngram = np.array([0.0, 0.25, 0.75, 0.0], dtype=np.float32)
    found = Mixture(0.0, 0.0, 0.0).of(ngram, np.array([1, 2]), np.array([0.3, 0.3], dtype=np.float32), 0.4)
    assert found.tolist() == pytest.approx([0.0, 0.375, 0.625, 0.0])


@given(surer=PROBABILITIES, less=PROBABILITIES, fixed=PROBABILITIES)
def test_the_surer_a_model_is_the_more_it_counts(surer: float, less: float, fixed: float) -> None:
    surer, less = max(surer, less), min(surer, less)
    mixture = Mixture(-0.1, 0.9, -0.6)
    assert mixture.ngram_share(surer, fixed) >= mixture.ngram_share(less, fixed)
    assert mixture.ngram_share(fixed, surer) <= mixture.ngram_share(fixed, less)
    assert 0.0 < mixture.ngram_share(surer, less) < 1.0


@pytest.mark.parametrize(
    "facts",
    [
        None,
        3,
        {},
        {"constant": 0.0, "ngram": 1.0},
        {"constant": "a", "ngram": 1, "neural": 1},
        {"constant": float("nan"), "ngram": 1.0, "neural": 1.0},
    ],
)
def test_a_head_without_a_mixture_is_refused(facts: object) -> None:
    with pytest.raises(ConfigError, match="damaged"):
        Mixture.of_facts(facts)
