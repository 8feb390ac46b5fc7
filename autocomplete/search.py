"""The best-first search for the next word: which text to ask about, and what the answers prove.

Invariant: for every candidate, `lower <= P(word | context, typed) <= upper` holds whatever the unseen tokens are (in
`certified` mode), where the text is generated token by token from the distributions fed in. Pure: it never asks; `next()`
names the state to ask about and `feed()` takes the answer.

A *state* is the text after the root, in bytes; tokenizations of one text are one state. Expanding state s with mass m moves
m * p(token) to s + token. With Z all mass compatible with what is typed, and for a word w: A the mass that finished as w, O
the open mass on its chain (states that may still become w), R the unseen mass on that chain:

    lower = A / Z        attainable = (A + O) / Z        upper = (A + O + R) / Z

Z counts A, O, R and everything certain off the chain; states shorter than what is typed lie on every chain, so no mass whose
compatibility is unknown ever lies off one. Expanding cannot raise A + O, and shrinks Z only by what leaves O: a lower bound
never passes `attainable`, and where no candidate's `attainable` reaches its cutoff, asking more is useless. (After a finished
word an apostrophe may still continue that word: such *uncertain* mass is counted in Z only where that is the safe side.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from autocomplete.decision import Alternative, Bounds, Mode
from autocomplete.distribution import Distribution
from autocomplete.gate import Gate
from autocomplete.words import Scan, scan, whole_graphemes

#: Longest open-ended completion (scripts without spaces, long compounds), in bytes.
LONGEST_OPEN_ENDED = 36


class Prior(Protocol):
    """How likely texts are before any context, to share out unseen mass in `estimated` mode. Probabilities in 0..1."""

    def starts_with(self, prefix: bytes) -> float:
        """Return the probability that a next piece of text, with its leading space, starts with `prefix`."""

    def word(self, token: bytes) -> float:
        """Return the probability that the next piece of text is exactly `token`."""


@dataclass(slots=True)
class _State:
    """A state of the search: open (`mass` still to be resolved) or expanded (`residual` unseen)."""

    key: bytes
    mass: float
    open: bool = True
    answer: Distribution | None = None
    share: float = 1.0  # share of the unseen mass that is taken to be compatible with what is typed
    residual: float = 0.0
    uncertain: bool = False  # may still turn out to continue the word before the root
    pending: bytes | None = None  # the word that this state finishes if what follows is a boundary
    word: bytes | None = None  # the word that this state itself would finish
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class StateMass:
    """A state for people: its text after the root, its share of all compatible mass, open and unseen (0..1)."""

    key: bytes
    open: float
    unseen: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate with its masses: finished, open on its chain, and unseen on its chain. `key` is text after the root."""

    key: bytes
    completion: str
    finished: float
    open: float
    residual: float
    open_ended: bool = False


