"""Replay of a predictor alone, without the engine: one pass over a text records what every cutoff would have shown.

By the design's protocol: the text is typed key by key, spaces included; the likeliest word is shown where its probability
reaches the cutoff; an ideal person accepts it with one key if and only if it is exactly right for the whole word, which also
types the one space that follows, where the text has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from autocomplete.core.root import context_start
from autocomplete.embedded.ngram.sentences import is_word
from autocomplete.training.fit_calibration import typed_units

#: Cutoffs that are tried, closer together near 1 for models that are too sure of themselves.
CUTOFFS = (*(i / 100 for i in range(100)), 0.995, 0.998, 0.999, 0.9995, 0.9999)


class Predictor(Protocol):
    """What offers words. `start` is called where a new document begins."""

    def start(self) -> None: ...

    def best(self, context: str, typed: str) -> tuple[str, float]:
        """Return the likeliest word after a context, the typed beginning of it included, and its probability; "" if none."""
        ...


@dataclass(frozen=True, slots=True)
class TypedUnit:
    """One word, mark or line break of a document. `start`: its offset; `separator`: "" or " ", what stands before it.

    `offers[i]`: which word was offered with i characters of separator and text typed, and its probability. The last of a
    word is offered where all of it is typed and nobody knows yet that it is over: it cannot be right.
    """

    start: int
    separator: str
    text: str
    offers: tuple[tuple[str, float], ...]

    @property
    def whole(self) -> str:
        """All that is typed of it."""
        return self.separator + self.text

    @property
    def is_word(self) -> bool:
        """Whether it is a word or number, so that it can be offered."""
        return is_word(self.text)


@dataclass(frozen=True, slots=True)
class Score:
    """What typing costs at a cutoff. `savings`: share of the characters; `coverage`: words with a show / words.

    `precision`: right distinct shows / distinct shows. `precision_of_positions`: right / shown where every position that was
    reached counts. NaN where nothing was shown.
    """

    savings: float
    precision: float
    precision_of_positions: float
    coverage: float


@dataclass
class Replay:
    """The text of some documents with what was offered at each of its positions."""

    documents: list[list[TypedUnit]] = field(default_factory=list)

    def positions(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """Return the probability at each position with an offer and whether it was right, nothing being accepted."""
        found = [
            (probability, offer == typed.whole)
            for document in self.documents
            for typed in document
            for offer, probability in typed.offers
            if offer
        ]
        return np.array([p for p, _ in found], np.float64), np.array([right for _, right in found], np.bool_)


def replay(documents: Sequence[str], predictor: Predictor, n_words: int) -> Replay:
    """Return what a predictor offers at every position of the first words of some documents."""
    result = Replay()
    for text in documents:
        if n_words <= 0:
            break
        predictor.start()
        result.documents.append(list(_typed(text, predictor, n_words)))
        n_words -= sum(typed.is_word for typed in result.documents[-1])
    return result


def _typed(text: str, predictor: Predictor, n_words: int) -> Iterator[TypedUnit]:
    for begin, whole in typed_units(text):
        piece = whole.removeprefix(" ")
        separator = whole[: len(whole) - len(piece)]
        context = text[context_start(begin) : begin]
        offers = tuple(predictor.best(context, whole[:i]) for i in range(len(whole) + is_word(piece)))
        typed = TypedUnit(begin + len(separator), separator, piece, offers)
        yield typed
        n_words -= typed.is_word
        if not n_words:
            return


def score(replayed: Replay, cutoff: float) -> Score:
    """Return what typing these documents costs at a cutoff."""
    keys = n_chars = n_words = shown = distinct = right = covered = 0
    for document in replayed.documents:
        end = 0  # offset up to which the text is typed
        for i_next, typed in enumerate(document, start=1):
            begin = typed.start - len(typed.separator)
            keys += max(0, begin - end)
            offered = set()
            i = first = max(0, end - begin)
            for offer, probability in typed.offers[first : len(typed.whole)]:
                if offer and probability >= cutoff:
                    offered.add(offer)
                    shown += 1
                    if offer == typed.whole:
                        break
                i += 1
            accepted = i < len(typed.whole)
            keys += i - first + accepted
            end = typed.start + len(typed.text)
            if accepted and i_next < len(document) and document[i_next].whole.startswith(" "):
                end += 1  # accepting types the space that follows too
            distinct += len(offered)
            right += accepted
            n_words += typed.is_word
            covered += typed.is_word and bool(offered)
        n_chars += document[-1].start + len(document[-1].text) if document else 0
    nan = float("nan")
    return Score(
        1 - keys / n_chars,
        right / distinct if distinct else nan,
        right / shown if shown else nan,
        covered / n_words,
    )


def best_savings(scores: Sequence[Score], precision: float = 0.0) -> float:
    """Return the most keystroke savings at a cutoff at which this share of all shown positions is right, 0 where none is."""
    return max((s.savings for s in scores if not s.precision_of_positions < precision), default=0.0)
