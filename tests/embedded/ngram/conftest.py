"""One small model for the tests of the n-gram package."""

from __future__ import annotations

import pytest

from autocomplete.embedded.ngram.lexicon import Lexicon
from tests.embedded.ngram.making import stored_from


@pytest.fixture(scope="session")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    return Lexicon(stored_from(tmp_path_factory.mktemp("small")))
