from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from autocomplete.core.distribution import Distribution
from autocomplete.engine.cache import DistributionCache
from autocomplete.errors import BackendUnavailable

ANSWER = Distribution(((b" a", 0.5),), 0.5)


class Model:
    """Answers when `go` is set, with its argument; counts."""

    def __init__(self, answer: Distribution | BaseException = ANSWER) -> None:
        self.answer = answer
        self.go = asyncio.Event()
        self.asked = asyncio.Event()
        self.n_asked = self.n_cancelled = 0

    async def __call__(self) -> Distribution:
        self.n_asked += 1
        self.asked.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.n_cancelled += 1
            raise
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


async def settle() -> None:
    """Let every task that can run do so."""
    for _ in range(10):
        await asyncio.sleep(0)


async def cancelled(task: asyncio.Task[Distribution]) -> bool:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return task.cancelled()


async def test_what_was_fetched_is_known() -> None:
    cache, model = DistributionCache(), Model()
    model.go.set()
    assert cache.get("k") is None
    assert await cache.fetch("k", model) is ANSWER
    assert cache.get("k") is ANSWER


async def test_equal_requests_in_flight_are_one() -> None:
    cache, model = DistributionCache(), Model()
    callers = [asyncio.create_task(cache.fetch("k", model)) for _ in range(5)]
    await model.asked.wait()
    model.go.set()
    assert await asyncio.gather(*callers) == [ANSWER] * 5
    assert model.n_asked == 1


async def test_different_requests_are_not_one() -> None:
    cache, one, other = DistributionCache(), Model(), Model(Distribution((), 1.0))
    one.go.set()
    other.go.set()
    both = await asyncio.gather(cache.fetch("k", one), cache.fetch("l", other))
    assert list(both) == [ANSWER, Distribution((), 1.0)]


async def test_the_cancel_of_one_caller_does_not_kill_the_request_of_another() -> None:
    cache, model = DistributionCache(), Model()
    first, second = (asyncio.create_task(cache.fetch("k", model)) for _ in range(2))
    await model.asked.wait()
    assert await cancelled(first)
    assert model.n_cancelled == 0
    model.go.set()
    assert await second is ANSWER
    assert cache.get("k") is ANSWER


async def test_the_last_cancel_kills_the_request() -> None:
    cache, model = DistributionCache(), Model()
    callers = [asyncio.create_task(cache.fetch("k", model)) for _ in range(3)]
    await model.asked.wait()
    for caller in callers:
        assert model.n_cancelled == 0
        assert await cancelled(caller)
    await settle()
    assert model.n_cancelled == 1
    assert cache.get("k") is None


async def test_after_a_killed_request_the_next_one_is_new() -> None:
    cache, dead, alive = DistributionCache(), Model(), Model()
    first = asyncio.create_task(cache.fetch("k", dead))
    await dead.asked.wait()
    first.cancel()
    alive.go.set()
    second = asyncio.create_task(cache.fetch("k", alive))
    assert await second is ANSWER
    assert (first.cancelled(), alive.n_asked) == (True, 1)


async def test_an_error_reaches_all_who_wait_and_is_not_kept() -> None:
    cache, model = DistributionCache(), Model(BackendUnavailable("no"))
    callers = [asyncio.create_task(cache.fetch("k", model)) for _ in range(3)]
    await model.asked.wait()
    model.go.set()
    errors = await asyncio.gather(*callers, return_exceptions=True)
    assert errors == [model.answer] * 3
    assert cache.get("k") is None
    model.answer = ANSWER
    assert await cache.fetch("k", model) is ANSWER


async def test_an_error_nobody_waits_for_any_more_is_no_noise() -> None:
    noise: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context))
    cache, model = DistributionCache(), Model(BackendUnavailable("no"))
    first, second = (asyncio.create_task(cache.fetch("k", model)) for _ in range(2))
    await model.asked.wait()
    assert await cancelled(first)
    model.go.set()
    with pytest.raises(BackendUnavailable):
        await second
    del first, second, model
    await settle()
    gc.collect()
    assert noise == []


@asynccontextmanager
async def eager_tasks() -> AsyncIterator[None]:
    """Let the loop run the first step of a task at once, as `asyncio.eager_task_factory` does (Python 3.12, Textual)."""
    factory = getattr(asyncio, "eager_task_factory", None)
    if factory is None:
        pytest.skip("needs Python 3.12")
    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    try:
        yield
    finally:
        loop.set_task_factory(None)


async def test_eager_tasks_leave_nothing_behind() -> None:
    async with eager_tasks():
        await check_no_flight_outlives_its_answer()


async def check_no_flight_outlives_its_answer() -> None:
    now = 0.0
    cache = DistributionCache(ttl_s=10.0, clock=lambda: now)
    with pytest.raises(BackendUnavailable):
        await cache.fetch("k", at_once(BackendUnavailable("no")))
    assert await cache.fetch("k", at_once(ANSWER)) is ANSWER
    now = 11.0
    newer = Distribution((), 1.0)
    assert await cache.fetch("k", at_once(newer)) is newer


async def test_a_task_that_ends_before_it_is_noted_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same on every Python: a task whose steps all run at once, as an eager one's may."""
    monkeypatch.setattr(asyncio, "ensure_future", done_at_once)
    await check_no_flight_outlives_its_answer()


def at_once(answer: Distribution | BaseException) -> Callable[[], Awaitable[Distribution]]:
    async def ask() -> Distribution:
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return ask


def done_at_once(coroutine: Awaitable[Distribution]) -> asyncio.Future[Distribution]:
    future: asyncio.Future[Distribution] = asyncio.get_running_loop().create_future()
    try:
        coroutine.__await__().send(None)
    except StopIteration as ended:
        future.set_result(ended.value)
    except BackendUnavailable as error:
        future.set_exception(error)
    return future


async def test_what_is_too_old_is_forgotten() -> None:
    now = 0.0
    cache, model = DistributionCache(ttl_s=10.0, clock=lambda: now), Model()
    model.go.set()
    await cache.fetch("k", model)
    now = 9.9
    assert cache.get("k") is ANSWER
    now = 10.1
    assert cache.get("k") is None


async def test_the_least_recently_used_goes_first_and_the_size_is_kept() -> None:
    cache, model = DistributionCache(size=2, clock=lambda: 0.0), Model()
    model.go.set()
    await cache.fetch("a", model)
    await cache.fetch("b", model)
    assert cache.get("a") is ANSWER
    await cache.fetch("c", model)
    assert [cache.get(key) is not None for key in "abc"] == [True, False, True]
