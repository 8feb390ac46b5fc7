"""Documents by the public face: which of them teach something that is stored, and what is known where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autocomplete import Autocompleter, Memory, ScriptedBackend, SyncAutocompleter
from autocomplete.backends.embedded import EmbeddedBackend
from autocomplete.core.distribution import Distribution
from autocomplete.editor import Privacy
from autocomplete.embedded.adaptive.memory.memory_db import memory_file
from autocomplete.errors import ConfigError

TEXT = "The Quellwerk is here. We saw the Quellwerk and the frobnicator. Ask the frobnicator now. It is"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "memory.sqlite"


def opened(path: Path, **settings: Any) -> Autocompleter:
    return Autocompleter("english", cutoff=0.2, memory=Memory(path, saves=False), **settings)


async def type_through(ac: Autocompleter, text: str) -> None:
    for end in range(1, len(text) + 1):
        await ac.decide(text[:end])


def on_disk(path: Path) -> bytes:
    return b"".join(found.read_bytes() for found in memory_file(path, 0).files())


async def completion(ac: Autocompleter, text: str) -> str:
    return (await ac.decide(text)).completion


async def test_a_document_teaches_the_next_session(path: Path) -> None:
    async with opened(path) as ac:
        ac.session.enter("letter", "letter.txt")
        assert (ac.session.privacy, ac.session.storing) == (Privacy.STORED, True)
        await type_through(ac, TEXT)
    async with opened(path) as ac:
        assert await completion(ac, "Bring the Que") == "llwerk"
        assert await completion(ac, "Bring the frobn") == "icator"
    async with Autocompleter("english", cutoff=0.2) as ac:
        assert await completion(ac, "Bring the Que") != "llwerk"
        assert ac.session.memory is None


async def test_without_a_document_nothing_is_stored(path: Path) -> None:
    async with opened(path) as ac:
        assert (ac.session.privacy, ac.session.storing) == (None, False)
        await type_through(ac, TEXT)
        with pytest.raises(ConfigError, match="Enter a document"):
            ac.session.learn(TEXT)
    assert memory_file(path, 0).files() == []


@pytest.mark.parametrize("name", ["secret plans.txt", "letters/notes.txt"])
async def test_nothing_of_a_private_file_is_ever_on_disk_or_known_elsewhere(path: Path, name: str) -> None:
    async with opened(path, private=["letters"]) as ac:
        ac.session.enter("a", "plain.txt")
        await type_through(ac, "We grok the wobblung. I grok the wobblung. ")
        ac.session.enter("b", Path(name))
        assert (ac.session.privacy, ac.session.storing) == (Privacy.PRIVATE, False)
        ac.session.learn(TEXT)
        await type_through(ac, TEXT)
        assert await completion(ac, TEXT + ". A Quel") == "lwerk"  # it helps there
        ac.session.enter("a", "plain.txt")
        assert await completion(ac, "We grok the wobblung. I grok the wobblung. A Quel") != "lwerk"
        assert await completion(ac, "We grok the wobblung. I grok the wobblung. A wobb") == "lung"
        ac.session.enter("b", Path(name))
        assert await completion(ac, "A Quel") == "lwerk"  # and still does
        ac.session.leave("b")
        ac.session.enter("b", Path(name))
        assert await completion(ac, "A Quel") != "lwerk"  # until it is closed
    assert b"wobblung" in on_disk(path)
    assert b"uellwerk" not in on_disk(path)
    assert b"frobnicator" not in on_disk(path)


async def test_a_private_file_knows_what_is_stored(path: Path) -> None:
    async with opened(path) as ac:
        ac.session.enter("a", "plain.txt")
        await type_through(ac, TEXT)
    async with opened(path) as ac:
        ac.session.enter("b", "secret.txt")
        assert await completion(ac, "Bring the Que") == "llwerk"


@pytest.mark.parametrize(("name", "stored"), [("letter.txt", True), ("passwords.txt", False), (None, False)])
async def test_a_document_without_a_name_is_held_back_until_it_has_one(path: Path, name: str | None, stored: bool) -> None:
    async with opened(path) as ac:
        ac.session.enter(1)
        assert (ac.session.privacy, ac.session.storing) == (Privacy.HELD, False)
        await type_through(ac, TEXT)
        if name is not None:
            ac.session.enter(1, name)
            assert ac.session.storing is stored
        ac.session.leave(1)
        assert ac.session.privacy is None
    assert bool(memory_file(path, 0).files()) is stored


async def test_a_document_may_be_left_and_come_back_to(path: Path) -> None:
    async with opened(path) as ac:
        for _ in range(2):
            ac.session.enter("a", "a.txt")
            await type_through(ac, "Ask Xavrenko. It is so. ")
            ac.session.enter("b", "b.txt")
            await type_through(ac, "We hope. It is so. ")
        ac.session.leave("a")
        ac.session.leave("never entered")
        assert ac.session.privacy is Privacy.STORED
    assert b"Xavrenko" in on_disk(path)


async def test_closing_twice_and_opening_again_is_harmless(path: Path) -> None:
    ac = opened(path)
    await ac.aclose()
    ac.session.enter("a", "a.txt")
    await type_through(ac, TEXT)
    await ac.aclose()
    await ac.aclose()
    assert b"Quellwerk" in on_disk(path)


async def test_every_answer_after_a_switch_is_a_new_one(path: Path) -> None:
    async with opened(path) as ac:
        generations = []
        backend = ac.backend
        assert isinstance(backend, EmbeddedBackend)
        for i in range(4):
            ac.session.enter("ab"[i % 2], ["a.txt", "secret.txt"][i % 2])
            ac.session.learn(f"Sentence number {'x' * i}one. ")
            generations.append(backend.generation)
        assert generations == sorted(set(generations))


async def test_a_model_that_does_not_learn_has_no_memory(path: Path) -> None:
    backend = ScriptedBackend(lambda _: Distribution.from_pairs([(b" a", 0.9)]))
    async with Autocompleter(backend, memory=path) as ac:
        ac.session.enter("a", "a.txt")
        assert (ac.session.memory, ac.session.storing) == (None, False)
        ac.session.leave("a")
    assert memory_file(path, 0).files() == []


async def test_a_model_in_use_takes_no_memory(path: Path) -> None:
    backend = EmbeddedBackend()
    backend.open()
    with pytest.raises(ConfigError, match="in use already"):
        Autocompleter(backend, memory=path)
    with pytest.raises(ConfigError, match=r"must end in \.sqlite"):
        Autocompleter(memory="letter.txt")


def test_scripts_can_remember_too(path: Path) -> None:
    with SyncAutocompleter("english", cutoff=0.2, memory=path) as ac:
        ac.session.enter("a", "a.txt")
        for end in range(1, len(TEXT) + 1):
            ac.decide(TEXT[:end])
        ac.session.leave("a")
    assert b"Quellwerk" in on_disk(path)
