"""The answers that a replay knows, and at which cutoffs each of them was asked for.

Invariant: at a cutoff only those answers count as known that were asked for at that cutoff since they were forgotten, so that
every cutoff finds what it would find alone, with a cache that forgets nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from autocomplete.core.backend import Request
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import FixedCutoff, ProbabilityMap
from autocomplete.core.root import Root
from autocomplete.core.search_run import AnswerSources
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.evaluation.cutoff_ranges import Span, joined

#: A word that is likely to be shown at a cutoff, or kept, is listed at this share of it: two ways may lead to one word.
_ENOUGH = 0.5


@runtime_checkable
class AnswersAtOnce(Protocol):
    """A backend that answers without being awaited, and need not list what is of no use."""

    @property
    def ends_words(self) -> bool:
        """Whether only a space or a mark can follow a whole word as a separate token."""

    def likely_tokens(self, request: Request, least: float) -> Distribution:
        """Return the answer to a request; words less likely than `least` may be in the residual, but for the likeliest."""


@dataclass(slots=True)
class ReplayAnswer:
    """An answer, the offset at which its question ends, and the cutoffs at which it was asked for."""

    distribution: Distribution
    end: int
    spans: list[Span] = field(default_factory=list)


class ReplayAnswers:
    """Asks the model of `autocompleter`, and keeps what was asked for at which of the cutoffs of `span`.

    `hysteresis`: of the fixed cutoffs, by default that of the gate. Settings are read when they are needed.
    """

    def __init__(self, autocompleter: Autocompleter, span: Span = (0.0, 1.0)) -> None:
        self.engine = autocompleter
        gate = autocompleter.gate
        self.hysteresis = gate.hysteresis if isinstance(gate, FixedCutoff) else FixedCutoff().hysteresis
        self.highest = span[1]
        backend = autocompleter.backend
        self._at_once = backend if isinstance(backend, AnswersAtOnce) else None
        self.ends_words = self._at_once is not None and self._at_once.ends_words
        self._answers: dict[Hashable, ReplayAnswer] = {}
        #: The offsets at which requests end that were made at some cutoffs.
        self.asked_ends: set[int] = set()
        sources = self.sources(lambda request: None)
        corrections = [sources.correction(Root("", typed, 0)) for typed in (" ", " a")]
        keep_at = max(0.0, span[0]) * (1.0 - self.hysteresis)
        stated = [keep_at if correction is None else correction.inverse(keep_at) for correction in corrections]
        self._least = _ENOUGH * min(keep_at, *stated)

    def get(self, request: Request) -> ReplayAnswer | None:
        """Return the answer to a request if it is known, at whatever cutoff it was asked for."""
        return self._answers.get(self.engine.decider.key(request))

    def asked_at(self, request: Request) -> Sequence[Span]:
        """Return the cutoffs at which a request was made."""
        answer = self.get(request)
        return () if answer is None else answer.spans

    def note(self, answer: ReplayAnswer, span: Span) -> None:
        """Note that a known answer was asked for at some cutoffs."""
        answer.spans = joined(answer.spans, span)
        self.asked_ends.add(answer.end)

    def forget(self, before: int) -> None:
        """Drop the answers to questions about less text than the first `before` characters of the document."""
        self._answers = {key: answer for key, answer in self._answers.items() if answer.end >= before}
        self.asked_ends = {end for end in self.asked_ends if end >= before}

    @property
    def at_once(self) -> bool:
        """Whether the model answers here and at once, exactly, for one word at a time."""
        engine = self.engine
        if self._at_once is None or engine.max_words != 1 or engine.max_requests <= 0:
            return False
        able = engine.capabilities
        return able.filters and able.continues and able.local

    async def ask(self, request: Request, end: int) -> ReplayAnswer:
        """Return the answer to a request that ends at offset `end`. It counts for no cutoff as asked.

        Raises a `BackendError` where the model could not be asked.
        """
        if self.at_once:
            return self.ask_at_once(request, end)
        key = self.engine.decider.key(request)
        answer = self._answers.get(key)
        if answer is None:
            distribution = await self.engine.backend.next_tokens(request)
            answer = self._answers[key] = ReplayAnswer(distribution, end)
        return answer

    def ask_at_once(self, request: Request, end: int) -> ReplayAnswer:
        """Return the answer to a request as `ask` does, without waiting. Call it only where `at_once` is true."""
        key = self.engine.decider.key(request)
        answer = self._answers.get(key)
        if answer is None:
            assert self._at_once is not None
            answer = self._answers[key] = ReplayAnswer(self._at_once.likely_tokens(request, self._least), end)
        return answer

    def sources(self, known: Callable[[Request], Distribution | None]) -> AnswerSources:
        """Return what a run of the search reads. `known`: returns the answers that it may take for known."""
        return self.engine.decider.sources(known, self.engine.mode, self.engine.calibration)

    def correction(self, root: Root) -> ProbabilityMap | None:
        """Return what corrects the probabilities of the word after `root`, None where nothing does."""
        return None if self.engine.calibration is None else self.sources(lambda request: None).correction(root)
