"""States and answers at positions that are known beforehand, as in a replay: many of them in one matrix product.

The units before the positions are a tree, since most positions share all but their last units with the position before. It
grows level by level: all units at one depth take one step together, each from the state of its own parent, and the windows of
a long text begin at many positions at once.

Invariant: what is computed here depends on the sequences alone, and differs from what the network says of one position at a
time by rounding only.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autocomplete.core.common_prefix import common_prefix
from autocomplete.embedded.neural.network import Network
from autocomplete.embedded.neural.weights import Floats

#: Positions that are answered in one product.
_TOGETHER = 64


class _Tree:
    """Sequences of units as paths from node 0. `parents[i]`, `units[i]`: of node i; `depths[i]`: number of units up to it."""

    def __init__(self) -> None:
        self.parents, self.units, self.depths = [0], [0], [0]
        self._children: dict[tuple[int, int], int] = {}
        self._path, self._last = [0], tuple[int, ...]()

    def find(self, units: tuple[int, ...]) -> tuple[int, int]:
        """Return the node of the longest beginning of a sequence that the tree has, and the length of that beginning."""
        path = self._path
        del path[common_prefix(self._last[: len(path) - 1], units) + 1 :]
        while len(path) <= len(units):
            child = self._children.get((path[-1], units[len(path) - 1]))
            if child is None:
                break
            path.append(child)
        self._last = units
        return path[-1], len(path) - 1

    def add(self, units: tuple[int, ...]) -> int:
        """Return the node of a sequence."""
        node, n = self.find(units)
        for unit in units[n:]:
            child = self._children[node, unit] = len(self.parents)
            self.parents.append(node)
            self.units.append(unit)
            self.depths.append(self.depths[node] + 1)
            self._path.append(child)
            node = child
        return node


class BatchedStates:
    """The states after some sequences of units and all their beginnings, and the answers after the sequences."""

    def __init__(self, network: Network, sequences: Iterable[tuple[int, ...]]) -> None:
        self._network = network
        self._tree = _Tree()
        nodes = list(dict.fromkeys(map(self._tree.add, sequences)))
        self._nodes = np.array(nodes, dtype=np.intp)
        self._rows = {node: row for row, node in enumerate(nodes)}
        self._states = _grown(network, self._tree)
        self._answers: dict[int, tuple[Floats, Floats]] = {}  # by the number of the product

    def __len__(self) -> int:
        """Return how many different sequences were given."""
        return len(self._nodes)

    def state(self, units: tuple[int, ...]) -> tuple[Floats, int]:
        """Return the state after the longest beginning of a sequence that was computed, and the length of that beginning."""
        node, n = self._tree.find(units)
        return self._states[node], n

    def answer(self, units: tuple[int, ...]) -> tuple[Floats, float] | None:
        """Return what `Network.distribution` says after a sequence; None where it was not given."""
        node, n = self._tree.find(units)
        row = self._rows.get(node) if n == len(units) else None
        if row is None:
            return None
        block, at = divmod(row, _TOGETHER)
        if block not in self._answers:
            while len(self._answers) > 1:
                del self._answers[min(self._answers)]
            nodes = self._nodes[block * _TOGETHER : (block + 1) * _TOGETHER]
            self._answers[block] = self._network.distribution(self._states[nodes])
        each, others = self._answers[block]
        return each[at], float(others[at])


def _grown(network: Network, tree: _Tree) -> Floats:
    """Return the state at each node."""
    parents, units = np.array(tree.parents, dtype=np.intp), np.array(tree.units, dtype=np.intp)
    states = np.zeros((len(parents), network.size), dtype=np.float32)
    depths = np.array(tree.depths, dtype=np.intp)
    order = depths.argsort(kind="stable")
    for level in np.split(order, depths[order].searchsorted(np.arange(1, depths.max() + 1)))[1:]:
        states[level] = network.advance_all(states[parents[level]], units[level])
    return states
