"""Where the text before the cursor is cut: into the context, which a model is given, and what is typed since.

Invariant: `split(text)` loses nothing: context plus typed is the text (CRLF read as LF), and the context never ends inside
a word.
"""

from __future__ import annotations

from typing import NamedTuple

from autocomplete.core.boundaries import open_word
from autocomplete.core.characters import CharKind, char_kind, last_grapheme

#: Longest stem, in characters, that is taken out of the context; more is no word anybody completes.
LONGEST_STEM = 64

#: Longest run of punctuation between a word and the cursor that is taken out of the context.
LONGEST_PUNCTUATION = 4


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
    if begin - start > LONGEST_PUNCTUATION or start == 0 or char_kind(text[start - 1]) < CharKind.LETTER:
        return begin
    while start < begin and char_kind(text[start]) is CharKind.EXTEND:  # a mark belongs to the word before it
        start += 1
    return start


def _stem_start(text: str) -> int:
    """Return the offset at which the word under the cursor begins, or the length of the text if there is none."""
    tail = text[-LONGEST_STEM - 2 :]  # two more: whether one joins the other to more letters tells that the stem is too long
    tail = tail[tail.rfind(" ") + 1 :]
    start = open_word(tail)
    if start is None:
        return len(text)
    if char_kind(tail[start]) is CharKind.UNSPACED:
        # It alone counts as typed: tokens of such scripts mostly hold one or two characters, so a longer stem would lose more
        # mass to unseen tokens than a cut inside a token does.
        return last_grapheme(text)
    n_stem = len(tail) - start
    return len(text) - (n_stem if n_stem <= LONGEST_STEM else 0)


def context_start(n_chars: int, *, size: int = 4096, block: int = 1024) -> int:
    """Return where the window of text sent to a model begins, for a cursor at offset `n_chars`.

    The window holds at most `size` characters and moves in blocks, so that a server's prompt cache stays warm.

    >>> context_start(4096), context_start(4097), context_start(5000), context_start(5200)
    (0, 1024, 1024, 2048)
    """
    if n_chars <= size:
        return 0
    return -(-(n_chars - size) // block) * block
