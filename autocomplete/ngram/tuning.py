"""The few numbers that are fitted after a model is made: its calibration, and first weights of what is learned later.

Invariant: tuning that loads is complete; a file that cannot be used is a `ConfigError`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from autocomplete.errors import ConfigError
from autocomplete.ngram.calibration import N_PARAMETERS


@dataclass(frozen=True, slots=True)
class Tuning:
    """`calibration`: its parameters. `weights`: of each kind of evidence of the adaptive part, 0..1."""

    calibration: tuple[float, ...]
    weights: tuple[float, ...]

    @classmethod
    def load(cls, path: Path) -> Tuning:
        """Return what a file holds. Raises ConfigError where it cannot be used."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            calibration = tuple(map(float, found["calibration"]))
            weights = tuple(map(float, found["weights"]))
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise ConfigError(f"cannot use the tuning file {path}: {exc}; install the package again") from exc
        if len(calibration) != N_PARAMETERS or not all(0.0 <= weight <= 1.0 for weight in weights):
            raise ConfigError(f"the tuning file {path} is not of this version; install the package again")
        return cls(calibration, weights)

    def save(self, path: Path) -> None:
        """Write it; the same numbers always give the same text."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
