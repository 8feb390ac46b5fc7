"""From typing to the file and back: what is stored, what never is, and what a later session knows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autocomplete.embedded.adaptive.learner import TextLearner
from autocomplete.embedded.adaptive.memory.memory import PERIOD_S, RIPE_S, Memory
from autocomplete.embedded.adaptive.memory.memory_db import Facts, MemoryDb, memory_file
from autocomplete.embedded.adaptive.memory.pending_sentences import PendingSentences
from autocomplete.embedded.array_file import ArrayFile
from autocomplete.embedded.ngram.byte_query import ask
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.errors import ConfigError
from tests.embedded.adaptive.conftest import WEIGHTS

DAY = 20_000
TEXT = "We grok the Quellwerk. We grok the Quellwerk too. Ask Grundlach for help. Grundlach may help. It is"


class Clock:
    """Seconds and days that stand still until they are moved."""

    def __init__(self) -> None:
        self.now_s, self.day = 0.0, DAY


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite"


Open = Callable[[], Memory]


@pytest.fixture
def opened(path: Path, clock: Clock) -> Iterator[Open]:
    """A function that opens the memory as another session would."""
    found: list[Memory] = []

    def opened() -> Memory:
        found.append(Memory(path, saves=False, clock=lambda: clock.now_s, today=lambda: clock.day))
        return found[-1]

    yield opened
    for memory in found:
        memory.close()


def session(stored: ArrayFile, memory: Memory) -> tuple[Lexicon, TextLearner, PendingSentences]:
    lexicon = Lexicon(stored)
    learner = TextLearner(lexicon, WEIGHTS, memory)
    learner.pending_sentences = PendingSentences()
    memory.follow(learner.pending_sentences)
    return lexicon, learner, learner.pending_sentences


def type_through(learner: TextLearner, text: str, start: int = 0) -> None:
    for end in range(start, len(text) + 1):
        learner.observe(text[:end].rpartition(" ")[0])


def on_disk(path: Path) -> bytes:
    return b"".join(found.read_bytes() for found in memory_file(path, DAY).files())


def test_what_was_typed_twice_is_known_in_the_next_session(stored: ArrayFile, opened: Open) -> None:
    memory = opened()
    _, learner, draft = session(stored, memory)
    type_through(learner, TEXT)
    memory.leave(draft)
    memory.save()
    later = opened()
    assert dict(later.words()) == {"Grundlach": 2.0, "Quellwerk": 2.0, "grok": 2.0}
    assert later.successors(["the"], 9) == [("Quellwerk", 2.0)]
    assert later.successors(["grok", "the"], 9) == [("Quellwerk", 2.0)]
    fresh, _ = ask(Lexicon(stored), "We", b" gr", 9)
    lexicon, _, _ = session(stored, later)
    found, _ = ask(lexicon, "We", b" gr", 9)
    assert b" grok" not in dict(fresh)
    assert dict(found)[b" grok"] > 0.1
    assert dict(ask(lexicon, "We grok the", b" ", 9)[0])[b" Quellwerk"] > 0.05


def test_nothing_that_was_written_once_is_on_disk(stored: ArrayFile, opened: Open, path: Path) -> None:
    memory = opened()
    _, learner, draft = session(stored, memory)
    type_through(learner, "We met Xavrenko once. We met Grundlach twice. Ask Grundlach again. It is")
    memory.leave(draft)
    memory.save()
    assert b"Grundlach" in on_disk(path)
    assert b"avrenko" not in on_disk(path)


def test_a_word_that_is_known_grows_with_a_single_use(stored: ArrayFile, opened: Open) -> None:
    for text, uses in (("We grok. I grok. It is", 2.0), ("They grok. It is", 3.0), ("Xavrenko came. It is", 3.0)):
        memory = opened()
        _, learner, draft = session(stored, memory)
        type_through(learner, text)
        memory.leave(draft)
        memory.save()
        assert dict(opened().words()) == {"grok": uses}


def test_what_was_taken_back_is_not_stored(stored: ArrayFile, opened: Open, clock: Clock, path: Path) -> None:
    memory = opened()
    _, learner, _ = session(stored, memory)
    kept, gone = "We grok it. I grok it. ", "The Quellwerk is a Quellwerk. It "
    type_through(learner, kept + gone)
    for end in range(len(kept + gone), len(kept), -1):  # backspace
        learner.observe((kept + gone)[:end].rpartition(" ")[0])
    type_through(learner, kept + "So be it. And so on", len(kept))
    clock.now_s += RIPE_S
    memory.save()
    assert b"grok" in on_disk(path)
    assert b"uellwerk" not in on_disk(path)


@pytest.mark.parametrize("how", ["learned", "pasted"])
def test_what_was_opened_or_pasted_is_not_stored(stored: ArrayFile, opened: Open, path: Path, how: str) -> None:
    memory = opened()
    lexicon, learner, draft = session(stored, memory)
    if how == "learned":
        learner.learn(TEXT)
    else:
        learner.observe("I")
        learner.observe("I hope. " + TEXT)
    assert lexicon.terms.find("Quellwerk") is not None  # this session knows it
    memory.leave(draft)
    memory.save()
    assert not path.exists()


def test_a_sentence_ripens_before_it_is_stored(stored: ArrayFile, opened: Open, clock: Clock, path: Path) -> None:
    memory = opened()
    _, learner, _ = session(stored, memory)
    type_through(learner, TEXT)
    clock.now_s += RIPE_S - 1
    memory.save()
    assert not path.exists()
    clock.now_s += 1
    memory.save()
    assert b"Quellwerk" in on_disk(path)
    assert RIPE_S + PERIOD_S < 60


def test_the_sentence_at_the_cursor_is_stored_when_the_document_is_left(stored: ArrayFile, opened: Open) -> None:
    memory = opened()
    _, learner, draft = session(stored, memory)
    type_through(learner, "Best regards from Grundlach. Yours, Grundlach and so ")
    learner.leave()
    memory.leave(draft)
    memory.save()
    assert dict(opened().words()) == {"Grundlach": 2.0}


def test_this_session_does_not_count_twice(stored: ArrayFile, opened: Open, clock: Clock) -> None:
    memory = opened()
    plain = Lexicon(stored)
    type_through(TextLearner(plain, WEIGHTS), TEXT)
    lexicon, learner, _ = session(stored, memory)
    type_through(learner, TEXT)
    clock.now_s += RIPE_S
    memory.save()
    for context, typed in (("We grok the", b" "), ("We", b" g"), ("Ask", b" G")):
        assert ask(lexicon, context, typed, 20) == ask(plain, context, typed, 20)


WORDS = st.lists(st.sampled_from(["grok", "Quellwerk", "frob", "we", "the", "may", "help"]), min_size=2, max_size=6)


@given(st.lists(WORDS, min_size=1, max_size=5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_own_terms_have_the_same_probability_after_every_reload(
    stored: ArrayFile, opened: Open, path: Path, written: list[list[str]]
) -> None:
    for old in memory_file(path, DAY).files():
        old.unlink()
    memory = opened()
    memory.keep(TextLearner(Lexicon(stored), WEIGHTS, memory).runs("\n".join(" ".join(line) + "." for line in written * 2)))
    memory.save()
    memory.session_over()
    here, _, _ = session(stored, memory)
    there, _, _ = session(stored, opened())
    assert {form.decode() for form in here.terms.forms} == {w for line in written for w in line} & {
        "grok",
        "Quellwerk",
        "frob",
    }
    for context in ("We", "the", "may help", "."):
        for typed in (b" ", b" g", b" Qu"):
            expected, found = (dict(ask(lexicon, context, typed, 200)[0]) for lexicon in (here, there))
            assert found == pytest.approx(expected)
            assert sum(found.values()) <= 1.0 + 1e-6


def test_weights_go_on_from_where_they_were(stored: ArrayFile, opened: Open) -> None:
    memory = opened()
    lexicon, learner, draft = session(stored, memory)
    text = "We grok the frame. " * 12
    for end in range(1, len(text)):
        context = text[:end].rpartition(" ")[0]
        learner.observe(context)
        lexicon.masses(lexicon.position(context))
    learner.leave()
    memory.leave(draft)
    memory.save()
    learned = learner.component.weights.state()[0]
    assert learned != list(WEIGHTS)
    _, later, _ = session(stored, opened())
    assert later.component.weights.state()[0] == learned


def test_a_word_that_the_next_model_knows_is_found_there(stored: ArrayFile, opened: Open) -> None:
    memory = opened()
    memory.own("friend")
    memory.keep([(("may", "friend"), ("dear", "friend"))] * 2)
    memory.save()
    lexicon, _, _ = session(stored, opened())
    assert lexicon.vocabulary.find("friend") is not None
    assert len(lexicon.terms) == 0
    plain = dict(ask(Lexicon(stored), "We may", b" ", 50)[0])[b" friend"]
    assert dict(ask(lexicon, "We may", b" ", 50)[0])[b" friend"] > plain


def test_a_damaged_file_is_set_aside_and_told(opened: Open, path: Path) -> None:
    path.write_bytes(b"garbage, " * 999)
    memory = opened()
    assert memory.words() == []
    assert memory.notice == "The memory was damaged; it is now memory.damaged-1.sqlite, and a new one is begun."
    assert path.with_name("memory.damaged-1.sqlite").read_bytes() == b"garbage, " * 999
    memory.keep([(("dear", "Ann"),)] * 2)
    memory.save()
    assert opened().successors(["dear"], 9) == [("Ann", 2.0)]
    assert len(memory.forget()) >= 2
    assert list(path.parent.iterdir()) == []


def test_a_newer_file_is_left_alone_and_told_once(opened: Open, path: Path) -> None:
    MemoryDb(path, DAY).close()
    import sqlite3

    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 77")
    raw.close()
    before = path.read_bytes()
    memory = opened()
    assert memory.words() == []
    memory.keep([(("dear", "Ann"),)] * 2)
    memory.save()
    assert "newer version" in memory.notice
    assert len(memory.notice.splitlines()) == 1
    assert path.read_bytes() == before


def test_a_folder_in_its_place_is_told(opened: Open, path: Path) -> None:
    path.mkdir()
    memory = opened()
    assert memory.facts() == Facts()
    memory.keep([(("dear", "Ann"),)] * 2)
    memory.save()
    assert memory.notice.startswith("The memory ")


def test_asking_makes_no_file(opened: Open, path: Path) -> None:
    memory = opened()
    assert (memory.words(), memory.phrases(), memory.facts(), memory.notice) == ([], [], Facts(), "")
    memory.close()
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("name", ["letter.txt", "memory", "memory.db"])
def test_no_other_file_can_be_taken_for_a_memory(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"must end in \.sqlite"):
        Memory(tmp_path / name)


def test_what_another_deletes_stays_deleted(opened: Open, path: Path) -> None:
    editor, command = opened(), opened()
    editor.keep([(("dear", "Xavrenko"),)] * 2)
    editor.save()
    editor.session_over()
    assert editor.successors(["dear"], 9)
    editor.keep([(("dear", "Xavrenko"),)] * 2)
    assert command.forget() == [path] or not path.exists()
    editor.save()
    assert editor.successors(["dear"], 9) == []
    assert b"avrenko" not in on_disk(path)
    editor.keep([(("dear", "Ann"),)] * 2)
    editor.save()
    assert opened().successors(["dear"], 9) == [("Ann", 2.0)]


def test_uses_in_one_session_add_up_over_saves(opened: Open) -> None:
    memory = opened()
    memory.own("Xavrenko")
    for sentence in (("Xavrenko", "came"), ("Xavrenko", "went"), ("Xavrenko", "came")):
        memory.keep([(sentence,)])
        memory.save()
    later = opened()
    assert later.words() == [("Xavrenko", 3.0)]
    assert later.phrases() == [(("Xavrenko", "came"), 2.0)]


def test_uses_in_two_sessions_do_not_add_up_to_something_stored(opened: Open, path: Path) -> None:
    for _ in range(2):
        memory = opened()
        memory.keep([(("dear", "Xavrenko"),)])
        memory.save()
    assert not path.exists()


def test_a_forgotten_word_must_be_typed_twice_again(opened: Open, path: Path) -> None:
    memory = opened()
    memory.keep([(("dear", "Xavrenko"),)])
    memory.save()
    assert not memory.forget_word("xavrenko")
    memory.keep([(("dear", "Xavrenko"),)])
    memory.save()
    assert b"avrenko" not in on_disk(path)


TYPING = """
import asyncio, sys
from pathlib import Path
from autocomplete import Autocompleter
from autocomplete.embedded.adaptive.memory.memory import Memory

