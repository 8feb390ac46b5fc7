"""The spelling of words that the model does not know: like those that it knows, and like any letters.

The next letter is as frequent as it is among the known words that begin the same way, with a chain of letters (each given the
two before it) weighing in as much as `STRENGTH` words. So an unknown word is most likely to be a known one with another ending.

Invariant: after any bytes, the probabilities in the chain of every next byte and of the end sum to about 1; a longer beginning
never has more probability than a shorter one; a known word has none.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.ngram.vocabulary import Vocabulary

#: How many known words the chain of letters counts for.
STRENGTH = 2.0

#: How many answers of each kind are cached.
_CACHED = 8192

#: Symbol 0 ends (and, before the first letter, begins) a word.
_ALPHABET = string.ascii_letters + "'-_"
_DIGIT, _HIGH, _OTHER = len(_ALPHABET) + 1, len(_ALPHABET) + 2, len(_ALPHABET) + 3
N_SYMBOLS = len(_ALPHABET) + 4

#: How many bytes share a symbol.
_SHARED = {_DIGIT: 10, _HIGH: 128, _OTHER: 64}

#: Weight of the distribution one letter shorter, as a number of observations.
_SMOOTHING = 4.0


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
        result = (table + _SMOOTHING * result) / (table.sum(axis=-1, keepdims=True) + _SMOOTHING)
    return result.ravel()


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


class UnknownWords:
    """The spelling of unknown words beside a vocabulary."""

    def __init__(self, letters: Letters, vocabulary: Vocabulary) -> None:
        self._letters = letters
        self._vocabulary = vocabulary
        self._n_words = lru_cache(maxsize=_CACHED)(self._count)
        self.starts_with = lru_cache(maxsize=_CACHED)(self._starts_with)

    def word(self, word: bytes) -> float:
        """Return the probability that an unknown word is exactly this."""
        n_words, is_known, ends = self._n_words(word)
        if is_known:
            return 0.0
        return self.starts_with(word) * STRENGTH * ends / (n_words + STRENGTH)

    def _starts_with(self, stem: bytes) -> float:
        """Return the probability that an unknown word starts with these bytes; 1 where there are none."""
        if not stem:
            return 1.0
        n_before, is_known, ends = self._n_words(stem[:-1])
        n_words, _, _ = self._n_words(stem)
        letter = self._letters.next(stem[:-1], stem[-1])
        left = 1.0 - ends if is_known else 1.0
        probability = (n_words + STRENGTH * letter) / max(1e-9, n_before - is_known + STRENGTH * left)
        return self.starts_with(stem[:-1]) * min(1.0, probability)

    def _count(self, stem: bytes) -> tuple[int, bool, float]:
        """Return how many known words begin so, whether one is just this, and how likely the chain of letters ends here."""
        low, high = self._vocabulary.words_from(stem)
        is_known = low < high and self._vocabulary.forms[low] == stem
        return high - low, is_known, self._letters.ends(stem)
