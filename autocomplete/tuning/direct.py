"""Decisions at every cutoff worked out without the search, where the model answers exactly and with whole words.

For such a model, one word at a time, the search is a ladder: it asks about one state after the other, the same for every
cutoff, and a cutoff leaves it where a word passes or where nothing can reach it any more. Here the ladder is climbed once for
all cutoffs, with the sums in the order in which `tree` does them, so that every number is the same to the last bit. Whatever
is not of the plain kind is left to `sweep`, which runs the engine itself. A question whose answer could change nothing but the
rounding of the last bit is counted and not asked.

Invariant: what is returned is what `Sweep.outcomes` returns, probabilities to within 1e-12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from autocomplete.backends import Request
from autocomplete.distribution import Distribution
from autocomplete.tuning.spans import STEPS, Span, step_below
from autocomplete.tuning.sweep import Answer, Outcome, Sweep
from autocomplete.words import CharKind, Root, char_kind, is_hostile, scan

#: Steps of a ladder that are climbed here; far fewer than the search allows.
_MOST_STEPS = 32


# What a token is by itself: one word to its end with at most one space before it, a mark, a line break, or anything else.
_WORD, _MARK, _NEWLINE, _OTHER = range(4)

#: With these no word goes on.
_PLAIN_MARKS = frozenset(bytes([byte]) for byte in b' "!?;:()[]/')

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


class _Odd(Exception):
    """Something is not of the plain kind."""


@dataclass(slots=True)
class _Asked:
    """A question, and the cutoffs at which it is asked. `answer`: None where the answer could change nothing."""

    answer: Answer | None
    span: Span


class Look:
    """One position: what is typed after `root` at offset `at`, and the answer to the first question about it."""

    def __init__(self, sweep: Sweep, root: Root, at: int, typed: bytes, answer: Answer) -> None:
        self._sweep = sweep
        self._first = answer
        self._root, self._at = root, at
        self._typed, self._cursor = typed, len(root.typed)
        self._finished: dict[bytes, float] = {}
        self._open: dict[bytes, float] = {}
        self._masses = [0.0]  # what each state holds, open or unseen, in the order in which the states came
        self._places: dict[bytes, int] = {b"": 0}
        self._off = 0.0
        self._asked: list[_Asked] = []
        self._asked_painted: list[_Asked] = []
        self._feed(b"", answer.distribution, 1.0)

    def _feed(self, key: bytes, answer: Distribution, mass: float) -> None:
        if answer.end or not answer.whole_words:
            raise _Odd
        self._masses[self._places[key]] = mass * answer.residual
        n_typed, finished = len(self._typed), self._finished
        rest = self._typed[len(key) :]
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
            raise _Odd from None
        found = scan(text, self._cursor, ended=True)
        if is_hostile(text) or found.newline:
            self._off += mass
        elif found.end is None and len(whole) <= len(self._typed):
            self._add(whole, mass)
        else:
            raise _Odd  # a word of another kind, or what one may begin with

    def _add(self, whole: bytes, mass: float) -> None:
        if whole in self._places:
            raise _Odd
        beyond = whole[len(self._typed) : len(self._typed) + 1]
        if beyond and beyond not in _PLAIN_MARKS and any(word.startswith(whole) for word in self._finished):
            raise _Odd  # such as an apostrophe inside a word: those words are on its chain
        self._places[whole] = len(self._masses)
        self._masses.append(mass)
        self._open[whole] = mass

    # -- weighing -----------------------------------------------------------------------------------------------------

    def _total(self) -> float:
        total = self._off + sum(self._finished.values())
        for mass in self._masses:
            total += mass
        return total

    def _best(self) -> tuple[bytes, float]:
        """Return the likeliest word and its mass."""
        if not self._finished:
            return b"", 0.0
        words, masses = list(self._finished), list(self._finished.values())
        mass = max(masses)
        if masses.count(mass) > 1:
            raise _Odd  # the order among equals is the search's to choose
        return words[masses.index(mass)], mass

    def _outcome(self, span: Span, word: bytes, total: float, *, shown: bool) -> Outcome:
        if not word:
            return Outcome(*span, "", "", 0.0, 1.0, requests=len(self._asked) + 1)
        mass = self._finished[word]
        lower = _ratio(mass + 0.0, total)
        upper = max(lower, _ratio(mass + self._before_cursor() + 0.0, total - 0.0))
        completion = word[len(self._typed) :].decode()
        return Outcome(*span, completion if shown else "", completion, lower, upper, requests=len(self._asked) + 1)

    def _prefixes(self) -> list[bytes]:
        """Return the open states that every word begins with, shortest first."""
        return sorted(key for key in self._open if self._typed.startswith(key))

    def _before_cursor(self) -> float:
        opened = 0.0
        for key in self._prefixes():
            opened += self._open[key]
        return opened

    def _chain(self, best: float) -> tuple[float, list[bytes]]:
        """Return the mass that some word could reach by asking more, and the states to ask about for it."""
        reach, chain = 0.0, list[bytes]()
        if not self._open:
            return reach, chain
        if self._finished and (prefixes := self._prefixes()):
            reach, chain = best + 0.0 + self._before_cursor(), [key for key in self._open if key in prefixes]
        stack: list[tuple[bytes, float]] = []
        for key in sorted(self._open):
            while stack and not key.startswith(stack[-1][0]):
                stack.pop()
            opened = self._open[key] + (stack[-1][1] if stack else 0.0)
            stack.append((key, opened))
            if opened > reach:
                reach, chain = opened, [state for state in self._open if key.startswith(state)]
        return reach, chain

    def _may_go_on(self, best: float, total: float, above: float) -> bool:
        """Return whether any chain could reach a cutoff higher than `above`: all that is open and the best word together."""
        return _ratio(best + sum(self._open.values()), total) + 1e-9 > above + 1.0 / STEPS

    # -- all cutoffs --------------------------------------------------------------------------------------------------

    async def outcomes(self, span: Span) -> list[Outcome] | None:
        """Return what is decided at each cutoff of a range with nothing painted, from strict to loose.

        None where the search itself must tell.
        """
        try:
            return await self._climb(*span)
        except _Odd:
            self._asked.clear()
            return None

    def likeliest(self) -> Outcome | None:
        """Return the likeliest word by the answers at hand, as what is not shown; None where the search must tell."""
        try:
            word, _ = self._best()
        except _Odd:
            return None
        return self._outcome((-1.0, 1.0), word, self._total(), shown=False)

    async def painted(self, painted: str, span: Span) -> list[Outcome] | None:
        """Return what is decided at each cutoff of a range with `painted` on the screen, from strict to loose.

        None where the search itself must tell. To be asked before `outcomes`.
        """
        climber = Look(self._sweep, self._root, self._at, self._typed, self._first) if self._open else self
        try:
            found = await climber._climb_painted(self._typed + painted.encode(), *span)
        except _Odd:
            return None
        if climber is not self:
            self._asked_painted += climber._asked
        return found

    async def _climb_painted(self, target: bytes, above: float, upto: float) -> list[Outcome]:
        found: list[Outcome] = []
        while True:
            total, (word, mass) = self._total(), self._best()
            stays = self._finished.get(target, 0.0)
            shows = step_below(_ratio(mass + 0.0, total)) if word else -1.0
            keeps = kept_at(_ratio(stays + 0.0, total), self._sweep.hysteresis) if stays else -1.0
            for edge, chosen in ((keeps, target), (shows, word)):
                if (reached := min(upto, edge)) > above:
                    found.append(self._outcome((above, reached), chosen, total, shown=True))
                    above = reached
            goes_on, chain = self._goes_on(target, mass, total)
            goes_on = max(above, min(upto, goes_on)) if len(self._asked) + 1 < self._sweep.max_requests else above
            if goes_on < upto:
                found.append(self._outcome((goes_on, upto), word, total, shown=False))
            if goes_on <= above:
                return sorted(found, key=lambda outcome: -outcome.upto)
            upto = goes_on
            await self._expand(max(chain, key=lambda key: (self._open[key], -len(key))), (above, upto))

    def _goes_on(self, target: bytes, best: float, total: float) -> tuple[float, list[bytes]]:
        """Return up to which cutoff more is asked, with the text `target` painted, and the states to ask about for it."""
        reach, chain = self._chain(best)
        goes_on = step_below(_ratio(reach, total - 0.0)) if chain else -1.0
        if any(target.startswith(key) for key in self._open):
            if list(self._open) != [self._typed]:
                raise _Odd  # which state is asked about may depend on the cutoff
            if stays := self._finished.get(target, 0.0):
                kept = kept_at(_ratio(stays + self._open[self._typed], total), self._sweep.hysteresis)
                goes_on, chain = max(goes_on, kept), [self._typed]
        return goes_on, chain

    async def _climb(self, above: float, upto: float) -> list[Outcome]:
        found: list[Outcome] = []
        budget = self._sweep.max_requests
        while True:
            total = self._total()
            word, mass = self._best()
            if word and (reached := min(upto, step_below(_ratio(mass + 0.0, total)))) > above:
                found.append(self._outcome((above, reached), word, total, shown=True))
                above = reached
            reach, chain = self._chain(mass) if self._may_go_on(mass, total, above) else (0.0, [])
            goes_on = max(above, min(upto, step_below(_ratio(reach, total - 0.0)))) if chain else above
            if len(self._asked) + 1 >= budget:
                goes_on = above
            if goes_on < upto:
                found.append(self._outcome((goes_on, upto), word, total, shown=False))
            if goes_on <= above:
                return sorted(found, key=lambda outcome: -outcome.upto)
            upto = goes_on
            await self._expand(max(chain, key=lambda key: (self._open[key], -len(key))), (above, upto))

    async def _expand(self, key: bytes, span: Span) -> None:
        if len(self._asked) >= _MOST_STEPS or any(self._was_asked(state) for state in self._open):
            raise _Odd
        if self._is_idle(key, span):
            self._masses[self._places[key]] = self._open.pop(key)
            self._asked.append(_Asked(None, span))
            return
        answer = await self._sweep.answer(self._root, self._at, self._request(key))
        self._asked.append(_Asked(answer, span))
        self._feed(key, answer.distribution, self._open.pop(key))

    def _is_idle(self, key: bytes, span: Span) -> bool:
        """Return whether the answer about an open state could change nothing: what follows a word that may end at the cursor,
        where another word is likelier than that end, and nothing that follows it can be shown at these cutoffs.

        Its mass stays where it is then. No later question is the same, for it ends at the cursor.
        """
        if key != self._typed or not self._sweep.ends_words or not self._root.typed[-1:].isalpha():
            return False
        mass, total, n_typed = self._open[key], self._total(), len(key)
        if mass >= self._best()[1] or _ratio(mass, total) > span[0] or self._prefixes() != [key]:
            return False
        return all(word[n_typed : n_typed + 1].isalpha() for word in self._finished)  # none that a mark could belong to

    def _was_asked(self, key: bytes) -> bool:
        return self._sweep.was_asked_at(self._ends_at(key)) and self._sweep.was_asked(self._request(key))

    def _ends_at(self, key: bytes) -> int:
        """Return the offset at which a question about a state ends."""
        n_beyond = len(key) - len(self._typed)
        return self._at + (n_beyond if key.isascii() and self._typed.isascii() else len(key.decode()) - self._cursor)

    def _request(self, key: bytes) -> Request:
        return Request(self._root.context + key.decode(), self._typed[len(key) :])

    def settle(self, unpainted: Sequence[Span], painted: Sequence[Span]) -> None:
        """Note what was asked at which cutoffs: those that are here, with nothing or something painted."""
        for span in (*unpainted, *painted):
            self._sweep.note(self._first, span)
        for asked in self._asked_painted:
            if asked.answer is not None:
                self._sweep.note(asked.answer, asked.span)
        for asked in self._asked:
            if asked.answer is not None:
                for above, upto in unpainted:
                    self._sweep.note(asked.answer, (max(above, asked.span[0]), min(upto, asked.span[1])))


async def look(sweep: Sweep, root: Root, at: int) -> Look | None:
    """Return a look at offset `at`, after `root`; None where the search itself must tell."""
    if not sweep.is_plain or is_hostile(root.typed):
        return None
    typed = root.typed.encode()
    first = Request(root.context, typed)
    if sweep.was_asked(first):
        return None
    answer = await sweep.answer(root, at, first)
    try:
        return Look(sweep, root, at, typed, answer)
    except _Odd:
        return None


def kept_at(probability: float, hysteresis: float) -> float:
    """Return the greatest step at which what has this probability stays painted.

    >>> kept_at(0.4, 0.2), kept_at(0.4, 1.0)
    (0.5, 1.0)
    """
    step = STEPS if hysteresis >= 1.0 else min(STEPS, round(probability / (1.0 - hysteresis) * STEPS))
    while step > 0 and step / STEPS * (1.0 - hysteresis) > probability:
        step -= 1
    while step < STEPS and (step + 1) / STEPS * (1.0 - hysteresis) <= probability:
        step += 1
    return step / STEPS


def _ratio(part: float, whole: float) -> float:
    """Return `part / whole` as `tree` works it out."""
    if part < whole:
        return part / whole
    return 1.0 if part > 0.0 else 0.0