class Search:
    """One search for the word that follows `typed`, the text since the root.

    `mode`: what becomes of unseen mass at states shorter than `typed`: `certified` holds all of it against every candidate,
    `estimated` only the share that `prior` gives to texts compatible with `typed`. `after_word`: the root is known to be the
    end of a finished word, so what continues that word is excluded.

    >>> from autocomplete.gate import FixedCutoff
    >>> search = Search(" fr", gate=FixedCutoff(0.5))
    >>> search.next()
    b''
    >>> search.feed(b"", Distribution.from_pairs([(b" from", 0.2), (b" you", 0.7), (b" friends", 0.02)]))
    >>> search.next()  # of .3 compatible with " fr" it has .2: only where the word ends must be asked
    b' from'
    >>> search.feed(b" from", Distribution.from_pairs([(b" you", 0.9)]))
    >>> search.next() is None, search.alternatives()[0].completion
    (True, 'om')
    """

    def __init__(
        self,
        typed: str,
        *,
        gate: Gate,
        mode: Mode = Mode.CERTIFIED,
        prior: Prior | None = None,
        painted: str = "",
        after_word: bool = False,
    ) -> None:
        self.typed = typed.encode("utf-8", "surrogatepass")
        self.gate = gate
        self.mode = mode if prior is not None else Mode.CERTIFIED
        self._prior = prior
        self._painted = painted
        self._after_word = after_word
        self._cursor = len(typed)
        self._states: dict[bytes, _State] = {b"": _State(b"", 1.0)}
        self._finished: dict[bytes, float] = {}
        self._off = 0.0  # certain mass that is no word: line breaks, the end, bytes that are no text
        self._candidates: list[Candidate] | None = None
        self._total = 1.0
        self._total_estimate = 1.0
        self._uncertain = self._uncertain_open = 0.0

    # -- what to ask, and taking the answer ---------------------------------------------------------------------------

    def next(self) -> bytes | None:
        """Return the state whose expansion can change the verdict most, or None when it is settled."""
        root = self._states[b""]
        if root.open:
            return b""
        passing = [c for c in self.candidates() if self._passes(c)]
        if passing:
            return self._lengthen(passing)
        chain = self._best_chain()
        if chain is None:
            return None
        return max(chain, key=lambda state: (state.mass, -len(state.key))).key

    def useful(self) -> list[bytes]:
        """Return every open state that lies on a chain which can attain its cutoff, heaviest first.

        `next()` is one of them. Where the answers to others are at hand they come first: they cost nothing, and what they
        showed of a word before its next letter was typed holds on.
        """
        found: dict[bytes, float] = {}
        for candidate in self.candidates():
            if self._attainable(candidate.finished + candidate.open) >= self._required(candidate):
                found.update((state.key, state.mass) for state in self._chain(candidate))
        for head, opened in self._open_chains():
            if self._attainable(opened) >= self.gate.lowest:
                found.update((s.key, s.mass) for s in self._states.values() if s.open and head.key.startswith(s.key))
        return sorted(found, key=lambda key: (-found[key], len(key), key))

    def towards_painted(self) -> list[bytes]:
        """Return the open states on the way to the painted completion, shortest first, while it has not passed.

        Another word may pass first; what is painted shall not give way to it while answers at hand can show that it may stay.
        """
        if not self._painted or any(c.completion == self._painted and self._passes(c) for c in self.candidates()):
            return []
        target = self.typed + self._painted.encode("utf-8", "surrogatepass")
        ways = (s for s in self._states.values() if s.open and (target.startswith(s.key) or s.pending == target))
        return sorted(state.key for state in ways)

    def feed(self, key: bytes, distribution: Distribution, *, filtered: bool = False) -> None:
        """Take the answer for an open state. `filtered`: it is conditional on what is typed beyond that state.

        Raises KeyError where `key` is no open state.
        """
        state = self._states[key]
        if not state.open:
            raise KeyError(key)
        mass, state.mass, state.open = state.mass, 0.0, False
        state.answer = distribution
        state.share = 1.0 if filtered else self._share(key, distribution)
        self._spread(state, distribution, mass)
        self._candidates = None

    def _spread(self, state: _State, answer: Distribution, mass: float) -> None:
        """Move mass that has reached an expanded state on to where its answer sends it."""
        state.residual += mass * answer.residual
        for token, probability in answer.tokens:
            self._place(state.key + token, mass * probability, answer.whole_words)
        if answer.end:
            self._end(state, mass * answer.end)

    def _place(self, key: bytes, mass: float, ended: bool) -> None:
        """Put mass that has reached the text `key` where it belongs."""
        typed = self.typed
        if not (key.startswith(typed) if len(key) >= len(typed) else typed.startswith(key)):
            return
        state = self._states.get(key)
        if state is not None:
            self._add(state, mass)
            return
        text, partial = _decode(key)
        apart = _starts_apart(text) if self._after_word else True
        if apart is False:
            return
        found = scan(text, self._cursor, ended=ended and not partial)
        if found.end is not None:
            word = text[: found.end].encode()
            self._finished[word] = self._finished.get(word, 0.0) + mass
        elif found.newline or _is_broken(key, text):
            self._off += mass
        else:
            state = self._states[key] = self._new_state(key, text, found, partial)
            state.uncertain = apart is None
            self._add(state, mass)

    def _add(self, state: _State, mass: float) -> None:
        """Add mass to a state that exists."""
        if state.open:
            state.mass += mass
        elif state.answer is not None:
            self._spread(state, state.answer, mass)
        else:  # ends inside a character: a text API cannot be asked about it
            state.residual += mass

    def _new_state(self, key: bytes, text: str, found: Scan, partial: bool) -> _State:
        state = _State(key, 0.0, open=not partial)
        if found.start is None:
            return state
        if found.pending is not None:
            if found.pending > self._cursor:
                state.pending = text[: found.pending].encode()
        elif len(text) > self._cursor:
            if partial:
                state.pending = text.encode()
            else:
                state.word = key
                state.open_ended = found.open_ended
        return state

    def _end(self, state: _State, mass: float) -> None:
        """The text ends at `state`: that finishes a word beyond the cursor, and is no word at or before it."""
        if not state.key.startswith(self.typed):
            return
        word = state.word or state.pending
        if word is None:
            self._off += mass
        else:
            self._finished[word] = self._finished.get(word, 0.0) + mass

    def _share(self, key: bytes, distribution: Distribution) -> float:
        """Return the part of the unseen mass at a state that is taken to be compatible with what is typed."""
        rest = self.typed[len(key) :]
        if self.mode is Mode.CERTIFIED or self._prior is None or not rest:
            return 1.0
        prior = self._prior
        matching = prior.starts_with(rest)
        unseen = 1.0
        for token, _ in distribution.tokens:
            word = prior.word(token)
            unseen -= word
            if token.startswith(rest):
                matching -= word
        floor = prior.starts_with(rest) * 0.05  # seen words cannot use up a stem altogether
        return min(1.0, max(matching, floor) / max(unseen, 0.05))

    # -- what is known ------------------------------------------------------------------------------------------------

    def candidates(self) -> list[Candidate]:
        """Return every candidate seen so far with its masses, in no particular order."""
        if self._candidates is None:
            self._candidates = list(self._weigh())
        return self._candidates

    def _weigh(self) -> Iterator[Candidate]:
        states = self._states
        certain = self._off + sum(self._finished.values())
        self._total = certain + sum(s.mass + s.residual for s in states.values())
        self._total_estimate = certain + sum(s.mass + s.residual * s.share for s in states.values())
        self._uncertain = sum(s.mass + s.residual for s in states.values() if s.uncertain)
        self._uncertain_open = sum(s.mass for s in states.values() if s.uncertain)
        words: dict[bytes, list[float]] = {word: [mass, 0.0, 0.0] for word, mass in self._finished.items()}
        for state in states.values():
            if state.word is not None and not state.open_ended:
                words.setdefault(state.word, [0.0, 0.0, 0.0])
            if state.pending is not None:
                masses = words.setdefault(state.pending, [0.0, 0.0, 0.0])
                masses[1] += state.mass
                masses[2] += state.residual
        heads = sorted(states)
        chain: list[_State] = []
        at = 0
        for word in sorted(words):
            while at < len(heads) and heads[at] <= word:
                while chain and not heads[at].startswith(chain[-1].key):
                    chain.pop()
                chain.append(states[heads[at]])
                at += 1
            while chain and not word.startswith(chain[-1].key):
                chain.pop()
            finished, opened, unseen = words[word]
            for state in chain:
                opened += state.mass
                if not (finished and state.answer is not None and state.answer.whole_words):
                    unseen += state.residual
            yield Candidate(word, self._completion(word), finished, opened, unseen)
        for state in list(states.values()):
            if state.open_ended:
                yield self._weigh_open_ended(state)

    def _weigh_open_ended(self, head: _State) -> Candidate:
        """Weigh the text of a state whose end is not waited for: all that starts with it counts as finished."""
        key = head.key
        finished = sum(mass for word, mass in self._finished.items() if word.startswith(key))
        opened = unseen = 0.0
        for state in self._states.values():
            if state.key.startswith(key):
                finished += state.mass + state.residual
            elif key.startswith(state.key):
                opened += state.mass
                unseen += state.residual
        return Candidate(key, whole_graphemes(self._completion(key)), finished, opened, unseen, open_ended=True)

    def _completion(self, key: bytes) -> str:
        return key[len(self.typed) :].decode("utf-8", "ignore")

    def states(self) -> list[StateMass]:
        """Return every state with its open and unseen share of the compatible mass, heaviest first."""
        self.candidates()
        shares = [
            StateMass(s.key, _ratio(s.mass, self._total_estimate), _ratio(s.residual * s.share, self._total_estimate))
            for s in self._states.values()
        ]
        return sorted(shares, key=lambda share: (-share.open - share.unseen, share.key))

    def bounds(self, candidate: Candidate) -> Bounds:
        """Return the bounds of a candidate's word probability."""
        lower = _ratio(candidate.finished, self._total_estimate)
        reachable = candidate.finished + candidate.open + candidate.residual
        upper = _ratio(reachable, max(reachable, self._total - self._uncertain))
        return Bounds(lower, max(lower, upper))

    def _attainable(self, mass: float) -> float:
        return _ratio(mass, max(mass, self._total_estimate - self._uncertain_open))

    def alternatives(self) -> tuple[Alternative, ...]:
        """Return all candidates for people and gates: likeliest first, same completion once."""
        found: dict[str, Alternative] = {}
        for candidate in self.candidates():
            if not candidate.completion:
                continue
            alternative = Alternative(
                candidate.completion,
                self.bounds(candidate),
                self._attainable(candidate.finished + candidate.open),
                candidate.open_ended,
            )
            known = found.get(candidate.completion)
            if known is None or known.bounds.lower < alternative.bounds.lower:
                found[candidate.completion] = alternative
        return tuple(
            sorted(found.values(), key=lambda a: (-a.bounds.lower, -a.attainable, -a.bounds.upper, a.completion))
        )

    @property
    def attainable(self) -> float:
        """The most that any word, seen or not, could reach by asking more. 0..1."""
        self.candidates()
        best = max((c.finished + c.open for c in self.candidates()), default=0.0)
        for state, opened in self._open_chains():
            del state
            best = max(best, opened)
        return self._attainable(best)

    # -- the verdict --------------------------------------------------------------------------------------------------

    def _required(self, candidate: Candidate) -> float:
        if self._painted and candidate.completion == self._painted:
            return self.gate.keep_at(len(candidate.completion))
        return self.gate.show_at(len(candidate.completion))

    def _passes(self, candidate: Candidate) -> bool:
        lower = _ratio(candidate.finished, self._total_estimate)
        return bool(candidate.completion) and lower > 0.0 and lower >= self._required(candidate)

    def _lengthen(self, passing: list[Candidate]) -> bytes | None:
        """Return the open state that could make an open-ended suggestion longer, or None if it is as long as it gets."""
        longest = max(passing, key=lambda c: (c.open_ended, len(c.key)))
        if not longest.open_ended or len(longest.key) - len(self.typed) >= LONGEST_OPEN_ENDED:
            return None
        state = self._states[longest.key]
        enough = self._attainable(state.mass) >= self.gate.lowest
        return longest.key if state.open and enough else None

    def _best_chain(self) -> list[_State] | None:
        """Return the open states of the chain that can attain most, or None where no chain can attain its cutoff."""
        best: list[_State] | None = None
        best_mass = 0.0
        for candidate in self.candidates():
            attainable = candidate.finished + candidate.open
            if attainable <= best_mass or self._attainable(attainable) < self._required(candidate):
                continue
            chain = self._chain(candidate) or [s for s in self._states.values() if s.open and s.uncertain]
            if chain:
                best, best_mass = chain, attainable
        for state, opened in self._open_chains():
            if opened > best_mass and self._attainable(opened) >= self.gate.lowest:
                best = [s for s in self._states.values() if s.open and state.key.startswith(s.key)]
                best_mass = opened
        return best

    def _chain(self, candidate: Candidate) -> list[_State]:
        return [
            state
            for state in self._states.values()
            if state.open
            and (candidate.key.startswith(state.key) or state.pending == candidate.key)
            and not (candidate.open_ended and state.key == candidate.key)
        ]

    def _open_chains(self) -> Iterator[tuple[_State, float]]:
        """Yield each open state with the open mass on the way to it: what an unseen word beyond it could attain."""
        opened = sorted((state for state in self._states.values() if state.open), key=lambda state: state.key)
        chain: list[_State] = []
        for state in opened:
            while chain and not state.key.startswith(chain[-1].key):
                chain.pop()
            chain.append(state)
            yield state, sum(s.mass for s in chain)


