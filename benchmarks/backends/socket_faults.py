"""Questions to a server that fails in every way, over real sockets: python -m benchmarks.backends.socket_faults [QUESTIONS]

The server runs in a process of its own (`benchmarks.support.faulty_server`). Checked with every question: nothing but a
BackendError leaves; what is shown is what a whole answer says; no message and no record of any log, down to DEBUG, holds the
key or the text; a pause is 0 to 600 s; one pause later a good answer is shown again (where the server has answered before;
else two useless answers are final, and so is a status such as 401); a redirect is not followed. And of the whole run: the
event loop never stands still for more than 50 ms in which this process computes, and memory stays bounded. The exit status is
1 where one of these fails.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from autocomplete import Autocompleter, BackendError, BackendUnavailable
from autocomplete.backends.openai.client import OpenAIBackend
from benchmarks.support.faulty_server import KEY, MODES, SECRET, FaultyServer
from benchmarks.support.tables import machine, table

WORKERS = 8
TIMEOUT_S = 0.5
#: Questions that a backend lives through.
QUESTIONS_EACH = 40
LONGEST_STILL_S = 0.05
MOST_GROWTH_MB = 128
#: What takes megabytes to send is asked less often.
HEAVY = ("bomb", "long", "many", "nested")


@dataclass
class Findings(logging.Handler):
    """What came of the questions: outcomes by mode, and faults by kind with an example each. Also the handler of all logs."""

    outcomes: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    faults: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    longest_still_s: float = 0.0

    def __post_init__(self) -> None:
        super().__init__(logging.DEBUG)

    def __hash__(self) -> int:
        return id(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one record of a log."""
        text = self.format(record)
        for word in (KEY, SECRET):
            if word in text:
                self.faults[f"{word} in the log of {record.name}"].append(text[:200])

    async def watch_loop(self) -> None:
        """Measure until cancelled for how long the loop stands still while this process computes."""
        while True:
            before_s, computed_s = time.perf_counter(), time.process_time()
            await asyncio.sleep(0.001)
            still_s = min(time.perf_counter() - before_s, time.process_time() - computed_s)
            self.longest_still_s = max(self.longest_still_s, still_s)


class Worker:
    """Asks one question after another. Its clock passes every pause."""

    def __init__(self, url: str, seed: int, findings: Findings) -> None:
        self._url, self._findings = url, findings
        self._rng = random.Random(seed)
        self._seed = seed
        self._now_s = 0.0
        self._said = ""  # by the last error
        self._has_answered = False
        self._open()

    def _open(self) -> None:
        self._backend = OpenAIBackend("m", base_url=self._url, api_key=KEY, timeout_s=TIMEOUT_S, clock=lambda: self._now_s)
        self._autocompleter = Autocompleter(self._backend, cutoff=0.5, prefetch=False)

    async def _renew(self) -> None:
        await self.close()
        self._open()
        self._has_answered = False
        if self._rng.random() < 0.7:  # else the first answer of all is a broken one
            self._has_answered = await self.ask("good", -1) == "shown"

    async def run(self, n: int) -> None:
        """Ask `n` questions."""
        for number in range(n):
            if (number + 5 * self._seed) % QUESTIONS_EACH == 0:
                await self._renew()
            mode = self._rng.choice(list(MODES))
            if mode in HEAVY and self._rng.random() < 0.8:
                mode = "protocol"
            await self.ask(mode, number)
            self._now_s += 700.0
            if mode == "status":
                await self._renew()
            elif self._has_answered and self._rng.random() < 0.4:
                await self._recover(mode, number)
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._backend.aclose()

    async def ask(self, mode: str, number: int) -> str:
        """Ask one question, look at what comes of it, and return that in a word."""
        faults, outcome = self._findings.faults, "a crash"
        text = f"{SECRET} {mode} {self._seed} {number} {self._now_s:.0f} to hearing "
        try:
            decision = await self._autocompleter.decide(text)
            outcome = "shown" if decision.shown else "withheld"
            if decision.shown and not (decision.completion == "from" and 0.6 < decision.bounds.lower < 0.83):
                faults[f"wrong show after {mode}"].append(repr(decision))
        except BackendError as error:
            outcome, message = type(error).__name__, str(error)
            self._said = message
            if KEY in message or SECRET in message or "\n" in message:
                faults["a message holds the key, the text or several lines"].append(message)
            wait_s = error.retry_after_s if isinstance(error, BackendUnavailable) else None
            if wait_s is not None and not 0.0 <= wait_s <= 600.0:
                faults["a pause of absurd length"].append(f"{mode}: {wait_s}")
        except Exception as exc:
            faults[f"{type(exc).__name__} left after {mode}"].append(repr(exc)[:200])
        self._findings.outcomes[mode][outcome] += 1
        return outcome

    async def _recover(self, mode: str, number: int) -> None:
        for _ in range(3):  # a busy machine may run into the time-out itself
            outcome = await self.ask("good", number)
            if outcome == "shown":
                return
            self._now_s += 700.0
        self._findings.faults[f"no recovery after {mode}"].append(f"{outcome}: {self._said}")
        await self._renew()


async def run(n: int, url: str, findings: Findings, workers: int = WORKERS) -> None:
    """Ask about `n` questions by several workers at once."""
    await Worker(url, -1, Findings()).run(3)  # what is imported at first is no part of the measurement
    gc.collect()
    gc.freeze()  # as the editor does: the libraries are no garbage
    watch = asyncio.ensure_future(findings.watch_loop())
    await asyncio.gather(*(Worker(url, seed, findings).run(-(-n // workers)) for seed in range(workers)))
    watch.cancel()


def peak_mb() -> float:
    """Return the most memory that this process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def check_whole(findings: Findings, seen: dict[str, int], growth_mb: float) -> None:
    """Note the faults that show only in the whole run."""
    if findings.longest_still_s > LONGEST_STILL_S:
        findings.faults["the event loop stood still"].append(f"{findings.longest_still_s * 1000:.0f} ms")
    if growth_mb > MOST_GROWTH_MB:
        findings.faults["memory grew"].append(f"{growth_mb:.0f} MB")
    if seen["redirected"]:
        findings.faults["a redirect was followed"].append(str(seen["redirected"]))


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    findings = Findings()
    logging.basicConfig(level=logging.DEBUG, handlers=[findings])
    started = time.perf_counter()
    with FaultyServer() as server:
        asyncio.run(run(min(n, 100), server.url, Findings()))
        before_mb = peak_mb()
        asyncio.run(run(n, server.url, findings))
    growth_mb = peak_mb() - before_mb
    check_whole(findings, server.seen, growth_mb)
    asked = sum(sum(outcomes.values()) for outcomes in findings.outcomes.values())
    print(f"{asked:,} questions, {server.seen['requests']:,} requests, {time.perf_counter() - started:.0f} s. {machine()}\n")
    names = sorted({outcome for outcomes in findings.outcomes.values() for outcome in outcomes})
    print(table(("server", *names), [(mode, *(findings.outcomes[mode][name] for name in names)) for mode in MODES]))
    print(f"\nLongest stillness of the loop: {findings.longest_still_s * 1000:.0f} ms. Memory: {growth_mb:.0f} MB more.")
    print(f"Redirects followed: {server.seen['redirected']}. Faults: {sum(map(len, findings.faults.values())):,}.")
    for fault, examples in findings.faults.items():
        print(f"{len(examples):,} times {fault}: {examples[0]}")
    raise SystemExit(1 if findings.faults else 0)


if __name__ == "__main__":
    main()
