from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocomplete.core.boundaries import scan
from autocomplete.core.decision import Alternative, Bounds, Mode, choose
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import FixedCutoff, Gate, JointGate, LengthAware
from autocomplete.core.search import LONGEST_OPEN_ENDED, Search
from tests.core.tiny_process import ALPHABETS, TinyProcess, readable_text, truths

EPSILON = 1e-9
#: Tokens with a boundary only at their beginning: every finished word is then a state, and the chain rule is exact.
LED_BY_BOUNDARY = (b"a", b"b", b"ab", b" a", b" b", b" ab", b" ", b".")


def answer(*pairs: tuple[str | bytes, float], end: float = 0.0) -> Distribution:
    return Distribution.from_pairs(((t.encode() if isinstance(t, str) else t, p) for t, p in pairs), end=end)


def searched(
    typed: str,
    table: Mapping[bytes, Distribution] | Callable[[bytes], Distribution],
    *,
    gate: Gate | None = None,
    budget: int = 30,
    **settings: object,
) -> tuple[Search, list[bytes]]:
    """Return a search fed from `table` until it is settled or has asked `budget` times, and what it asked about."""
    search = Search(typed, gate=gate if gate is not None else FixedCutoff(0.5), **settings)  # type: ignore[arg-type] # by name
    ask = table if callable(table) else (lambda key: table.get(key, Distribution((), 1.0)))
    asked: list[bytes] = []
    while len(asked) < budget and (state := search.next()) is not None:
        search.feed(state, ask(state))
        asked.append(state)
    return search, asked


def best(search: Search) -> Alternative:
    return search.alternatives()[0]


# -- what is asked ----------------------------------------------------------------------------------------------------


def test_the_root_is_asked_first_and_a_heavy_word_to_its_end() -> None:
    search, asked = searched("", {b"": answer((" from", 0.8)), b" from": answer((" you", 0.9))})
    assert asked == [b"", b" from"]
    assert best(search) == Alternative(" from", Bounds(0.8 * 0.9, 1.0), best(search).attainable)


def test_a_token_that_holds_its_boundary_costs_no_second_question() -> None:
    search, asked = searched("", {b"": answer((" from you", 0.8))})
    assert asked == [b""]
    assert (best(search).completion, best(search).bounds.lower) == (" from", 0.8)


def test_a_model_over_whole_words_is_asked_once() -> None:
    whole = Distribution(((b" from", 0.8), (b" for", 0.1)), 0.1, whole_words=True)
    search, asked = searched("", {b"": whole})
    assert asked == [b""]
    assert best(search).bounds.lower == 0.8


@pytest.mark.parametrize("cutoff", [0.85, 0.9, 1.0])
def test_nothing_is_asked_that_cannot_help(cutoff: float) -> None:
    search, asked = searched("", {b"": answer((" from", 0.8))}, gate=FixedCutoff(cutoff))
    assert asked == [b""]
    assert search.attainable == pytest.approx(0.8)


def test_at_cutoff_p_at_most_1_over_p_states_are_asked_about_at_a_depth() -> None:
    flat = answer(*((f" w{letter}", 0.1) for letter in "abcdefghij"))
    for cutoff, most in ((0.5, 0), (0.11, 0), (0.1, 10)):
        _, asked = searched("", {b"": flat}, gate=FixedCutoff(cutoff))
        assert len(asked) - 1 <= most


def test_tokenizations_of_one_text_are_one_state() -> None:
    table = {b"": answer((" fr", 0.3), (" from", 0.6)), b" fr": answer(("om", 1.0)), b" from": answer((" you", 1.0))}
    search, asked = searched("", table, gate=FixedCutoff(0.85))
    assert sorted(asked) == [b"", b" fr", b" from"]
    assert best(search).bounds.lower == pytest.approx(0.9)


