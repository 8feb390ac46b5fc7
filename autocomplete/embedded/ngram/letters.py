"""The spelling of any words: a chain of letters, each given the two before it.

Invariant: after any bytes, the probabilities of every next byte and of the end of the word sum to about 1.
"""

from __future__ import annotations

import string
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

#: Symbol 0 ends (and, before the first letter, begins) a word.
_ALPHABET = string.ascii_letters + "'-_"
_DIGIT, _HIGH, _OTHER = len(_ALPHABET) + 1, len(_ALPHABET) + 2, len(_ALPHABET) + 3
N_SYMBOLS = len(_ALPHABET) + 4

#: How many bytes share a symbol.
_SHARED = {_DIGIT: 10, _HIGH: 128, _OTHER: 64}

#: Weight of the distribution one letter shorter, as a number of observations.
_STRENGTH = 4.0


def _symbol(byte: int) -> int:
    if byte >= 0x80:
        return _HIGH
    at = _ALPHABET.find(chr(byte))
    return at + 1 if at >= 0 else _DIGIT if 0x30 <= byte <= 0x39 else _OTHER


_SYMBOLS = tuple(_symbol(byte) for byte in range(256))


def symbol_probabilities(words: Mapping[str, int]) -> npt.NDArray[np.float64]:
    """Return p(symbol | two symbols before it) estimated from words and how often each occurs, as one flat array."""
    counts = np.zeros((N_SYMBOLS,) * 3)
    for word, n in words.items():
        before = earlier = 0
        for byte in [*word.encode(), None]:
            symbol = 0 if byte is None else _SYMBOLS[byte]
            counts[earlier, before, symbol] += n
            earlier, before = before, symbol
    result = np.full(N_SYMBOLS, 1.0 / N_SYMBOLS)
    for table in (counts.sum(axis=(0, 1)), counts.sum(axis=0), counts):
        result = (table + _STRENGTH * result) / (table.sum(axis=-1, keepdims=True) + _STRENGTH)
    flat: npt.NDArray[np.float64] = result.reshape(-1)
    return flat


class Letters:
    """The chain. `probabilities`: as `symbol_probabilities` returns, in any rounding."""

    def __init__(self, probabilities: npt.NDArray[np.float32]) -> None:
        table = probabilities.reshape(-1, N_SYMBOLS)
        self._table = table / table.sum(axis=1, keepdims=True)

    def next(self, stem: bytes, byte: int) -> float:
        """Return the probability that `byte` comes after the bytes `stem`."""
        symbol = _SYMBOLS[byte]
        return float(self._table[self._row(stem), symbol]) / _SHARED.get(symbol, 1)

    def ends(self, stem: bytes) -> float:
        """Return the probability that a word ends after these bytes."""
        return float(self._table[self._row(stem), 0])

    @staticmethod
    def _row(stem: bytes) -> int:
        earlier, before = ([0, 0, *(_SYMBOLS[byte] for byte in stem[-2:])])[-2:]
        return earlier * N_SYMBOLS + before
