"""The network beside the n-gram model in a lexicon."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autocomplete.embedded.array_file import save
from autocomplete.embedded.neural.component import Mixture, NeuralComponent
from autocomplete.embedded.neural.network import Network
from autocomplete.embedded.neural.weights import NetworkWeights, pack_weights, unpack_weights
from autocomplete.embedded.ngram.byte_query import ask, mass
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.embedded.ngram.vocabulary import END_ID, START_ID
from autocomplete.errors import ConfigError
from tests.embedded.neural import reference
from tests.embedded.neural.making import MIXTURE

CONTEXTS = ["", "I look forward to hearing", "We hope the friend may help.", "One.\n", "Friday (", "zyx", "日本語", "3"]


def by_hand(lexicon: Lexicon, weights: NetworkWeights, units: list[int], history: list[int]) -> list[float]:
    """Return the mixture after units, one probability at a time."""
    ngram = lexicon.model.distribution(history).tolist()
    state = [0.0] * len(weights.recurrent)
    for unit in units:
        state = reference.advance(weights, state, unit)
    neural = reference.distribution(weights, state)
    share = MIXTURE.ngram_share(max(ngram), max(neural))
    other = sum(p for i, p in enumerate(ngram) if not reference.class_of(weights, i))
    result = []
    for i, p in enumerate(ngram):
        at = reference.class_of(weights, i)
        result.append(share * p + (1 - share) * (neural[at] if at else neural[0] * p / other))
    return result


def test_the_distribution_is_the_mixture(lexicon: Lexicon, weights: NetworkWeights) -> None:
    known = [lexicon.vocabulary.word_id(word, first=i == 0) for i, word in enumerate(["We", "hope", "the"])]
    found = lexicon.distribution(lexicon.position("We hope the"))
    expected = by_hand(lexicon, weights, [START_ID, *known], known)
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=1e-6)


def test_a_new_sentence_is_asked_for_after_the_end_mark(lexicon: Lexicon, weights: NetworkWeights) -> None:
    position = lexicon.position("We hope.")
    units = [lexicon.vocabulary.word_id("We", first=True), lexicon.vocabulary.word_id("hope")]
    units.append(lexicon.vocabulary.mark_id("."))
    expected = by_hand(lexicon, weights, [START_ID, *units, END_ID], [START_ID])
    np.testing.assert_allclose(lexicon.distribution(position.new_sentence()), expected, rtol=2e-3, atol=1e-6)


@pytest.mark.parametrize("context", CONTEXTS)
def test_probabilities_sum_to_one(lexicon: Lexicon, context: str) -> None:
    assert float(lexicon.distribution(lexicon.position(context)).sum()) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("context", [context for context in CONTEXTS if context and not context[-1].isspace()])
def test_all_that_may_follow_has_mass_one(lexicon: Lexicon, context: str) -> None:
    assert mass(lexicon, context, b"") == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_stem_only_conditions(lexicon: Lexicon, context: str) -> None:
    every, _ = ask(lexicon, context, b" ", 1000)
    narrowed, _ = ask(lexicon, context, b" f", 1000)
    whole, part = mass(lexicon, context, b" "), mass(lexicon, context, b" f")
    joint = {token: p * whole for token, p in every if token.startswith(b" f")}
    for token, p in narrowed:
        if not token.strip().isupper():
            assert p * part == pytest.approx(joint[token], rel=1e-4)


def test_what_was_asked_before_changes_no_answer(lexicon: Lexicon, weights: NetworkWeights) -> None:
    text = "I look forward to hearing from you. We hope it's Friday (a day), and we don't care. " * 20
    vocabulary = lexicon.vocabulary
    used = NeuralComponent(Network(weights, len(vocabulary)), vocabulary, MIXTURE)
    for n in [*range(0, len(text), 5), 40, 900]:
        position = lexicon.position(text[:n])
        plain = lexicon.model.distribution(position.history)
        fresh = NeuralComponent(Network(weights, len(vocabulary)), vocabulary, MIXTURE)
        np.testing.assert_array_equal(used.transform(plain.copy(), position), fresh.transform(plain.copy(), position))


def test_a_file_is_opened_with_its_mixture(lexicon: Lexicon, weights: NetworkWeights, tmp_path: Path) -> None:
    path = tmp_path / "model"
    facts = {"mixture": {"constant": 0.5, "ngram": 1.0, "neural": -1.0}}
    stored = pack_weights(weights, lexicon.vocabulary, facts)
    save(path, stored)
    position = lexicon.position("We hope")
    plain = lexicon.model.distribution(position.history)
    n = len(lexicon.vocabulary)
    expected = NeuralComponent(
        Network(unpack_weights(stored, lexicon.vocabulary), n), lexicon.vocabulary, Mixture(0.5, 1.0, -1.0)
    )
    found = NeuralComponent.open(path, lexicon.vocabulary)
    np.testing.assert_array_equal(found.transform(plain.copy(), position), expected.transform(plain.copy(), position))


def test_a_damaged_file_is_refused(lexicon: Lexicon, weights: NetworkWeights, tmp_path: Path) -> None:
    path = tmp_path / "model"
    save(path, pack_weights(weights, lexicon.vocabulary, {}))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ConfigError):
        NeuralComponent.open(path, lexicon.vocabulary)
