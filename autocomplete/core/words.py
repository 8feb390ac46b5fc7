"""Where words begin and end, and where the text before the cursor is cut into context and typed bytes.

Invariant: `split(text)` loses nothing: context plus typed is the text (CRLF read as LF), and the context never ends inside
a word. Word boundaries follow Unicode UAX #29 by the properties of the `regex` library, with two deliberate differences:
sentence punctuation ends a word at once ("end." is finished, whatever follows), and a hyphen between letters does not.
Runs of a script without spaces between words (Chinese, Japanese, Thai ...) are one open-ended run.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from string import ascii_letters
from typing import NamedTuple

import regex

#: Longest stem, in characters, that is taken out of the context; more is no word anybody completes.
LONGEST_STEM = 64

#: From this many characters on a word is a compound whose end is not waited for (Donaudampfschifffahrts...).
LONG_COMPOUND = 20

#: Longest run of punctuation between a word and the cursor that is taken out of the context.
LONGEST_PUNCTUATION = 4


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


_CLASSES = (
    (CharKind.NEWLINE, r"[\n\r\x0b\x0c\x85\u2028\u2029]"),
    (CharKind.SPACE, r"\s"),
    (CharKind.JOINER, r"['’\-‐‑·‧]"),
    (CharKind.NUMBER_JOINER, r"[.,٫٬]"),
    (CharKind.EXTEND, r"[\p{Word_Break=Extend}\p{Word_Break=Format}\p{Word_Break=ZWJ}\p{M}]"),
    (
        CharKind.UNSPACED,
        r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Word_Break=Katakana}"
        r"\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]",
    ),
    (CharKind.DIGIT, r"\p{Word_Break=Numeric}"),
    (CharKind.LETTER, r"[\p{L}\p{N}\p{Word_Break=ALetter}\p{Word_Break=Hebrew_Letter}\p{Word_Break=ExtendNumLet}]"),
    (CharKind.EMOJI, r"[\p{Extended_Pictographic}\p{Regional_Indicator}]"),
)
_PATTERNS = tuple((kind, regex.compile(pattern)) for kind, pattern in _CLASSES)


@lru_cache(maxsize=8192)
def char_kind(char: str) -> CharKind:
    """Return what one character does to a word.

    >>> [char_kind(char).name for char in "a7 ’好."]
    ['LETTER', 'DIGIT', 'SPACE', 'JOINER', 'UNSPACED', 'NUMBER_JOINER']
    """
    for kind, pattern in _PATTERNS:
        if pattern.match(char):
            return kind
    return CharKind.PUNCTUATION


def _group(kind: CharKind) -> CharKind | None:
    """Return the kind of word that a character of this kind belongs to, or None if it is no part of a word."""
    return _GROUPS[kind]


_GROUPS = tuple(
    CharKind.LETTER if kind is CharKind.DIGIT else kind if kind >= CharKind.LETTER else None for kind in CharKind
)


def _joins(joiner: CharKind, before: CharKind, after: CharKind) -> bool:
    """Return whether a joiner between characters of these kinds leaves the word whole."""
    if joiner is CharKind.JOINER:
        return _group(before) is CharKind.LETTER and _group(after) is CharKind.LETTER
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
            if start is not None and not _joins(char_kind(tail[pending]), before, kind):
                words.append((start, pending))
                start = group = None
            pending = None
        this = _group(kind)
        if start is not None and this is not group:
            assert group is not None  # a word has a kind
            if this is None and _may_join(kind, before, group):
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


def _may_join(kind: CharKind, before: CharKind, group: CharKind) -> bool:
    """Return whether a character of this kind could be a joiner, given what comes before it."""
    if kind is CharKind.JOINER:
        return group is CharKind.LETTER
    return kind is CharKind.NUMBER_JOINER and before is CharKind.DIGIT


class Root(NamedTuple):  # made at every key, as `Scan` is
    """The text before the cursor, cut at the root: `context` is what a model is given, `typed` what came since.

    `stem_start`: offset in `typed` at which the letters of the current word begin (its length where there are none).
    """

    context: str
    typed: str
    stem_start: int

    @property
    def stem(self) -> str:
        """The letters of the current word that are already typed."""
        return self.typed[self.stem_start :]

    def then(self, char: str) -> Root | None:
        """Return the root of the same text with one character more, or None where that takes a `split` of the whole.

        >>> split("hearing").then(" ") == split("hearing "), split("hearing f").then("r") == split("hearing fr")
        (True, True)
        >>> split("don").then("'")
        """
        context, typed, stem_start = self
        if char == " ":
            return Root(context + typed, char, 1)
        around = char if typed == " " else typed[-1:] + char
        if typed and around.isascii() and around.isalpha() and len(typed) - stem_start < LONGEST_STEM:
            return Root(context, typed + char, stem_start)
        return None


def split(text: str) -> Root:
    r"""Return the root of `text`: one trailing space, glued punctuation and the stem are moved out of the context.

    >>> split("I look forward to hearing fr")
    Root(context='I look forward to hearing', typed=' fr', stem_start=1)
    >>> split("However, ").typed, split("However,").typed, split('said "Hel').typed, split("foo.ba").typed
    (' ', ',', 'Hel', '.ba')
    """
    cut = begin = _stem_start(text)
    if begin > 0:
        kind = char_kind(text[begin - 1])
        if text[begin - 1] == " ":
            cut = begin - 1
        elif _is_mark(kind):
            cut = _punctuation_start(text, begin)
    context = text[:cut]
    if "\r" in context:
        context = context.replace("\r\n", "\n")
    return Root(context, text[cut:], begin - cut)


def _is_mark(kind: CharKind) -> bool:
    return kind in (CharKind.PUNCTUATION, CharKind.JOINER, CharKind.NUMBER_JOINER, CharKind.EXTEND)


def _punctuation_start(text: str, begin: int) -> int:
    """Return where punctuation glued to a word before it begins, or `begin` where it opens something new."""
    start = begin
    while start > 0 and begin - start <= LONGEST_PUNCTUATION and _is_mark(char_kind(text[start - 1])):
        start -= 1
    if begin - start > LONGEST_PUNCTUATION or start == 0 or _group(char_kind(text[start - 1])) is None:
        return begin
    while start < begin and char_kind(text[start]) is CharKind.EXTEND:  # a mark belongs to the word before it
        start += 1
    return start


def _stem_start(text: str) -> int:
    """Return the offset at which the word under the cursor begins, or the length of the text if there is none."""
    at = len(text)
    if at > 1 and _may_join_at(text, at - 1):
        at -= 1
    while at > 0 and char_kind(text[at - 1]) is CharKind.EXTEND:
        at -= 1
    group = _group(char_kind(text[at - 1])) if at else None
    if group is None:
        return len(text)
    if group is CharKind.UNSPACED:
        return _last_grapheme(text)
    tail = text[max(0, len(text) - LONGEST_STEM - 1) : at]
    at -= len(tail) - len(tail.rstrip(ascii_letters))  # what the next loop would do, sooner
    while at > 0 and len(text) - at <= LONGEST_STEM and _belongs(text, at - 1, group):
        at -= 1
    while at < len(text) and char_kind(text[at]) is CharKind.EXTEND:
        at += 1
    return at if len(text) - at <= LONGEST_STEM else len(text)


def _belongs(text: str, offset: int, group: CharKind) -> bool:
    """Return whether the character at `offset` belongs to the word that begins right after it."""
    kind = char_kind(text[offset])
    if _group(kind) is group or kind is CharKind.EXTEND:
        return True
    after = offset + 1
    return offset > 0 and after < len(text) and _joins(kind, _kind_before(text, offset), char_kind(text[after]))


def _may_join_at(text: str, offset: int) -> bool:
    kind = char_kind(text[offset])
    if kind is not CharKind.JOINER and kind is not CharKind.NUMBER_JOINER:
        return False
    before = _kind_before(text, offset)
    group = _group(before)
    return group is not None and _may_join(kind, before, group)


def _kind_before(text: str, offset: int) -> CharKind:
    """Return the kind of the character before `offset`, marks on it set aside."""
    while offset > 0:
        kind = char_kind(text[offset - 1])
        if kind is not CharKind.EXTEND:
            return kind
        offset -= 1
    return CharKind.SPACE


#: A letter with its marks, an emoji with all that belongs to it.
GRAPHEME = regex.compile(r"\X")


def _last_grapheme(text: str) -> int:
    """Return the offset of the last grapheme. In scripts without spaces it alone counts as typed.

    Tokens of such scripts mostly hold one or two characters, so a longer stem would lose more mass to unseen tokens than
    a cut inside a token does.
    """
    window = max(0, len(text) - 16)
    last = window
    for match in GRAPHEME.finditer(text, window):
        last = match.start()
    return last


def whole_graphemes(text: str) -> str:
    """Return `text` without a last grapheme that more characters could still change (one that ends in a joiner).

    >>> whole_graphemes("好的"), whole_graphemes("ok👩\u200d")
    ('好的', 'ok')
    """
    if not text.endswith("\u200d"):
        return text
    return text[: _last_grapheme(text)]


@lru_cache(maxsize=16384)
def is_hostile(text: str) -> bool:
    r"""Return whether `text` holds characters that no word needs and that would drive a terminal or hide what is inserted.

    Those are control characters other than white space, bidirectional controls, and invisible spaces and hyphens.

    >>> [is_hostile(text) for text in (" \x1b[31mred", " re\u202ed", " na\u00efve\n", "\u0646\u0645\u06cc\u200c")]
    [True, True, False, False]
    """
    return _HOSTILE.search(text) is not None


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

_HOSTILE = regex.compile(r"[\p{Cc}--[\t\n\v\f\r\x85]]|[\p{Bidi_Control}\u00ad\u200b\u2060-\u2064\ufeff]", regex.V1)

_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Word_Break=Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_MARK = r"[\p{Word_Break=Extend}\p{Word_Break=Format}\p{Word_Break=ZWJ}\p{M}]"
_UNIT = (
    r"(?:[\p{L}\p{N}\p{Word_Break=ALetter}\p{Word_Break=Hebrew_Letter}\p{Word_Break=ExtendNumLet}"
    rf"--{_UNSPACED}]{_MARK}*)"
)
#: The words and single marks of a whole text: the same rules as `scan`, as one pattern.
PIECES = regex.compile(
    rf"{_UNIT}+(?:(?:['’\-‐‑·‧]|(?<=\p{{Word_Break=Numeric}}{_MARK}*)[.,٫٬](?=\p{{Word_Break=Numeric}})){_UNIT}+)*"
    rf"|(?:{_UNSPACED}{_MARK}*)+"
    rf"|(?:[\p{{Extended_Pictographic}}\p{{Regional_Indicator}}--[\p{{L}}\p{{N}}]]{_MARK}*)+"
    r"|\S",
    regex.V1,
)


def context_start(n_chars: int, *, size: int = 4096, block: int = 1024) -> int:
    """Return where the window of text sent to a model begins, for a cursor at offset `n_chars`.

    The window holds at most `size` characters and moves in blocks, so that a server's prompt cache stays warm.

    >>> context_start(4096), context_start(4097), context_start(5000), context_start(5200)
    (0, 1024, 1024, 2048)
    """
    if n_chars <= size:
        return 0
    return -(-(n_chars - size) // block) * block
