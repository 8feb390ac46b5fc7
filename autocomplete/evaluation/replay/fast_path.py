"""Decides a position at every cutoff without the search, where the model answers at once, exactly and with whole words.

For such a model, one word at a time, the search is a ladder: it asks about one state after the other, the same for every
cutoff, and a cutoff leaves it where a word passes or where nothing can reach it any more. Here the ladder is climbed once for
all cutoffs, with the sums in the order in which `mass_tree` does them, so that every number is the same to the last bit. Where
an answer is known at some cutoffs only, these part from the others, and each part climbs on by itself. What is of another kind
is None here and left to `cutoff_sweep`. A question whose answer could change nothing but the rounding of the last bit is
counted and not asked.

Invariant: what is returned is what `CutoffSweep.outcomes` returns, probabilities to within 1e-12.
The masses are kept in `flat_masses`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from autocomplete.core.backend import Request
from autocomplete.core.characters import is_hostile
from autocomplete.core.gate import ProbabilityMap
from autocomplete.core.root import Root
from autocomplete.evaluation.cutoff_ranges import STEPS, Span, kept_step, parts, step_below
from autocomplete.evaluation.replay.answers import ReplayAnswer, ReplayAnswers
from autocomplete.evaluation.replay.flat_masses import FlatMasses, capped_ratio
from autocomplete.evaluation.replay.positions import SweepOutcome, Way

_HIGH = itemgetter(1)

#: Steps of a ladder that are climbed here; far fewer than the search allows.
_MOST_STEPS = 32


@dataclass(frozen=True, slots=True)
class Crossings:
    """The highest cutoffs at which a probability at one position is enough.

    `correction`: what corrects a probability before it is compared, None where nothing does; `hysteresis`: 0..1.
    """

    hysteresis: float
    correction: ProbabilityMap | None = None

    def corrected(self, probability: float) -> float:
        """Return the probability that is compared with a cutoff, and shown to people."""
        return probability if self.correction is None else self.correction.of(probability)

    def shown_at(self, probability: float) -> float:
        """Return the greatest step that what has this probability reaches.

        >>> Crossings(0.2).shown_at(0.41237)
        0.4123
        """
        return step_below(self.corrected(probability))

    def kept_at(self, probability: float) -> float:
        """Return the greatest step at which what has this probability stays displayed."""
        return kept_step(self.corrected(probability), self.hysteresis)


class WholeWordFastPath:
    """One position: what is typed after `root` at offset `at`, whose masses so far come from the answer `first`."""

    def __init__(self, answers: ReplayAnswers, root: Root, at: int, masses: FlatMasses, first: ReplayAnswer) -> None:
        self._answers, self._first = answers, first
        self._root, self._at = root, at
        self._masses = masses
        self._crossings = Crossings(answers.hysteresis, answers.correction(root))
        self._max_requests = answers.engine.max_requests
        self._n_requests = 1
        self._asked: list[tuple[ReplayAnswer, Span]] = []  # on the way of this climb
        self._gave_up = False
        self._loosest: WholeWordFastPath | None = None  # how it goes on at the loosest cutoffs, where they part

    @classmethod
    def at(cls, answers: ReplayAnswers, root: Root, at: int) -> WholeWordFastPath | None:
        """Return the fast path at offset `at`, after `root`; None where the search itself must decide."""
        if not answers.at_once or is_hostile(root.typed):
            return None
        masses = FlatMasses(root.typed.encode(), len(root.typed))
        first = answers.ask_at_once(Request(root.context, masses.typed), at)
        if first.spans or not masses.feed(b"", first.distribution):  # where there are any, it was asked before
            return None
        return cls(answers, root, at, masses, first)

    def _outcome(self, low: float, high: float, word: bytes, *, shown: bool) -> SweepOutcome:
        completion, lower, upper = self._bounds(word)
        return SweepOutcome(low, high, completion if shown else "", completion, lower, upper, False, self._n_requests)

    def _bounds(self, word: bytes) -> tuple[str, float, float]:
        """Return what completes a finished word, and the bounds of its probability, corrected."""
        completion, lower, upper = self._masses.bounds(word)
        if not word:
            return completion, lower, upper
        return completion, self._crossings.corrected(lower), self._crossings.corrected(upper)

    async def outcomes(self, ways: Sequence[Way]) -> Sequence[list[SweepOutcome] | None]:
        """Return what is decided on each way, from strict to loose; None where the search itself must decide."""
        displayed = {number: self._displayed(way) for number, way in enumerate(ways) if way.displayed}
        fresh = self._undisplayed([(way.low, way.high) for way in ways if not way.displayed])
        for decided, asked in displayed.values():
            if decided is not None:
                self._note(asked)
        if not displayed:
            return fresh
        others = iter(fresh)
        return [displayed[number][0] if number in displayed else next(others) for number in range(len(ways))]

    async def likeliest(self) -> SweepOutcome | None:
        """Return the likeliest word by the known answers, as what is not shown; None where the search must decide."""
        if self._gave_up:
            return None
        if self._loosest is not None:
            return await self._loosest.likeliest()
        return self._outcome(-1.0, 1.0, self._masses.best, shown=False)

    def _note(self, asked: Iterable[tuple[ReplayAnswer, Span]]) -> None:
        for answer, span in asked:
            self._answers.note(answer, span)

    def _undisplayed(self, spans: Sequence[Span]) -> Sequence[list[SweepOutcome] | None]:
        """Return what is decided at each cutoff of some ranges, low to high, with nothing on the screen."""
        decided = self._climb(spans[0][0], spans[-1][1]) if spans else []
        if decided is None:
            self._gave_up = True
            return [None] * len(spans)
        self._note((self._first, span) for span in spans)
        for answer, (low, high) in self._asked:
            self._note((answer, (max(span[0], low), min(span[1], high))) for span in spans)
        return [decided] if len(spans) == 1 else [_clipped(decided, span) for span in spans]

    def _displayed(self, way: Way) -> tuple[list[SweepOutcome] | None, list[tuple[ReplayAnswer, Span]]]:
        """Return what is decided on a way with something on the screen, and what was asked for it at which cutoffs."""
        climber = self._branch() if self._masses.open else self
        target, span = self._masses.typed + way.displayed.encode(), (way.low, way.high)
        decided = climber._climb_displayed(target, *span)
        return decided, [(self._first, span), *climber._asked]

    def _climb_displayed(self, target: bytes, low: float, high: float) -> list[SweepOutcome] | None:
        """Return what is decided with the text `target` on the screen."""
        masses = self._masses
        spans = self._known_states().get(masses.typed)
        if not spans:
            return self._climb_displayed_on(target, low, high)
        if list(masses.open) != [masses.typed] or target in masses.finished:
            return None
        decided: list[SweepOutcome] = []  # where the answer about what is typed is known it is taken first
        for part, is_known in parts((low, high), spans):
            branch = self._branch()
            outcomes = branch._climb_displayed_on(target, *part) if not is_known or branch._take(masses.typed) else None
            if outcomes is None:
                return None
            decided += outcomes
            self._asked += branch._asked
        return _in_order(decided)

    def _climb_displayed_on(self, target: bytes, low: float, high: float) -> list[SweepOutcome] | None:
        decided: list[SweepOutcome] = []
        masses, crossings = self._masses, self._crossings
        while True:
            stays = masses.finished.get(target, 0.0)
            shows = crossings.shown_at(capped_ratio(masses.best_mass, masses.total)) if masses.best else -1.0
            keeps = crossings.kept_at(capped_ratio(stays, masses.total)) if stays else -1.0
            for crossing, chosen in ((keeps, target), (shows, masses.best)):
                if (reached := min(high, crossing)) > low:
                    decided.append(self._outcome(low, reached, chosen, shown=True))
                    low = reached
            more = self._more_displayed(target)
            if more is None:
                return None
            goes_on, chain = more
            goes_on = max(low, min(high, goes_on)) if self._n_requests < self._max_requests else low
            if goes_on < high:
                decided.append(self._outcome(goes_on, high, masses.best, shown=False))
            if goes_on <= low:
                return sorted(decided, key=_HIGH, reverse=True)
            high = goes_on
            if any(key != masses.typed for key in self._known_states()):
                return None
            if not self._expand(max(chain, key=lambda key: (masses.open[key], -len(key))), (low, high)):
                return None

    def _more_displayed(self, target: bytes) -> tuple[float, list[bytes]] | None:
        """Return up to which cutoff more is asked, with the text `target` on the screen, and the states to ask about for it."""
        masses = self._masses
        reach, chain = masses.chain()
        goes_on = self._crossings.shown_at(capped_ratio(reach, masses.total)) if chain else -1.0
        if any(target.startswith(key) for key in masses.open):
            if list(masses.open) != [masses.typed]:
                return None  # which state is asked about may depend on the cutoff
            if stays := masses.finished.get(target, 0.0):
                kept = self._crossings.kept_at(capped_ratio(stays + masses.open[masses.typed], masses.total))
                goes_on, chain = max(goes_on, kept), [masses.typed]
        return goes_on, chain

    def _climb(self, low: float, high: float) -> list[SweepOutcome] | None:
        decided: list[SweepOutcome] = []
        masses, crossings = self._masses, self._crossings
        while True:
            completion, lower, upper = self._bounds(masses.best)
            if masses.best and (reached := min(high, step_below(lower))) > low:
                decided.append(SweepOutcome(low, reached, completion, completion, lower, upper, False, self._n_requests))
                low = reached
            may_go_on = masses.open and crossings.corrected(masses.most()) + 1e-9 > low + 1.0 / STEPS
            reach, chain = masses.chain() if may_go_on else (0.0, [])
            goes_on = max(low, min(high, crossings.shown_at(capped_ratio(reach, masses.total)))) if chain else low
            known_states = self._known_states() if goes_on > low else {}
            if self._n_requests >= self._max_requests:
                if known_states:
                    return None  # a known answer costs nothing
                goes_on = low
            if goes_on < high:
                decided.append(SweepOutcome(goes_on, high, "", completion, lower, upper, False, self._n_requests))
            if goes_on <= low:
                decided.sort(key=_HIGH, reverse=True)
                return decided
            high = goes_on
            key = max(chain, key=lambda key: (masses.open[key], -len(key))) if len(chain) > 1 else chain[0]
            if known_states:
                branched = self._climb_branches(key, known_states, (low, high))
                return None if branched is None else _in_order([*decided, *branched])
            if not self._expand(key, (low, high)):
                return None

    def _known_states(self) -> dict[bytes, Sequence[Span]]:
        """Return the open states whose answers are known at some cutoffs, with those cutoffs."""
        asked_ends = self._answers.asked_ends
        maybe = [key for key in self._masses.open if self._ends_at(key) in asked_ends]
        if not maybe:
            return {}
        asked_at = {key: self._answers.asked_at(self._request(key)) for key in maybe}
        return {key: spans for key, spans in asked_at.items() if spans}

    def _climb_branches(self, key: bytes, known_states: dict[bytes, Sequence[Span]], span: Span) -> list[SweepOutcome] | None:
        """Return what is decided where state `key` is next, and the answers about some states are known at some cutoffs.

        Where the next answer is not known, but another that could help is, that is taken first: it costs nothing.
        """
        masses, opened = self._masses, self._masses.open
        helps = {
            state: self._crossings.shown_at(capped_ratio(masses.reach_with(state), masses.total)) for state in known_states
        }
        helps[key] = 1.0
        cuts = {border for spans in known_states.values() for asked in spans for border in asked} | {*helps.values()}
        borders = [span[0], *sorted(cut for cut in cuts if span[0] < cut < span[1]), span[1]]
        steps: list[tuple[bytes | None, float, float]] = []
        for low, high in pairwise(borders):
            at_hand = [
                s for s in known_states if high <= helps[s] and any(asked[0] < high <= asked[1] for asked in known_states[s])
            ]
            first = key if key in at_hand else min(at_hand, key=lambda s: (-opened[s], len(s), s), default=None)
            if steps and steps[-1][0] == first:
                steps[-1] = first, steps[-1][1], high
            else:
                steps.append((first, low, high))
        decided: list[SweepOutcome] = []
        for first, low, high in reversed(steps):
            branch = self._loosest = self._branch()
            grown = branch._expand(key, (low, high)) if first is None else branch._take(first)
            outcomes = branch._climb(low, high) if grown else None
            if outcomes is None:
                return None
            decided += outcomes
            self._asked += branch._asked
        return decided

    def _branch(self) -> WholeWordFastPath:
        """Return a copy that goes on from here by itself."""
        other = copy(self)
        other._masses, other._asked = self._masses.branch(), []
        return other

    def _take(self, key: bytes) -> bool:
        """Take a known answer; return whether it is in whole words."""
        answer = self._answers.ask_at_once(self._request(key), self._ends_at(key))
        return self._masses.feed(key, answer.distribution)

    def _expand(self, key: bytes, span: Span) -> bool:
        """Ask about an open state at the cutoffs of `span`; return whether this can still be decided here."""
        if self._n_requests > _MOST_STEPS:
            return False
        self._n_requests += 1
        if self._is_idle(key, span):
            self._masses.rest(key)
            return True
        answer = self._answers.ask_at_once(self._request(key), self._ends_at(key))
        self._asked.append((answer, span))
        return self._masses.feed(key, answer.distribution)

    def _is_idle(self, key: bytes, span: Span) -> bool:
        """Return whether the answer about an open state could change nothing: what follows a word that may end at the cursor,
        where another word is likelier than that end, and nothing that follows it can be shown at these cutoffs.

        Its mass stays where it is then. No later question is the same, for it ends at the cursor.
        """
        masses, n_typed = self._masses, len(key)
        if key != masses.typed or not self._answers.ends_words or not self._root.typed[-1:].isalpha():
            return False
        mass = masses.open[key]
        if mass >= masses.best_mass or masses.prefixes != [key]:
            return False
        if self._crossings.corrected(capped_ratio(mass, masses.total)) > span[0]:
            return False
        return all(word[n_typed : n_typed + 1].isalpha() for word in masses.finished)  # none that a mark could belong to

    def _ends_at(self, key: bytes) -> int:
        """Return the offset at which a question about a state ends."""
        typed = self._masses.typed
        if key.isascii() and typed.isascii():
            return self._at + len(key) - len(typed)
        return self._at + len(key.decode()) - len(self._root.typed)

    def _request(self, key: bytes) -> Request:
        return Request(self._root.context + key.decode(), self._masses.typed[len(key) :])


def _clipped(outcomes: Iterable[SweepOutcome], span: Span) -> list[SweepOutcome]:
    """Return the parts of outcomes that lie in a range of cutoffs."""
    low, high = span
    return [o.clipped(low, high) for o in outcomes if o.low < high and low < o.high]


def _in_order(outcomes: Iterable[SweepOutcome]) -> list[SweepOutcome]:
    """Return outcomes from strict to loose, neighbours that are alike as one."""
    decided: list[SweepOutcome] = []
    for outcome in sorted(outcomes, key=_HIGH, reverse=True):
        if decided and decided[-1].low == outcome.high and decided[-1][2:] == outcome[2:]:
            decided[-1] = decided[-1]._replace(low=outcome.low)
        else:
            decided.append(outcome)
    return decided
