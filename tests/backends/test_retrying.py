"""A server that says "not now" is waited for, where nobody waits at the keyboard."""

from __future__ import annotations

import pytest

from autocomplete.backends.retrying import PATIENCE_S, RetryingBackend
from autocomplete.backends.scripted import Answer, ScriptedBackend
from autocomplete.core.backend import Capabilities, Request
from autocomplete.errors import BackendRejected, BackendUnavailable
from autocomplete.evaluation.records import Document
from autocomplete.evaluation.replay.runner import replay_all
from tests.evaluation.typing_reference import VOCABULARIES, Model, fresh

ANSWER = {" you": 0.9}


class Server:
    """Gives its answers one after another, then `ANSWER`; an exception is raised."""

    def __init__(self, *answers: Answer) -> None:
        self.left = [*answers]
        self.now_s = 0.0
        self.pauses: list[float] = []
        self.told: list[str] = []
        self.inner = ScriptedBackend(lambda _: self.left.pop(0) if self.left else ANSWER, name="paid")
        self.patient = RetryingBackend(self.inner, tell=self.told.append, clock=lambda: self.now_s, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now_s += seconds

    async def ask(self) -> float:
        return (await self.patient.next_tokens(Request("Thank"))).tokens[0][1]


def rate_limit(seconds: float) -> BackendUnavailable:
    return BackendUnavailable(f"Rate limited, resuming in {seconds:.0f} s", retry_after_s=seconds)


async def test_it_waits_as_long_as_the_server_says_and_tells_it_once_a_minute() -> None:
    server = Server(rate_limit(20), rate_limit(20), rate_limit(50))
    assert await server.ask() == 0.9
    assert server.pauses == [20, 20, 50]
    assert server.told == ["Waiting: Rate limited, resuming in 20 s"]
    server.left = [rate_limit(7)]
    assert await server.ask() == 0.9
    assert server.told == ["Waiting: Rate limited, resuming in 20 s", "Waiting: Rate limited, resuming in 7 s"]


async def test_a_server_that_never_answered_is_not_waited_for() -> None:
    server = Server(BackendUnavailable("Cannot reach it."))
    with pytest.raises(BackendUnavailable, match="reach"):
        await server.ask()
    assert (server.pauses, server.told) == ([], [])


async def test_one_that_had_answered_gets_longer_and_longer_pauses() -> None:
    server = Server(ANSWER, *[BackendUnavailable("It is slow.")] * 7)
    await server.ask()
    assert await server.ask() == 0.9
    assert server.pauses == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize("error", [BackendUnavailable("It is slow."), rate_limit(10)])
async def test_patience_ends(error: BackendUnavailable) -> None:
    server = Server(ANSWER, *[error] * 99)
    await server.ask()
    with pytest.raises(BackendUnavailable) as raised:
        await server.ask()
    assert raised.value is error
    assert PATIENCE_S - 30 <= server.now_s <= PATIENCE_S


async def test_a_pause_beyond_patience_is_told_at_once() -> None:
    server = Server(rate_limit(3600))
    with pytest.raises(BackendUnavailable, match="3600"):
        await server.ask()
    assert server.pauses == []


async def test_patience_begins_with_the_question() -> None:
    server = Server(ANSWER, rate_limit(PATIENCE_S))
    await server.ask()
    server.now_s += 1000.0
    assert await server.ask() == 0.9


async def test_an_answer_to_another_question_is_a_sign_of_life() -> None:
    server = Server(rate_limit(100), rate_limit(100))

    async def sleep_and_another_is_answered(seconds: float) -> None:
        server.now_s += seconds
        errors, server.left = server.left, []
        await server.ask()
        server.left = errors

    server.patient = RetryingBackend(server.inner, clock=lambda: server.now_s, sleep=sleep_and_another_is_answered)
    assert await server.ask() == 0.9
    assert server.now_s == 200.0


async def test_a_refusal_is_raised_at_once() -> None:
    server = Server(BackendRejected("No such model."))
    with pytest.raises(BackendRejected):
        await server.ask()


async def test_a_server_that_asks_for_no_pause_is_given_one() -> None:
    server = Server(*[rate_limit(0)] * 4)
    assert await server.ask() == 0.9
    assert server.pauses == [1, 2, 4, 8]


async def test_it_is_the_model_in_everything_else() -> None:
    inner = ScriptedBackend({}, name="paid", capabilities=Capabilities(where="there"))
    patient = RetryingBackend(inner)
    assert (patient.name, patient.capabilities) == ("paid", inner.capabilities)
    await patient.aclose()
    assert inner.closed


async def no_sleep(seconds: float) -> None:
    pass


async def test_a_replay_finds_the_same_through_faults() -> None:
    model = Model(5, VOCABULARIES[0], top_k=6)
    n_asked = 0

    def faulty(request: Request) -> Answer:
        nonlocal n_asked
        n_asked += 1
        return rate_limit(0.0) if n_asked % 3 == 0 else model.answer(request)

    there = Capabilities(where="there")
    found = [
        await replay_all(fresh(backend, 0.5, 0.2), [Document("", model.text(12))])
        for backend in (
            ScriptedBackend(model.answer, capabilities=there),
            RetryingBackend(ScriptedBackend(faulty, capabilities=there), sleep=no_sleep),
        )
    ]
    assert found[0].outcomes.completion == found[1].outcomes.completion
    assert n_asked > 9
