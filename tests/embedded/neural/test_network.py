"""The network against a reference that works one number at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.embedded.neural.network import Network
from autocomplete.embedded.neural.weights import NetworkWeights
from autocomplete.embedded.ngram.vocabulary import END_ID, START_ID, UNKNOWN_ID, Vocabulary
from tests.embedded.neural import reference


@settings(max_examples=30, deadline=None)
@given(units=st.lists(st.integers(0, 60), max_size=12))
def test_states_and_probabilities_are_those_of_the_reference(
    weights: NetworkWeights, vocabulary: Vocabulary, units: Sequence[int]
) -> None:
    network = Network(weights, len(vocabulary))
    state, expected = network.start(), [0.0] * network.size
    for unit in units:
        state, expected = network.advance(state, unit), reference.advance(weights, expected, unit)
    np.testing.assert_allclose(state, expected, rtol=1e-4, atol=1e-5)
    probabilities, other = network.distribution(state)
    np.testing.assert_allclose([other, *probabilities], reference.distribution(weights, expected), rtol=1e-3, atol=1e-6)


def test_probabilities_sum_to_one_and_the_start_mark_has_none(weights: NetworkWeights, vocabulary: Vocabulary) -> None:
    network = Network(weights, len(vocabulary))
    probabilities, other = network.distribution(network.advance(network.start(), UNKNOWN_ID))
    assert float(probabilities.sum()) + other == pytest.approx(1.0, abs=1e-6)
    assert probabilities[network.units.tolist().index(START_ID)] == 0.0
    assert probabilities[network.units.tolist().index(END_ID)] > 0.0


def test_advancing_leaves_the_old_state_alone(weights: NetworkWeights, vocabulary: Vocabulary) -> None:
    network = Network(weights, len(vocabulary))
    state = network.advance(network.start(), START_ID)
    before = state.copy()
    network.advance(state, UNKNOWN_ID)
    network.distribution(state)
    np.testing.assert_array_equal(state, before)


def test_words_past_the_vocabulary_are_one_class(weights: NetworkWeights, vocabulary: Vocabulary) -> None:
    network = Network(weights, len(vocabulary))
    unseen = next(i for i in range(len(vocabulary)) if i not in weights.units)
    np.testing.assert_array_equal(
        network.advance(network.start(), len(vocabulary) + 7), network.advance(network.start(), unseen)
    )


def test_large_weights_saturate_without_overflow(weights: NetworkWeights, vocabulary: Vocabulary) -> None:
    big = NetworkWeights(
        **{name: getattr(weights, name) for name in NetworkWeights.__slots__} | {"inputs": 1e4 * weights.inputs}
    )
    network = Network(big, len(vocabulary))
    state = network.advance(network.start(), UNKNOWN_ID)
    assert np.isfinite(state).all()
    assert float(network.distribution(state)[0].sum()) <= 1.0 + 1e-6
