"""Text as streams of forms, and which forms become the vocabulary.

Invariant: the same text gives the same streams and the same vocabulary, however it is cut into sections between lines.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.ngram.casing import Casing
from autocomplete.embedded.ngram.sentences import NUMBERS, is_printable, is_word, sentences
from autocomplete.embedded.ngram.terms import LONGEST
from autocomplete.embedded.ngram.vocabulary import END_ID, FIRST_MARK, LARGEST, START_ID, Vocabulary

#: Marks that occur less often are unknown; in a short text, those rarer than one in this many units.
_LEAST_MARKS, _UNITS_A_MARK = 20, 50_000

#: At most this share of the vocabulary are marks (emoji are marks).
_SHARE_OF_MARKS = 0.25

#: In a local stream 0 opens a sentence and 1 closes it; form i of the table is 2 + i.
FIRST_LOCAL = 2

Form = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class LocalStream:
    """Some sections of text. `table`: the distinct (form, whether it is the first word of its sentence).

    `stream`: numbers of those; `lengths`: how many of the numbers each section has. `glue`: for each mark, how often a word
    follows, and how often without a space.
    """

    table: Sequence[Form]
    stream: npt.NDArray[np.uint32]
    lengths: Sequence[int]
    glue: dict[str, tuple[int, int]]


def read(texts: Sequence[str]) -> LocalStream:
    """Return the stream of forms of some sections of text."""
    numbers: defaultdict[Form, int] = defaultdict()
    numbers.default_factory = lambda: FIRST_LOCAL + len(numbers)
    stream = array("I")
    lengths: list[int] = []
    followed: Counter[str] = Counter()
    glued: Counter[str] = Counter()
    for text in texts:
        before = len(stream)
        for line in text.split("\n"):
            for sentence in sentences(line):
                stream.append(START_ID)
                first, mark = True, ""
                for unit in sentence:
                    form = unit.form
                    word = is_word(form)
                    stream.append(numbers[form, first and word])
                    if mark and (word or form in NUMBERS):
                        followed[mark] += 1
                        glued[mark] += unit.glued
                    mark = "" if word or form in NUMBERS else form
                    first = first and not (word or form in NUMBERS)
                stream.append(END_ID)
        lengths.append(len(stream) - before)
    glue = {mark: (n, glued[mark]) for mark, n in sorted(followed.items())}
    return LocalStream(list(numbers), np.array(stream, dtype=np.uint32), lengths, glue)


def choose_vocabulary(counted: Mapping[Form, int], n_units: int = LARGEST, least_count: int = 2) -> Vocabulary:
    """Return the vocabulary of the most frequent words and of all marks that are not rare.

    `least_count`: how often a word must occur. A capitalised first word counts as its lower-case spelling if that is at least
    as frequent inside sentences.
    """
    inside = Counter({form: n for (form, first), n in counted.items() if not first and is_word(form)})
    casing = Casing.of(inside)
    words: Counter[str] = Counter(inside)
    for (form, first), n in counted.items():
        if first:
            words[casing.lowered(form) if _folds(form, inside, casing) else form] += n
    marks = _marks(counted, int(_SHARE_OF_MARKS * n_units))
    room = n_units - FIRST_MARK - len(marks)
    usable = {word: n for word, n in words.items() if n >= least_count and len(word) <= LONGEST and is_printable(word)}
    chosen = _most_frequent(usable, room)
    capitalised = [word for word in chosen if word[0].isupper() and not _folds(word, inside, casing)]
    return Vocabulary.of(marks, chosen, capitalised, casing)


def _marks(counted: Mapping[Form, int], most: int) -> list[str]:
    least = max(2, min(_LEAST_MARKS, sum(counted.values()) // _UNITS_A_MARK))
    marks = {form: n for (form, _), n in counted.items() if is_printable(form) and not is_word(form) and form not in NUMBERS}
    return _most_frequent({form: n for form, n in marks.items() if n >= least}, most)


def _most_frequent(counted: Mapping[str, int], n: int) -> list[str]:
    return sorted(counted, key=lambda form: (-counted[form], form))[:n]


def _folds(form: str, inside: Counter[str], casing: Casing) -> bool:
    """Return whether a capital at the start of a sentence is taken to be there for that reason alone."""
    lower = casing.lowered(form)
    return lower != form and 0 < inside[lower] >= inside[form]
