"""A model from text files, calibrated: the one road of `autocomplete train` and of the shipped English model.

A tenth of the text at most is kept back; a first model of the rest is typed against it, which gives the calibration; then
all of the text is counted.

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
from autocomplete.embedded.ngram.estimation.build import BuildSettings, contents
from autocomplete.embedded.ngram.estimation.corpus import Corpus, read_corpus
from autocomplete.embedded.ngram.estimation.sources import TextFile, sources_of
from autocomplete.embedded.ngram.parameters import FittedParameters
from autocomplete.embedded.ngram.sentences import is_word
from autocomplete.errors import ConfigError
from autocomplete.training.fit_calibration import cross_validated_errors, fitted, record

#: Words below which no model is made, and below which none is calibrated.
LEAST_WORDS, LEAST_CALIBRATED = 1_000, 20_000


class Progress(Protocol):
    """What is told how far the work is."""

    def stage(self, name: str, length: int) -> None:
        """Begin a stage of some length, in steps."""

    def advance(self, n_steps: int) -> None:
        """Take some steps of the stage."""

    def say(self, line: str) -> None:
        """Tell something worth knowing."""


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What is to be made. `calibrate`: keep text back and fit on it; `licence`, `note`: for who uses the model."""

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
        sources,
        encoding=plan.encoding,
        n_processes=plan.n_processes,
        hold_out=plan.calibrate,
        on_read=progress.advance,
    )
    n_words = sum(n for (form, _), n in corpus.count(corpus.stream).items() if is_word(form))
    if n_words < LEAST_WORDS:
        raise ConfigError(f"The texts hold {n_words} words; a model needs {LEAST_WORDS}, a good one millions.")
    facts = _facts(sources, plan)
    if plan.calibrate and n_words >= LEAST_CALIBRATED:
        facts["tuning"] = _calibration(corpus, plan, progress)
    elif plan.calibrate:
        progress.say(f"{n_words} words are too few to calibrate the model: it needs {LEAST_CALIBRATED}")
    progress.stage("Counting all", 1)
    stored = contents(corpus, corpus.stream, plan.settings, facts, progress.say)
    progress.advance(1)
    return stored


def check_out(out: Path, paths: Sequence[Path]) -> None:
    """Raise ConfigError where a model could not be written to `out`, or would take the place of one of the texts."""
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


def write(out: Path, stored: ArrayFile) -> None:
    """Write a model. Raises ConfigError where the disk refuses; what was there before is there still then."""
    try:
        save(out, stored)
    except OSError as exc:
        raise ConfigError(
            f"Cannot write {out}: {exc.strerror}. Nothing was changed; make room or name another file with --out."
        ) from exc


def _facts(sources: Sequence[TextFile], plan: TrainingPlan) -> dict[str, Any]:
    facts: dict[str, Any] = {"sources": [{"name": source.name, "sha256": source.sha256} for source in sources]}
    facts |= {name: text for name, text in (("licence", plan.licence), ("note", plan.note)) if text}
    return facts


def _calibration(corpus: Corpus, plan: TrainingPlan, progress: Progress) -> dict[str, Any]:
    """Return the tuning of a model of the rest of the text, fitted on what was kept back, and how good it is."""
    progress.stage("Counting a part", 1)
    part = contents(corpus, corpus.rest(), plan.settings, {})
    progress.advance(1)
    progress.stage("Calibrating", len(corpus.held_out))
    weights = FittedParameters.load(SHIPPED_PARAMETERS).weights  # of kinds of evidence, which no language owns
    with TemporaryDirectory() as folder:
        write(Path(folder) / "part.ngram", part)
        backend = EmbeddedBackend(
            Path(folder) / "part.ngram", calibrated=False, parameters=FittedParameters(calibration.IDENTITY, weights)
        )
        offers = record(backend, [section.text for section in corpus.held_out], lambda: progress.advance(1))
    parameters = fitted(offers.values, offers.right)
    before, after = cross_validated_errors(offers)
    tuning = FittedParameters(tuple(round(float(value), 3) for value in parameters), weights)
    progress.say(f"calibrated on {len(offers)} keys: error {before:.3f} before, {after:.3f} after")
    return {
        **asdict(tuning),
        "n_keys": len(offers),
        "error_before": round(before, 4),
        "error_after": round(after, 4),
    }
