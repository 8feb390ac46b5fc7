"""Which ghost text stands at the cursor: pure functions of texts.

Invariant: a ghost depends on nothing but what was suggested, after which text, and the text around the cursor now. So
it cannot be stale, whatever key, undo, load or mouse click led to that text.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from rich.cells import cell_len, split_graphemes

#: Categories that would break the row or the terminal: controls, surrogates, line and paragraph separators.
_UNDRAWABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})

#: What turns the direction of the text round, and what takes no room: nobody could see what they accept. The joiners and
#: variation selectors of emoji and of several scripts are not among them.
_INVISIBLE = frozenset(
    "\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)

#: Characters that hold a word together, so that "don't" is one word.
_JOINERS = "'’-"


@dataclass(frozen=True, slots=True)
class Before:
    """The text that ends at the cursor, from the code point `start` of the document on."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`completion`, suggested after `anchor` with a word probability of 0..1."""

    anchor: Before
    completion: str
    probability: float


def remaining(anchor: str, completion: str, current: str) -> str:
    """Return what is left of `completion`, suggested after `anchor`, now that `current` stands before the cursor.

    "" where `current` is not `anchor` plus a beginning of the completion.

    >>> remaining("I look f", "orward", "I look for"), remaining("I look f", "orward", "I look fi")
    ('ward', '')
    """
    if not current.startswith(anchor):
        return ""
    typed = current[len(anchor) :]
    return completion[len(typed) :] if completion.startswith(typed) else ""


def fits(completion: str, after: str) -> bool:
    """Return whether `completion` may stand before `after`, the rest of the line.

    Not inside a word, not where the line already goes on with it, and not if it could not be drawn on one row.

    >>> fits("om", ""), fits("om", " you"), fits("om", "og"), fits(" you", " you.")
    (True, True, False, False)
    """
    return bool(completion) and not obstacle(completion, after)


def obstacle(completion: str, after: str) -> str:
    """Return why `completion` may not stand before `after`, the rest of the line; "" where it may.

    >>> obstacle("o\\u202em", ""), obstacle("om", "og"), obstacle(" you", " you."), obstacle("om", "")
    ('cannot be drawn', 'inside a word', 'already there', '')
    """
    if not is_drawable(completion):
        return "cannot be drawn"
    if inside_word(after):
        return "inside a word"
    return "already there" if after.startswith(completion) else ""


def is_drawable(text: str) -> bool:
    """Return whether each character of `text` can be seen, or belongs to one that can, on one row in writing order."""
    return not any(char in _INVISIBLE or unicodedata.category(char) in _UNDRAWABLE for char in text)


def inside_word(after: str) -> bool:
    """Return whether the word at the cursor goes on in `after`, the rest of the line."""
    return bool(after) and after[0].isalnum()


def is_quiet(dismissed: Suggestion, current: str) -> bool:
    """Return whether `current`, read from the same start, is still at the word whose suggestion was dismissed.

    >>> dismissed = Suggestion(Before(0, "I look f"), "orward", 0.9)
    >>> is_quiet(dismissed, "I look fo"), is_quiet(dismissed, "I look f"), is_quiet(dismissed, "I look for ")
    (True, True, False)
    """
    root = dismissed.anchor.text
    if not dismissed.completion[:1].isspace():
        root = root[: len(root) - _stem_length(root)]
    if not current.startswith(root):
        return False
    typed = current[len(root) :]
    if dismissed.completion[:1].isspace():
        typed = typed.lstrip(" ")
    return _stem_length(typed) == len(typed)


def finished_words(before: str, inserted: str) -> int:
    """Return how many words `inserted`, put after `before`, brings to their end.

    >>> finished_words("Thank", " you"), finished_words("Thank yo", "u"), finished_words("a", ", b c ")
    (1, 0, 3)
    """
    text = before[-1:] + inserted
    return sum(_in_word(left) and not _in_word(right) for left, right in pairwise(text))


def strength(probability: float) -> float:
    """Return how far the ghost's colour stands out from the background, 0..1: an unsure ghost is fainter.

    >>> [round(strength(p), 2) for p in (0.0, 0.5, 1.0)]
    [0.35, 0.55, 0.75]
    """
    return 0.35 + 0.4 * min(1.0, max(0.0, probability))


def clip(text: str, n_cells: int) -> str:
    """Return `text` cut to at most `n_cells` terminal cells, between graphemes, with "…" for what is missing.

    >>> clip("forward", 9), clip("forward", 4), clip("東京都", 4), clip("no", 0)
    ('forward', 'for…', '東…', '')
    """
    if cell_len(text) <= n_cells:
        return text
    room = n_cells - 1
    kept = 0
    for _start, end, width in split_graphemes(text)[0]:
        if width > room:
            break
        room -= width
        kept = end
    return text[:kept] + "…" if n_cells > 0 else ""


def first_grapheme(text: str) -> str:
    """Return the first grapheme of `text`, with its marks.

    >>> len(first_grapheme("e\\u0301tude")), first_grapheme("")
    (2, '')
    """
    spans = split_graphemes(text)[0]
    return text[: spans[0][1]] if spans else ""


def _stem_length(text: str) -> int:
    length = 0
    for char in reversed(text):
        if not _in_word(char):
            break
        length += 1
    return length


def _in_word(char: str) -> bool:
    return char.isalnum() or char in _JOINERS or unicodedata.category(char).startswith("M")
