"""The network mixed with the n-gram model: a component of a lexicon.

Invariant: an answer depends on the context alone, the caches only make it faster; both models always count for something, and
the mixture of two distributions is a distribution.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.array_file import load
from autocomplete.embedded.neural.batched import BatchedStates
from autocomplete.embedded.neural.network import Network
from autocomplete.embedded.neural.weights import DAMAGED, Floats, unpack_weights
from autocomplete.embedded.neural.window import Window
from autocomplete.embedded.ngram.model import Probabilities
from autocomplete.embedded.ngram.position import Position
from autocomplete.embedded.ngram.vocabulary import END_ID, START_ID, UNKNOWN_ID, Vocabulary
from autocomplete.errors import ConfigError

#: Marks after which a sentence may have ended, quotes and brackets that follow them among them.
ENDS_OF_SENTENCES = (".", "!", "?", "…", '"', "'", ")", "]")

#: How many states are remembered, more than there are units in a window.
_N_STATES = 512

#: How many distributions are remembered: other components may change what is made of one.
_N_ANSWERS = 8

#: Below this, the probability of all units without a class together is lost in the rounding of float32.
_LEAST_OTHER = 1e-5


@dataclass(frozen=True, slots=True)
class Mixture:
    """The share of the n-gram model: the logistic function of `constant` + the others times log of the largest probabilities.

    A model that is sure of one unit is likelier to be right than one that is not. Fitted on dev texts.
    """

    constant: float
    ngram: float
    neural: float

    @classmethod
    def of_facts(cls, facts: Any) -> Mixture:
        """Return the mixture in the head of a file. Raises ConfigError where it is none."""
        try:
            mixture = cls(*(float(facts[name]) for name in ("constant", "ngram", "neural")))
        except (KeyError, TypeError, ValueError) as exc:
            raise ConfigError(DAMAGED) from exc
        if not all(map(math.isfinite, (mixture.constant, mixture.ngram, mixture.neural))):
            raise ConfigError(DAMAGED)
        return mixture

    def ngram_share(self, ngram_largest: float, neural_largest: float) -> float:
        """Return the share of the n-gram model, from the largest probability that each model gives to a unit.

        >>> round(Mixture(0.0, 1.0, -1.0).ngram_share(0.9, 0.1), 3)
        0.9
        """
        score = self.constant + self.ngram * math.log(ngram_largest) + self.neural * math.log(neural_largest)
        return 0.5 + 0.5 * math.tanh(0.5 * score)

    def of(self, ngram: Probabilities, units: npt.NDArray[np.intp], neural: Floats, neural_other: float) -> Probabilities:
        """Return the mixture of two distributions, made of `ngram` in place.

        `ngram`: over all ids. `neural[i]`: of the id `units[i]`; `neural_other`: of all other ids together, which is shared
        out among them in proportion to `ngram`.
        """
        share = self.ngram_share(float(ngram.max()), max(float(neural.max()), neural_other))
        of_units = ngram.take(units)
        other = float(ngram.sum()) - float(of_units.sum())
        if other < _LEAST_OTHER:  # nothing to share it out by
            neural, neural_other, other = neural / np.float32(1.0 - neural_other), 0.0, 1.0
        ngram *= np.float32(share + (1.0 - share) * neural_other / other)
        of_units *= np.float32(share)
        of_units += np.float32(1.0 - share) * neural
        ngram[units] = of_units
        return ngram


class NeuralComponent:
    """A network that changes what an n-gram model says."""

    version = 0

    def __init__(self, network: Network, vocabulary: Vocabulary, mixture: Mixture) -> None:
        self._network = network
        self._window = Window(vocabulary)
        self._mixture = mixture
        self._batched: BatchedStates | None = None
        self._states: OrderedDict[tuple[int, ...], Floats] = OrderedDict()
        self._distribution = lru_cache(_N_ANSWERS)(self._answer)
        self._ends = frozenset(map(vocabulary.mark_id, ENDS_OF_SENTENCES)) - {UNKNOWN_ID}

    @classmethod
    def open(cls, path: Path, vocabulary: Vocabulary) -> NeuralComponent:
        """Return the network in a file. Raises ConfigError where it cannot be used with this vocabulary."""
        file = load(path)
        network = Network(unpack_weights(file, vocabulary), len(vocabulary))
        return cls(network, vocabulary, Mixture.of_facts(file.facts.get("mixture")))

    def transform(self, probabilities: Probabilities, position: Position) -> Probabilities:
        """Return the mixture of both models at a position."""
        units = self._window.units(position.context)
        if position.history == (START_ID,) and units[-1] not in (START_ID, END_ID):
            units += (END_ID,)  # asked about a new sentence, while this one may go on
        answer = self._distribution(units)
        if self._batched is None and (units := self._window.units_of_next_window(position.context)):
            self._state(units)  # a unit or two at a time, so that the window can move without a pause
        return self._mixture.of(probabilities, self._network.units, *answer)

    def precompute(self, contexts: Iterable[str]) -> None:
        """Compute the answers after some texts, in the order in which they will be asked for, instead of earlier ones."""
        self._batched = None
        self._states.clear()
        self._distribution.cache_clear()
        batched = BatchedStates(self._network, (units for context in contexts for units in self._sequences(context)))
        self._batched = batched if len(batched) else None

    def _sequences(self, context: str) -> Iterator[tuple[int, ...]]:
        """Yield the units before what may follow a text: more of its sentence, and where that may end, the next one."""
        units = self._window.units(context)
        yield units
        if units[-1] in self._ends:
            yield (*units, END_ID)

    def _answer(self, units: tuple[int, ...]) -> tuple[Floats, float]:
        if self._batched is not None and (answer := self._batched.answer(units)) is not None:
            return answer
        each, other = self._network.distribution(self._state(units))
        return each, float(other)

    def _state(self, units: tuple[int, ...]) -> Floats:
        """Return the state after some units, computed from that after the longest beginning of them in the cache."""
        states = self._states
        state, n_batched = self._batched.state(units) if self._batched is not None else (self._network.start(), 0)
        n = len(units)
        while n > n_batched and units[:n] not in states:
            n -= 1
        if n > n_batched:
            state = states[units[:n]]
        elif n == len(units):
            return state
        for i in range(n, len(units)):
            state = states[units[: i + 1]] = self._network.advance(state, units[i])
        states.move_to_end(units)
        while len(states) > _N_STATES:
            states.popitem(last=False)
        return state
