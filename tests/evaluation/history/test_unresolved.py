"""What nobody asked is told from what is known: a model is asked no further than the cutoff in force needs."""

from __future__ import annotations

import numpy as np
import pytest

from autocomplete.backends.scripted import ScriptedBackend
from autocomplete.core.backend import Request
from autocomplete.core.decision import Alternative, Bounds, Decision, Reason
from autocomplete.core.distribution import Distribution
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.evaluation.calibration.calibration import REGIMES, ModelCalibration
from autocomplete.evaluation.calibration.calibrators import Platt
from autocomplete.evaluation.goals.certificate import BlockCounts, Certificate, certify
from autocomplete.evaluation.goals.controller import GoalPolicy, PrecisionController
from autocomplete.evaluation.goals.shortfall import Shortfall
from autocomplete.evaluation.history.live import LiveScorer
from autocomplete.evaluation.word_outcome import PredictionSource, WordOutcome
from autocomplete.evaluation.word_shows import Show, TypedState, labels, scored
from tests.evaluation.typing_reference import VOCABULARIES, Model

HERE = PredictionSource("m")


def engine(backend: ScriptedBackend, cutoff: float, **more: object) -> Autocompleter:
    given = {"prefetch": False, "clock": lambda: 0.0, "max_requests": 64, **more}
    return Autocompleter(backend, cutoff=cutoff, **given)  # type: ignore[arg-type] # checked where they are used


async def typed(autocompleter: Autocompleter, text: str) -> list[WordOutcome]:
    """Return what came of the words of a text, typed key by key."""
    live = LiveScorer(HERE, lambda: 5, 1)
    found: list[WordOutcome] = []
    for end in range(1, len(text) + 1):
        found += live.decided(await autocompleter.decide(text[:end]))
    return found


def at(outcome: WordOutcome, cutoff: float) -> list[bool]:
    """Return which shows a word has at a cutoff, right or wrong."""
    return sorted(show.right for show in outcome.shows if show.low < cutoff <= show.high)


def is_settled(outcome: WordOutcome, cutoff: float) -> bool:
    return not any(show.low < cutoff <= show.high for show in outcome.unsettled)


@pytest.mark.parametrize("seed", range(6))
async def test_what_is_settled_is_what_typing_at_that_cutoff_shows(seed: int) -> None:
    model = Model(seed, VOCABULARIES[seed % 2], top_k=8)
    text = model.text(90)
    found = {cutoff: await typed(engine(model.backend(), cutoff), text) for cutoff in (0.5, 0.65, 0.8, 0.95)}
    for outcomes in found.values():
        for cutoff, truly in found.items():
            for told, true in zip(outcomes, truly, strict=True):
                assert not is_settled(told, cutoff) or at(told, cutoff) == at(true, cutoff)


async def test_at_the_cutoff_in_force_all_is_settled() -> None:
    model = Model(3, VOCABULARIES[0], top_k=8)
    for budget in (0, 1, 64):
        found = await typed(engine(model.backend(), 0.6, max_requests=budget), model.text(90))
        assert all(is_settled(outcome, 0.6) for outcome in found)


def pieces(request: Request) -> Distribution:
    """Answer in two tokens a word: where it ends, and whether it is right, is known only once both were asked for."""
    if request.context.endswith("he"):
        return Distribution.from_pairs([(b"re", 0.5), (b"n", 0.3), (b" ", 0.1)])
    if request.context.endswith(("here", "hen")):
        return Distribution.from_pairs([(b" he", 0.7), (b".", 0.2), (b"s", 0.1)])
    return Distribution.from_pairs([(b" he", 0.8), (b".", 0.1)])


async def test_a_strict_cutoff_leaves_loose_ones_unsettled() -> None:
    text = "he" + " here" * 20 + " hen" * 20 + " "
    strict, loose = [await typed(engine(ScriptedBackend(pieces), cutoff), text) for cutoff in (0.9, 0.2)]
    assert sum(bool(at(outcome, 0.3)) for outcome in loose) > 30
    assert sum(is_settled(outcome, 0.3) for outcome in loose) == len(loose)
    missing = [told for told, true in zip(strict, loose, strict=True) if at(told, 0.3) != at(true, 0.3)]
    assert missing
    assert not any(is_settled(outcome, 0.3) for outcome in missing)


