"""Text as units, and units as numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.embedded.ngram.position import position_after
from autocomplete.embedded.ngram.sentences import at_start, is_ended, sentences, sentences_at_cursor, straight
from autocomplete.embedded.ngram.vocabulary import FIRST_MARK, START_ID, UNKNOWN_ID, Vocabulary

KNOWN = Vocabulary.of([",", ".", '"', ' "', " ("], ["we", "are", "here", "May", "may", "The", "the", "it's"], ["May"])


@pytest.mark.parametrize(
    ("line", "forms"),
    [
        ("", []),
        ("  \t ", []),
        ("...", [[" .", ".", "."]]),
        ("It’s “fine”.", [["It's", ' "', "fine", '"', "."]]),
        ("well-known, don't", [["well-known", ",", "don't"]]),
        ("3.14 and 1,000 and 7", [["<#>", "and", "<#>", "and", "<1>"]]),
        ("Hi. You? Yes!", [["Hi", "."], ["You", "?"], ["Yes", "!"]]),
        ("Hi. you", [["Hi", ".", "you"]]),
        ("Mr. Smith, e.g. J. Doe.", [["Mr", ".", "Smith", ",", "e", ".", "g", ".", "J", ".", "Doe", "."]]),
        ("It works.) Then", [["It", "works", ".", ")"], ["Then"]]),
        ("a/b foo.bar", [["a", "/", "b", "foo", ".", "bar"]]),
        ("日本 😀 é", [["日本", " 😀", "é"]]),
    ],
)
def test_a_line_is_cut_into_sentences_of_units(line: str, forms: list[list[str]]) -> None:
    assert [[unit.form for unit in sentence] for sentence in sentences(line)] == forms


def test_straightening_moves_no_offset() -> None:
    text = "“It’s”\u00a0well‑known…"
    assert len(straight(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "start", "ended"),
    [('"', True, False), ('He said "', False, False), ("- (", True, False), ("3", False, False), ("Go!'", False, True)],
)
def test_a_capital_is_due_until_the_first_word(text: str, start: bool, ended: bool) -> None:
    sentence = sentences(text)[-1]
    assert (at_start(sentence), is_ended(sentence)) == (start, ended)


@pytest.mark.parametrize(
    ("word", "first", "form"),
    [
        ("The", False, b"The"),
        ("The", True, b"the"),
        ("May", True, b"May"),
        ("We", True, b"we"),
        ("We", False, None),
        ("WE", True, None),
        ("", True, None),
        ("\ud800", False, None),
    ],
)
def test_a_first_word_is_found_without_its_capital_unless_it_keeps_it(word: str, first: bool, form: bytes | None) -> None:
    found = KNOWN.word_id(word, first=first) if word else UNKNOWN_ID
    assert (None if found == UNKNOWN_ID else KNOWN.forms[found]) == form


@pytest.mark.parametrize("stem", [b"", b"t", b"th", b"the", b"thez", b"\xff", b"M", b"z"])
def test_the_words_from_a_stem_are_a_slice(stem: bytes) -> None:
    expected = [i for i in range(KNOWN.first_word, len(KNOWN)) if KNOWN.forms[i].startswith(stem)]
    assert list(range(*KNOWN.words_from(stem))) == expected


def test_the_marks_without_a_space_are_a_slice() -> None:
    expected = [i for i in range(FIRST_MARK, KNOWN.first_word) if not KNOWN.forms[i].startswith(b" ")]
    assert list(range(*KNOWN.marks_from(b""))) == expected


def test_more_units_than_ids_are_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        Vocabulary.of([], map(str, range(70_000)))


@pytest.mark.parametrize("context", ["", "\n", "One.\n", "One.\r\n  ", "\t"])
def test_a_line_start_has_only_the_start_mark_before_it(context: str) -> None:
    position = position_after(context, KNOWN, 4)
    assert (position.line_start, position.first, position.history) == (True, True, (START_ID,))


def test_only_the_last_words_of_a_long_text_count() -> None:
    near = position_after("we are here", KNOWN, 4)
    assert position_after("x " * 50_000 + "we are here", KNOWN, 4).history == near.history[-3:]
    assert position_after("x" * 50_000, KNOWN, 4).history[-1] == UNKNOWN_ID


_CHUNKS = [
    "He",
    "left",
    "left.",
    "Mr.",
    '"Why?"',
    "(21)",
    "it's",
    '"',
    ".",
    "I",
    "3.14",
    "J.",
    "…",
    "“Don’t”",
    "e\u0301",
    "日本",
    " ",
    "-",
]


@given(chunks=st.lists(st.sampled_from(_CHUNKS), max_size=12), spaces=st.sampled_from([" ", "  ", "\t", "\u00a0"]))
def test_a_line_is_cut_the_same_way_word_by_word(chunks: list[str], spaces: str) -> None:
    line = spaces.join(chunks)
    for end in range(len(line) + 1):
        assert sentences_at_cursor(line[:end]) == sentences(line[:end].strip())
