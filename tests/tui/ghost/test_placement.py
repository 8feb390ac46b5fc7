"""The ghost as a pure function of texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.ghost.placement import (
    NOTHING,
    Before,
    Ghost,
    Suggestion,
    clipped,
    inside_word,
    is_quiet,
    next_word,
    obstacle,
    onward,
    place,
    remaining,
)
from tui.text.cells import clip, first_grapheme

texts = st.text(max_size=20)
words = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=12)

#: Bidirectional controls, and what takes no room.
INVISIBLE = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u2060\ufeff\u00ad"


@given(anchor=texts, completion=words, data=st.data())
def test_typing_through_leaves_the_rest(anchor: str, completion: str, data: st.DataObject) -> None:
    n_typed = data.draw(st.integers(0, len(completion)))
    rest = remaining(anchor, completion, anchor + completion[:n_typed])
    assert completion[:n_typed] + rest == completion


@given(anchor=texts, completion=words, current=texts)
def test_what_is_typed_and_what_is_left_are_always_the_completion(anchor: str, completion: str, current: str) -> None:
    rest = remaining(anchor, completion, current)
    assert rest == "" or current + rest == anchor + completion


@given(anchor=texts, completion=words, other=st.characters())
def test_another_letter_blanks_it(anchor: str, completion: str, other: str) -> None:
    if other != completion[0]:
        assert remaining(anchor, completion, anchor + other) == ""


@given(anchor=st.text(min_size=1, max_size=20), completion=words)
def test_deleting_before_the_anchor_blanks_it(anchor: str, completion: str) -> None:
    assert remaining(anchor, completion, anchor[:-1]) == ""


@pytest.mark.parametrize(
    ("completion", "after", "expected"),
    [
        ("om", "", True),
        ("om", " you", True),
        ("om", ".", True),
        ("om", "og", False),
        ("om", "9", False),
        (" you", " you soon", False),
        ("a\nb", "", False),
        ("a\x1b[2J", "", False),
        ("a\u2028b", "", False),
        *((f"a{char}b", "", False) for char in INVISIBLE),
        ("\U0001f469\u200d\U0001f52c", "", True),
        ("\u0645\u06cc\u200c\u062e", "", True),
        ("\u2764\ufe0f", "", True),
        ("東京", "", True),
    ],
)
def test_what_may_stand_before_the_rest_of_a_line(completion: str, after: str, expected: bool) -> None:
    suggestion = Suggestion(Before(0, "fr"), completion, 0.9)
    assert place(suggestion, "fr", after) == (Ghost(completion) if expected else NOTHING)
    assert (obstacle(completion, "fr", after) == "") is expected


@pytest.mark.parametrize(
    ("anchor", "completion", "current", "quiet"),
    [
        ("I look f", "orward", "I look f", True),
        ("I look f", "orward", "I look fi", True),
        ("I look f", "orward", "I look ", True),
        ("I look f", "orward", "I look fig ", False),
        ("I look f", "orward", "I look f.", False),
        ("I look f", "orward", "I loo", False),
        ("Thank", " you", "Thank", True),
        ("Thank", " you", "Thank y", True),
        ("Thank", " you", "Thank your", True),
        ("Thank", " you", "Thank your ", False),
        ("Thank ", "you", "Thank you'r", True),
        ("Thank ", "you soon", "Thank you ", True),  # the phrase that was sent away does not come back in part
        ("今日", "は", "今日", True),
        ("今日", "は", "今日は", False),
        ("Thank ", "you", "Thank you\n", False),
        ("", "Dear", "", True),
        ("", "Dear", "De", True),
        ("", "Dear", "De ", False),
    ],
)
def test_a_dismissed_word_stays_quiet_until_it_ends(anchor: str, completion: str, current: str, quiet: bool) -> None:
    assert is_quiet(Suggestion(Before(0, anchor), completion, 0.9), current) is quiet


@given(text=st.text(max_size=30), n_cells=st.integers(0, 40))
def test_clipped_text_never_passes_the_edge(text: str, n_cells: int) -> None:
    assert cell_len(clip(text, n_cells)) <= n_cells


@given(text=words)
def test_first_grapheme_is_a_beginning(text: str) -> None:
    first = first_grapheme(text)
    assert first
    assert text.startswith(first)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", False),
        ("fr", "om", True),
        ("", "om", True),
        ("don", "'t", True),
        ("3", ".14", True),
        ("end", ".", False),
    ],
)
def test_inside_a_word(before: str, after: str, expected: bool) -> None:
    assert inside_word(before, after) is expected


phrases = st.lists(st.tuples(words, st.floats(0.1, 1.0)), min_size=1, max_size=4)


def phrase_of(anchor: str, parts: list[tuple[str, float]]) -> Suggestion:
    """Return the phrase of words with those conditional probabilities."""
    completion, joint, ends = "", 1.0, []
    for word, conditional in parts:
        completion, joint = completion + word, joint * conditional
        ends.append((len(completion), joint))
    return Suggestion(Before(0, anchor), completion, joint, tuple(ends))


@given(anchor=texts, parts=phrases)
def test_a_phrase_is_taken_word_by_word_and_nothing_is_lost(anchor: str, parts: list[tuple[str, float]]) -> None:
    suggestion = phrase_of(anchor, parts)
    taken, rest = [], suggestion.completion
    while rest:
        taken.append(next_word(suggestion, rest))
        rest = rest[len(taken[-1]) :]
    assert taken == [word for word, _ in parts]


@given(anchor=texts, parts=phrases, data=st.data())
def test_the_rest_of_a_phrase_draws_the_same_and_has_the_conditional_probability(
    anchor: str, parts: list[tuple[str, float]], data: st.DataObject
) -> None:
    suggestion = phrase_of(anchor, parts)
    n_words = data.draw(st.integers(0, len(parts) - 1))
    typed = "".join(word for word, _ in parts[:n_words])
    rest = onward(suggestion, suggestion.completion[len(typed) :])
    assert place(rest, anchor + typed, "") == place(suggestion, anchor + typed, "")
    product = 1.0
    for _, conditional in parts[n_words:]:
        product *= conditional
    assert rest.probability == pytest.approx(product)


@given(anchor=texts, parts=phrases, data=st.data())
def test_onward_twice_is_onward_once(anchor: str, parts: list[tuple[str, float]], data: st.DataObject) -> None:
    suggestion = phrase_of(anchor, parts)
    first = data.draw(st.integers(0, len(suggestion.completion) - 1))
    second = data.draw(st.integers(first, len(suggestion.completion) - 1))
    rest = suggestion.completion[second:]
    twice = onward(onward(suggestion, suggestion.completion[first:]), rest)
    once = onward(suggestion, rest)
    assert (twice.anchor, twice.completion) == (once.anchor, once.completion)
    assert twice.probability == pytest.approx(once.probability)


def test_a_wait_stands_at_its_place_alone() -> None:
    waiting = Suggestion(Before(0, "so "), "", 0.0, mark="…")
    assert place(waiting, "so ", "") == Ghost(mark="…")
    assert place(waiting, "so f", "") == NOTHING
    assert place(waiting, "so", "") == NOTHING


@given(text=words, mark=words, n_cells=st.integers(0, 40))
def test_a_ghost_with_its_mark_never_passes_the_edge(text: str, mark: str, n_cells: int) -> None:
    kept, kept_mark = clipped(Ghost(text, mark), n_cells)
    assert cell_len(kept) + cell_len(kept_mark) <= n_cells
    assert kept_mark in ("", mark)
