"""Lists the encodings that one can choose by hand, with their names for people.

Invariant: each has one name, and Python's name for it leads back to it.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from autocomplete import ConfigError
from autocomplete.editor import mark_of


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
        return mark_of(self.codec)


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
    if (named := by_name.get(name.strip().casefold())) is not None:
        return named
    try:
        wanted = codecs.lookup(name.strip()).name
        wanted = codecs.lookup(_ALIASES.get(wanted, wanted)).name
    except (LookupError, ValueError):  # ValueError: a name with a NUL in it
        wanted = ""
    same = (encoding for encoding in ENCODINGS if codecs.lookup(encoding.codec).name == wanted)
    plain = sorted(same, key=lambda encoding: encoding.bom)
    if not plain:
        raise ConfigError(f"Unknown encoding {name!r}: say utf-8, utf-16-le, latin-1, cp1251, shift_jis or another.")
    return plain[0]
