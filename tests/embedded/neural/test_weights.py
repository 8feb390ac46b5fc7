"""Weights go into a file and come back."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from autocomplete.embedded.array_file import ArrayFile, load, save
from autocomplete.embedded.neural.weights import NetworkWeights, pack_weights, unpack_weights
from autocomplete.embedded.ngram.vocabulary import Vocabulary
from autocomplete.errors import ConfigError


def test_a_file_gives_weights_back_to_within_half_a_step(
    weights: NetworkWeights, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    path = tmp_path / "model"
    save(path, pack_weights(weights, vocabulary, {}))
    found = unpack_weights(load(path), vocabulary)
    for field in fields(NetworkWeights):
        expected, actual = getattr(weights, field.name), getattr(found, field.name)
        assert actual.dtype == expected.dtype
        assert actual.shape == expected.shape
        if expected.ndim == 1:
            np.testing.assert_array_equal(actual, expected)
        else:
            step = np.abs(expected).max(axis=0) / 127
            assert (np.abs(actual - expected) <= 0.501 * step).all()


def test_weights_that_came_from_a_file_are_stored_unchanged(weights: NetworkWeights, vocabulary: Vocabulary) -> None:
    once = unpack_weights(pack_weights(weights, vocabulary, {}), vocabulary)
    twice = unpack_weights(pack_weights(once, vocabulary, {}), vocabulary)
    for field in fields(NetworkWeights):
        np.testing.assert_allclose(getattr(twice, field.name), getattr(once, field.name), rtol=1e-6)


def test_another_kind_of_model_is_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises(ConfigError, match="another kind"):
        unpack_weights(ArrayFile({"order": 4}, {}), vocabulary)


def test_a_model_for_another_vocabulary_is_refused(weights: NetworkWeights, vocabulary: Vocabulary) -> None:
    stored = pack_weights(weights, vocabulary, {})
    with pytest.raises(ConfigError, match="another vocabulary"):
        unpack_weights(stored, Vocabulary.of([","], ["other"]))


@pytest.mark.parametrize(
    "change",
    [
        {"units": None},
        {"embedding": None},
        {"recurrent_factors": np.ones(7, dtype=np.float32)},
        {"recurrent_factors": np.ones(0, dtype=np.float32)},
        {"bias": np.zeros(2, dtype=np.float32)},
        {"bias": np.array(["a"])},
        {"inputs_bias": np.zeros((2, 2), dtype=np.float32)},
        {"embedding_factors": "infinite"},
        {"units": "reversed"},
        {"units": np.full(3, 60_000, dtype=np.uint16)},
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(
    weights: NetworkWeights, vocabulary: Vocabulary, change: dict[str, object]
) -> None:
    stored = pack_weights(weights, vocabulary, {})
    arrays = dict(stored.arrays)
    for name, value in change.items():
        if value is None:
            del arrays[name]
        elif isinstance(value, str):
            arrays[name] = np.full_like(arrays[name], np.inf) if value == "infinite" else arrays[name][::-1]
        else:
            arrays[name] = np.asarray(value)
    with pytest.raises(ConfigError, match="damaged"):
        unpack_weights(ArrayFile(stored.facts, arrays), vocabulary)
