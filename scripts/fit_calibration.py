"""Fit the numbers that go with the English model on dev texts: first weights of the adaptive part, then the calibration.

    python -m scripts.fit_calibration FILE... [--words N] [--out FILE]

Each file is one register. The calibration is also fitted on all registers but one and checked on that one; what is printed of
it is how it does on text it was not fitted on. Nothing is random: the same files and settings give the same numbers.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autocomplete.adaptive.weights import FIRST_COUNTS, N_KINDS
from autocomplete.backends.english import TUNING, EnglishBackend
from autocomplete.ngram import calibration
from autocomplete.ngram.tuning import Tuning
from autocomplete.training.fitting import fitted
from autocomplete.tuning.metrics import calibration_error
from benchmarks.alone import replay
from benchmarks.english import Embedded, perplexity
from benchmarks.texts import documents_of

Floats = npt.NDArray[np.float64]

#: What every weight is at first, and for how many words that counts.
_WEIGHT, _WORDS = 0.15, 3.0

#: How often the weights are averaged and used as the first ones again.
_ROUNDS = 3

N_TOKENS = 20


class Recorder:
    """A predictor that notes the features of every offer. It learns as the backend does, but is not calibrated."""

    def __init__(self, backend: EnglishBackend) -> None:
        self._backend = backend
        self.values: list[tuple[float, ...]] = []

    def start(self) -> None:
        """Begin a document."""
        self._backend.forget()

    def best(self, context: str, typed: str) -> tuple[str, float]:
        """Return the likeliest word and its probability as the model states it."""
        raw = typed.encode()
        self._backend.observe(context)
        tokens, _ = self._backend.ask(context, raw, N_TOKENS)
        candidate = calibration.candidate_of(tokens, raw)
        if candidate is None:
            return "", 0.0
        is_term = self._backend.is_term(tokens[candidate][0])
        self.values.append(calibration.features(tokens, candidate, raw, is_term=is_term))
        return tokens[candidate][0].decode(), tokens[candidate][1]


def record(path: Path, tuning: Tuning, n_words: int) -> tuple[Floats, Floats]:
    """Return the features of all offers in one register, and which of them were right."""
    recorder = Recorder(EnglishBackend(calibrated=False, tuning=tuning))
    replayed = replay(documents_of(path), recorder, n_words)
    return np.array(recorder.values), replayed.positions()[1].astype(np.float64)


def error_of(parameters: Sequence[float] | Floats, values: Floats, right: Floats) -> float:
    """Return the expected calibration error with these parameters."""
    found = 1.0 / (1.0 + np.exp(-values @ np.asarray(parameters)))
    return calibration_error(found, right.astype(np.bool_))


def first_weights(paths: Sequence[Path], n_words: int) -> tuple[float, ...]:
    """Return the weights that are learned in some registers, averaged by how much each was learned from."""
    weights = np.full(N_KINDS, _WEIGHT)
    for _ in range(_ROUNDS):
        total, mean = np.full(N_KINDS, _WORDS), _WORDS * weights
        for path in paths:
            tuning = Tuning(calibration.IDENTITY, tuple(weights.tolist()))
            embedded = Embedded(EnglishBackend(calibrated=False, tuning=tuning), keep_weights=True)
            perplexity(documents_of(path), embedded, n_words)
            learned, seen = embedded.backend.learned_weights() or ([], [])
            counted = np.array(seen) - FIRST_COUNTS
            total += counted
            mean += counted * np.array(learned)
        weights = mean / total
    return tuple(round(float(weight), 3) for weight in weights)


def main() -> None:
    """Fit, check and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--words", type=int, default=5000, help="words of each file")
    parser.add_argument("--out", type=Path, default=TUNING)
    arguments = parser.parse_args()
    tuning = Tuning(calibration.IDENTITY, first_weights(arguments.files, arguments.words))
    found = [record(path, tuning, arguments.words) for path in arguments.files]
    for i, path in enumerate(arguments.files):
        others = [part for j, part in enumerate(found) if j != i]
        parameters = fitted(np.concatenate([v for v, _ in others]), np.concatenate([r for _, r in others]))
        values, right = found[i]
        errors = [error_of(p, values, right) for p in (calibration.IDENTITY, parameters)]
        sys.stdout.write(
            f"{path.stem}: {len(right)} positions, ECE {errors[0]:.4f}, fitted on the others {errors[1]:.4f}\n"
        )
    parameters = fitted(np.concatenate([v for v, _ in found]), np.concatenate([r for _, r in found]))
    tuning = Tuning(tuple(round(float(parameter), 3) for parameter in parameters), tuning.weights)
    tuning.save(arguments.out)
    sys.stdout.write(f"{tuning.calibration}\n")


if __name__ == "__main__":
    main()
