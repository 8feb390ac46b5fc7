"""A small text that was replayed with a model of whole words, for whatever looks at figures."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from autocomplete.backends.scripted import ScriptedBackend
from autocomplete.core.backend import Capabilities, Request
from autocomplete.core.distribution import Distribution
from autocomplete.evaluation.goals.goals import Goal
from autocomplete.evaluation.records import Document
from autocomplete.evaluation.replay.runner import replay_all
from autocomplete.evaluation.report.summary import ReplaySummary
from tests.evaluation.typing_reference import fresh

SENTENCE = "I am so sad that you are here and not there with all of us."

#: Of each word what is said after the one before, and how surely: wrong ones among them.
_AFTER: dict[str, dict[str, float]] = {
    "I": {" am": 0.9},
    "am": {" sad": 0.6, " so": 0.3},
    "so": {" sad": 0.8},
    "sad": {" that": 0.7},
    "that": {" you": 0.5, " we": 0.4},
    "you": {" are": 0.95},
    "are": {" there": 0.65, " here": 0.25},
    "and": {" not": 0.4, " then": 0.35},
    "with": {" all": 0.55},
}


def answer(request: Request) -> Distribution:
    """Return what comes after the last word, whatever is typed already."""
    last = request.context.split()[-1] if request.context.strip() else ""
    words = _AFTER.get(last, {})
    return Distribution.from_pairs(((w.encode(), p) for w, p in words.items()), whole_words=True)


def texts(*sentences: str) -> list[Document]:
    return [Document(f"text {i}.txt", text) for i, text in enumerate(sentences)]


def tuned(
    documents: Sequence[Document] | None = None,
    *,
    name: str = "scripted",
    wanted: Sequence[Goal] = (),
    lowest: float = 0.05,
    where: str = "this machine",
) -> ReplaySummary:
    """Return the sentence, or other documents, replayed and made ready."""
    documents = texts(" ".join([SENTENCE] * 20)) if documents is None else documents
    backend = ScriptedBackend(answer, capabilities=Capabilities(filters=False, local=True))
    with ThreadPoolExecutor(1) as pool:  # a test may have a loop of its own
        found = pool.submit(lambda: asyncio.run(replay_all(fresh(backend, 0.5, 0.2), documents, lowest=lowest))).result()
    return ReplaySummary(found, documents, name=name, wanted=wanted, where=where)


@cache
def whole() -> ReplaySummary:
    """Return the sentence twenty times."""
    return tuned()


@cache
def two() -> ReplaySummary:
    """Return two documents."""
    return tuned(texts(SENTENCE, f"{SENTENCE} {SENTENCE}"))
