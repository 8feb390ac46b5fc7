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


@pytest.mark.parametrize(
    ("word", "goes_on", "next_word"),
    [(" 👍", "🏽", " you"), (" 3", ".5", " of"), (" 我", "们", " you"), (" e\u0301", "\u0302", " you"), (" don", "'t", " you")],
)
async def test_what_continues_the_word_before_is_not_after_it(word: str, goes_on: str, next_word: str) -> None:
    table = {"nice": {word: 1.0}, f"nice{word}": {goes_on: 0.5, next_word: 0.25, "!": 0.25}}
    backend = ScriptedBackend(table, default=Distribution((), 0.0, 1.0))
    decision = await opened(backend, cutoff=0.1, max_words=2, max_requests=9).decide("nice ")
    assert decision.completion == word[1:] + ("" if word == " 我" else next_word)  # a Han word has no end to wait for
    if word != " 我":
        assert decision.bounds.lower == pytest.approx(0.5 * 0.5)  # the word ends, and then half of what may follow it


async def test_a_letter_right_after_an_emoji_begins_a_word() -> None:
    backend = ScriptedBackend({"nice": {" 👍": 1.0}, "nice 👍": {"abc": 0.6, " you": 0.4}}, default={".": 1.0})
    decision = await opened(backend, cutoff=0.5, max_words=2, max_requests=9).decide("nice ")
    assert decision.completion == "👍abc"
    assert decision.bounds.lower == pytest.approx(0.6)


@pytest.mark.parametrize("hostile", ["\x1b[31m", "\u200b", " \u202ered", " \u00ad", " x\u2066"])
async def test_what_is_behind_a_word_takes_none_of_its_mass(hostile: str) -> None:
    backend = ScriptedBackend({"hearing": {f" from{hostile}": 0.8, " of": 0.2}}, default={".": 1.0})
    decision = await opened(backend, cutoff=0.7).decide("hearing ")
    assert decision.completion == "from"
    assert (decision.bounds.lower, decision.bounds.upper) == pytest.approx((0.8, 0.8))


async def test_a_displayed_word_that_was_not_seen_yet_is_measured_by_its_keep_level() -> None:
    table = {"hearing": {" fr": 0.55, " y": 0.45}, "hearing fr": {"om": 1.0}, "hearing y": {"a": 0.5, "b": 0.5}}
    backend = ScriptedBackend(table, default={"!": 1.0})
    assert not (await opened(backend, cutoff=0.6).decide("hearing ")).shown  # a cold cache: nothing of the word was seen
    kept = await opened(backend, cutoff=0.6).decide("hearing ", displayed="from")
    assert (kept.completion, kept.bounds.lower, kept.requests) == ("from", 0.55, 3)
    early = await opened(backend, cutoff=0.6, max_requests=1).decide("hearing ", displayed="from")
    assert early.explanation.endswith("the request budget ended.")


async def test_a_displayed_text_without_an_end_is_measured_so_too() -> None:
    backend = ScriptedBackend({"": {"我": 1.0}, "我": {"们": 0.55, "的": 0.45}, "我们": {"去": 1.0}}, default={"。": 1.0})
    assert not (await opened(backend, cutoff=0.6).decide("我")).shown
    kept = await opened(backend, cutoff=0.6).decide("我", displayed="们去")
    assert (kept.completion, kept.bounds.lower) == ("们去", 0.55)


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


@pytest.mark.parametrize("mode", ["certified", "estimated"])
@pytest.mark.parametrize("opening", ["Sure", "Certainly", "Of", "Here", "Okay", "Great", "Absolutely", "The"])
@pytest.mark.parametrize("typed", ["", " ", " {}", ", ", "; and "])
async def test_the_opening_of_a_reply_is_never_the_next_word_within_a_sentence(mode: str, opening: str, typed: str) -> None:
    backend = ScriptedBackend({}, default={opening: 0.95, " and": 0.02}, capabilities=CHAT)
    for n in (1, 2):
        text = f"We want to thank{typed.format(opening[:n].lower())}"
        decision = await opened(backend, mode=mode, cutoff=0.1).decide(text)
        assert not decision.shown or opening.casefold() not in (text + decision.completion).casefold().split()


async def test_a_name_without_its_space_is_the_next_word() -> None:
    backend = ScriptedBackend({"flew to": {"London": 0.9}}, default={".": 1.0}, capabilities=CHAT)
    assert (await opened(backend).decide("flew to ")).completion == "London"


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
