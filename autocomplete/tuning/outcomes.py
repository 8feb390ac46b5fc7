"""What came of suggestions, word by word: the values that are stored, and how they lie in a row.

Invariant: numbers only. A row holds neither text nor anything of the text but how long its words are; the day, not the time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

from autocomplete.backends import Capabilities
from autocomplete.distribution import Usage
from autocomplete.tuning.shadow import Label, Show

_SHOW = struct.Struct("<HHB")
_LABEL = struct.Struct("<HB")

#: Steps of a stored probability: finer than any cutoff.
_STEPS = 65_535


@dataclass(frozen=True, slots=True)
class Source:
    """What made the predictions: the model, with the program's version if it is our own, where it runs, and the mode."""

    model: str
    place: str = ""
    mode: str = "certified"

    @classmethod
    def of(cls, model: str, capabilities: Capabilities, mode: str = "certified") -> Source:
        """Return the source that an engine is: its `model`, `capabilities` and `mode`."""
        if capabilities.local:
            from importlib.metadata import version

            model = f"{model} {version('autocomplete')}"
        return cls(model, capabilities.where, mode)

    @property
    def key(self) -> str:
        """What tells the model from every other, whatever the mode: a calibration is of one key."""
        return f"{self.model} at {self.place}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One finished word. `session`: a random number for one document in one run, so that neighbours can be told.

    `n_chars`: characters of the word and the space before it; `keys`: keys that were pressed for them, accepting among them.
    `n_shown`, `n_right`: distinct shows that passed the cutoff, and those that were typed; they were on the screen unless
    `hidden` says that they were kept back at random. `requests` and `usage` are what was asked for it. `shows`, `labels`: what
    any cutoff would have shown.
    """

    source: Source
    day: int
    session: int
    n_chars: int
    keys: int
    n_shown: int = 0
    n_right: int = 0
    hidden: bool = False
    requests: int = 0
    usage: Usage = field(default=Usage())
    shows: tuple[Show, ...] = ()
    labels: tuple[Label, ...] = ()


def pack_shows(shows: Iterable[Show]) -> bytes:
    """Return shows as bytes, five for each. Probabilities keep four digits.

    >>> unpack_shows(pack_shows([Show(0.0, 1.0, True, 4)]))
    (Show(above=0.0, upto=1.0, right=True, saved=4),)
    """
    return b"".join(
        _SHOW.pack(_steps(show.above), _steps(show.upto), min(127, show.saved) << 1 | show.right) for show in shows
    )


def unpack_shows(data: bytes) -> tuple[Show, ...]:
    """Return the shows that `pack_shows` packed. Raises ValueError where the bytes are no such thing."""
    return tuple(
        Show(above / _STEPS, upto / _STEPS, bool(flags & 1), flags >> 1) for above, upto, flags in _rows(_SHOW, data)
    )


def pack_labels(labels: Iterable[Label]) -> bytes:
    """Return labels as bytes, three for each."""
    return b"".join(
        _LABEL.pack(_steps(label.probability), label.right | label.start << 1 | label.estimated << 2)
        for label in labels
    )


def unpack_labels(data: bytes) -> tuple[Label, ...]:
    """Return the labels that `pack_labels` packed. Raises ValueError where the bytes are no such thing."""
    return tuple(
        Label(steps / _STEPS, bool(flags & 1), bool(flags & 2), bool(flags & 4)) for steps, flags in _rows(_LABEL, data)
    )


def _steps(probability: float) -> int:
    return round(min(1.0, max(0.0, probability)) * _STEPS)


def _rows(form: struct.Struct, data: bytes) -> Iterable[tuple[int, ...]]:
    if len(data) % form.size:
        raise ValueError("a row of the store is damaged")
    return form.iter_unpack(data)
