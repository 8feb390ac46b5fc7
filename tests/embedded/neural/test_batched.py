"""What is computed for many positions at once is what is computed for each, but for rounding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.embedded.neural.batched import BatchedStates
from autocomplete.embedded.neural.component import NeuralComponent
from autocomplete.embedded.neural.network import Network
from autocomplete.embedded.neural.weights import NetworkWeights
from autocomplete.embedded.neural.window import BLOCK
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.embedded.ngram.vocabulary import Vocabulary
from tests.embedded.neural.making import MIXTURE

#: Ids past the vocabulary among them.
SEQUENCES = st.lists(st.lists(st.integers(0, 300), max_size=12).map(tuple), max_size=80)

TEXT = 'We hope the friend may help. "What is it?" he asked. It is Friday (the day), the frame and 日本語. ' * 30


@settings(max_examples=30, deadline=None)
@given(sequences=SEQUENCES, others=SEQUENCES)
def test_states_and_answers_are_those_of_one_place_at_a_time(
    weights: NetworkWeights,
    vocabulary: Vocabulary,
    sequences: Sequence[tuple[int, ...]],
    others: Sequence[tuple[int, ...]],
) -> None:
    network = Network(weights, len(vocabulary))
    batched = BatchedStates(network, sequences)
    assert len(batched) == len(set(sequences))
    for units in (*sequences, *others):
        found, n = batched.state(units)
        expected = network.start()
        for unit in units[:n]:
            expected = network.advance(expected, unit)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
        answer = batched.answer(units)
        assert (answer is not None) == (units in sequences)
        if answer is not None:
            one, other = network.distribution(expected)
            np.testing.assert_allclose(answer[0], one, rtol=1e-4, atol=1e-7)
            assert answer[1] == pytest.approx(other, rel=1e-4)


def test_the_longest_known_beginning_is_found(weights: NetworkWeights, vocabulary: Vocabulary) -> None:
    batched = BatchedStates(Network(weights, len(vocabulary)), [(0, 1, 2, 3), (0, 5)])
    assert [batched.state(units)[1] for units in [(), (0, 1), (0, 1, 2, 3, 4), (0, 5, 1), (7,)]] == [0, 2, 4, 2, 0]


@pytest.mark.parametrize("n_ahead", [0, 300, len(TEXT)])
def test_a_text_that_was_foreseen_has_the_same_probabilities(lexicon: Lexicon, weights: NetworkWeights, n_ahead: int) -> None:
    vocabulary = lexicon.vocabulary
    plain, batched = (NeuralComponent(Network(weights, len(vocabulary)), vocabulary, MIXTURE) for _ in range(2))
    batched.precompute(TEXT[:n] for n in range(1, n_ahead) if not TEXT[n].isalpha())
    for n in (1, 28, 29, 290, 305, 900, BLOCK + 500, len(TEXT)):
        here = lexicon.position(TEXT[:n])
        for position in (here, here.new_sentence()):
            before = lexicon.model.distribution(position.history)
            found, expected = batched.transform(before.copy(), position), plain.transform(before, position)
            np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-9)


def test_what_is_foreseen_does_not_depend_on_what_was_before(lexicon: Lexicon, weights: NetworkWeights) -> None:
    vocabulary = lexicon.vocabulary
    used, fresh = (NeuralComponent(Network(weights, len(vocabulary)), vocabulary, MIXTURE) for _ in range(2))
    contexts = [TEXT[:n] for n in range(1, 400) if not TEXT[n].isalpha()]
    used.transform(lexicon.model.distribution([]), lexicon.position(TEXT[:28]))
    used.precompute(contexts[::3])
    used.precompute(contexts)
    fresh.precompute(contexts)
    for context in contexts:
        position = lexicon.position(context)
        before = lexicon.model.distribution(position.history)
        np.testing.assert_array_equal(used.transform(before.copy(), position), fresh.transform(before, position))
