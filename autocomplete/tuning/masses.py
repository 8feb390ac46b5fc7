"""How much probability lies where at one position, for a model that answers exactly and with whole words.

The same as `tree` keeps, for the plain kind of answer: words that are finished, states that are open, and what lies off them.
The sums are done in the order in which `tree` does them, so that every number is the same to the last bit.

Invariant: what is not of the plain kind raises `Odd`; after that these masses mean nothing.
"""

from __future__ import annotations

from copy import copy
from functools import lru_cache

from autocomplete.distribution import Distribution
from autocomplete.tuning.spans import STEPS
from autocomplete.words import CharKind, char_kind, is_hostile, scan

# What a token is by itself: one word to its end with at most one space before it, a mark, a line break, or anything else.
_WORD, _MARK, _NEWLINE, _OTHER = range(4)

_MARKS = (CharKind.SPACE, CharKind.PUNCTUATION, CharKind.JOINER, CharKind.NUMBER_JOINER)


@lru_cache(maxsize=65536)
def _kind(token: bytes) -> int:
    if (token[1:] if token.startswith(b" ") else token).isalpha():  # of ASCII letters, as most are
        return _WORD
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
    found = scan(text, 0, ended=True)
    whole = found.start == text.startswith(" ") and found.end == len(text)
    return _WORD if whole and not found.open_ended and CharKind.EXTEND not in kinds else _OTHER


class Odd(Exception):
    """Something is not of the plain kind."""


class Masses:
    """The masses after `typed`, which ends at offset `cursor` of its text.

    `finished`: of words, by their text after the root; `open`: of states that may be asked about, by the same.
    """

    def __init__(self, typed: bytes, cursor: int) -> None:
        self.typed, self._cursor = typed, cursor
        self.finished: dict[bytes, float] = {}
        self.open: dict[bytes, float] = {}
        self._masses = [0.0]  # what each state holds, open or unseen, in the order in which the states came
        self._places: dict[bytes, int] = {b"": 0}
        self._off = 0.0
        self._weighed: tuple[float, bytes, float] | None = None

    def branch(self) -> Masses:
        """Return the same masses, to go on with by themselves."""
        other = copy(self)
        other.finished, other.open = dict(self.finished), dict(self.open)
        other._masses, other._places = list(self._masses), dict(self._places)
        return other

    def rest(self, key: bytes) -> None:
        """Leave the mass of an open state where it is: its answer could change nothing."""
        self._masses[self._places[key]] = self.open.pop(key)
        self._weighed = None

    def feed(self, key: bytes, answer: Distribution) -> None:
        """Take the answer about an open state, or about the root, which comes first."""
        mass = self.open.pop(key) if key else 1.0
        if answer.end or not answer.whole_words:
            raise Odd
        self._weighed = None
        self._masses[self._places[key]] = mass * answer.residual
        n_typed, finished = len(self.typed), self.finished
        rest = self.typed[len(key) :]
        quick = not key or len(key) >= n_typed
        for token, probability in answer.tokens:
            if not (token.startswith(rest) or rest.startswith(token)):
                continue
            whole = key + token
            kind = _kind(token) if quick else _OTHER
            if len(whole) > n_typed:
                if kind == _WORD:
                    finished[whole] = finished.get(whole, 0.0) + mass * probability
                    continue
                if kind == _NEWLINE:
                    self._off += mass * probability
                    continue
            if kind == _MARK or (kind == _WORD and not key):
                self._add(whole, mass * probability)
            else:
                self._place(whole, mass * probability)

    def _place(self, whole: bytes, mass: float) -> None:
        """Put mass where the search would, by the same rules."""
        try:
            text = whole.decode()
        except UnicodeDecodeError:
            raise Odd from None
        found = scan(text, self._cursor, ended=True)
        if is_hostile(text) or found.newline:
            self._off += mass
        elif found.end is None and len(whole) <= len(self.typed):
            self._add(whole, mass)
        else:
            raise Odd  # a word of another kind, or what one may begin with

    def _add(self, whole: bytes, mass: float) -> None:
        if whole in self._places:
            raise Odd
        self._places[whole] = len(self._masses)
        self._masses.append(mass)
        self.open[whole] = mass

    # -- weighing -----------------------------------------------------------------------------------------------------

    def weigh(self) -> tuple[float, bytes, float]:
        """Return all mass, the likeliest word, and its mass."""
        if self._weighed is None:
            total = self._off + sum(self.finished.values())
            for mass in self._masses:
                total += mass
            self._weighed = total, *self._best()
        return self._weighed

    def _best(self) -> tuple[bytes, float]:
        if not self.finished:
            return b"", 0.0
        words, masses = list(self.finished), list(self.finished.values())
        mass = max(masses)
        if masses.count(mass) > 1:
            raise Odd  # the order among equals is the search's to choose
        return words[masses.index(mass)], mass

    def bounds(self, word: bytes, total: float) -> tuple[float, float]:
        """Return the bounds of the probability of a finished word, of `total` mass."""
        mass = self.finished[word]
        lower = ratio(mass + 0.0, total)
        opened = self._before_cursor() if self.open else 0.0
        if len(self.open) > 1 and not word[len(self.typed) :].lstrip()[:1].isalpha():
            opened += sum(self.open[key] for key in self._joiners() if word.startswith(key))
        return lower, max(lower, ratio(mass + opened + 0.0, total - 0.0))

    def prefixes(self) -> list[bytes]:
        """Return the open states that every word begins with, shortest first."""
        return sorted(key for key in self.open if self.typed.startswith(key))

    def _before_cursor(self) -> float:
        opened = 0.0
        for key in self.prefixes():
            opened += self.open[key]
        return opened

    def _joiners(self) -> list[bytes]:
        """Return the open marks that a listed word begins with, such as an apostrophe: they are on the chain of that word."""
        n_typed = len(self.typed)
        marks = [key for key in self.open if len(key) > n_typed]
        if not marks:
            return marks
        words = [word for word in self.finished if not word[n_typed:].lstrip()[:1].isalpha()]
        return [key for key in marks if any(word.startswith(key) for word in words)] if words else words

    def chain(self, best: float) -> tuple[float, list[bytes]]:
        """Return the mass that some word could reach by asking more, and the states to ask about for it."""
        reach, chain = 0.0, list[bytes]()
        if not self.open:
            return reach, chain
        if self.finished and (prefixes := self.prefixes()):
            reach, chain = best + 0.0 + self._before_cursor(), [key for key in self.open if key in prefixes]
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

    def may_go_on(self, best: float, total: float, above: float) -> bool:
        """Return whether any chain could reach a cutoff higher than `above`: all that is open and the best word together."""
        return ratio(best + sum(self.open.values()), total) + 1e-9 > above + 1.0 / STEPS

    def reach_with(self, key: bytes) -> float:
        """Return the most mass that a word whose chain an open state lies on could reach by asking more."""
        opened = {head: sum(self.open[s] for s in self.open if head.startswith(s)) for head in self.open}
        reach = max(mass for head, mass in opened.items() if head.startswith(key))
        for word, mass in self.finished.items():
            if word.startswith(key):
                reach = max(reach, mass + sum(self.open[s] for s in self.open if word.startswith(s)))
        return reach


def ratio(part: float, whole: float) -> float:
    """Return `part / whole` as `tree` works it out."""
    if part < whole:
        return part / whole
    return 1.0 if part > 0.0 else 0.0
