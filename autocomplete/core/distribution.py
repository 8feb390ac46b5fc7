"""One answer of a model: the likeliest next tokens, as bytes, and the mass that was not seen.

Invariant: every probability is in 0..1, tokens are distinct and non-empty, and
`sum(tokens) + end + residual` is 1 (to rounding). A gate fed with a wrong probability is worse than no
suggestion, so what breaks this is refused by `from_pairs`, never repaired by guessing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

#: How far above 1 a sum may lie and still be called rounding (see the wire notes on float16 servers).
SUM_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a server billed: those of the prompt, and those of the answer."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.prompt_tokens + other.prompt_tokens, self.completion_tokens + other.completion_tokens)


@dataclass(frozen=True, slots=True)
class Distribution:
    """The next-token distribution after some text.

    `tokens`: (bytes, probability) pairs, likeliest first. `residual`: mass of all that was not listed, or listed without
    known bytes. `end`: mass of "the text ends here". `whole_words`: the tokens come from a model over words, so a token
    that ends in a word ends that word. Where `whole_words` is false the next token may go on with the same word.
    """

    tokens: tuple[tuple[bytes, float], ...]
    residual: float
    end: float = 0.0
    whole_words: bool = False
    usage: Usage = field(default=Usage(), compare=False)

    @classmethod
    def from_pairs(
        cls,
        pairs: Iterable[tuple[bytes, float]],
        *,
        end: float = 0.0,
        unseen: float = 0.0,
        whole_words: bool = False,
        usage: Usage = Usage(),
    ) -> Distribution:
        """Return the distribution with equal tokens merged, zeros dropped, sorted, and the residual worked out.

        `unseen` is mass known to exist under tokens whose bytes are unknown; it is part of the residual.
        Raises ValueError where a probability is outside 0..1 or not finite, or the sum passes 1 by more than 0.001.

        >>> Distribution.from_pairs([(b" a", 0.2), (b" the", 0.5), (b" a", 0.1)]).tokens
        ((b' the', 0.5), (b' a', 0.30000000000000004))
        """
        merged: dict[bytes, float] = {}
        for token, probability in pairs:
            _check(probability)
            if not token:
                unseen += probability
            elif probability > 0.0:
                merged[token] = merged.get(token, 0.0) + probability
        _check(end)
        if math.isnan(unseen) or unseen < 0.0:  # too much of it is refused by the sum
            raise ValueError(f"{unseen!r} is not a probability")
        seen = math.fsum(merged.values()) + end
        total = seen + unseen
        if total > 1.0 + SUM_TOLERANCE:
            raise ValueError(f"probabilities sum to {total:.4f}, which is more than 1")
        scale = 1.0 / total if total > 1.0 else 1.0
        ranked = sorted(((token, p * scale) for token, p in merged.items()), key=lambda pair: (-pair[1], pair[0]))
        residual = max(0.0, 1.0 - seen * scale)
        return cls(tuple(ranked), residual, end * scale, whole_words, usage)


def _check(probability: float) -> None:
    if not 0.0 <= probability <= 1.0 + SUM_TOLERANCE:  # also false for NaN
        raise ValueError(f"{probability!r} is not a probability")
