"""Calibrations: a correction for each regime of a model, what it changes, and where it is stored.

Invariant: a calibration is of one model, and refused for any other; it corrects, it never decides. A regime is whether anything
of the word was typed, and whether unseen mass was shared out by a prior.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from autocomplete.errors import ConfigError
from autocomplete.evaluation.word_shows import Label
from autocomplete.io.atomic_write import move_aside, write_bytes

if TYPE_CHECKING:
    from autocomplete.evaluation.calibration.calibrators import Isotonic, Platt

VERSION = 1

#: Labels below which a regime is left as it is, and from which on isotonic steps take the place of Platt's curve.
FEWEST = 100
ISOTONIC_FROM = 1000

REGIMES = ("word start", "inside a word", "word start, estimated", "inside a word, estimated")


def regime(*, start: bool, estimated: bool) -> str:
    """Return the name of a regime.

    >>> regime(start=False, estimated=True)
    'inside a word, estimated'
    """
    return REGIMES[2 * estimated + (not start)]


@dataclass(frozen=True, slots=True)
class ModelCalibration:
    """The corrections of one model, by regime. `model`: what it was fitted on; `n_labels`: to how many predictions.

    A regime without a correction is left as it is.
    """

    model: str
    corrections: dict[str, Platt | Isotonic]
    n_labels: dict[str, int]

    def map_for(self, *, start: bool, estimated: bool) -> Platt | Isotonic | None:
        """Return the correction for a state, None where there is none."""
        return self.corrections.get(regime(start=start, estimated=estimated))

    def correct(self, label: Label) -> float:
        """Return the corrected probability of a prediction."""
        correction = self.map_for(start=label.start, estimated=label.estimated)
        return label.probability if correction is None else correction.of(label.probability)

    @property
    def digest(self) -> str:
        """Four letters and digits that tell it from others, as good as always: they depend on what it corrects alone."""
        content = {name: _as_json(correction) for name, correction in sorted(self.corrections.items())}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:4]

    def save(self, folder: Path | None = None) -> Path:
        """Write it in place of an earlier one of the same model; return where. Raises ConfigError where that fails."""
        path = calibration_path(self.model, folder)
        content = {
            "version": VERSION,
            "model": self.model,
            "n_labels": self.n_labels,
            "corrections": {name: _as_json(correction) for name, correction in self.corrections.items()},
        }
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, f"{json.dumps(content, indent=1)}\n".encode())
        except OSError as exc:
            raise ConfigError(f"Cannot write {path}: {exc.strerror}.") from exc
        return path


@dataclass(frozen=True, slots=True)
class InForce:
    """Whether a calibration corrects a model's probabilities. `n_labels`: predictions it was fitted to, 0 where none is stored.

    `off`: the settings leave it out.
    """

    n_labels: int = 0
    off: bool = False

    @classmethod
    def of(cls, model: str, *, on: bool, folder: Path | None = None) -> InForce:
        """Return what is stored for a model, and whether it counts. What cannot be used is as good as nothing."""
        try:
            stored = load_calibration(model, folder)
        except ConfigError:
            return cls()
        return cls() if stored is None else cls(sum(stored.n_labels.values()), not on)

    @property
    def applied(self) -> bool:
        """Whether it corrects anything."""
        return self.n_labels > 0 and not self.off

    @property
    def brief(self) -> str:
        """Whether it corrects anything, in two words."""
        return "calibrated" if self.applied else "calibration off" if self.off else "not calibrated"

    def __str__(self) -> str:
        if self.applied:
            return f"calibrated on {self.n_labels:,} predictions"
        return "not calibrated: calibrate = false leaves the stored calibration out" if self.off else "not calibrated"


def calibration_path(model: str, folder: Path | None = None) -> Path:
    """Return where the calibration of a model lies: its name made safe, and a digest that tells apart names made alike."""
    folder = platformdirs.user_data_path("autocomplete") / "calibration" if folder is None else folder
    safe = "".join(char if char.isascii() and (char.isalnum() or char in "-.") else "_" for char in model)[:60]
    return folder / f"{safe}-{hashlib.sha256(model.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}.json"


def load_calibration(model: str, folder: Path | None = None) -> ModelCalibration | None:
    """Return what is stored for a model, None where nothing is.

    Raises ConfigError where the file is damaged, of another model or of another version: fit it again.
    """
    path = calibration_path(model, folder)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        others = content["version"] != VERSION or content["model"] != model
        corrections = {} if others else {str(name): _from_json(entry) for name, entry in content["corrections"].items()}
        counts = {str(name): int(n) for name, n in content["n_labels"].items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ConfigError) as exc:
        raise ConfigError(f"Cannot use the calibration {path}: run autocomplete calibrate, or delete it.") from exc
    if others or not set(corrections) <= set(REGIMES):
        raise ConfigError(f"The calibration {path} is of another model or version: run autocomplete calibrate.")
    return ModelCalibration(model, corrections, counts)


def usable_calibration(model: str, former: str = "", folder: Path | None = None) -> tuple[ModelCalibration | None, str]:
    """Return what is stored for a model, and one line on a file that cannot be used and was moved aside, "" without one.

    `former`: the name that the model had when servers were told apart by host alone. What was kept under it may be of another
    server of that host, so it cannot be used.
    """
    path = calibration_path(model, folder)
    try:
        found = load_calibration(model, folder)
    except ConfigError as error:
        if isinstance(error.__cause__, OSError):  # it may be sound
            return None, str(error)
        why = "is damaged, or of another model or version"
    else:
        path = calibration_path(former, folder)
        if found is not None or former in ("", model) or not path.exists():
            return found, ""
        why = "was kept without the port of its server, so it may be another's"
    try:
        aside = move_aside(path)
    except OSError:
        return None, f"The calibration {path} cannot be used, so nothing is corrected: run autocomplete calibrate."
    return None, f"The calibration of {model} {why}: it is {aside} now, and nothing is corrected. Run autocomplete calibrate."


def fit(model: str, labels: Sequence[Label], *, scale: float = 1.0) -> ModelCalibration:
    """Return the calibration of a model: Platt's curve for fewer than `ISOTONIC_FROM` labels of a regime, isotonic from there.

    Regimes with fewer than `FEWEST` labels are left as they are. `scale`: of both numbers, where `labels` are but such a part
    of those that it is about.
    """
    import numpy as np

    from autocomplete.evaluation.calibration.calibrators import fit_isotonic, fit_platt

    corrections: dict[str, Platt | Isotonic] = {}
    counts: dict[str, int] = {}
    for name in REGIMES:
        here = [label for label in labels if regime(start=label.start, estimated=label.estimated) == name]
        if len(here) >= scale * FEWEST:
            stated = np.array([label.probability for label in here])
            right = np.array([label.right for label in here])
            fitting = fit_isotonic if len(here) >= scale * ISOTONIC_FROM else fit_platt
            corrections[name], counts[name] = fitting(stated, right), len(here)
    return ModelCalibration(model, corrections, counts)


def crossfit(model: str, labels: Sequence[Label], *, block: int = 200, n_parts: int = 2, scale: float = 1.0) -> list[float]:
    """Return each label's probability as corrected by a calibration that has not seen it: honest figures "after".

    Labels in the order of writing are cut into blocks, which are dealt out to `n_parts` parts: with two, even blocks are
    corrected by what odd ones teach and the other way round; with more, each part by what all others teach. `scale`: see `fit`.
    """
    part_of = [i // block % n_parts for i in range(len(labels))]
    pairs = list(zip(part_of, labels, strict=True))
    fitted = [fit(model, [label for at, label in pairs if at != part], scale=scale) for part in range(n_parts)]
    return [fitted[at].correct(label) for at, label in pairs]


def _as_json(correction: Platt | Isotonic) -> dict[str, Any]:
    return {"kind": type(correction).__name__.lower(), **asdict(correction)}


def _from_json(entry: dict[str, Any]) -> Platt | Isotonic:
    from autocomplete.evaluation.calibration.calibrators import Isotonic, Platt

    if entry["kind"] == "platt":
        return Platt(float(entry["slope"]), float(entry["offset"]))
    if entry["kind"] == "isotonic":
        return Isotonic(tuple((float(x), float(y)) for x, y in entry["knots"]))
    raise ValueError("unknown kind of correction")
