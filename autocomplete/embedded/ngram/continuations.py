"""All tokens that may follow a position, in groups with the mass of each, and the likeliest of them as bytes.

Invariant: the likeliest tokens are found exactly; only those that are listed are spelled.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from operator import neg
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.ngram.model import Probabilities
from autocomplete.embedded.ngram.sentences import straight

#: The byte from which on a word goes on with a letter.
_FIRST_LETTER = b"A"

#: How many words of a kind are listed at least: the calibration of the likeliest needs those beside it.
_LIKELIEST = 3


#: In how many groups values are dealt out, one after the other: few values, and many, which are so many or more.
_GROUPS, _MANY_GROUPS, _MANY = 256, 1024, 16_384

#: What is made of a form: a capital in front, or all of it in capitals.
Change = Callable[[bytes], bytes]


class TokenGroup(NamedTuple):
    """Some units with the mass of each: that of `forms[first + i]` is `masses[i] * scale`.

    All begin with `stem`. A form is spelled with `before` in front, once `change` is made, and `n_cut` bytes are cut off at its
    beginning.
    """

    masses: Probabilities
    scale: float
    forms: Sequence[bytes]
    first: int
    stem: bytes
    before: bytes
    change: Change | None = None
    n_cut: int = 0

    def listed(self, heaviest: npt.NDArray[np.intp], weights: list[float], cut: float, least: float) -> list[int]:
        """Return which units are listed, and move their `weights` to the front.

        All must weigh `cut`, and `least` too but for the first few and those that go on with anything but a letter.
        """
        n_heavy = bisect_right(weights, -cut, key=neg)
        if least > cut:
            n_heavy = max(bisect_right(weights, -least, key=neg), min(_LIKELIEST, n_heavy))
        chosen: list[int] = heaviest[:n_heavy].tolist()
        if n_heavy < len(weights):
            end = bisect_left(self.forms, self.stem + _FIRST_LETTER, self.first, self.first + len(self.masses))
            for i, weight in zip(heaviest[n_heavy:].tolist(), weights[n_heavy:], strict=True):
                if weight < cut:
                    break
                if self.first + i < end:
                    weights[len(chosen)] = weight
                    chosen.append(i)
        while chosen and not weights[len(chosen) - 1] > 0.0:
            chosen.pop()
        return chosen

    def spelled(self, chosen: list[int], typed: bytes, n_plain: int) -> list[bytes]:
        """Return some of the tokens: `typed`, and of each unit what comes after `n_plain` bytes."""
        _, _, forms, first, _, before, change, n_cut = self
        if change is None:
            typed += before[n_plain:]
            n = n_cut + max(0, n_plain - len(before))
            return [typed + forms[first + i][n:] for i in chosen]
        return [typed + (before + change(forms[first + i][n_cut:]))[n_plain:] for i in chosen]


class Continuations(NamedTuple):
    """All that is compatible with `typed`: tokens in `groups`, tokens alone with their masses, and masses that have no token.

    `overlap`: one token may be in two groups.
    """

    typed: str
    groups: list[TokenGroup]
    single: list[tuple[bytes, float]]
    unlisted: list[float]
    overlap: bool

    @property
    def total(self) -> float:
        """The mass of all of it."""
        total = sum(self.unlisted, 0.0) + sum([mass for _, mass in self.single])
        return total + sum([float(group.masses.sum()) * group.scale for group in self.groups])

    def likeliest(self, n: int, least: float = 0.0) -> list[tuple[bytes, float]]:
        """Return the single tokens and the `n` heaviest of all groups, with their masses. A token may be there twice.

        `least`: words of less mass may be left out; see `byte_query.ask`.
        """
        single = [pair for pair in self.single if pair[1] > 0.0]
        ranked: list[tuple[TokenGroup, npt.NDArray[np.intp], list[float]]] = []
        for group in self.groups:
            heaviest = largest(group.masses, n)
            weights: list[float] = group.masses[heaviest].tolist()
            if group.scale != 1.0:
                weights = [weight * group.scale for weight in weights]
            ranked.append((group, heaviest, weights))
        every = [weight for _, _, weights in ranked for weight in weights]
        every += [mass for _, mass in single if not self.overlap]
        cut = sorted(every, reverse=True)[n - 1] if len(every) > n else 0.0
        tokens = [pair for pair in single if pair[1] >= cut]
        # What is typed stays as it was typed, curly quotes and all; only the rest comes from the vocabulary.
        typed, n_plain = encoded(self.typed), len(encoded(straight(self.typed)))
        least = cut if self.overlap else max(cut, least)
        for group, heaviest, weights in ranked:
            chosen = group.listed(heaviest, weights, cut, least)
            tokens += zip(group.spelled(chosen, typed, n_plain), weights, strict=False)
        return tokens


def encoded(text: str) -> bytes:
    """Return the bytes of a text that may begin or end with a part of a character."""
    return text.encode(errors="surrogateescape")


def largest(values: npt.NDArray[np.float32], n: int) -> npt.NDArray[np.intp]:
    """Return the indices of the `n` largest values, largest first; of equal values the first counts as larger.

    The n-th largest of the maxima of groups is no more than the n-th largest value, so only values from it on can be among
    the n largest.

    >>> largest(np.array([3, 9, 3, 7], dtype=np.float32), 3).tolist()
    [1, 3, 0]
    """
    n_groups = _GROUPS if len(values) < _MANY else _MANY_GROUPS
    rows = len(values) // n_groups
    if rows < 2 or n >= n_groups:
        return (-values).argsort(kind="stable")[:n]
    maxima = values[: rows * n_groups].reshape(rows, n_groups).max(axis=0)
    maxima.partition(n_groups - n)
    (candidates,) = (values >= maxima[n_groups - n]).nonzero()
    indices: npt.NDArray[np.intp] = candidates[(-values[candidates]).argsort(kind="stable")[:n]]
    return indices