text = "We grok the Quellwerk. They grok the Quellwerk too. It is"

async def main():
    memory = Memory(Path(sys.argv[1]), saves=False, clock=lambda: clock[0])
    ac = Autocompleter("english", memory=memory)
    ac.session.enter("letter", "letter.txt")
    for end in range(1, len(text)):
        await ac.decide(text[:end])
    clock[0] = 60.0
    memory.save()  # as the thread does
    print("stored", flush=True)
    n = 0
    while True:
        n += 1
        memory.keep([(("never", f"ends{n}"),)] * 2)
        memory.save()

clock = [0.0]
asyncio.run(main())
"""


@pytest.mark.skipif(os.name != "posix", reason="kills with a signal")
def test_a_killed_process_loses_nothing_that_was_stored_and_breaks_nothing(path: Path, opened: Open) -> None:
    with subprocess.Popen([sys.executable, "-c", TYPING, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stored\n"
        process.send_signal(signal.SIGKILL)
    memory = opened()
    assert dict(memory.words()) == {"Quellwerk": 2.0, "grok": 2.0}
    assert ("Quellwerk", 2.0) in memory.successors(["the"], 9)
    assert memory.notice == ""
    memory.keep([(("dear", "Ann"),)] * 2)
    memory.save()
    assert opened().successors(["dear"], 9) == [("Ann", 2.0)]


def test_the_thread_stores_by_itself_and_ends(path: Path, stored: ArrayFile) -> None:
    memory = Memory(path)
    draft = PendingSentences()
    memory.follow(draft)
    draft.typed(1, (("dear", "Ann"),), 0.0)
    draft.typed(1, (("dear", "Ann"),), 0.0)
    thread = memory._thread
    assert thread is not None
    assert thread.is_alive()
    memory.close()
    assert not thread.is_alive()
    assert b"Ann" in on_disk(path)