def _ratio(part: float, whole: float) -> float:
    return min(1.0, part / whole) if whole > 0.0 else 0.0


def _starts_apart(text: str) -> bool | None:
    """Return whether `text` begins something new after a finished word; None while it may still continue that word.

    >>> _starts_apart(" a"), _starts_apart("s"), _starts_apart("'"), _starts_apart("")
    (True, False, None, None)
    """
    found = scan("x" + text, 0)
    if found.end == 1 or found.newline:
        return True
    return None if not text or found.pending == 1 else False


def _is_broken(key: bytes, text: str) -> bool:
    """Return whether `text`, decoded from `key`, ends in the mark of bytes that are no UTF-8 (the mark itself is)."""
    return text.endswith("\ufffd") and not key.endswith(b"\xef\xbf\xbd")


def _decode(key: bytes) -> tuple[str, bool]:
    """Return the text of `key`, and whether it ends inside a character. Bytes that are no UTF-8 read as U+FFFD: a boundary.

    >>> _decode("né".encode()[:2]), _decode(b"a\\xff")
    (('n', True), ('a\ufffd', False))
    """
    try:
        return key.decode(), False
    except UnicodeDecodeError as error:
        partial = error.end == len(key) and error.reason == "unexpected end of data"
        return key[: error.start].decode() + ("" if partial else "\ufffd"), partial
