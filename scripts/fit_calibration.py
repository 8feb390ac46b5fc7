"""Fit the parameters of the English model on dev texts: first weights of the adaptive part, then the calibration.

    python -m scripts.fit_calibration FILE... [--words N] [--out FILE]

Each file is one register. The calibration is also fitted on all registers but one and measured on that one: the printed errors
are on text that it was not fitted on. Nothing is random: the same files and settings give the same numbers.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autocomplete.backends.embedded import SHIPPED_PARAMETERS, EmbeddedBackend
from autocomplete.embedded.adaptive.weights import FIRST_COUNTS, N_KINDS
from autocomplete.embedded.ngram import calibration
from autocomplete.embedded.ngram.calibration import FittedParameters
from autocomplete.embedded.ngram.sentences import straight
from autocomplete.evaluation.replay.texts import read_documents
from autocomplete.training import fit_calibration
from autocomplete.training.fit_calibration import CalibrationSamples, error_of, fitted
from benchmarks.embedded.english import Embedded, perplexity
from benchmarks.support.texts import documents_of

Floats = npt.NDArray[np.float64]

#: What every weight is at first, and for how many words that counts.
_WEIGHT, _WORDS = 0.15, 3.0

#: How often the weights are averaged and used as the first ones again.
_ROUNDS = 3


def record(path: Path, parameters: FittedParameters, n_words: int) -> CalibrationSamples:
    """Return what is offered while the first words of a register are typed."""
    documents = read_documents([path], n_words=n_words, by_blank_lines=True).documents
    backend = EmbeddedBackend(calibrated=False, parameters=parameters)
    return fit_calibration.record(backend, [straight(document.text) for document in documents])


def first_weights(paths: Sequence[Path], n_words: int) -> tuple[float, ...]:
    """Return the weights that are learned in some registers, averaged by how much each was learned from."""
    weights = np.full(N_KINDS, _WEIGHT)
    for _ in range(_ROUNDS):
        total, mean = np.full(N_KINDS, _WORDS), _WORDS * weights
        for path in paths:
            parameters = FittedParameters(calibration.IDENTITY, tuple(weights.tolist()))
            embedded = Embedded(EmbeddedBackend(calibrated=False, parameters=parameters), keep_weights=True)
            perplexity(documents_of(path), embedded, n_words)
            learned, seen = embedded.backend.learned_weights() or ([], [])
            counted = np.array(seen) - FIRST_COUNTS
            total += counted
            mean += counted * np.array(learned)
        weights = mean / total
    return tuple(round(float(weight), 3) for weight in weights)


def fitted_on(registers: Sequence[CalibrationSamples]) -> Floats:
    """Return the parameters fitted on some registers together."""
    return fitted(np.concatenate([part.values for part in registers]), np.concatenate([part.right for part in registers]))


def figures(names: Sequence[str], samples: Sequence[CalibrationSamples]) -> Iterator[str]:
    """Yield a line for each register: its calibration error as stated, and as fitted on the others, if there are any."""
    for i, (name, register) in enumerate(zip(names, samples, strict=True)):
        line = f"{name}: {len(register)} positions, ECE {error_of(calibration.IDENTITY, register):.4f}"
        if others := [*samples[:i], *samples[i + 1 :]]:
            line += f", fitted on the others {error_of(fitted_on(others), register):.4f}"
        yield line


def main() -> None:
    """Fit the parameters, print their errors and write them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--words", type=int, default=5000, help="words of each file")
    parser.add_argument("--out", type=Path, default=SHIPPED_PARAMETERS)
    arguments = parser.parse_args()
    weights = first_weights(arguments.files, arguments.words)
    uncalibrated = FittedParameters(calibration.IDENTITY, weights)
    samples = [record(path, uncalibrated, arguments.words) for path in arguments.files]
    for line in figures([path.stem for path in arguments.files], samples):
        sys.stdout.write(f"{line}\n")
    parameters = FittedParameters(tuple(round(float(value), 3) for value in fitted_on(samples)), weights)
    parameters.save(arguments.out)
    sys.stdout.write(f"{parameters.calibration}\n")


if __name__ == "__main__":
    main()
