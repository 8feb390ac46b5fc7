"""The probability that a word had, against exhaustive enumeration of tiny models."""

from __future__ import annotations

import math
import random

import pytest

from autocomplete import Distribution, Request, ScriptedBackend
from autocomplete.backends.embedded import EmbeddedBackend
from autocomplete.core.backend import Capabilities
from autocomplete.core.characters import CharKind, char_kind
from autocomplete.core.decision import Bounds
from autocomplete.core.word_score import WordScore, WordSearch, known_score
from tests.core.tiny_process import ALPHABETS, TinyProcess, Truth, readable_text, truth
from tests.support.engines import SENTENCE, knows, opened

EPSILON = 1e-9


def typed_and_truth(seed: int, top_k: int) -> tuple[TinyProcess, str, Truth]:
    """Return a random model, what was typed, and the truth about every completion and every text."""
    rng = random.Random(seed)
    process = TinyProcess(seed, rng.choice(ALPHABETS), depth=3, top_k=top_k)
    texts = list(process.texts().items())
    text = rng.choices([text for text, _ in texts], weights=[p for _, p in texts])[0]
    line = readable_text(text).split("\n")[0].split("\ufffd")[0]
    typed = line[: rng.randint(0, len(line))]
    return process, typed, truth(process, typed.encode())


def searched(process: TinyProcess, typed: str, completion: str, worth_asking: float) -> list[WordScore]:
    """Return the score after each answer, the last when nothing more is worth asking."""
    search = WordSearch(typed, completion, worth_asking=worth_asking)
    scores = [search.score()]
    while (state := search.next()) is not None:
        search.feed(state, process.top(state))
        scores.append(search.score())
    return scores


def targets(typed: str, known: Truth, rng: random.Random) -> list[tuple[str, float]]:
    """Return completions with their probabilities: words, likely or not, one that never comes, and open-ended beginnings."""
    words = rng.sample(sorted(known.words.items()), min(4, len(known.words)))
    found = [(word, p) for word, p in words if "\ufffd" not in word]
    found = [(word, p) for word, p in found if char_kind(word[-1]) is not CharKind.UNSPACED]
    found.append(("我", known.of("我", open_ended=True)))
    return [*found, (" zebra", 0.0)] if not typed or typed[-1] in " .\n" or typed[-1].isalnum() else found


@pytest.mark.parametrize("top_k", [1, 3, 8, 24])
def test_the_bounds_of_a_word_hold_against_enumeration_at_every_step(top_k: int) -> None:
    n = 0
    for seed in range(30):
        process, typed, known = typed_and_truth(seed, top_k)
        for completion, p in targets(typed, known, random.Random(seed)):
            for score in searched(process, typed, completion, 0.0):
                assert score.bounds.lower - EPSILON <= p <= score.bounds.upper + EPSILON, (seed, typed, completion)
                assert score.bounds.lower <= score.attainable + EPSILON
                n += 1
    assert n > 200


def test_where_all_tokens_are_listed_the_bounds_meet() -> None:
    met = n = 0
    for seed in range(30):
        process, typed, known = typed_and_truth(seed, 99)
        for completion, p in targets(typed, known, random.Random(seed)):
            last = searched(process, typed, completion, 0.0)[-1]
            met += last.bounds.lower == pytest.approx(p, abs=1e-6) and last.bounds.upper == pytest.approx(p, abs=1e-6)
            n += 1
    assert met > 0.7 * n > 30  # not where a token ends inside a character, after which no text API can be asked


def test_what_is_hardly_worth_asking_is_not_asked() -> None:
    search = WordSearch(" ", "from")
    search.feed(b"", Distribution.from_pairs([(b" from", 0.5), (b" fr", 0.01), (b" of", 0.3)]))
    assert search.next() == b" from"
    search.feed(b" from", Distribution.from_pairs([(b" you", 0.9)]))
    assert search.next() is None
    assert search.score().bounds.lower == pytest.approx(0.45)


@pytest.mark.parametrize(("typed", "completion"), [("", ""), (" ", " "), (" ", "from you"), (" fr", "om "), ("", "\n")])
def test_what_ends_no_word_is_refused(typed: str, completion: str) -> None:
    with pytest.raises(ValueError, match="is not what ends the next word"):
        WordSearch(typed, completion)


def test_surprisal_is_an_interval_in_bits() -> None:
    assert WordScore(Bounds(0.125, 0.5), 0.5).surprisal == (1.0, 3.0)
    assert WordScore(Bounds(0.0, 0.25), 0.0).surprisal == (2.0, math.inf)


def test_the_likely_value_lies_within_the_bounds() -> None:
    assert WordScore(Bounds(0.2, 0.7), 0.5).likely == 0.5
    assert WordScore(Bounds(0.0, 0.3), 0.0).likely == 0.3
    assert WordScore(Bounds(0.4, 0.4), 0.4).likely == 0.4


