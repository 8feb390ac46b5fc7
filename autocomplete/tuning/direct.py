"""Decisions at every cutoff worked out without the search, where the model answers exactly and with whole words.

For such a model, one word at a time, the search is a ladder: it asks about one state after the other, the same for every
cutoff, and a cutoff leaves it where a word passes or where nothing can reach it any more. Here the ladder is climbed once for
all cutoffs, with the sums in the order in which `tree` does them, so that every number is the same to the last bit. Where an
answer is at hand at some cutoffs only, these part from the others, and each part climbs on by itself. Whatever is not of the
plain kind is left to `sweep`, which runs the engine itself. A question whose answer could change nothing but the rounding of
the last bit is counted and not asked.

Invariant: what is returned is what `Sweep.outcomes` returns, probabilities to within 1e-12. The masses are kept in `masses`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import pairwise

from autocomplete.backends import Request
from autocomplete.tuning.masses import Masses, Odd, ratio
from autocomplete.tuning.spans import STEPS, Span, parts, step_below
from autocomplete.tuning.sweep import Answer, Outcome, Sweep
from autocomplete.words import Root, is_hostile

#: Steps of a ladder that are climbed here; far fewer than the search allows.
_MOST_STEPS = 32


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
        self._masses = Masses(typed, len(root.typed))
        self._n_requests = 1
        self._asked: list[_Asked] = []
        self._is_odd = False
        self._loosest: Look | None = None  # how it goes on at the loosest cutoffs, where they part
        self._asked_painted: list[_Asked] = []
        self._masses.feed(b"", answer.distribution)

    def _outcome(self, span: Span, word: bytes, total: float, *, shown: bool) -> Outcome:
        if not word:
            return Outcome(*span, "", "", 0.0, 1.0, requests=self._n_requests)
        completion = word[len(self._masses.typed) :].decode()
        bounds = self._masses.bounds(word, total)
        return Outcome(*span, completion if shown else "", completion, *bounds, requests=self._n_requests)

    # -- all cutoffs --------------------------------------------------------------------------------------------------

    async def outcomes(self, span: Span) -> list[Outcome] | None:
        """Return what is decided at each cutoff of a range with nothing painted, from strict to loose.

        None where the search itself must tell.
        """
        try:
            return await self._climb(*span)
        except Odd:
            self._asked.clear()
            self._is_odd = True
            return None

    def likeliest(self) -> Outcome | None:
        """Return the likeliest word by the answers at hand, as what is not shown; None where the search must tell."""
        if self._is_odd:
            return None
        if self._loosest is not None:
            return self._loosest.likeliest()
        try:
            total, word, _ = self._masses.weigh()
        except Odd:
            return None
        return self._outcome((-1.0, 1.0), word, total, shown=False)

    async def painted(self, painted: str, span: Span) -> list[Outcome] | None:
        """Return what is decided at each cutoff of a range with `painted` on the screen, from strict to loose.

        None where the search itself must tell. To be asked before `outcomes`.
        """
        typed = self._masses.typed
        climber = Look(self._sweep, self._root, self._at, typed, self._first) if self._masses.open else self
        try:
            found = await climber._climb_painted(typed + painted.encode(), *span)
        except Odd:
            return None
        if climber is not self:
            self._asked_painted += climber._asked
        return found

    async def _climb_painted(self, target: bytes, above: float, upto: float) -> list[Outcome]:
        if spans := self._known().get(self._masses.typed):
            return await self._climb_painted_with(spans, target, (above, upto))
        return await self._climb_painted_on(target, above, upto)

    async def _climb_painted_with(self, spans: Sequence[Span], target: bytes, span: Span) -> list[Outcome]:
        """Return the same where the answer about what is typed is at hand at some cutoffs: there it is taken first."""
        if list(self._masses.open) != [self._masses.typed] or target in self._masses.finished:
            raise Odd
        found: list[Outcome] = []
        for (above, upto), is_known in parts(span, spans):
            branch = self._branch()
            if is_known:
                await branch._take(self._masses.typed)
            found += await branch._climb_painted_on(target, above, upto)
            self._asked += branch._asked
        return _in_order(found)

    async def _climb_painted_on(self, target: bytes, above: float, upto: float) -> list[Outcome]:
        found: list[Outcome] = []
        while True:
            total, word, mass = self._masses.weigh()
            stays = self._masses.finished.get(target, 0.0)
            shows = step_below(ratio(mass + 0.0, total)) if word else -1.0
            keeps = kept_at(ratio(stays + 0.0, total), self._sweep.hysteresis) if stays else -1.0
            for edge, chosen in ((keeps, target), (shows, word)):
                if (reached := min(upto, edge)) > above:
                    found.append(self._outcome((above, reached), chosen, total, shown=True))
                    above = reached
            goes_on, chain = self._goes_on(target, mass, total)
            goes_on = max(above, min(upto, goes_on)) if self._n_requests < self._sweep.max_requests else above
            if goes_on < upto:
                found.append(self._outcome((goes_on, upto), word, total, shown=False))
            if goes_on <= above:
                return sorted(found, key=lambda outcome: -outcome.upto)
            upto = goes_on
            if any(key != self._masses.typed for key in self._known()):
                raise Odd
            await self._expand(max(chain, key=lambda key: (self._masses.open[key], -len(key))), (above, upto))

    def _goes_on(self, target: bytes, best: float, total: float) -> tuple[float, list[bytes]]:
        """Return up to which cutoff more is asked, with the text `target` painted, and the states to ask about for it."""
        reach, chain = self._masses.chain(best)
        goes_on = step_below(ratio(reach, total - 0.0)) if chain else -1.0
        if any(target.startswith(key) for key in self._masses.open):
            if list(self._masses.open) != [self._masses.typed]:
                raise Odd  # which state is asked about may depend on the cutoff
            if stays := self._masses.finished.get(target, 0.0):
                kept = kept_at(ratio(stays + self._masses.open[self._masses.typed], total), self._sweep.hysteresis)
                goes_on, chain = max(goes_on, kept), [self._masses.typed]
        return goes_on, chain

    async def _climb(self, above: float, upto: float) -> list[Outcome]:
        found: list[Outcome] = []
        budget = self._sweep.max_requests
        while True:
            total, word, mass = self._masses.weigh()
            if word and (reached := min(upto, step_below(ratio(mass + 0.0, total)))) > above:
                found.append(self._outcome((above, reached), word, total, shown=True))
                above = reached
            reach, chain = self._masses.chain(mass) if self._masses.may_go_on(mass, total, above) else (0.0, [])
            goes_on = max(above, min(upto, step_below(ratio(reach, total - 0.0)))) if chain else above
            known = self._known() if goes_on > above else {}
            if self._n_requests >= budget:
                if known:
                    raise Odd  # what is at hand costs nothing
                goes_on = above
            if goes_on < upto:
                found.append(self._outcome((goes_on, upto), word, total, shown=False))
            if goes_on <= above:
                return sorted(found, key=lambda outcome: -outcome.upto)
            upto = goes_on
            key = max(chain, key=lambda key: (self._masses.open[key], -len(key)))
            if known:
                return _in_order([*found, *await self._climb_branches(key, known, (above, upto))])
            await self._expand(key, (above, upto))

    def _known(self) -> dict[bytes, Sequence[Span]]:
        """Return the open states whose answers are at hand at some cutoffs, with those."""
        if not self._masses.open:
            return {}
        ends = {key: self._ends_at(key) for key in self._masses.open}
        maybe = [key for key, end in ends.items() if self._sweep.was_asked_at(end)]
        found = {key: self._sweep.asked_at(self._request(key)) for key in maybe}
        return {key: spans for key, spans in found.items() if spans}

    async def _climb_branches(self, key: bytes, known: dict[bytes, Sequence[Span]], span: Span) -> list[Outcome]:
        """Return what is decided where state `key` is next, and the answers about some states are at hand at some cutoffs.

        Where the next answer is not at hand, but another that could help is, that is taken first: it costs nothing.
        """
        (total, _, _), opened = self._masses.weigh(), self._masses.open
        helps = {state: step_below(ratio(self._masses.reach_with(state), total)) for state in known}
        helps[key] = 1.0
        cuts = {edge for spans in known.values() for low_high in spans for edge in low_high} | {*helps.values()}
        edges = [span[0], *sorted(edge for edge in cuts if span[0] < edge < span[1]), span[1]]
        steps: list[tuple[bytes | None, float, float]] = []
        for above, upto in pairwise(edges):
            at_hand = [s for s in known if upto <= helps[s] and any(low < upto <= high for low, high in known[s])]
            first = key if key in at_hand else min(at_hand, key=lambda s: (-opened[s], len(s), s), default=None)
            if steps and steps[-1][0] == first:
                steps[-1] = first, steps[-1][1], upto
            else:
                steps.append((first, above, upto))
        found: list[Outcome] = []
        for first, above, upto in reversed(steps):
            branch = self._loosest = self._branch()
            if first is None:
                await branch._expand(key, (above, upto))
            else:
                await branch._take(first)
            found += await branch._climb(above, upto)
            self._asked += branch._asked
        return found

    def _branch(self) -> Look:
        """Return a look that goes on from here by itself."""
        other = copy(self)
        other._masses, other._asked = self._masses.branch(), []
        return other

    async def _take(self, key: bytes) -> None:
        """Take an answer that is at hand."""
        answer = await self._sweep.answer(self._root, self._at, self._request(key))
        self._masses.feed(key, answer.distribution)

    async def _expand(self, key: bytes, span: Span) -> None:
        if self._n_requests > _MOST_STEPS:
            raise Odd
        self._n_requests += 1
        if self._is_idle(key, span):
            self._masses.rest(key)
            self._asked.append(_Asked(None, span))
            return
        answer = await self._sweep.answer(self._root, self._at, self._request(key))
        self._asked.append(_Asked(answer, span))
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
        if mass >= best or ratio(mass, total) > span[0] or self._masses.prefixes() != [key]:
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
    except Odd:
        return None


def _in_order(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return outcomes from strict to loose, neighbours that are alike as one."""
    found: list[Outcome] = []
    for outcome in sorted(outcomes, key=lambda outcome: -outcome.upto):
        if found and found[-1].above == outcome.upto and found[-1][2:] == outcome[2:]:
            found[-1] = found[-1]._replace(above=outcome.above)
        else:
            found.append(outcome)
    return found


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
