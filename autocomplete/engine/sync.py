"""The engine without async, for scripts.

Invariant: it is the same engine on a private event loop, one call at a time; nothing is decided here.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from contextlib import closing
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from autocomplete.core.backend import Backend, Capabilities
from autocomplete.core.decision import Decision, Mode
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import Gate
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.engine.models import DEFAULT_MODEL
from autocomplete.engine.session import Session
from autocomplete.errors import ConfigError
from autocomplete.runtime.ctrl_c import run_in

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _PrivateLoop:
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    lock: threading.Lock = field(default_factory=threading.Lock)


class SyncAutocompleter:
    """`Autocompleter` without async: it takes the same arguments, and `decide` returns the `Decision` itself.

    Threads may share it: one waits for the other. A child process after a fork gets a loop of its own. Raises ConfigError
    inside a running event loop, such as that of a notebook: there use `Autocompleter`.
    """

    def __init__(self, model: str | Backend = DEFAULT_MODEL, **settings: Any) -> None:
        settings.setdefault("prefetch", False)  # between two calls the loop stands still
        self._autocompleter = Autocompleter(model, **settings)
        self._loops: dict[int, _PrivateLoop] = {}  # by process; that of a parent is kept: dropping it would close its sockets
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
        """The gate in force; may be set, needs no request."""
        return self._autocompleter.gate

    @gate.setter
    def gate(self, gate: Gate) -> None:
        self._autocompleter.gate = gate

    @property
    def mode(self) -> Mode:
        """How unseen mass is treated; may be set to "certified" or "estimated"."""
        return self._autocompleter.mode

    @mode.setter
    def mode(self, mode: Mode | str) -> None:
        self._autocompleter.mode = mode

    @property
    def model(self) -> str:
        """The backend's name."""
        return self._autocompleter.model

    @property
    def capabilities(self) -> Capabilities:
        """What the backend can do, and where it runs."""
        return self._autocompleter.capabilities

    def decide(self, text: str, **arguments: Any) -> Decision:
        """Return what to show after `text`; see `Autocompleter.decide`. Raises ConfigError once it is closed."""
        return self._run(self._autocompleter.decide(text, **arguments))

    def next_tokens(self, text: str) -> Distribution:
        """Return the raw distribution of the token after exactly `text`; see `Autocompleter.next_tokens`."""
        return self._run(self._autocompleter.next_tokens(text))

    @property
    def session(self) -> Session:
        """The documents and what they teach; see `Session`."""
        return self._autocompleter.session

    def close(self) -> None:
        """Close the backend, if it was opened here, and the loop. Calling it twice is harmless."""
        if not self._closed:
            self._run(self._autocompleter.aclose(), last=True)

    def _run(self, asked: Coroutine[Any, Any, _T], *, last: bool = False) -> _T:
        with closing(asked):
            if _in_a_loop():
                raise ConfigError(
                    "An event loop is running here, as in a notebook: use await Autocompleter(...).decide(...) instead."
                )
            private = self._loops.setdefault(os.getpid(), _PrivateLoop())
            with private.lock:
                if self._closed:
                    raise ConfigError("This autocompleter is closed: open another.")
                self._closed = last
                try:
                    return run_in(private.runner, asked)
                finally:
                    if last:
                        private.runner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
