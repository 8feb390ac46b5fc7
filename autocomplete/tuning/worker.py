"""What a process of a replay runs; see `pool`.

Invariant: nothing heavy is imported here, so that the array library finds its settings when it is loaded: one thread, for each
process has a core of its own, and threads that wait for each other would only get in the way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from autocomplete.threads import use_one_thread

if TYPE_CHECKING:
    from autocomplete.engine import Autocompleter
    from autocomplete.tuning.records import Document
    from autocomplete.tuning.replayed import Replayed


class _Worker:
    """The engine of this process, opened once."""

    engine: Autocompleter
    runner: asyncio.Runner


def begin(opens: Callable[[], Autocompleter]) -> None:
    """Prepare this process."""
    use_one_thread()
    _Worker.runner = asyncio.Runner()
    _Worker.engine = opens()


def work(document: Document, lowest: float | None, highest: float) -> Replayed:
    """Return the replay of one document."""
    from autocomplete.tuning.pool import replay_all

    return _Worker.runner.run(replay_all(_Worker.engine, [document], lowest=lowest, highest=highest))
