"""Phrases, and chat models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autocomplete.backends.openai.client import OpenAIBackend
from autocomplete.backends.scripted import ScriptedBackend
from autocomplete.core.backend import Capabilities
from autocomplete.core.distribution import Distribution, Usage
from tests.support.engines import knows, opened
from tests.support.server import ModelServer
from tests.support.token_model import TokenModel

# -- phrases ----------------------------------------------------------------------------------------------------------


async def test_a_phrase_goes_on_while_the_joint_probability_passes() -> None:
    backend = knows()
    async with opened(backend, cutoff=0.6, max_words=9, max_requests=9) as ac:
        decision = await ac.decide("We look ")
        assert decision.completion == "forward to"
        assert decision.bounds.lower == pytest.approx(0.9**4)  # each word, and the end of each
        assert [a.completion for a in decision.phrase] == ["forward", "forward to"]
        ac.cutoff = 0.75
        assert decision.under(ac.gate).completion == "forward"
        assert (await ac.decide("We look ", max_requests=0)).completion == "forward"


async def test_a_painted_phrase_stays_in_a_decision_that_would_not_show_it() -> None:
    backend = ScriptedBackend({"hearing": {" from": 0.55}, "hearing from": {" you": 0.95}}, default={".": 1.0})
    async with opened(backend, cutoff=0.6, max_words=2, max_requests=9) as ac:
        assert not (await ac.decide("hearing ")).shown
        decision = await ac.decide("hearing ", displayed="from you")
        assert decision.completion == "from you"
        assert decision.bounds.lower == pytest.approx(0.55 * 0.95**2)  # the end of "from" too


async def test_a_phrase_pays_for_all_its_words() -> None:
    table = {
        "x": Distribution.from_pairs([(b" a", 0.9)], usage=Usage(1, 1)),
        "x a": Distribution.from_pairs([(b" b", 0.9)], usage=Usage(2, 1)),
        "x a b": Distribution.from_pairs([(b" c", 0.1)], usage=Usage(3, 1)),
    }
    ac = opened(ScriptedBackend(table))
    one = await ac.decide("x ")
    assert (one.completion, one.requests, one.usage) == ("a", 2, Usage(3, 2))
    ac.max_words = 2
    two = await ac.decide("x ")  # what was asked in vain is paid too
    assert (two.completion, two.requests, two.usage, two.source) == ("a", 1, Usage(3, 1), "scripted")


async def test_a_phrase_keeps_to_the_budget() -> None:
    backend = knows(p=1.0)
    decision = await opened(backend, max_words=9, max_requests=3).decide("We look ")
    assert (decision.completion, decision.requests, len(backend.requests)) == ("forward to", 3, 3)


async def test_nothing_follows_a_word_whose_end_was_not_waited_for() -> None:
    """Its probability includes that the word goes on, so the chain rule does not hold after it."""
    backend = ScriptedBackend({"der": {" Donaudampfschifffahrts": 0.9}}, default={" ist": 0.5})
    decision = await opened(backend, max_words=3).decide("der Donau")
    assert decision.completion == "dampfschifffahrts"
    assert len(decision.phrase) == 1


# -- chat models ------------------------------------------------------------------------------------------------------

CHAT = Capabilities(continues=False, where="elsewhere")


async def test_a_chat_model_that_drops_the_space_is_understood() -> None:
    backend = ScriptedBackend({"hearing": {"from": 0.6, " from": 0.3}, "hearing from": {" you": 1.0}}, capabilities=CHAT)
    decision = await opened(backend).decide("hearing fr")
    assert decision.completion == "om"
    assert decision.bounds.lower == pytest.approx(0.9)


async def test_a_chat_model_that_goes_on_inside_a_half_word_is_understood() -> None:
    """The text that is sent ends in a half word, so what comes without a space belongs to it."""
    backend = ScriptedBackend(
        {"hearing": {" fr": 1.0}, "hearing fr": {"om": 1.0}, "hearing from": {" you": 1.0}}, capabilities=CHAT
    )
    assert (await opened(backend).decide("hearing fr")).completion == "om"


async def test_a_chat_model_that_never_sets_a_space_is_shown_all_the_same() -> None:
    """Most chat models answer "you" after "hearing from": that the word had ended is told by English words."""
    backend = ScriptedBackend({"hearing": {"from": 0.9}, "hearing from": {"you": 0.8, "the": 0.1}}, capabilities=CHAT)
    decision = await opened(backend).decide("hearing ")
    assert (decision.shown, decision.completion) == (True, "from")
    assert decision.bounds.lower == pytest.approx(0.81)


@pytest.fixture(scope="module")
def chat_server() -> Iterator[ModelServer]:
    with ModelServer(
        TokenModel.train(Path(__file__).parents[1].joinpath("data", "tiny.txt").read_text(encoding="utf-8"), vocabulary=600)
    ) as server:
        server.be(endpoints="chat")
        yield server


@pytest.mark.parametrize("text", ["met at ", "in the ", "She said ", "at the e"])
async def test_the_first_answer_of_a_chat_server_is_read_as_all_others(chat_server: ModelServer, text: str) -> None:
    """That it does not continue text is learned from that answer."""
    backend = OpenAIBackend("m", base_url=chat_server.url, timeout_s=60)
    ac = opened(backend, cutoff=0.2)
    first = await ac.decide(text)
    assert not backend.capabilities.continues
    again = await opened(backend, cutoff=0.2).decide(text)
    assert (first.alternatives, first.shown) == (again.alternatives, again.shown)
    assert first.alternatives
    await backend.aclose()
