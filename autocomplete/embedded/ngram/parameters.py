"""The few numbers that are fitted to a model: its calibration, and first weights of what is learned later.

They are in the model file, as its fact "tuning", or in a file beside it with the ending .json, which takes precedence.

Invariant: parameters that load are complete; a file that cannot be used is a `ConfigError`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autocomplete.embedded.ngram.calibration import IDENTITY, N_PARAMETERS
from autocomplete.errors import ConfigError


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
