"""A small model that learns."""

from __future__ import annotations

from pathlib import Path

import pytest

from autocomplete.embedded.adaptive.learner import TextLearner
from autocomplete.embedded.adaptive.weights import N_KINDS
from autocomplete.embedded.array_file import ArrayFile
from autocomplete.embedded.ngram.lexicon import Lexicon
from tests.embedded.ngram.making import stored_from

WEIGHTS = (0.2,) * N_KINDS


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> ArrayFile:
    return stored_from(Path(tmp_path_factory.mktemp("adaptive")))


@pytest.fixture
def lexicon(stored: ArrayFile) -> Lexicon:
    return Lexicon(stored)


@pytest.fixture
def learner(lexicon: Lexicon) -> TextLearner:
    return TextLearner(lexicon, WEIGHTS)
