"""Encodings that are chosen by hand come back byte for byte or are refused; UTF-16 without a mark is told from binary files."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete import ConfigError
from tui.files.encodings import ENCODINGS, Encoding, encoding_named
from tui.files.file_format import FileFormat, decode, encode, misfit
from tui.files.load_save import NotText, load

KOI8, SJIS, UTF8 = encoding_named("koi8-r"), encoding_named("shift_jis"), encoding_named("utf-8")


def test_every_encoding_of_the_list_exists_and_is_named_once() -> None:
    assert len({encoding.name for encoding in ENCODINGS}) == len(ENCODINGS)
    for encoding in ENCODINGS:
        assert codecs.lookup(encoding.codec)
        assert encode("a\n", FileFormat(encoding=encoding.codec, bom=encoding.bom))


@pytest.mark.parametrize("encoding", ENCODINGS, ids=lambda encoding: encoding.name)
def test_plain_text_survives_in_every_encoding(encoding: Encoding) -> None:
    form = FileFormat("\r\n", encoding.bom, encoding.codec)
    data = encode("one\ntwo 2", form)
    assert decode(data, encoding) == ("one\ntwo 2", form)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cp1250", "Příliš žluťoučký kůň"),
        ("cp1251", "Съешь ещё"),
        ("koi8-r", "Съешь ещё"),
        ("cp1253", "Ξεσκεπάζω"),
        ("cp1255", "עטלף"),
        ("cp1256", "صِف"),
        ("tis-620", "เป็นมนุษย์"),
        ("shift_jis", "日本語テキスト"),
        ("cp932", "①日本語～"),
        ("euc-jp", "日本語テキスト"),
        ("iso-2022-jp", "日本語 and テキスト"),
        ("gb18030", "简体中文 𠀀"),
        ("gbk", "简体中文"),
        ("big5", "繁體中文"),
        ("big5hkscs", "繁體中文"),
        ("euc-kr", "한국어"),
        ("cp949", "똠방각하"),
        ("utf-16-be", "東京 🙂"),
    ],
)
def test_text_of_many_scripts_survives_its_encoding(name: str, text: str) -> None:
    encoding = encoding_named(name)
    data = f"{text}\r\n{text}".encode(encoding.codec)
    found, form = decode(data, encoding)
    assert found == f"{text}\n{text}"
    assert encode(found, form) == data
    assert misfit(found, form) is None
    assert encoding.name in form.label


@given(st.binary(max_size=40), st.sampled_from(ENCODINGS))
def test_bytes_come_back_or_are_refused(data: bytes, encoding: Encoding) -> None:
    try:
        text, form = decode(data, encoding)
    except ValueError as exc:
        assert "\n" not in str(exc)
    else:
        assert encode(text, form) == data
        assert "\0" not in text


@given(st.text(max_size=20), st.sampled_from(ENCODINGS))
def test_what_is_written_reads_the_same_or_is_a_misfit(text: str, encoding: Encoding) -> None:
    form = FileFormat(encoding=encoding.codec, bom=encoding.bom)
    text = text.replace("\0", "").replace("\r", "")
    if misfit(text, form) is None:
        data = encode(text, form)
        assert data.decode(encoding.codec).removeprefix("\ufeff" if encoding.bom else "") == text


@pytest.mark.parametrize(
    ("codec", "text", "odd"),
    [
        ("shift_jis", "one\n¥5", "'¥' (line 2)"),  # Python's codec makes a backslash of it, without a word
        ("koi8-r", "café\nмир", "'é' (line 1)"),
        ("cp1251", "мир\n\n東", "'東' (line 3)"),
        ("ascii", "é", "'é' (line 1)"),
        ("iso2022_jp", "a\n🙂", "'🙂' (line 2)"),
    ],
)
def test_a_character_that_an_encoding_lacks_is_named_with_its_line(codec: str, text: str, odd: str) -> None:
    assert misfit(text, FileFormat(encoding=codec)) == odd


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"one\ncaf\xe9\n", "utf-8", "is not UTF-8: line 2"),
        (b"\x81 one", "cp1252", "is not Windows-1252: line 1"),
        (b"one\n\x81", "shift_jis", "is not Shift-JIS: line 2"),
        (b"abc", "utf-16-le", "is not UTF-16"),
        (b"a\0b", "latin-1", "has NUL characters as Latin-1"),
    ],
)
def test_what_a_file_is_not_is_told_with_the_line(data: bytes, name: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(NotText, match=says):
        load(path, encoding_named(name))


def test_an_encoding_is_known_by_all_its_names() -> None:
    assert encoding_named("windows-1251") == encoding_named("CP1251") == encoding_named("Windows-1251")
    assert encoding_named("UTF8").codec == "utf-8"
    assert encoding_named("utf-16").codec == "utf-16-le"
    for name in ("nonsense", "", "rot13", "zlib", "a\0b", "idna"):
        with pytest.raises(ConfigError, match="Unknown encoding"):
            encoding_named(name)


def test_a_remembered_encoding_is_used_where_the_file_is_still_in_it() -> None:
    assert decode("мир".encode("koi8-r"), remembered=KOI8)[0] == "мир"
    assert decode(b"plain", remembered=KOI8)[1].encoding == "koi8-r"
    assert decode("日本".encode("iso2022_jp"), remembered=encoding_named("iso-2022-jp"))[0] == "日本"


def test_a_file_that_is_utf8_by_now_is_read_as_that() -> None:
    for data in ("мир".encode(), "\ufeffмир".encode(), "\ufeffмир".encode("utf-16-le")):
        assert decode(data, remembered=KOI8)[0] == "мир"


def test_a_remembered_encoding_that_does_not_fit_any_more_is_no_error() -> None:
    assert decode(b"caf\xe9", remembered=UTF8)[0] == "café"
    assert decode(b"caf\xe9 \x81", remembered=SJIS)[1].encoding in ("latin-1", "shift_jis")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["Dear Ann,\r\nhow are you?\r\n", "naïve café – “quoted” text, and a word of 東京", "one\ttwo\n" * 400]
)
def test_utf16_without_a_mark_is_found(codec: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(codec))
    loaded = load(path)
    assert (loaded.text, loaded.format.encoding, loaded.format.bom) == (text.replace("\r\n", "\n"), codec, False)
    assert encode(loaded.text, loaded.format) == text.encode(codec)
    assert "without BOM" in loaded.format.label


def test_utf16_without_a_mark_can_be_chosen_where_nothing_shows_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("東京\n".encode("utf-16-be"))
    assert load(path, encoding_named("utf-16-be")).text == "東京\n"
