"""Searches of a tiny model to their end, for tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from autocomplete.core.decision import Alternative
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import FixedCutoff, Gate
from autocomplete.core.search import Search

EPSILON = 1e-9


#: Tokens with a boundary only at their beginning: every finished word is then a state, and the chain rule is exact.
LED_BY_BOUNDARY = (b"a", b"b", b"ab", b" a", b" b", b" ab", b" ", b".")


def answer(*pairs: tuple[str | bytes, float], end: float = 0.0) -> Distribution:
    return Distribution.from_pairs(((t.encode() if isinstance(t, str) else t, p) for t, p in pairs), end=end)


def searched(
    typed: str,
    table: Mapping[bytes, Distribution] | Callable[[bytes], Distribution],
    *,
    gate: Gate | None = None,
    budget: int = 30,
    **settings: object,
) -> tuple[Search, list[bytes]]:
    """Return a search fed from `table` until it is settled or has asked `budget` times, and what it asked about."""
    search = Search(typed, gate=gate if gate is not None else FixedCutoff(0.5), **settings)  # type: ignore[arg-type] # by name
    ask = table if callable(table) else (lambda key: table.get(key, Distribution((), 1.0)))
    asked: list[bytes] = []
    while len(asked) < budget and (state := search.next()) is not None:
        search.feed(state, ask(state))
        asked.append(state)
    return search, asked


def best(search: Search) -> Alternative:
    return search.alternatives()[0]
