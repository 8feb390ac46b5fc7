"""All that a model file holds, and the mass of each spelling at a position.

Other models change what the n-grams say: a lexicon passes the dense distribution through its components in turn, so each sees
what those before it made of it. The neural model comes first, then what this person writes.

Invariant: the masses at a position, with that of the unknown word, of numbers and of a line break, sum to 1 within 0.001.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.array_file import ArrayFile
from autocomplete.embedded.ngram.model import NgramModel, Probabilities, unpack_model, unpack_vocabulary
from autocomplete.embedded.ngram.position import Position, position_after
from autocomplete.embedded.ngram.sentences import is_small
from autocomplete.embedded.ngram.terms import Terms
from autocomplete.embedded.ngram.unknown_words import Letters, UnknownWords
from autocomplete.embedded.ngram.validation import load_model
from autocomplete.embedded.ngram.vocabulary import END_ID, UNKNOWN_ID, Vocabulary

#: Share of sentence ends after a terminal mark at which the line ends too. The texts counted have one sentence a line, so
#: this cannot be counted there; it is four sentences to a paragraph.
NEWLINE_SHARE = 0.25

#: Share of sentences that begin with a small letter all the same.
SMALL_START = 0.02

#: How many positions and distributions are cached, the latter also as they are before the last component: half a megabyte each.
_N_POSITIONS, _N_DISTRIBUTIONS = 64, 4


class Cased(NamedTuple):
    """Probabilities of spellings, all to be multiplied by `scale`. `plain[i]`: of unit i as it stands in the vocabulary.

    `capitals`: of each small word, and then of each term, with a capital, 0 where the vocabulary has that spelling itself; None
    inside a sentence.
    """

    plain: Probabilities
    capitals: Probabilities | None
    scale: float = 1.0

    def times(self, factor: float) -> Cased:
        """Return all of it multiplied by `factor`."""
        return Cased(self.plain, self.capitals, self.scale * factor)


class SpellingMasses(NamedTuple):
    """Probabilities at one position. `marks`: of marks and (`END_ID`) of a line break, by id; its other values mean nothing.

    `spaced`, `glued`: of words, numbers and the unknown word with and without a space before them; None where there are none.
    """

    marks: Probabilities
    spaced: Cased
    glued: Cased | None


class Component(Protocol):
    """A change of the distribution over units.

    `version`: a number that differs whenever the same question may have another answer; answers are cached by it.
    """

    version: int

    def transform(self, probabilities: Probabilities, position: Position) -> Probabilities:
        """Return the distribution at a position. It sums to 1 like the one given, which may be changed, unless it is read-only.

        Ids from the size of the vocabulary on are the lexicon's terms; an array that lacks them has no mass for them yet. The
        array returned is as long as the one given or longer, at most by the number of terms.
        """


@runtime_checkable
class PrecomputingComponent(Protocol):
    """A component that answers faster about texts that it knows beforehand."""

    def precompute(self, contexts: Iterable[str]) -> None:
        """Compute the answers after some texts, in the order in which they will be asked for, instead of earlier ones."""


class Lexicon:
    """An open model file. `small`: slice of ids that has all words that begin with a small letter.

    `unknown_title`, `unknown_upper`: shares of unknown words that are known ones with a capital, or all in capitals.
    `frequencies`: share of each unit in the text that was counted. `terms`: words learned since. `components`: what changes
    the distribution of the n-gram model, in this order; add to it before the first question.
    """

    def __init__(self, file: ArrayFile) -> None:
        facts, arrays = file.facts, file.arrays
        self.facts = facts
        self.vocabulary: Vocabulary = unpack_vocabulary(file)
        self.model: NgramModel = unpack_model(file)
        self.unknown_words = UnknownWords(Letters(arrays["letters_codebook"][arrays["letters"]]), self.vocabulary)
        self.frequencies: Probabilities = arrays["frequencies"]
        self.unknown_title = float(facts["unknown_title"])
        self.unknown_upper = float(facts["unknown_upper"])
        self.small = small_words(self.vocabulary)
        self._titled = (1.0 - SMALL_START) * begins_small(self.vocabulary)  # share of each that gets a capital
        self.components: list[Component] = []
        self._glue: npt.NDArray[np.float32] = arrays["glue"]
        self._lower = arrays["lower"].astype(np.intp)
        self._capital = arrays["capital"].astype(np.intp)
        self.forget()

    def _clear_caches(self) -> None:
        self._position = lru_cache(maxsize=_N_POSITIONS)(self._position_after)
        self._masses = lru_cache(maxsize=_N_DISTRIBUTIONS)(self._masses_at)
        self._before_last = lru_cache(maxsize=_N_DISTRIBUTIONS)(self._distribution_before_last)

    def fork(self) -> Lexicon:
        """Return a lexicon of the same model with the same components so far; what is learned later is not shared."""
        other = copy(self)
        other.components = list(self.components)
        other.forget()
        return other

    @classmethod
    def open(cls, path: Path) -> Lexicon:
        """Return the lexicon in a file. Raises ConfigError where the file cannot be used."""
        file = load_model(path)
        lexicon = cls(file)
        file.release()
        return lexicon

    def precompute(self, contexts: Iterable[str]) -> None:
        """Let the components compute what they can after some texts, in the order in which these will be asked about.

        Answers are the same but for rounding, and depend on no other texts. Without texts, what was computed is dropped.
        """
        self._clear_caches()
        for component in self.components:
            if isinstance(component, PrecomputingComponent):
                component.precompute(contexts)

    def forget(self) -> None:
        """Drop all terms and cached answers."""
        self.terms = Terms(self.vocabulary)
        self._clear_caches()

    def position(self, context: str) -> Position:
        """Return the position after a text."""
        return self._position(context, self.terms.version)

    def masses(self, position: Position) -> SpellingMasses:
        """Return the probabilities at a position. Treat them as read-only: they are cached."""
        return self._masses(position, self._versions(self.components))

    def _versions(self, components: Sequence[Component]) -> tuple[int, ...]:
        return (self.terms.version, *[component.version for component in components])

    def distribution(self, position: Position) -> Probabilities:
        """Return the probability of every unit, and then of every term, at a position, all components included."""
        if len(self.components) > 1:
            # The last component learns with every word, so only what comes before it is worth caching.
            *others, last = self.components
            result = last.transform(self._before_last(position, self._versions(others)), position)
        else:
            result = self._through(self.components, position)
        missing = len(self.vocabulary) + len(self.terms) - len(result)
        return np.pad(result, (0, missing)) if missing else result

    def _distribution_before_last(self, position: Position, _: tuple[int, ...]) -> Probabilities:
        result = self._through(self.components[:-1], position)
        result.flags.writeable = False  # it is cached
        return result

    def _through(self, components: Sequence[Component], position: Position) -> Probabilities:
        n_known = len(self.vocabulary)
        result = self.model.distribution([i if i < n_known else UNKNOWN_ID for i in position.history])
        for component in components:
            result = component.transform(result, position)
        return result

    def _position_after(self, context: str, _: int) -> Position:
        return position_after(context, self.vocabulary, self.model.order, self.terms)

    def _masses_at(self, position: Position, _: tuple[int, ...]) -> SpellingMasses:
        plain = self.distribution(position)
        cased = self._with_capitals(plain) if position.first else Cased(plain, None)
        glue = 0.0 if position.last_mark is None else float(self._glue[position.last_mark])
        spaced, glued = (cased.times(1.0 - glue), cased.times(glue)) if glue else (cased, None)
        marks = plain[: self.vocabulary.first_word].copy()  # a view would keep all of it
        if not position.ended:
            return SpellingMasses(marks, spaced, glued)
        sentence = self.masses(position.new_sentence())
        share = float(plain[END_ID]) * (1.0 - NEWLINE_SHARE)
        following = sentence.spaced.times(share)
        marks += np.float32(share) * sentence.marks
        marks[END_ID] -= np.float32(share)  # what opens a new sentence ends no line
        both = spaced.plain * np.float32(spaced.scale)
        both += following.plain * np.float32(following.scale)
        capitals = None if following.capitals is None else following.capitals * np.float32(following.scale)
        return SpellingMasses(marks, Cased(both, capitals), glued)

    def _with_capitals(self, plain: Probabilities) -> Cased:
        """Return the masses where a sentence begins: nearly all of that of each small word goes to its capitalised spelling."""
        begin, end = self.small
        n_known, n_small = len(self.vocabulary), end - begin
        capitals = np.concatenate([plain[begin:end], plain[n_known:]])
        capitals[:n_small] *= self._titled
        folded = plain.copy()
        folded[begin:end] -= capitals[:n_small]
        if len(self.terms):
            capitals[n_small:] *= self.terms.arrays()[1] * np.float32(1.0 - SMALL_START)
            folded[n_known:] -= capitals[n_small:]
        folded[self._capital] += capitals[self._lower - begin]
        capitals[self._lower - begin] = 0.0
        return Cased(folded, capitals)


def small_words(vocabulary: Vocabulary) -> tuple[int, int]:
    """Return a slice of ids that has all words that begin with a small letter: in the order of bytes, those from "a" on."""
    return vocabulary.words_from(b"a")[0], len(vocabulary)


def begins_small(vocabulary: Vocabulary) -> Probabilities:
    """Return 1 for each of `small_words` that begins with a letter that has a capital, 0 for the others."""
    begin, end = small_words(vocabulary)
    result = np.zeros(end - begin, dtype=np.float32)
    at = begin
    while at < end:  # words with the same first letter are neighbours
        letter = vocabulary.forms[at].decode()[0]
        after = vocabulary.words_from(letter.encode())[1]
        result[at - begin : after - begin] = is_small(letter)
        at = after
    return result
