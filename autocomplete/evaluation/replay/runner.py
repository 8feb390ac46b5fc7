"""Replays of many documents: one after another, several at once for a model elsewhere, or on all cores for one in this process.

Invariant: each document is replayed as if it were the only one (what is learned stays inside it), so the result is the same
for any number of processes, in the order of the documents.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial

from autocomplete.backends.recorded import AnswerMissing, RecordedBackend, missing_answers
from autocomplete.core.backend import Learner
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.errors import AutocompleteError, ConfigError
from autocomplete.evaluation.cutoff_ranges import STEPS, step_below
from autocomplete.evaluation.records import Document
from autocomplete.evaluation.replay.columns import ColumnBuilder, ReplayResult, together
from autocomplete.evaluation.replay.replay import Truth, checked_span, typed_through
from autocomplete.runtime.blas_threads import one_thread_each
from autocomplete.runtime.ctrl_c import ignore, unheard

#: Documents that are replayed at once with a model elsewhere.
AT_ONCE = 8

#: Positions between two reports of progress.
_STRIDE = 200

#: Objects made until cyclic garbage is looked for. A replay makes next to none, and looking takes a fortieth of its time.
_OBJECTS = 100_000

#: Called with how many characters are replayed, and how many there are.
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _ProgressSum:
    """Adds up the progress of documents."""

    progress: Progress | None
    n_all: int
    n_done: int = 0

    def add(self, n_chars: int) -> None:
        self.n_done += n_chars
        if self.progress is not None:
            self.progress(self.n_done, self.n_all)


async def replay_all(
    autocompleter: Autocompleter,
    documents: Sequence[Document],
    *,
    lowest: float | None = None,
    highest: float = 1.0,
    progress: Progress | None = None,
) -> ReplayResult:
    """Return the replay of some documents, at every cutoff from `lowest` to `highest`; see `replay`.

    `progress` is called now and then. A model elsewhere that does not learn is asked about several documents at once. Other
    tasks go on meanwhile. Raises as `replay` does, and ConfigError where there is no document.
    """
    if not documents:
        raise ConfigError("There is no text to replay.")
    done = _ProgressSum(progress, sum(len(document.text) for document in documents))
    alone = autocompleter.capabilities.local or isinstance(autocompleter.backend, Learner)
    places = asyncio.Semaphore(1 if alone else AT_ONCE)

    async def one(document: Document) -> ReplayResult:
        async with places:
            return await _one(autocompleter, document, lowest, highest, done)

    backend = autocompleter.backend
    tasks = [asyncio.ensure_future(one(document)) for document in documents]
    try:
        return together([await task for task in tasks])
    except AnswerMissing as error:
        if not isinstance(backend, RecordedBackend):
            raise
        with backend.counting():
            for document in documents:
                await _one(autocompleter, document, lowest, highest, _ProgressSum(None, 0))
        raise missing_answers(backend, backend.missing) from error
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _one(
    autocompleter: Autocompleter, document: Document, lowest: float | None, highest: float, done: _ProgressSum
) -> ReplayResult:
    low, high = span = checked_span(autocompleter, lowest, highest)
    truth = Truth(document.text)
    collector = ColumnBuilder(document.name, len(document.text), truth.words)
    n = 0
    async for record in typed_through(autocompleter, truth, span):
        collector.add(record)
        n += 1
        if n == _STRIDE:
            done.add(n)
            n = 0
            await asyncio.sleep(0)  # a model in this process never waits, and others want their turn
    done.add(n)
    return collector.finished(autocompleter.model, str(autocompleter.mode), (step_below(low + 1.5 / STEPS), high))


async def replay_on_all_cores(
    opens: Callable[[], Autocompleter],
    documents: Sequence[Document],
    *,
    lowest: float | None = None,
    highest: float = 1.0,
    progress: Progress | None = None,
    n_processes: int | None = None,
) -> ReplayResult:
    """Return the same as `replay_all`, worked out by several processes; by default as many as there are cores.

    `opens` makes an engine with a model that runs in its process; it must be a function of a module, or a `functools.partial`
    of one, such as `partial(Autocompleter, "english")`. Whole documents go to a process, the longest first; progress
    is reported when one is done. Raises as `replay_all` does.
    """
    n_processes = min(n_processes or os.cpu_count() or 1, len(documents))
    async with opens() as autocompleter:  # also where the processes open their own: what is wrong with it shows here
        if not autocompleter.capabilities.local:
            raise ConfigError(f"{autocompleter.model} runs elsewhere: more processes would not help.")
        if n_processes <= 1:
            return await replay_all(autocompleter, documents, lowest=lowest, highest=highest, progress=progress)
    done = _ProgressSum(progress, sum(len(document.text) for document in documents))
    loop = asyncio.get_running_loop()
    spawn = multiprocessing.get_context("spawn")  # forking a process with threads and an event loop is unsafe
    pool = ProcessPoolExecutor(n_processes, spawn, initializer=_begin, initargs=(opens,))
    order = sorted(range(len(documents)), key=lambda i: -len(documents[i].text))
    try:
        # Each has a core of its own: threads that wait for each other would only get in the way.
        with one_thread_each(), unheard():
            futures = {i: loop.run_in_executor(pool, _work, documents[i], lowest, highest) for i in order}
        for i, future in futures.items():
            future.add_done_callback(partial(_report, done, len(documents[i].text)))
        found = [await futures[i] for i in range(len(documents))]
    except BaseException as error:
        for process in list(pool._processes.values()):  # public from Python 3.14 on, as terminate_workers
            process.terminate()
        if isinstance(error, BrokenProcessPool):
            message = "A process of the replay ended early, perhaps for lack of memory: use fewer."
            raise AutocompleteError(message) from None
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return together(found)


def _report(done: _ProgressSum, n_chars: int, future: asyncio.Future[ReplayResult]) -> None:
    if not future.cancelled() and future.exception() is None:
        done.add(n_chars)


class _Worker:
    """The engine of a process of `replay_on_all_cores`, opened once for all its documents."""

    engine: Autocompleter
    runner: asyncio.Runner


def _begin(opens: Callable[[], Autocompleter]) -> None:
    """Prepare such a process."""
    ignore()
    gc.set_threshold(_OBJECTS)
    _Worker.runner = asyncio.Runner()
    _Worker.engine = opens()


def _work(document: Document, lowest: float | None, highest: float) -> ReplayResult:
    return _Worker.runner.run(replay_all(_Worker.engine, [document], lowest=lowest, highest=highest))