def test_mass_that_reaches_an_expanded_state_later_moves_on() -> None:
    table = {b"": answer((" from", 0.6), (" fr", 0.4)), b" from": answer((" you", 0.5)), b" fr": answer(("om", 1.0))}
    search, asked = searched("", table, gate=FixedCutoff(0.45))
    assert asked[1] == b" from"
    assert best(search).bounds.lower == pytest.approx(0.5)


def test_only_what_agrees_with_the_typed_letters_counts() -> None:
    table = {b"": answer((" from", 0.2), (" you", 0.7), (" f", 0.04), (" friends x", 0.06))}
    search, asked = searched(" fr", table, gate=FixedCutoff(0.9))
    assert asked == [b""]
    assert {a.completion for a in search.alternatives()} == {"om", "iends"}
    assert search.attainable == pytest.approx(0.24 / 0.3)
    assert best(search).bounds.lower == pytest.approx(0.06 / 0.3)
    assert best(search).bounds.upper == pytest.approx(0.1 / 0.3)


def test_the_next_state_is_the_first_of_the_useful_ones() -> None:
    search = Search("", gate=FixedCutoff(0.2), displayed=" b")
    assert search.useful() == [search.next()] == search.towards_displayed() == [b""]
    search.feed(b"", answer((" a", 0.3), (" b", 0.25), (" c", 0.1)))
    assert (search.next(), search.useful(), search.towards_displayed()) == (b" a", [b" a", b" b"], [b" b"])


def test_a_state_that_is_not_open_cannot_be_fed() -> None:
    search, _ = searched("", {b"": answer((" a", 0.2))})
    for key in (b"", b"nowhere"):
        with pytest.raises(KeyError):
            search.feed(key, answer())


# -- what is a word ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["\n", " \n", "\r\n", "\n\n", "\n word "])
def test_a_line_break_is_an_outcome_but_no_word(text: str) -> None:
    search, asked = searched("", {b"": answer((text, 0.9))})
    assert asked == [b""]
    assert search.alternatives() == ()


@pytest.mark.parametrize("typed", ["", " fr", " from"])
def test_the_end_of_the_text_is_no_word(typed: str) -> None:
    search, _ = searched(typed, {b"": answer(end=0.9)})
    assert search.alternatives() == ()


def test_the_end_of_the_text_ends_a_word() -> None:
    table = {b"": answer((" from", 0.9)), b" from": answer(end=0.9)}
    assert best(searched("", table)[0]).bounds.lower == pytest.approx(0.81)


@pytest.mark.parametrize(
    ("follows", "completion"),
    [(" you", " don"), (".", " don"), ("\n", " don"), ("'t you", " don't"), ("'. ", " don"), ("-key ", " don-key")],
)
def test_what_ends_a_word_and_what_does_not(follows: str, completion: str) -> None:
    search, _ = searched("", {b"": answer((" don", 1.0)), b" don": answer((follows, 1.0))})
    assert best(search).completion == completion
    assert best(search).bounds.lower == 1.0


def test_an_apostrophe_is_asked_about() -> None:
    table = {b"": answer((" don'", 1.0)), b" don'": answer(("t", 0.7), (" ", 0.3)), b" don't": answer((" ", 1.0))}
    search, asked = searched("", table, gate=FixedCutoff(0.6))
    assert asked == [b"", b" don'", b" don't"]
    assert {a.completion: round(a.bounds.lower, 9) for a in search.alternatives()} == {" don't": 0.7, " don": 0.3}


def test_a_split_character_is_put_together() -> None:
    earth = "🌍".encode()
    table = {b"": answer((b" \xf0\x9f", 0.5), (" 🌍", 0.45)), b" " + earth: answer((" ", 1.0))}
    search, _ = searched("", table, gate=FixedCutoff(0.4))
    assert best(search).completion == " 🌍"
    assert best(search).bounds.lower == pytest.approx(0.45)
    assert best(search).bounds.upper == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["我喜欢", "カタカナ", "สวัสดี"])
