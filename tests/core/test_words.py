from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autocomplete.core.words import (
    LONG_COMPOUND,
    LONGEST_PUNCTUATION,
    LONGEST_STEM,
    PIECES,
    CharKind,
    char_kind,
    context_start,
    pieces,
    scan,
    split,
    whole_graphemes,
)

#: Characters that a rule about words can trip over: joiners, marks, surrogates, line breaks, scripts, emoji.
AWKWARD = [
    *("a", "b", "é", "7", " ", "  ", "'", "’", "-", "‑", "·", ".", ",", "_", ":", '"', "(", "/", "#", "…", "—"),
    *("\n", "\r", "\r\n", "\t", "\x00", "\u2028", "\u3000", "\u00a0", "\u00ad", "\u200b", "\ud800", "\udc4b"),
    *(
        "e\u0301",
        "\u0301",
        "\u200d",
        "\ufe0f",
        "👩",
        "👩‍👩‍👧",
        "👋🏽",
        "🇩🇪",
        "🏽",
        "❤️",
        "²",
        "¼",
        "3.1",
        "1,000",
        "don't",
    ),
    *(
        "한",
        "국",
        "한국어",
        "我",
        "们",
        "。",
        "々",
        "あ",
        "カ",
        "ー",
        "ｶ",
        "ไ",
        "สวั",
        "ლ",
        "ש",
        "م",
        "٣",
        "٫",
        "٬",
        "ʼ",
    ),
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(AWKWARD), max_size=12).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=12),
)


@pytest.mark.parametrize(
    ("text", "context", "typed", "stem"),
    [
        ("", "", "", ""),
        (" ", "", " ", ""),
        ("   ", "  ", " ", ""),
        ("\n", "\n", "", ""),
        ("One.\n", "One.\n", "", ""),
        ("One.\r\n", "One.\n", "", ""),
        ("One\r\ntw", "One\n", "tw", "tw"),
        ("One\rtw", "One\r", "tw", "tw"),
        ("One\u2028tw", "One\u2028", "tw", "tw"),
        ("tab\tfr", "tab\t", "fr", "fr"),
        ("a\u00a0b", "a\u00a0", "b", "b"),
        ("a  b", "a ", " b", "b"),
        ("hearing fr", "hearing", " fr", "fr"),
        ("hearing from", "hearing", " from", "from"),
        ("hearing from ", "hearing from", " ", ""),
        ('said "', 'said "', "", ""),
        ("said “Hel", "said “", "Hel", "Hel"),
        ("(", "(", "", ""),
        ("However,", "However", ",", ""),
        ("However, ", "However,", " ", ""),
        ("wait...", "wait", "...", ""),
        ("wait… ", "wait…", " ", ""),
        ("a—b", "a", "—b", "b"),
        ('end.")', "end", '.")', ""),
        ("don'", "", "don'", "don'"),
        ("I don't", "I", " don't", "don't"),
        ("I don’t", "I", " don’t", "don’t"),
        ("'tis", "'", "tis", "tis"),
        ("rock-and-", "", "rock-and-", "rock-and-"),
        ("a -", "a -", "", ""),
        ("--fl", "--", "fl", "fl"),
        ("3.", "", "3.", "3."),
        ("is 3.14", "is", " 3.14", "3.14"),
        ("$1,000", "$", "1,000", "1,000"),
        ("v2.x", "v2", ".x", "x"),
        ("foo.ba", "foo", ".ba", "ba"),
        ("my foo_ba", "my", " foo_ba", "foo_ba"),
        ("f(x)", "f(x", ")", ""),
        ('foo("ba', "foo", '("ba', "ba"),
        ("/usr/lo", "/usr", "/lo", "lo"),
        ("C:\\Us", "C", ":\\Us", "Us"),
        ("https://exa", "https", "://exa", "exa"),
        ("me@exa", "me", "@exa", "exa"),
        ("👩‍👩‍👧", "", "👩‍👩‍👧", "👩‍👩‍👧"),
        ("hi 👋🏽", "hi", " 👋🏽", "👋🏽"),
        ("🇩🇪🇫🇷", "", "🇩🇪🇫🇷", "🇩🇪🇫🇷"),
        ("ok👩\u200d", "ok", "👩\u200d", "👩\u200d"),
        ("cafe\u0301 au", "cafe\u0301", " au", "au"),
        ("cafe\u0301", "", "cafe\u0301", "cafe\u0301"),
        ("cafe\u0301(", "cafe\u0301", "(", ""),  # the mark stays with its letter
        ("안녕하세요 세", "안녕하세요", " 세", "세"),
        ("한국어를 ", "한국어를", " ", ""),
        ("我喜欢", "我喜", "欢", "欢"),
        ("我喜欢。", "我喜欢", "。", ""),
        ("iPhone手机", "iPhone手", "机", "机"),
        ("カタカナー", "カタカナ", "ー", "ー"),
        ("こんにち", "こんに", "ち", "ち"),
        ("สวัส", "สวั", "ส", "ส"),
        ("der Rechtsschutzversicher", "der", " Rechtsschutzversicher", "Rechtsschutzversicher"),
        ("שלום עו", "שלום", " עו", "עו"),
        ("مرحبا با", "مرحبا", " با", "با"),
        ("\ud800", "\ud800", "", ""),
        ("a\ud800", "a", "\ud800", ""),
        ("\x00b", "\x00", "b", "b"),
        ("a" + "!" * LONGEST_PUNCTUATION, "a", "!" * LONGEST_PUNCTUATION, ""),
        ("a" + "!" * 500, "a" + "!" * 500, "", ""),
        ("x" * LONGEST_STEM, "", "x" * LONGEST_STEM, "x" * LONGEST_STEM),
        ("x" * (LONGEST_STEM + 1), "x" * (LONGEST_STEM + 1), "", ""),
    ],
)
def test_root_and_stem(text: str, context: str, typed: str, stem: str) -> None:
    root = split(text)
    assert (root.context, root.typed, root.stem) == (context, typed, stem)


