"""Records in columns: a whole replay, small enough to keep and quick enough to ask while a slider moves.

Invariant: nothing here depends on a cutoff; every question about one is a comparison of columns (`above < cutoff <= upto`).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from autocomplete.cutting import word_spans
from autocomplete.errors import ConfigError
from autocomplete.tuning.records import Record
from autocomplete.tuning.spans import Span, joined

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Measured:
    """A document that was replayed: its name, its size, and the code points at which its words begin and end."""

    name: str
    n_chars: int
    starts: Ints
    ends: Ints

    @property
    def n_words(self) -> int:
        """How many words it has."""
        return len(self.starts)

    @classmethod
    def of(cls, name: str, text: str) -> Measured:
        """Return what is kept of a text: no letter of it."""
        words = list(word_spans(text))
        starts, ends = ([getattr(word, side) for word in words] for side in ("start", "end"))
        return cls(name, len(text), np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class States:
    """One row per record; see `Record`."""

    document: Ints
    at: Ints
    word: Ints
    typed: Ints
    left: Ints
    begun: Bools
    lower: Floats
    upper: Floats
    right: Bools
    completion: list[str]


@dataclass(frozen=True, slots=True)
class Offers:
    """One row per offer; see `Offer`. `state`: the row of its record; `shown`: something is shown."""

    state: Ints
    above: Floats
    upto: Floats
    lower: Floats
    upper: Floats
    shown: Bools
    right: Bools
    first: Bools
    withdrawn: Bools
    requests: Ints
    completion: list[str]

    def at(self, cutoff: float) -> Ints:
        """Return the rows of what happens at a cutoff."""
        return np.flatnonzero((self.above < cutoff) & (cutoff <= self.upto))


@dataclass(frozen=True, slots=True)
class Covers:
    """Which words have a show at which cutoffs: document, number of the word, and a range of cutoffs."""

    document: Ints
    word: Ints
    above: Floats
    upto: Floats


@dataclass(frozen=True, slots=True)
class Shows:
    """The distinct shows: each word-candidate pair once, at the cutoffs `above < cutoff <= upto`.

    `word`: the number of the word that comes, -1 where a line break or the end does; `typed`: its letters that were typed.
    """

    document: Ints
    word: Ints
    typed: Ints
    above: Floats
    upto: Floats
    right: Bools

    def at(self, cutoff: float) -> Bools:
        """Return for each distinct show at a cutoff, in the order of the text, whether it is right."""
        return self.right[(self.above < cutoff) & (cutoff <= self.upto)]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A replay of some documents with one model, good for every cutoff from `lowest` to `highest`."""

    model: str
    mode: str
    lowest: float
    highest: float
    documents: tuple[Measured, ...]
    states: States
    offers: Offers
    covers: Covers

    @property
    def n_chars(self) -> int:
        """Characters of all documents."""
        return sum(document.n_chars for document in self.documents)

    @property
    def n_words(self) -> int:
        """Words of all documents."""
        return sum(document.n_words for document in self.documents)

    def shows(self) -> Shows:
        """Return the distinct shows."""
        offers, states = self.offers, self.states
        rows = np.flatnonzero(offers.first)
        state = offers.state[rows]
        columns = (states.document[state], states.word[state], states.typed[state])
        return Shows(*columns, offers.above[rows], offers.upto[rows], offers.right[rows])

    def labels(self) -> tuple[Floats, Bools, Bools]:
        """Return, for every position with a candidate, its probability, whether it is right, and whether a word is begun."""
        rows = np.flatnonzero(self.states.lower > 0.0)
        return self.states.lower[rows], self.states.right[rows], self.states.begun[rows]


_KINDS = {"Ints": "q", "Floats": "d", "Bools": "b"}


class _Columns:
    """Columns of one of the tables above, filled row by row."""

    def __init__(self, table: type[States] | type[Offers]) -> None:
        *columns, _ = fields(table)  # the last holds texts
        self.columns: list[array[Any]] = [array(_KINDS[str(column.type)]) for column in columns]
        self.names = [column.name for column in columns]
        self.texts: list[str] = []

    def add(self, values: Sequence[float], text: str) -> None:
        """Add a row."""
        for column, value in zip(self.columns, values, strict=True):
            column.append(value)
        self.texts.append(text)

    def filled(self, table: Callable[..., Any]) -> Any:
        """Return the table."""
        kinds = {"q": np.int64, "d": np.float64, "b": np.bool_}
        return table(*(np.array(column, dtype=kinds[column.typecode]) for column in self.columns), self.texts)


