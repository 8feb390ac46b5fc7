from __future__ import annotations

import asyncio
import gc
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from autocomplete.backends.scripted import ScriptedBackend
from autocomplete.engine.sync import SyncAutocompleter
from autocomplete.runtime import ctrl_c

_set = signal.signal


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Ctrl+C is heard, also where the tests run in the background."""
    before = _set(signal.SIGINT, signal.default_int_handler)
    yield
    _set(signal.SIGINT, before)


def _at_once(number: int, handler: Any) -> Any:
    """Set a handler, and let Ctrl+C come where it is one for that."""
    before = _set(number, handler)
    if number == signal.SIGINT and handler is not signal.default_int_handler:
        signal.raise_signal(number)
    return before


@pytest.fixture(params=["held back", "not held back"])
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C comes in the very moment in which asyncio has begun to look for it; on Windows nothing can hold it back."""
    if request.param == "not held back":
        monkeypatch.setattr(ctrl_c, "_block", lambda: None)
    monkeypatch.setattr("signal.signal", _at_once)


async def _answer() -> int:
    await asyncio.sleep(0)
    return 42


async def _interrupted() -> None:
    signal.raise_signal(signal.SIGINT)
    await asyncio.sleep(60.0)


def test_what_the_coroutine_returns() -> None:
    assert ctrl_c.run(_answer()) == 42


def test_ctrl_c_meanwhile() -> None:
    with pytest.raises(KeyboardInterrupt):
        ctrl_c.run(_interrupted())


def test_ctrl_c_while_the_event_loop_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a loop cannot be closed, and says so when it goes."""
    reported: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", reported.append)
    made = asyncio.SelectorEventLoop.__init__

    def interrupted(self: asyncio.SelectorEventLoop, *arguments: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        made(self, *arguments)

    monkeypatch.setattr("asyncio.SelectorEventLoop.__init__", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ctrl_c.run(_answer())
    gc.collect()
    assert reported == []


@pytest.mark.usefixtures("at_once")
def test_ctrl_c_as_it_begins() -> None:
    with pytest.raises(KeyboardInterrupt):
        ctrl_c.run(_answer())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


_CHILD = "import signal; print(signal.pthread_sigmask(signal.SIG_BLOCK, ()))"


@pytest.mark.skipif(sys.platform == "win32", reason="no masks of signals there")
def test_what_is_started_does_not_hear_ctrl_c_and_here_it_comes_later() -> None:
    printed = []
    with pytest.raises(KeyboardInterrupt), ctrl_c.unheard():
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        printed.append(subprocess.run([sys.executable, "-c", _CHILD], capture_output=True, text=True, check=True).stdout)
    assert "SIGINT" in printed[0]
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_ctrl_c_as_a_script_asks_and_it_can_ask_again() -> None:
    with SyncAutocompleter(ScriptedBackend({"hearing": {" from you": 0.9}}), cutoff=0.5) as autocompleter:
        with pytest.MonkeyPatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr("signal.signal", _at_once)
            autocompleter.decide("hearing ")
        assert autocompleter.decide("hearing ").completion == "from"
