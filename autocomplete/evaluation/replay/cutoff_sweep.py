"""What one position shows at every cutoff, by the engine itself.

The engine is run at the highest cutoff of a range under a gate that notes each comparison with the cutoff. Down to the greatest
value that fell short, every comparison would end the same way, so everything else would be the same too; that value is the
next cutoff to run. So a whole range takes as many runs as it has different courses of the search.

Invariant: for each cutoff of the range the outcome is that of `Autocompleter.decide` with a `FixedCutoff` of it, where the
answers at hand are those that were asked for, at that cutoff, since `forget`; a cache that forgets nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, Protocol, runtime_checkable

from autocomplete.core.backend import Request
from autocomplete.core.decision import Alternative, Decision
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import Calibration, FixedCutoff, Gate, ProbabilityMap
from autocomplete.core.root import Root
from autocomplete.core.search_run import DecisionRun
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.evaluation.cutoff_ranges import STEPS, Span, around, joined, step_below

#: Values of a correction that are kept: there are `STEPS` cutoffs, each with what keeps a painted word.
_REMEMBERED = 4 * STEPS

#: A word that is likely to be shown at a cutoff, or kept, is listed at this share of it: two ways may lead to one word.
_ENOUGH = 0.5


class SweepOutcome(NamedTuple):
    """What is decided at the cutoffs `low < cutoff <= high`.

    `completion`: what is shown, "" where nothing is. `best`: that, or else the likeliest candidate, "" where there is none;
    `lower` and `upper` are its bounds, `open_ended` says that no end of a word is waited for. `requests`: made for it.
    """

    low: float
    high: float
    completion: str
    best: str
    lower: float
    upper: float
    open_ended: bool = False
    requests: int = 0

    def clipped(self, low: float, high: float) -> SweepOutcome:
        """Return the part of it that lies in a range of cutoffs."""
        if low <= self.low and self.high <= high:
            return self
        return self._replace(low=max(low, self.low), high=min(high, self.high))


class RecordedThreshold:
    """How far below `cutoff` everything would go the same way. `settled`: before the answer that came last."""

    def __init__(self, cutoff: float) -> None:
        self.cutoff = cutoff
        self.low = self.settled = -1.0

    def narrow(self, low: float) -> None:
        """Note that at `low` or below it something would go another way."""
        self.low = max(self.low, low)

    def answered(self) -> None:
        """Note that an answer is taken: a new step of the search begins."""
        self.settled = self.low


class Edge(float):
    """A probability that is compared with what must reach it; `of` tells it for any cutoff, of which it is a growing
    function, and `back` about the cutoff for a probability."""

    of: Callable[[float], float]
    back: Callable[[float], float]
    watch: RecordedThreshold

    @classmethod
    def at(cls, watch: RecordedThreshold, of: Callable[[float], float], back: Callable[[float], float]) -> Edge:
        """Return the edge at the cutoff that is watched."""
        edge = cls(of(watch.cutoff))
        edge.of, edge.back, edge.watch = of, back, watch
        return edge

    def __le__(self, value: float) -> bool:  # this is asked by `value >= edge` too
        reached = float(self) <= value
        if not reached:
            self.watch.narrow(self._reached_at(value))
        return reached

    def __gt__(self, value: float) -> bool:
        return not self <= value

    def __truediv__(self, divisor: float) -> Edge:
        of, back = self.of, self.back
        return Edge.at(self.watch, lambda cutoff: of(cutoff) / divisor, lambda value: back(value * divisor))

    def _reached_at(self, value: float) -> float:
        """Return the greatest step whose edge is at most `value`, where there is one."""
        if self.of is _same:
            return step_below(value)
        low, high = -1, round(self.watch.cutoff * STEPS)
        step, stride = min(high - 1, int(min(1.0, self.back(value)) * STEPS)), 1
        while low + 1 < high:  # at `low` the edge is reached, at `high` it is not
            if not low < step < high:
                step = (low + high) // 2
            if self.of(step / STEPS) <= value:
                low, step = step, step + stride
            else:
                high, step = step, step - stride
            stride *= 2
        return low / STEPS


def _same(cutoff: float) -> float:
    return cutoff


class _WatchedMap:
    """A correction through which a cutoff can be watched. It is asked about the same few values again and again."""

    def __init__(self, inner: ProbabilityMap) -> None:
        self.of: Callable[[float], float] = lru_cache(_REMEMBERED)(inner.of)
        self._inverse: Callable[[float], float] = lru_cache(_REMEMBERED)(inner.inverse)

    def inverse(self, probability: float) -> float:
        if not isinstance(probability, Edge):
            return self._inverse(probability)
        of, back = probability.of, probability.back
        return Edge.at(
            probability.watch,
            lambda cutoff: self._inverse(of(cutoff)),
            lambda value: back(self.of(value)),
        )


class _WatchedCalibration:
    """A calibration through which a cutoff can be watched."""

    def __init__(self, inner: Calibration) -> None:
        self._inner = inner
        self._maps: dict[tuple[bool, bool], _WatchedMap | None] = {}

    def map_for(self, *, start: bool, estimated: bool) -> ProbabilityMap | None:
        if (start, estimated) not in self._maps:
            found = self._inner.map_for(start=start, estimated=estimated)
            self._maps[start, estimated] = None if found is None else _WatchedMap(found)
        return self._maps[start, estimated]


@dataclass(frozen=True, slots=True)
class Swept(Gate):
    """A fixed cutoff, watched."""

    watch: RecordedThreshold
    hysteresis: float

    def show_at(self, n_chars: int) -> float:
        """Return the cutoff, whatever the length."""
        return Edge.at(self.watch, _same, _same)

    def keep_at(self, n_chars: int) -> float:
        """Return the cutoff less its hysteresis, as `FixedCutoff` works it out."""
        share = 1.0 - self.hysteresis
        return Edge.at(self.watch, lambda cutoff: cutoff * share, lambda value: value / share if share else 1.0)

    @property
    def lowest(self) -> float:
        """The cutoff itself."""
        return self.show_at(1)


@runtime_checkable
class EndsWords(Protocol):
    """A backend that tells whether anything but a space or a mark can follow a whole word, as a token of its own."""

    @property
    def ends_words(self) -> bool:
        """Whether nothing else can."""


@runtime_checkable
class Sparing(Protocol):
    """A backend that answers at once, and need not list what is of no use."""

    def likely_tokens(self, request: Request, least: float) -> Distribution:
        """Return the answer to a request; words less likely than `least` may be in the residual, but for the likeliest."""


@dataclass(slots=True)
class SweepAnswer:
    """An answer, the offset at which its question ends, and the cutoffs at which it was asked for."""

    distribution: Distribution
    end: int
    spans: list[Span] = field(default_factory=list)


class CutoffSweep:
    """Decisions of `autocompleter` at all cutoffs, with what was asked for at which of them.

    `lowest`: of the cutoffs that are asked about. `hysteresis`: of the fixed cutoffs, by default that of the gate in force.
    Settings are read when they are needed.
    """

    def __init__(self, autocompleter: Autocompleter, lowest: float = 0.0) -> None:
        self._autocompleter = autocompleter
        gate = autocompleter.gate
        self.hysteresis = gate.hysteresis if isinstance(gate, FixedCutoff) else FixedCutoff().hysteresis
        calibration = autocompleter.calibration
        self._calibration = None if calibration is None else _WatchedCalibration(calibration)
        backend = autocompleter.backend
        self._ends_words = isinstance(backend, EndsWords) and backend.ends_words
        self._sparing = backend if isinstance(backend, Sparing) else None
        kept = max(0.0, lowest) * (1.0 - self.hysteresis)
        self._least = _ENOUGH * min(kept, *(self._stated(kept, start=start) for start in (False, True)))
        self._answers: dict[Hashable, SweepAnswer] = {}
        self._noted: set[int] = set()  # the offsets at which questions end that were asked at some cutoffs

    def forget(self, before: int | None = None) -> None:
        """Drop all answers, or those to questions about less text than the first `before` characters of the document."""
        if before is None:
            self._answers.clear()
            self._noted.clear()
        else:
            self._answers = {key: answer for key, answer in self._answers.items() if answer.end >= before}
            self._noted = {end for end in self._noted if end >= before}

    def __len__(self) -> int:
        """Return how many answers are at hand."""
        return len(self._answers)

    async def outcomes(self, root: Root, at: int, displayed: str, low: float, high: float) -> list[SweepOutcome]:
        """Return what is decided at each cutoff of a range, from strict to loose.

        `root` is the text before offset `at`; `displayed` is what stands on the screen. Raises a `BackendError` where the model
        could not be asked.
        """
        found: list[SweepOutcome] = []
        while high > low:
            asked: dict[Hashable, SweepAnswer] = {}
            outcome = await self._run(root, at, displayed, (low, high), asked)
            for answer in asked.values():
                self.note(answer, (outcome.low, high))
            high = outcome.low
            if found and _alike(found[-1], outcome):
                found[-1] = found[-1]._replace(low=high)
            else:
                found.append(outcome)
        return found

    async def aside(self, root: Root, at: int, low: float, high: float) -> SweepOutcome:
        """Return what would be decided at cutoff `high`, down to where that changes; it counts for no cutoff as asked.

        All answers are at hand, whatever the cutoff that they were asked at; more are asked only of a local model.
        """
        return await self._run(root, at, "", (low, high), None)

    async def _run(
        self, root: Root, at: int, displayed: str, span: Span, asked: dict[Hashable, SweepAnswer] | None
    ) -> SweepOutcome:
        """Return the outcome at the top of a range. `asked` takes what was asked for; None where all answers are at hand."""
        low, high = span
        watch = RecordedThreshold(high)
        engine = self._autocompleter

        def known(request: Request) -> Distribution | None:
            key = engine.decider.key(request)
            answer = self._answers.get(key)
            if answer is None:
                return None
            there, down_to = (True, -1.0) if asked is None or key in asked else around(high, answer.spans)
            watch.narrow(down_to)
            if there:
                watch.answered()
            return answer.distribution if there else None

        sources = engine.decider.sources(known, engine.mode, self._calibration)
        run = DecisionRun(sources, root, Swept(watch, self.hysteresis), displayed, engine.max_words)
        budget = engine.max_requests if asked is not None or engine.capabilities.local else 0
        while (request := run.advance()) is not None and run.requests < budget:
            answer = await self.answer(root, at, request)
            if asked is not None:
                asked[engine.decider.key(request)] = answer
            watch.answered()
            run.take(answer.distribution)
        decision = run.decision(0.0)
        same = watch.settled if self._settles(decision, displayed) else watch.low
        return outcome_of(decision, max(low, step_below(same)), high)

    # -- for those who decide without the engine ----------------------------------------------------------------------

    @property
    def is_plain(self) -> bool:
        """Whether the model answers here and at once, exactly, for one word at a time."""
        engine = self._autocompleter
        if self._sparing is None or engine.max_words != 1 or engine.max_requests <= 0:
            return False
        able = engine.capabilities
        return able.filters and able.continues and able.local

    def correction(self, root: Root) -> ProbabilityMap | None:
        """Return what corrects probabilities after `root`, None where nothing does."""
        return self._correction(start=not root.typed.strip())

    def _correction(self, *, start: bool) -> ProbabilityMap | None:
        engine = self._autocompleter
        estimated = engine.decider.prior(engine.mode) is not None
        return None if self._calibration is None else self._calibration.map_for(start=start, estimated=estimated)

    def _stated(self, probability: float, *, start: bool) -> float:
        """Return the stated probability that is corrected to this one."""
        correction = self._correction(start=start)
        return probability if correction is None else correction.inverse(probability)

    @property
    def ends_words(self) -> bool:
        """Whether the model never goes on with letters after a word that it holds to be whole."""
        return self._ends_words

    @property
    def max_requests(self) -> int:
        """Requests that one decision may make."""
        return self._autocompleter.max_requests

    def asked_at(self, request: Request) -> Sequence[Span]:
        """Return the cutoffs at which a request was made."""
        answer = self._answers.get(self._autocompleter.decider.key(request))
        return () if answer is None else tuple(answer.spans)

    @property
    def asked_ends(self) -> Set[int]:
        """The offsets at which requests end that were made at some cutoffs."""
        return self._noted

    def note(self, answer: SweepAnswer, span: Span) -> None:
        """Note that an answer at hand was asked for at some cutoffs."""
        answer.spans = joined(answer.spans, span)
        self._noted.add(answer.end)

    # -- asking -------------------------------------------------------------------------------------------------------

    async def answer(self, root: Root, at: int, request: Request) -> SweepAnswer:
        """Return the answer to a request made at offset `at`, after `root`. It counts for no cutoff as asked."""
        if self.is_plain:
            return self.answered(request, _end(root, at, request))
        key = self._autocompleter.decider.key(request)
        known = self._answers.get(key)
        if known is None:
            distribution = await self._autocompleter.backend.next_tokens(request)
            known = self._answers[key] = SweepAnswer(distribution, _end(root, at, request))
        return known

    def answered(self, request: Request, end: int) -> SweepAnswer:
        """Return the same at once, to a request that ends at offset `end`; only where `is_plain` says that the model can."""
        key = self._autocompleter.decider.key(request)
        known = self._answers.get(key)
        if known is None:
            assert self._sparing is not None  # it is plain
            distribution = self._sparing.likely_tokens(request, self._least)
            known = self._answers[key] = SweepAnswer(distribution, end)
        return known

    def _settles(self, decision: Decision, displayed: str) -> bool:
        """Return whether what is shown would be shown at a lower cutoff too, whatever else passes there."""
        if not decision.shown or self._autocompleter.max_words > 1 or displayed not in ("", decision.completion):
            return False
        return not any(alternative.open_ended for alternative in decision.alternatives)


def _end(root: Root, at: int, request: Request) -> int:
    """Return the offset at which a request ends that was made at offset `at`, after `root`."""
    return at - len(root.typed) + len(request.context) - len(root.context)


def outcome_of(decision: Decision, low: float, high: float) -> SweepOutcome:
    """Return a decision as the outcome for a range of cutoffs."""
    best = next(iter(decision.alternatives), None)
    if decision.shown:
        known = (*decision.phrase, *decision.alternatives)
        best = next(found for found in known if found.completion == decision.completion)
    best = best or Alternative("", decision.bounds, 0.0)
    bounds = decision.bounds
    return SweepOutcome(
        low,
        high,
        decision.completion,
        best.completion,
        float(bounds.lower),
        float(bounds.upper),
        best.open_ended,
        decision.requests,
    )


def _alike(one: SweepOutcome, other: SweepOutcome) -> bool:
    return one[2:] == other[2:]