async def test_a_word_of_a_text_costs_its_root_and_its_end() -> None:
    backend = knows(p=0.8)
    async with opened(backend) as ac:
        score = await ac.score("We look forward to ", "hearing")
        assert backend.contexts == ["We look forward to", "We look forward to hearing"]
        assert score.requests == 2
        assert (score.bounds.lower, score.attainable) == pytest.approx((0.64, 0.64))
        again = await ac.score("We look forward to hearing ", "from")  # its root is known already
        assert again.requests == 1


async def test_no_budget_asks_the_cache_alone() -> None:
    backend = knows()
    async with opened(backend) as ac:
        assert (await ac.score("We look ", "forward", max_requests=0)).bounds == Bounds(0.0, 1.0)
        assert backend.requests == []


async def test_a_decision_knows_what_its_word_had_without_a_request() -> None:
    async with opened(knows(p=0.8)) as ac:
        decision = await ac.decide("We look forward to ")
        assert known_score(decision, "hearing").bounds == decision.bounds
        assert known_score(decision, "something").bounds.lower == 0.0
        assert known_score(decision, "something").bounds.upper <= 0.2 + EPSILON


async def test_an_answer_to_half_a_word_tells_of_the_whole_where_it_was_not_filtered() -> None:
    async with opened(knows(p=0.8)) as ac:
        whole = await ac.decide("We look forward to ")
        half = await ac.decide("We look forward to hea")
        assert known_score(half, "hearing", typed=" ").bounds == known_score(whole, "hearing").bounds


async def test_a_filtered_answer_tells_nothing_of_the_whole_word() -> None:
    backend = ScriptedBackend({}, default={" hearing": 0.9}, capabilities=Capabilities(filters=True, local=True))
    async with opened(backend) as ac:
        half = await ac.decide("We look forward to hea")
        assert known_score(half, "hearing", typed=" ").bounds == Bounds(0.0, 1.0)


async def test_nothing_asked_is_nothing_known() -> None:
    async with opened(knows(SENTENCE)) as ac:
        assert known_score(await ac.decide(""), "We").bounds == Bounds(0.0, 1.0)


async def test_in_a_script_without_spaces_a_grapheme_is_a_beginning() -> None:
    backend = ScriptedBackend({"我": {"们去公园": 0.5, "们": 0.3, "他": 0.1}, "我们": {"去": 0.5, "来": 0.5}})
    async with opened(backend) as ac:
        score = await ac.score("我们", "去")
        assert score.bounds.lower == pytest.approx(0.65 / 0.9)
        assert score.bounds.upper == pytest.approx(0.75 / 0.9)


async def test_the_embedded_model_gives_any_word_its_probability() -> None:
    async with opened(EmbeddedBackend(learns=False)) as ac:
        for word in ("from", "xylophones", "Zaphod", "1990"):
            score = await ac.score("I look forward to hearing ", word)
            assert 0.0 < score.bounds.lower <= score.bounds.upper < 1.0, word
            assert score.bounds.upper < score.bounds.lower + 1e-6, word
        likely = await ac.score("Thank you very ", "much")
        assert likely.bounds == (await ac.decide("Thank you very ")).bounds


async def test_the_wanted_word_of_the_embedded_model_takes_from_the_rest_and_from_nothing_else() -> None:
    backend = EmbeddedBackend()
    plain = await backend.next_tokens(Request("I look forward to hearing", b" "))
    wanted = await backend.next_tokens(Request("I look forward to hearing", b" ", b" xylophones"))
    extra = dict(wanted.tokens)
    gained = extra.pop(b" xylophones")
    assert extra == dict(plain.tokens)
    assert gained == pytest.approx(plain.residual - wanted.residual)
    assert [p for _, p in wanted.tokens] == sorted((p for _, p in wanted.tokens), reverse=True)


async def test_usage_is_summed_over_all_answers() -> None:
    from autocomplete.core.distribution import Usage

    answer = Distribution.from_pairs([(b" a", 0.5)], usage=Usage(10, 1))
    async with opened(ScriptedBackend({}, default=answer)) as ac:
        await ac.next_tokens("x")
        await ac.next_tokens("y")
        await ac.next_tokens("y")
        assert ac.usage == Usage(20, 2)


async def test_an_engine_apart_has_learned_nothing_and_counts_for_itself() -> None:
    text = "Zaphod met Zaphod. Ask Zaphod about Zaphod. " * 5
    async with opened(EmbeddedBackend()) as ac:
        before = await ac.score("I asked ", "Zaphod")
        ac.session.enter("novel.txt")
        ac.session.learn(text)
        assert (await ac.score("I asked ", "Zaphod")).bounds.lower > 10 * before.bounds.lower
        requests = ac.requests
        async with ac.fork() as other:
            assert (await other.score("I asked ", "Zaphod")).bounds == before.bounds
        assert ac.requests == requests
        await ac.score("I asked ", "Ford")  # the first engine is still open


async def test_an_engine_apart_shares_what_a_server_answered() -> None:
    backend = knows()
    async with opened(backend) as ac:
        await ac.score("We look ", "forward")
        async with ac.fork() as other:
            assert (await other.score("We look ", "forward")).requests == 0
            assert other.requests == 0
    assert not backend.closed
