"""A prior for mass that a model did not list: the probability that the next piece begins so, whatever came before.

Invariant: `starts_with` never grows when bytes are added, `starts_with(b"")` is 1, and a beginning that no known word has
still has a small positive probability, by how unknown words are spelled.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.embedded.ngram.sentences import NUMBERS, is_small, number_class
from autocomplete.embedded.ngram.vocabulary import END_ID, FIRST_MARK, FIRST_NUMBER, UNKNOWN_ID

#: Least probability of a spelling that was never counted, so that no beginning is impossible.
_FLOOR = 1e-12

#: How many answers of each kind are cached.
_CACHED = 8192


class WordPrior:
    """Unigram probabilities of the next piece, words written with the space before them."""

    def __init__(self, lexicon: Lexicon) -> None:
        # The search asks for the same tokens at every key.
        self.starts_with = lru_cache(maxsize=_CACHED)(self._starts_with)
        self.word = lru_cache(maxsize=_CACHED)(self._word)
        frequencies = lexicon.frequencies.astype(np.float64)
        self._vocabulary = lexicon.vocabulary
        self._unknown_words = lexicon.unknown_words
        self._below: list[float] = [0.0, *np.cumsum(frequencies).tolist()]
        self._capital_share = float(frequencies[END_ID])  # of words, those that open a sentence
        self._unknown = float(frequencies[UNKNOWN_ID])
        self._numbers = frequencies[FIRST_NUMBER:FIRST_MARK].tolist()

    def _starts_with(self, prefix: bytes) -> float:
        """Return the probability that the next piece, written with its leading space, starts with `prefix`.

        A prefix that does not begin with a space stands for marks and line breaks, which have none.
        """
        if not prefix:
            return 1.0
        if not prefix.startswith(b" "):
            return self._marks(prefix) + _FLOOR * 0.5 ** len(prefix)
        stem = prefix[1:]
        if not stem:
            return self._marks(b" ") + self._beginning(b"") + self._others(b"")
        return self._marks(prefix) + self._cased(stem, self._beginning) + self._others(stem)

    def _word(self, token: bytes) -> float:
        """Return the probability that the next piece is exactly this one, its leading space included.

        A mark counts with all longer ones, as in `starts_with`.
        """
        stem = token[1:]
        if not token.startswith(b" ") or not stem[:1].strip():
            return self.starts_with(token)
        mass = self._cased(stem, self._known)
        return mass if mass > 0.0 else self._unknown * self._unknown_words.word(stem) + _FLOOR * 0.25 ** len(token)

    def _known(self, word: bytes) -> float:
        unit = self._vocabulary.find(word.decode(errors="surrogateescape"))
        return 0.0 if unit is None or unit < self._vocabulary.first_word else self._sum(unit, unit + 1)

    def _beginning(self, stem: bytes) -> float:
        return self._sum(*self._vocabulary.words_from(stem))

    def _cased(self, stem: bytes, mass: Callable[[bytes], float]) -> float:
        """Return the `mass` of known words; those that get a capital at the start of a sentence share theirs with it."""
        text = stem.decode(errors="surrogateescape")
        if is_small(text[0]):
            return mass(stem) * (1.0 - self._capital_share)
        if text[0].isupper():
            small = self._vocabulary.casing.lowered(text).encode(errors="surrogateescape")
            return mass(stem) + self._capital_share * mass(small)
        return mass(stem)

    def _others(self, stem: bytes) -> float:
        """Return the mass of the unknown words and of the numbers that begin with `stem`."""
        result = self._unknown * self._unknown_words.starts_with(stem) + _FLOOR * 0.5 ** (len(stem) + 1)
        if not stem or number_class(stem.decode(errors="replace")) is not None:
            last = len(NUMBERS) - 1
            fitting = (n for i, n in enumerate(self._numbers) if i == last or len(stem) <= i + 1)
            result += sum(fitting) * 0.1 ** len(stem)
        return result

    def _marks(self, prefix: bytes) -> float:
        if prefix in (b"\n", b"\r", b"\r\n"):
            return self._below[END_ID + 1] - self._below[END_ID]
        return self._sum(*self._vocabulary.marks_from(prefix))

    def _sum(self, low: int, high: int) -> float:
        return max(0.0, self._below[high] - self._below[low])
