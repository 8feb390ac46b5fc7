"""Random tiny token models whose word probabilities are known by exhaustive enumeration.

The text is generated token by token, each drawn from a distribution that depends on the bytes so far only, so different
tokenizations of one text are one state. Past `depth` bytes the text always ends, so enumeration is exact.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from autocomplete.core.boundaries import scan
from autocomplete.core.distribution import Distribution

ALPHABETS: tuple[tuple[bytes, ...], ...] = (
    (b"a", b"b", b"ab", b"ba", b" ", b" a", b" b", b"."),
    (b" a", b" ab", b"b", b"ba", b"b ", b"a.", b"\n", b" ab a"),
    (b"a", b"'", b"b", b"-", b" a", b" '", b"a'b", b"."),
    (b"\xc3", b"\xa9", b"\xc3\xa9", b"a", b" \xc3", b" a", b" ", b"\xff"),
    ("한".encode(), "한".encode()[:2], "한".encode()[2:], b" ", "국".encode(), " 한".encode(), b"a", b"\n"),
    ("我".encode(), "们".encode(), "我们".encode(), "我".encode()[:1], "我".encode()[1:], b" ", "。".encode(), b"a"),
    (b"1", b".", b"2", b",", b" 1", b"a", b"1.2", b" "),
    (
        *(b"a", b"b", b"ab", b"ba", b"abb", b" a", b" b", b" ab", b" ba", b" ", b"a ", b"b a", b"a b", b".", b". "),
        *(b",", b"'", b"-", b"'a", b"\n", b"\xc3", b"\xa9", b" \xc3\xa9", b"\xff"),
    ),
)


@dataclass
class TinyProcess:
    """A random token model: `full` gives each token's probability after some bytes, `top` its visible part."""

    seed: int
    vocabulary: Sequence[bytes]
    depth: int
    top_k: int
    _full: dict[bytes, tuple[dict[bytes, float], float]] = field(default_factory=dict)
    _texts: dict[bytes, float] = field(default_factory=dict)

    def full(self, before: bytes) -> tuple[dict[bytes, float], float]:
        """Return the probability of each token after `before`, and that of the end."""
        if before not in self._full:
            rng = random.Random(f"{self.seed}/{before!r}")
            if len(before) >= self.depth:
                self._full[before] = ({}, 1.0)
            else:
                weights = [rng.random() ** rng.choice((1, 3, 8)) for _ in range(len(self.vocabulary) + 1)]
                total = sum(weights)
                shares = [weight / total for weight in weights]
                self._full[before] = (dict(zip(self.vocabulary, shares[1:], strict=True)), shares[0])
        return self._full[before]

    def top(self, before: bytes) -> Distribution:
        """Return what a server would list: the `top_k` likeliest, the end among them or unseen."""
        tokens, end = self.full(before)
        ranked = sorted([*tokens.items(), (b"", end)], key=lambda pair: -pair[1])[: self.top_k]
        listed = dict(ranked)
        return Distribution.from_pairs(((t, p) for t, p in ranked if t), end=listed.get(b"", 0.0))

    def texts(self) -> dict[bytes, float]:
        """Return the probability of every whole text. They sum to 1."""
        if not self._texts:
            by_length: dict[int, dict[bytes, float]] = {0: {b"": 1.0}}
            length = 0
            while length <= max(by_length):
                for state, mass in by_length.get(length, {}).items():
                    tokens, end = self.full(state)
                    if end:
                        self._texts[state] = mass * end
                    for token, share in tokens.items():
                        longer = by_length.setdefault(length + len(token), {})
                        longer[state + token] = longer.get(state + token, 0.0) + mass * share
                length += 1
        return self._texts


def truths(process: TinyProcess, typed: bytes, *, after_word: bool = False) -> tuple[dict[str, float], dict[str, float]]:
    """Return, by enumeration, P(the next completion is w | typed) for each w, and P(the text goes on | typed) for each text."""
    cursor = len(typed.decode())
    compatible = 0.0
    exact: dict[str, float] = {}
    texts: dict[str, float] = {}
    for text, probability in process.texts().items():
        readable = readable_text(text)
        if not text.startswith(typed) or (after_word and not _apart(readable)):
            continue
        compatible += probability
        texts[readable[cursor:]] = texts.get(readable[cursor:], 0.0) + probability
        end = scan(readable, cursor, ended=True).end
        if end is not None:
            word = readable[cursor:end]
            exact[word] = exact.get(word, 0.0) + probability
    if not compatible:
        return {}, {}
    return {w: p / compatible for w, p in exact.items()}, {t: p / compatible for t, p in texts.items()}


def readable_text(text: bytes) -> str:
    """Return the text, its first bytes that are no UTF-8 read as U+FFFD and all after them dropped."""
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        return text[: error.start].decode() + "\ufffd"


def _apart(readable: str) -> bool:
    found = scan("x" + readable, 0, ended=True)
    return found.end == 1 or found.newline
