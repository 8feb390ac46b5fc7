"""The seam at which other models change what the n-gram model says of the next unit.

A lexicon passes the dense distribution through its components in turn, so each sees what those before it made of it: mix in
a neural model first, then what this person writes.
"""

from __future__ import annotations

from typing import Protocol

from autocomplete.ngram.model import Probabilities
from autocomplete.ngram.place import Place


class Component(Protocol):
    """A change of the distribution over units.

    `version`: a number that differs whenever the same question may have another answer; answers are remembered by it.
    """

    @property
    def version(self) -> int:
        """See the class."""

    def transform(self, probabilities: Probabilities, place: Place) -> Probabilities:
        """Return the distribution at a place. It sums to 1 like the one given, which may be changed or returned.

        Ids from the size of the vocabulary on are the lexicon's terms; an array that lacks them has no mass for them yet. The
        array returned is as long as the one given or longer, at most by the number of terms.
        """
