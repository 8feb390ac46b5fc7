"""The words of a text, for everything that counts, colours or scores words.

Invariant: the words of a text are those that the engine completes one after another: what `scan` finds beyond a cursor that
stands right before a word is that word. A script without spaces has no words in this sense; there each grapheme (a letter
with its marks) is one, and what it had is the probability that the text goes on with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autocomplete.core.boundaries import find_words, scan
from autocomplete.core.characters import CharKind, char_kind, graphemes
from autocomplete.core.root import split

#: Characters before the cursor that tell at which word it is: more than the longest stem with what is glued to it.
_BEFORE = 200

#: How far ahead the end of a word is looked for at first, in characters.
_AHEAD = 200


@dataclass(frozen=True, slots=True)
class WordSpan:
    """A word of a text: `text[start:end]`, in code points. `open_ended`: nothing tells where it ends (see the module)."""

    start: int
    end: int
    open_ended: bool = False


def word_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[WordSpan]:
    r"""Yield the words of `text[start:end]` in order, as offsets in `text`; marks and white space are no words.

    Of a word that `start` or `end` divides, the part inside is yielded.

    >>> text = "Don't panic,\n3.14 好的"
    >>> [text[word.start : word.end] for word in word_spans(text)]
    ["Don't", 'panic', '3.14', '好', '的']
    >>> [word.open_ended for word in word_spans(text)]
    [False, False, False, True, True]
    """
    for begin, stop in find_words(text, start, len(text) if end is None else end):
        if char_kind(text[begin]) is CharKind.UNSPACED:
            for at, after in graphemes(text, begin, stop):
                yield WordSpan(at, after, open_ended=True)
        else:
            yield WordSpan(begin, stop)


def next_word(text: str, at: int) -> str | None:
    r"""Return what completes the next word of `text` at offset `at`: the rest of a word, or separator and word.

    This is what a decision for `text[:at]` has to say to be right. None where a line break or the end comes first.

    >>> next_word("hearing from us", 2), next_word("hearing from us", 7), next_word("hearing\nfrom", 7)
    ('aring', ' from', None)
    """
    typed = split(text[max(0, at - _BEFORE) : at]).typed
    ahead = _AHEAD
    while True:
        tail = typed + text[at : at + ahead]
        whole = at + ahead >= len(text)
        found = scan(tail, len(typed), ended=whole)
        if found.end is not None:
            return tail[len(typed) : found.end]
        if found.newline or whole:
            return None
        ahead *= 4


def stem(text: str) -> str:
    """Return the letters of the word that `text` ends in the middle of, as far as they are typed; "" after a whole word.

    >>> stem("hearing fr"), stem("I don'"), stem("hearing "), stem("")
    ('fr', "don'", '', '')
    """
    return split(text[-_BEFORE:]).stem


def divides_word(before: str, after: str) -> bool:
    """Return whether a cursor between `before` and `after` stands inside a word.

    >>> divides_word("he", "aring"), divides_word("don", "'t"), divides_word("hearing", " from"), divides_word("end", ".")
    (True, True, False, False)
    """
    inside = stem(before)
    if not inside or not after or char_kind(inside[-1]) is CharKind.UNSPACED:
        return False
    found = scan(inside + after[:_AHEAD], 0, ended=True)
    return found.end is not None and found.end > len(inside)


def needs_space(before: str, after: str) -> bool:
    """Return whether a space belongs between `before`, which ends with a word, and `after`, where that begins another.

    >>> needs_space("much", "f"), needs_space("much", "."), needs_space("much", " f"), needs_space("我们", "去")
    (True, False, False, False)
    """
    sides = (char_kind(before[-1:] or " "), char_kind(after[:1] or " "))
    return all(kind in (CharKind.LETTER, CharKind.DIGIT) for kind in sides)


def finished_words(before: str, inserted: str) -> int:
    """Return how many words `inserted`, put after `before`, brings to their end.

    >>> finished_words("Thank", " you"), finished_words("Thank yo", "u"), finished_words("a", ", b c ")
    (1, 0, 3)
    """
    inside = stem(before)
    text = inside + inserted
    found = [word for word in word_spans(text) if word.end > len(inside) or not word.open_ended]
    if not found:
        return 0
    last = found[-1]
    return len(found) - (not last.open_ended and scan(text[last.start :], 0).end is None)
