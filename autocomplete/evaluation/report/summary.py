"""A replay made ready to be looked at: figures with intervals at each stop of a slider, words that are shown, goals answered.

Invariant: whatever moves with the cutoff is looked up in columns that were sorted before; nothing is defined here that
`metrics` and `goals` define.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autocomplete.core.gate import LengthAware
from autocomplete.core.percent import odds
from autocomplete.errors import ConfigError
from autocomplete.evaluation.binomial import interval
from autocomplete.evaluation.calibration.calibration import InForce
from autocomplete.evaluation.goals.certificate import BLOCK, CUTOFFS, BlockCounts
from autocomplete.evaluation.goals.goals import Goal, GoalAnswer, Kind, Point, solve
from autocomplete.evaluation.measures import MEASURES, Measure
from autocomplete.evaluation.records import Document
from autocomplete.evaluation.replay import metrics
from autocomplete.evaluation.replay.columns import Bools, Floats, Ints, ReplayResult
from autocomplete.evaluation.replay.intervals import Intervals, bootstrap
from autocomplete.evaluation.replay.metrics import (
    Figures,
    Meter,
    View,
    bins,
    brier,
    calibration_error,
    calibration_noise,
    check_replayed,
    counts_by_unit,
    ranges,
)

#: What is answered in any case. Unasked only a precision is recommended: other goals say nothing of how often one is misled.
GOALS = (
    Goal(Kind.PRECISION, 0.9),
    Goal(Kind.PRECISION, 0.8),
    Goal(Kind.SAVINGS),
    Goal(Kind.SHOWS, 20),
    Goal(Kind.TIME),
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95% interval; NaN where it means nothing."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CutoffChoice:
    """What answers a goal. `cutoff`: what to set, NaN where the goal is not met or no one cutoff answers it; `text`: why."""

    goal: str
    met: bool
    cutoff: float
    text: str

    @property
    def has_cutoff(self) -> bool:
        """Whether there is a cutoff to set."""
        return not math.isnan(self.cutoff)

    @property
    def line(self) -> str:
        """The goal and its answer in one line."""
        return self.text if self.text.startswith(self.goal) else f"{self.goal}: {self.text}"


@dataclass(frozen=True, slots=True)
class Bin:
    """Positions of about the same stated probability: how many, the mean stated, the share found right, its 95% interval."""

    n: int
    stated: float
    found: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """The reliability diagram of some positions. `score`: the Brier score.

    `error`: the expected calibration error; `chance`: what true probabilities would show of it on so few positions.
    """

    name: str
    n: int
    bins: tuple[Bin, ...]
    error: float
    chance: float
    score: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A word with a show: the code points `start` to `end` of its document.

    `right`: it was completed; `at`: the offset at which that came, or at which the first of its wrong shows came, after
    `typed` letters; `completion`: what was shown there.
    """

    start: int
    end: int
    at: int
    typed: int
    right: bool
    completion: str


class Marks:
    """The words of a document that have a show at one cutoff, in order."""

    def __init__(self, found: metrics.Verdicts, starts: Ints, ends: Ints) -> None:
        self._found = found
        self._starts, self._ends = starts[found.word], ends[found.word]
        self._wrong = self._starts[~found.right]

    @property
    def n_right(self) -> int:
        """How many words were completed."""
        return len(self._starts) - len(self._wrong)

    @property
    def n_wrong(self) -> int:
        """How many words had wrong shows only."""
        return len(self._wrong)

    def between(self, start: int, end: int) -> list[Mark]:
        """Return the marked words that reach into the code points `start` to `end`."""
        first = max(0, int(self._starts.searchsorted(start, side="right")) - 1)
        last = int(self._starts.searchsorted(end, side="left"))
        return [mark for mark in map(self._mark, range(first, last)) if mark.end > start]

    def wrong_after(self, offset: int) -> Mark | None:
        """Return the first word after an offset that had wrong shows only."""
        return self._picked(int(self._wrong.searchsorted(offset, side="right")))

    def wrong_before(self, offset: int) -> Mark | None:
        """Return the last such word that begins before an offset."""
        return self._picked(int(self._wrong.searchsorted(offset, side="left")) - 1)

    def _picked(self, number: int) -> Mark | None:
        if not 0 <= number < len(self._wrong):
            return None
        return self._mark(int(self._starts.searchsorted(self._wrong[number])))

    def _mark(self, row: int) -> Mark:
        found = self._found
        at, completion = int(found.at[row]), found.completion[row]
        right = bool(found.right[row])
        end = max(int(self._ends[row]), at + len(completion)) if right else int(self._ends[row])
        return Mark(int(self._starts[row]), end, at, int(found.typed[row]), right, completion)


