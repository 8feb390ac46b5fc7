"""The ghost as a pure function of texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.ghost import Before, Suggestion, clip, finished_words, first_grapheme, fits, is_quiet, remaining, strength

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
        ("", "", False),
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
def test_fits(completion: str, after: str, expected: bool) -> None:
    assert fits(completion, after) is expected


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
    ("before", "inserted", "n_words"),
    [
        ("", "", 0),
        ("wor", "d", 0),
        ("word", " ", 1),
        ("word ", " ", 0),
        ("don", "'", 0),
        ("a", " b, c.", 3),
        ("", "\n", 0),
    ],
)
def test_finished_words(before: str, inserted: str, n_words: int) -> None:
    assert finished_words(before, inserted) == n_words


@given(low=st.floats(0, 1), high=st.floats(0, 1))
def test_a_surer_ghost_is_never_fainter(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert 0.0 < strength(low) <= strength(high) < 1.0
