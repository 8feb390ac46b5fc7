"""`autocomplete memory`, in process by `main` and as it is installed."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from autocomplete.embedded.adaptive.memory.memory import Memory
from tests.cli.commands.running import Run

EARLIER = "Dear Ann Grundlach, the Quellwerk is here. Ask Ann Grundlach about the Quellwerk. Call 030 1234567 at once."


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the memory of the test is looked for."""
    found = tmp_path / "data" / "memory.sqlite"
    monkeypatch.setattr("autocomplete.config.settings.settings_path", lambda: tmp_path / "config" / "settings.toml")
    monkeypatch.setattr("autocomplete.config.settings.memory_path", lambda: found)  # other systems have no XDG_DATA_HOME
    return found


@pytest.fixture
def remembering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOCOMPLETE_REMEMBER", "true")


@pytest.fixture
def added(run: Run, tmp_path: Path, remembering: None) -> None:
    (tmp_path / "earlier.txt").write_text(EARLIER, encoding="utf-8")
    assert run("memory", "--add", "earlier.txt").code == 0


def test_it_is_off_until_it_is_turned_on_and_says_how(run: Run, path: Path) -> None:
    done = run("memory")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Remembering is off. The line remember = true in ")
    assert f"It would be in {path}" in done.out
    assert run("memory", "--add", "x.txt").err.startswith("autocomplete: Remembering is off. The line remember = true")
    assert not path.parent.exists()


def test_earlier_writing_is_added_shown_and_listed(run: Run, path: Path, added: None) -> None:
    shown = run("memory").out
    assert shown.startswith("Remembering is on.")
    assert "2 own words and " in shown
    assert str(path) in shown
    assert [line.split() for line in run("memory", "--terms").out.splitlines()] == [
        ["2", "Grundlach"],
        ["2", "Quellwerk"],
    ]
    phrases = [line.split(None, 1)[1] for line in run("memory", "--phrases").out.splitlines()]
    assert "Ann Grundlach" in phrases
    assert "the Quellwerk" in phrases
    assert not any("Call" in phrase or "1234567" in phrase for phrase in phrases)
    figures = json.loads(run("memory", "--json").out)
    assert (figures["on"], figures["n_words"], figures["file"]) == (True, 2, str(path))
    assert figures["n_bytes"] > 0
    assert figures["since"][:2] == "20"


def test_a_word_is_forgotten(run: Run, path: Path, added: None) -> None:
    assert run("memory", "--forget-word", "grundlach").out.startswith("Forgotten: grundlach")
    assert b"rundlach" not in path.read_bytes()
    assert run("memory", "--forget-word", "grundlach").out == "Nothing is stored of grundlach.\n"
    assert "Quellwerk" in run("memory", "--terms").out


def test_all_is_forgotten_the_damaged_too(run: Run, path: Path, added: None) -> None:
    path.with_name("memory.damaged-1.sqlite").write_bytes(b"old Quellwerk")
    assert "memory.damaged-1.sqlite" in run("memory").out
    assert run("memory", "--forget").out.startswith("Deleted: ")
    assert list(path.parent.iterdir()) == []
    assert run("memory", "--forget").out == "Nothing was stored.\n"
    assert run("memory", "--terms").out == "Nothing is stored.\n"


@pytest.mark.parametrize("damage", [b"garbage " * 999, b""])
def test_a_damaged_memory_is_told_in_one_line(run: Run, path: Path, damage: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    done = run("memory")
    if damage:
        assert (done.code, len(done.err.splitlines())) == (2, 1)
        assert "memory.damaged-1.sqlite" in done.err
    else:
        assert (done.code, done.err) == (0, "")
    assert run("memory").code == 0


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("secret.txt", b"text", "looks private"),
        ("missing.txt", None, "No such file"),
        ("japanese.txt", "ひらがな".encode("shift_jis"), "unknown encoding"),
        ("binary.txt", b"a\0b", "is no text"),
    ],
)
@pytest.mark.usefixtures("remembering")
def test_what_cannot_be_added_is_told_and_nothing_is_stored(
    run: Run, tmp_path: Path, path: Path, name: str, content: bytes | None, says: str
) -> None:
    (tmp_path / "good.txt").write_text(EARLIER, encoding="utf-8")
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = run("memory", "--add", "good.txt", "--add", name)
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert says in done.err
    assert not path.exists()


@pytest.mark.usefixtures("remembering")
def test_a_text_is_added_in_the_encodings_that_tune_reads(run: Run, tmp_path: Path, path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(EARLIER.replace("Quellwerk", "Quéllwerk").encode("latin-1"))
    assert run("memory", "--add", "latin.txt").code == 0
    assert "Quéllwerk".encode() in path.read_bytes()


@pytest.mark.usefixtures("remembering")
def test_standard_input_is_added_when_asked(run: Run, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(EARLIER.encode())))
    assert run("memory", "--add", "-").code == 0
    assert b"Quellwerk" in path.read_bytes()


def test_one_option_at_a_time(run: Run) -> None:
    assert run("memory", "--terms", "--forget").code == 2


@pytest.mark.usefixtures("remembering")
def test_what_is_stored_helps_single_decisions_and_they_teach_nothing(run: Run, path: Path, added: None) -> None:
    before = path.read_bytes()
    shown = run("suggest", "--cutoff", "0.2", "We met the Grund")
    assert shown.out.startswith("We met the Grund[lach]")
    assert path.read_bytes() == before
    assert Memory(path, saves=False).facts().n_words == 2


def test_nothing_listed_can_drive_the_terminal(run: Run, path: Path) -> None:
    memory = Memory(path, saves=False)
    memory.own("a\x1b[31m")
    memory.keep([(("a\x1b[31m",),)] * 2)
    memory.save()
    memory.close()
    assert "\x1b" not in run("memory", "--terms").out
