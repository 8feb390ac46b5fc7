"""One engine in several event loops, threads and processes, over a real socket."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autocomplete.backends.embedded import EmbeddedBackend
from autocomplete.backends.openai.client import OpenAIBackend
from autocomplete.core.backend import Request
from autocomplete.core.decision import Decision
from autocomplete.core.distribution import Distribution
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.engine.sync import SyncAutocompleter
from autocomplete.errors import ConfigError
from tests.support.server import ModelServer
from tests.support.token_model import TokenModel

TEXTS = [f"met {number} at " for number in range(8)]

#: Sockets of loops that ended are closed when they are collected, here by `closed_sockets`.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    text = Path(__file__).parents[1].joinpath("data", "tiny.txt").read_text(encoding="utf-8")
    with ModelServer(TokenModel.train(text, vocabulary=600)) as running:
        yield running


@pytest.fixture(autouse=True)
def noise(server: ModelServer, caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder) -> Iterator[None]:
    """Fail where asyncio complains, of exceptions that nobody retrieved, or of coroutines that nobody awaited."""
    server.reset()
    yield
    gc.collect()
    assert [record.message for record in caplog.records if record.name == "asyncio"] == []
    assert [str(warned.message) for warned in recwarn if "never awaited" in str(warned.message)] == []


def engine(server: ModelServer, **settings: object) -> Autocompleter:
    return Autocompleter(OpenAIBackend("m", base_url=server.url, timeout_s=60), cutoff=0.2, **settings)  # type: ignore[arg-type]


def in_threads(work: Callable[[int], object], n: int = 8) -> list[object]:
    """Return what `work` returned or raised in `n` threads that start together."""
    results: list[object] = [None] * n
    together = threading.Barrier(n)

    def one(number: int) -> None:
        together.wait()
        try:
            results[number] = work(number)
        except Exception as exc:
            results[number] = exc

    threads = [threading.Thread(target=one, args=(number,)) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def in_child(work: Callable[[], object]) -> str:
    """Return the repr of what `work` returned or raised in a forked process."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = repr(work())
        except BaseException as exc:
            said = repr(exc)
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def seen(decision: Decision) -> list[object]:
    return [decision.shown, decision.completion, decision.alternatives]


@pytest.mark.parametrize("prefetch", [False, True])
def test_one_loop_after_another(server: ModelServer, prefetch: bool) -> None:
    ac = engine(server, prefetch=prefetch)
    for text in TEXTS[:4]:
        assert asyncio.run(ac.decide(text)).requests > 0
    n_requests = len(server.requests)
    assert all(asyncio.run(ac.decide(text)).requests == 0 for text in TEXTS[:4])
    assert prefetch or len(server.requests) == n_requests  # what was fetched is known in every loop


def test_a_loop_that_ends_in_the_middle_of_a_question_leaves_no_trace(server: ModelServer) -> None:
    ac = engine(server)
    server.gate = threading.Event()

    async def given_up() -> None:
        asyncio.ensure_future(ac.decide(TEXTS[0]))  # noqa: RUF006 - the end of the loop cancels it
        await asyncio.to_thread(server.arrived.wait)

    asyncio.run(given_up())
    server.gate.set()
    server.gate = None
    assert asyncio.run(ac.decide(TEXTS[0])).requests > 0


def test_equal_questions_of_several_loops_at_once(server: ModelServer) -> None:
    ac = engine(server)

    async def some() -> list[Decision]:
        return list(await asyncio.gather(*(ac.decide(text) for text in TEXTS)))

    expected = [seen(decision) for decision in asyncio.run(some())]
    fresh = engine(server)

    async def the_same() -> list[object]:
        return [seen(decision) for decision in await asyncio.gather(*(fresh.decide(text) for text in TEXTS))]

    assert in_threads(lambda _: asyncio.run(the_same())) == [expected] * 8


async def test_a_second_loop_in_another_thread_while_this_one_asks(server: ModelServer) -> None:
    ac = engine(server, prefetch=True)
    server.gate = threading.Event()
    here = asyncio.ensure_future(ac.decide(TEXTS[0]))
    await asyncio.to_thread(server.arrived.wait)
    server.arrived.clear()
    other = asyncio.ensure_future(asyncio.to_thread(lambda: asyncio.run(ac.decide(TEXTS[0]))))
    await asyncio.to_thread(server.arrived.wait)  # the other loop asks for itself
    server.gate.set()
    one, two = await asyncio.gather(here, other)
    assert seen(one) == seen(two)
    await ac.aclose()
    await ac.backend.aclose()


