"""The seam at which other models change the distribution that the n-gram model gives.

A lexicon passes the dense distribution through its components in turn, so each sees what those before it made of it: mix in
a neural model first, then what this person writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from autocomplete.embedded.ngram.model import Probabilities
from autocomplete.embedded.ngram.position import Position


class Component(Protocol):
    """A change of the distribution over units.

    `version`: a number that differs whenever the same question may have another answer; answers are cached by it.
    """

    @property
    def version(self) -> int:
        """See the class."""

    def transform(self, probabilities: Probabilities, position: Position) -> Probabilities:
        """Return the distribution at a position. It sums to 1 like the one given, which may be changed, unless it is read-only.

        Ids from the size of the vocabulary on are the lexicon's terms; an array that lacks them has no mass for them yet. The
        array returned is as long as the one given or longer, at most by the number of terms.
        """


@runtime_checkable
class PrecomputingComponent(Protocol):
    """A component that answers faster about texts that it knows beforehand."""

    def precompute(self, contexts: Iterable[str]) -> None:
        """Compute the answers after some texts, in the order in which they will be asked for, instead of earlier ones."""
