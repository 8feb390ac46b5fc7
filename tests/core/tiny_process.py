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


def _tokens(text: str, *more: bytes) -> tuple[bytes, ...]:
    """Return the tokens between the bars of `text`, and `more`."""
    return (*(token.encode() for token in text.split("|")), *more)


#: The kind in which each token ends a word, as a model of words says of its answers.
WHOLE_WORDS = "whole words"
#: Vocabularies by what is peculiar about them.
KINDS: dict[str, tuple[tuple[bytes, ...], ...]] = {
    "plain": (_tokens("a|b|ab|ba| | a| b|."), _tokens(" a| ab|b|ba|b |a.|\n| ab a")),
    "joiners": (_tokens("a|'|b|-| a| '|a'b|."),),
    "broken characters": (_tokens("é|a| a| ", b"\xc3", b"\xa9", b" \xc3", b"\xff"),),
    "Hangul": (_tokens("한| |국| 한|a|\n", "한".encode()[:2], "한".encode()[2:]),),
    "Han": (_tokens("我|们|我们| |。|a| 我", "我".encode()[:1], "我".encode()[1:]), _tokens("我|1|a| |👍|们 | a")),
    "digits": (_tokens("1|.|2|,| 1|a|1.2| "), _tokens("3|.5| 3|a.|.| a|٣|٬")),
    "many tokens": (_tokens("a|b|ab|ba|abb| a| b| ab| ba| |a |b a|a b|.|. |,|'|-|'a|\n| é", b"\xc3", b"\xa9", b"\xff"),),
    "emoji": (
        _tokens("👍|❤|\ufe0f|a| a| |👍 a|🏽", "👍".encode()[:2], "👍".encode()[2:]),
        _tokens("👩|\u200d|🇩|🇪| 👩|a| |."),
    ),
    "combining": (_tokens("e|\u0301|e\u0301|é| e|'| |\u0308a"),),
    "hostile": (_tokens("a|b| a|\x1b|\x1b[31m| \x1b|\u202e|a\u202e b| "), _tokens("a| b|\x00|\x7f|\r|a\x9b| |\u2066.")),
    "zero width": (_tokens("a| a|\u200b|\u00ad|\u2060| \u200bb|a\u00ad| |'"), _tokens("b|\u200e|\ufeff|\u200c| b|b\u200b|.")),
    "compounds": (_tokens("schifffahrts| donaudampf|gesellschaft|s-kapitän | und eine |aaaaaaaaaaaaaaaaaaaaaa|, dass ich "),),
    WHOLE_WORDS: (_tokens(" a| ab| b| abb| ba|.|, aa|\n"), _tokens(" 3| don't| don|!| 👍| é| e\u0301")),
    "Khmer and Thai": (
        _tokens("ខ|្|ម|ខ្ម| ខ|\u200b| |a", "ម".encode()[:2], "ម".encode()[2:]),
        _tokens("ก|ำ|ไ|กำ| ก|\u200b|.|a"),
    ),
}
ALPHABETS = tuple(vocabulary for vocabularies in KINDS.values() for vocabulary in vocabularies)


@dataclass
class TinyProcess:
    """A random token model: `full` gives each token's probability after some bytes, `top` its visible part.

    `support`: how many tokens are possible at a place, all where it is 0. `whole_words`: what it says of its answers.
    """

    seed: int
    vocabulary: Sequence[bytes]
    depth: int
    top_k: int
    support: int = 0
    whole_words: bool = False
    _full: dict[bytes, tuple[dict[bytes, float], float]] = field(default_factory=dict)
    _texts: dict[bytes, dict[bytes, float]] = field(default_factory=dict)

    def full(self, before: bytes) -> tuple[dict[bytes, float], float]:
        """Return the probability of each token after `before`, and that of the end."""
        if before not in self._full:
            rng = random.Random(f"{self.seed}/{before!r}")
            if len(before) >= self.depth:
                self._full[before] = ({}, 1.0)
            else:
                possible = rng.sample(self.vocabulary, min(self.support or len(self.vocabulary), len(self.vocabulary)))
                weights = [rng.random() ** rng.choice((1, 3, 8)) for _ in range(len(possible) + 1)]
                total = sum(weights)
                shares = [weight / total for weight in weights]
                self._full[before] = (dict(zip(possible, shares[1:], strict=True)), shares[0])
        return self._full[before]

    def top(self, before: bytes) -> Distribution:
        """Return what a server would list: the `top_k` likeliest, the end among them or unseen."""
        tokens, end = self.full(before)
        ranked = sorted([*tokens.items(), (b"", end)], key=lambda pair: -pair[1])[: self.top_k]
        listed = dict(ranked)
        tokens_listed = ((t, p) for t, p in ranked if t)
        return Distribution.from_pairs(tokens_listed, end=listed.get(b"", 0.0), whole_words=self.whole_words)

    def texts(self, before: bytes = b"") -> dict[bytes, float]:
        """Return the probability of every whole text that follows `before`. They sum to 1."""
        if before not in self._texts:
            whole: dict[bytes, float] = {}
            by_length: dict[int, dict[bytes, float]] = {0: {b"": 1.0}}
            length = 0
            while length <= max(by_length):
                for state, mass in by_length.get(length, {}).items():
                    tokens, end = self.full(before + state)
                    if end:
                        whole[state] = mass * end
                    for token, share in tokens.items():
                        longer = by_length.setdefault(length + len(token), {})
                        longer[state + token] = longer.get(state + token, 0.0) + mass * share
                length += 1
            self._texts[before] = whole
        return self._texts[before]


@dataclass(frozen=True)
class Truth:
    """By enumeration: P(the next completion is w) for each of `words`, and P(the text goes on so) for each of `texts`."""

    words: dict[str, float]
    texts: dict[str, float]

    def of(self, completion: str, *, open_ended: bool) -> float:
        """Return the probability of a completion, where it is open-ended that of all that begins with it."""
        if open_ended:
            return sum(p for text, p in self.texts.items() if text.startswith(completion))
        return self.words.get(completion, 0.0)


def truth(process: TinyProcess, typed: bytes, *, before: bytes = b"", after: str = "") -> Truth:
    """Return what is true where `typed` was typed after the root `before`, at which the word `after` has ended if given."""
    cursor = len(typed.decode())
    compatible = 0.0
    words: dict[str, float] = {}
    texts: dict[str, float] = {}
    for text, probability in process.texts(before).items():
        readable = readable_text(text)
        if not text.startswith(typed) or (after and scan(after + readable, len(after) - 1, ended=True).end != len(after)):
            continue
        compatible += probability
        texts[readable[cursor:]] = texts.get(readable[cursor:], 0.0) + probability
        end = scan(readable, cursor, ended=True).end
        if end is not None:
            word = readable[cursor:end]
            words[word] = words.get(word, 0.0) + probability
    if not compatible:
        return Truth({}, {})
    return Truth({w: p / compatible for w, p in words.items()}, {t: p / compatible for t, p in texts.items()})


def readable_text(text: bytes) -> str:
    """Return the text, its first bytes that are no UTF-8 read as U+FFFD and all after them dropped."""
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        return text[: error.start].decode() + "\ufffd"
