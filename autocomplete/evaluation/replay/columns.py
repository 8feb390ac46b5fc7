"""Records in columns: a whole replay, small enough to keep and quick enough to ask while a slider moves.

Invariant: nothing here depends on a cutoff; every question about one is a comparison of columns (`low < cutoff <= high`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from autocomplete.core.word_spans import WordSpan
from autocomplete.errors import ConfigError
from autocomplete.evaluation.cutoff_ranges import Span, joined
from autocomplete.evaluation.records import CutoffOutcome, Record

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
    def of(cls, name: str, n_chars: int, words: Iterable[WordSpan]) -> Measured:
        """Return what is kept of a text: no letter of it."""
        ends = np.array([(word.start, word.end) for word in words], dtype=np.int64).reshape(-1, 2)
        return cls(name, n_chars, ends[:, 0].copy(), ends[:, 1].copy())


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
class OutcomeColumns:
    """One row per outcome; see `CutoffOutcome`. `state`: the row of its record; `shown`: something is shown."""

    state: Ints
    low: Floats
    high: Floats
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
        return np.flatnonzero((self.low < cutoff) & (cutoff <= self.high))


@dataclass(frozen=True, slots=True)
class Covers:
    """Which words have a show at which cutoffs: document, number of the word, and a range of cutoffs."""

    document: Ints
    word: Ints
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """A replay of some documents with one model, good for every cutoff from `lowest` to `highest`."""

    model: str
    mode: str
    lowest: float
    highest: float
    documents: tuple[Measured, ...]
    states: States
    outcomes: OutcomeColumns
    covers: Covers

    @property
    def n_chars(self) -> int:
        """Characters of all documents."""
        return sum(document.n_chars for document in self.documents)

    @property
    def n_words(self) -> int:
        """Words of all documents."""
        return sum(document.n_words for document in self.documents)

    def labels(self) -> tuple[Floats, Bools, Bools]:
        """Return, for every position with a candidate, its probability, whether it is right, and whether a word is begun."""
        rows = np.flatnonzero(self.states.lower > 0.0)
        return self.states.lower[rows], self.states.right[rows], self.states.begun[rows]


_KINDS: dict[str, type[np.generic]] = {"Ints": np.int64, "Floats": np.float64, "Bools": np.bool_}

#: Records that are put into columns at once: one at a time takes several times as long.
_AT_ONCE = 256


class _TableColumns:
    """Columns of one of the tables above, filled some rows at a time."""

    def __init__(self, table: type[States] | type[OutcomeColumns]) -> None:
        *columns, _ = fields(table)  # the last holds texts
        self._kinds = [_KINDS[str(column.type)] for column in columns]
        self._parts: list[list[NDArray[Any]]] = [[np.array((), dtype=kind)] for kind in self._kinds]
        self.texts: list[str] = []

    def add(self, values: Iterable[Sequence[float] | Ints], texts: Iterable[str]) -> None:
        """Add rows: the values of each column, one for each row."""
        for parts, kind, more in zip(self._parts, self._kinds, values, strict=True):
            parts.append(np.array(more, dtype=kind))
        self.texts += texts

    def filled(self, table: Callable[..., Any]) -> Any:
        """Return the table."""
        return table(*map(np.concatenate, self._parts), self.texts)


class ColumnBuilder:
    """Puts the records of a document of `n_chars` characters and these words into columns."""

    def __init__(self, name: str, n_chars: int, words: Iterable[WordSpan]) -> None:
        self._document = Measured.of(name, n_chars, words)
        self._records: list[Record] = []  # those that are in no columns yet
        self._states, self._outcomes = _TableColumns(States), _TableColumns(OutcomeColumns)
        self._covered: dict[int, list[Span]] = {}

    def add(self, record: Record) -> None:
        """Add the next record."""
        self._records.append(record)
        if len(self._records) >= _AT_ONCE:
            self._settle()

    def _settle(self) -> None:
        """Put the records that are in no columns yet into columns."""
        if not self._records:
            return
        row, n = len(self._states.texts), len(self._records)
        at, word, typed, left, begun, texts, lower, upper, right, outcomes = zip(*self._records, strict=True)
        self._states.add((np.zeros(n, dtype=np.int64), at, word, typed, left, begun, lower, upper, right), texts)
        self._add_outcomes(np.repeat(np.arange(row, row + n), [len(made) for made in outcomes]), outcomes)
        for record in self._records:
            if record.word >= 0:
                self._cover(record)
        self._records.clear()

    def _add_outcomes(self, rows: Ints, outcomes: Iterable[Sequence[CutoffOutcome]]) -> None:
        """Add the outcomes of some records; `rows`: of the record of each."""
        if len(rows):
            columns = zip(*chain.from_iterable(outcomes), strict=True)
            low, high, texts, lower, upper, right, first, withdrawn, requests = columns
            shown = [text != "" for text in texts]
            self._outcomes.add((rows, low, high, lower, upper, shown, right, first, withdrawn, requests), texts)

    def _cover(self, record: Record) -> None:
        """Note which words have a show at which cutoffs: the next word, and all words of an accepted phrase."""
        ends, covered = self._document.ends, self._covered
        for low, high, completion, _, _, right, _, _, _ in record.outcomes:
            if not completion:
                continue
            word = record.word
            covered[word] = joined(covered.get(word, ()), (low, high))
            while right and word + 1 < len(ends) and ends[word + 1] <= record.at + len(completion):
                word += 1
                covered[word] = joined(covered.get(word, ()), (low, high))

    def finished(self, model: str, mode: str, span: Span) -> ReplayResult:
        """Return all that was added. `span`: the lowest and the highest cutoff, both included."""
        self._settle()
        rows = [(0, word, *span) for word, spans in sorted(self._covered.items()) for span in spans]
        columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
        covers = Covers(*(np.array(c, dtype=k) for c, k in zip(columns, (int, int, float, float), strict=True)))
        states: States = self._states.filled(States)
        outcomes: OutcomeColumns = self._outcomes.filled(OutcomeColumns)
        return ReplayResult(model, mode, *span, (self._document,), states, outcomes, covers)


def together(replays: Sequence[ReplayResult]) -> ReplayResult:
    """Return replays of different documents with the same model and settings as one, in this order.

    Raises ConfigError where there is none, or they differ.
    """
    if not replays or len({(r.model, r.mode, r.lowest, r.highest) for r in replays}) != 1:
        raise ConfigError("Only replays of the same model, mode and cutoffs can be put together, at least one of them.")
    first = replays[0]
    n_documents = np.cumsum([0, *(len(r.documents) for r in replays)])
    n_states = np.cumsum([0, *(len(r.states.at) for r in replays)])
    return ReplayResult(
        first.model,
        first.mode,
        first.lowest,
        first.highest,
        tuple(document for r in replays for document in r.documents),
        _stacked([r.states for r in replays], n_documents),
        _stacked([r.outcomes for r in replays], n_states),
        _stacked([r.covers for r in replays], n_documents),
    )


_Table = TypeVar("_Table", States, OutcomeColumns, Covers)


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