class Collector:
    """Puts the records of documents into columns."""

    def __init__(self) -> None:
        self._documents: list[Measured] = []
        self._states, self._offers = _Columns(States), _Columns(Offers)
        self._covers: list[tuple[int, int, float, float]] = []
        self._covered: dict[int, list[Span]] = {}

    def begin(self, name: str, text: str) -> None:
        """Begin a document. Its records follow, in order."""
        self._close()
        self._documents.append(Measured.of(name, text))

    def add(self, record: Record) -> None:
        """Add a record of the document that was begun last."""
        r, row = record, len(self._states.texts)
        number = len(self._documents) - 1
        self._states.add((number, r.at, r.word, r.typed, r.left, r.begun, r.lower, r.upper, r.right), r.completion)
        for o in r.offers:
            shown = bool(o.completion)
            values = (row, o.above, o.upto, o.lower, o.upper, shown, o.right, o.first, o.withdrawn, o.requests)
            self._offers.add(values, o.completion)
            if shown and r.word >= 0:
                self._cover(r, o.completion if o.right else "", (o.above, o.upto))

    def _cover(self, record: Record, accepted: str, span: Span) -> None:
        """Note that a word has a show at some cutoffs, and so have all words of an accepted phrase."""
        ends = self._documents[-1].ends
        word = record.word
        while True:
            self._covered[word] = joined(self._covered.get(word, ()), span)
            word += 1
            if not accepted or word == len(ends) or ends[word] > record.at + len(accepted):
                return

    def _close(self) -> None:
        number = len(self._documents) - 1
        self._covers += [(number, word, *span) for word, spans in sorted(self._covered.items()) for span in spans]
        self._covered.clear()

    def finished(self, model: str, mode: str, span: Span) -> Replayed:
        """Return all that was added. `span`: the lowest and the highest cutoff, both included."""
        self._close()
        columns = list(zip(*self._covers, strict=True)) or [(), (), (), ()]
        covers = Covers(*(np.array(c, dtype=k) for c, k in zip(columns, (int, int, float, float), strict=True)))
        states: States = self._states.filled(States)
        offers: Offers = self._offers.filled(Offers)
        return Replayed(model, mode, *span, tuple(self._documents), states, offers, covers)


def together(replays: Sequence[Replayed]) -> Replayed:
    """Return replays of different documents with the same model and settings as one, in this order.

    Raises ConfigError where there is none, or they differ.
    """
    if not replays or len({(r.model, r.mode, r.lowest, r.highest) for r in replays}) != 1:
        raise ConfigError("Only replays of the same model, mode and cutoffs can be put together, at least one of them.")
    first = replays[0]
    n_documents = np.cumsum([0, *(len(r.documents) for r in replays)])
    n_states = np.cumsum([0, *(len(r.states.at) for r in replays)])
    return Replayed(
        first.model,
        first.mode,
        first.lowest,
        first.highest,
        tuple(document for r in replays for document in r.documents),
        _stacked([r.states for r in replays], n_documents),
        _stacked([r.offers for r in replays], n_states),
        _stacked([r.covers for r in replays], n_documents),
    )


_Table = TypeVar("_Table", States, Offers, Covers)


def _stacked(tables: Sequence[_Table], before: Ints) -> _Table:
    """Return tables under each other. The first column of each refers to rows: `before` is added to it."""
    columns: list[Any] = []
    for i, column in enumerate(fields(tables[0])):
        parts = [getattr(table, column.name) for table in tables]
        if isinstance(parts[0], list):
            columns.append([text for part in parts for text in part])
        else:
            moved = [part + n for part, n in zip(parts, before, strict=False)] if i == 0 else parts
            columns.append(np.concatenate(moved))
    return type(tables[0])(*columns)
