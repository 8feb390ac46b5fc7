"""Decides a position at every cutoff by the search itself.

The search is run at the highest cutoff of a range under a gate that notes each comparison with the cutoff. Down to the greatest
value that fell short, every comparison would end the same way, so everything else would be the same too; that value is the
next cutoff to run. So a whole range takes as many runs as it has different ways through the search.

Invariant: for each cutoff of the range the outcome is that of `Autocompleter.decide` with a `FixedCutoff` of it, where the
known answers are those that were asked for at that cutoff.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from autocomplete.core.backend import Request
from autocomplete.core.decision import Alternative, Decision
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import ROUNDING, Gate
from autocomplete.core.root import Root
from autocomplete.core.search_run import DecisionRun
from autocomplete.evaluation.cutoff_ranges import Span, around, kept_step, step_below
from autocomplete.evaluation.replay.answers import ReplayAnswer, ReplayAnswers
from autocomplete.evaluation.replay.positions import SweepOutcome, Way


class RecordingGate(Gate):
    """A fixed cutoff that notes the greatest lower cutoff at which some comparison would end otherwise.

    A comparison that succeeds does so at every lower cutoff too; one that fails succeeds from its probability on down.
    `turning_point`: the greatest such cutoff, -1 where there is none; `turning_point_before`: the same before the last answer.

    >>> gate = RecordingGate(0.6, hysteresis=0.2)
    >>> gate.passes(3, 0.7), gate.passes(3, 0.25), gate.may_pass(0.31), gate.turning_point
    (True, False, False, 0.31)
    >>> gate.keeps(3, 0.4), gate.turning_point  # what has .4 stays displayed from a cutoff of .5 down
    (False, 0.5)
    """

    def __init__(self, cutoff: float, hysteresis: float) -> None:
        self._cutoff = cutoff
        self._hysteresis = hysteresis
        self.turning_point = self.turning_point_before = -1.0

    def note(self, cutoff: float) -> None:
        """Note that at `cutoff` or below it something would go another way."""
        if cutoff > self.turning_point:
            self.turning_point = cutoff

    def answer_taken(self) -> None:
        """Note that an answer is taken: a new step of the search begins."""
        self.turning_point_before = self.turning_point

    def show_at(self, n_chars: int) -> float:
        """Return the cutoff, whatever the length."""
        return self._cutoff

    def keep_at(self, n_chars: int) -> float:
        """Return the cutoff less its hysteresis, as `FixedCutoff` works it out."""
        return self._cutoff * (1.0 - self._hysteresis)

    @property
    def lowest(self) -> float:
        """The cutoff itself."""
        return self._cutoff

    def passes(self, n_chars: int, probability: float) -> bool:
        """Return whether a probability reaches the cutoff; note it where it does not."""
        if probability >= self._cutoff * (1.0 - ROUNDING):
            return True
        self.note(probability)
        return False

    def keeps(self, n_chars: int, probability: float) -> bool:
        """Return whether a probability keeps what is displayed; where not, note the highest cutoff at which it would."""
        if probability >= self.keep_at(n_chars) * (1.0 - ROUNDING):
            return True
        self.note(kept_step(probability, self._hysteresis))
        return False

    def may_pass(self, probability: float) -> bool:
        """Return whether a probability reaches the cutoff; note it where it does not."""
        return self.passes(1, probability)


class CutoffSweep:
    """The decisions at offset `at` of a text, which `root` cuts, by running the search. It decides every way."""

    def __init__(self, answers: ReplayAnswers, root: Root, at: int) -> None:
        self._answers = answers
        self._root = root
        self._at = at

    async def outcomes(self, ways: Sequence[Way]) -> Sequence[list[SweepOutcome]]:
        """Return what is decided on each way, from strict to loose."""
        return [await self._sweep(way.displayed, way.low, way.high) for way in ways]

    async def likeliest(self) -> SweepOutcome:
        """Return what would be decided at the highest cutoff with all known answers, at whatever cutoff they were asked for.

        More is asked only of a local model, and counts for no cutoff as asked.
        """
        return await self._run("", (0.0, self._answers.highest), None)

    async def _sweep(self, displayed: str, low: float, high: float) -> list[SweepOutcome]:
        decided: list[SweepOutcome] = []
        while high > low:
            asked: dict[Hashable, ReplayAnswer] = {}
            outcome = await self._run(displayed, (low, high), asked)
            for answer in asked.values():
                self._answers.note(answer, (outcome.low, high))
            high = outcome.low
            if decided and decided[-1][2:] == outcome[2:]:
                decided[-1] = decided[-1]._replace(low=high)
            else:
                decided.append(outcome)
        return decided

    async def _run(self, displayed: str, span: Span, asked: dict[Hashable, ReplayAnswer] | None) -> SweepOutcome:
        """Return the outcome at the top of a range. `asked` takes what was asked for; where None, all answers are known."""
        low, high = span
        answers, engine = self._answers, self._answers.engine
        key_of = engine.decider.key
        gate = RecordingGate(high, answers.hysteresis)

        def known(request: Request) -> Distribution | None:
            answer = answers.get(request)
            if answer is None:
                return None
            every_cutoff = asked is None or key_of(request) in asked
            is_known, same_down_to = (True, -1.0) if every_cutoff else around(high, answer.spans)
            gate.note(same_down_to)
            if is_known:
                gate.answer_taken()
            return answer.distribution if is_known else None

        run = DecisionRun(answers.sources(known), self._root, gate, displayed, engine.max_words)
        budget = engine.max_requests if asked is not None or engine.capabilities.local else 0
        while (request := run.advance()) is not None and run.requests < budget:
            answer = await answers.ask(request, self._end(request))
            if asked is not None:
                asked[key_of(request)] = answer
            gate.answer_taken()
            run.take(answer.distribution)
        decision = run.decision(0.0)
        same = gate.turning_point_before if self._stays_shown(decision, displayed) else gate.turning_point
        return _outcome(decision, max(low, step_below(same)), high)

    def _stays_shown(self, decision: Decision, displayed: str) -> bool:
        """Return whether what is shown would be shown at a lower cutoff too, whatever else passes there."""
        if not decision.shown or self._answers.engine.max_words > 1 or displayed not in ("", decision.completion):
            return False
        return not any(alternative.open_ended for alternative in decision.alternatives)

    def _end(self, request: Request) -> int:
        """Return the offset at which a request ends."""
        return self._at - len(self._root.typed) + len(request.context) - len(self._root.context)


def _outcome(decision: Decision, low: float, high: float) -> SweepOutcome:
    """Return a decision as the outcome for a range of cutoffs."""
    best = next(iter(decision.alternatives), None)
    if decision.shown:
        known = (*decision.phrase, *decision.alternatives)
        best = next(candidate for candidate in known if candidate.completion == decision.completion)
    best = best or Alternative("", decision.bounds, 0.0)
    lower, upper = float(decision.bounds.lower), float(decision.bounds.upper)
    return SweepOutcome(low, high, decision.completion, best.completion, lower, upper, best.open_ended, decision.requests)
