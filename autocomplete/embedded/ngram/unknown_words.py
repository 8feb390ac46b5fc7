"""The spelling of words that the model does not know: like those that it knows, and like any letters.

The next letter is as frequent as it is among the known words that begin the same way, with the chain of letters weighing in as
much as `STRENGTH` words (so an unknown word is most likely to be a known one with another ending).

Invariant: a longer beginning never has more probability than a shorter one. A known word is no unknown one.
"""

from __future__ import annotations

from functools import lru_cache

from autocomplete.embedded.ngram.letters import Letters
from autocomplete.embedded.ngram.vocabulary import Vocabulary

#: How many known words the chain of letters counts for.
STRENGTH = 2.0

_CACHED = 8192


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
        low, high = self._vocabulary.words_from(stem) if stem else (self._vocabulary.first_word, len(self._vocabulary))
        is_known = low < high and self._vocabulary.forms[low] == stem
        return high - low, is_known, self._letters.ends(stem)
