"""The engine's answer: shown or withheld, with the reason, the bounds, the alternatives and the cost.

Invariant: a `Decision` is a value. It can be gated again at another cutoff (`under`) with no request, because it holds the
bounds of every candidate and what could still be attained, not only the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from autocomplete.core.distribution import Distribution, Usage
from autocomplete.core.gate import Gate, ProbabilityMap
from autocomplete.core.percent import EXACT, bound_percent, bounds_percent, exact_percent

#: Characters of a completion in the `repr` of a decision.
LONGEST_REPR = 24


class Reason(StrEnum):
    """Why a decision is what it is."""

    SHOWN = "shown"
    BELOW_CUTOFF = "below the cutoff"
    UNDECIDED = "undecided"
    NO_WORD = "no word in sight"
    NOTHING_TYPED = "nothing typed yet"


class Mode(StrEnum):
    """How unseen mass is treated: held against every candidate, or shared out by a prior over words."""

    CERTIFIED = "certified"
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True)
class Bounds:
    """`lower <= word probability <= upper`, certain given the distributions seen."""

    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """A candidate: what would be inserted, its bounds, and the most that more requests could prove (`attainable`).

    `open_ended`: its probability is that of a text which starts so (no end of a word is waited for).
    """

    completion: str
    bounds: Bounds
    attainable: float
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One expanded state: the text after the root that was asked about, and the answer the search was fed.

    `source`: "cache" or the backend's name. `filtered`: the answer is conditional on what is typed beyond the state.
    """

    state: bytes
    source: str
    distribution: Distribution
    filtered: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What to show after a text, and why.

    `completion` is what would be inserted at the cursor ("" when withheld); `bounds` are those of the best candidate, shown
    or not; `cutoff` is what that candidate had to reach. `alternatives` are all candidates seen, best first. `source` is
    "cache" where no request was made, else the backend's name. `requests`: asked for this decision. `latency_s`: seconds.
    `attainable`: the most that any candidate could reach by asking more. `phrase`: the next word and, with more than one word
    allowed, the phrases that begin with it, shortest first; their bounds are joint. `correction`: what all bounds here were
    corrected with by a calibration, None where they are as the search found them.
    """

    shown: bool
    completion: str
    bounds: Bounds
    cutoff: float
    reason: Reason
    alternatives: tuple[Alternative, ...] = ()
    source: str = "cache"
    requests: int = 0
    latency_s: float = 0.0
    usage: Usage = field(default=Usage())
    attainable: float = 0.0
    phrase: tuple[Alternative, ...] = ()
    mode: Mode = Mode.CERTIFIED
    context: str = field(default="", repr=False)
    typed: str = field(default="", repr=False)
    steps: tuple[Step, ...] = field(default=(), repr=False, compare=False)
    correction: ProbabilityMap | None = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        """Return it in a line of at most 120 characters, whatever it holds.

        >>> Decision(True, " from", Bounds(0.9915, 0.9915), 0.6, Reason.SHOWN, requests=1)
        Decision(shown: ' from' at 99.2%, cutoff 60%, alternatives: 0, requests: 1)
        """
        best = self.alternatives[0].completion if self.alternatives and not self.shown else self.completion
        text = repr(best) if len(repr(best)) <= LONGEST_REPR else f"{best!r:.{LONGEST_REPR - 1}}…"
        bounds, cutoff = bounds_percent(self.bounds.lower, self.bounds.upper), exact_percent(self.cutoff)
        counts = f"alternatives: {len(self.alternatives)}, requests: {self.requests}"
        return f"Decision({self.reason}: {text} at {bounds}, cutoff {cutoff}, {counts})"

    def under(self, gate: Gate, displayed: str = "") -> Decision:
        """Return this decision under another gate, from the same evidence: no request.

        `displayed` is the completion that is on the screen now ("" if none); it stays down to `gate.keep_at`, and of a
        displayed phrase so does the first word.
        """
        is_phrase = any(phrase.completion == displayed for phrase in self.phrase)
        chosen = choose(self.alternatives, gate, self.phrase[0].completion if is_phrase else displayed)
        if chosen is not None:
            chosen = self._longest_phrase(chosen, gate, displayed)
            n_chars = len(chosen.completion)
            cutoff = gate.show_at(n_chars)
            if not gate.passes(n_chars, chosen.bounds.lower):
                cutoff = gate.keep_at(n_chars)
            return replace(
                self, shown=True, completion=chosen.completion, bounds=chosen.bounds, cutoff=cutoff, reason=Reason.SHOWN
            )
        best = self.alternatives[0] if self.alternatives else None
        cutoff = gate.show_at(len(best.completion)) if best else gate.lowest
        return replace(
            self,
            shown=False,
            completion="",
            bounds=best.bounds if best else Bounds(0.0, 1.0),
            cutoff=cutoff,
            reason=self._why_not(gate, displayed),
        )

    def stated(self, probability: float) -> float:
        """Return what the search found where this decision says `probability`: the same unless it was corrected."""
        return probability if self.correction is None else self.correction.inverse(probability)

    def _longest_phrase(self, word: Alternative, gate: Gate, displayed: str) -> Alternative:
        """Return the longest phrase known to begin with `word` that passes (or may stay), else the word itself."""
        if not self.phrase or self.phrase[0].completion != word.completion:
            return word
        for phrase in reversed(self.phrase):
            if gate.allows(phrase.completion, phrase.bounds.lower, displayed):
                return phrase
        return word

    def _why_not(self, gate: Gate, displayed: str) -> Reason:
        if self.reason is Reason.NOTHING_TYPED:
            return self.reason
        if any(gate.allows(a.completion, a.attainable, displayed) for a in self.alternatives):
            return Reason.UNDECIDED
        if gate.may_pass(self.attainable):
            return Reason.UNDECIDED
        return Reason.BELOW_CUTOFF if self.alternatives else Reason.NO_WORD

    @property
    def explanation(self) -> str:
        """One sentence that says why something is shown, or why nothing is."""
        best = self.alternatives[0] if self.alternatives else None
        lower, upper = bound_percent(self.bounds.lower), bound_percent(self.bounds.upper, up=True)
        cutoff = exact_percent(self.cutoff)
        exact = self.bounds.upper - self.bounds.lower < EXACT
        has = f"has {lower}" if exact else f"has at least {lower}"
        if self.reason is Reason.SHOWN:
            return f"{self.completion!r} {has}, the cutoff is {cutoff}."
        if self.reason is Reason.NOTHING_TYPED:
            return "Nothing is typed yet."
        if best is None and self.reason is Reason.UNDECIDED:
            return "The request budget ended before any whole word was seen."
        if best is None and self.steps and not any(step.distribution.tokens for step in self.steps):
            return "The model knows nothing that goes on like this."
        if best is None:
            return "No whole word can reach the cutoff; a line break, the end or many rare words are likelier."
        if self.reason is Reason.UNDECIDED:
            between = f"{best.completion!r} lies between {lower} and {upper}"
            if self.cutoff <= self.bounds.upper:
                return f"{between}, the cutoff {cutoff} in between, and the request budget ended."
            return f"{between}; another word could still reach the cutoff of {cutoff}, but the request budget ended."
        return f"{best.completion!r} {has}, less than the cutoff of {cutoff}, and nothing can reach it."


def choose(alternatives: tuple[Alternative, ...], gate: Gate, displayed: str = "") -> Alternative | None:
    """Return the candidate to show: the displayed one while it may stay, else the likeliest that passes, or None."""
    passing = [
        alternative
        for alternative in alternatives
        if (lower := alternative.bounds.lower) > 0.0 and gate.allows(alternative.completion, lower, displayed)
    ]
    best = max(passing, key=lambda a: (displayed != "" and a.completion == displayed, a.bounds.lower), default=None)
    if best is None or not best.open_ended or best.completion == displayed:
        return best
    longer = [other for other in passing if other.open_ended and other.completion.startswith(best.completion)]
    return max(longer, key=lambda alternative: len(alternative.completion))
