"""The recording gate answers as a fixed cutoff does, and knows down to where it would go on answering so."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from autocomplete.core.gate import FixedCutoff, Gate, JointGate
from autocomplete.evaluation.cutoff_ranges import STEPS, step_below
from autocomplete.evaluation.replay.cutoff_sweep import RecordingGate

PROBABILITIES = st.floats(0.0, 1.0) | st.integers(0, STEPS).map(lambda step: step / STEPS)
COMPARISONS = st.lists(st.tuples(st.sampled_from(("passes", "keeps", "may_pass")), PROBABILITIES), max_size=8)


def answers(gate: Gate, comparisons: Sequence[tuple[str, float]]) -> list[bool]:
    """Return what a gate answers to each comparison."""
    ask = {
        "passes": lambda p: gate.passes(3, p),
        "keeps": lambda p: gate.keeps(3, p),
        "may_pass": gate.may_pass,
    }
    return [ask[name](p) for name, p in comparisons]


@given(st.integers(0, STEPS), st.floats(0.0, 1.0), COMPARISONS, st.none() | st.floats(0.1, 1.0))
def test_down_to_the_turning_point_each_cutoff_answers_alike(
    step: int, hysteresis: float, comparisons: Sequence[tuple[str, float]], lower: float | None
) -> None:
    recording = RecordingGate(step / STEPS, hysteresis)

    def within(gate: Gate) -> Gate:
        return gate if lower is None else JointGate(gate, lower, 4)

    found = answers(within(recording), comparisons)
    assert found == answers(within(FixedCutoff(step / STEPS, hysteresis)), comparisons)
    turning = round(step_below(recording.turning_point) * STEPS)
    assert turning < step
    for other in {max(0, turning + 1), (max(0, turning + 1) + step) // 2, step}:
        assert answers(within(FixedCutoff(other / STEPS, hysteresis)), comparisons) == found
    if turning >= 0:
        assert answers(within(FixedCutoff(turning / STEPS, hysteresis)), comparisons) != found


def test_the_turning_point_before_the_last_answer_is_remembered() -> None:
    gate = RecordingGate(0.6, 0.2)
    gate.passes(3, 0.2)
    gate.answer_taken()
    gate.passes(3, 0.4)
    assert (gate.turning_point_before, gate.turning_point) == (0.2, 0.4)
