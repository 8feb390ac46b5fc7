"""Turns bytes into text: by a byte-order mark, as UTF-8, as UTF-16 that can be nothing else, or in an 8-bit encoding.

Invariant: bytes that hold no text are refused with a reason; of UTF-16 without a mark only what can hardly be anything else
is taken for it.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

#: Byte-order marks and their encodings; UTF-32 before UTF-16, whose mark is the beginning of one of UTF-32.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: Control characters that texts in UTF-16 have.
_TEXT_CONTROLS = frozenset("\t\n\r\f\v\x1b\x08")

#: Control characters that no text in an 8-bit encoding has, and those of which prose has hardly any.
_FOREIGN = re.compile(rb"[\x00-\x07\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_RARE = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

#: The most of the characters of prose that may be controls, and of its bytes quotes and dashes of Windows-1252.
_MOST_CONTROLS, _MOST_QUOTES = 0.01, 0.05

#: Fewest characters in which UTF-16 can be recognized, and the least share of them that must be in the first 256 of Unicode.
_FEWEST, _LEAST_LATIN = 8, 0.7


def byte_order_mark(data: bytes) -> tuple[bytes, str]:
    """Return the mark that bytes begin with, and the encoding that it stands for; both empty where there is none."""
    return next(((mark, codec) for mark, codec in _MARKS if data.startswith(mark)), (b"", ""))


def mark_of(codec: str) -> bytes:
    """Return the byte-order mark of an encoding, b"" where it has none."""
    return next((mark for mark, name in _MARKS if name == codec), b"")


def decode_unknown(data: bytes, *, eight_bit: bool = True, halves: bool = False) -> tuple[str, str, bytes]:
    r"""Return the text of bytes whose encoding nobody named, the encoding, and the byte-order mark, which is not in the text.

    A mark decides. Without one it is UTF-8 where that is possible; with NUL bytes it is UTF-16 or nothing; else, if
    `eight_bit`, Windows-1252 where the bytes in which it differs from Latin-1 are there and are letters or signs of it, or
    Latin-1. `halves`: halves of characters, which UTF-16 can hold, come back as they are. Raises ValueError, with the reason,
    where the bytes are no text.

    >>> decode_unknown("caf\xe9 \u2019".encode("cp1252")), decode_unknown(b"\xef\xbb\xbfa")
    (('caf\xe9 \u2019', 'cp1252', b''), ('a', 'utf-8', b'\xef\xbb\xbf'))
    """
    mark, codec = byte_order_mark(data)
    if codec and codec != "utf-8":
        try:
            text = data[len(mark) :].decode(codec, "surrogatepass" if halves else "strict")
        except UnicodeDecodeError:
            raise ValueError(f"begins like {codec[:6].upper()} and is not") from None
        if "\0" in text:
            raise ValueError("is a binary file")
        return text, codec, mark
    text, codec = _decode_bytes(data[len(mark) :], eight_bit)
    if codec != "utf-8" and mark:  # then the mark is no mark, but three letters
        text, codec = _decode_bytes(data, eight_bit)
        mark = b""
    return text, codec, mark


def _decode_bytes(data: bytes, eight_bit: bool) -> tuple[str, str]:
    if b"\0" in data:
        if (encoding := seems_utf16(data)) is None:
            raise ValueError("is a binary file")
        return data.decode(encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        if _FOREIGN.search(data):
            raise ValueError("is a binary file") from None
        if not eight_bit:
            raise ValueError("is not UTF-8 text") from None
    try:
        return data.decode("cp1252"), "cp1252" if re.search(rb"[\x80-\x9f]", data) else "latin-1"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def decode_prose(data: bytes) -> str:
    r"""Return the text of bytes that people wrote, with "\n" at the ends of its lines.

    Raises ValueError, with the reason, where they are no text, have many control characters, or are in an encoding that cannot
    be guessed: in an 8-bit one most bytes from 0x80 to 0x9f are quotes and dashes, which are few in prose.

    >>> decode_prose(b"caf\xe9\r\n")
    'caf\xe9\n'
    """
    text, codec, _ = decode_unknown(data)
    n_quotes = 0 if codec.startswith("utf") else len(re.findall(rb"[\x80-\x9f]", data[:4096]))
    if n_quotes and n_quotes >= _MOST_QUOTES * len(data[:4096]):
        raise ValueError("is in an unknown encoding")
    if len(_RARE.findall(text)) > _MOST_CONTROLS * len(text):
        raise ValueError("is a binary file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def seems_utf16(data: bytes) -> str | None:
    """Return "utf-16-le" or "utf-16-be" where bytes without a mark can hardly be anything else, None otherwise.

    Most characters must have a NUL in the same half, as Latin letters, spaces and line ends have; and there must be no NUL
    character, no half of one, no control character but white space, and none that is not assigned.

    >>> seems_utf16("Dear Ann,".encode("utf-16-le")), seems_utf16("Dear Ann,".encode("utf-16-be")), seems_utf16(b"abc")
    ('utf-16-le', 'utf-16-be', None)
    """
    n_chars, n_left = divmod(len(data), 2)
    if n_left or n_chars < _FEWEST:
        return None
    codec = "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
    high = data[1::2] if codec == "utf-16-le" else data[::2]
    if high.count(0) < _LEAST_LATIN * n_chars:
        return None
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    return codec if all(_is_text(char) for char in set(text)) else None


def _is_text(char: str) -> bool:
    return char in _TEXT_CONTROLS or unicodedata.category(char) not in ("Cc", "Cn", "Co", "Cs")
