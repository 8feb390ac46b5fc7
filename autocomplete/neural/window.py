"""Which units before a place the network reads: those of the last thousand characters or so, cut as the training text was.

Invariant: the units are a function of the text alone. The window moves in blocks and begins at a sentence where it can, so the
units before the next word are mostly those before this one and one more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from autocomplete.ngram.text import NUMBERS, is_ended, is_word, sentences, straight
from autocomplete.ngram.vocabulary import END_ID, START_ID, Vocabulary
from autocomplete.words import context_start

#: The window holds at most `SIZE` characters. It moves by `BLOCK`, which divides by what an engine's context moves by, and so
#: seldom that reading it anew is a matter of one word in a hundred and fifty.
SIZE, BLOCK = 1408, 1024

#: Where a sentence may end, found without cutting the text into units; `is_ended` decides.
_MAY_END = re.compile(r"\n|[.!?…][\"')\]}»]*[^\S\n]+(?=[\"'(\[{«]?[A-Z0-9])")

_N_SEGMENTS, _N_FORMS = 256, 4096


class Window:
    """The units before places, over one vocabulary. Finished sentences are cut into units once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._ids: Callable[[str, bool], tuple[int, ...]] = lru_cache(maxsize=_N_SEGMENTS)(self._ids_of)
        self._id: Callable[[str, bool], int] = lru_cache(maxsize=_N_FORMS)(self._id_of)

    def units(self, context: str) -> tuple[int, ...]:
        """Return the ids of the units before the end of `context`: the start mark first, the end mark after sentences."""
        begin = context_start(len(context), size=SIZE, block=BLOCK)
        text = straight(context[begin:])
        if begin:
            found = _MAY_END.search(text)
            text = text[found.end() :] if found else text.partition(" ")[2]
        ids: tuple[int, ...] = (START_ID,)
        for segment, finished in segments(text):
            ids += self._ids(segment, finished)
        return ids

    def _ids_of(self, segment: str, finished: bool) -> tuple[int, ...]:
        """Return the ids of a segment, the end mark after each of its sentences, after the last only if `finished`."""
        ids: list[int] = []
        for sentence in sentences(segment):
            first = True
            for form, _ in sentence:
                word = is_word(form)
                ids.append(self._id(form, first and word))
                first = first and not (word or form in NUMBERS)
            ids.append(END_ID)
        return tuple(ids if finished else ids[:-1])

    def _id_of(self, form: str, first: bool) -> int:
        return self._vocabulary.word_id(form, first=first) if is_word(form) else self._vocabulary.mark_id(form)


def segments(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the finished sentences and lines of a text, and then the rest, each with whether it is finished.

    >>> list(segments("I saw Dr. Li. She left"))
    [('I saw Dr. Li. ', True), ('She left', False)]
    """
    begin = 0
    for match in _MAY_END.finditer(text):
        segment = text[begin : match.end()]
        if match[0] == "\n" or _is_finished(_last_words(segment)):
            yield segment, True
            begin = match.end()
    if begin < len(text):
        yield text[begin:], False


def _last_words(segment: str) -> str:
    """Return the end of a segment that decides whether it is a sentence."""
    return " ".join(segment.rsplit(maxsplit=2)[-2:])


@lru_cache(maxsize=_N_FORMS)
def _is_finished(tail: str) -> bool:
    found = sentences(tail)
    return bool(found) and is_ended(found[-1])
