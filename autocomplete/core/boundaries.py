"""Where words begin and end.

Word boundaries follow Unicode UAX #29 by the properties of the `regex` library, with two deliberate differences: sentence
punctuation ends a word at once ("end." is finished, whatever follows), and a hyphen between letters does not. Runs of a script
without spaces between words (Chinese, Japanese, Thai ...) are one open-ended run.

Invariant: `_word` is the one definition of a word; a text that may go on and a whole text are cut by it alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import regex

from autocomplete.core.characters import CLASSES, CharKind, char_kind

#: From this many characters on a word is a compound whose end is not waited for (Donaudampfschifffahrts...).
LONG_COMPOUND = 20


def _word(unit: str, joiner: str, digit: str, number_joiner: str, marks: str) -> str:
    """Return the pattern of a word: letters or digits, with joiners between them.

    `unit`: a letter or digit with its marks. `digit`, with its `marks`, stands on both sides of a `number_joiner`.
    """
    return rf"{unit}+(?:(?:{joiner}|(?<={digit}{marks}){number_joiner}(?={digit})){unit}+)*"


_LETTER, _MARK, _NUMBER_JOINER = CLASSES[CharKind.LETTER], CLASSES[CharKind.EXTEND], CLASSES[CharKind.NUMBER_JOINER]
_DIGIT = rf"[{CLASSES[CharKind.DIGIT]}--{_NUMBER_JOINER}]"
_UNSPACED = rf"[{CLASSES[CharKind.UNSPACED]}--{_MARK}]"
_UNIT = rf"(?:[[{_LETTER}{_DIGIT}]--\s--{_MARK}--{_UNSPACED}]{_MARK}*)"
_WORD = (
    _word(_UNIT, CLASSES[CharKind.JOINER], _DIGIT, _NUMBER_JOINER, rf"{_MARK}*")
    + rf"|(?:{_UNSPACED}{_MARK}*)+"
    + rf"|(?:[{CLASSES[CharKind.EMOJI]}--{_LETTER}]{_MARK}*)+"
)
_ASCII_WORD = _word("[A-Za-z0-9_]", "['-]", "[0-9]", "[.,]", "")

_WORDS, _PIECES = regex.compile(_WORD, regex.V1), regex.compile(rf"{_WORD}|\S", regex.V1)
#: What these find in plain ASCII, in a seventh of the time.
_ASCII_WORDS, _ASCII_PIECES = re.compile(_ASCII_WORD), re.compile(rf"{_ASCII_WORD}|[!-~]")

_LINE_BREAK = re.compile(CLASSES[CharKind.NEWLINE])


def find_words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where each word of `text[start:end]` begins and ends, in order. The last one may go on beyond.

    >>> list(find_words("It's 3.14, a well-known", 0, 23))
    [(0, 4), (5, 9), (11, 12), (13, 23)]
    """
    for found in (_ASCII_WORDS if text.isascii() else _WORDS).finditer(text, start, end):
        yield found.span()


def pieces(text: str) -> list[str]:
    """Return the words and single punctuation marks of `text`, in order, white space dropped.

    >>> pieces('It\\'s 3.14, a well-known "value".')
    ["It's", '3.14', ',', 'a', 'well-known', '"', 'value', '"', '.']
    """
    plain = text.isascii() and text.isprintable()
    return _ASCII_PIECES.findall(text) if plain else _PIECES.findall(text)


def open_word(text: str) -> int | None:
    """Return where the word begins that `text` ends in the middle of, so that more letters would belong to it; else None.

    >>> open_word("hearing fr"), open_word("I don'"), open_word("hearing "), open_word("end.")
    (8, 2, None, None)
    """
    words = [*find_words(text, 0, len(text))]
    return words[-1][0] if words and _may_go_on(text, *words[-1]) else None


def _may_go_on(text: str, start: int, end: int) -> bool:
    """Return whether the last word of `text` may go on: nothing follows it, or a character that may join it to more."""
    if end < len(text) - 1:
        return False
    return end == len(text) or _may_join(text, start, end)


def _may_join(text: str, start: int, end: int) -> bool:
    """Return whether the character after the word `text[start:end]` may join it to more of it."""
    kind = char_kind(text[end])
    if kind is CharKind.NUMBER_JOINER:
        letters = (before for before in map(char_kind, reversed(text[start:end])) if before is not CharKind.EXTEND)
        return next(letters) is CharKind.DIGIT
    return kind is CharKind.JOINER and char_kind(text[start]) in (CharKind.LETTER, CharKind.DIGIT)


class Scan(NamedTuple):  # made at every key, and a frozen dataclass takes three times as long to make
    """The first word that ends after the cursor, as far as the characters so far tell.

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
    """The words of a text up to its first line break: (start, end) of finished ones, `start` of the one that may go on."""

    words: tuple[tuple[int, int], ...]
    newline: bool
    start: int | None = None
    pending: int | None = None
    unspaced: bool = False


@lru_cache(maxsize=16384)
def _parse(tail: str) -> _Parsed:
    line_break = _LINE_BREAK.search(tail)
    if line_break is not None:
        return _Parsed(tuple(find_words(tail, 0, line_break.start())), newline=True)
    words = tuple(find_words(tail, 0, len(tail)))
    if not words or not _may_go_on(tail, *words[-1]):
        return _Parsed(words, newline=False)
    start, end = words[-1]
    pending = None if end == len(tail) else end
    return _Parsed(words[:-1], False, start, pending, char_kind(tail[start]) is CharKind.UNSPACED)
