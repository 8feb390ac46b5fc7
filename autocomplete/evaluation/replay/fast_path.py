"""Decisions at every cutoff worked out without the search, where the model answers at once, exactly and with whole words.

For such a model, one word at a time, the search is a ladder: it asks about one state after the other, the same for every
cutoff, and a cutoff leaves it where a word passes or where nothing can reach it any more. Here the ladder is climbed once for
all cutoffs, with the sums in the order in which `tree` does them, so that every number is the same to the last bit. Where an
answer is at hand at some cutoffs only, these part from the others, and each part climbs on by itself. Whatever is not of the
plain kind is left to `sweep`, which runs the engine itself. A question whose answer could change nothing but the rounding of
the last bit is counted and not asked.

Invariant: what is returned is what `CutoffSweep.outcomes` returns, probabilities to within 1e-12.
The masses are kept in `masses`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from itertools import pairwise
from operator import itemgetter

from autocomplete.core.backend import Request
from autocomplete.core.characters import is_hostile
from autocomplete.core.root import Root
from autocomplete.evaluation.cutoff_ranges import STEPS, Span, parts, step_below
from autocomplete.evaluation.replay.crossings import Crossings
from autocomplete.evaluation.replay.cutoff_sweep import CutoffSweep, SweepAnswer, SweepOutcome
from autocomplete.evaluation.replay.flat_masses import FlatMasses, Odd, ratio

_HIGH = itemgetter(1)

#: Steps of a ladder that are climbed here; far fewer than the search allows.
_MOST_STEPS = 32


class Look:
    """One position: what is typed after `root` at offset `at`, and the answer to the first question about it."""

    def __init__(self, sweep: CutoffSweep, root: Root, at: int, typed: bytes, answer: SweepAnswer) -> None:
        self._sweep, self._first = sweep, answer
        self._root, self._at = root, at
        self._masses = FlatMasses(typed, len(root.typed))
        self._edges = Crossings(sweep.hysteresis, sweep.correction(root))
        self._n_requests = 1
        self._asked: list[tuple[SweepAnswer, Span]] = []  # on the way of this climb
        self._displayed: list[tuple[SweepAnswer, Span]] = []  # the same of all climbs with something painted
        self._is_odd = False
        self._loosest: Look | None = None  # how it goes on at the loosest cutoffs, where they part
        self._masses.feed(b"", answer.distribution)

    def _outcome(self, low: float, high: float, word: bytes, *, shown: bool) -> SweepOutcome:
        completion, lower, upper = self._told(word)
        return SweepOutcome(low, high, completion if shown else "", completion, lower, upper, False, self._n_requests)

    def _told(self, word: bytes) -> tuple[str, float, float]:
        """Return what completes a finished word, and the bounds of its probability as they are told."""
        completion, lower, upper = self._masses.told(word)
        return (completion, self._edges.told(lower), self._edges.told(upper)) if word else (completion, lower, upper)

    # -- all cutoffs --------------------------------------------------------------------------------------------------

    def outcomes(self, spans: Sequence[Span]) -> Sequence[list[SweepOutcome] | None]:
        """Return what is decided at each cutoff of some ranges, low to high, with nothing painted; each from strict to loose.

        None where the search itself must tell. To be asked last: it notes what was asked at which cutoffs.
        """
        found: list[SweepOutcome] | None = None
        try:
            found = self._climb(spans[0][0], spans[-1][1]) if spans else []
        except Odd:
            self._is_odd = True
        note = self._sweep.note
        for answer, span in self._displayed:
            note(answer, span)
        if found is None:
            return [None] * len(spans)
        for span in spans:
            note(self._first, span)
        for answer, (low, high) in self._asked:
            for span in spans:
                note(answer, (max(span[0], low), min(span[1], high)))
        return [found] if len(spans) == 1 else [_clipped(found, span) for span in spans]

    def likeliest(self) -> SweepOutcome | None:
        """Return the likeliest word by the answers at hand, as what is not shown; None where the search must tell."""
        if self._is_odd:
            return None
        if self._loosest is not None:
            return self._loosest.likeliest()
        try:
            _, word, _ = self._masses.weigh()
        except Odd:
            return None
        return self._outcome(-1.0, 1.0, word, shown=False)

    def displayed(self, displayed: str, span: Span) -> list[SweepOutcome] | None:
        """Return what is decided at each cutoff of a range with `displayed` on the screen, from strict to loose.

        None where the search itself must tell. To be asked before `outcomes`.
        """
        typed = self._masses.typed
        climber = Look(self._sweep, self._root, self._at, typed, self._first) if self._masses.open else self
        try:
            found = climber._climb_painted(typed + displayed.encode(), *span)
        except Odd:
            return None
        self._displayed += [(self._first, span), *climber._asked]
        climber._asked.clear()
        return found

    def _climb_painted(self, target: bytes, low: float, high: float) -> list[SweepOutcome]:
        if spans := self._known().get(self._masses.typed):
            return self._climb_painted_with(spans, target, (low, high))
        return self._climb_painted_on(target, low, high)

    def _climb_painted_with(self, spans: Sequence[Span], target: bytes, span: Span) -> list[SweepOutcome]:
        """Return the same where the answer about what is typed is at hand at some cutoffs: there it is taken first."""
        if list(self._masses.open) != [self._masses.typed] or target in self._masses.finished:
            raise Odd
        found: list[SweepOutcome] = []
        for (low, high), is_known in parts(span, spans):
            branch = self._branch()
            if is_known:
                branch._take(self._masses.typed)
            found += branch._climb_painted_on(target, low, high)
            self._asked += branch._asked
        return _in_order(found)

    def _climb_painted_on(self, target: bytes, low: float, high: float) -> list[SweepOutcome]:
        found: list[SweepOutcome] = []
        while True:
            total, word, mass = self._masses.weigh()
            stays = self._masses.finished.get(target, 0.0)
            shows = self._edges.shown_at(ratio(mass + 0.0, total)) if word else -1.0
            keeps = self._edges.kept_at(ratio(stays + 0.0, total)) if stays else -1.0
            for edge, chosen in ((keeps, target), (shows, word)):
                if (reached := min(high, edge)) > low:
                    found.append(self._outcome(low, reached, chosen, shown=True))
                    low = reached
            goes_on, chain = self._goes_on(target, mass, total)
            goes_on = max(low, min(high, goes_on)) if self._n_requests < self._sweep.max_requests else low
            if goes_on < high:
                found.append(self._outcome(goes_on, high, word, shown=False))
            if goes_on <= low:
                return sorted(found, key=_HIGH, reverse=True)
            high = goes_on
            if any(key != self._masses.typed for key in self._known()):
                raise Odd
            self._expand(max(chain, key=lambda key: (self._masses.open[key], -len(key))), (low, high))

    def _goes_on(self, target: bytes, best: float, total: float) -> tuple[float, list[bytes]]:
        """Return up to which cutoff more is asked, with the text `target` painted, and the states to ask about for it."""
        reach, chain = self._masses.chain(best)
        goes_on = self._edges.shown_at(ratio(reach, total - 0.0)) if chain else -1.0
        if any(target.startswith(key) for key in self._masses.open):
            if list(self._masses.open) != [self._masses.typed]:
                raise Odd  # which state is asked about may depend on the cutoff
            if stays := self._masses.finished.get(target, 0.0):
                kept = self._edges.kept_at(ratio(stays + self._masses.open[self._masses.typed], total))
                goes_on, chain = max(goes_on, kept), [self._masses.typed]
        return goes_on, chain

    def _climb(self, low: float, high: float) -> list[SweepOutcome]:
        found: list[SweepOutcome] = []
        masses, edges, budget = self._masses, self._edges, self._sweep.max_requests
        while True:
            total, word, mass = masses.weigh()
            completion, lower, upper = self._told(word)
            if word and (reached := min(high, step_below(lower))) > low:
                found.append(SweepOutcome(low, reached, completion, completion, lower, upper, False, self._n_requests))
                low = reached
            may_go_on = masses.open and edges.told(masses.most(mass, total)) + 1e-9 > low + 1.0 / STEPS
            reach, chain = masses.chain(mass) if may_go_on else (0.0, [])
            goes_on = max(low, min(high, edges.shown_at(ratio(reach, total)))) if chain else low
            known = self._known() if goes_on > low else {}
            if self._n_requests >= budget:
                if known:
                    raise Odd  # what is at hand costs nothing
                goes_on = low
            if goes_on < high:
                found.append(SweepOutcome(goes_on, high, "", completion, lower, upper, False, self._n_requests))
            if goes_on <= low:
                found.sort(key=_HIGH, reverse=True)
                return found
            high = goes_on
            key = max(chain, key=lambda key: (masses.open[key], -len(key))) if len(chain) > 1 else chain[0]
            if known:
                return _in_order([*found, *self._climb_branches(key, known, (low, high))])
            self._expand(key, (low, high))

    def _known(self) -> dict[bytes, Sequence[Span]]:
        """Return the open states whose answers are at hand at some cutoffs, with those."""
        asked_at = self._sweep.asked_ends
        maybe = [key for key in self._masses.open if self._ends_at(key) in asked_at]
        if not maybe:
            return {}
        found = {key: self._sweep.asked_at(self._request(key)) for key in maybe}
        return {key: spans for key, spans in found.items() if spans}

    def _climb_branches(self, key: bytes, known: dict[bytes, Sequence[Span]], span: Span) -> list[SweepOutcome]:
        """Return what is decided where state `key` is next, and the answers about some states are at hand at some cutoffs.

        Where the next answer is not at hand, but another that could help is, that is taken first: it costs nothing.
        """
        (total, _, _), opened = self._masses.weigh(), self._masses.open
        helps = {state: self._edges.shown_at(ratio(self._masses.reach_with(state), total)) for state in known}
        helps[key] = 1.0
        cuts = {edge for spans in known.values() for low_high in spans for edge in low_high} | {*helps.values()}
        edges = [span[0], *sorted(edge for edge in cuts if span[0] < edge < span[1]), span[1]]
        steps: list[tuple[bytes | None, float, float]] = []
        for low, high in pairwise(edges):
            at_hand = [s for s in known if high <= helps[s] and any(asked[0] < high <= asked[1] for asked in known[s])]
            first = key if key in at_hand else min(at_hand, key=lambda s: (-opened[s], len(s), s), default=None)
            if steps and steps[-1][0] == first:
                steps[-1] = first, steps[-1][1], high
            else:
                steps.append((first, low, high))
        found: list[SweepOutcome] = []
        for first, low, high in reversed(steps):
            branch = self._loosest = self._branch()
            if first is None:
                branch._expand(key, (low, high))
            else:
                branch._take(first)
            found += branch._climb(low, high)
            self._asked += branch._asked
        return found

    def _branch(self) -> Look:
        """Return a look that goes on from here by itself."""
        other = copy(self)
        other._masses, other._asked = self._masses.branch(), []
        return other

    def _take(self, key: bytes) -> None:
        """Take an answer that is at hand."""
        answer = self._sweep.answered(self._request(key), self._ends_at(key))
        self._masses.feed(key, answer.distribution)

    def _expand(self, key: bytes, span: Span) -> None:
        if self._n_requests > _MOST_STEPS:
            raise Odd
        self._n_requests += 1
        if self._is_idle(key, span):
            self._masses.rest(key)
            return
        answer = self._sweep.answered(self._request(key), self._ends_at(key))
        self._asked.append((answer, span))
        self._masses.feed(key, answer.distribution)

    def _is_idle(self, key: bytes, span: Span) -> bool:
        """Return whether the answer about an open state could change nothing: what follows a word that may end at the cursor,
        where another word is likelier than that end, and nothing that follows it can be shown at these cutoffs.

        Its mass stays where it is then. No later question is the same, for it ends at the cursor.
        """
        if key != self._masses.typed or not self._sweep.ends_words or not self._root.typed[-1:].isalpha():
            return False
        mass, n_typed = self._masses.open[key], len(key)
        total, _, best = self._masses.weigh()
        if mass >= best or self._edges.told(ratio(mass, total)) > span[0] or self._masses.prefixes != [key]:
            return False
        words = self._masses.finished
        return all(word[n_typed : n_typed + 1].isalpha() for word in words)  # none that a mark could belong to

    def _ends_at(self, key: bytes) -> int:
        """Return the offset at which a question about a state ends."""
        typed = self._masses.typed
        if key.isascii() and typed.isascii():
            return self._at + len(key) - len(typed)
        return self._at + len(key.decode()) - len(self._root.typed)

    def _request(self, key: bytes) -> Request:
        return Request(self._root.context + key.decode(), self._masses.typed[len(key) :])


def look(sweep: CutoffSweep, root: Root, at: int) -> Look | None:
    """Return a look at offset `at`, after `root`; None where the search itself must tell."""
    if not sweep.is_plain or is_hostile(root.typed):
        return None
    typed = root.typed.encode()
    answer = sweep.answered(Request(root.context, typed), at)
    if answer.spans:
        return None  # it was asked before
    try:
        return Look(sweep, root, at, typed, answer)
    except Odd:
        return None


def _clipped(outcomes: Iterable[SweepOutcome], span: Span) -> list[SweepOutcome]:
    """Return the parts of outcomes that lie in a range of cutoffs."""
    low, high = span
    return [o.clipped(low, high) for o in outcomes if o.low < high and low < o.high]


def _in_order(outcomes: Iterable[SweepOutcome]) -> list[SweepOutcome]:
    """Return outcomes from strict to loose, neighbours that are alike as one."""
    found: list[SweepOutcome] = []
    for outcome in sorted(outcomes, key=_HIGH, reverse=True):
        if found and found[-1].low == outcome.high and found[-1][2:] == outcome[2:]:
            found[-1] = found[-1]._replace(low=outcome.low)
        else:
            found.append(outcome)
    return found
