"""Replays of many documents."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import subprocess
import sys
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autocomplete.backends.scripted import ScriptedBackend
from autocomplete.core.backend import Capabilities, Request
from autocomplete.core.distribution import Distribution
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.errors import AutocompleteError, ConfigError
from autocomplete.evaluation.records import Document
from autocomplete.evaluation.replay.columns import ReplayResult
from autocomplete.evaluation.replay.runner import replay_all, replay_on_all_cores
from autocomplete.runtime.blas_threads import VARIABLES
from tests.evaluation.typing_reference import VOCABULARIES, Model, fresh

TEXTS = [
    "I look forward to hearing from you. Names such as Xyzzy are learned.",
    "Xyzzy is not known here. It is hard to say how much of this is true.",
    "A short one.",
]
DOCUMENTS = [Document(f"text {i}", text) for i, text in enumerate(TEXTS)]


def same(one: ReplayResult, other: ReplayResult) -> bool:
    tables: list[tuple[Any, Any]] = [
        (one.states, other.states),
        (one.outcomes, other.outcomes),
        (one.covers, other.covers),
    ]
    pairs = [(getattr(a, f.name), getattr(b, f.name)) for a, b in tables for f in fields(a)]
    return all(np.array_equal(a, b) for a, b in pairs)


async def test_any_number_of_processes_gives_the_same_in_the_order_of_the_documents() -> None:
    done: list[tuple[int, int]] = []
    found = await replay_on_all_cores(
        partial(Autocompleter, "english"), DOCUMENTS, n_processes=2, progress=lambda n, of: done.append((n, of))
    )
    assert [document.name for document in found.documents] == ["text 0", "text 1", "text 2"]
    assert done[-1] == (sum(map(len, TEXTS)),) * 2
    alone = await replay_on_all_cores(partial(Autocompleter, "english"), DOCUMENTS, n_processes=1)
    assert same(found, alone)


PROGRAM = """
import asyncio, os
THREADS = os.environ.get("OMP_NUM_THREADS")  # as a program that loads the array library here would find it
from autocomplete import Autocompleter, ScriptedBackend
from autocomplete.evaluation import Document, replay_on_all_cores

def opens():
    return Autocompleter(ScriptedBackend({}, name=f"{THREADS} thread"))

if __name__ == "__main__":
    documents = [Document("a", "One two."), Document("b", "Three.")]
    print(asyncio.run(replay_on_all_cores(opens, documents, n_processes=2)).model, os.environ.get("OMP_NUM_THREADS"))
"""


def test_each_process_makes_products_with_one_thread_whatever_it_loads_first(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    done = subprocess.run([sys.executable, program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1 thread None"


async def test_what_is_learned_stays_in_its_document() -> None:
    async with Autocompleter("english") as engine:
        after_another = await replay_all(engine, [DOCUMENTS[0], DOCUMENTS[1]])
        engine.session.enter("a document")
        engine.session.learn("Xyzzy is known now, Xyzzy and no other. " * 5)
        alone = await replay_all(engine, [DOCUMENTS[1]])
    rows = after_another.states.document == 1
    assert np.array_equal(after_another.states.lower[rows], alone.states.lower)


async def test_a_model_elsewhere_is_asked_about_several_documents_at_once() -> None:
    model = Model(3, VOCABULARIES[0], top_k=5)
    n_now = n_most = 0

    class Slow(ScriptedBackend):
        async def next_tokens(self, request: Request) -> Distribution:
            nonlocal n_now, n_most
            n_now += 1
            n_most = max(n_most, n_now)
            await asyncio.sleep(0)
            n_now -= 1
            return model.answer(request)

    documents = [Document("", Model(seed, VOCABULARIES[0], top_k=5).text(6)) for seed in range(4)]
    slow = Slow({}, capabilities=Capabilities(where="elsewhere"), name="random 3")
    found = await replay_all(fresh(slow, 0.5, 0.2), documents)
    assert n_most == 4
    assert same(found, await replay_all(fresh(model.backend(), 0.5, 0.2), documents))


def dying(parent: int) -> Autocompleter:
    """Open an engine in the process `parent`; in any other, end it."""
    if os.getpid() != parent:
        os._exit(1)
    return Autocompleter("english")


async def test_an_error_ends_it_and_nothing_runs_on() -> None:
    with pytest.raises(ConfigError, match="no text to replay"):
        await replay_all(fresh(ScriptedBackend({}), 0.5, 0.2), [])
    with pytest.raises(ConfigError, match="lies above"):
        await replay_all(fresh(ScriptedBackend({}), 0.5, 0.2), DOCUMENTS, lowest=0.9, highest=0.5)
    with pytest.raises(ConfigError, match="Unknown model 'nonsense'"):
        await replay_on_all_cores(partial(Autocompleter, "nonsense"), DOCUMENTS, n_processes=2)
    elsewhere = partial(Autocompleter, "openai:some", base_url="http://localhost:1/v1")
    with pytest.raises(ConfigError, match="runs elsewhere"):
        await replay_on_all_cores(elsewhere, DOCUMENTS, n_processes=2)
    with pytest.raises(AutocompleteError, match="ended early"):
        await replay_on_all_cores(partial(dying, os.getpid()), DOCUMENTS, n_processes=2)
    assert len(asyncio.all_tasks()) == 1


async def test_a_cancelled_replay_leaves_no_process_behind() -> None:
    begun = asyncio.Event()
    documents = [Document("short", "A short one."), *[Document("long", " ".join(TEXTS * 200))] * 2]
    replaying = asyncio.ensure_future(
        replay_on_all_cores(partial(Autocompleter, "english"), documents, n_processes=3, progress=lambda n, of: begun.set())
    )
    await begun.wait()
    replaying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await replaying
    assert multiprocessing.active_children() == []


async def test_an_empty_document_has_no_records() -> None:
    found = await replay_all(fresh(ScriptedBackend({}), 0.5, 0.2), [Document("", "")])
    assert (found.n_chars, found.n_words, len(found.states.at), len(found.outcomes.low)) == (0, 0, 0, 0)
