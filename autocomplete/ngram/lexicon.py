"""All that a model file holds, and the mass of each spelling at a place.

Invariant: the masses at a place, with that of the unknown word, of numbers and of a line break, sum to 1 within 0.001.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from autocomplete.ngram.letters import Letters
from autocomplete.ngram.model import NgramModel, Probabilities, unpack, unpack_vocabulary
from autocomplete.ngram.place import Place, place_after
from autocomplete.ngram.store import Stored, load
from autocomplete.ngram.vocabulary import END_ID, START_ID, Vocabulary

#: Share of sentence ends after a terminal mark at which the line ends too. The texts counted have one sentence a line, so
#: this cannot be counted there; it is four sentences to a paragraph.
NEWLINE_SHARE = 0.25

#: Share of sentences that begin with a small letter all the same.
SMALL_START = 0.02

#: How many places and distributions are remembered; a distribution takes up to half a megabyte.
_N_PLACES, _N_DISTRIBUTIONS = 64, 8


class Cased(NamedTuple):
    """Probabilities of spellings. `plain[i]`: of unit i as it stands in the vocabulary.

    `capitals[i]`: of the i-th small word with a capital, where the vocabulary lacks that spelling; None inside a sentence.
    """

    plain: Probabilities
    capitals: Probabilities | None

    def times(self, factor: float) -> Cased:
        """Return all of it multiplied by `factor`."""
        scale = np.float32(factor)
        return Cased(self.plain * scale, None if self.capitals is None else self.capitals * scale)


class Masses(NamedTuple):
    """Probabilities at one place. `marks`: of marks and (`END_ID`) of a line break; its other values mean nothing.

    `spaced`, `glued`: of words, numbers and the unknown word with and without a space before them; None where there are none.
    """

    marks: Probabilities
    spaced: Cased
    glued: Cased | None


class Lexicon:
    """A model file, open. `small`: slice of ids of the words that begin with a letter a to z.

    `unknown_title`, `unknown_upper`: shares of unknown words that are known ones with a capital, or all in capitals.
    `frequencies`: share of each unit in the text that was counted.
    """

    def __init__(self, stored: Stored) -> None:
        facts, arrays = stored.facts, stored.arrays
        self.facts = facts
        self.vocabulary: Vocabulary = unpack_vocabulary(stored)
        self.model: NgramModel = unpack(stored)
        self.letters = Letters(arrays["letters_codebook"][arrays["letters"]])
        self.frequencies: Probabilities = arrays["frequencies"]
        self.unknown_title = float(facts["unknown_title"])
        self.unknown_upper = float(facts["unknown_upper"])
        self.small = small_words(self.vocabulary)
        self._glue: npt.NDArray[np.float32] = arrays["glue"]
        self._lower = arrays["lower"].astype(np.intp)
        self._capital = arrays["capital"].astype(np.intp)
        self.place: Callable[[str], Place] = lru_cache(maxsize=_N_PLACES)(self._place)
        self._masses = lru_cache(maxsize=_N_DISTRIBUTIONS)(self._masses_after)

    @classmethod
    def open(cls, path: Path) -> Lexicon:
        """Return the lexicon in a file. Raises ConfigError where the file cannot be used."""
        return cls(load(path))

    def masses(self, place: Place) -> Masses:
        """Return the probabilities at a place. Treat them as read-only: they are remembered."""
        return self._masses(place.history, place.first, place.ended, place.last_mark)

    def _place(self, context: str) -> Place:
        return place_after(context, self.vocabulary, self.model.order)

    def _masses_after(self, history: tuple[int, ...], first: bool, ended: bool, last_mark: int | None) -> Masses:
        plain = self.model.distribution(history)
        here = self._fold(plain) if first else Cased(plain, None)
        glue = 0.0 if last_mark is None else float(self._glue[last_mark])
        spaced, glued = (here.times(1.0 - glue), here.times(glue)) if glue else (here, None)
        if not ended:
            return Masses(plain, spaced, glued)
        sentence = self._masses((START_ID,), True, False, None)
        share = float(plain[END_ID]) * (1.0 - NEWLINE_SHARE)
        following = sentence.spaced.times(share)
        marks = plain + np.float32(share) * sentence.marks
        marks[END_ID] -= np.float32(share)  # what opens a new sentence ends no line
        return Masses(marks, Cased(spaced.plain + following.plain, following.capitals), glued)

    def _fold(self, plain: Probabilities) -> Cased:
        """Return the masses with nearly all of that of small words moved to their capitalised spelling."""
        begin, end = self.small
        capitals = plain[begin:end] * np.float32(1.0 - SMALL_START)
        folded = plain.copy()
        folded[begin:end] *= np.float32(SMALL_START)
        folded[self._capital] += capitals[self._lower - begin]
        capitals[self._lower - begin] = 0.0
        return Cased(folded, capitals)


def small_words(vocabulary: Vocabulary) -> tuple[int, int]:
    """Return the slice of ids of the words that begin with one of the letters a to z."""
    return vocabulary.words_from(b"a")[0], vocabulary.words_from(b"z")[1]
