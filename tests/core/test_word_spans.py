"""What a word is, against the rule by which the engine completes words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autocomplete.core.boundaries import scan
from autocomplete.core.root import split
from autocomplete.core.word_spans import divides_word, finished_words, next_word, stem, word_spans
from tests.core.awkward_texts import TEXTS


def cut(text: str) -> list[str]:
    return [text[word.start : word.end] for word in word_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n ...", []),
        ("hearing fr", ["hearing", "fr"]),
        ("don't well-known 3.14", ["don't", "well-known", "3.14"]),
        ("a\r\nb", ["a", "b"]),
        ("ok👍 fine", ["ok", "👍", "fine"]),
        ("我们 ab", ["我", "们", "ab"]),
        ("cafe\u0301!", ["cafe\u0301"]),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@given(TEXTS)
@example("a 'tis")
@example("1.\u03012")
def test_each_word_is_what_the_engine_would_complete_right_before_it(text: str) -> None:
    for word in word_spans(text):
        typed = split(text[: word.start]).typed
        if word.open_ended:
            continue
        found = scan(typed + text[word.start :], len(typed), ended=True)
        assert (found.start, found.end) == (len(typed), len(typed) + word.end - word.start)


@given(TEXTS, st.integers(0, 12))
def test_the_next_word_ends_where_a_word_ends(text: str, at: int) -> None:
    at = min(at, len(text))
    completion = next_word(text, at)
    if completion is not None:
        assert text[at:].startswith(completion)
        assert "\n" not in completion.replace("\r", "\n")
        typed = split(text[:at]).typed
        assert scan(typed + completion, len(typed), ended=True).end == len(typed + completion)


def test_the_end_of_a_very_long_word_is_found() -> None:
    assert next_word("x " + "y" * 5000 + " z", 2) == "y" * 5000
    assert next_word(" " * 900 + "z", 0) == " " * 900 + "z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("fr", "fr"), ("hearing ", ""), ("don'", "don'"), ("end.", ""), ("3.1", "3.1"), ("\nHe", "He")],
)
def test_the_stem_is_what_is_typed_of_the_word(text: str, expected: str) -> None:
    assert stem(text) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", False),
        ("", "word", False),
        ("wo", "rd", True),
        ("wo", "", False),
        ("wo", " rd", False),
        ("don", "'t", True),
        ("don", "' t", False),
        ("don'", "t", True),
        ("3", ".14", True),
        ("3.", "14", True),
        ("end", ".\n", False),
        ("e", "\u0301tude", True),
        ("我", "们", False),
    ],
)
def test_a_cursor_inside_a_word(before: str, after: str, expected: bool) -> None:
    assert divides_word(before, after) is expected


@pytest.mark.parametrize(
    ("before", "inserted", "expected"),
    [
        ("", "", 0),
        ("", "word", 0),
        ("word", " ", 1),
        ("word ", " ", 0),
        ("wor", "d.", 1),
        ("don", "'", 0),
        ("don'", " ", 1),
        ("a", "\n", 1),
        ("一", "二", 1),
        ("", "one two three", 2),
    ],
)
def test_finished_words(before: str, inserted: str, expected: int) -> None:
    assert finished_words(before, inserted) == expected


@given(TEXTS)
def test_key_by_key_each_word_is_finished_once(text: str) -> None:
    typed = text + "\n"
    if any(word.open_ended for word in word_spans(typed)):
        return  # a later mark may still join the last grapheme
    keys = sum(finished_words(typed[:at], typed[at]) for at in range(len(typed)))
    assert keys == len(cut(typed))
