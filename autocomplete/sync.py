"""A synchronous face for scripts.

Invariant: it is the same engine on a private event loop; nothing is decided here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from autocomplete.backends import Backend
from autocomplete.decision import Decision
from autocomplete.engine import Autocompleter
from autocomplete.gate import Gate
from autocomplete.registry import DEFAULT_MODEL

_T = TypeVar("_T")


class SyncAutocompleter:
    """`Autocompleter` without async: the same arguments, `decide` returns the `Decision` itself.

    For one thread. Inside a running event loop use `Autocompleter`; there, asyncio raises RuntimeError.
    """

    def __init__(self, model: str | Backend = DEFAULT_MODEL, **settings: Any) -> None:
        self._runner = asyncio.Runner()
        settings.setdefault("prefetch", False)  # between two calls the loop stands still
        self._autocompleter = Autocompleter(model, **settings)
        self._closed = False

    @property
    def cutoff(self) -> float:
        """The cutoff; may be set, needs no request."""
        return self._autocompleter.cutoff

    @cutoff.setter
    def cutoff(self, cutoff: float) -> None:
        self._autocompleter.cutoff = cutoff

    @property
    def gate(self) -> Gate:
        """The gate in force."""
        return self._autocompleter.gate

    def decide(self, text: str, **arguments: Any) -> Decision:
        """Return what to show after `text`; see `Autocompleter.decide`."""
        return self._run(self._autocompleter.decide(text, **arguments))

    def close(self) -> None:
        """Close the backend, if it was opened here, and the loop. Calling it twice is harmless."""
        if not self._closed:
            self._closed = True
            self._run(self._autocompleter.aclose())
            self._runner.close()

    def _run(self, asked: Coroutine[Any, Any, _T]) -> _T:
        try:
            return self._runner.run(asked)
        finally:
            asked.close()  # inside a running loop it was never begun

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
