"""Runs in a process of a replay; see `runner`.

Invariant: a process opens its engine once, and goes from document to document with it.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import TYPE_CHECKING

from autocomplete.runtime.ctrl_c import ignore

if TYPE_CHECKING:
    from autocomplete.engine.autocompleter import Autocompleter
    from autocomplete.evaluation.records import Document
    from autocomplete.evaluation.replay.columns import ReplayResult


#: Objects made until cyclic garbage is looked for. A replay makes next to none, and looking takes a fortieth of its time.
_OBJECTS = 100_000


class _Worker:
    """The engine of this process, opened once."""

    engine: Autocompleter
    runner: asyncio.Runner


def begin(opens: Callable[[], Autocompleter]) -> None:
    """Prepare this process."""
    ignore()
    gc.set_threshold(_OBJECTS)
    _Worker.runner = asyncio.Runner()
    _Worker.engine = opens()


def work(document: Document, lowest: float | None, highest: float) -> ReplayResult:
    """Return the replay of one document."""
    from autocomplete.evaluation.replay.runner import replay_all

    return _Worker.runner.run(replay_all(_Worker.engine, [document], lowest=lowest, highest=highest))
