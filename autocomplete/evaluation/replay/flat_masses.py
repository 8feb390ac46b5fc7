"""The masses at one position, for a model that answers exactly and with whole words.

They are those that `core.mass_tree` keeps: words that are finished, states that are open, and what lies off them. The sums are
done in the order in which `mass_tree` does them, so that every number is the same to the last bit.

Invariant: `feed` returns False for an answer that is not of this kind; after that these masses mean nothing.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from copy import copy

from autocomplete.core.boundaries import scan
from autocomplete.core.characters import CharKind, char_kind, is_hostile
from autocomplete.core.distribution import Distribution

# What a token is by itself: one word to its end with at most one space before it (of ASCII letters alone, as most are, or of
# any), a mark, a line break, or anything else.
_LETTERS, _WORD, _MARK, _NEWLINE, _OTHER = range(5)

_MARKS = (CharKind.SPACE, CharKind.PUNCTUATION, CharKind.JOINER, CharKind.NUMBER_JOINER)


#: Most tokens whose kinds are remembered.
_MOST_KINDS = 65_536


class _Kinds(dict[bytes, int]):
    """The kind of each token, worked out when it is first asked for; a plain `dict` to read, once a token of an answer."""

    def __missing__(self, token: bytes) -> int:
        if len(self) >= _MOST_KINDS:
            self.clear()
        self[token] = kind = _kind(token)
        return kind


_KINDS = _Kinds()


def _kind(token: bytes) -> int:
    if (token[1:] if token.startswith(b" ") else token).isalpha():
        return _LETTERS
    try:
        text = token.decode()
    except UnicodeDecodeError:
        return _OTHER
    kinds = [char_kind(char) for char in text]
    if is_hostile(text) or not text.strip(" "):
        return _OTHER
    if text == "\n":
        return _NEWLINE
    if all(kind in _MARKS for kind in kinds):
        return _MARK
    parsed = scan(text, 0, ended=True)
    whole = parsed.start == text.startswith(" ") and parsed.end == len(text)
    return _WORD if whole and not parsed.open_ended and CharKind.EXTEND not in kinds else _OTHER


class FlatMasses:
    """The masses after `typed`, which ends at offset `cursor` of its text.

    `finished`: of words, by their text after the root; `open`: of states that may be asked about, by the same; `prefixes`: the
    open states that every word begins with, shortest first. `total`: all mass; `best`, `best_mass`: the likeliest word, b"" and
    0 where there is none.
    """

    def __init__(self, typed: bytes, cursor: int) -> None:
        self.typed, self._cursor = typed, cursor
        self.finished: dict[bytes, float] = {}
        self.open: dict[bytes, float] = {}
        self._held: dict[bytes, float] = {b"": 0.0}  # by each state, open or unseen, in the order of their coming
        self._off = 0.0
        self.prefixes: list[bytes] = []
        self._unlike: list[bytes] = []  # those of `finished` that may begin with a mark after what is typed
        self.total, self.best, self.best_mass = 0.0, b"", 0.0
        self._bounds: dict[bytes, tuple[str, float, float]] = {}  # as long as nothing changes

    def branch(self) -> FlatMasses:
        """Return a copy of these masses that changes by itself."""
        other = copy(self)
        other.finished, other.open = dict(self.finished), dict(self.open)
        other._held, other.prefixes, other._unlike = dict(self._held), list(self.prefixes), list(self._unlike)
        return other

    def rest(self, key: bytes) -> None:
        """Leave the mass of an open state where it is: its answer could change nothing."""
        self._held[key] = self._closed(key)
        self._weigh()

    def feed(self, key: bytes, answer: Distribution) -> bool:
        """Take the answer about an open state, or about the root, which comes first; return whether it is in whole words."""
        mass = self._closed(key) if key else 1.0
        return not answer.end and answer.whole_words and self._spread(key, answer, mass) and self._weigh()

    def _spread(self, key: bytes, answer: Distribution, mass: float) -> bool:
        """Move the mass of a state to where its answer sends it; return whether all of that is of this kind."""
        self._held[key] = mass * answer.residual
        finished, kinds = self.finished, _KINDS
        rest = self.typed[len(key) :]
        least = len(self.typed) - len(key)  # a longer token goes on beyond what is typed
        is_inside = key != b"" and least > 0  # what a token is by itself does not decide what it makes of the text then
        for token, probability in answer.tokens:
            kind = kinds[token] if not is_inside else _OTHER
            if kind <= _WORD and (least <= 0 or (token.startswith(rest) and len(token) > least)):
                whole, part = key + token, mass * probability
                finished[whole] = finished[whole] + part if whole in finished else part
                if kind == _WORD or least < 0:
                    self._unlike.append(whole)
            elif not (token.startswith(rest) or rest.startswith(token)):
                continue
            elif kind <= _MARK:
                if not self._add(key + token, mass * probability):
                    return False
            elif kind == _NEWLINE and len(token) > least:
                self._off += mass * probability
            elif not self._place(key + token, mass * probability):
                return False
        return True

    def _closed(self, key: bytes) -> float:
        """Return the mass of an open state, which is open no more."""
        self._bounds = {}
        if key in self.prefixes:
            self.prefixes.remove(key)
        return self.open.pop(key)

    def _place(self, whole: bytes, mass: float) -> bool:
        """Put mass where the search would, by the same rules; return whether that is of this kind."""
        try:
            text = whole.decode()
        except UnicodeDecodeError:
            return False
        parsed = scan(text, self._cursor, ended=True)
        if is_hostile(text) or parsed.newline:
            self._off += mass
            return True
        # anything else is a word of another kind, or what one may begin with
        return parsed.end is None and len(whole) <= len(self.typed) and self._add(whole, mass)

    def _add(self, whole: bytes, mass: float) -> bool:
        if whole in self._held:
            return False
        self._held[whole] = self.open[whole] = mass
        if self.typed.startswith(whole):
            insort(self.prefixes, whole)
        return True

    def _weigh(self) -> bool:
        """Work out all mass and the likeliest word; return whether it is the only one: among equals the search chooses."""
        total = self._off + sum(self.finished.values())
        for mass in self._held.values():
            total += mass
        self.total = total
        if not self.finished:
            return True
        words, masses = list(self.finished), list(self.finished.values())
        self.best_mass = max(masses)
        self.best = words[masses.index(self.best_mass)]
        return masses.count(self.best_mass) == 1

    def bounds(self, word: bytes) -> tuple[str, float, float]:
        """Return what completes a finished word, and the bounds of its probability; of no word "" and 0 to 1."""
        if not word:
            return "", 0.0, 1.0
        bounds = self._bounds.get(word)
        if bounds is None:
            lower = upper = capped_ratio(self.finished[word], self.total)
            if self.open:
                upper = max(lower, self._upper(word))
            bounds = self._bounds[word] = word[len(self.typed) :].decode(), lower, upper
        return bounds

    def _upper(self, word: bytes) -> float:
        opened = self._before_cursor()
        if len(self.open) > 1 and _is_unlike(word, len(self.typed)):
            opened += sum([self.open[key] for key in self._joiners() if word.startswith(key)])
        return capped_ratio(self.finished[word] + opened, self.total)

    def _before_cursor(self) -> float:
        opened = 0.0
        for key in self.prefixes:
            opened += self.open[key]
        return opened

    def _joiners(self) -> list[bytes]:
        """Return the open marks that a listed word begins with, such as an apostrophe: they are on the chain of that word."""
        if not self._unlike:
            return []
        n_typed = len(self.typed)
        words = sorted([word for word in self._unlike if _is_unlike(word, n_typed)])
        return [key for key in self.open if len(key) > n_typed and _begins_any(key, words)]

    def chain(self) -> tuple[float, list[bytes]]:
        """Return the mass that some word could reach by asking more, and the states to ask about for it."""
        reach = 0.0
        chain: list[bytes] = []
        if self.prefixes:
            if len(self.open) == 1:
                return self.best_mass + self.open[self.prefixes[0]], [*self.prefixes]
            if self.finished:
                reach, chain = (
                    self.best_mass + self._before_cursor(),
                    [key for key in self.open if key in self.prefixes],
                )
        for joiner in self._joiners():
            on_chain = [key for key in self.open if joiner.startswith(key)]
            most = max(mass for word, mass in self.finished.items() if word.startswith(joiner))
            if (joined_up := most + sum(self.open[key] for key in on_chain)) > reach:
                reach, chain = joined_up, on_chain
        stack: list[tuple[bytes, float]] = []
        for key in sorted(self.open):
            while stack and not key.startswith(stack[-1][0]):
                stack.pop()
            opened = self.open[key] + (stack[-1][1] if stack else 0.0)
            stack.append((key, opened))
            if opened > reach:
                reach, chain = opened, [state for state in self.open if key.startswith(state)]
        return reach, chain

    def most(self) -> float:
        """Return a probability that no chain can exceed: all that is open and the best word together."""
        return capped_ratio(self.best_mass + sum(self.open.values()), self.total)

    def reach_with(self, key: bytes) -> float:
        """Return the most mass that a word whose chain an open state lies on could reach by asking more."""
        opened = {head: sum(self.open[s] for s in self.open if head.startswith(s)) for head in self.open}
        reach = max(mass for head, mass in opened.items() if head.startswith(key))
        for word, mass in self.finished.items():
            if word.startswith(key):
                reach = max(reach, mass + sum(self.open[s] for s in self.open if word.startswith(s)))
        return reach


def _is_unlike(word: bytes, n_typed: int) -> bool:
    """Return whether a word may begin with a mark after what is typed: no letter comes there."""
    return not word[n_typed:].lstrip()[:1].isalpha()


def _begins_any(key: bytes, words: Sequence[bytes]) -> bool:
    """Return whether one of some words, which are sorted, begins with `key`."""
    place = bisect_left(words, key)
    return place < len(words) and words[place].startswith(key)


def capped_ratio(part: float, whole: float) -> float:
    """Return `part / whole` as `mass_tree` works it out."""
    if part < whole:
        return part / whole
    return 1.0 if part > 0.0 else 0.0