@given(TEXTS)
def test_split_loses_nothing(text: str) -> None:
    root = split(text)
    cut = len(text) - len(root.typed)
    assert root.typed == text[cut:]
    assert root.context == text[:cut].replace("\r\n", "\n")


@given(TEXTS)
@example("e\u0301(")
@example("한\u200d/")
def test_the_context_never_ends_inside_a_word_of_a_spaced_script(text: str) -> None:
    cut = len(text) - len(split(text).typed)
    for begin, end in walk(text):
        assert not begin < cut < end or char_kind(text[begin]) is CharKind.UNSPACED


@given(TEXTS)
def test_the_stem_is_the_beginning_of_the_word_at_the_cursor(text: str) -> None:
    stem = split(text).stem
    if stem:
        begin = list(walk(text))[-1][0]
        assert begin == len(text) - len(stem) or char_kind(text[begin]) is CharKind.UNSPACED


@given(TEXTS)
def test_nothing_typed_holds_a_line_break(text: str) -> None:
    assert not any(char_kind(char) is CharKind.NEWLINE for char in split(text).typed)


def walk(text: str) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of each word of `text`, line by line, each found by `scan` from the end of the one before."""
    breaks = [at for at, char in enumerate(text) if char_kind(char) is CharKind.NEWLINE]
    for begin, end in zip([0, *(at + 1 for at in breaks)], [*breaks, len(text)], strict=True):
        line, cursor = text[begin:end], 0
        while (found := scan(line, cursor, ended=True)).end is not None:
            assert found.start is not None
            yield begin + found.start, begin + found.end
            cursor = found.end


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


@pytest.mark.parametrize(
    ("text", "whole"), [("", ""), ("好", "好"), ("ok👩\u200d", "ok"), ("👩\u200d👩", "👩\u200d👩"), ("\u200d", "")]
)
def test_a_grapheme_that_more_characters_would_change_is_left_out(text: str, whole: str) -> None:
    assert whole_graphemes(text) == whole


@given(st.integers(0, 20_000), st.integers(64, 5000))
def test_the_window_of_context_moves_in_blocks(n_chars: int, size: int) -> None:
    block = max(16, size // 4)
    start = context_start(n_chars, size=size, block=block)
    assert start % block == 0
    assert 0 <= n_chars - start <= size
    if n_chars > size:
        assert n_chars - start > size - block


@given(st.text(st.sampled_from("aB19_'-.,!?#*(\" z"), max_size=12))
def test_plain_ascii_is_cut_by_the_same_rules(text: str) -> None:
    assert pieces(text) == PIECES.findall(text)


@given(text=st.lists(st.sampled_from([*AWKWARD, " ", "a", "b", "x" * LONGEST_STEM]), max_size=12).map("".join))
@example("\ra \r\nb c")
@example("x" * (LONGEST_STEM + 2))
def test_a_root_with_one_character_more_is_that_of_the_longer_text(text: str) -> None:
    for end in range(1, len(text) + 1):
        assert split(text[: end - 1]).then(text[end - 1]) in (None, split(text[:end]))


@pytest.mark.parametrize(("before", "char"), [("I", " "), ("I ", "h"), ("I h", "e"), ("said (", " "), ("don't", "s")])
def test_letters_and_spaces_need_no_split(before: str, char: str) -> None:
    assert split(before).then(char) == split(before + char)
