"""A private file in the editor: nothing of it is sent to another machine, and the status line says so."""

from __future__ import annotations

from pathlib import Path

from autocomplete import Capabilities, Distribution, Request, ScriptedBackend
from tests.support.editor import editor


async def test_a_private_file_is_not_sent_and_words_come_from_the_embedded_model(tmp_path: Path) -> None:
    sent: list[str] = []

    def answer(request: Request) -> Distribution:
        sent.append(request.context)
        return Distribution.from_pairs([(b" elsewhere", 1.0)])

    path = tmp_path / ".env"
    backend = ScriptedBackend(answer, capabilities=Capabilities(where="api.example.org"))
    async with editor(backend=backend, path=path, size=(120, 24)) as at:
        await at.type("I look forward to hearing fr")
        await at.settle()
        assert at.area.ghost == "om"
        assert at.app.status().form == "private: not kept, not sent"
        assert sent == []
