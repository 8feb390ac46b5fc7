from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autocomplete.core.characters import CharKind, char_kind
from autocomplete.core.root import LONGEST_PUNCTUATION, LONGEST_STEM, context_start, split
from tests.core.awkward_texts import AWKWARD, TEXTS, walk


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
@example("e\u0301" + "x" * LONGEST_STEM)
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


@given(st.integers(0, 20_000), st.integers(64, 5000))
def test_the_window_of_context_moves_in_blocks(n_chars: int, size: int) -> None:
    block = max(16, size // 4)
    start = context_start(n_chars, size=size, block=block)
    assert start % block == 0
    assert 0 <= n_chars - start <= size
    if n_chars > size:
        assert n_chars - start > size - block


@given(text=st.lists(st.sampled_from([*AWKWARD, " ", "a", "b", "x" * LONGEST_STEM]), max_size=12).map("".join))
@example("\ra \r\nb c")
@example("x" * (LONGEST_STEM + 2))
def test_a_root_with_one_character_more_is_that_of_the_longer_text(text: str) -> None:
    for end in range(1, len(text) + 1):
        assert split(text[: end - 1]).then(text[end - 1]) in (None, split(text[:end]))


@pytest.mark.parametrize(("before", "char"), [("I", " "), ("I ", "h"), ("I h", "e"), ("said (", " "), ("don't", "s")])
def test_letters_and_spaces_need_no_split(before: str, char: str) -> None:
    assert split(before).then(char) == split(before + char)
