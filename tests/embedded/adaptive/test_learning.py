"""Learning by the public face: the backend, the engine and its cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from autocomplete import Autocompleter, Request, ScriptedBackend, SyncAutocompleter
from autocomplete.backends.embedded import EmbeddedBackend
from autocomplete.core.backend import Learner
from autocomplete.core.distribution import Distribution
from autocomplete.errors import ConfigError

DOCUMENT = (
    "The Quellwerk is a small device. Every Quellwerk has a frobnicator. The frobnicator turns slowly.\n"
    "Nobody knows who made the first Quellwerk. A Quellwerk without a frobnicator is no Quellwerk."
)


async def test_an_opened_document_makes_its_words_completable() -> None:
    async with Autocompleter("english", cutoff=0.3) as ac:
        before = await ac.decide("I bought another Que")
        ac.session.enter("document")
        ac.session.learn(DOCUMENT)
        after = await ac.decide("I bought another Que")
        assert before.completion != "llwerk"
        assert (after.shown, after.completion) == (True, "llwerk")  # not the answer that the cache held


async def test_words_before_the_cursor_are_learned_while_typing() -> None:
    text = "We met Xavrenko today. I like him. Then "
    async with Autocompleter("english", cutoff=0.2) as ac:
        for end in range(1, len(text) + 1):
            await ac.decide(text[:end])
        decision = await ac.decide(text + "Xav")
        assert decision.completion == "renko"


async def test_a_guess_is_not_learned() -> None:
    async with Autocompleter("english", cutoff=0.05, max_words=4) as ac:
        for _ in range(3):
            await ac.decide("I look forward to hearing")
        backend = ac._backend
        assert isinstance(backend, EmbeddedBackend)
        generation = backend.generation
        await ac.decide("I look forward to hearing")
        assert backend.generation == generation
        fresh = EmbeddedBackend()
        fresh.observe("I look forward to")
        backend.observe("I look forward to")
        assert backend.ask("I look forward to", b"")[0] == fresh.ask("I look forward to", b"")[0]


async def test_the_same_question_is_answered_from_the_cache() -> None:
    async with Autocompleter("english", cutoff=0.5) as ac:
        await ac.decide("One. Two. I look forward to hearing fr")
        assert (await ac.decide("One. Two. I look forward to hearing fr")).requests == 0


async def test_learning_is_nothing_to_a_backend_that_does_not() -> None:
    backend = ScriptedBackend(lambda _: Distribution.from_pairs([(b" a", 0.9)]))
    assert not isinstance(backend, Learner)
    async with Autocompleter(backend) as ac:
        ac.session.learn(DOCUMENT)


def test_scripts_can_let_it_learn() -> None:
    with SyncAutocompleter("english", cutoff=0.3) as ac:
        ac.session.enter("document")
        ac.session.learn(DOCUMENT)
        assert ac.decide("I bought another Quell").completion == "werk"


async def test_a_backend_that_may_not_learn_does_not() -> None:
    backend = EmbeddedBackend(learns=False)
    before = await backend.next_tokens(Request("Every", b" Q"))
    backend.learn(DOCUMENT)
    backend.observe(DOCUMENT)
    assert await backend.next_tokens(Request("Every", b" Q")) == before
    assert backend.generation == 0
    assert backend.learned_weights() is None


def test_forgetting_brings_the_first_answers_back() -> None:
    backend = EmbeddedBackend()
    before = backend.ask("Every", b" Q")
    backend.learn(DOCUMENT)
    assert backend.ask("Every", b" Q") != before
    generation = backend.generation
    backend.forget()
    assert backend.ask("Every", b" Q") == before
    assert backend.generation > generation


async def test_a_bad_model_file_is_told_to_those_who_ask(tmp_path: Path) -> None:
    backend = EmbeddedBackend(tmp_path / "missing")
    backend.observe("some text")
    with pytest.raises(ConfigError, match="Cannot read"):
        backend.learn("some text")
