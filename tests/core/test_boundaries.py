from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autocomplete.core.boundaries import LONG_COMPOUND, find_words, open_word, pieces, scan
from autocomplete.core.characters import CharKind, char_kind
from tests.core.awkward_texts import TEXTS, walk


@given(TEXTS)
@example("bー")
@example("ーア1")
@example("1.\u03012")
def test_pieces_finds_the_words_that_scan_finds(text: str) -> None:
    words = [piece for piece in pieces(text) if char_kind(piece[0]) >= CharKind.LETTER]
    assert words == [text[begin:end] for begin, end in walk(text)]


@given(TEXTS)
def test_pieces_drops_only_white_space(text: str) -> None:
    assert "".join("".join(pieces(text)).split()) == "".join(text.split())


@given(TEXTS, st.integers(0, 12))
def test_the_more_is_known_the_less_a_scan_takes_back(text: str, cursor: int) -> None:
    """A word once found stays where it is, whatever follows; and a longer text only adds to what is known."""
    for end in range(min(cursor, len(text)), len(text)):
        found, later = scan(text[:end], cursor), scan(text[: end + 1], cursor)
        if found.end is not None or found.newline:
            assert later == found
        elif found.pending is not None and found.pending > cursor and later.end is not None:
            assert later.end == found.pending


@pytest.mark.parametrize(
    ("tail", "cursor", "end"),
    [
        (" from the", 3, 5),
        (" from.", 3, 5),
        (" don't ", 2, 6),
        (" don't.", 2, 6),
        (" don'. ", 2, 4),
        (" well-known ", 1, 11),
        (" 3.14 ", 1, 5),
        (" 3.a", 1, 2),
        (" 1,000, ", 1, 6),
        (" the 'word' ", 5, 10),
        (" foo.bar", 1, 4),
        ("我们 ", 0, 2),
        ("a我", 0, 1),
        ("👩‍👩‍👧 ", 0, 5),
        (" e\u0301t\u0301 ", 1, 5),
        (" a'\u0301b ", 1, 2),  # a mark on the apostrophe: no joiner
    ],
)
def test_where_a_word_ends(tail: str, cursor: int, end: int) -> None:
    assert scan(tail, cursor).end == end


@pytest.mark.parametrize("tail", ["", " ", " fr", ' "', " (", " …", " ,"])
def test_no_word_has_ended_yet(tail: str) -> None:
    found = scan(tail, 0)
    assert (found.end, found.newline) == (None, False)


@pytest.mark.parametrize("tail", ["\n", " \n a ", '"\r\n', "\u2029a b"])
def test_a_line_break_comes_first(tail: str) -> None:
    assert scan(tail, 0).newline
    assert scan(tail, 0).end is None


@pytest.mark.parametrize(("tail", "pending"), [(" don'", 4), (" a-", 2), (" 3.", 2), (" a.", None), (" a--", None)])
def test_a_joiner_leaves_the_end_of_the_word_pending(tail: str, pending: int | None) -> None:
    assert scan(tail, 1).pending == pending


@pytest.mark.parametrize(
    ("tail", "open_ended"),
    [("我", True), ("タ", True), ("ส", True), ("한국", False), ("x" * LONG_COMPOUND, True), ("x" * 19, False)],
)
def test_words_whose_end_is_not_waited_for(tail: str, open_ended: bool) -> None:
    assert scan(tail, 0).open_ended is open_ended


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t", []),
        ("I can't, won’t.", ["I", "can't", ",", "won’t", "."]),
        ("3.14, 1,000 and v2.", ["3.14", ",", "1,000", "and", "v2", "."]),
        ("foo.bar(foo_bar)", ["foo", ".", "bar", "(", "foo_bar", ")"]),
        ("我们 カタカナー ok", ["我们", "カタカナー", "ok"]),
        ("👩‍👩‍👧 👋🏽!", ["👩‍👩‍👧", "👋🏽", "!"]),
        ("안녕하세요 세계", ["안녕하세요", "세계"]),
        ("e\u0301te\u0301", ["e\u0301te\u0301"]),
    ],
)
def test_pieces(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@given(st.text(st.sampled_from("aB19_'-.,!?#*(\" z"), max_size=12))
def test_plain_ascii_is_cut_by_the_same_rules(text: str) -> None:
    assert pieces(text) == pieces(text + " é")[:-1]
    assert [*find_words(text, 0, len(text))] == [*find_words(text + " é", 0, len(text))]


@pytest.mark.slow
def test_the_pattern_of_a_word_and_the_kinds_of_characters_agree_about_every_character() -> None:
    text = "\n".join(map(chr, range(sys.maxunicode + 1)))
    words = [text[start:end] for start, end in find_words(text, 0, len(text))]
    assert words == [char for char in text[::2] if char_kind(char) >= CharKind.LETTER]


@given(TEXTS)
def test_a_word_is_open_where_more_letters_would_belong_to_it(text: str) -> None:
    start = open_word(text)
    if start is not None and char_kind(text[start]) in (CharKind.LETTER, CharKind.DIGIT):
        assert any([*find_words(text + more, 0, len(text) + 1)][-1] == (start, len(text) + 1) for more in "a1")
    elif start is None and text:
        assert all([*find_words(text + more, 0, len(text) + 1)][-1][0] == len(text) for more in "a1")
