"""How good and how fast the embedded English model is, part by part, beside simpler predictors: one run, one table.

    python -m benchmarks.embedded.english FILE... [--words N] [--model FILE]

Each file is one register; documents are separated by blank lines, and what is learned of one is forgotten at the next, except
in the row "one session". Savings and precision are defined in `predictor_replay`; those "at .8" and ".9" are the most at a
cutoff at which that share of all shown positions is right, in each register by itself. "By chance" is the calibration error
that probabilities without any fault would show on so few words.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autocomplete.backends.embedded import SHIPPED, EmbeddedBackend
from autocomplete.core.boundaries import pieces
from autocomplete.core.root import context_start
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.embedded.ngram.position import Position
from autocomplete.embedded.ngram.sentences import at_start, is_word, sentences, straight
from autocomplete.embedded.ngram.vocabulary import END_ID
from autocomplete.evaluation.replay.metrics import calibration_error, calibration_noise
from benchmarks.embedded.baselines import OwnLines, Presage, baselines
from benchmarks.embedded.predictor_replay import CUTOFFS, Predictor, best_savings, replay, score
from benchmarks.support.tables import machine, percentile, table
from benchmarks.support.texts import documents_of

N_TOKENS = 20

#: Words of each register that Presage types: it takes milliseconds a key.
PRESAGE_WORDS = 200

#: Shares of shown positions that must be right.
PRECISIONS = (0.0, 0.8, 0.9)


@dataclass
class Timed:
    """Milliseconds of processor time of questions right after a new word, and after a letter of it."""

    new_word: list[float] = field(default_factory=list)
    letter: list[float] = field(default_factory=list)


class Embedded:
    """The embedded model. `session`: what is learned is kept from document to document; `keep_weights`: the weights are."""

    def __init__(self, backend: EmbeddedBackend, *, session: bool = False, keep_weights: bool = False) -> None:
        self.backend = backend
        self._session, self._keep_weights = session, keep_weights
        self.timed = Timed()

    def start(self) -> None:
        if not self._session:
            self.backend.forget(keep_weights=self._keep_weights)

    def best(self, context: str, typed: str) -> tuple[str, float]:
        began = time.thread_time()
        self.backend.observe(context)
        tokens, _ = self.backend.ask(context, typed.encode(), N_TOKENS)
        if not typed or typed.strip():
            times = self.timed.letter if typed else self.timed.new_word
            times.append(1e3 * (time.thread_time() - began))
        for token, probability in tokens:
            text = token.decode()
            if text != typed and text.strip() and is_word(text.strip()):
                return text, probability
        return "", 0.0


def perplexity(documents: Sequence[str], predictor: Embedded, n_words: int) -> float:
    """Return the perplexity per unit of the first units of documents, ends of sentences and unknown words included."""
    nats, n_units = 0.0, 0
    for document in documents:
        if n_units >= n_words:
            break
        predictor.start()
        for probability in _unit_probabilities(document, predictor.backend):
            nats -= math.log(probability)
            n_units += 1
            if n_units == n_words:
                break
    return math.exp(nats / n_units)


def _unit_probabilities(document: str, backend: EmbeddedBackend) -> Iterator[float]:
    lexicon = backend.open()
    at = 0
    for line in document.splitlines(keepends=True):
        plain, offset = straight(line), 0
        end_of_last: Position | None = None
        for sentence in sentences(line):
            for i, (unit, piece) in enumerate(zip(sentence, pieces(plain[offset:]), strict=False)):
                begin = plain.index(piece, offset)
                context = document[context_start(at + begin) : at + begin]
                backend.observe(context)
                position = lexicon.position(context)
                if i == 0 and end_of_last is not None:
                    yield float(lexicon.distribution(end_of_last)[END_ID])
                    position = position.new_sentence()
                unit_id = _unit_id(lexicon, unit.form, first=at_start(sentence[:i]))
                yield float(lexicon.distribution(position)[unit_id])
                offset = begin + len(piece)
            context = document[context_start(at + offset) : at + offset]
            backend.observe(context)
            end_of_last = lexicon.position(context)
        if end_of_last is not None:
            yield float(lexicon.distribution(end_of_last)[END_ID])
        at += len(line)


def _unit_id(lexicon: Lexicon, form: str, *, first: bool) -> int:
    return lexicon.terms.word_id(form, first=first) if is_word(form) else lexicon.vocabulary.mark_id(form)


def resident_mb(path: Path) -> float:
    """Return the resident memory, in MB, that the model takes over the bare interpreter with numpy, after use."""
    use = (
        f"from pathlib import Path; from benchmarks.embedded.english import Embedded, EmbeddedBackend\n"
        f"e = Embedded(EmbeddedBackend(Path({str(path)!r})))\n"
        "text = 'It is hard to say how much of this is true, but I think that Xyzzy may know. ' * 50\n"
        "for i in range(40, len(text)): e.best(text[:i].rpartition(' ')[0], ' ')"
    )
    report = "\nprint(next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmRSS')) / 1000)"
    sizes = [
        float(subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, check=True).stdout)
        for code in ("import numpy", use)
    ]
    return sizes[1] - sizes[0]


def load_ms(path: Path, *, cold: bool) -> float:
    """Return the median of nine times to open the model, in milliseconds. `cold`: the file is not in the file cache."""
    times = []
    for _ in range(9):
        if cold:
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        began = time.perf_counter()
        EmbeddedBackend(path).open()
        times.append(1e3 * (time.perf_counter() - began))
    return percentile(times, 0.5)


@dataclass
class Row:
    """One predictor: for each register, savings at `PRECISIONS`, the calibration error, and what of it is chance."""

    name: str
    savings: list[list[float]] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    noise: list[float] = field(default_factory=list)
    states_probability: bool = True

    def measure(self, documents: Sequence[str], predictor: Predictor, n_words: int) -> None:
        replayed = replay(documents, predictor, n_words)
        scores = [score(replayed, cutoff) for cutoff in CUTOFFS]
        self.savings.append([best_savings(scores, precision) for precision in PRECISIONS])
        stated, right = replayed.positions()
        self.errors.append(calibration_error(stated, right))
        self.noise.append(calibration_noise(stated))

    def cells(self) -> list[str]:
        means = [sum(column) / len(self.savings) for column in zip(*self.savings, strict=True)]
        errors = [f"{sum(found) / len(found):.3f}" if self.states_probability else "-" for found in (self.errors, self.noise)]
        return [self.name, *map(percent, means), *errors]


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def embedded_rows(path: Path) -> dict[str, Embedded]:
    """Return the parts of the embedded model, one added at a time."""
    has_neural = path.with_suffix(".neural").exists()
    rows = {"n-gram": Embedded(EmbeddedBackend(path, neural=False, learns=False, calibrated=False))}
    if has_neural:
        rows["+ neural"] = Embedded(EmbeddedBackend(path, learns=False, calibrated=False))
    rows["+ adaptive"] = Embedded(EmbeddedBackend(path, calibrated=False))
    rows["+ calibrated"] = Embedded(EmbeddedBackend(path))
    if has_neural:
        rows["the same, without neural"] = Embedded(EmbeddedBackend(path, neural=False))
    rows["the same, one session"] = Embedded(EmbeddedBackend(path), session=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the embedded English model.")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--words", type=int, default=2000, help="words of each file that are typed")
    parser.add_argument("--only-embedded", action="store_true", help="leave the baselines out")
    arguments = parser.parse_args()
    texts = {path.stem: documents_of(path) for path in arguments.files}
    predictors: dict[str, Predictor] = {}
    if not arguments.only_embedded:
        predictors |= {name: make() for name, make in baselines().items()}
    embedded = embedded_rows(arguments.model)
    predictors |= embedded
    rows = []
    for name, predictor in predictors.items():
        presage = isinstance(predictor, Presage)
        row = Row(
            f"{name} ({PRESAGE_WORDS} words)" if presage else name,
            states_probability=not isinstance(predictor, (Presage, OwnLines)),
        )
        for documents in texts.values():
            row.measure(documents, predictor, min(PRESAGE_WORDS, arguments.words) if presage else arguments.words)
        rows.append(row)
    print(f"{machine()}\n{arguments.words} words a register, typed key by key; keystroke savings in per cent\n")
    columns = ["savings, best", *(f"at precision >= {precision:g}" for precision in PRECISIONS[1:]), "ECE", "by chance"]
    print(table([f"mean of {len(texts)} registers", *columns], [row.cells() for row in rows]))
    whole = rows[list(predictors).index("+ calibrated")]
    parts = [name for name in ("n-gram", "+ neural", "+ adaptive") if name in embedded]
    perplexities = [[perplexity(text, embedded[name], arguments.words) for name in parts] for text in texts.values()]
    by_register = [
        [name, *map(percent, savings), f"{error:.3f}", f"{noise:.3f}", *(f"{value:.1f}" for value in values)]
        for name, savings, error, noise, values in zip(
            texts, whole.savings, whole.errors, whole.noise, perplexities, strict=True
        )
    ]
    header = ["all parts, by register", *columns, *(f"perplexity, {name}" for name in parts)]
    print("\n" + table(header, by_register))
    timed = embedded["+ calibrated"].timed
    times = [[name, *(f"{percentile(ms, p):.2f}" for p in (0.5, 0.99))] for name, ms in vars(timed).items()]
    print("\n" + table(["milliseconds of one core, top 20, all parts", "p50", "p99"], times))
    files = [path for path in (arguments.model, arguments.model.with_suffix(".neural")) if path.exists()]
    size = " + ".join(f"{path.stat().st_size / 1e6:.1f}" for path in files)
    loads = " / ".join(f"{load_ms(arguments.model, cold=cold):.1f}" for cold in (True, False))
    print(f"\nload {loads} ms (file cache cold / warm), files {size} MB, memory {resident_mb(arguments.model):.1f} MB")


if __name__ == "__main__":
    main()
