"""The masses of a search: how much probability has reached which text, finished as a word, open, or unseen.

Invariant: mass is conserved but for what turns out to be incompatible with what is typed, which leaves. Expanding a state s of
mass m moves m * p(token) to s + token; different tokenizations of one text are one state. Pure: it neither asks nor judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from autocomplete.core.boundaries import Scan, scan
from autocomplete.core.characters import is_hostile, whole_graphemes
from autocomplete.core.decision import Bounds
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import ProbabilityMap
from autocomplete.core.word_prior import Prior, compatible_share, ending_share


@dataclass(slots=True)
class MassState:
    """The text `key` after the root: open (`mass` still to be resolved) or expanded (`residual` unseen)."""

    key: bytes
    mass: float
    open: bool = True
    answer: Distribution | None = None
    residual: float = 0.0
    share: float = 1.0  # share of the unseen mass that is taken to be compatible with what is typed
    ending: float = 0.0  # share of the unseen mass that is taken to end the word of this state
    uncertain: bool = False  # may still turn out to continue the word before the root
    loose: bool = False  # unseen mass that may be incompatible with what is typed, yet lies on no listed word's chain
    pending: bytes | None = None  # the word that this state finishes if what follows is a boundary
    word: bytes | None = None  # the word that this state itself would finish


@dataclass(frozen=True, slots=True)
class StateMass:
    """A state for people: its text after the root, its share of all compatible mass, open and unseen (0..1)."""

    key: bytes
    open: float
    unseen: float


@dataclass(slots=True)  # not frozen: dozens are made at every key, and freezing triples their cost
class Candidate:
    """A candidate with its masses: finished, open on its chain, and unseen on its chain. `key` is text after the root.

    `expected`: of the unseen mass, what is taken to finish it too (0 where nothing is estimated).
    """

    key: bytes
    completion: str
    finished: float
    open: float
    residual: float
    expected: float = 0.0
    open_ended: bool = False

    @property
    def attainable(self) -> float:
        """The mass that can count as finished once all that is open is resolved."""
        return self.finished + self.expected + self.open


class MassTree:
    """The states reachable from the root and compatible with `typed`, and the words they finish.

    `prior`: shares out unseen mass where it is given; without it all of it is held against every candidate. `after`: the word
    that is known to have ended at the root, if any: what continues it is incompatible. `correction`: of every
    probability that is worked out from the masses; it leaves the masses and their shares alone.
    """

    def __init__(
        self,
        typed: str,
        *,
        prior: Prior | None = None,
        after: str = "",
        correction: ProbabilityMap | None = None,
    ) -> None:
        self.typed = typed.encode("utf-8", "surrogatepass")
        self._prior = prior
        self._probability = _ratio if correction is None else lambda part, whole: correction.of(_ratio(part, whole))
        self._after = after
        self._cursor = len(typed)
        self._states: dict[bytes, MassState] = {b"": MassState(b"", 1.0)}
        self._finished: dict[bytes, float] = {}
        self._open_ended: dict[bytes, None] = {}  # texts that are candidates without an end, in the order seen
        self._expected = b""
        self._off = 0.0  # certain mass that is no word: line breaks, the end, bytes that are no text
        self._candidates: list[Candidate] | None = None
        self._chains: list[tuple[MassState, float]] | None = None
        self._total = 1.0
        self._total_estimate = 1.0
        self._uncertain = self._uncertain_open = 0.0

    def __getitem__(self, key: bytes) -> MassState:
        return self._states[key]

    def opened(self) -> list[MassState]:
        """Return the open states."""
        return [state for state in self._states.values() if state.open]

    def open_chains(self) -> list[tuple[MassState, float]]:
        """Return each open state with the open mass on the way to it: what an unseen word beyond it could attain."""
        if self._chains is None:
            self._chains = []
            chain: list[tuple[MassState, float]] = []
            for state in sorted(self.opened(), key=attrgetter("key")):
                while chain and not state.key.startswith(chain[-1][0].key):
                    chain.pop()
                chain.append((state, state.mass + (chain[-1][1] if chain else 0.0)))
                self._chains.append(chain[-1])
        return self._chains

    def expect(self, text: bytes, *, open_ended: bool = False) -> None:
        """Let a text after the root be a candidate even where nothing that was seen is it: a word, or one without an end."""
        if open_ended:
            self._open_ended[text] = None
        else:
            self._finished.setdefault(text, 0.0)
        self._expected, self._candidates = text, None

    def feed(self, key: bytes, distribution: Distribution, *, filtered: bool = False) -> None:
        """Take the answer for an open state. `filtered`: it is conditional on what is typed beyond that state.

        Raises KeyError where `key` is no open state.
        """
        state = self._states[key]
        if not state.open:
            raise KeyError(key)
        mass, state.mass, state.open = state.mass, 0.0, False
        state.answer = distribution
        if self._prior is not None:
            if not filtered:
                state.share = compatible_share(self._prior, self.typed[len(key) :], distribution)
            if state.word is not None:
                state.ending = ending_share(self._prior, state.word.decode(), self._cursor)
        state.loose = distribution.whole_words and not filtered and len(key) < len(self.typed)
        self._spread(state, distribution, mass)
        self._candidates = self._chains = None

    def _spread(self, state: MassState, answer: Distribution, mass: float) -> None:
        """Move mass that has reached an expanded state on to where its answer sends it."""
        state.residual += mass * answer.residual
        rest = self.typed[len(state.key) :]
        for token, probability in answer.tokens:
            if token.startswith(rest) or rest.startswith(token):
                self._place(state.key + token, mass * probability, answer.whole_words)
        if answer.end:
            self._end(state, mass * answer.end)

    def _place(self, key: bytes, mass: float, ended: bool) -> None:
        """Put mass that has reached the text `key`, compatible with what is typed, where it belongs."""
        state = self._states.get(key)
        if state is not None:
            self._add(state, mass)
            return
        text, partial = _decode(key)
        fork = _starts_apart(self._after, text) if self._after else True
        if fork is False:
            return
        parsed = scan(text, self._cursor, ended=ended and not partial)
        if is_hostile(text) and self._is_kept_out(text[: parsed.end]):
            self._off += mass
        elif parsed.end is not None:
            word = text[: parsed.end].encode()
            self._finished[word] = self._finished.get(word, 0.0) + mass
        elif parsed.newline or _is_broken(key, text):
            self._off += mass
        else:
            state = self._states[key] = self._new_state(key, text, parsed, partial)
            state.uncertain = fork is None
            self._add(state, mass)

    def _is_kept_out(self, text: str) -> bool:
        """Return whether `text`, as far as its word goes, would be inserted with hostile characters and nobody expects it."""
        return is_hostile(text[self._cursor :]) and not self._expected.startswith(text.encode())

    def _add(self, state: MassState, mass: float) -> None:
        """Add mass to a state that exists."""
        if state.open:
            state.mass += mass
        elif state.answer is not None:
            self._spread(state, state.answer, mass)
        else:  # ends inside a character: a text API cannot be asked about it
            state.residual += mass

    def _new_state(self, key: bytes, text: str, parsed: Scan, partial: bool) -> MassState:
        state = MassState(key, 0.0, open=not partial)
        if parsed.start is None:
            return state
        if parsed.pending is not None:
            if parsed.pending > self._cursor:
                state.pending = text[: parsed.pending].encode()
        elif len(text) > self._cursor:
            if partial:
                state.pending = text.encode()
            else:
                state.word = key
                if parsed.open_ended:
                    self._open_ended[key] = None
        return state

    def _end(self, state: MassState, mass: float) -> None:
        """The text ends at `state`: that finishes a word beyond the cursor, and is no word at or before it."""
        if not state.key.startswith(self.typed):
            return
        word = state.word or state.pending
        if word is None:
            self._off += mass
        else:
            self._finished[word] = self._finished.get(word, 0.0) + mass

    def candidates(self) -> list[Candidate]:
        """Return every candidate seen so far with its masses, in no particular order."""
        if self._candidates is None:
            self._candidates = list(self._weigh())
        return self._candidates

    def _weigh(self) -> Iterator[Candidate]:
        states = self._states
        self._total = self._total_estimate = self._off + sum(self._finished.values())
        self._uncertain = self._uncertain_open = 0.0
        words: dict[bytes, list[float]] = {word: [mass, 0.0, 0.0] for word, mass in self._finished.items()}
        for state in states.values():
            self._total += state.mass + state.residual
            self._total_estimate += state.mass + state.residual * state.share
            if state.uncertain or state.loose:
                self._uncertain += state.mass + state.residual
                self._uncertain_open += state.mass if state.uncertain else 0.0
            if state.word is not None and state.word not in self._open_ended:
                words.setdefault(state.word, [0.0, 0.0, 0.0])
            if state.pending is not None:
                masses = words.setdefault(state.pending, [0.0, 0.0, 0.0])
                masses[1] += state.mass
                masses[2] += state.residual
        heads = sorted(states)
        chain: list[MassState] = []
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
            head = states.get(word)
            expected = head.residual * head.ending if head is not None else 0.0
            yield Candidate(word, self._completion(word), finished, opened, unseen, expected)
        yield from map(self.beginning, self._open_ended)

    def beginning(self, key: bytes) -> Candidate:
        """Return the text `key` as a candidate whose end is not waited for: all that starts with it counts as finished."""
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

    def lower(self, candidate: Candidate) -> float:
        """Return the lower bound of a candidate's word probability."""
        return self._probability(candidate.finished + candidate.expected, self._total_estimate)

    def bounds(self, candidate: Candidate) -> Bounds:
        """Return the bounds of a candidate's word probability."""
        lower = self.lower(candidate)
        reachable = candidate.finished + candidate.open + candidate.residual
        upper = self._probability(reachable, self._total - self._uncertain)
        return Bounds(lower, max(lower, upper))

    def attainable(self, mass: float) -> float:
        """Return the most that a lower bound can become if `mass` is all that can count as finished."""
        if self._candidates is None:
            self.candidates()
        return self._probability(mass, self._total_estimate - self._uncertain_open)


def _ratio(part: float, whole: float) -> float:
    """Return `part / whole`, 1 where rounding or uncertain mass would make it more, 0 where there is no part."""
    if part < whole:
        return part / whole
    return 1.0 if part > 0.0 else 0.0


def _starts_apart(word: str, text: str) -> bool | None:
    """Return whether `text` begins something new after the end of `word`; None while it may still continue that word.

    >>> [_starts_apart("so", text) for text in (" a", "s", "'", "")], [_starts_apart("3", text) for text in (".", "a")]
    ([True, False, None, None], [None, False])
    """
    parsed = scan(word + text, len(word) - 1)
    if parsed.end == len(word):
        return True
    return None if not text or parsed.pending == len(word) else False


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
