"""What a replay comes to in words: what to set, or what is missing.

Invariant: nothing is advised that is not proved, or was not asked for and reached.
"""

from __future__ import annotations

from collections.abc import Iterator

from autocomplete.evaluation.report.summary import ReplaySummary


def answer(tuned: ReplaySummary, current: float | None) -> Iterator[str]:
    """Yield lines: what to set and what it comes to, the cutoff in force beside it, and why; or why nothing.

    `current`: the cutoff in force, None where a goal is.
    """
    advice = tuned.recommended
    if advice is None:
        text = tuned.advice.text
        yet = " yet" if text.startswith("not certified yet") or text.endswith(" needed") else ""
        yield f"nothing{yet}: {text.removeprefix('not certified yet: ').removeprefix(f'{tuned.advice.goal}: ')}"
        return
    if not advice.has_cutoff:
        yield f'set goal = "{advice.goal}" (--save does it): {advice.text.removeprefix(f"{advice.goal}: ")}'
        return
    yield f"set cutoff = {advice.cutoff:g} (--save does it): {tuned.in_words(advice.cutoff)}"
    if current is not None and tuned.cutoffs[0] <= current != advice.cutoff:
        yield f"yours ({current:g}): {tuned.in_words(current)}"
    yield advice.line
