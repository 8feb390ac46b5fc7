"""Runs of the search on known answers: one run for a word, a chain of them for a phrase.

Invariant: nothing is awaited here. `advance` goes as far as known answers lead and names the request that is missing; whoever
has the answer hands it to `take`. What is decided depends on the answers alone, not on when they came.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from autocomplete.core.backend import Capabilities, Request
from autocomplete.core.boundaries import scan
from autocomplete.core.decision import Alternative, Bounds, Decision, Mode, Reason, Step
from autocomplete.core.distribution import Distribution, Usage
from autocomplete.core.gate import Calibration, Gate, JointGate, ProbabilityMap
from autocomplete.core.root import Root
from autocomplete.core.search import Search
from autocomplete.core.word_prior import Prior

#: States that one word may expand from the cache or from a local model: a bound on its work, never met by real text.
MOST_EXPANSIONS = 64


@dataclass(frozen=True, slots=True)
class AnswerSources:
    """Where answers come from. `known`: the answer to a request, None where it must be asked. `name`: the backend's.

    `capabilities`: what the backend can do, read with each answer, since it may learn that from the answer. `prior` shares out
    unseen mass (None in certified mode); `words` tells words apart for backends that do not continue text.
    `calibration` corrects probabilities (None: nothing does).
    """

    known: Callable[[Request], Distribution | None]
    capabilities: Callable[[], Capabilities]
    name: str
    mode: Mode
    prior: Prior | None
    words: Callable[[], Prior]
    calibration: Calibration | None = None

    def correction(self, root: Root) -> ProbabilityMap | None:
        """Return what corrects the probabilities of the word after `root`, None where nothing does."""
        if self.calibration is None:
            return None
        estimated = self.mode is Mode.ESTIMATED and self.prior is not None
        return self.calibration.map_for(start=not root.typed.strip(), estimated=estimated)


class SearchRun:
    """One run of a search, such as that for the next word. `requests` and `usage` count the answers that were taken."""

    def __init__(self, sources: AnswerSources, root: Root, search: Search, displayed: str = "") -> None:
        self._sources = sources
        self._root = root
        self._search = search
        self._displayed = displayed
        self._wanted: bytes | None = None
        self._steps: list[Step] = []
        self.requests = 0
        self.usage = Usage()

    def advance(self) -> Request | None:
        """Feed the search the known answers; return the first request that it lacks, or None when it is settled."""
        while len(self._steps) < MOST_EXPANSIONS:
            state = self._search.next()
            if state is None:
                found = self._first_known(self._search.towards_displayed())
            else:
                found = self._first_known([state]) or self._first_known(self._search.useful())
            if found is None:
                self._wanted = state
                return None if state is None else self._request(state)
            self._feed(*found, source="cache")
        return None

    def take(self, distribution: Distribution) -> None:
        """Feed the answer to the request that `advance` returned."""
        assert self._wanted is not None  # advance() named it
        self.requests += 1
        self.usage += distribution.usage
        self._feed(self._wanted, distribution, source=self._sources.name)

    def decision(self, latency_s: float = 0.0) -> Decision:
        """Return the decision that the search so far allows. `latency_s`: seconds that it took."""
        ungated = Decision(
            shown=False,
            completion="",
            bounds=Bounds(0.0, 1.0),
            cutoff=self._search.gate.lowest,
            reason=Reason.UNDECIDED,
            alternatives=self._search.alternatives(),
            source=self._sources.name if self.requests else "cache",
            requests=self.requests,
            latency_s=latency_s,
            usage=self.usage,
            attainable=self._search.attainable,
            mode=self._search.mode,
            context=self._root.context,
            typed=self._root.typed,
            steps=tuple(self._steps),
            correction=self._search.correction,
        )
        return ungated.under(self._search.gate, self._displayed)

    def _request(self, state: bytes) -> Request:
        beyond = slice(len(state), None)
        return Request(self._root.context + state.decode(), self._search.typed[beyond], self._search.target[beyond])

    def _first_known(self, states: list[bytes]) -> tuple[bytes, Distribution] | None:
        for state in states:
            known = self._sources.known(self._request(state))
            if known is not None:
                return state, known
        return None

    def _feed(self, state: bytes, distribution: Distribution, *, source: str) -> None:
        request = self._request(state)
        capabilities = self._sources.capabilities()
        if not capabilities.continues:
            # only chat models need it, and its patterns take a while to compile
            from autocomplete.core import chat_continuation

            inside_word = scan(state.decode(), 0).start is not None
            distribution = chat_continuation.continue_text(
                distribution,
                request.context,
                request.starts_with,
                after_word=not inside_word,
                words=self._sources.words,
            )
        filtered = capabilities.filters and bool(request.starts_with)
        self._search.feed(state, distribution, filtered=filtered)
        self._steps.append(Step(state, source, distribution, filtered))


class DecisionRun:
    """The runs that lead to a decision: the next word, then, while more are allowed, words whose joint probability passes."""

    def __init__(self, sources: AnswerSources, root: Root, gate: Gate, displayed: str, max_words: int) -> None:
        self._sources = sources
        self._gate = gate
        self._displayed = displayed
        self._max_words = max_words
        self._undisplayed = displayed
        self._run = self._first = self._run_for(root, gate, _first_word(root.typed, displayed))
        self._words: list[Decision] = []
        self._requests = 0
        self._usage = Usage()

    @property
    def requests(self) -> int:
        """Requests whose answers were taken."""
        return self._requests

    def advance(self) -> Request | None:
        """Go on with known answers; return the first request that is missing, or None when all is settled."""
        while (request := self._run.advance()) is None and len(self._words) + 1 < self._max_words:
            word = self._run.decision()
            if not word.shown or _chosen(word).open_ended:
                return None  # what has no end is followed by no word
            self._words.append(word)
            self._run = self._next_run(word)
        return request

    def take(self, distribution: Distribution) -> None:
        """Take the answer to the request that `advance` returned."""
        self._run.take(distribution)
        self._requests += 1
        self._usage += distribution.usage

    def decision(self, latency_s: float) -> Decision:
        """Return the decision that the answers so far allow. `latency_s`: seconds that it took."""
        first = self._first.decision(latency_s)
        if self._max_words == 1 or not first.shown:
            return first
        decision = replace(
            first,
            phrase=self._phrase(),
            source=self._sources.name if self._requests else "cache",
            requests=self._requests,
            usage=self._usage,
        )
        return decision.under(self._gate, self._displayed)

    def _phrase(self) -> tuple[Alternative, ...]:
        """Return the next word and the phrases that begin with it, shortest first, with joint bounds."""
        words = self._words if self._run is self._first else [*self._words, self._run.decision()]
        shown = [word for word in (words or [self._first.decision()]) if word.shown]
        phrase = [_chosen(shown[0])]
        for word in shown[1:]:
            phrase.append(_joined(phrase[-1], _chosen(word)))
        return tuple(phrase)

    def _next_run(self, word: Decision) -> SearchRun:
        """Return the search for the word after `word`, which ends the phrase so far."""
        displayed_word = _first_word(word.typed, self._undisplayed)
        self._undisplayed = self._undisplayed.removeprefix(displayed_word) if word.completion == displayed_word else ""
        so_far = self._phrase()[-1]
        so_far_text = word.typed + word.completion
        root = Root(word.context + so_far_text, "", 0)
        gate = JointGate(self._gate, so_far.bounds.lower, len(so_far.completion))
        ended = so_far_text[scan(so_far_text, len(word.typed), ended=True).start :]
        return self._run_for(root, gate, _first_word("", self._undisplayed), after=ended)

    def _run_for(self, root: Root, gate: Gate, displayed: str, *, after: str = "") -> SearchRun:
        search = Search(
            root.typed,
            gate=gate,
            mode=self._sources.mode,
            prior=self._sources.prior,
            displayed=displayed,
            after=after,
            correction=self._sources.correction(root),
        )
        return SearchRun(self._sources, root, search, displayed)


def _first_word(typed: str, displayed: str) -> str:
    """Return the part of a displayed completion that ends the first word beyond the cursor.

    >>> _first_word(" fr", "om you"), _first_word("", " you soon"), _first_word(" fr", "om")
    ('om', ' you', 'om')
    """
    end = scan(typed + displayed, len(typed), ended=True).end
    return displayed if end is None else displayed[: end - len(typed)]


def _chosen(decision: Decision) -> Alternative:
    """Return the candidate that a decision shows."""
    return next(a for a in decision.alternatives if a.completion == decision.completion)


def _joined(before: Alternative, word: Alternative) -> Alternative:
    """Return the phrase of `before` and the word after it: the chain rule, bound by bound."""
    bounds = Bounds(before.bounds.lower * word.bounds.lower, before.bounds.upper * word.bounds.upper)
    attainable = before.bounds.lower * word.attainable
    return Alternative(before.completion + word.completion, bounds, attainable, word.open_ended)
