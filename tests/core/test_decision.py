from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.core.decision import Alternative, Bounds, Decision, Reason, choose
from autocomplete.core.gate import ROUNDING, FixedCutoff, LengthAware
from autocomplete.core.percent import bound_percent

PROBABILITIES = st.floats(0.0, 1.0)


@st.composite
def alternatives(draw: st.DrawFn) -> tuple[Alternative, ...]:
    found = []
    for completion in draw(st.lists(st.text("ab我", min_size=1, max_size=4), max_size=6, unique=True)):
        lower, attainable, upper = sorted(draw(st.tuples(PROBABILITIES, PROBABILITIES, PROBABILITIES)))
        found.append(Alternative(completion, Bounds(lower, upper), attainable, draw(st.booleans())))
    return tuple(sorted(found, key=lambda a: -a.bounds.lower))


def decided(known: tuple[Alternative, ...], attainable: float = 0.0, **fields: object) -> Decision:
    raw = Decision(False, "", Bounds(0.0, 1.0), 0.5, Reason.UNDECIDED, known, attainable=attainable)
    return replace(raw, **fields)  # type: ignore[arg-type] # checked where they are used


def word(completion: str, lower: float, upper: float | None = None, attainable: float | None = None) -> Alternative:
    upper = lower if upper is None else upper
    return Alternative(completion, Bounds(lower, upper), lower if attainable is None else attainable)


