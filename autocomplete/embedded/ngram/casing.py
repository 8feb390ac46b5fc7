"""Capitals and small letters: the same pairs in most languages, but for the Turkish i.

Invariant: changing the case of a first letter never changes how many letters there are; a letter whose other case would be two
letters (as that of "ß" is) stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autocomplete.embedded.ngram.sentences import is_small

#: The fact of a model file whose casing is not the usual one.
TURKIC = "turkic"

#: A text in which at least this share of the words have a dotless small or a dotted capital i is in a Turkic language.
_TURKIC_SHARE = 0.02

_TURKIC_LOWER = str.maketrans({"I": "ı", "İ": "i"})
_TURKIC_UPPER = str.maketrans({"i": "İ", "ı": "I"})


@dataclass(frozen=True, slots=True)
class Casing:
    """The rules of one language. `turkic`: "I" is the capital of "ı", and "İ" that of "i"."""

    turkic: bool = False

    @classmethod
    def of(cls, counted: Mapping[str, int]) -> Casing:
        """Return the casing of a text, recognised by its words and how often each occurs.

        >>> Casing.of({"ışık": 3, "ve": 97}).turkic, Casing.of({"light": 3, "Kavılı": 1, "and": 97}).turkic
        (True, False)
        """
        n_turkic = sum(n for word, n in counted.items() if "ı" in word or "İ" in word)
        return cls(turkic=n_turkic > 0 and n_turkic >= _TURKIC_SHARE * sum(counted.values()))

    def lower(self, text: str) -> str:
        """Return `text` in small letters.

        >>> Casing().lower("ISI"), Casing(turkic=True).lower("ISI")
        ('isi', 'ısı')
        """
        return (text.translate(_TURKIC_LOWER) if self.turkic else text).lower()

    def upper(self, text: str) -> str:
        """Return `text` in capitals."""
        return (text.translate(_TURKIC_UPPER) if self.turkic else text).upper()

    def lowered(self, word: str) -> str:
        """Return `word` with its first letter in lower case.

        >>> Casing().lowered("Да"), Casing().lowered("İyi"), Casing(turkic=True).lowered("İyi")
        ('да', 'İyi', 'iyi')
        """
        first = self.lower(word[0])
        return first + word[1:] if len(first) == 1 else word

    def capitalised(self, word: str) -> str:
        """Return `word` with its first letter in upper case, the rest unchanged.

        >>> Casing().capitalised("iPhone's"), Casing().capitalised("don't"), Casing(turkic=True).capitalised("iyi")
        ("IPhone's", "Don't", 'İyi')
        """
        if not is_small(word[0]):
            return word
        return (word[0].translate(_TURKIC_UPPER) if self.turkic else word[0]).title() + word[1:]

    def titled(self, form: bytes) -> bytes:
        """Return a form, UTF-8, with its first letter in upper case."""
        return self.capitalised(form.decode()).encode()

    def uppered(self, form: bytes) -> bytes:
        """Return a form, UTF-8, in capitals."""
        return self.upper(form.decode()).encode()
