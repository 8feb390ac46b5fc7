"""The calibration of a model, fitted on text that it was not made from.

The text is typed key by key; at each key the likeliest word is recorded, with whether it was right. Where a word is typed whole
and nobody knows yet that it is over, what would go on with it is recorded too: it cannot be right. A logistic regression on the
features of `ngram.calibration` turns what the model states into the share of times that it is right.

Invariant: nothing is random; the same model and texts give the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autocomplete.backends.embedded import EmbeddedBackend
from autocomplete.core.boundaries import pieces
from autocomplete.core.root import context_start
from autocomplete.embedded.ngram import calibration
from autocomplete.embedded.ngram.sentences import is_word

Floats = npt.NDArray[np.float64]

#: Strength of the pull towards leaving every probability as it is, in samples.
_RIDGE = 1.0

#: A step no longer than this ends the search.
_LEAST_STEP = 1e-6

#: Bins of equal mass in which stated probabilities are compared with the share that was right.
_N_BINS = 15

#: How many tokens are asked for at each key.
_N_TOKENS = 20


@dataclass(frozen=True, slots=True)
class CalibrationSamples:
    """The offers at the keys of some texts, a row for each: the features, whether it was right, and in which text."""

    values: Floats
    right: Floats
    text: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.right)

    def of(self, rows: npt.NDArray[np.bool_]) -> CalibrationSamples:
        """Return some of the rows."""
        return CalibrationSamples(self.values[rows], self.right[rows], self.text[rows])


def record(backend: EmbeddedBackend, texts: Sequence[str], typed: Callable[[], None] = lambda: None) -> CalibrationSamples:
    """Return what an uncalibrated backend offers while these texts are typed; each is a document of its own.

    `typed` is called after each text.
    """
    values: list[tuple[float, ...]] = []
    right: list[float] = []
    numbers: list[int] = []
    for number, text in enumerate(texts):
        backend.forget()
        for start, whole in typed_units(text):
            context = text[context_start(start) : start]
            backend.observe(context)
            target = whole.encode()
            for n in range(len(whole) + is_word(whole.removeprefix(" "))):
                raw = whole[:n].encode()
                tokens, _ = backend.ask(context, raw, _N_TOKENS)
                candidate = calibration.candidate_of(tokens, raw)
                if candidate is None:
                    continue
                token = tokens[candidate][0]
                values.append(calibration.features(tokens, candidate, raw, is_term=backend.is_term(token)))
                right.append(float(token == target))
                numbers.append(number)
        typed()
    shaped = np.array(values, dtype=np.float64).reshape(-1, calibration.N_PARAMETERS)
    return CalibrationSamples(shaped, np.array(right), np.array(numbers, dtype=np.int64))


def typed_units(text: str) -> Iterator[tuple[int, str]]:
    r"""Yield the words, marks and line breaks of a text, the space before them included, with their offsets.

    >>> list(typed_units("We are,\nnow"))
    [(0, 'We'), (2, ' are'), (6, ','), (7, '\n'), (8, 'now')]
    """
    at = 0
    for piece in pieces(text):
        start = text.index(piece, at)
        if (newline := text.find("\n", at, start)) >= 0:
            yield newline, "\n"
        space = start > 0 and text[start - 1] == " "
        yield start - space, text[start - space : start] + piece
        at = start + len(piece)


def fitted(values: Floats, right: Floats) -> Floats:
    """Return the likeliest parameters: logistic regression by Newton's method, pulled slightly to the identity.

    A step that makes things worse is halved until it does not.
    """
    identity = np.array(calibration.IDENTITY)
    parameters = identity
    loss = _loss(parameters, values, right)
    for _ in range(30):
        stated = _logistic(values @ parameters)
        slope = values.T @ (stated - right) + _RIDGE * (parameters - identity)
        curve = (values * (stated * (1.0 - stated))[:, None]).T @ values + _RIDGE * np.eye(len(parameters))
        step = np.linalg.solve(curve, slope)
        while (after := _loss(parameters - step, values, right)) > loss and np.abs(step).max() > _LEAST_STEP:
            step /= 2.0
        if after >= loss:
            break
        parameters, loss = parameters - step, after
    return parameters


def _loss(parameters: Floats, values: Floats, right: Floats) -> float:
    stated = values @ parameters
    ridge = 0.5 * _RIDGE * float(((parameters - np.array(calibration.IDENTITY)) ** 2).sum())
    return float((np.logaddexp(0.0, stated) - right * stated).sum()) + ridge


def error_of(parameters: Sequence[float] | Floats, samples: CalibrationSamples) -> float:
    """Return the expected calibration error with these parameters, in bins of equal mass, 0..1."""
    stated = _logistic(samples.values @ np.asarray(parameters))
    order = np.argsort(stated, kind="stable")
    bins = np.array_split(stated[order] - samples.right[order], _N_BINS)
    return float(sum(abs(part.sum()) for part in bins)) / max(1, len(stated))


def cross_validated_errors(samples: CalibrationSamples) -> tuple[float, float]:
    """Return the calibration error before fitting, and after: fitted on each half of the texts, measured on the other."""
    second = samples.text % 2 == 1
    halves = samples.of(second), samples.of(~second)
    if not all(map(len, halves)):
        return (error_of(calibration.IDENTITY, samples),) * 2
    errors = [error_of(fitted(a.values, a.right), b) for a, b in (halves, halves[::-1])]
    return error_of(calibration.IDENTITY, samples), sum(errors) / 2


def _logistic(log_odds: Floats) -> Floats:
    return np.reciprocal(1.0 + np.exp(-np.clip(log_odds, -30.0, 30.0)))
