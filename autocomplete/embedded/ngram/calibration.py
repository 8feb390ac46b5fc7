"""From the probability that the model states for the likeliest word to the share of times that it is right.

An answer passes through one chain, on the log-odds of that word:

    stated       what the model says                                          `log_odds`
    calibrated   by a line that was fitted to the model beforehand            `features`, `calibrated_log_odds`
    corrected    by a line that is learned while the text is written          `adaptive.online_calibration`
    answered     instead of what was stated, all else sharing what is left    `with_probability`

The slope and the intercept of the fitted line (Platt 1999) depend on how much of the word is typed: nothing, only the space
before it, or n letters. Where what is typed is itself a word, its probability counts too: the candidate would go on with it.
A person's own words, of which little is known, have a line further down. What `core.gate` and `evaluation.calibration` correct
later is another probability: that of a whole word, found by a search over answers of any model.

The parameters of the line, with the first weights of what is learned later, are in the model file, as its fact "tuning", or in
a file beside it with the ending .json, which takes precedence.

Invariant: what summed to 1 still does, in the proportions that it had, and the order of the tokens is unchanged. Parameters
that load are complete; a file that cannot be used is a `ConfigError`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autocomplete.embedded.ngram.sentences import is_word
from autocomplete.errors import ConfigError

Tokens = Sequence[tuple[bytes, float]]

#: From this many typed letters on the line is the same.
MOST_LETTERS = 5

#: How many parameters a line has, and those that leave every probability as it is.
N_PARAMETERS = 11
IDENTITY = (0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0)

#: Probabilities stay this far from 0 and 1 when their odds are taken.
_MARGIN = 1e-6

#: Where the order allows no more, two tokens are made equal but for this share.
_APART = 1e-6


def log_odds(probability: float) -> float:
    """Return the natural log-odds of a probability, finite at 0 and 1 too."""
    clipped = min(1.0 - _MARGIN, max(_MARGIN, probability))
    return math.log(clipped / (1.0 - clipped))


def probability_of(log_odds: float) -> float:
    """Return the probability that has these log-odds."""
    return 1.0 / (1.0 + math.exp(-min(30.0, max(-30.0, log_odds))))


def candidate_of(tokens: Tokens, typed: bytes) -> int | None:
    """Return the index of the likeliest word that goes on after what is typed, None if there is none.

    >>> candidate_of([(b",", 0.5), (b" to", 0.3), (b" too", 0.1)], b""), candidate_of([(b" to", 0.9), (b" too", 0.1)], b" to")
    (1, 1)
    """
    for i, (token, _) in enumerate(tokens):
        if len(token) > len(typed) and (word := token.strip()) and is_word(word.decode(errors="replace")):
            return i
    return None


def features(tokens: Tokens, candidate: int, typed: bytes, *, is_term: bool = False) -> tuple[float, ...]:
    """Return what the parameters are multiplied by. `is_term`: the candidate is a word of the person's own.

    >>> features([(b" to", 0.5), (b" too", 0.5)], 1, b" to")
    (0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    """
    stated, term = log_odds(tokens[candidate][1]), float(is_term)
    if not typed:
        return (1.0, stated, *[0.0] * 8, term)
    n_letters = len(typed.decode(errors="replace").lstrip())
    if not n_letters:
        return (0.0, 0.0, 1.0, stated, *[0.0] * 6, term)
    n = float(min(n_letters, MOST_LETTERS) - 1)
    itself = next((p for token, p in tokens if token == typed), None)
    finished = (0.0, 0.0) if itself is None else (1.0, log_odds(itself))
    return (0.0, 0.0, 0.0, 0.0, 1.0, n, stated, n * stated, *finished, term)


def calibrated_log_odds(parameters: Sequence[float], values: Sequence[float]) -> float:
    """Return the log-odds of being right. `values`: of `features`."""
    return sum(parameter * value for parameter, value in zip(parameters, values, strict=True))


def with_probability(
    tokens: Tokens, residual: float, candidate: int, probability: float
) -> tuple[list[tuple[bytes, float]], float]:
    """Return the tokens and the residual with the candidate's probability replaced, as far as the order allows.

    >>> tokens, residual = with_probability([(b" a", 0.6), (b" b", 0.3)], 0.1, 0, 0.2)
    >>> [(token, round(p, 3)) for token, p in tokens], round(residual, 3)
    ([(b' a', 0.429), (b' b', 0.429)], 0.143)
    """
    rest = 1.0 - tokens[candidate][1]
    if rest <= 0.0:
        return list(tokens), residual
    if candidate + 1 < len(tokens):
        probability = max(probability, _equal(tokens[candidate + 1][1], rest) * (1.0 + _APART))
    if candidate > 0:
        probability = min(probability, _equal(tokens[candidate - 1][1], rest) * (1.0 - _APART))
    scale = (1.0 - probability) / rest
    result = [(token, p * scale) for token, p in tokens]
    result[candidate] = tokens[candidate][0], probability
    return result, residual * scale


def _equal(other: float, rest: float) -> float:
    """Return the probability that the candidate and another would share, if all but the candidate had `rest`."""
    return other / (rest + other)


@dataclass(frozen=True, slots=True)
class FittedParameters:
    """`calibration`: the parameters of its line. `weights`: of each kind of n-gram of the adaptive part, 0..1."""

    calibration: tuple[float, ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, model: Path, facts: Mapping[str, Any], standard: FittedParameters) -> FittedParameters:
        """Return the parameters of a model file that holds these facts; without calibration where none was fitted to it.

        `standard`: has the weights that are used then, as many as there must be. Raises ConfigError where the parameters cannot
        be used.
        """
        beside = model.with_suffix(".json")
        if beside.exists():
            parameters = cls.load(beside)
        else:
            parameters = cls._read(facts["tuning"], model) if "tuning" in facts else cls(IDENTITY, standard.weights)
        if len(parameters.weights) != len(standard.weights):
            raise ConfigError(f"The tuning of {model} is not of this version: build the model again.")
        return parameters

    @classmethod
    def load(cls, path: Path) -> FittedParameters:
        """Return the parameters in a file. Raises ConfigError where it cannot be used."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as exc:
            raise ConfigError(f"Cannot use the tuning file {path}: {exc}. Build or install the model again.") from exc
        return cls._read(values, path)

    @classmethod
    def _read(cls, values: Any, path: Path) -> FittedParameters:
        try:
            calibration = tuple(map(float, values["calibration"]))
            weights = tuple(map(float, values["weights"]))
        except (ValueError, KeyError, TypeError, OverflowError) as exc:
            raise ConfigError(f"Cannot use the tuning in {path}: {exc}. Build or install the model again.") from exc
        is_line = len(calibration) == N_PARAMETERS and all(map(math.isfinite, calibration))
        if not (is_line and all(0.0 <= weight <= 1.0 for weight in weights)):
            raise ConfigError(f"The tuning in {path} is not of this version: build or install the model again.")
        return cls(calibration, weights)

    def save(self, path: Path) -> None:
        """Write the file; the same numbers always give the same text."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
