"""A line of text as sentences of units: the events that the n-gram model counts and predicts.

Invariant: counting and asking cut text by the same functions, so a history looks the same in both. A unit is a word as it
is written ("don't"), a punctuation mark with the space before it, if any (" (" and ","), or the class of a number ("<2>").
"""

from __future__ import annotations

import re
from typing import NamedTuple

from autocomplete.words import pieces

START, END, UNKNOWN = "<s>", "</s>", "<unk>"

#: Classes of numbers: one to four digits, and every other way to write digits. Never shown as a word.
NUMBERS = ("<1>", "<2>", "<3>", "<4>", "<#>")

#: A dot after one of these ends no sentence.
ABBREVIATIONS = frozenset(
    "Mr Mrs Ms Dr Prof St Sr Jr Gen Col Capt Lt Sgt Rev Hon Mt Fig Figs Vol vs cf eg ie al".split()  # noqa: SIM905 - a list of words reads best as words
)

_TERMINALS = frozenset(".!?…")
_CLOSERS = frozenset("\"')]}»")
_OPENERS = frozenset("\"'([{«")
_STRAIGHT = str.maketrans("‘’“”‐‑\u00a0", "''\"\"-- ")
_NUMBER = re.compile(r"[0-9][0-9.,]*")


class Unit(NamedTuple):
    """One unit. `glued`: no space stands before it."""

    form: str
    glued: bool


def straight(text: str) -> str:
    """Return `text` with typographic quotes, hyphens and fixed spaces made plain; offsets are unchanged.

    >>> straight("“Don’t”")
    '"Don\\'t"'
    """
    return text.translate(_STRAIGHT)


def is_word(form: str) -> bool:
    """Return whether a piece or unit is a word or number, as opposed to a mark or a class.

    >>> [is_word(form) for form in ("don't", "_x", ",", " (", "<2>", "…")]
    [True, True, False, False, False, False]
    """
    if form[0].isalnum():
        return True
    return len(form) > 1 and form[0] not in " <" and any(char.isalnum() for char in form)


def number_class(piece: str) -> str | None:
    """Return the class of a piece made of digits, None for any other.

    >>> number_class("7"), number_class("1984"), number_class("3.14"), number_class("3D")
    ('<1>', '<4>', '<#>', None)
    """
    if not _NUMBER.fullmatch(piece):
        return None
    return NUMBERS[len(piece) - 1] if len(piece) <= 4 and piece.isdigit() else NUMBERS[-1]


def form_of(piece: str, *, glued: bool) -> str:
    """Return the form under which a piece is counted.

    >>> form_of("12", glued=False), form_of("(", glued=False), form_of(",", glued=True), form_of("word", glued=True)
    ('<2>', ' (', ',', 'word')
    """
    if is_word(piece):
        return number_class(piece) or piece
    return piece if glued else " " + piece


def sentences(line: str) -> list[list[Unit]]:
    """Return the sentences of a line, each a list of units. A line without text has none.

    >>> [[unit.form for unit in sentence] for sentence in sentences('Mr. Li (21) left. "Why?" I asked.')]
    [['Mr', '.', 'Li', ' (', '<2>', ')', 'left', '.'], [' "', 'Why', '?', '"'], ['I', 'asked', '.']]
    """
    line = straight(line)
    found = pieces(line)
    result: list[list[Unit]] = []
    current: list[Unit] = []
    at = 0
    for i, piece in enumerate(found):
        glued = line.startswith(piece, at) and at > 0
        at = line.index(piece, at) + len(piece)
        if not glued and current and _opens_sentence(found, i) and is_ended(current):
            result.append(current)
            current = []
        current.append(Unit(form_of(piece, glued=glued), glued))
    if current:
        result.append(current)
    return result


def is_ended(sentence: list[Unit]) -> bool:
    """Return whether the units so far may be a whole sentence: a terminal mark, quotes and brackets after it allowed.

    >>> [is_ended(sentences(text)[-1]) for text in ("He left.", "He left.)", "He left", "Mr.", "J.")]
    [True, True, False, False, False]
    """
    at = len(sentence)
    while at and sentence[at - 1].form in _CLOSERS:
        at -= 1
    if at < 2 or sentence[at - 1].form not in _TERMINALS:
        return False
    before = sentence[at - 2].form
    initial = len(before) == 1 and before.isalpha() and before != "I"  # J. Doe, e.g., U.S.
    return not (sentence[at - 1].form == "." and (initial or before in ABBREVIATIONS))


def is_abbreviation(sentence: list[Unit]) -> bool:
    """Return whether the units so far end with the dot of an abbreviation.

    >>> [is_abbreviation(sentences(text)[-1]) for text in ("Ask Dr.", "Ask me.")]
    [True, False]
    """
    return len(sentence) > 1 and sentence[-1].form == "." and sentence[-2].form in ABBREVIATIONS


def at_start(sentence: list[Unit]) -> bool:
    """Return whether no word has come yet, so that the next one is written with a capital."""
    return not any(is_word(unit.form) or unit.form in NUMBERS for unit in sentence)


def _opens_sentence(found: list[str], i: int) -> bool:
    piece = found[i]
    if piece in _OPENERS:
        return i + 1 < len(found) and not found[i + 1][0].islower()
    return not piece[0].islower() and is_word(piece)
