"""Backends of the test server, which are closed in the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from autocomplete.backends.openai.client import OpenAIBackend
from tests.support.server import ModelServer

Make = Callable[..., OpenAIBackend]


@pytest.fixture
async def make(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Make]:
    """Make backends of the server, and close them in the end."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_CUSTOM_HEADERS"):
        monkeypatch.delenv(name, raising=False)
    made: list[OpenAIBackend] = []

    def build(**settings: Any) -> OpenAIBackend:
        settings = {"base_url": server.url, "timeout_s": 60, **settings}
        made.append(OpenAIBackend("test-model", **settings))
        return made[-1]

    yield build
    for backend in made:
        await backend.aclose()
