"""The encodings that one can choose by hand, and what tells UTF-16 without a mark from a binary file.

Invariant: nothing is guessed that could be something else: of UTF-16 without a mark only what can hardly be no text.
"""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass

from autocomplete import ConfigError

#: Characters and marks that text in UTF-16 has; every other control character makes it something else.
_CONTROLS = frozenset("\t\n\r\f\v\x1b\x08")

#: Fewest characters in which UTF-16 can be told, and the least share of them that must be in the first 256 of Unicode.
_FEWEST, _LEAST_LATIN = 8, 0.7


@dataclass(frozen=True, slots=True)
class Encoding:
    """A way to write text as bytes: Python's name for it, its name for people, for which texts, and with a mark or without."""

    codec: str
    name: str
    texts: str = ""
    bom: bool = False

    @property
    def mark(self) -> bytes:
        """The byte-order mark that files in this encoding may begin with, b"" where there is none."""
        return MARKS.get(self.codec, b"")


#: Byte-order marks by encoding.
MARKS = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}

_UNICODE = (
    Encoding("utf-8", "UTF-8", "all scripts"),
    Encoding("utf-8", "UTF-8 with BOM", "all scripts", bom=True),
    Encoding("utf-16-le", "UTF-16", "all scripts, little-endian", bom=True),
    Encoding("utf-16-le", "UTF-16 without BOM", "all scripts, little-endian"),
    Encoding("utf-16-be", "UTF-16 (big-endian)", "all scripts", bom=True),
    Encoding("utf-16-be", "UTF-16 (big-endian) without BOM", "all scripts"),
)

_OTHERS = {
    "Western European": {
        "latin-1": "Latin-1",
        "cp1252": "Windows-1252",
        "iso8859-15": "Latin-9 (ISO-8859-15)",
        "mac-roman": "Mac Roman",
        "cp850": "DOS 850",
        "cp858": "DOS 858",
        "cp437": "DOS 437",
    },
    "English letters only": {"ascii": "ASCII"},
    "Central European": {
        "cp1250": "Windows-1250",
        "iso8859-2": "Latin-2 (ISO-8859-2)",
        "cp852": "DOS 852",
        "mac-latin2": "Mac Central European",
    },
    "Romanian": {"iso8859-16": "Latin-10 (ISO-8859-16)"},
    "Cyrillic": {
        "cp1251": "Windows-1251",
        "koi8-r": "KOI8-R",
        "koi8-u": "KOI8-U",
        "iso8859-5": "ISO-8859-5",
        "cp866": "DOS 866",
        "cp855": "DOS 855",
        "mac-cyrillic": "Mac Cyrillic",
    },
    "Kazakh": {"kz1048": "KZ-1048", "ptcp154": "PTCP154"},
    "Greek": {"cp1253": "Windows-1253", "iso8859-7": "ISO-8859-7", "cp737": "DOS 737", "mac-greek": "Mac Greek"},
    "Turkish": {"cp1254": "Windows-1254", "iso8859-9": "Latin-5 (ISO-8859-9)", "cp857": "DOS 857"},
    "Baltic": {"cp1257": "Windows-1257", "iso8859-13": "ISO-8859-13", "iso8859-4": "ISO-8859-4", "cp775": "DOS 775"},
    "Nordic": {"iso8859-10": "Latin-6 (ISO-8859-10)", "cp865": "DOS 865", "cp861": "DOS 861"},
    "Icelandic": {"mac-iceland": "Mac Icelandic"},
    "Celtic": {"iso8859-14": "Latin-8 (ISO-8859-14)"},
    "South European": {"iso8859-3": "Latin-3 (ISO-8859-3)"},
    "Hebrew": {"cp1255": "Windows-1255", "iso8859-8": "ISO-8859-8", "cp862": "DOS 862"},
    "Arabic": {"cp1256": "Windows-1256", "iso8859-6": "ISO-8859-6"},
    "Vietnamese": {"cp1258": "Windows-1258"},
    "Thai": {"tis-620": "TIS-620", "cp874": "Windows-874"},
    "Japanese": {
        "shift_jis": "Shift-JIS",
        "cp932": "Windows-31J (CP932)",
        "euc_jp": "EUC-JP",
        "iso2022_jp": "ISO-2022-JP",
    },
    "Chinese, simplified": {"gb18030": "GB18030", "gbk": "GBK"},
    "Chinese, traditional": {"big5": "Big5", "big5hkscs": "Big5-HKSCS", "cp950": "Windows-950"},
    "Korean": {"euc_kr": "EUC-KR", "cp949": "Windows-949", "johab": "Johab"},
}

#: All that can be chosen, in the order in which they are offered.
ENCODINGS = (
    *_UNICODE,
    *(Encoding(codec, name, texts) for texts, names in _OTHERS.items() for codec, name in names.items()),
)

#: Those that a file can be read in: whether it begins with a mark is seen.
READING = tuple(encoding for encoding in ENCODINGS if not encoding.name.endswith("BOM"))

#: Names under which files come that mean another one here: with a mark they are known anyway.
_ALIASES = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}


def encoding_of(codec: str, *, bom: bool = False) -> Encoding:
    """Return the encoding with Python's name `codec`; one without a name of its own where it is not in the list.

    >>> encoding_of("utf-16-be", bom=True).name, encoding_of("koi8-r").texts
    ('UTF-16 (big-endian)', 'Cyrillic')
    """
    same = [encoding for encoding in ENCODINGS if encoding.codec == codec]
    return next((encoding for encoding in same if encoding.bom == bom), Encoding(codec, codec, bom=bom))


def encoding_named(name: str) -> Encoding:
    """Return the encoding that a person means, by any of its names. Raises ConfigError where there is none.

    >>> encoding_named("windows-1251") == encoding_named("cp1251"), encoding_named("UTF8").name
    (True, 'UTF-8')
    """
    by_name = {encoding.name.casefold(): encoding for encoding in ENCODINGS}
    if (known := by_name.get(name.strip().casefold())) is not None:
        return known
    try:
        wanted = codecs.lookup(name.strip()).name
        wanted = codecs.lookup(_ALIASES.get(wanted, wanted)).name
    except (LookupError, ValueError):  # ValueError: a name with a NUL in it
        wanted = ""
    found = (encoding for encoding in ENCODINGS if codecs.lookup(encoding.codec).name == wanted)
    plain = sorted(found, key=lambda encoding: encoding.bom)
    if not plain:
        raise ConfigError(f"Unknown encoding {name!r}: say utf-8, utf-16-le, latin-1, cp1251, shift_jis or another.")
    return plain[0]


def seems_utf16(data: bytes) -> str | None:
    """Return "utf-16-le" or "utf-16-be" where bytes without a mark can hardly be anything else, None otherwise.

    Most characters must have a NUL in the same half, as Latin letters, spaces and line ends have; and there must be no NUL
    character, no half of one, no control character but white space, and none that is not assigned.

    >>> seems_utf16("Dear Ann,".encode("utf-16-le")), seems_utf16("Dear Ann,".encode("utf-16-be")), seems_utf16(b"abc")
    ('utf-16-le', 'utf-16-be', None)
    """
    n_chars, odd = divmod(len(data), 2)
    if odd or n_chars < _FEWEST:
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
    return char in _CONTROLS or unicodedata.category(char) not in ("Cc", "Cn", "Co", "Cs")
