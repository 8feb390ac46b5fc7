"""The records of a replay: one per state, good for every cutoff at once.

What is shown at a position depends on the cutoff only by steps, so a record holds *outcomes*: ranges of cutoffs, `low <
cutoff <= high`, each with what happens there. The ranges of one record do not overlap; a cutoff in none of them means that the
position was never reached at that cutoff, because accepting a word had typed past it.

Invariant: numbers are probabilities in 0..1, offsets code points of the document as it was replayed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Document:
    """A text that is replayed. `name`: what people call it, such as the name of its file; `path`: that file, if it has one."""

    name: str
    text: str
    path: Path | None = field(default=None, compare=False)


class CutoffOutcome(NamedTuple):  # made in millions, and a frozen dataclass takes five times as long to make
    """What happens at one position at the cutoffs `low < cutoff <= high`.

    `completion`: what is shown, "" where nothing is; `lower`, `upper`: bounds of its probability, those of the likeliest
    candidate where nothing is shown. `right`: it is exactly what comes, so it is accepted. `first`: the word-candidate pair
    was not shown before at these cutoffs, so it counts as a distinct show. `withdrawn`: what stood on the screen, and was
    being typed through, is gone or has given way. `requests`: questions put to the model for this decision.
    """

    low: float
    high: float
    completion: str
    lower: float
    upper: float
    right: bool
    first: bool
    withdrawn: bool
    requests: int

    def at(self, cutoff: float) -> bool:
        """Return whether this is what happens at a cutoff."""
        return self.low < cutoff <= self.high


class Record(NamedTuple):
    """One state: the cursor stands at offset `at` of the document.

    `word`: the number of the word that comes, in its document, -1 where a line break or the end comes first. `typed`: letters
    of it that are typed (0 at a word start, the space before it included); `left`: characters that complete it, separator
    included, 0 where none comes. `begun`: something of a word is typed as far as can be seen at the cursor, where a whole word
    may go on; it is what a calibration goes by.

    `completion`, `lower`, `upper`, `right`: the likeliest candidate whatever the cutoff ("" and 0 where there is none), its
    bounds by all known answers, and whether it is exactly what comes. Every position has it, reached or not: it is what
    calibration is measured on. `outcomes`: what happens at which cutoffs.
    """

    at: int
    word: int
    typed: int
    left: int
    begun: bool
    completion: str
    lower: float
    upper: float
    right: bool
    outcomes: tuple[CutoffOutcome, ...]

    def outcome_at(self, cutoff: float) -> CutoffOutcome | None:
        """Return what happens here at a cutoff, None where the position is not reached."""
        return next((outcome for outcome in self.outcomes if outcome.at(cutoff)), None)
