"""A position in a text: the units of its sentence so far, and what separates them from the next unit.

Invariant: only the last line of the context counts, and of that at most the last `WINDOW` characters.
"""

from __future__ import annotations

from dataclasses import dataclass

from autocomplete.embedded.ngram.sentences import (
    NUMBERS,
    Unit,
    at_start,
    is_abbreviation,
    is_ended,
    is_word,
    segments,
    sentences_at_cursor,
)
from autocomplete.embedded.ngram.terms import Terms
from autocomplete.embedded.ngram.vocabulary import START_ID, Vocabulary

WINDOW = 256


@dataclass(frozen=True, slots=True)
class Position:
    """The position at which the next unit comes.

    `history`: ids before it, terms included. `line_start`: nothing but white space stands before it on its line. `first`: it
    is the first word of its sentence. `ended`: the sentence so far may be a whole one. `spaced`: the space before it is already
    in the context. `last_mark`: id of the mark just before it, None after a word or an abbreviation. `context`: the text.
    """

    history: tuple[int, ...]
    line_start: bool
    first: bool
    ended: bool
    spaced: bool
    last_mark: int | None
    context: str = ""

    def new_sentence(self) -> Position:
        """Return the position where this sentence ends and the next begins."""
        return Position((START_ID,), False, True, False, False, None, self.context)


def position_after(context: str, vocabulary: Vocabulary, order: int, terms: Terms | None = None) -> Position:
    """Return the position after `context`. Only the last `order - 1` ids of the history are kept.

    >>> vocabulary = Vocabulary.of([",", " ("], ["we", "are"])
    >>> position = position_after("Then we are (", vocabulary, 3)
    >>> [vocabulary.forms[i] for i in position.history], position.first, vocabulary.forms[position.last_mark]
    ([b'are', b' ('], False, b' (')
    >>> position_after("One.\\n  ", vocabulary, 3).line_start
    True
    """
    line, cut = _last_line(context)
    *before, (segment, _) = segments(line) if line else [("", False)]
    in_segment = sentences_at_cursor(segment)
    if not in_segment:
        return Position((START_ID,), True, True, False, False, None, context)
    sentence = in_segment[-1]
    begins = bool(before) or len(in_segment) > 1 or not cut
    history = _encode_last(sentence, vocabulary, terms or Terms(vocabulary), order - 1, begins)
    last = sentence[-1].form
    no_mark = is_word(last) or last in NUMBERS or is_abbreviation(sentence)
    return Position(
        tuple(history),
        line_start=False,
        first=begins and at_start(sentence),
        ended=is_ended(sentence),
        spaced=context[-1].isspace(),
        last_mark=None if no_mark else vocabulary.mark_id(last),
        context=context,
    )


def _last_line(context: str) -> tuple[str, bool]:
    """Return the end of the last line, and whether its beginning was cut off."""
    tail = context[-WINDOW:]
    _, newline, line = tail.rpartition("\n")
    if newline or len(context) <= WINDOW:
        return line, False
    _, _, rest = tail.partition(" ")
    return rest or tail, True


def _encode_last(sentence: list[Unit], vocabulary: Vocabulary, terms: Terms, n: int, begins: bool) -> list[int]:
    """Return the last `n` ids of a sentence, the start mark included where `begins`."""
    begin = max(0, len(sentence) - n)
    ids = [
        terms.word_id(form, first=begins and at_start(sentence[:i])) if is_word(form) else vocabulary.mark_id(form)
        for i, (form, _) in enumerate(sentence[begin:], start=begin)
    ]
    return ids if len(ids) >= n or not begins else [START_ID, *ids]
