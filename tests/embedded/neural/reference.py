"""The network and the mixture one number at a time, straight from the formulas, to check the arrays against."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autocomplete.embedded.neural.weights import Floats, NetworkWeights
from autocomplete.embedded.ngram.vocabulary import START_ID

Vector = list[float]


def product(vector: Sequence[float], matrix: Floats, bias: Floats) -> Vector:
    """Return the vector times the matrix, plus the bias."""
    columns = matrix.T.tolist()
    return [sum(v * m for v, m in zip(vector, column, strict=True)) + b for column, b in zip(columns, bias, strict=True)]


def class_of(weights: NetworkWeights, unit: int) -> int:
    units = weights.units.tolist()
    return 1 + units.index(unit) if unit in units else 0


def advance(weights: NetworkWeights, state: Vector, unit: int) -> Vector:
    """Return h' = (1 - z) n + z h with n = tanh(x W + b + r (h U + c)), r and z logistic in the same way."""
    x = weights.embedding.T.tolist()[class_of(weights, unit)]
    given = product(x, weights.inputs, weights.inputs_bias)
    kept = product(state, weights.recurrent, weights.recurrent_bias)
    size = len(state)
    after = []
    for i in range(size):
        reset = 1 / (1 + math.exp(-given[i] - kept[i]))
        update = 1 / (1 + math.exp(-given[size + i] - kept[size + i]))
        new = math.tanh(given[2 * size + i] + reset * kept[2 * size + i])
        after.append((1 - update) * new + update * state[i])
    return after


def distribution(weights: NetworkWeights, state: Vector) -> Vector:
    """Return the probability of each class."""
    outputs = product(state, weights.projection, weights.projection_bias)
    scores = [math.exp(score) for score in product(outputs, weights.embedding, weights.bias)]
    scores[class_of(weights, START_ID)] = 0.0
    return [score / sum(scores) for score in scores]
