"""Checks that the contents of a file make a model: every number by which something is found or allocated.

Invariant: contents that pass neither crash what uses them nor make it allocate more than a few times the size of the file. The
checks cost a few milliseconds; none of them reads the text of a fact that it does not need.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.array_file import ArrayFile, damaged, load
from autocomplete.embedded.ngram.casing import TURKIC
from autocomplete.embedded.ngram.model import HIGHEST_ORDER
from autocomplete.embedded.ngram.unknown_words import N_SYMBOLS
from autocomplete.embedded.ngram.vocabulary import FIRST_MARK, LARGEST, SPECIALS
from autocomplete.errors import ConfigError

#: The kind that a model file states; the first ones stated none.
KIND = "ngram"

#: How far the sum of the unigrams may be from 1.
_TOLERANCE = 0.01

#: The bits of a float16 that is infinite; those of finite ones that are not negative are fewer.
_INFINITE = 0x7C00

#: Number of codes of one byte.
_N_CODES = 256

_TYPES = {
    "forms": "u1",
    "keeps_capital": "u1",
    "letters": "u1",
    "letters_codebook": "f4",
    "lower": "u2",
    "capital": "u2",
    "glue": "f4",
    "frequencies": "f4",
    "unigrams": "f4",
}
_TYPES_OF_ORDER = {"counts": "u2", "backoffs": "f2", "successors": "u2", "codes": "u1", "codebook": "f4"}

Arrays = Mapping[str, npt.NDArray[Any]]


def load_model(path: Path) -> ArrayFile:
    """Return the contents of a model file, checked. Raises ConfigError where it is none, or damaged."""
    file = load(path)
    kind = file.facts.get("kind", KIND)
    if kind != KIND:
        raise ConfigError(f"{path} holds another part of a model ({str(kind)[:40]!r}): give the path of its .ngram file.")
    try:
        check(file)
    except (KeyError, TypeError, ValueError, OverflowError) as exc:
        raise damaged(path) from exc
    return file


def check(file: ArrayFile) -> None:
    """Raise ValueError, or what a wrong type or a missing name raises, where the contents cannot be used as a model."""
    facts, arrays = file.facts, file.arrays
    order = _whole(facts["order"], 2, HIGHEST_ORDER)
    _need(_share(facts["unknown_title"]) + _share(facts["unknown_upper"]) <= 1.0 and facts.get("casing", TURKIC) == TURKIC)
    for name, dtype in _TYPES.items():
        _need(arrays[name].dtype == np.dtype(dtype))
    forms = _check_forms(arrays["forms"], facts["first_word"])
    _check_words(arrays, forms, int(facts["first_word"]))
    n_lower = len(forms)
    for n in range(2, order + 1):
        n_lower = _check_order(arrays, n, len(forms), n_lower)


def _check_forms(raw: npt.NDArray[np.uint8], first_word: object) -> list[bytes]:
    """Check the vocabulary and return it."""
    _need(int(np.count_nonzero(raw == 0)) < LARGEST)
    data = raw.tobytes()
    data.decode()
    forms = data.split(b"\0")
    first = _whole(first_word, FIRST_MARK, len(forms))
    _need(tuple(form.decode() for form in forms[:FIRST_MARK]) == SPECIALS and b"" not in forms)
    for part in (forms[FIRST_MARK:first], forms[first:]):
        _need(all(map(operator.lt, part, part[1:])))
    return forms


def _check_words(arrays: Arrays, forms: list[bytes], first_word: int) -> None:
    lower, capital, n_units = arrays["lower"], arrays["capital"], len(forms)
    _need(len(lower) == len(capital))
    if len(lower):
        _need(first_word <= int(capital.min()) and int(capital.max()) < n_units)
        _need(first_word <= int(lower.min()) and int(lower.max()) < n_units and forms[int(lower.min())] >= b"a")
    _need(len(arrays["keeps_capital"]) == (n_units + 7) // 8)
    _need(len(arrays["glue"]) == first_word and len(arrays["letters"]) == N_SYMBOLS**3)
    _need(_is_within(arrays["glue"], 0.0, 1.0))
    _need(len(arrays["letters_codebook"]) == _N_CODES and _is_within(arrays["letters_codebook"], 1e-30, 1.01))
    for name in ("unigrams", "frequencies"):
        values = arrays[name]
        _need(len(values) == n_units and _is_within(values, 0.0, 1.0))
        _need(abs(float(values.sum(dtype=np.float64)) - 1.0) <= _TOLERANCE)


def _check_order(arrays: Arrays, order: int, n_units: int, n_lower: int) -> int:
    """Check the n-grams of one order, `n_lower` being those of the order below, and return how many there are."""
    named = {name: arrays[f"{name}{order}"] for name in ("gaps", *_TYPES_OF_ORDER)}
    _need(named["gaps"].dtype in (np.dtype("u2"), np.dtype("u4")))
    for name, dtype in _TYPES_OF_ORDER.items():
        _need(named[name].dtype == np.dtype(dtype))
    gaps, counts, successors = (named[name] for name in ("gaps", "counts", "successors"))
    _need(len(gaps) == len(counts) == len(named["backoffs"]) and len(successors) == len(named["codes"]))
    _need(int(counts.sum(dtype=np.uint64)) == len(successors) and len(named["codebook"]) == _N_CODES)
    _need(_is_within(named["codebook"], 0.0, 1.01))
    if len(gaps):
        _need(int(named["backoffs"].view(np.uint16).max()) < _INFINITE)
        _need(int(gaps.sum(dtype=np.uint64)) < n_lower and bool((gaps[1:] > 0).all()) and bool((counts > 0).all()))
    _need(not len(successors) or int(successors.max()) < n_units)
    return len(successors)


def _is_within(values: npt.NDArray[Any], low: float, high: float) -> bool:
    """Return whether all values are finite and from `low` to `high`."""
    return not len(values) or (float(values.min()) >= low and float(values.max()) <= high)  # false for NaN


def _whole(value: Any, low: int, high: int) -> int:
    _need(type(value) is int and low <= value <= high)
    return int(value)


def _share(value: Any) -> float:
    _need(type(value) in (int, float) and 0.0 <= value <= 1.0)
    return float(value)


def _need(holds: bool) -> None:
    if not holds:
        raise ValueError("the contents do not fit together")
