"""Bytes to text: marks, UTF-8, UTF-16 without a mark, 8-bit encodings, and what is no text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete.io.decode import byte_order_mark, decode_prose, decode_unknown, seems_utf16

PROSE = "Naïve “quotes” and dashes – they are in every text that people write."


@pytest.mark.parametrize(
    ("codec", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-32-be", codecs.BOM_UTF32_BE),
        ("utf-16-le", b""),
        ("cp1252", b""),
    ],
)
def test_the_encodings_that_people_use_are_told_apart(codec: str, mark: bytes) -> None:
    assert decode_unknown(mark + PROSE.encode(codec)) == (PROSE, codec, mark)
    assert byte_order_mark(mark + b"ab") == (mark, codec if mark else "")
    assert decode_prose(mark + f"{PROSE}\r\na\rb".encode(codec)) == f"{PROSE}\na\nb"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a\0b", "is a binary file"),
        (b"\xe9\x01", "is a binary file"),
        (b"\xff\xfea", "begins like UTF-16 and is not"),
        ("a\0b".encode("utf-16"), "is a binary file"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8", "begins like UTF-16 and is not"),
        (codecs.BOM_UTF32_LE + b"\xff" * 4, "begins like UTF-32 and is not"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        decode_unknown(data)


def test_halves_of_characters_come_back_where_wanted() -> None:
    assert decode_unknown(codecs.BOM_UTF16_LE + b"\x00\xd8", halves=True)[0] == "\ud800"


def test_eight_bit_encodings_can_be_ruled_out() -> None:
    assert decode_unknown(b"caf\xe9")[:2] == ("café", "latin-1")
    with pytest.raises(ValueError, match="is not UTF-8 text"):
        decode_unknown(b"caf\xe9", eight_bit=False)
    assert decode_unknown(b"\xef\xbb\xbf\xe9")[:2] == ("ï»¿é", "latin-1")  # no mark, but letters


@pytest.mark.parametrize(
    "data", [bytes(range(128, 256)) * 40, b"\x01\x02\x03 word" * 30, "ひらがなを読む".encode("shift_jis"), b"a\0b"]
)
def test_what_nobody_wrote_in_letters_is_no_prose(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"is a binary file|unknown encoding"):
        decode_prose(data)


@given(st.binary(max_size=40), st.booleans(), st.booleans())
def test_any_bytes_are_text_or_refused_in_a_few_words(data: bytes, eight_bit: bool, halves: bool) -> None:
    try:
        text, codec, mark = decode_unknown(data, eight_bit=eight_bit, halves=halves)
    except ValueError as error:
        assert len(str(error)) < 40
    else:
        assert mark + text.encode(codec, "surrogatepass" if codec[:3] == "utf" else "strict") == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a\0b\0",  # too little to tell
        b"a\0" * 40 + b"b",  # half a character
        bytes(200),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)),
        b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0>\0" * 30,
        b"".join(n.to_bytes(2, "little") for n in range(1, 200)),  # small numbers
        b"".join(n.to_bytes(4, "little") for n in range(65, 122)),  # larger ones
        "RIFF data".encode("utf-16-le") + b"\x00\xd8" * 9,  # halves of characters
        ("text " * 9 + "\ue000\uf8ff").encode("utf-16-le"),  # signs that nobody agreed on
        ("text " * 9).encode("utf-16-le") + b"\0\0",
        "東京都".encode("utf-16-le") * 9,  # no sign of it: it can be chosen by hand
    ],
)
def test_what_may_be_something_else_is_not_taken_for_it(data: bytes) -> None:
    assert seems_utf16(data) is None


@given(st.binary(max_size=64))
def test_what_is_found_is_text_that_comes_back(data: bytes) -> None:
    if (codec := seems_utf16(data)) is not None:
        assert data.decode(codec).encode(codec) == data
        assert "\0" not in data.decode(codec)
