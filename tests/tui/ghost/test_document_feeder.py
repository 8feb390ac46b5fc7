"""A model that learns reads the documents that are opened."""

from __future__ import annotations

import asyncio
from pathlib import Path

from autocomplete import Autocompleter, ScriptedBackend
from tui.app.editor import EditorApp
from tui.ghost.document_feeder import MOST_READ, PORTION, portions


class Reader(ScriptedBackend):
    """A model that remembers what it was given to learn."""

    def __init__(self) -> None:
        super().__init__({})
        self.read: list[str] = []
        self.generation = 0

    def learn(self, text: str) -> None:
        self.read.append(text)

    def observe(self, context: str) -> None:
        pass


async def until_read(backend: Reader, text: str) -> None:
    for _ in range(1000):
        if "".join(backend.read).endswith(text):
            return
        await asyncio.sleep(0)
    raise AssertionError("not read")


async def test_opened_documents_are_read_in_portions(tmp_path: Path) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text("Zaphod met Trillian.\n" * 1000, encoding="utf-8")
    second.write_text("Slartibartfast.\n", encoding="utf-8")
    backend = Reader()
    app = EditorApp(first, lambda: Autocompleter(backend))
    async with app.run_test() as pilot:
        await pilot.pause()
        await until_read(backend, first.read_text(encoding="utf-8"))
        assert max(map(len, backend.read)) <= PORTION
        await pilot.press("ctrl+o")
        await pilot.press("ctrl+u", *str(second), "enter")
        await pilot.pause()
        await until_read(backend, "Slartibartfast.\n")


async def test_of_a_long_document_the_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("".join(f"Line {n}.\n" for n in range(60_000)), encoding="utf-8")
    backend = Reader()
    app = EditorApp(path, lambda: Autocompleter(backend))
    async with app.run_test() as pilot:
        await pilot.pause()
        await until_read(backend, "Line 59999.\n")
    assert sum(map(len, backend.read)) == MOST_READ


def test_portions_lose_nothing() -> None:
    text = "a\n" * 3000 + "b" * 9999 + "\r\nend"
    assert "".join(portions(text)) == text
