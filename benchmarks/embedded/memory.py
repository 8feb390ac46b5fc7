"""What earlier writing is worth, in each form in which it could be kept: keystroke savings, beside size and time to open.

    python -m benchmarks.embedded.memory FILE... [--words N] [--documents]

Each file is one register; documents are separated by blank lines. The first half of every document is earlier writing, one
session each; then the second halves are typed, in a session each that knows of it only what was kept. With --documents the
first half of the documents is earlier writing for the second half of them, which are mostly by other people.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from autocomplete.backends.embedded import EmbeddedBackend
from autocomplete.core.backend import Privacy
from autocomplete.core.boundaries import pieces
from autocomplete.core.root import context_start
from autocomplete.embedded.adaptive.memory.memory import Memory
from autocomplete.evaluation.replay.metrics import calibration_error
from benchmarks.embedded.english import PRECISIONS, Embedded, percent
from benchmarks.embedded.predictor_replay import CUTOFFS, best_savings, replay, score
from benchmarks.support.tables import machine, percentile, table
from benchmarks.support.texts import documents_of

#: Words of earlier writing that are typed, not only counted, so that the weights learn.
TYPED_WORDS = 3000


class Words(Memory):
    """Keeps own words only."""

    longest_history: ClassVar[int] = 0


class Pairs(Memory):
    """Keeps own words and runs of two."""

    longest_history: ClassVar[int] = 1


class Everything(Memory):
    """Keeps all words and runs of up to three, were they written only once."""

    least_uses: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Form:
    """A form in which earlier writing is kept. `weights`: what is learned of weights is kept too."""

    name: str
    kind: type[Memory] | None = None
    weights: bool = False


FORMS = (
    Form("nothing"),
    Form("own words used twice", Words),
    Form("and runs of two", Pairs),
    Form("and runs of three", Memory),
    Form("and weights: what is stored", Memory, weights=True),
    Form("all runs, used once or more", Everything),
)


def filled(form: Form, earlier: Sequence[str], path: Path) -> EmbeddedBackend:
    """Return a backend with a memory of earlier writing in this form."""
    backend = EmbeddedBackend()
    if form.kind is None:
        return backend
    memory = form.kind(path, saves=False)
    backend.remember(memory)
    if form.weights:
        _type(backend, earlier)
    learner = backend.learner()
    for text in earlier:
        memory.keep(learner.runs(text))
        memory.save()
        memory.session_over()
    return backend


def _type(backend: EmbeddedBackend, earlier: Sequence[str]) -> None:
    """Let the weights learn from the first words, as if they were typed; the words themselves are counted later."""
    n_words = 0
    for i, text in enumerate(earlier):
        backend.enter(i, Privacy.HELD)
        for end in _word_ends(text):
            context = text[context_start(end) : end]
            backend.observe(context)
            backend.ask(context, b"", 1)
            n_words += 1
        backend.leave(i)
        if n_words >= TYPED_WORDS:
            return


def _word_ends(text: str) -> Iterator[int]:
    at = 0
    for piece in pieces(text):
        at = text.index(piece, at) + len(piece)
        yield at


def halves(documents: Sequence[str], *, whole: bool) -> tuple[list[str], list[str]]:
    """Return earlier and later writing: the halves of every document, or of the list of them where they stay `whole`."""
    if whole:
        return list(documents[: len(documents) // 2]), list(documents[len(documents) // 2 :])
    split = [(lines[: len(lines) // 2], lines[len(lines) // 2 :]) for lines in map(str.splitlines, documents)]
    first, second = (["\n".join(lines) for lines in part if lines] for part in zip(*split, strict=True))
    return first, second


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what earlier writing is worth, by the form in which it is kept.")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--words", type=int, default=1000, help="words of each file that are typed")
    parser.add_argument("--documents", action="store_true", help="earlier and later writing are different documents")
    arguments = parser.parse_args()
    columns = ["kept", "savings, best", *(f"at precision >= {p:g}" for p in PRECISIONS[1:]), "ECE", "KB", "open, ms"]
    texts = {path.stem: halves(documents_of(path), whole=arguments.documents) for path in arguments.files}
    rows = [_row(form, list(texts.values()), arguments.words) for form in FORMS]
    print(f"{machine()}\n{arguments.words} words a register, mean of {len(texts)}; keystroke savings in per cent\n")
    print(table(columns, rows))


def _row(form: Form, texts: Sequence[tuple[list[str], list[str]]], n_words: int) -> list[str]:
    figures = []
    for earlier, later in texts:
        later = random.Random(3).sample(later, len(later))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "memory.sqlite"
            backend = filled(form, earlier, path)
            replayed = replay(later, Embedded(backend), n_words)
            scores = [score(replayed, cutoff) for cutoff in CUTOFFS]
            size = path.stat().st_size / 1000 if path.exists() else 0.0
            savings = [best_savings(scores, precision) for precision in PRECISIONS]
            figures.append([*savings, calibration_error(*replayed.positions()), size, _open_ms(form, path)])
    *savings, error, size, opening = [sum(column) / len(figures) for column in zip(*figures, strict=True)]
    return [form.name, *map(percent, savings), f"{error:.3f}", f"{size:.0f}", f"{opening:.1f}"]


def _open_ms(form: Form, path: Path) -> float:
    """Return the median of seven times to open the model with its memory, in milliseconds."""
    times = []
    for _ in range(7):
        began = time.perf_counter()
        backend = EmbeddedBackend()
        if form.kind is not None:
            backend.remember(form.kind(path, saves=False))
        backend.open()
        times.append(1e3 * (time.perf_counter() - began))
    return percentile(times, 0.5)


if __name__ == "__main__":
    main()
