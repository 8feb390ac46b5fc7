"""The description of a model file, for people.

Invariant: the file was checked as for use; facts of a wrong kind are left out, never shown in part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autocomplete.embedded.array_file import VERSION, ArrayFile
from autocomplete.embedded.ngram.validation import load_model
from autocomplete.embedded.ngram.vocabulary import FIRST_MARK, FIRST_NUMBER

#: How the model was made: facts, and the names of the options of `autocomplete train`.
_SETTINGS = {"order": "order", "n_units": "vocabulary", "least_count": "min_count", "least_loss": "prune"}


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A text that a model was made from."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The contents of a model file. `n_bytes`: on disk; `ngrams[n - 1]`: how many n-grams of order n it has.

    `n_units_read`: words, numbers, marks and ends of sentences that were counted; None where the file does not say.
    """

    path: Path
    n_bytes: int
    version: int
    n_words: int
    n_marks: int
    ngrams: tuple[int, ...]
    n_units_read: int | None
    settings: Mapping[str, int | float]
    licence: str
    note: str
    sources: tuple[ModelSource, ...]
    turkic: bool
    calibration: Mapping[str, float] | None


def summarise(path: Path) -> tuple[Summary, ArrayFile]:
    """Return the summary of a model file, and its contents. Raises ConfigError where it is none."""
    file = load_model(path)
    facts, arrays = file.facts, file.arrays
    order, first_word = int(facts["order"]), int(facts["first_word"])
    n_units, n_units_read = len(arrays["unigrams"]), facts.get("n_units_read")
    summary = Summary(
        path=path,
        n_bytes=path.stat().st_size,
        version=VERSION,
        n_words=n_units - first_word,
        n_marks=first_word - FIRST_MARK,
        ngrams=(n_units - FIRST_NUMBER, *(len(arrays[f"codes{n}"]) for n in range(2, order + 1))),
        n_units_read=n_units_read if type(n_units_read) is int and n_units_read >= 0 else None,
        settings={name: facts[key] for key, name in _SETTINGS.items() if isinstance(facts.get(key), (int, float))},
        licence=_text(facts.get("licence")),
        note=_text(facts.get("note")),
        sources=tuple(_sources(facts.get("sources"))),
        turkic="casing" in facts,
        calibration=_calibration(facts.get("tuning")),
    )
    return summary, file


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _sources(value: Any) -> Iterator[ModelSource]:
    for item in value if isinstance(value, list) else []:
        if isinstance(item, dict) and (name := _text(item.get("name"))) and (digest := _text(item.get("sha256"))):
            yield ModelSource(name, digest)


def _calibration(value: Any) -> dict[str, float] | None:
    """Return how well the model is calibrated; None where it is not."""
    if not isinstance(value, dict):
        return None
    names = ("n_keys", "error_before", "error_after")
    return {name: value[name] for name in names if isinstance(value.get(name), (int, float))}
