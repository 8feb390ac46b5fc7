"""What is worked out ahead is what is worked out one place at a time, but for rounding."""

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
    ahead = BatchedStates(network, sequences)
    assert len(ahead) == len(set(sequences))
    for units in (*sequences, *others):
        found, n = ahead.state(units)
        expected = network.start()
        for unit in units[:n]:
            expected = network.advance(expected, unit)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
        answer = ahead.answer(units)
        assert (answer is not None) == (units in sequences)
        if answer is not None:
            one, other = network.distribution(expected)
            np.testing.assert_allclose(answer[0], one, rtol=1e-4, atol=1e-7)
            assert answer[1] == pytest.approx(other, rel=1e-4)


def test_the_longest_known_beginning_is_found(weights: NetworkWeights, vocabulary: Vocabulary) -> None:
    ahead = BatchedStates(Network(weights, len(vocabulary)), [(0, 1, 2, 3), (0, 5)])
    assert [ahead.state(units)[1] for units in [(), (0, 1), (0, 1, 2, 3, 4), (0, 5, 1), (7,)]] == [0, 2, 4, 2, 0]


@pytest.mark.parametrize("n_ahead", [0, 300, len(TEXT)])
def test_a_text_that_was_foreseen_has_the_same_probabilities(
    lexicon: Lexicon, weights: NetworkWeights, n_ahead: int
) -> None:
    vocabulary = lexicon.vocabulary
    plain, ahead = (NeuralComponent(Network(weights, len(vocabulary)), vocabulary, MIXTURE) for _ in range(2))
    ahead.precompute(TEXT[:n] for n in range(1, n_ahead) if not TEXT[n].isalpha())
    for n in (1, 28, 29, 290, 305, 900, BLOCK + 500, len(TEXT)):
        here = lexicon.place(TEXT[:n])
        for place in (here, here.new_sentence()):
            before = lexicon.model.distribution(place.history)
            found, expected = ahead.transform(before.copy(), place), plain.transform(before, place)
            np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-9)


def test_what_is_foreseen_does_not_depend_on_what_was_before(lexicon: Lexicon, weights: NetworkWeights) -> None:
    vocabulary = lexicon.vocabulary
    used, fresh = (NeuralComponent(Network(weights, len(vocabulary)), vocabulary, MIXTURE) for _ in range(2))
    contexts = [TEXT[:n] for n in range(1, 400) if not TEXT[n].isalpha()]
    used.transform(lexicon.model.distribution([]), lexicon.place(TEXT[:28]))
    used.precompute(contexts[::3])
    used.precompute(contexts)
    fresh.precompute(contexts)
    for context in contexts:
        place = lexicon.place(context)
        before = lexicon.model.distribution(place.history)
        np.testing.assert_array_equal(used.transform(before.copy(), place), fresh.transform(before, place))
