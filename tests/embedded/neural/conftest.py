"""One small model with a network for the tests of the neural package."""

from __future__ import annotations

import pytest

from autocomplete.embedded.neural.component import NeuralComponent
from autocomplete.embedded.neural.network import Network
from autocomplete.embedded.neural.weights import NetworkWeights
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.embedded.ngram.vocabulary import Vocabulary
from tests.embedded.neural.making import MIXTURE, random_weights
from tests.embedded.ngram.making import stored_from


@pytest.fixture(scope="session")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    """A small lexicon with a network as its only component."""
    opened = Lexicon(stored_from(tmp_path_factory.mktemp("small")))
    vocabulary = opened.vocabulary
    network = Network(random_weights(vocabulary), len(vocabulary))
    opened.components.append(NeuralComponent(network, vocabulary, MIXTURE))
    return opened


@pytest.fixture(scope="session")
def vocabulary(lexicon: Lexicon) -> Vocabulary:
    return lexicon.vocabulary


@pytest.fixture(scope="session")
def weights(vocabulary: Vocabulary) -> NetworkWeights:
    return random_weights(vocabulary)
