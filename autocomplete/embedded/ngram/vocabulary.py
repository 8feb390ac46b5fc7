"""Units as numbers, sorted so that all words with one beginning are neighbours.

Invariant: ids are uint16. Specials come first (start, end, unknown, the number classes), then marks, then words; marks and
words are each in the order of their UTF-8 bytes, so the words that begin with a stem are a slice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.ngram.casing import Casing
from autocomplete.embedded.ngram.sentences import END, NUMBERS, START, UNKNOWN, is_word

SPECIALS = (START, END, UNKNOWN, *NUMBERS)
START_ID, END_ID, UNKNOWN_ID = 0, 1, 2
FIRST_NUMBER = 3
FIRST_MARK = len(SPECIALS)

#: As many units as uint16 ids allow, with room for classes to come.
LARGEST = 65_036

DEFAULT_CASING = Casing()


class Vocabulary:
    """The units of a model.

    `forms`: each as UTF-8, by id. `first_word`: id of the first word. `keeps_capital[i]`: this capitalised word is not folded
    at the start of a sentence. `casing`: what the capital of a letter is.
    """

    def __init__(
        self, forms: list[bytes], first_word: int, keeps_capital: npt.NDArray[np.bool_], casing: Casing = DEFAULT_CASING
    ) -> None:
        self.forms, self.first_word, self.keeps_capital, self.casing = forms, first_word, keeps_capital, casing

    @classmethod
    def of(
        cls, marks: Iterable[str], words: Iterable[str], keeps_capital: Iterable[str] = (), casing: Casing = DEFAULT_CASING
    ) -> Vocabulary:
        """Return the vocabulary of these marks and words.

        >>> vocabulary = Vocabulary.of([",", " ("], ["to", "the", "The"])
        >>> [vocabulary.forms[i] for i in range(FIRST_MARK, len(vocabulary))]
        [b' (', b',', b'The', b'the', b'to']
        """
        sorted_marks = sorted({mark.encode() for mark in marks})
        sorted_words = sorted({word.encode() for word in words})
        forms = [*(special.encode() for special in SPECIALS), *sorted_marks, *sorted_words]
        if len(forms) > LARGEST:
            raise ValueError(f"{len(forms)} units are more than {LARGEST}")
        keeps = np.zeros(len(forms), dtype=np.bool_)
        vocabulary = cls(forms, FIRST_MARK + len(sorted_marks), keeps, casing)
        for word in keeps_capital:
            keeps[vocabulary.find(word)] = True
        return vocabulary

    def __len__(self) -> int:
        return len(self.forms)

    def find(self, form: str) -> int | None:
        """Return the id of a word or mark, None if it is not in the vocabulary."""
        low, high = (self.first_word, len(self)) if is_word(form) else (FIRST_MARK, self.first_word)
        raw = form.encode(errors="surrogatepass")  # half a character is in no vocabulary
        at = bisect_left(self.forms, raw, low, high)
        return at if at < high and self.forms[at] == raw else None

    def words_from(self, stem: bytes) -> tuple[int, int]:
        """Return the slice of ids of the words that begin with the bytes `stem`.

        >>> vocabulary = Vocabulary.of([], ["to", "the", "them", "a"])
        >>> [vocabulary.forms[i] for i in range(*vocabulary.words_from(b"the"))]
        [b'the', b'them']
        """
        return prefix_slice(self.forms, stem, self.first_word)

    def marks_from(self, stem: bytes) -> tuple[int, int]:
        """Return the slice of ids of the marks that begin with the bytes `stem`; b"" stands for marks without a space.

        >>> vocabulary = Vocabulary.of([",", " (", " ["], [])
        >>> [[vocabulary.forms[i] for i in range(*vocabulary.marks_from(stem))] for stem in (b"", b" ", b" [")]
        [[b','], [b' (', b' ['], [b' [']]
        """
        low, high = FIRST_MARK, self.first_word
        return prefix_slice(self.forms, stem, low, high) if stem else (prefix_slice(self.forms, b" ", low, high)[1], high)

    def mark_id(self, form: str) -> int:
        """Return the id of a mark or number class, UNKNOWN_ID if it has none."""
        if form in NUMBERS:
            return FIRST_NUMBER + NUMBERS.index(form)
        mark = self.find(form)
        return UNKNOWN_ID if mark is None else mark

    def form_id(self, form: str, first: bool) -> int:
        """Return the id of a word, mark or number class, UNKNOWN_ID if it has none. `first`: the first word of its sentence."""
        return self.word_id(form, first=first) if is_word(form) else self.mark_id(form)

    def word_id(self, word: str, *, first: bool = False) -> int:
        """Return the id of a word, that of the unknown word if it has none. `first`: it is the first of its sentence."""
        unit = self.find(word)
        if first and word[0].isupper() and (unit is None or not self.keeps_capital[unit]):
            lower = self.find(self.casing.lowered(word))
            if lower is not None:
                return lower
        return UNKNOWN_ID if unit is None else unit


def prefix_slice(forms: Sequence[bytes], stem: bytes, begin: int = 0, end: int | None = None) -> tuple[int, int]:
    """Return the slice of the forms that begin with `stem`, of those from `begin` to `end`, which are sorted."""
    low = bisect_left(forms, stem, begin, end)
    return low, bisect_left(forms, stem + b"\xff", low, end)  # a byte that no UTF-8 has
