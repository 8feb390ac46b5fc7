"""A line of text as sentences of units: the events that the n-gram model counts and predicts.

Invariant: counting and asking cut text by the same functions, so a history is the same in both. A unit is a word as it
is written ("don't"), a punctuation mark with the space before it, if any (" (" and ","), or the class of a number ("<2>").
Segments are parts of a text that are cut each on its own, so that what was cut once is not cut again: their sentences, one
after the other, are those of its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from autocomplete.core.boundaries import pieces

START, END, UNKNOWN = "<s>", "</s>", "<unk>"

#: Classes of numbers: one to four digits, and every other way to write digits. They are never offered.
NUMBERS = ("<1>", "<2>", "<3>", "<4>", "<#>")

#: A dot after one of these ends no sentence. English; in another language such a word hardly ever ends one.
ABBREVIATIONS = frozenset(
    "Mr Mrs Ms Dr Prof St Sr Jr Gen Col Capt Lt Sgt Rev Hon Mt Fig Figs Vol vs cf eg ie al".split()  # noqa: SIM905 - a list of words reads best as words
)

#: What ends a sentence: Latin, Arabic, Urdu, Devanagari, Ethiopic and Armenian marks. A Greek question ends with a semicolon.
_TERMINALS = frozenset(".!?…؟۔।॥።፧։")
_TERMINALS_AFTER_SPACE = frozenset(" " + mark for mark in "?!؟۔।॥።፧։")  # French sets one there
_GREEK_QUESTION = ";"
_CLOSERS = frozenset([*"\"')]}»›", " »", " ›"])
_OPENERS = frozenset("\"'([{«‹„‚¿¡")
_STRAIGHT = str.maketrans("‘’“”‐‑\u00a0", "''\"\"-- ")
_JOINERS = {0x200C: None, 0x200D: None}
_NUMBER = re.compile(r"\d[\d.,٫٬]*")

#: Where a sentence may end, found without cutting the text into units; `is_ended` decides.
_OPENING = r"[\"'(\[{«]?[A-Z0-9]"
_MAY_END = re.compile(rf"\n|[.!?…][\"')\]}}»]*[^\S\n]+(?={_OPENING})")
_OPENS = re.compile(_OPENING)

_N_TAILS = 4096

#: How many texts are cached: every part of a model asks about the sentence at the cursor, and again with a word more.
_N_TEXTS = 64

_CACHE: dict[str, list[list[Unit]]] = {}


class Unit(NamedTuple):
    """One unit. `glued`: no space stands before it."""

    form: str
    glued: bool


def straight(text: str) -> str:
    """Return `text` with typographic quotes, hyphens and fixed spaces made plain; offsets are unchanged.

    >>> straight("“Don’t”")
    '"Don\\'t"'
    """
    return text if text.isascii() else text.translate(_STRAIGHT)


def is_word(form: str) -> bool:
    """Return whether a piece or unit is a word or number, as opposed to a mark or a class.

    >>> [is_word(form) for form in ("don't", "_x", ",", " (", "<2>", "…")]
    [True, True, False, False, False, False]
    """
    if form[0].isalnum():
        return True
    return len(form) > 1 and form[0] not in " <" and any(char.isalnum() for char in form)


def is_printable(text: str) -> bool:
    r"""Return whether all of a text can be seen; the joiners inside Persian and Indian words count as such.

    >>> is_printable("می\u200cخواهم"), is_printable("a\u00adb"), is_printable("\x1b")
    (True, False, False)
    """
    return text.isprintable() or text.translate(_JOINERS).isprintable()


def number_class(piece: str) -> str | None:
    """Return the class of a piece made of digits, None for any other.

    >>> number_class("7"), number_class("1984"), number_class("3.14"), number_class("3D"), number_class("१२")
    ('<1>', '<4>', '<#>', None, '<2>')
    """
    if not _NUMBER.fullmatch(piece):
        return None
    return NUMBERS[len(piece) - 1] if len(piece) <= 4 and piece.isdigit() else NUMBERS[-1]


def is_small(char: str) -> bool:
    """Return whether a letter is a small one that becomes a capital at the start of a sentence; Georgian ones, say, do not.

    >>> [is_small(char) for char in "aßжAクა7"]
    [True, False, True, False, False, False, False]
    """
    return char.islower() and (char.isascii() or (char.title() != char and len(char.title()) == 1))


def form_of(piece: str, *, glued: bool) -> str:
    """Return the form under which a piece is counted.

    >>> form_of("12", glued=False), form_of("(", glued=False), form_of(",", glued=True), form_of("word", glued=True)
    ('<2>', ' (', ',', 'word')
    """
    if piece.isalpha():
        return piece
    if is_word(piece):
        return number_class(piece) or piece
    return piece if glued else " " + piece


def sentences(line: str, before: Sequence[list[Unit]] = (), n_before: int = 0) -> list[list[Unit]]:
    """Return the sentences of a line, each a list of units. A line without text has none.

    `before`: what this returned for the first `n_before` characters, which must end with a word and be followed by a space.

    >>> [[unit.form for unit in sentence] for sentence in sentences('Mr. Li (21) left. "Why?" I asked.')]
    [['Mr', '.', 'Li', ' (', '<2>', ')', 'left', '.'], [' "', 'Why', '?', '"'], ['I', 'asked', '.']]
    """
    line = straight(line)
    parts = pieces(line[n_before:] if n_before else line)
    result: list[list[Unit]] = list(before[:-1])
    current: list[Unit] = list(before[-1]) if before else []
    at = n_before
    for i, piece in enumerate(parts):
        glued = line.startswith(piece, at) and at > 0
        at = line.index(piece, at) + len(piece)
        # A word ends no sentence, and most units are words: that comes first.
        if not glued and current and not current[-1].form.isalpha() and is_ended(current) and _opens_sentence(parts, i):
            result.append(current)
            current = []
        current.append(Unit(form_of(piece, glued=glued), glued))
    if current:
        result.append(current)
    return result


def is_ended(sentence: list[Unit]) -> bool:
    """Return whether the units so far may be a whole sentence: a terminal mark, quotes and brackets after it allowed.

    >>> [is_ended(sentences(text)[-1]) for text in ("He left.", "He left.)", "He left", "Mr.", "J.", "Was ?", "Τι;")]
    [True, True, False, False, False, True, True]
    """
    at = len(sentence)
    while at and sentence[at - 1].form in _CLOSERS:
        at -= 1
    if at < 2:
        return False
    mark, before = sentence[at - 1].form, sentence[at - 2].form
    if mark not in _TERMINALS and mark not in _TERMINALS_AFTER_SPACE and not _is_greek_question(mark, before):
        return False
    return not (mark == "." and (_is_initial(before) or before in ABBREVIATIONS))


def _is_greek_question(mark: str, before: str) -> bool:
    return mark == _GREEK_QUESTION and ("\u0370" <= before[-1] <= "\u03ff" or "\u1f00" <= before[-1] <= "\u1fff")


def _is_initial(word: str) -> bool:
    """Return whether a dot after this is one of "J. Doe", "e.g." or "U.S.", not the end of "Это я." or "Vâng ạ."."""
    return len(word) == 1 and word.isalpha() and word != "I" and (word.isascii() or not word.islower())


def is_abbreviation(sentence: list[Unit]) -> bool:
    """Return whether the units so far end with the dot of an abbreviation.

    >>> [is_abbreviation(sentences(text)[-1]) for text in ("Ask Dr.", "Ask me.")]
    [True, False]
    """
    return len(sentence) > 1 and sentence[-1].form == "." and sentence[-2].form in ABBREVIATIONS


def at_start(sentence: list[Unit]) -> bool:
    """Return whether no word has come yet, so that the next one is written with a capital."""
    return not any(is_word(unit.form) or unit.form in NUMBERS for unit in sentence)


def _opens_sentence(parts: list[str], i: int) -> bool:
    piece = parts[i]
    if piece in _OPENERS:
        return i + 1 < len(parts) and not is_small(parts[i + 1][0])
    return not is_small(piece[0]) and is_word(piece)


def segments(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the finished sentences and lines of a text, and then the rest, each with whether it is finished.

    >>> list(segments("I saw Dr. Li. She left"))
    [('I saw Dr. Li. ', True), ('She left', False)]
    """
    begin = 0
    for match in _MAY_END.finditer(text):
        segment = text[begin : match.end()]
        if match[0] == "\n" or _is_finished(" ".join(segment.rsplit(maxsplit=2)[-2:])):
            yield segment, True
            begin = match.end()
    if begin < len(text):
        yield text[begin:], False


