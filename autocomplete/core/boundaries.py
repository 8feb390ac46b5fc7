"""Where words begin and end.

Word boundaries follow Unicode UAX #29 by the properties of the `regex` library, with two deliberate differences: sentence
punctuation ends a word at once ("end." is finished, whatever follows), and a hyphen between letters does not. Runs of a script
without spaces between words (Chinese, Japanese, Thai ...) are one open-ended run.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import regex

from autocomplete.core.characters import CLASSES, CharKind, char_kind

#: From this many characters on a word is a compound whose end is not waited for (Donaudampfschifffahrts...).
LONG_COMPOUND = 20


def word_kind(kind: CharKind) -> CharKind | None:
    """Return the kind of word that a character of this kind belongs to, or None if it is no part of a word."""
    return _GROUPS[kind]


_GROUPS = tuple(
    CharKind.LETTER if kind is CharKind.DIGIT else kind if kind >= CharKind.LETTER else None for kind in CharKind
)


def joins(joiner: CharKind, before: CharKind, after: CharKind) -> bool:
    """Return whether a joiner between characters of these kinds leaves the word whole."""
    if joiner is CharKind.JOINER:
        return word_kind(before) is CharKind.LETTER and word_kind(after) is CharKind.LETTER
    return joiner is CharKind.NUMBER_JOINER and before is CharKind.DIGIT and after is CharKind.DIGIT


class Scan(NamedTuple):  # made at every key, and a frozen dataclass takes three times as long to make
    """What is known of the first word that ends after the cursor, given the characters so far.

    `end`: offset where that word ends, None while it may go on. `newline`: a line break comes before any such word.
    `start`: offset where the word begins, None before its first letter. `pending`: offset where the word ends *if* what
    follows (a joiner such as an apostrophe) turns out to be a boundary; None where nothing is pending.
    `open_ended`: the word has no end to wait for: a script without spaces, or a very long compound.
    """

    end: int | None = None
    newline: bool = False
    start: int | None = None
    pending: int | None = None
    open_ended: bool = False


def scan(tail: str, cursor: int, *, ended: bool = False) -> Scan:
    """Return where the first word that ends beyond `cursor` ends in `tail`, the text after the root.

    `ended` says that whatever follows `tail` is a boundary. Offsets are characters of `tail`.

    >>> scan(" from", 3), scan(" from the", 3).end, scan(" don'", 2).pending
    (Scan(end=None, newline=False, start=1, pending=None, open_ended=False), 5, 4)
    >>> scan(" hearing from us", 8).end  # the word at the cursor is complete: the next one counts
    13
    """
    parsed = _parse(tail)
    for begin, end in parsed.words:
        if end > cursor:
            return Scan(end=end, start=begin)
    if parsed.newline:
        return Scan(newline=True)
    start = parsed.start
    if start is None:
        return Scan()
    if ended:
        end = len(tail) if parsed.pending is None else parsed.pending
        return Scan(end=end, start=start) if end > cursor else Scan()
    open_ended = parsed.pending is None and (parsed.unspaced or len(tail) - start >= LONG_COMPOUND)
    return Scan(start=start, pending=parsed.pending, open_ended=open_ended)


class _Parsed(NamedTuple):
    """The words of a text up to its first line break: (start, end) of the finished ones, and the one that may go on."""

    words: tuple[tuple[int, int], ...]
    newline: bool
    start: int | None
    pending: int | None
    unspaced: bool


@lru_cache(maxsize=16384)
def _parse(tail: str) -> _Parsed:
    words: list[tuple[int, int]] = []
    start: int | None = None
    group: CharKind | None = None
    before = CharKind.SPACE
    pending: int | None = None
    for offset, char in enumerate(tail):
        kind = char_kind(char)
        if kind is CharKind.EXTEND:
            if pending is None:
                continue
            kind = CharKind.PUNCTUATION  # a mark on the joiner makes it no joiner
        if pending is not None:
            if start is not None and not joins(char_kind(tail[pending]), before, kind):
                words.append((start, pending))
                start = group = None
            pending = None
        this = word_kind(kind)
        if start is not None and this is not group:
            assert group is not None  # a word has a kind
            if this is None and may_join(kind, before, group):
                pending = offset
                continue
            words.append((start, offset))
            start = group = None
        if kind is CharKind.NEWLINE:
            return _Parsed(tuple(words), True, None, None, False)
        if this is not None and start is None:
            start, group = offset, this
        before = kind
    return _Parsed(tuple(words), False, start, pending, group is CharKind.UNSPACED)


def may_join(kind: CharKind, before: CharKind, group: CharKind) -> bool:
    """Return whether a character of this kind could be a joiner, given what comes before it."""
    if kind is CharKind.JOINER:
        return group is CharKind.LETTER
    return kind is CharKind.NUMBER_JOINER and before is CharKind.DIGIT


def pieces(text: str) -> list[str]:
    """Return the words and single punctuation marks of `text`, in order, white space dropped.

    >>> pieces('It\\'s 3.14, a well-known "value".')
    ["It's", '3.14', ',', 'a', 'well-known', '"', 'value', '"', '.']
    """
    if text.isascii() and text.isprintable():
        return _ASCII_PIECES.findall(text)
    return PIECES.findall(text)


#: What `PIECES` finds in a line of plain ASCII, in a third of the time.
_ASCII_PIECES = re.compile(r"[A-Za-z0-9_]+(?:(?:['-]|(?<=[0-9])[.,](?=[0-9]))[A-Za-z0-9_]+)*|[!-~]")

_UNSPACED, _MARK, _JOINER = (CLASSES[kind] for kind in (CharKind.UNSPACED, CharKind.EXTEND, CharKind.JOINER))
_DIGIT, _NUMBER_JOINER = CLASSES[CharKind.DIGIT], CLASSES[CharKind.NUMBER_JOINER]
_UNIT = rf"(?:[{CLASSES[CharKind.LETTER]}--{_UNSPACED}]{_MARK}*)"
#: The words and single marks of a whole text: the same rules as `scan`, as one pattern.
PIECES = regex.compile(
    rf"{_UNIT}+(?:(?:{_JOINER}|(?<={_DIGIT}{_MARK}*){_NUMBER_JOINER}(?={_DIGIT})){_UNIT}+)*"
    rf"|(?:{_UNSPACED}{_MARK}*)+"
    rf"|(?:[{CLASSES[CharKind.EMOJI]}--[\p{{L}}\p{{N}}]]{_MARK}*)+"
    r"|\S",
    regex.V1,
)