class ReplaySummary:
    """One model on some documents, ready to be looked at.

    `name`: what people call the model; `where`: where it runs; `wanted`: goals, the most wanted first, by default the
    precisions among `GOALS`, all of which are answered in any case; `forced`: from fewer words than are needed too; `gate`:
    with the writer's own times; `calibration`: whether one corrected the probabilities. `documents` are those that were
    replayed, in their order. Raises ConfigError where they are others, or none of the usual cutoffs was replayed.
    """

    def __init__(
        self,
        replayed: ReplayResult,
        documents: Sequence[Document],
        *,
        name: str = "",
        where: str = "this machine",
        wanted: Sequence[Goal] = (),
        forced: bool = False,
        gate: LengthAware | None = None,
        calibration: InForce | None = None,
    ) -> None:
        if [d.n_chars for d in replayed.documents] != [len(d.text) for d in documents]:
            raise ConfigError("These are not the documents that were replayed.")
        self.replayed, self.documents = replayed, tuple(documents)
        self.name, self.where, self.mode = name or replayed.model, where, replayed.mode
        self.calibration = calibration or InForce()
        self.cutoffs = tuple(c for c in (*metrics.CUTOFFS, 1.0) if replayed.lowest <= c <= replayed.highest)
        if not self.cutoffs:
            raise ConfigError("This replay has no usual cutoff: replay from .05 to 1.")
        wanted = tuple(dict.fromkeys(wanted)) or tuple(goal for goal in GOALS if goal.kind is Kind.PRECISION)
        self._goals, self._n_wanted = tuple(dict.fromkeys([*wanted, *GOALS])), len(wanted)
        self._gate, self._n_resting = gate, None if forced else replayed.n_words
        self._meter = Meter(replayed)
        self._curves: dict[str, tuple[float, ...]] = {}
        self._views: dict[int, View] = {}
        self._marks: dict[int, tuple[float, Marks]] = {}

    @property
    def place(self) -> str:
        """Where it runs, and the mode unless that makes no difference: the embedded model lists all words."""
        return self.where if (self.where, self.mode) == ("this machine", "certified") else f"{self.where}, {self.mode}"

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures that mean something: what the embedded model is asked costs nothing."""
        return MEASURES[:-1] if self.where == "this machine" else MEASURES

    @property
    def n_words(self) -> int:
        """Words that were replayed."""
        return self.replayed.n_words

    @cached_property
    def figures(self) -> Figures:
        """The figures at all stops."""
        return self._meter.at(self.cutoffs)

    @cached_property
    def intervals(self) -> Intervals:
        """The 95% intervals at all stops; takes a second or two for 20,000 words."""
        return bootstrap(self.replayed, self.cutoffs)

    def stop(self, cutoff: float) -> int:
        """Return the number of the stop that is nearest to a cutoff; of two that are as near, the lower one."""
        return min(range(len(self.cutoffs)), key=lambda i: round(abs(self.cutoffs[i] - cutoff), 9))

    def stops(self, cutoffs: Iterable[float], *others: int | None) -> list[int]:
        """Return, in order, the stops that are nearest to the cutoffs that were replayed, and the `others` that there are."""
        found = {self.stop(cutoff) for cutoff in cutoffs if self.cutoffs[0] <= cutoff <= self.cutoffs[-1]}
        return sorted(found | {stop for stop in others if stop is not None})

    def at(self, cutoff: float) -> dict[str, Estimate]:
        """Return the measures at a cutoff; intervals are those of the nearest stop.

        Raises ConfigError where the cutoff was not replayed.
        """
        found, stop, names = self._meter.at(cutoff), self.stop(cutoff), [measure.name for measure in MEASURES]
        return {name: self._interval(name, stop, float(getattr(found, name)[0])) for name in names}

    def estimate(self, measure: str, stop: int) -> Estimate:
        """Return a measure of `Figures` at a stop."""
        return self._interval(measure, stop, self.curve(measure)[stop])

    def _interval(self, name: str, stop: int, value: float) -> Estimate:
        ends = self.intervals[name]
        return Estimate(value, float(ends.low[stop]), float(ends.high[stop]))

    def in_words(self, cutoff: float) -> str:
        """Return what a cutoff comes to, in words; of the nearest stop."""
        precision, shows, saved = (
            self.curve(name)[self.stop(cutoff)] for name in ("precision", "shows_per_100_words", "savings")
        )
        if math.isnan(precision):
            return "nothing is suggested"
        return f"{odds(precision)} suggestions right, {shows:.0f} in 100 words, {saved:.0%} of keys saved"

    def curve(self, measure: str) -> tuple[float, ...]:
        """Return a measure of `Figures` at all stops, NaN where it means nothing; the same tuple each time."""
        if measure not in self._curves:
            self._curves[measure] = tuple(getattr(self.figures, measure).tolist())
        return self._curves[measure]

    @cached_property
    def reliability(self) -> tuple[Reliability, ...]:
        """The diagrams of all positions, of word starts, and of those inside a word."""
        stated, right, begun = self.replayed.labels()
        everything = np.ones(len(stated), dtype=np.bool_)
        parts = (("all positions", everything), ("word start", ~begun), ("inside a word", begun))
        return tuple(_reliability(name, stated[rows], right[rows]) for name, rows in parts)

    @cached_property
    def choices(self) -> tuple[CutoffChoice, ...]:
        """The answers to the goals, in their order."""
        f = self.figures
        columns = zip(f.cutoffs, f.savings, f.precision, f.shows_per_100_words, strict=True)
        points = [Point(*map(float, row)) for row in columns]
        found = tally(self.replayed)
        return tuple(_choice(solve(goal, points, found, self._gate, n_words=self._n_resting)) for goal in self._goals)

    @property
    def recommended(self) -> CutoffChoice | None:
        """The answer to the first wanted goal that is met by a cutoff; the very first may be met by a gate; None: none is."""
        wanted = self.choices[: self._n_wanted]
        return next((choice for choice in wanted if choice.met and (choice.has_cutoff or choice is wanted[0])), None)

    @property
    def recommended_stop(self) -> int | None:
        """The stop of the cutoff that is recommended, None where none is."""
        return None if self.recommended is None or not self.recommended.has_cutoff else self.stop(self.recommended.cutoff)

    @property
    def advice(self) -> CutoffChoice:
        """What is recommended, else why the most wanted goal is not met."""
        return self.recommended or self.choices[0]

    def marks(self, document: int, cutoff: float) -> Marks:
        """Return the words of a document that are shown at a cutoff. Raises ConfigError where that was not replayed."""
        check_replayed(self.replayed, np.array([cutoff]))
        if document not in self._views:
            self._views[document] = View(self.replayed, document)
        if document not in self._marks or self._marks[document][0] != cutoff:
            measured = self.replayed.documents[document]
            self._marks[document] = cutoff, Marks(self._views[document].at(cutoff), measured.starts, measured.ends)
        return self._marks[document][1]


def _choice(answer: GoalAnswer) -> CutoffChoice:
    cutoff = math.nan if answer.gate is not None or not answer.met else answer.cutoff
    return CutoffChoice(str(answer.goal), answer.met, cutoff, answer.text)


def _reliability(name: str, stated: Floats, right: Bools) -> Reliability:
    found = bins(stated, right)
    rows = zip(found.n.tolist(), found.stated.tolist(), found.observed.tolist(), strict=True)
    points = tuple(Bin(n, mean, share, *interval(share * n, n)) for n, mean, share in rows)
    error = calibration_error(stated, right) if len(stated) else math.nan
    return Reliability(name, len(stated), points, error, calibration_noise(stated), brier(stated, right))


def tally(replayed: ReplayResult, cutoffs: tuple[float, ...] = CUTOFFS) -> BlockCounts:
    """Return what certificates are made from: distinct shows and right ones, in blocks of words, at cutoffs strict to loose.

    A show where no word comes, before a line break or the end, counts with the word that comes next. Cutoffs that were not
    replayed are left out.
    """
    kept = tuple(c for c in cutoffs if replayed.lowest <= c <= replayed.highest)
    states, outcomes, covers = replayed.states, replayed.outcomes, replayed.covers
    begun = np.cumsum([0, *(document.n_words for document in replayed.documents)])
    n_blocks = -(-int(begun[-1]) // BLOCK)
    word = np.empty(len(states.at), dtype=np.int64)  # that comes next
    for number, measured in enumerate(replayed.documents):
        here = slice(*states.document.searchsorted([number, number + 1]))
        word[here] = begun[number] + np.minimum(measured.ends.searchsorted(states.at[here], side="right"), measured.n_words - 1)
    block = np.clip(word // BLOCK, 0, max(0, n_blocks - 1))[outcomes.state]
    blocks = {"shows": block, "right": block, "covered": (begun[covers.document] + covers.word) // BLOCK}
    counted, rising = ranges(replayed), np.array(kept[::-1])
    tables = [counts_by_unit(counted[name], unit, n_blocks, rising)[:, ::-1].astype(np.int16) for name, unit in blocks.items()]
    return BlockCounts(tables[0], tables[1], tables[2], int(begun[-1]), kept)
