"""What a search states is never above the truth, and never loosened by more answers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.core.boundaries import scan
from autocomplete.core.decision import Bounds, Mode, choose
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import FixedCutoff, Gate, JointGate, LengthAware
from autocomplete.core.search import Search
from tests.core.searching import EPSILON, LED_BY_BOUNDARY, answer, best, searched
from tests.core.tiny_process import ALPHABETS, TinyProcess, readable_text, truth


@st.composite
def processes(draw: st.DrawFn, vocabularies: Iterable[tuple[bytes, ...]] = ALPHABETS[:5]) -> TinyProcess:
    vocabulary = draw(st.sampled_from(list(vocabularies)))
    return TinyProcess(draw(st.integers(0, 10**6)), vocabulary, depth=4, top_k=draw(st.integers(1, 9)))


@settings(max_examples=150)
@given(processes(), st.integers(1, 10))
def test_more_answers_never_loosen_a_bound(process: TinyProcess, budget: int) -> None:
    search = Search("", gate=FixedCutoff(0.05))
    known: dict[tuple[str, bool], Bounds] = {}
    for _ in range(budget):
        state = search.next()
        if state is None:
            break
        search.feed(state, process.top(state))
        for alternative in search.alternatives():
            key = (alternative.completion, alternative.open_ended)
            before = known.get(key, Bounds(0.0, 1.0))
            assert alternative.bounds.lower >= before.lower - EPSILON
            assert alternative.bounds.upper <= before.upper + EPSILON
            known[key] = alternative.bounds


@settings(max_examples=200)
@given(processes(), st.sampled_from([0.02, 0.1, 0.3]))
def test_typing_a_word_never_lowers_its_bound_and_leaves_exactly_its_tail(process: TinyProcess, cutoff: float) -> None:
    """With the answers already known, and no other."""
    search, asked = searched("", process.top, gate=FixedCutoff(cutoff), budget=10)
    shown = choose(search.alternatives(), FixedCutoff(cutoff))
    if shown is None or shown.open_ended:
        return
    known = {state: process.top(state) for state in asked}
    least = shown.bounds.lower
    for length in range(1, len(shown.completion)):
        typed, tail = shown.completion[:length], shown.completion[length:]
        later = Search(typed, gate=FixedCutoff(cutoff))
        for state in sorted(known, key=len):
            with suppress(KeyError):  # not on the way to what is typed now
                later.feed(state, known[state])
        left = next(a for a in later.alternatives() if a.completion == tail)
        assert left.bounds.lower >= least - EPSILON
        assert choose(later.alternatives(), FixedCutoff(cutoff), displayed=tail) == left
        least = left.bounds.lower


class TablePrior:
    """A prior that takes one letter after another for equally likely."""

    def starts_with(self, prefix: bytes) -> float:
        return 0.5 ** len(prefix)

    def word(self, token: bytes) -> float:
        return 0.25 ** len(token)


@settings(max_examples=150)
@given(processes(), st.sampled_from(["", " ", " a", "a", "b", " ab"]), st.integers(1, 8))
def test_the_estimate_is_never_below_what_is_certified(process: TinyProcess, typed: str, budget: int) -> None:
    certified = Search(typed, gate=FixedCutoff(0.05))
    estimated = Search(typed, gate=FixedCutoff(0.05), mode=Mode.ESTIMATED, prior=TablePrior())
    for _ in range(budget):
        state = certified.next()
        if state is None:
            break
        for search in (certified, estimated):
            search.feed(state, process.top(state))
        sure = {(a.completion, a.open_ended): a for a in certified.alternatives()}
        guess = {(a.completion, a.open_ended): a for a in estimated.alternatives()}
        assert sure.keys() == guess.keys()
        for key, alternative in guess.items():
            assert alternative.bounds.lower >= sure[key].bounds.lower - EPSILON
            assert alternative.bounds.upper >= sure[key].bounds.upper - EPSILON
            assert alternative.bounds.lower <= alternative.bounds.upper


def test_without_a_prior_nothing_is_estimated() -> None:
    assert Search(" f", gate=FixedCutoff(0.5), mode=Mode.ESTIMATED).mode is Mode.CERTIFIED


def test_what_is_typed_takes_unseen_mass_out_of_the_estimate() -> None:
    root = answer((" from", 0.3), (" you", 0.3))
    table = {b"": root, b" from": answer((" ", 1.0))}
    sure, _ = searched(" fr", table, gate=FixedCutoff(0.4))
    guess, _ = searched(" fr", table, gate=FixedCutoff(0.4), mode=Mode.ESTIMATED, prior=TablePrior())
    assert best(sure).bounds.lower == pytest.approx(0.3 / 0.7)
    assert best(guess).bounds.lower > 0.8


@settings(max_examples=60, deadline=None)
@given(processes([LED_BY_BOUNDARY]), st.integers(2, 3))
def test_the_joint_probability_of_a_phrase_against_enumeration(process: TinyProcess, n_words: int) -> None:
    """The chain rule of bounds: each next word is searched after the text of those before it."""
    gate = FixedCutoff(0.01)
    before, lower, upper = b"", 1.0, 1.0
    for number in range(n_words):
        ask = lambda key, before=before: process.top(before + key)  # noqa: E731 - one for each word
        joint = gate if number == 0 else JointGate(gate, lower, len(before))
        search, _ = searched("", ask, gate=joint, after=before[-1:].decode(), budget=8)
        shown = choose(search.alternatives(), joint)
        if shown is None:
            break
        before += shown.completion.encode()
        lower, upper = lower * shown.bounds.lower, upper * shown.bounds.upper
        exact = _phrase_probability(process, before, number + 1)
        assert lower - EPSILON <= exact <= upper + EPSILON
        assert lower >= 0.01 - EPSILON


def _phrase_probability(process: TinyProcess, phrase: bytes, n_words: int) -> float:
    """Return, by enumeration, the probability that the first `n_words` words of a text end exactly where `phrase` ends."""
    total = 0.0
    for text, probability in process.texts().items():
        readable, at = readable_text(text), 0
        for _ in range(n_words):
            end = scan(readable, at, ended=True).end
            if end is None:
                break
            at = end
        else:
            total += probability * (readable[:at] == phrase.decode())
    return total


def test_enumerated_words_sum_to_at_most_1() -> None:
    for seed in range(20):
        exact = truth(TinyProcess(seed, ALPHABETS[seed % 6], depth=3, top_k=3), b"").words
        assert sum(exact.values()) <= 1.0 + EPSILON


def test_unseen_mass_of_whole_words_may_be_incompatible_with_the_stem() -> None:
    """What is not listed after "I like" may all be other letters than "p", or all be "p": both are within the bounds."""
    search = Search(" p", gate=FixedCutoff(0.5))
    search.feed(b"", Distribution.from_pairs([(b" apples", 0.7), (b" pears", 0.2)], whole_words=True))
    bounds = search.alternatives()[0].bounds
    assert bounds.lower == pytest.approx(0.2 / 0.3)
    assert bounds.upper == pytest.approx(1.0)


def test_unseen_mass_after_a_whole_word_is_taken_to_end_it_as_often_as_the_prior_says() -> None:
    def table(state: bytes) -> Distribution:
        return Distribution.from_pairs([(b" cat", 1.0)] if not state else [(b".", 0.2)])

    sure, _ = searched("", table, gate=FixedCutoff(0.5))
    guess, _ = searched("", table, gate=FixedCutoff(0.5), mode=Mode.ESTIMATED, prior=TablePrior())
    assert best(sure).bounds.lower == pytest.approx(0.2)
    assert best(guess).bounds.lower == pytest.approx(0.2 + 0.8 * 0.25**4 / 0.5**4)
    assert best(guess).bounds.upper == pytest.approx(best(sure).bounds.upper) == pytest.approx(1.0)


class Squared:
    """A correction by which what is stated is right as often as its square says."""

    def of(self, probability: float) -> float:
        return probability * probability

    def inverse(self, probability: float) -> float:
        return math.sqrt(probability)


@dataclass(frozen=True, slots=True)
class StatedGate(Gate):
    """The gate that stated probabilities must pass so that corrected ones pass `gate`."""

    gate: Gate

    def show_at(self, n_chars: int) -> float:
        return Squared().inverse(self.gate.show_at(n_chars))

    def keep_at(self, n_chars: int) -> float:
        return Squared().inverse(self.gate.keep_at(n_chars))


@settings(max_examples=100, deadline=None)
@given(processes(), st.sampled_from((" ", " a", "")), st.integers(1, 97), st.booleans(), st.sampled_from(("", "b", "a")))
def test_a_corrected_search_asks_and_finds_what_one_of_stated_probabilities_does(
    process: TinyProcess, typed: str, percent: int, length_aware: bool, displayed: str
) -> None:
    cutoff = percent / 100 + 0.00123  # no probability of the process
    gate: Gate = LengthAware(floor=cutoff / 2, ceiling=cutoff) if length_aware else FixedCutoff(cutoff)
    corrected, asked = searched(typed, process.top, gate=gate, budget=8, displayed=displayed, correction=Squared())
    stated, asked_too = searched(typed, process.top, gate=StatedGate(gate), budget=8, displayed=displayed)
    assert asked == asked_too
    assert corrected.useful() == stated.useful()
    assert corrected.attainable == pytest.approx(stated.attainable**2)
    found = {alternative.completion: alternative for alternative in corrected.alternatives()}
    for alternative in stated.alternatives():
        one = found.pop(alternative.completion)
        assert one.bounds.lower == pytest.approx(alternative.bounds.lower**2)
        assert one.bounds.upper == pytest.approx(alternative.bounds.upper**2)
        assert one.attainable == pytest.approx(alternative.attainable**2)
    assert not found
    shown, shown_too = (
        choose(corrected.alternatives(), gate, displayed),
        choose(stated.alternatives(), StatedGate(gate), displayed),
    )
    assert (shown and shown.completion) == (shown_too and shown_too.completion)
