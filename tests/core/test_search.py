from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.core.decision import Alternative, Bounds, choose
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import FixedCutoff
from autocomplete.core.search import LONGEST_OPEN_ENDED, Search
from tests.core.searching import EPSILON, answer, best, searched
from tests.core.tiny_process import TinyProcess


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
    search, _ = searched("", table, after="so")
    assert best(search).completion == " you"
    assert best(search).bounds.lower == pytest.approx(0.4 / 0.5)


BYTES = st.one_of(
    st.binary(min_size=1, max_size=5),
    st.sampled_from([b"\xed\xa0\x80", b"\xef\xbf\xbd", b"\xff", b"\xc3", b"\xa9", b"\xf0\x9f", b"\x00", b" ", b"\r\n"]),
    st.text(max_size=3).map(str.encode).filter(bool),
)
TYPED = st.sampled_from(["", " ", " a", "'", " don'", " \ufffd", "é", " 👩\u200d", "我", "\x00", " \ud800", '("ba', "3."])


@given(TYPED, st.lists(BYTES, min_size=1, max_size=8), st.integers(0, 2**32), st.sampled_from(["", "so", "3", "👍"]))
def test_no_bytes_crash_the_search_or_show_a_replacement_character(
    typed: str, vocabulary: list[bytes], seed: int, after: str
) -> None:
    process = TinyProcess(seed, sorted(set(vocabulary)), depth=6, top_k=5)
    search, _ = searched(typed, process.top, gate=FixedCutoff(0.05), budget=8, after=after)
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
