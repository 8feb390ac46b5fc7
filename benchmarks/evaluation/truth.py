"""The gate tells the truth: python -m benchmarks.evaluation.truth DEV_FILE... [--train FILE...] [--words N]

Words of each DEV_FILE, one register each, documents separated by blank lines, are typed through the embedded model and, with
--train, through the test server with a token model of those files. A calibration is fitted on the other registers, and one on
every other 200 positions of the register itself; both correct only what they have not seen. At each cutoff from .3 to .9 the
precision of distinct shows may lie below the cutoff only by its 95% interval (Wilson). The calibration error is that of all
positions with a candidate that has a probability, in 15 bins of equal mass; "by chance" is what probabilities without any fault
would show on so few positions. Registers are typed on all cores, three times as many words in certified mode, where fewer
positions have a candidate.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from autocomplete import Autocompleter
from autocomplete.backends.openai.client import OpenAIBackend
from autocomplete.evaluation.binomial import interval
from autocomplete.evaluation.calibration.calibration import crossfit, fit
from autocomplete.evaluation.replay.metrics import calibration_error, calibration_noise
from autocomplete.evaluation.replay.runner import replay_all
from autocomplete.evaluation.replay.texts import read_documents
from autocomplete.evaluation.word_shows import Label, Show, TypedState, scored
from benchmarks.support.tables import machine, table
from benchmarks.support.texts import text_of
from tests.support.server import ModelServer
from tests.support.token_model import TokenModel

CUTOFFS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

#: How many times as many words are typed in certified mode.
CERTIFIED = 3

#: What stands for the word that was typed, where no candidate was right.
NOTHING = "\0"


@dataclass(frozen=True)
class Position:
    """A state with a candidate. `word` is the same for all states of one word; `candidate` the whole word that it offers."""

    word: tuple[int, int]
    candidate: str
    label: Label


@dataclass(frozen=True)
class Model:
    """What is asked. `mode`: of a token model in the file `path`; None for the embedded model."""

    name: str
    mode: str | None = None
    path: Path = Path()

    @property
    def times(self) -> int:
        """How many times as many words are typed."""
        return CERTIFIED if self.mode == "certified" else 1

    @contextmanager
    def opened(self) -> Iterator[Autocompleter]:
        """Yield an engine with it, while its server runs."""
        if self.mode is None:
            yield Autocompleter("english")
            return
        with ModelServer(TokenModel.load(self.path)) as server:
            backend = OpenAIBackend("tiny", base_url=server.url, timeout_s=60.0)
            yield Autocompleter(backend, mode=self.mode, prefetch=False)


def positions(model: Model, register: Path, n_words: int) -> list[Position]:
    """Return what a model offered at each position of the first words of a register."""
    documents = read_documents([register], n_words=n_words, by_blank_lines=True).documents

    async def run() -> list[Position]:
        with model.opened() as opened:
            async with opened as autocompleter:
                found = await replay_all(autocompleter, documents)
        states, estimated = found.states, found.mode == "estimated"
        rows = zip(
            *(getattr(states, name).tolist() for name in ("document", "at", "word", "typed", "begun", "lower", "right")),
            states.completion,
            strict=True,
        )
        return [
            Position(
                (document, word),
                documents[document].text[at - typed : at] + completion.lstrip(),
                Label(lower, bool(right), not begun, estimated),
            )
            for document, at, word, typed, begun, lower, right, completion in rows
            if completion and lower > 0.0
        ]

    return asyncio.run(run())


def precision(found: Sequence[Position], probabilities: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Yield, for each of `CUTOFFS`, the right distinct shows and all of them."""
    shown: list[Show] = []
    both = zip(found, probabilities, strict=True)
    for _, group in groupby(both, key=lambda pair: pair[0].word):
        word = list(group)
        whole = next((position.candidate for position, _ in word if position.label.right), NOTHING)
        shown += scored([TypedState("", position.candidate, p) for position, p in word], whole)[0]
    for cutoff in CUTOFFS:
        here = [show.right for show in shown if show.low < cutoff <= show.high]
        yield sum(here), len(here)


def row(name: str, found: Sequence[Position], probabilities: Sequence[float]) -> tuple[object, ...]:
    """Return the precision at each cutoff, `!` where it is too low, and the calibration error."""
    cells = []
    for cutoff, (right, n) in zip(CUTOFFS, precision(found, probabilities), strict=True):
        too_low = n and interval(right, n)[1] < cutoff
        cells.append(f"{right / n:.3f}{'!' if too_low else ''}" if n else "-")
    stated = np.array(probabilities)
    error = calibration_error(stated, np.array([position.label.right for position in found]))
    return (name, *cells, f"{error:.3f}", f"{calibration_noise(stated):.3f}")


def rows(name: str, found: dict[str, list[Position]]) -> Iterator[tuple[object, ...]]:
    """Yield the rows of each register: as stated, corrected by what the others teach, and by what its other half teaches."""
    for register, here in found.items():
        labels = [position.label for position in here]
        others = [position.label for other, some in found.items() if other != register for position in some]
        yield row(f"{name}, {register}", here, [label.probability for label in labels])
        if others:
            calibration = fit(name, others)
            yield row(f"{name}, {register}, by the others", here, [calibration.correct(label) for label in labels])
        yield row(f"{name}, {register}, by its other half", here, crossfit(name, labels))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dev", nargs="+", type=Path, metavar="DEV_FILE")
    parser.add_argument("--train", nargs="*", type=Path, default=[], metavar="FILE")
    parser.add_argument("--words", type=int, default=6000, help="of each register")
    given = parser.parse_args()
    models, printed = [Model("english")], list[tuple[object, ...]]()
    with TemporaryDirectory() as folder, ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        if given.train:
            path = Path(folder) / "tokens.npz"
            TokenModel.train("\n".join(text_of(path)[:3_000_000] for path in given.train), vocabulary=6000).save(path)
            models += [Model(f"token model, {mode}", mode, path) for mode in ("certified", "estimated")]
        asked = {
            model: {each.stem: processes.submit(positions, model, each, model.times * given.words) for each in given.dev}
            for model in models
        }
        for model, futures in asked.items():
            printed += rows(model.name, {register: future.result() for register, future in futures.items()})
    print(f"{given.words} words a register, {CERTIFIED} times as many in certified mode. {machine()}\n")
    print(table(("model, register", *(f"at {cutoff:g}" for cutoff in CUTOFFS), "ECE", "by chance"), printed))


if __name__ == "__main__":
    main()
