"""The search of a decision, step by step, for people.

Invariant: nothing is asked. The search is run again from the answers that the decision holds, under the gate and the correction
that it was made with, so the story is what happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autocomplete.core.decision import Alternative, Decision, Mode, Reason, Step, choose
from autocomplete.core.gate import Gate
from autocomplete.core.mass_tree import StateMass
from autocomplete.core.search import Search
from autocomplete.core.word_prior import Prior


@dataclass(frozen=True, slots=True)
class Stage:
    """The search after one answer: states and candidates with shares of the compatible mass, and what to ask next.

    `next_state`: the text after the root that the search wants to ask about then, None where it is settled.
    """

    step: Step
    states: tuple[StateMass, ...]
    alternatives: tuple[Alternative, ...]
    attainable: float
    next_state: bytes | None


def stages(decision: Decision, gate: Gate, prior: Prior | None = None) -> list[Stage]:
    """Return the stages of the search behind `decision`, one for each answer. `prior`: the one it was made with."""
    search = Search(
        decision.typed,
        gate=gate,
        mode=decision.mode,
        prior=prior if decision.mode is Mode.ESTIMATED else None,
        correction=decision.correction,
    )
    result: list[Stage] = []
    for step in decision.steps:
        search.feed(step.state, step.distribution, filtered=step.filtered)
        result.append(Stage(step, tuple(search.states()), search.alternatives(), search.attainable, search.next()))
    return result


def explanation(
    decision: Decision, gate: Gate, prior: Prior | None = None, *, most: int = 5, n_labels: int = 0
) -> Iterator[str]:
    """Yield lines that retell the search behind a decision, answer by answer. `most`: rows of each table.

    Its numbers are those that the model stated; where they were corrected, the cutoff is given as what must be stated for it,
    and the last line but one leads over to the corrected numbers of the verdict. `n_labels`: what the correction was fitted to.
    """
    yield f"context  …{decision.context[-60:]!r}"
    yield f"typed    {decision.typed!r}   mode {decision.mode}   cutoff {gate.show_at(1):.2f}"
    stated = decision.stated
    if decision.correction is not None:
        yield f"calibrated: what is stated must reach {stated(gate.show_at(1)):.3f}; the tables hold what is stated"
    for number, stage in enumerate(stages(decision, gate, prior), 1):
        step = stage.step
        yield ""
        asked = _text(decision.context[-20:].encode("utf-8", "surrogatepass") + step.state)
        yield f"{number}. asked what follows {asked} ({_from(step)})"
        answer = step.distribution
        listed = "  ".join(f"{_text(token)} {p:.3f}" for token, p in answer.tokens[:most])
        yield f"   answer    {listed or 'nothing'}{'  …' if len(answer.tokens) > most else ''}"
        yield f"             not seen {answer.residual:.3f}   end {answer.end:.3f}   {len(answer.tokens)} tokens"
        yield "   states    open   unseen  text"
        for state in stage.states[:most]:
            yield f"             {state.open:.3f}  {state.unseen:.3f}   {_text(state.key)}"
        yield "   words     lower  upper  attainable"
        for alternative in stage.alternatives[:most]:
            numbers = (alternative.bounds.lower, alternative.bounds.upper, alternative.attainable)
            yield (
                "             "
                + "  ".join(f"{stated(number):.3f}" for number in numbers)
                + f"       {alternative.completion!r}"
            )
        if not stage.alternatives:
            yield "             none yet"
        yield f"   {_verdict(decision, stage, gate)}"
    yield ""
    if decision.correction is not None:
        lower = decision.bounds.lower
        yield f"calibrated ({n_labels:,} labels): {stated(lower):.3f} -> {lower:.3f}"
    yield f"{'shown' if decision.shown else 'withheld'} ({why_stopped(decision)}): {decision.explanation}"


def _verdict(decision: Decision, stage: Stage, gate: Gate) -> str:
    attainable = decision.stated(stage.attainable)
    if stage.next_state is not None:
        return f"not settled: the best chain can reach {attainable:.3f}; next to ask about is {_text(stage.next_state)}"
    chosen = choose(stage.alternatives, gate)
    if chosen is not None:
        return f"settled: {chosen.completion!r} has at least {decision.stated(chosen.bounds.lower):.3f}"
    return f"settled: nothing can reach more than {attainable:.3f}, so no request can help"


def why_stopped(decision: Decision) -> str:
    """Return in a few words why the search stopped."""
    causes = {
        Reason.SHOWN: "a lower bound reached the cutoff",
        Reason.UNDECIDED: "the request budget ended",
        Reason.NOTHING_TYPED: "nothing was asked",
    }
    return causes.get(decision.reason, "no chain can attain the cutoff")


def _from(step: Step) -> str:
    return "from the cache" if step.source == "cache" else f"a request to {step.source}"


def _text(data: bytes) -> str:
    r"""Return bytes as a person reads them, broken characters as \x escapes.

    >>> _text(b" f\xc3"), _text(b"\n")
    ("' f\\xc3'", "'\\n'")
    """
    return "'" + data.decode("utf-8", "backslashreplace").replace("\n", "\\n").replace("\r", "\\r") + "'"
