"""Scoring a text in a thread: the same numbers, no wait for the editor, and nobody else's model."""

from __future__ import annotations

import asyncio
import threading

import pytest

from autocomplete import Autocompleter, Capabilities, Distribution, Request, ScriptedBackend, word_spans
from autocomplete.backends.embedded import EmbeddedBackend
from tui.instruments.heatmap.engine import InLoop, InThread, Scorer, scorer_beside
from tui.instruments.heatmap.job import Job
from tui.instruments.heatmap.scores import HeatMap
from tui.text.document import LineDocument

TEXT = "The captain looked at the sea.\nThe sea looked back at the captain, and said nothing.\nNo word was said.\n" * 3


class Own(ScriptedBackend):
    """A backend that can be had anew, in process: it tells in which threads it was asked, and may be held up."""

    def __init__(self) -> None:
        super().__init__(self._answer, capabilities=Capabilities(filters=True, local=True))
        self.threads: set[int] = set()
        self.asked, self.may_go_on = threading.Event(), threading.Event()
        self.may_go_on.set()
        self.let_go = threading.Event()
        self.other: Own | None = None

    def _answer(self, request: Request) -> Distribution:
        self.threads.add(threading.get_ident())
        self.asked.set()
        assert self.may_go_on.wait(60)
        return Distribution.from_pairs([(b" word", 0.5)], whole_words=True)

    def fresh(self) -> Own:
        assert self.other is not None
        return self.other

    async def aclose(self) -> None:
        self.threads.add(threading.get_ident())
        self.let_go.set()


@pytest.fixture
def own() -> Own:
    backend = Own()
    backend.other = Own()
    return backend


async def test_a_model_of_its_own_is_asked_and_closed_in_one_thread_which_is_not_this_one(own: Own) -> None:
    assert own.other is not None
    scorer = scorer_beside(Autocompleter(own))
    for n in range(5):
        score = await scorer.score(f"some {n} ", "word")
        assert score is not None
        assert score.bounds.lower == 0.5
    await scorer.learn("some words")
    await scorer.aclose()
    assert await asyncio.to_thread(own.other.let_go.wait, 60)
    assert len(own.other.threads) == 1
    assert threading.get_ident() not in own.other.threads
    assert own.threads == set()


async def test_the_editor_goes_on_while_a_word_takes_long_and_while_it_is_given_up(own: Own) -> None:
    assert own.other is not None
    own.other.may_go_on.clear()
    scorer = scorer_beside(Autocompleter(own))
    asked = asyncio.create_task(scorer.score("some ", "word"))
    assert await asyncio.to_thread(own.other.asked.wait, 60)
    for _ in range(100):
        await asyncio.sleep(0)  # the loop turns
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await scorer.aclose()  # waits for nothing
    assert not own.other.let_go.is_set()
    own.other.may_go_on.set()
    assert await asyncio.to_thread(own.other.let_go.wait, 60)


async def test_what_is_no_word_has_no_score(own: Own) -> None:
    scorer = scorer_beside(Autocompleter(own))
    assert await scorer.score("some ", "") is None
    await scorer.aclose()


async def test_a_model_that_cannot_be_had_anew_is_asked_in_the_loop() -> None:
    engine = Autocompleter(ScriptedBackend(lambda request: Distribution.from_pairs([(b" word", 0.5)], whole_words=True)))
    scorer = scorer_beside(engine)
    assert isinstance(scorer, InLoop)
    score = await scorer.score("some ", "word")
    assert score is not None
    await scorer.aclose()


async def scores(scorer: Scorer) -> list[tuple[int, int, float]]:
    """Return the scores of the words of the text, as the heat map has them."""
    document = LineDocument(TEXT)
    heat = HeatMap(document.line_count)
    await Job(document, heat, exact=True).run(scorer, lambda: None)
    await scorer.aclose()
    return [(row, word.start, word.likely) for row in range(document.line_count) for word in heat.row(row)]


async def test_the_numbers_are_the_same_while_the_engine_beside_it_suggests_and_learns() -> None:
    async with Autocompleter(EmbeddedBackend()) as engine:
        alone = await scores(InLoop(engine.fork()))
        assert len(alone) == sum(len(list(word_spans(line))) for line in TEXT.split("\n"))
        beside = asyncio.create_task(scores(InThread(engine.fork())))
        typed = "We wrote to the captain and to the sea. "
        while not beside.done():
            for end in range(1, len(typed)):
                await engine.decide(typed[:end])
                await asyncio.sleep(0)
            typed += typed[:60]
            typed = typed[-2000:]
        assert await beside == alone