def test_a_model_that_learns_is_for_one_thread_at_a_time() -> None:
    ac = Autocompleter(Pausing(), prefetch=False)

    async def both() -> None:
        here = asyncio.ensure_future(ac.decide("We look forward to hear"))
        await asyncio.to_thread(Pausing.asked.wait)
        with pytest.raises(ConfigError, match=r"^This model learns.*another thread.*for each thread"):
            await asyncio.to_thread(lambda: asyncio.run(ac.decide("Thank ")))
        Pausing.go.set()
        assert (await here).alternatives

    asyncio.run(both())
    assert asyncio.run(ac.decide("Thank y")).alternatives
    assert in_threads(lambda _: asyncio.run(ac.decide("Thank y")).shown, 1) == [asyncio.run(ac.decide("Thank y")).shown]


class Pausing(EmbeddedBackend):
    """The embedded model, which answers at first when it is told to."""

    asked, go = threading.Event(), threading.Event()

    async def next_tokens(self, request: Request) -> Distribution:
        self.asked.set()
        await asyncio.to_thread(self.go.wait)
        return await super().next_tokens(request)


def test_a_synchronous_engine_in_eight_threads(server: ModelServer) -> None:
    with SyncAutocompleter(OpenAIBackend("m", base_url=server.url, timeout_s=60), cutoff=0.2) as ac:
        results = in_threads(lambda number: ac.decide(TEXTS[number]))
        assert [result.alternatives != () for result in results if isinstance(result, Decision)] == [True] * 8
    with SyncAutocompleter("english") as ac:
        assert all(isinstance(result, Decision) for result in in_threads(lambda number: ac.decide(f"Thank y{'o' * number}")))


def test_a_synchronous_engine_that_is_closed_while_threads_ask(server: ModelServer) -> None:
    ac = SyncAutocompleter(OpenAIBackend("m", base_url=server.url, timeout_s=60))
    results = in_threads(lambda number: ac.close() if number == 3 else ac.decide(TEXTS[number]))
    assert all(result is None or isinstance(result, Decision | ConfigError) for result in results)


async def test_a_synchronous_engine_in_a_running_loop_says_what_to_use(server: ModelServer) -> None:
    ac = SyncAutocompleter(OpenAIBackend("m", base_url=server.url))
    for ask in (lambda: ac.decide("x "), lambda: ac.next_tokens("x"), ac.close):
        with pytest.raises(
            ConfigError, match=r"^An event loop is running here, as in a notebook: .*await Autocompleter"
        ) as caught:
            ask()
        assert "\n" not in str(caught.value)
    await asyncio.to_thread(ac.close)
    assert server.requests == []


@pytest.mark.parametrize("settings", [{"endpoint": "chat"}, {"mode": "estimated"}])
async def test_words_are_never_read_in_the_loop(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    """It takes a quarter of a second, in which no key would be answered."""
    readers: list[int] = []
    opened = EmbeddedBackend.open

    def noted(self: EmbeddedBackend) -> Lexicon:
        readers.append(threading.get_ident())
        return opened(self)

    monkeypatch.setattr(EmbeddedBackend, "open", noted)
    backend = OpenAIBackend("m", base_url=server.url, timeout_s=60, endpoint=settings.get("endpoint", "auto"))  # type: ignore[arg-type]
    ac = Autocompleter(backend, mode=settings.get("mode", "certified"), cutoff=0.2, prefetch=False)
    assert (await ac.decide(TEXTS[0])).alternatives
    await backend.aclose()
    assert readers
    assert threading.get_ident() not in readers


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
class TestFork:
    def test_a_child_asks_for_itself(self, server: ModelServer) -> None:
        ac = engine(server, prefetch=False)
        known = asyncio.run(ac.decide(TEXTS[0]))
        assert in_child(lambda: seen(asyncio.run(ac.decide(TEXTS[0])))) == repr(seen(known))
        assert asyncio.run(ac.decide(TEXTS[0])).requests == 0

    def test_a_child_of_a_synchronous_engine_asks_for_itself(self, server: ModelServer) -> None:
        with SyncAutocompleter(OpenAIBackend("m", base_url=server.url, timeout_s=60), cutoff=0.2) as ac:
            expected = [seen(ac.decide(text)) for text in TEXTS]
            for number in range(4):
                assert in_child(lambda number=number: seen(ac.decide(TEXTS[number]))) == repr(expected[number])  # type: ignore[misc]
                assert seen(ac.decide(f"again {number} ")) != []

    def test_a_child_does_not_wait_for_a_thread_of_its_parent(self, server: ModelServer) -> None:
        server.gate = threading.Event()
        with SyncAutocompleter(OpenAIBackend("m", base_url=server.url, timeout_s=60), cutoff=0.2) as ac:
            busy = threading.Thread(target=lambda: ac.decide(TEXTS[0]))
            busy.start()
            server.arrived.wait()
            assert in_child(lambda: ac.decide(TEXTS[1], max_requests=0).reason.value) == "'undecided'"
            server.gate.set()
            busy.join()
