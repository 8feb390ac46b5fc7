"""Kinds of characters, graphemes, and the one set of characters that must not reach a terminal.

Invariant: importing this compiles no Unicode tables, since the editor does so before its first paint: the first question about
a kind or a grapheme does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regex import Pattern


class CharKind(IntEnum):
    """What a character does to a word."""

    SPACE = 0
    NEWLINE = 1
    PUNCTUATION = 2
    JOINER = 3  # inside a word between letters or digits: ' ’ - ·
    NUMBER_JOINER = 4  # inside a number between digits: . ,
    EXTEND = 5  # combining mark, joiner or variation selector: belongs to what is before it
    LETTER = 6
    DIGIT = 7
    UNSPACED = 8  # letter of a script that sets no spaces between words
    EMOJI = 9


#: The characters of each kind, as sets of the `regex` library: the first set that holds a character tells its kind.
CLASSES = {
    CharKind.NEWLINE: r"[\n\r\x0b\x0c\x85\u2028\u2029]",
    CharKind.SPACE: r"\s",
    CharKind.JOINER: r"['’\-‐‑·‧]",
    CharKind.NUMBER_JOINER: r"[.,٫٬]",
    CharKind.EXTEND: r"[\p{Word_Break=Extend}\p{Word_Break=Format}\p{Word_Break=ZWJ}\p{M}]",
    CharKind.UNSPACED: (
        r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Word_Break=Katakana}"
        r"\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]"
    ),
    CharKind.DIGIT: r"\p{Word_Break=Numeric}",
    CharKind.LETTER: r"[\p{L}\p{N}\p{Word_Break=ALetter}\p{Word_Break=Hebrew_Letter}\p{Word_Break=ExtendNumLet}]",
    CharKind.EMOJI: r"[\p{Extended_Pictographic}\p{Regional_Indicator}]",
}


@lru_cache(maxsize=8192)
def char_kind(char: str) -> CharKind:
    """Return what one character does to a word.

    >>> [char_kind(char).name for char in "a7 ’好."]
    ['LETTER', 'DIGIT', 'SPACE', 'JOINER', 'UNSPACED', 'NUMBER_JOINER']
    """
    for kind, pattern in _kind_patterns():
        if pattern.match(char):
            return kind
    return CharKind.PUNCTUATION


@cache
def _kind_patterns() -> tuple[tuple[CharKind, Pattern[str]], ...]:
    import regex

    return tuple((kind, regex.compile(pattern)) for kind, pattern in CLASSES.items())


@cache
def _grapheme() -> Pattern[str]:
    import regex

    return regex.compile(r"\X")


def graphemes(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    r"""Yield where each grapheme of `text[start:end]` starts and ends, in order.

    >>> list(graphemes("e\u0301t", 0, 3))
    [(0, 2), (2, 3)]
    """
    for match in _grapheme().finditer(text, start, end):
        yield match.span()


def last_grapheme(text: str) -> int:
    """Return the offset at which the last grapheme of `text` starts."""
    window = max(0, len(text) - 16)
    return max((start for start, _ in graphemes(text, window, len(text))), default=window)


def whole_graphemes(text: str) -> str:
    """Return `text` without a last grapheme that more characters could still change (one that ends in a joiner).

    >>> whole_graphemes("好的"), whole_graphemes("ok👩\u200d")
    ('好的', 'ok')
    """
    if not text.endswith("\u200d"):
        return text
    return text[: last_grapheme(text)]


#: What steers a terminal, breaks the row or turns its direction, and lone surrogates, which no terminal can take. In a document
#: that is edited each is drawn as a sign, but for a tab, which has a width there.
_CONTROLS = "\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff"

#: What takes no room: nobody could see what they accept, or which file it is. In a document it stays, since prose needs it. The
#: joiners and variation selectors of emoji and of several scripts are not among these.
_HIDDEN = "\u00ad\u061c\u200b\u200e\u200f\u2060-\u2064\ufeff"

#: White space that a model may well expect: a search takes it for the end of a word, and no suggestion holds it.
_EXPECTED = "\t\n\v\f\r\x85\u2028\u2029"

_FIND_CONTROL = re.compile(f"[{_CONTROLS}]").search
_UNPRINTABLE = re.compile(f"[\t{_CONTROLS}{_HIDDEN}]")
_HOSTILE = re.compile(f"(?![{_EXPECTED}])[{_CONTROLS}{_HIDDEN}]")


def is_drawable(text: str) -> bool:
    r"""Return whether each character of `text` can be seen, or belongs to one that can, on one row in writing order.

    >>> [is_drawable(text) for text in ("naïve 東京", "a\tb", "\x1b[31mred", "re\u202ed", "na\u00adive", "❤\ufe0f")]
    [True, False, False, False, False, True]
    """
    return _UNPRINTABLE.search(text) is None


def escape_controls(text: str) -> str:
    r"""Return `text` with each character that could steer a terminal, turn the direction of the text or hide as its escape.

    Line breaks and tabs are among those: the result is one line. Neither a text nor a model's answer may drive the terminal.

    >>> print(escape_controls("no\x1b[2J file\n"), escape_controls("gpj.\u202eexe"), escape_controls("naïve 東京"))
    no\x1b[2J file\n gpj.\u202eexe naïve 東京
    """
    return _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def has_controls(text: str) -> bool:
    r"""Return whether a row of a document needs signs in place of characters: it would steer the terminal, or turn or break.

    >>> has_controls("a\x1b[31m"), has_controls("a\tb"), has_controls("na\u00adive")
    (True, False, False)
    """
    return _FIND_CONTROL(text) is not None


@lru_cache(maxsize=16384)
def is_hostile(text: str) -> bool:
    r"""Return whether `text` holds characters that no word needs and no suggestion may hold: all but white space of the set.

    >>> [is_hostile(text) for text in (" \x1b[31mred", " re\u202ed", " na\u00efve\n", "\u0646\u0645\u06cc\u200c")]
    [True, True, False, False]
    """
    return _HOSTILE.search(text) is not None


def encodable(text: str) -> str:
    """Return `text` with lone surrogates, which no request can carry, as U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text
