"""The text of a private file, and any text where that is wanted, stays on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from autocomplete import Autocompleter, Capabilities, ConfigError, Distribution, Request, ScriptedBackend
from autocomplete.core.backend import is_near

REMOTE = Capabilities(where="api.example.org", address="api.example.org/v1")


class Recording(ScriptedBackend):
    """A model elsewhere that notes what it is sent."""

    def __init__(self, capabilities: Capabilities = REMOTE) -> None:
        super().__init__({}, default=Distribution.from_pairs([(b" elsewhere", 1.0)]), capabilities=capabilities)
        self.sent: list[str] = []

    async def next_tokens(self, request: Request) -> Distribution:
        self.sent.append(request.context)
        return await super().next_tokens(request)


@pytest.mark.parametrize("where", [REMOTE, Capabilities(where="localhost:8000", proxy="proxy.example.org:80")])
async def test_of_a_private_file_nothing_is_sent_and_the_embedded_model_answers(where: Capabilities) -> None:
    backend = Recording(where)
    async with Autocompleter(backend, cutoff=0.5) as ac:
        ac.session.enter("secrets", Path(".env"))
        assert ac.stays_here
        decision = await ac.decide("I look forward to hearing fr")
        assert (decision.shown, decision.completion) == (True, "om")
        assert ac.decide_cached("I look forward to hearing fr").shown
        await ac.score("I look forward to hearing ", "from")
        await ac.next_tokens("I look forward")
        async with ac.fork() as other:
            await other.score("I look forward to hearing ", "from")
        assert backend.sent == []
        ac.cutoff = 1.0
        assert not (await ac.decide("I look forward to hearing f")).shown
        ac.session.enter("notes", Path("notes.md"))
        assert not ac.stays_here
        await ac.decide("I look forward ")
        assert backend.sent


@pytest.mark.parametrize("where", [Capabilities(), Capabilities(where="127.0.0.1:8000")])
async def test_a_model_of_this_machine_may_be_given_a_private_file(where: Capabilities) -> None:
    backend = Recording(where)
    async with Autocompleter(backend, local_only=True) as ac:
        ac.session.enter("secrets", Path(".env"))
        await ac.decide("I look ")
        assert backend.sent


def test_local_only_refuses_another_machine_in_one_line() -> None:
    with pytest.raises(
        ConfigError, match=r"^local_only forbids api.example.org: name a model of this machine, or turn it off\.$"
    ):
        Autocompleter(Recording(), local_only=True)
    with pytest.raises(ConfigError, match="local_only forbids"):
        Autocompleter("openai:m", base_url="https://api.example.org/v1", api_key="k", local_only=True)
    Autocompleter("openai:m", base_url="http://localhost:9/v1", local_only=True)
    assert not is_near("192.0.2.7:80")
