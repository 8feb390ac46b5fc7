"""The best-first search for the next word: which text to ask about, and what the answers prove.

Invariant: for every candidate, `lower <= P(word | context, typed) <= upper` holds whatever the unseen tokens are (in
`certified` mode), where the text is generated token by token from the distributions fed in. Pure: it never asks; `next()`
names the state to ask about and `feed()` takes the answer; the masses are kept in `mass_tree`.

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

from operator import attrgetter

from autocomplete.core.boundaries import scan
from autocomplete.core.characters import is_hostile
from autocomplete.core.decision import Alternative, Mode
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import Gate, ProbabilityMap
from autocomplete.core.mass_tree import Candidate, MassState, MassTree, StateMass
from autocomplete.core.word_prior import Prior

#: Longest open-ended completion (scripts without spaces, long compounds), in bytes.
LONGEST_OPEN_ENDED = 36


class Search:
    """One search for the word that follows `typed`, the text since the root.

    `mode`: what becomes of unseen mass at states shorter than `typed`: `certified` holds all of it against every candidate,
    `estimated` only the share that `prior` gives to texts compatible with `typed`. `displayed`: the completion on the screen, a
    candidate even unseen. `after`: the word known to have ended at the root, if any. `correction`: every bound is corrected by
    it where it is worked out, so what is compared with the gate is what is returned. It grows strictly, so it changes no order.

    >>> from autocomplete.core.gate import FixedCutoff
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
        displayed: str = "",
        after: str = "",
        correction: ProbabilityMap | None = None,
    ) -> None:
        self.gate = gate
        self.correction = correction
        self.mode = mode if prior is not None else Mode.CERTIFIED
        self._displayed = displayed
        self._tree = MassTree(typed, prior=prior if mode is Mode.ESTIMATED else None, after=after, correction=correction)
        text = typed + displayed
        if displayed and not is_hostile(displayed) and scan(text, len(typed), ended=True).end == len(text):
            open_ended = scan(text, len(typed)).open_ended
            self._tree.expect(text.encode("utf-8", "surrogatepass"), open_ended=open_ended)

    @property
    def typed(self) -> bytes:
        """What is typed since the root."""
        return self._tree.typed

    @property
    def target(self) -> bytes:
        """The one text after the root that is searched for, b"" where any word will do."""
        return b""

    def next(self) -> bytes | None:
        """Return the state whose expansion can change the verdict most, or None when it is settled."""
        root = self._tree[b""]
        if root.open:
            return b""
        passing = [c for c in self._tree.candidates() if self._passes(c)]
        if passing:
            return self._lengthen(passing)
        chain = self._best_chain()
        if chain is None:
            return None
        return max(chain, key=lambda state: (state.mass, -len(state.key))).key

    def useful(self) -> list[bytes]:
        """Return every open state that lies on a chain which can attain its cutoff, heaviest first.

        `next()` is one of them. Where the answers about others are known they come first: they cost nothing, and what they
        showed of a word before its next letter was typed holds on.
        """
        masses: dict[bytes, float] = {}
        for candidate in self._tree.candidates():
            if self._can_pass(candidate):
                masses.update((state.key, state.mass) for state in self._chain(candidate))
        for head, opened in self._tree.open_chains():
            if self.gate.may_pass(self._tree.attainable(opened)):
                masses.update((s.key, s.mass) for s in self._tree.opened() if head.key.startswith(s.key))
        return sorted(masses, key=lambda key: (-masses[key], len(key), key))

    def towards_displayed(self) -> list[bytes]:
        """Return the open states on the way to the displayed completion, shortest first, while it has not passed.

        Another word may pass first; what is displayed must not give way to it while known answers can prove that it may stay.
        """
        if not self._displayed or any(c.completion == self._displayed and self._passes(c) for c in self._tree.candidates()):
            return []
        target = self.typed + self._displayed.encode("utf-8", "surrogatepass")
        ways = (s for s in self._tree.opened() if target.startswith(s.key) or s.pending == target)
        return sorted(state.key for state in ways)

    def feed(self, key: bytes, distribution: Distribution, *, filtered: bool = False) -> None:
        """Take the answer for an open state. `filtered`: it is conditional on what is typed beyond that state.

        Raises KeyError where `key` is no open state.
        """
        self._tree.feed(key, distribution, filtered=filtered)

    def states(self) -> list[StateMass]:
        """Return every state with its open and unseen share of the compatible mass, heaviest first."""
        return self._tree.states()

    def alternatives(self) -> tuple[Alternative, ...]:
        """Return all candidates for people and gates: likeliest first, same completion once."""
        best: dict[str, Alternative] = {}
        for candidate in self._tree.candidates():
            if not candidate.completion:
                continue
            alternative = Alternative(
                candidate.completion,
                self._tree.bounds(candidate),
                self._tree.attainable(candidate.attainable),
                candidate.open_ended,
            )
            other = best.get(candidate.completion)
            if other is None or other.bounds.lower < alternative.bounds.lower:
                best[candidate.completion] = alternative
        return tuple(sorted(best.values(), key=lambda a: (-a.bounds.lower, -a.attainable, -a.bounds.upper, a.completion)))

    @property
    def attainable(self) -> float:
        """The most that any word, seen or not, could reach by asking more. 0..1."""
        best = max((c.attainable for c in self._tree.candidates()), default=0.0)
        best = max([best, *(opened for _, opened in self._tree.open_chains())])
        return self._tree.attainable(best)

    def _passes(self, candidate: Candidate) -> bool:
        lower = self._tree.lower(candidate)
        completion = candidate.completion
        return lower > 0.0 and completion != "" and self.gate.allows(completion, lower, self._displayed)

    def _can_pass(self, candidate: Candidate) -> bool:
        attainable = self._tree.attainable(candidate.attainable)
        return self.gate.allows(candidate.completion, attainable, self._displayed)

    def _lengthen(self, passing: list[Candidate]) -> bytes | None:
        """Return the open state that could make an open-ended suggestion longer, or None if it is as long as it gets."""
        longest = max(passing, key=lambda c: (c.open_ended, len(c.key)))
        if not longest.open_ended or len(longest.key) - len(self.typed) >= LONGEST_OPEN_ENDED:
            return None
        state = next((state for state in self._tree.opened() if state.key == longest.key), None)
        enough = state is not None and self.gate.may_pass(self._tree.attainable(state.mass))
        return longest.key if enough else None

    def _best_chain(self) -> list[MassState] | None:
        """Return the open states of the chain that can attain most, or None where no chain can attain its cutoff."""
        best: list[MassState] | None = None
        best_mass = 0.0
        for candidate in sorted(self._tree.candidates(), key=attrgetter("attainable"), reverse=True):
            if not self._displayed and not self.gate.may_pass(self._tree.attainable(candidate.attainable)):
                break  # nor can any that follows
            if not candidate.attainable or not self._can_pass(candidate):
                continue
            if chain := self._chain(candidate) or [s for s in self._tree.opened() if s.uncertain]:
                best, best_mass = chain, candidate.attainable
                break
        for state, opened in self._tree.open_chains():
            if opened > best_mass and self.gate.may_pass(self._tree.attainable(opened)):
                best = [s for s in self._tree.opened() if state.key.startswith(s.key)]
                best_mass = opened
        return best

    def _chain(self, candidate: Candidate) -> list[MassState]:
        return [
            state
            for state in self._tree.opened()
            if (candidate.key.startswith(state.key) or state.pending == candidate.key)
            and not (candidate.open_ended and state.key == candidate.key)
        ]
