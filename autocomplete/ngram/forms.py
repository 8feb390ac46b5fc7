"""Text files as streams of forms, and which forms become the vocabulary.

Invariant: the same files in the same order give the same streams and the same vocabulary, whatever the number of processes.
"""

from __future__ import annotations

import lzma
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autocomplete.ngram.text import NUMBERS, is_word, sentences
from autocomplete.ngram.vocabulary import END_ID, FIRST_MARK, LARGEST, START_ID, Vocabulary, lowered

#: Marks that occur less often are unknown.
_LEAST_MARKS = 20

#: Longest word in bytes; longer ones are addresses and noise.
_LONGEST_WORD = 40

#: In a local stream 0 opens a sentence and 1 closes it; form i of the table is 2 + i.
_FIRST_LOCAL = 2

Form = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class LocalStream:
    """One file. `table`: the distinct (form, whether it is the first word of its sentence); `stream`: numbers of those.

    `glue`: for each mark, how often a word follows, and how often without a space.
    """

    table: Sequence[Form]
    stream: npt.NDArray[np.uint32]
    glue: dict[str, tuple[int, int]]


def read(path: Path) -> LocalStream:
    """Return the stream of forms of a UTF-8 text file, plain or .xz."""
    numbers: defaultdict[Form, int] = defaultdict()
    numbers.default_factory = lambda: _FIRST_LOCAL + len(numbers)
    stream = array("I")
    followed: Counter[str] = Counter()
    glued: Counter[str] = Counter()
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for line in lines:
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
    glue = {mark: (n, glued[mark]) for mark, n in sorted(followed.items())}
    return LocalStream(list(numbers), np.array(stream, dtype=np.uint32), glue)


def count_forms(streams: Iterable[LocalStream]) -> Counter[Form]:
    """Return how often each form occurs in all streams together."""
    total: Counter[Form] = Counter()
    for local in streams:
        counts = np.bincount(local.stream, minlength=len(local.table) + _FIRST_LOCAL)[_FIRST_LOCAL:]
        total.update(dict(zip(local.table, counts.tolist(), strict=True)))
    return total


def choose_vocabulary(counted: Counter[Form], n_units: int = LARGEST) -> Vocabulary:
    """Return the vocabulary of the most frequent words and of all marks that are not rare.

    A capitalised first word counts as its lower-case spelling if that is at least as frequent inside sentences.
    """
    inside = Counter({form: n for (form, first), n in counted.items() if not first and is_word(form)})
    words: Counter[str] = Counter(inside)
    for (form, first), n in counted.items():
        if first:
            words[lowered(form) if folds(form, inside) else form] += n
    marks = [form for (form, _), n in counted.items() if n >= _LEAST_MARKS and _is_mark(form)]
    room = n_units - FIRST_MARK - len(marks)
    usable = [(n, word) for word, n in words.items() if n > 1 and _is_usable(word)]
    chosen = [word for _, word in sorted(usable, key=lambda pair: (-pair[0], pair[1]))[:room]]
    kept = [word for word in chosen if word[0].isupper() and not folds(word, inside)]
    return Vocabulary.of(marks, chosen, kept)


def _is_mark(form: str) -> bool:
    return form.isprintable() and not is_word(form) and form not in NUMBERS


def _is_usable(word: str) -> bool:
    return word.isprintable() and len(word.encode()) <= _LONGEST_WORD


def folds(form: str, inside: Counter[str]) -> bool:
    """Return whether a capital at the start of a sentence is taken to be due to that place alone."""
    lower = lowered(form)
    return lower != form and 0 < inside[lower] >= inside[form]


def encode(local: LocalStream, vocabulary: Vocabulary) -> npt.NDArray[np.uint16]:
    """Return the stream as ids of the vocabulary."""
    ids = [START_ID, END_ID, *(form_id(form, first, vocabulary) for form, first in local.table)]
    encoded: npt.NDArray[np.uint16] = np.array(ids, dtype=np.uint16)[local.stream]
    return encoded


def form_id(form: str, first: bool, vocabulary: Vocabulary) -> int:
    """Return the id of a form."""
    return vocabulary.word_id(form, first=first) if is_word(form) else vocabulary.mark_id(form)
