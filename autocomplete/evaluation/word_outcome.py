"""What came of suggestions, word by word: the values that are stored, and how they lie in a row.

Invariant: numbers only. A row holds neither text nor anything of the text but how long its words are; the day, not the time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

from autocomplete.core.backend import Capabilities
from autocomplete.core.distribution import Usage
from autocomplete.core.gate import Calibration
from autocomplete.evaluation.word_shows import Label, Show

_SHOW = struct.Struct("<HHB")

#: Marks a show that is unsettled, and the most letters saved that find room beside the marks.
_UNSETTLED, _MOST_SAVED = 0x80, 63

_LABEL = struct.Struct("<HB")

#: Steps of a stored probability: finer than any cutoff.
_STEPS = 65_535


@dataclass(frozen=True, slots=True)
class PredictionSource:
    """What made the predictions: the model, with the program's version if it is our own, where it runs, and the mode.

    `place`: "this machine", or the address of a server with port and path: another port is another model.
    """

    model: str
    place: str = ""
    mode: str = "certified"

    @classmethod
    def of(
        cls, model: str, capabilities: Capabilities, mode: str = "certified", calibration: Calibration | None = None
    ) -> PredictionSource:
        """Return the source that an engine is: its `model`, `capabilities`, `mode` and `calibration`.

        What was written under another calibration is of another source: a cutoff means something else there.
        """
        if capabilities.local:
            from importlib.metadata import version

            model = f"{model} {version('autocomplete')}"
        if calibration is not None:
            mode = f"{mode}, calibrated {getattr(calibration, 'digest', 'otherwise')}"
        return cls(model, capabilities.address or capabilities.where, mode)

    @property
    def key(self) -> str:
        """What distinguishes the model from every other, whatever the mode: a calibration is of one key."""
        return f"{self.model} at {self.place}"


@dataclass(frozen=True, slots=True)
class WordOutcome:
    """One finished word. `session`: a random number for one document in one run, so that neighbours are recognized.

    `n_chars`: characters of the word and the space before it; `keys`: keys that were pressed for them, accepting among them;
    one that reaches into the next word counts for this. `n_shown`, `n_right`: distinct shows that passed the cutoff, and those
    that were typed; they were on the screen unless `hidden` says that they were kept back at random. `requests` and `usage` are
    what was asked for it. `shows`, `labels`: what any cutoff would have shown; `unsettled`: what some may have shown besides,
    of which nobody can know; see `shadow`.
    """

    source: PredictionSource
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
    unsettled: tuple[Show, ...] = ()


def pack_shows(shows: Iterable[Show], unsettled: Iterable[Show] = ()) -> bytes:
    """Return shows as bytes, five for each. Probabilities keep four digits.

    >>> unpack_shows(pack_shows([Show(0.0, 1.0, True, 4)], [Show(0.0, 0.0, False, 0)]))
    ((Show(low=0.0, high=1.0, right=True, saved=4),), (Show(low=0.0, high=0.0, right=False, saved=0),))
    """
    marked = [*((show, 0) for show in shows), *((show, _UNSETTLED) for show in unsettled)]
    return b"".join(
        _SHOW.pack(_steps(show.low), _steps(show.high), mark | min(_MOST_SAVED, show.saved) << 1 | show.right)
        for show, mark in marked
    )


def unpack_shows(data: bytes) -> tuple[tuple[Show, ...], tuple[Show, ...]]:
    """Return the shows that `pack_shows` packed, and the unsettled ones. Raises ValueError where the bytes are none."""
    found: tuple[list[Show], list[Show]] = [], []
    for low, high, flags in _rows(_SHOW, data):
        show = Show(low / _STEPS, high / _STEPS, bool(flags & 1), flags >> 1 & _MOST_SAVED)
        found[bool(flags & _UNSETTLED)].append(show)
    return tuple(found[0]), tuple(found[1])


def pack_labels(labels: Iterable[Label]) -> bytes:
    """Return labels as bytes, three for each."""
    return b"".join(
        _LABEL.pack(_steps(label.probability), label.right | label.start << 1 | label.estimated << 2) for label in labels
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
