"""The segments of a text: parts that are cut into sentences each on its own, so that what was cut once is not cut again.

Invariant: the sentences of the segments of a text, one after the other, are the sentences of its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from autocomplete.embedded.ngram.sentences import Unit, is_ended, is_word, sentences

#: Where a sentence may end, found without cutting the text into units; `is_ended` decides.
_OPENING = r"[\"'(\[{«]?[A-Z0-9]"
_MAY_END = re.compile(rf"\n|[.!?…][\"')\]}}»]*[^\S\n]+(?={_OPENING})")
_OPENS = re.compile(_OPENING)

_N_TAILS = 4096

#: How many texts are cached: every part of a model asks about the sentence at the cursor, and again with a word more.
_N_TEXTS = 64

_CACHE: dict[str, list[list[Unit]]] = {}


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