def test_where_words_have_no_end_the_longest_likely_text_is_the_suggestion(text: str) -> None:
    def ask(key: bytes) -> Distribution:
        following = text.encode()[len(key) : len(key) + 3]
        return answer((following, 0.9)) if following else answer(("。", 0.9))

    search, _ = searched("", ask, gate=FixedCutoff(0.75))
    shown = choose(search.alternatives(), FixedCutoff(0.75))
    assert shown is not None
    assert text.startswith(shown.completion)
    assert len(shown.completion) == 2  # .9 * .9 >= .75 > .9 ** 3


def test_a_text_without_end_stops_somewhere() -> None:
    search, asked = searched("", lambda _: answer(("们", 1.0)), gate=FixedCutoff(0.5), budget=100)
    assert len(asked) == LONGEST_OPEN_ENDED // 3
    assert choose(search.alternatives(), FixedCutoff(0.5)) is not None


def test_a_compound_is_suggested_before_its_end() -> None:
    search, asked = searched(" Donaudampf", {b"": answer((" Donaudampfschifffahrts", 0.9))})
    assert best(search).open_ended
    assert best(search).completion == "schifffahrts"
    assert asked == [b"", b" Donaudampfschifffahrts"]


@pytest.mark.parametrize("text", ["s", "'s", "-time", "x y"])
def test_after_a_finished_word_what_would_continue_it_is_excluded(text: str) -> None:
    table = {b"": answer((text, 0.5), (" you", 0.4)), b" you": answer((" ", 1.0))}
    search, _ = searched("", table, after_word=True)
    assert best(search).completion == " you"
    assert best(search).bounds.lower == pytest.approx(0.4 / 0.5)


# -- any bytes --------------------------------------------------------------------------------------------------------

BYTES = st.one_of(
    st.binary(min_size=1, max_size=5),
    st.sampled_from([b"\xed\xa0\x80", b"\xef\xbf\xbd", b"\xff", b"\xc3", b"\xa9", b"\xf0\x9f", b"\x00", b" ", b"\r\n"]),
    st.text(max_size=3).map(str.encode).filter(bool),
)
TYPED = st.sampled_from(["", " ", " a", "'", " don'", " \ufffd", "é", " 👩\u200d", "我", "\x00", " \ud800", '("ba', "3."])


@given(TYPED, st.lists(BYTES, min_size=1, max_size=8), st.integers(0, 2**32), st.booleans())
def test_no_bytes_crash_the_search_or_show_a_replacement_character(
    typed: str, vocabulary: list[bytes], seed: int, after_word: bool
) -> None:
    process = TinyProcess(seed, sorted(set(vocabulary)), depth=6, top_k=5)
    search, _ = searched(typed, process.top, gate=FixedCutoff(0.05), budget=8, after_word=after_word)
    for alternative in search.alternatives():
        bounds = alternative.bounds
        assert 0.0 <= bounds.lower <= bounds.upper <= 1.0
        assert bounds.lower - EPSILON <= alternative.attainable
        alternative.completion.encode()
        if b"\xef\xbf\xbd" not in b"".join(vocabulary):
            assert "\ufffd" not in alternative.completion


def test_the_replacement_character_itself_is_text() -> None:
    table = {b"": answer(("\ufffd", 0.5), (b"\xff", 0.5)), "\ufffd".encode(): answer((" from you", 1.0))}
    search, _ = searched("", table, gate=FixedCutoff(0.5))
    assert [(a.completion, a.bounds.lower) for a in search.alternatives()] == [("\ufffd from", 0.5)]


# -- laws, on random models -------------------------------------------------------------------------------------------


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
        search, _ = searched("", ask, gate=joint, after_word=number > 0, budget=8)
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
        exact, _ = truths(TinyProcess(seed, ALPHABETS[seed % 6], depth=3, top_k=3), b"")
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


# -- corrections ------------------------------------------------------------------------------------------------------


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
