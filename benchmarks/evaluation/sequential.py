"""Is the live certificate right at all times? Simulated writers whose true precision is known, looked at every 20 words.

    python -m benchmarks.evaluation.sequential [--writers N] [--words N] [--texts N]

Words come one by one, each with one show, whose stated probability has log-odds drawn from a normal distribution about 2.5 with
deviation 3 (as on recorded text, 2 in 100 words have a show at .9999, 65 in 100 at .8). The writer decides what share is right.
`ever false`: writers who were ever told "certified" at a cutoff at which less than the goal was right then; `certified by`: by
that many words. `below`: share of certified stretches of 20 words in which less than the goal was right; `seen`: share of those
that began when this could be detected: a binomial test with errors of 5% on either side tells the true precision from the
goal by the shows at the cutoff in force since the change. Paragraphs of 60 words change before anything can be detected.

The second table is the certificate of one look, as `tune` gives it, on texts of given length.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from autocomplete.evaluation.goals.certificate import BLOCK, CUTOFFS, BlockCounts, Certificate, Counts, certify
from autocomplete.evaluation.goals.controller import GoalPolicy, PrecisionController
from benchmarks.support.tables import machine, table

GOAL = 0.9

#: Where the standard normal distribution has 5% above it.
Z = 1.645

Floats = NDArray[np.float64]

#: Returns the chance to be right of words by number, stated probability, and whether a certificate is in force.
Writer = Callable[[int, Floats, bool], Floats]


def constant(share: float) -> Writer:
    return lambda at, stated, certified: np.full(len(stated), share)


def calibrated(at: int, stated: Floats, certified: bool) -> Floats:
    return stated


def too_sure(at: int, stated: Floats, certified: bool) -> Floats:
    return 0.85 * stated


def switching(at: int, stated: Floats, certified: bool) -> Floats:
    """Every 1,500 words the model is worth more or less."""
    return np.full(len(stated), 0.97 if at // 1500 % 2 == 0 else 0.8)


def drifting(at: int, stated: Floats, certified: bool) -> Floats:
    """Slowly up and down, period 5,000 words."""
    return np.full(len(stated), 0.92 + 0.06 * np.cos(2 * np.pi * at / 5000))


def inflating(at: int, stated: Floats, certified: bool) -> Floats:
    """An adversary: right until it is certified, then less."""
    return np.full(len(stated), 0.8 if certified else 0.97)


def inflating_gently(at: int, stated: Floats, certified: bool) -> Floats:
    return np.full(len(stated), 0.87 if certified else 0.97)


def paragraphs(at: int, stated: Floats, certified: bool) -> Floats:
    """Easy and hard ones of 60 words."""
    return np.full(len(stated), 0.99 if at // 60 % 2 == 0 else 0.88)


WRITERS: dict[str, Writer] = {
    "right .89 everywhere": constant(0.89),
    "right .895 everywhere": constant(0.895),
    "right .95 everywhere": constant(0.95),
    "right .97 everywhere": constant(0.97),
    "calibrated": calibrated,
    "too sure": too_sure,
    "slow drift .86 to .98": drifting,
    "switch .97/.80 every 1,500": switching,
    "adversary, .80 once certified": inflating,
    "adversary, .87 once certified": inflating_gently,
    "paragraphs .99/.88 of 60": paragraphs,
}


@cache
def sample() -> tuple[Floats, Floats]:
    """Return stated probabilities, and which of them are above which cutoff, as 0 and 1."""
    stated = 1.0 / (1.0 + np.exp(-np.random.default_rng(7).normal(2.5, 3.0, 4000)))
    return stated, (stated[:, None] >= np.array(CUTOFFS)).astype(float)


def detectable(precision: float) -> float:
    """Return the number of shows that tell a precision below the goal from it.

    >>> round(detectable(0.8)), round(detectable(0.87))
    (133, 1217)
    """
    spread = np.sqrt(GOAL * (1.0 - GOAL)) + np.sqrt(precision * (1.0 - precision))
    return float((Z * spread / (GOAL - precision)) ** 2)


def rows(rng: np.random.Generator, writer: Writer, at: int, n: int, certified: bool) -> tuple[Counts, Counts, Floats]:
    """Return shows and right ones of words, one a row, and the true precision at each cutoff."""
    stated = 1.0 / (1.0 + np.exp(-rng.normal(2.5, 3.0, n)))
    chance = writer(at, stated, certified)
    shown = (stated[:, None] >= np.array(CUTOFFS)).astype(np.int16)
    right = shown * (rng.random(n) < chance)[:, None].astype(np.int16)
    many, above = sample()
    precision = writer(at, many, certified) @ above / np.maximum(1, above.sum(axis=0))
    return shown, right, precision


@dataclass
class Told:
    """What one writer was told. Words to the first certificate, 0: none; stretches certified, below the goal, seen to be."""

    first: int = 0
    ever_false: bool = False
    stretches: int = 0
    below: int = 0
    below_seen: int = 0


def follow(name: str, n_words: int, seed: int) -> Told:
    """Return what a writer was told at each block."""
    rng, keeper, told = np.random.default_rng([seed, len(name)]), PrecisionController(GoalPolicy(GOAL)), Told()
    seen = 0
    for at in range(0, n_words, BLOCK):
        certificate = keeper.certificate
        shown, right, precision = rows(rng, WRITERS[name], at, BLOCK, certificate is not None)
        if certificate is not None:
            column = CUTOFFS.index(certificate.cutoff)
            below = bool(precision[column] < GOAL - 1e-9)
            told.stretches += 1
            told.below += below
            told.below_seen += below and seen >= detectable(float(precision[column]))
            seen = seen + int(shown[:, column].sum()) if below else 0
        else:
            seen = 0
        keeper.take(shown, right)
        now = keeper.certificate
        if now is not None:
            told.first = told.first or at + BLOCK
            told.ever_false |= bool(certificate is None and precision[CUTOFFS.index(now.cutoff)] < GOAL - 1e-9)
    return told


def one_look(share: float, n_words: int, seed: int) -> bool:
    """Return whether a text whose shows are right with a chance is certified."""
    shown, right, _ = rows(np.random.default_rng([seed, n_words]), constant(share), 0, n_words, False)
    return isinstance(certify(BlockCounts.of_words(shown, right), GOAL), Certificate)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=200)
    parser.add_argument("--words", type=int, default=6000, help="of each writer")
    parser.add_argument("--texts", type=int, default=400)
    given = parser.parse_args()
    print(f"{given.writers} writers, {given.words} words each, goal {GOAL:g}, delta .05. {machine()}\n")
    found: list[tuple[object, ...]] = []
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        for name in WRITERS:
            told = list(processes.map(partial(follow, name, given.words), range(given.writers), chunksize=10))
            stretches = max(1, sum(one.stretches for one in told))
            found.append(
                (
                    name,
                    f"{np.mean([one.ever_false for one in told]):.1%}",
                    f"{np.mean([0 < one.first <= 1000 for one in told]):.1%}",
                    f"{np.mean([0 < one.first <= 3000 for one in told]):.1%}",
                    f"{np.median([one.first or given.words for one in told]):.0f}",
                    f"{stretches * BLOCK / given.words / given.writers:.0%}",
                    f"{sum(one.below for one in told) / stretches:.1%}",
                    f"{sum(one.below_seen for one in told) / stretches:.1%}",
                )
            )
        header = ("writer", "ever false", "certified by 1,000", "by 3,000", "median words", "words certified")
        print(table((*header, "below", "seen"), found), "\n")
        looks = []
        for share, n_words in ((0.95, 1500), (0.95, 3000), (0.8999, 1500), (0.8999, 3000)):
            certified = list(processes.map(partial(one_look, share, n_words), range(given.texts), chunksize=20))
            looks.append((f"{share:g}", f"{n_words:,}", f"{np.mean(certified):.1%}"))
        print(table(("true precision, one look", "words", "certified"), looks))


if __name__ == "__main__":
    main()
