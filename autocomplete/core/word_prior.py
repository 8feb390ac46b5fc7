"""How unseen mass is shared out in `estimated` mode: by how likely words are before any context.

Invariant: shares lie in 0..1; seen tokens take their part of the prior with them, but never all that fits what is typed.
"""

from __future__ import annotations

from typing import Protocol

from autocomplete.core.boundaries import scan
from autocomplete.core.distribution import Distribution

#: Least part of what the prior gives to the typed letters that stays unseen, and least part of the whole.
_LEAST = 0.05


class Prior(Protocol):
    """How likely texts are before any context. Probabilities in 0..1."""

    def starts_with(self, prefix: bytes) -> float:
        """Return the probability that a next piece of text, with its leading space, starts with `prefix`."""

    def word(self, token: bytes) -> float:
        """Return the probability that the next piece of text is exactly `token`."""


def compatible_share(prior: Prior, rest: bytes, distribution: Distribution) -> float:
    """Return the part of the unseen mass of an answer that is taken to start with `rest`, the typed bytes still to come."""
    if not rest:
        return 1.0
    matching = prior.starts_with(rest)
    floor = matching * _LEAST  # seen words cannot use up a stem altogether
    unseen = 1.0
    for token, _ in distribution.tokens:
        word = prior.word(token)
        unseen -= word
        if token.startswith(rest):
            matching -= word
    return min(1.0, max(matching, floor) / max(unseen, _LEAST))


def ending_share(prior: Prior, text: str, cursor: int) -> float:
    """Return the part of the unseen mass after `text` that is taken to end its word: how often that word is whole."""
    word = b" " + text[scan(text, cursor).start or 0 :].encode()
    begins = prior.starts_with(word)
    return min(1.0, prior.word(word) / begins) if begins > 0.0 else 0.0