@given(alternatives(), PROBABILITIES, PROBABILITIES)
def test_what_is_shown_at_a_cutoff_is_shown_at_every_lower_one(
    known: tuple[Alternative, ...], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    strict, lax = decided(known).under(FixedCutoff(high)), decided(known).under(FixedCutoff(low))
    assert lax.shown >= strict.shown
    if strict.shown:
        assert lax.completion.startswith(strict.completion)


@given(alternatives(), PROBABILITIES, PROBABILITIES)
def test_the_verdict_keeps_its_word(known: tuple[Alternative, ...], cutoff: float, attainable: float) -> None:
    decision = decided(known, attainable).under(FixedCutoff(cutoff))
    assert decision.shown is (decision.reason is Reason.SHOWN) is bool(decision.completion)
    if decision.shown:
        assert decision.bounds.lower >= decision.cutoff * (1.0 - ROUNDING)
        assert decision.cutoff == cutoff
    else:
        assert not any(a.bounds.lower >= cutoff for a in known if a.bounds.lower > 0)
        assert decision.explanation


def test_what_has_the_cutoff_but_for_rounding_is_shown_at_that_cutoff() -> None:
    decision = decided((word(" from", 0.5499999999999999),)).under(FixedCutoff(0.55))
    assert (decision.shown, decision.cutoff) == (True, 0.55)


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("completion", ["", " from", "from here on " * 9, "\U0001f600" * 99, "\x1b\ud800" * 99])
def test_its_repr_is_one_short_line(reason: Reason, completion: str) -> None:
    many = tuple(word(f"{completion}{i}", 0.1234, 0.9876) for i in range(1000))
    for known in ((), many):
        decision = decided(known, reason=reason, completion=completion, cutoff=0.9999, requests=1000)
        assert len(repr(decision)) <= 120
        assert repr(decision).isprintable()


@given(alternatives(), PROBABILITIES, PROBABILITIES)
def test_regating_forgets_the_gate_before(known: tuple[Alternative, ...], one: float, other: float) -> None:
    raw = decided(known)
    assert raw.under(FixedCutoff(one)).under(FixedCutoff(other)) == raw.under(FixedCutoff(other))


@given(alternatives(), PROBABILITIES)
def test_a_displayed_completion_stays_by_hysteresis_and_no_longer(known: tuple[Alternative, ...], cutoff: float) -> None:
    gate = FixedCutoff(cutoff, hysteresis=0.25)
    for alternative in known:
        decision = decided(known).under(gate, displayed=alternative.completion)
        if alternative.bounds.lower > 0.0 and alternative.bounds.lower >= gate.keep_at(1) * (1.0 - ROUNDING):
            assert decision.completion == alternative.completion
            assert decision.cutoff * (1.0 - ROUNDING) <= decision.bounds.lower
        else:
            without = decided(known).under(gate)
            may_stay = alternative.attainable >= gate.keep_at(1)  # asking on could prove it
            assert decision == replace(without, reason=Reason.UNDECIDED if may_stay and not without.shown else without.reason)


def test_a_displayed_completion_stays_though_another_became_likelier() -> None:
    known = (word("from", 0.45), word("for", 0.4))
    assert choose(known, FixedCutoff(0.5, 0.2), "for") == known[1]
    assert choose(known, FixedCutoff(0.5, 0.2)) is None
    assert choose(known, FixedCutoff(0.5, 0.1), "for") is None


def test_what_has_no_probability_is_not_shown_even_at_cutoff_0() -> None:
    assert choose((word("from", 0.0, 1.0, 0.9),), FixedCutoff(0.0)) is None
    assert choose((word("from", 0.0, 1.0, 0.9),), FixedCutoff(0.0), "from") is None


def test_a_length_aware_gate_judges_each_candidate_by_its_own_length() -> None:
    gate = LengthAware(key_s=0.25, accept_s=0.25, reading_s=0.2, wrong_s=0.3)
    short, long = word("a", 0.5), word("absolutely", 0.4)
    decision = decided((short, long)).under(gate)
    assert (decision.completion, decision.cutoff) == ("absolutely", gate.show_at(10))


def test_without_an_end_to_wait_for_the_longest_that_passes_is_shown() -> None:
    known = tuple(
        Alternative(text, Bounds(p, 1.0), p, open_ended=True) for text, p in (("我", 0.9), ("我们", 0.7), ("我们的", 0.4))
    )
    assert [decided(known).under(FixedCutoff(c)).completion for c in (0.95, 0.8, 0.6, 0.4)] == [
        "",
        "我",
        "我们",
        "我们的",
    ]


PHRASE = (word("look", 0.9), word("look forward", 0.7), word("look forward to", 0.5))


@pytest.mark.parametrize(("cutoff", "shown"), [(0.95, ""), (0.8, "look"), (0.7, "look forward"), (0.4, "look forward to")])
def test_a_phrase_is_as_long_as_its_joint_probability_allows(cutoff: float, shown: str) -> None:
    decision = decided((PHRASE[0], word("see", 0.05)), phrase=PHRASE).under(FixedCutoff(cutoff))
    assert decision.completion == shown
    if shown:
        assert decision.bounds == next(a.bounds for a in PHRASE if a.completion == shown)


def test_a_displayed_phrase_stays_by_hysteresis() -> None:
    decision = decided(PHRASE[:1], phrase=PHRASE).under(FixedCutoff(0.6, 0.2), displayed="look forward to")
    assert (decision.completion, decision.cutoff) == ("look forward to", 0.48)


@pytest.mark.parametrize(
    ("displayed", "shown"),
    [("from you", "from you"), ("from", "from"), ("from them", ""), ("", ""), ("from you all", "from")],
)
def test_a_displayed_phrase_stays_where_its_first_word_alone_would_not_appear(displayed: str, shown: str) -> None:
    phrase = (word("from", 0.55), word("from you", 0.52), word("from you all", 0.3))
    decision = decided(phrase[:1], phrase=phrase).under(FixedCutoff(0.6, 0.2), displayed)
    assert (decision.completion, decision.cutoff) == (shown, 0.48 if shown else 0.6)


def test_a_phrase_belongs_to_its_first_word() -> None:
    decision = decided((word("see", 0.95), PHRASE[0]), phrase=PHRASE).under(FixedCutoff(0.5))
    assert decision.completion == "see"


@pytest.mark.parametrize(
    ("decision", "reason", "says"),
    [
        (decided((word("from", 0.7, 0.9),)), Reason.SHOWN, "'from' has at least 70%, the cutoff is 60%."),
        (
            decided((word("from", 0.5, 0.7, 0.7),), 0.7),
            Reason.UNDECIDED,
            "'from' lies between 50% and 70%, the cutoff 60% in between, and the request budget ended.",
        ),
        (
            decided((word("from", 0.1, 0.2),), 0.7),
            Reason.UNDECIDED,
            "'from' lies between 10% and 20%; another word could still reach the cutoff of 60%, but the request budget ended.",
        ),
        (decided((), 1.0), Reason.UNDECIDED, "The request budget ended before any whole word was seen."),
        (
            decided((word("from", 0.2, 0.7, 0.3),), 0.3),
            Reason.BELOW_CUTOFF,
            "'from' has at least 20%, less than the cutoff of 60%, and nothing can reach it.",
        ),
        (
            decided((), 0.1),
            Reason.NO_WORD,
            "No whole word can reach the cutoff; a line break, the end or many rare words are likelier.",
        ),
        (decided((), reason=Reason.NOTHING_TYPED), Reason.NOTHING_TYPED, "Nothing is typed yet."),
    ],
)
def test_the_reason_is_always_given(decision: Decision, reason: Reason, says: str) -> None:
    gated = decision.under(FixedCutoff(0.6))
    assert gated.reason is reason
    assert gated.explanation == says


def test_a_cutoff_is_given_as_it_was_set() -> None:
    """Rounded like the bound it would be the same, and "99.9% is less than 99.9%" makes no sense."""
    gated = decided((word("from", 0.9993),)).under(FixedCutoff(0.9995))
    assert gated.explanation == "'from' has 99.9%, less than the cutoff of 99.95%, and nothing can reach it."


def test_without_a_candidate_the_bounds_claim_nothing() -> None:
    assert decided((), 0.0).under(FixedCutoff(0.6)).bounds == Bounds(0.0, 1.0)


@given(PROBABILITIES)
def test_a_percentage_is_rounded_outwards(probability: float) -> None:
    assert float(bound_percent(probability).removesuffix("%")) <= probability * 100 + 1e-6
    assert float(bound_percent(probability, up=True).removesuffix("%")) >= probability * 100 - 1e-6
