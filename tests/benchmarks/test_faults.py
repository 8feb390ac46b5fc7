"""The benchmarks that look for faults: small runs, and that they would find some."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from autocomplete.backends.openai import responses
from autocomplete.core.distribution import Distribution
from benchmarks.backends import mutated_bodies, socket_faults
from benchmarks.support.faulty_server import MODES, SECRET, FaultyServer


async def test_no_damaged_body_does_harm() -> None:
    outcomes, faults, _ = await mutated_bodies.run(400)
    assert faults == {}
    assert outcomes["backend: shown"] > 0 < outcomes["parser: a distribution"]


async def test_a_show_that_no_body_states_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    sure = Distribution.from_pairs([(b" from", 0.99), (b" you", 0.005)])
    monkeypatch.setattr("autocomplete.backends.openai.client.parse", lambda raw, prompt: sure)
    _, faults, _ = await mutated_bodies.run(200)
    assert any("not stated" in fault for fault in faults)


async def test_an_exception_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "choice_error", lambda body: body["choices"][0]["error"])
    _, faults, _ = await mutated_bodies.run(100)
    assert any("KeyError" in fault for fault in faults)


@pytest.fixture
def findings() -> Iterator[socket_faults.Findings]:
    found = socket_faults.Findings()
    root = logging.getLogger()
    level = root.level
    root.addHandler(found)
    root.setLevel(logging.DEBUG)
    yield found
    root.setLevel(level)
    root.removeHandler(found)


async def test_no_fault_of_a_socket_does_harm(findings: socket_faults.Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_faults, "TIMEOUT_S", 60.0)
    with FaultyServer() as server:
        for mode in MODES.keys() - {"hang", "drip"}:  # those wait for the time-out
            worker = socket_faults.Worker(server.url, 1, findings)
            await worker.ask(mode, 1)
            await worker.close()
    assert findings.faults == {}
    assert findings.outcomes["good"] == {"shown": 1}
    assert server.seen["redirected"] == 0


async def test_a_leak_into_a_log_is_found(findings: socket_faults.Findings) -> None:
    logging.getLogger("somewhere").debug("asked %s", SECRET)
    assert list(findings.faults) == ["marzipan in the log of somewhere"]