def stay_finished(segment: str, rest: str) -> bool:
    """Return whether `segment`, one or more that were finished, still are where `rest` follows now.

    >>> stay_finished("He left. ", "She"), stay_finished("He left. ", "she"), stay_finished("He left. ", "")
    (True, False, False)
    """
    return not segment or segment.endswith("\n") or _OPENS.match(rest) is not None


def start_of_sentence(text: str) -> int:
    """Return where a sentence may begin, past the beginning of `text`; where none does, the second word, else the end.

    >>> start_of_sentence("is over. They left"), start_of_sentence("mit them"), start_of_sentence("none")
    (9, 4, 4)
    """
    match = _MAY_END.search(text)
    return match.end() if match else (text.find(" ") + 1 or len(text))


def sentences_at_cursor(text: str) -> list[list[Unit]]:
    """Return the sentences of a line that may go on, as `sentences` does. They are cached: do not change them.

    Where all but the last word was asked about before, only that word is cut.
    """
    text = text.strip()
    result = _CACHE.get(text)
    if result is None:
        begun = text[: max(0, text.rfind(" "))].rstrip()
        before = _CACHE.get(begun)
        goes_on = before and is_word(before[-1][-1].form)  # what comes may still decide about a mark
        result = sentences(text, before, len(begun)) if before and goes_on else sentences(text)
        _CACHE[text] = result
        while len(_CACHE) > _N_TEXTS:
            _CACHE.pop(next(iter(_CACHE)), None)
    return result


@lru_cache(maxsize=_N_TAILS)
def _is_finished(tail: str) -> bool:
    """Return whether a segment that ends with these two words is a sentence."""
    cut = sentences(tail)
    return bool(cut) and is_ended(cut[-1])
