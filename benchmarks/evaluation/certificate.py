"""Does a certificate hold? Simulated writers with drift, their words drawn from recorded predictions on real text.

    python -m benchmarks.evaluation.certificate FILE... [--writers N] [--words N] [--goal P]

Each file is one register, documents separated by blank lines. The embedded model predicts its words once with its network and
calibration and once without (a worse model, surer of itself than it should be). A writer writes `--words` words: stretches
of a register, about 1,500 words each, taken from the recorded ones in runs of 60, every third stretch with up to 20% of its
words replaced by ones that no model could foresee (names, jargon). Every 8,000 words or so the writer switches the model, which
is known, so that the certificate starts anew; switches of topic are not known.

A certified stretch is what is written between two renewals of a certificate. Its precision is the true one: the share of
right shows at the certified cutoff over all that the registers written in it could have brought.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np

from autocomplete.backends.embedded import EmbeddedBackend
from autocomplete.evaluation.goals.certificate import BLOCK, CUTOFFS, Counts, rows_of
from autocomplete.evaluation.goals.controller import GoalPolicy, PrecisionController
from autocomplete.evaluation.word_shows import TypedState, scored
from benchmarks.embedded.english import Embedded
from benchmarks.embedded.predictor_replay import TypedUnit, replay
from benchmarks.support.tables import machine, table
from benchmarks.support.texts import documents_of

#: Words that are taken from a register in one piece, and words between switches of topic and of model, on average.
RUN, TOPIC, MODEL = 3 * BLOCK, 1500, 8000

#: Shares of words that nobody could foresee; one is drawn for each topic.
SURPRISES = (0.0, 0.0, 0.1, 0.0, 0.0, 0.2)


@dataclass(frozen=True)
class Pool:
    """What a model would have shown for each word of a register at each cutoff, and the means."""

    shown: Counts
    right: Counts

    @property
    def n_words(self) -> int:
        return len(self.shown)


@dataclass(frozen=True)
class Piece:
    """A run of words of a writer, with the expected shows and right shows a word. `model`: which one predicts."""

    shown: Counts
    right: Counts
    expected_shown: np.ndarray
    expected_right: np.ndarray
    model: int


@dataclass
class Result:
    """What one way to choose the cutoff came to. `below`: certified stretches under the goal; `first`: words to the first."""

    stretches: int = 0
    below: int = 0
    first: list[int] = field(default_factory=list)
    shown: int = 0
    right: int = 0
    n_words: int = 0

    def add(self, other: Result) -> None:
        """Add what the same way came to with another writer."""
        self.stretches, self.below = self.stretches + other.stretches, self.below + other.below
        self.first += other.first
        self.shown, self.right = self.shown + other.shown, self.right + other.right
        self.n_words += other.n_words

    def row(self, name: str) -> tuple[object, ...]:
        first = [n for n in self.first if n]
        return (
            name,
            f"{self.below / max(1, self.stretches):.1%}",
            f"{self.right / max(1, self.shown):.3f}",
            f"{median(first):.0f}" if first else "-",
            f"{self.stretches * BLOCK / max(1, self.n_words):.0%}",
            f"{100 * self.shown / max(1, self.stretches * BLOCK):.1f}",
        )


def pool_of(path: Path, backend: EmbeddedBackend, n_words: int) -> Pool:
    """Return what a model would have shown for the first words of a register."""
    replayed = replay(documents_of(path), Embedded(backend), n_words)
    rows = [
        rows_of(scored(_states(typed), typed.whole)[0])
        for document in replayed.documents
        for typed in document
        if typed.is_word
    ]
    return Pool(np.array([shown for shown, _ in rows]), np.array([right for _, right in rows]))


def _states(typed: TypedUnit) -> list[TypedState]:
    return [
        TypedState(typed.whole[:i], offer[i:], p) if offer else TypedState("", "", 0.0)
        for i, (offer, p) in enumerate(typed.offers)
    ]


def written(pools: Sequence[Sequence[Pool]], seed: int, n_words: int) -> Iterator[Piece]:
    """Yield what a writer writes. `pools[register][model]`."""
    rng = np.random.default_rng(seed)
    model, left_of_topic, left_of_model, written = 0, 0.0, rng.exponential(MODEL), 0
    register, surprise = 0, 0.0
    while written < n_words:
        if left_of_topic <= 0.0:
            register, surprise = int(rng.integers(len(pools))), float(rng.choice(SURPRISES))
            left_of_topic = rng.exponential(TOPIC)
        if left_of_model <= 0.0:
            model, left_of_model = 1 - model, rng.exponential(MODEL)
        pool = pools[register][model]
        at = int(rng.integers(pool.n_words - RUN))
        foreseen = (rng.random(RUN) >= surprise)[:, None]
        mean_shown, mean_right = pool.shown.mean(axis=0), pool.right.mean(axis=0)
        run = slice(at, at + RUN)
        yield Piece(pool.shown[run], pool.right[run] * foreseen, mean_shown, mean_right * (1.0 - surprise), model)
        written, left_of_topic, left_of_model = written + RUN, left_of_topic - RUN, left_of_model - RUN


def keep(pieces: Sequence[Piece], keeping: GoalPolicy, result: Result, *, only_once: bool = False) -> None:
    """Let a keeper follow a writer. `only_once`: the first certificate is never renewed."""
    keeper, model, n_words, first = PrecisionController(keeping), 0, 0, 0
    cutoff: float | None = None
    for piece in pieces:
        if piece.model != model:
            keeper.forget()
            model, cutoff = piece.model, None
        for at in range(0, RUN, BLOCK):
            block = slice(at, at + BLOCK)
            if cutoff is not None:
                count(result, piece, block, cutoff, keeping.goal)
            if not only_once or cutoff is None:
                keeper.take(piece.shown[block], piece.right[block])
                cutoff = keeper.certificate.cutoff if keeper.certificate else None
            n_words += BLOCK
            first = first or (n_words if cutoff is not None else 0)
    result.first.append(first)
    result.n_words += n_words


def count(result: Result, piece: Piece, block: slice, cutoff: float, goal: float) -> None:
    """Count a stretch that was written at a certified cutoff."""
    column = CUTOFFS.index(cutoff)
    result.stretches += 1
    result.below += bool(piece.expected_right[column] < goal * piece.expected_shown[column])
    result.shown += int(piece.shown[block, column].sum())
    result.right += int(piece.right[block, column].sum())


def fixed_cutoff(pools: Sequence[Sequence[Pool]], goal: float) -> float:
    """Return the loosest cutoff that reached the goal on the first register with the first model: chosen on other text."""
    pool = pools[0][0]
    precision = pool.right.sum(axis=0) / np.maximum(1, pool.shown.sum(axis=0))
    return CUTOFFS[int(np.flatnonzero(precision >= goal)[-1])]


@dataclass(frozen=True)
class Trial:
    """What every writer meets: the recorded words, how many are written, and the ways to choose the cutoff."""

    pools: Sequence[Sequence[Pool]]
    n_words: int
    goal: float
    fixed: float

    def ways(self) -> dict[str, GoalPolicy]:
        """Return the ways that renew, or never renew, a certificate."""
        return {
            "certificate, kept": GoalPolicy(self.goal),
            "certificate, no alarm": GoalPolicy(self.goal, alarm=float("inf")),
            "certificate, never renewed": GoalPolicy(self.goal),
        }

    def follow(self, writer: int) -> dict[str, Result]:
        """Return what every way comes to with one writer, who is drawn from the number."""
        pieces = list(written(self.pools, writer, self.n_words))
        results = {}
        for name, keeping in self.ways().items():
            results[name] = Result()
            keep(pieces, keeping, results[name], only_once="never" in name)
        last = results[f"fixed cutoff {self.fixed:g}"] = Result()
        for piece in pieces:
            for at in range(0, RUN, BLOCK):
                count(last, piece, slice(at, at + BLOCK), self.fixed, self.goal)
            last.n_words += RUN
        return results


def recorded(task: tuple[Path, bool, int]) -> Pool:
    """Return what the good model, or the worse one, would have shown for the first words of a register."""
    path, good, n_words = task
    return pool_of(path, EmbeddedBackend(neural=good, calibrated=good), n_words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--writers", type=int, default=500)
    parser.add_argument("--words", type=int, default=10_000, help="of each writer")
    parser.add_argument("--recorded", type=int, default=3000, help="words of each register")
    parser.add_argument("--goal", type=float, default=0.9)
    given = parser.parse_args()
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        tasks = [(path, good, given.recorded) for path in given.files for good in (True, False)]
        found = list(processes.map(recorded, tasks))
        pools = list(zip(found[::2], found[1::2], strict=True))
        trial = Trial(pools, given.words, given.goal, fixed_cutoff(pools, given.goal))
        results: dict[str, Result] = {}
        for one in processes.map(trial.follow, range(given.writers), chunksize=max(1, given.writers // 20)):
            for name, result in one.items():
                results.setdefault(name, Result()).add(result)
    print(f"{given.writers} writers, {given.words} words each, goal {given.goal:g}, delta .05. {machine()}\n")
    header = ("cutoff by", "stretches below goal", "precision", "words to first", "words certified", "shows/100 words")
    print(table(header, [result.row(name) for name, result in results.items()]))


if __name__ == "__main__":
    main()