def test_a_certificate_counts_what_may_have_been_wrong_as_wrong() -> None:
    """A hundred shows were right; sixty wrong ones may have been missed."""
    shown, missed = np.ones((100, 1), np.int16), np.zeros((100, 1), np.int16)
    assert isinstance(certify(BlockCounts.of_words(shown, shown, (0.5,), missed), 0.9), Certificate)
    missed[::2] = 1
    found = certify(BlockCounts.of_words(shown, shown, (0.5,), missed), 0.9)
    assert isinstance(found, Shortfall)
    assert found.unsettled
    assert str(found) == (
        "not certified yet: too little is known of what other cutoffs would show to prove 90% right; "
        "a lower one, set by hand for a while, would tell"
    )


def test_a_goal_is_not_loosened_past_what_is_known() -> None:
    """At .9 all is known and right; at .5 as much was right, but half the words may have had a wrong show."""
    both, missed = [Show(0.0, 0.95, True, 3)], [Show(0.0, 0.6, False, 0)]
    blind, keeper = PrecisionController(GoalPolicy(0.9)), PrecisionController(GoalPolicy(0.9))
    blind.take_words([both] * 300)
    keeper.take_words([both] * 300, [missed, []] * 150)
    assert blind.cutoff == 0.2
    assert keeper.cutoff == 0.61
    keeper.take_words([both] * 1500, [[]] * 1500)
    assert keeper.cutoff == 0.2


def decision(*known: Alternative, cutoff: float = 0.6, attainable: float = 0.0, shown: bool = False) -> Decision:
    return Decision(shown, "", Bounds(0, 1), cutoff, Reason.UNDECIDED, known, attainable=attainable, typed=" f")


def test_a_state_remembers_what_asking_on_could_have_proved() -> None:
    one, other, third = (
        Alternative(name, Bounds(0.1 if name == "orm" else 0.0, 0.9), attainable)
        for name, attainable in (("orm", 0.1), ("rom", 0.5), ("or", 0.3))
    )
    assert TypedState.of(decision(one)).open == ()
    assert TypedState.of(decision(one, third, other)).open == (("rom", 0.5), ("or", 0.3))
    assert TypedState.of(decision(one, attainable=0.4)).open == (("", 0.4),)
    assert TypedState.of(decision(attainable=0.4)).open == (("", 0.4),)
    ran_out = TypedState.of(decision(one, other, cutoff=0.3))
    assert [completion for completion, _ in ran_out.open] == ["rom"]
    assert ran_out.open[0][1] < 0.3
    assert TypedState.of(decision(one, other, cutoff=0.1, shown=True)).open == (("rom", 0.5),)


def test_what_was_not_asked_to_the_end_labels_nothing() -> None:
    settled, unsettled = TypedState(" f", "rom", 0.8), TypedState(" ", "from", 0.0, open=(("from", 0.4),))
    assert [label.probability for label in labels([unsettled, settled], " from")] == [0.8]


def test_after_a_word_was_accepted_nothing_is_unsettled() -> None:
    states = [TypedState(" ", "from", 0.7), TypedState(" f", "ood", 0.0, open=(("ood", 0.9), ("", 0.2)))]
    assert scored(states, " from")[1] == (Show(0.7, 0.9, False, 0),)


TIMID = ModelCalibration("m", dict.fromkeys(REGIMES, Platt(1.0, -1.0)), {})


async def test_shows_are_by_the_probability_that_the_cutoff_is_compared_with_and_labels_by_what_was_stated() -> None:
    text = "he" + " here" * 9 + " "
    plain = await typed(engine(ScriptedBackend(pieces), 0.2), text)
    corrected = await typed(engine(ScriptedBackend(pieces), 0.2, calibration=TIMID), text)
    shown, before = (max(show.high for outcome in found for show in outcome.shows) for found in (corrected, plain))
    assert shown == pytest.approx(Platt(1.0, -1.0).of(before))
    stated, raw = (max(label.probability for o in found for label in o.labels) for found in (corrected, plain))
    assert stated == pytest.approx(raw)


def test_words_under_another_calibration_are_of_another_source() -> None:
    capabilities = ScriptedBackend(pieces).capabilities
    plain, timid = PredictionSource.of("m", capabilities), PredictionSource.of("m", capabilities, calibration=TIMID)
    assert plain != timid
    assert plain.key == timid.key
    assert timid == PredictionSource.of("m", capabilities, calibration=ModelCalibration("m", dict(TIMID.corrections), {"x": 3}))
    other = ModelCalibration("m", {REGIMES[0]: Platt(1.0, -1.0)}, {})
    assert timid != PredictionSource.of("m", capabilities, calibration=other)
