"""The units that the network reads before a position: those of the last thousand characters or so, cut as in training.

Invariant: the units are a function of the text alone. The window moves in blocks and begins at a sentence where it can, so the
units before the next word are mostly those before this one and one more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from autocomplete.core.root import context_start
from autocomplete.embedded.ngram.sentences import (
    NUMBERS,
    Unit,
    is_word,
    segments,
    sentences,
    sentences_at_cursor,
    start_of_sentence,
    stay_finished,
    straight,
)
from autocomplete.embedded.ngram.vocabulary import END_ID, START_ID, Vocabulary

#: The window holds at most `SIZE` characters. It moves by `BLOCK`, a multiple of what an engine's context moves by, and so
#: rarely that one word in a hundred and fifty has it read again.
SIZE, BLOCK = 1408, 1024

_N_SEGMENTS, _N_FORMS = 256, 4096


@dataclass(slots=True)
class _FinishedText:
    """The finished sentences of a window, and their ids, the start mark first."""

    text: str = ""
    ids: tuple[int, ...] = (START_ID,)


class Window:
    """The units before positions, as ids of one vocabulary. Finished sentences are cut into units once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._ids = lru_cache(maxsize=_N_SEGMENTS)(lambda segment: self._ids_of(sentences(segment)))
        self._id: Callable[[str, bool], int] = lru_cache(maxsize=_N_FORMS)(vocabulary.form_id)
        self._current, self._next = _FinishedText(), _FinishedText()

    def units(self, context: str) -> tuple[int, ...]:
        """Return the ids of the units before the end of `context`: the start mark first, the end mark after sentences."""
        begin = context_start(len(context), size=SIZE, block=BLOCK)
        return self._units(_from_sentence(context[begin:]) if begin else context, self._current)

    def units_of_next_window(self, context: str) -> tuple[int, ...]:
        """Return the ids in the window that comes next, as far as it is typed; none where the text ends before it."""
        begin = context_start(len(context), size=SIZE, block=BLOCK) + BLOCK
        return self._units(_from_sentence(context[begin:]), self._next) if len(context) > begin else ()

    def _units(self, text: str, done: _FinishedText) -> tuple[int, ...]:
        rest = straight(text[len(done.text) :])
        if not (text.startswith(done.text) and stay_finished(done.text, rest)):
            done.text, done.ids, rest = "", (START_ID,), straight(text)
        pending = ""
        for segment, is_finished in segments(rest):
            if is_finished:
                done.text, done.ids = text[: len(done.text) + len(segment)], done.ids + self._ids(segment)
            else:
                pending = segment
        return done.ids + self._ids_of(sentences_at_cursor(pending))[:-1] if pending else done.ids

    def _ids_of(self, cut: list[list[Unit]]) -> tuple[int, ...]:
        """Return the ids of sentences, the end mark after each."""
        ids: list[int] = []
        for sentence in cut:
            first = True
            for form, _ in sentence:
                word = is_word(form)
                ids.append(self._id(form, first and word))
                first = first and not (word or form in NUMBERS)
            ids.append(END_ID)
        return tuple(ids)


def _from_sentence(text: str) -> str:
    """Return `text` from where its first whole sentence begins."""
    return text[start_of_sentence(straight(text)) :]
