"""A calibrated model from text files, by the same steps for `autocomplete train` and for the shipped English model.

A tenth of the text at most is held out; it is typed against a first model of the rest, which gives the calibration; then all
of the text is counted.

Invariant: the same texts and settings give the same file, bit for bit, whatever the number of processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from autocomplete.backends.embedded import SHIPPED_PARAMETERS, EmbeddedBackend
from autocomplete.embedded.array_file import ArrayFile, save
from autocomplete.embedded.ngram import calibration
from autocomplete.embedded.ngram.calibration import FittedParameters
from autocomplete.embedded.ngram.estimation.build import BuildSettings, build
from autocomplete.embedded.ngram.estimation.corpus import Corpus, read_corpus
from autocomplete.embedded.ngram.estimation.sources import sources_of
from autocomplete.embedded.ngram.sentences import is_word
from autocomplete.errors import ConfigError
from autocomplete.training.fit_calibration import cross_validated_errors, fitted, record

#: Words below which no model is made, and below which none is calibrated.
LEAST_WORDS, LEAST_CALIBRATED = 1_000, 20_000


class Progress(Protocol):
    """Shows how far the work is."""

    def stage(self, name: str, length: int) -> None:
        """Begin a stage of `length` steps."""

    def advance(self, n_steps: int) -> None:
        """Advance by some steps of the stage."""

    def say(self, line: str) -> None:
        """Show a line."""


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Options of training. `calibrate`: hold text out and fit on it. `licence`, `note`: for people who use the model."""

    settings: BuildSettings
    encoding: str = "utf-8"
    calibrate: bool = True
    licence: str = ""
    note: str = ""
    n_processes: int = 1


def train(paths: Sequence[Path], plan: TrainingPlan, progress: Progress) -> ArrayFile:
    """Return the model of these files and folders.

    Raises ConfigError where one is no text or cannot be read, or where there is too little text.
    """
    sources = sources_of(paths)
    progress.stage("Reading", sum(source.n_bytes for source in sources))
    corpus = read_corpus(
        sources, encoding=plan.encoding, n_processes=plan.n_processes, hold_out=plan.calibrate, on_read=progress.advance
    )
    n_words = sum(n for (form, _), n in corpus.count(corpus.stream).items() if is_word(form))
    if n_words < LEAST_WORDS:
        raise ConfigError(f"The texts hold {n_words} words; a model needs {LEAST_WORDS}, a good one millions.")
    facts: dict[str, Any] = {"sources": [source.facts for source in sources]}
    facts |= {name: text for name, text in (("licence", plan.licence), ("note", plan.note)) if text}
    if plan.calibrate and n_words >= LEAST_CALIBRATED:
        facts["tuning"] = _calibration(corpus, plan, progress)
    elif plan.calibrate:
        progress.say(f"{n_words} words are too few to calibrate the model: it needs {LEAST_CALIBRATED}")
    progress.stage("Counting all", 1)
    file = build(corpus, corpus.stream, plan.settings, facts, progress.say)
    progress.advance(1)
    return file


def check_out(out: Path, paths: Sequence[Path]) -> None:
    """Raise ConfigError where a model could not be written to `out`, or would replace one of the texts."""
    if out.is_dir():
        raise ConfigError(f"{out} is a folder: name a file for the model.")
    if not out.parent.is_dir():
        raise ConfigError(f"There is no folder {out.parent}: make it first, or name another file with --out.")
    if out.exists() and any(source.path.samefile(out) for source in sources_of(paths)):
        raise ConfigError(f"{out} is one of the texts: name another file with --out.")
    try:
        with TemporaryDirectory(dir=out.parent, prefix=f".{out.name}."):
            pass
    except OSError as exc:
        raise ConfigError(f"Cannot write to {out.parent}: {exc.strerror}. Name another folder with --out.") from exc


def write(out: Path, file: ArrayFile) -> None:
    """Write a model. Raises ConfigError where the disk refuses, which says whether an older file is still there."""
    before = _inode(out)
    try:
        save(out, file)
    except OSError as exc:
        if _inode(out) != before:
            raise ConfigError(
                f"{out} was written, but the disk may not keep it: {exc.strerror}. Check the disk, and the model with info."
            ) from exc
        raise ConfigError(
            f"Cannot write {out}: {exc.strerror}. Nothing was changed; make room or name another file with --out."
        ) from exc


def _inode(path: Path) -> int | None:
    return path.stat().st_ino if path.exists() else None


def _calibration(corpus: Corpus, plan: TrainingPlan, progress: Progress) -> dict[str, Any]:
    """Return the parameters fitted on the text held out to a model of the rest, and their calibration error."""
    progress.stage("Counting a part", 1)
    part = build(corpus, corpus.rest(), plan.settings, {})
    progress.advance(1)
    progress.stage("Calibrating", len(corpus.held_out))
    weights = FittedParameters.load(SHIPPED_PARAMETERS).weights  # they fit every language
    with TemporaryDirectory() as folder:
        path = Path(folder) / "part.ngram"
        write(path, part)
        backend = EmbeddedBackend(path, calibrated=False, parameters=FittedParameters(calibration.IDENTITY, weights))
        samples = record(backend, [section.text for section in corpus.held_out], lambda: progress.advance(1))
    line = fitted(samples.values, samples.right)
    before, after = cross_validated_errors(samples)
    parameters = FittedParameters(tuple(round(float(value), 3) for value in line), weights)
    progress.say(f"calibrated on {len(samples)} keys: error {before:.3f} before, {after:.3f} after")
    return {**asdict(parameters), "n_keys": len(samples), "error_before": round(before, 4), "error_after": round(after, 4)}
