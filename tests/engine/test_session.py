"""What a session makes of documents, with a backend that only notes its calls."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

import pytest

from autocomplete import Memory, ScriptedBackend
from autocomplete.core.backend import Privacy
from autocomplete.engine.session import Session
from autocomplete.errors import ConfigError


class Noting(ScriptedBackend):
    """A backend that notes what it is to learn, and for which document."""

    def __init__(self) -> None:
        super().__init__({})
        self.generation = 0
        self.notes: list[tuple[object, ...]] = []

    def learn(self, text: str) -> None:
        self.notes.append(("learn", text))

    def observe(self, context: str) -> None:
        self.notes.append(("observe", context))

    def remember(self, memory: Memory) -> None:
        self.notes.append(("remember", memory))

    def enter(self, document: Hashable, privacy: Privacy) -> None:
        self.notes.append(("enter", document, privacy))

    def leave(self, document: Hashable) -> None:
        self.notes.append(("leave", document))


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "memory.sqlite", saves=False)


def test_a_backend_hears_all_that_concerns_it(memory: Memory) -> None:
    backend = Noting()
    session = Session(backend, memory=memory, private=["diary*"])
    session.enter(1, "letter.txt")
    session.learn("Dear all")
    session.observe("Dear all, I")
    session.enter(2)
    session.enter(2, "diary.txt")
    session.leave(2)
    assert backend.notes == [
        ("remember", memory),
        ("enter", 1, Privacy.STORED),
        ("learn", "Dear all"),
        ("observe", "Dear all, I"),
        ("enter", 2, Privacy.HELD),
        ("enter", 2, Privacy.PRIVATE),
        ("leave", 2),
    ]


def test_only_an_entered_document_with_a_public_name_is_stored(memory: Memory) -> None:
    session = Session(Noting(), memory=memory, private=["diary*"])
    states = [(session.privacy, session.storing)]
    for path in ("letter.txt", None, Path("diary.txt")):
        session.enter("document", path)
        states.append((session.privacy, session.storing))
    session.leave("another")
    assert states == [(None, False), (Privacy.STORED, True), (Privacy.HELD, False), (Privacy.PRIVATE, False)]
    assert session.privacy is Privacy.PRIVATE
    session.leave("document")
    assert session.privacy is None


def test_without_a_memory_nothing_is_stored() -> None:
    session = Session(Noting())
    session.enter("document", "letter.txt")
    assert (session.memory, session.privacy, session.storing) == (None, Privacy.STORED, False)


def test_a_backend_that_learns_nothing_hears_nothing(memory: Memory) -> None:
    backend = ScriptedBackend({})
    session = Session(backend, memory=memory)
    session.enter("document", "letter.txt")
    session.learn("Dear all")
    session.observe("Dear")
    session.leave("document")
    assert (session.memory, backend.requests) == (None, [])


def test_a_text_without_a_document_is_a_private_one_of_its_own() -> None:
    backend = Noting()
    session = Session(backend)
    for context in ("My", "My password", "My password is Z9.", "My password", "Tell", "Tell me"):
        session.observe(context)
    entered = [note[1] for note in backend.notes if note[0] == "enter"]
    left = [note[1] for note in backend.notes if note[0] == "leave"]
    assert len(set(entered)) == 3  # what goes on is one text; what is shorter, or another, begins anew
    assert left == entered[:2]
    assert {note[2] for note in backend.notes if note[0] == "enter"} == {Privacy.PRIVATE}
    session.enter("document", "letter.txt")
    assert backend.notes[-2:] == [("leave", entered[2]), ("enter", "document", Privacy.STORED)]
    assert session.privacy is Privacy.STORED


def test_a_long_text_whose_window_moves_stays_one_text() -> None:
    backend = Noting()
    session = Session(backend)
    text = "".join(f"Sentence number {n}. " for n in range(400))
    for end in range(3000, len(text), 100):
        session.observe(text[max(0, end - 4096) // 1024 * 1024 : end])
    assert [note[0] for note in backend.notes].count("enter") == 1


def test_a_learner_that_keeps_nothing_apart_learns_only_for_documents() -> None:
    backend = Noting()
    session = Session(Learning(backend))
    session.observe("My password")
    assert backend.notes == []
    session.enter("document")
    session.observe("My password")
    assert backend.notes == [("observe", "My password")]


class Learning(ScriptedBackend):
    """A backend that learns, and knows no documents."""

    def __init__(self, inner: Noting) -> None:
        super().__init__({})
        self.generation = 0
        self._inner = inner

    def learn(self, text: str) -> None:
        self._inner.learn(text)

    def observe(self, context: str) -> None:
        self._inner.observe(context)


def test_what_is_learned_belongs_to_a_document() -> None:
    with pytest.raises(ConfigError, match="Enter a document"):
        Session(Noting()).learn("Dear all")
