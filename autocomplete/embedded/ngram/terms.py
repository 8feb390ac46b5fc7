"""Terms: words that a person writes and the vocabulary lacks, learned after the model was made.

Invariant: a term is spelled exactly as it was written, is in no vocabulary, and has one of `room` ids that follow those of the
vocabulary. The oldest give their ids to new ones when there is no room.
"""

from __future__ import annotations

from bisect import bisect_left, insort

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.ngram.sentences import is_printable, is_small, is_word, number_class
from autocomplete.embedded.ngram.vocabulary import UNKNOWN_ID, Vocabulary, prefix_slice

#: How many terms there may be, and the longest in characters; longer ones are addresses and noise.
ROOM, LONGEST = 4096, 40


class Terms:
    """Words beside a vocabulary. `forms`: every term as UTF-8, sorted. `version` grows with every change."""

    def __init__(self, vocabulary: Vocabulary, room: int = ROOM) -> None:
        self._vocabulary, self._first, self._room = vocabulary, len(vocabulary), room
        self._ids: dict[str, int] = {}
        self.forms: list[bytes] = []
        self._by_id: list[str] = []
        self._arrays: tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]] | None = None
        self.version = 0

    def __len__(self) -> int:
        return len(self._by_id)

    def arrays(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
        """Return the id of each of `forms`, counted from the first after the vocabulary, and which terms are small, by id.

        Small: 1 for a term that gets a capital at the start of a sentence, 0 for one that has a capital anyway.
        """
        if self._arrays is None:
            numbers = np.array([self._ids[form.decode()] - self._first for form in self.forms], dtype=np.intp)
            self._arrays = numbers, np.array([is_small(form[0]) for form in self._by_id], dtype=np.float32)
        return self._arrays

    def slice_from(self, stem: bytes) -> tuple[int, int]:
        """Return the slice of `forms` that begin with the bytes `stem`.

        >>> terms = Terms(Vocabulary.of([], ["a"]))
        >>> for word in ("grok", "Grundy", "groking"):
        ...     _ = terms.learn(word)
        >>> terms.forms[slice(*terms.slice_from(b"gro"))]
        [b'grok', b'groking']
        """
        return prefix_slice(self.forms, stem)

    def find(self, word: str) -> int | None:
        """Return the id of a word, None if it is no term."""
        return self._ids.get(word)

    def form_of(self, unit: int) -> str:
        """Return the spelling of a unit of the vocabulary or of a term."""
        return self._vocabulary.forms[unit].decode() if unit < self._first else self._by_id[unit - self._first]

    def word_id(self, word: str, *, first: bool = False) -> int:
        """Return the id of a word or term, that of the unknown word if it is neither. `first`: it opens a sentence."""
        unit = self._vocabulary.word_id(word, first=first)
        if unit != UNKNOWN_ID or not self._ids:
            return unit
        if first and word[0].isupper() and (small := self._ids.get(self._vocabulary.casing.lowered(word))) is not None:
            return small
        return self._ids.get(word, UNKNOWN_ID)

    def learn(self, word: str, *, first: bool = False) -> tuple[int, bool]:
        """Return the id of a word, a new term where it is unknown and can be one, and whether it is new."""
        unit = self.word_id(word, first=first)
        if unit != UNKNOWN_ID or not _is_term(word):
            return unit, False
        if len(self._by_id) < self._room:
            at = len(self._by_id)
            self._by_id.append(word)
        else:
            at = self.version % self._room
            old = self._by_id[at]
            del self._ids[old], self.forms[bisect_left(self.forms, old.encode())]
            self._by_id[at] = word
        self._ids[word] = self._first + at
        insort(self.forms, word.encode())
        self._arrays = None
        self.version += 1
        return self._first + at, True


def _is_term(word: str) -> bool:
    return len(word) > 1 and is_word(word) and number_class(word) is None and is_printable(word) and len(word) <= LONGEST
