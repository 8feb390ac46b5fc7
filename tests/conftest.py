"""Fixtures and rules of all tests: nothing but loopback may be reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_socket

from tests.support.server import ModelServer
from tests.support.token_model import TokenModel

LOOPBACK = ["127.0.0.1", "::1", "localhost"]
TINY_TEXT = Path(__file__).parent / "data" / "tiny.txt"


@pytest.fixture(autouse=True)
def only_loopback() -> None:
    """Let a test that reaches for another host fail (Unix sockets are what asyncio wakes itself with)."""
    pytest_socket.socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(scope="session")
def token_model() -> TokenModel:
    """A token model of the tiny text."""
    return TokenModel.train(TINY_TEXT.read_text(encoding="utf-8"), vocabulary=1500)


@pytest.fixture(scope="session")
def running_server(token_model: TokenModel) -> Iterator[ModelServer]:
    """The one server of the session; tests use `server`."""
    with ModelServer(token_model) as server:
        yield server


@pytest.fixture
def server(running_server: ModelServer) -> Iterator[ModelServer]:
    """A server that speaks the OpenAI API, plain until the test gives it quirks."""
    running_server.reset()
    yield running_server
    running_server.reset()
