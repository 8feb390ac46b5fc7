"""What a decision left open, found out afterwards where asking costs nothing: for figures at other cutoffs than that in force.

Deciding stops where the cutoff in force is settled. Here the search goes on until nothing could turn out to be likelier than
the best candidate, so that what any cutoff would have shown is known.

Invariant: what is shown does not depend on it, nobody elsewhere is asked, and it counts for no request.
"""

from __future__ import annotations

from autocomplete.core.backend import Request
from autocomplete.core.decision import Decision
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import FixedCutoff
from autocomplete.core.search_run import DecisionRun
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.evaluation.word_shows import STEP, TypedState

#: The lowest cutoff that is settled: the loosest that a goal may choose.
LEAST = 0.2

#: Searches that are made one after the other, each for something likelier than the one before found.
_MOST_SEARCHES = 8


async def resolve_open(autocompleter: Autocompleter, decision: Decision, *, least: float = LEAST) -> Decision | None:
    """Return the decision with its candidates as they are once all cutoffs from `least` on are settled.

    None where there is nothing to settle, the model is not one that answers exactly in this process, or it would take more
    than the requests of one decision. Raises a `BackendError` where the model cannot be asked.
    """
    able = autocompleter.capabilities
    if not (able.local and able.filters and able.continues) or not _left_open(decision, least):
        return None
    known = {decision.context + step.state.decode(): step.distribution for step in decision.steps}
    root = autocompleter.decider.root(decision.context + decision.typed)
    if root.context != decision.context:
        return None  # the window has moved
    found = decision
    for _ in range(_MOST_SEARCHES):
        gate = FixedCutoff(max(least, TypedState.of(found).probability + STEP))

        def at_hand(request: Request) -> Distribution | None:
            return known.get(request.context)

        sources = autocompleter.decider.sources(at_hand, autocompleter.mode, autocompleter.calibration)
        run = DecisionRun(sources, root, gate, "", autocompleter.max_words)
        while (request := run.advance()) is not None:
            if run.requests == autocompleter.max_requests:
                return None
            known[request.context] = await autocompleter.backend.next_tokens(request)
            run.take(known[request.context])
        found = run.decision(0.0)
        if not _left_open(found, least):
            return found
    return None


def _left_open(decision: Decision, least: float) -> bool:
    """Return whether asking on could prove that something is likelier than the best candidate, at a cutoff that matters."""
    return any(attainable > least for _, attainable in TypedState.of(decision).open)
