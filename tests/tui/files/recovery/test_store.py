"""Unsaved text on the disk: what is found of it after any end of the program."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autocomplete.evaluation import OutcomeStore
from tui.files import disk
from tui.files.load_save import DocumentError
from tui.files.recent_files import RecentFiles
from tui.files.recovery.edit_log import Edit
from tui.files.recovery.store import EditLog, FileChanged, OriginalText, read_store

WRITER = """
import sys
from pathlib import Path
from tui.files.recovery.edit_log import Edit
from tui.files.recovery.store import EditLog, OriginalText
log = EditLog(Path(sys.argv[1]), OriginalText(None, "Untitled", None, lambda: "start "))
for i in range(100_000):
    log.write([Edit((0, 6 + i), (0, 6 + i), "abc"[i % 3])])
    print(i, flush=True)
"""


def nameless(text: str = "") -> OriginalText:
    return OriginalText(None, "Untitled", None, lambda: text)


def of_file(path: Path) -> OriginalText:
    return OriginalText(path, path.name, disk.stamp(path), lambda: "")


def appended(text: str, at: int = 0) -> Edit:
    return Edit((0, at), (0, at), text)


def test_nothing_is_written_before_the_first_edit(tmp_path: Path) -> None:
    EditLog(tmp_path / "unsaved", nameless("text"))
    assert not (tmp_path / "unsaved").exists()


def test_a_killed_program_leaves_all_that_it_wrote(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        n = 0
        while n < 20:
            n = int(process.stdout.readline())
        assert [one.head.title for one in read_store(tmp_path).open] == ["Untitled"]
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split("\n")
    written = max(n, *(int(line) for line in rest[:-1])) if rest[:-1] else n
    (found,) = read_store(tmp_path).unsaved
    text = found.text()
    assert text.startswith("start " + ("abc" * (written + 1))[: written + 1])
    assert len(text) <= len("start ") + written + 2  # the last edit may be there without having been reported


def test_the_text_of_a_file_is_found_with_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes("caf\xe9\r\nzwei\r\n".encode("cp1252"))
    log = EditLog(tmp_path / "unsaved", of_file(path))
    log.write([Edit((1, 4), (1, 4), " 東")])
    log.leave()
    path.write_text("another text since")
    (found,) = read_store(tmp_path / "unsaved").unsaved
    assert (found.path, found.name, found.text()) == (path, "notes.md", "café\nzwei 東\n")


def test_a_file_that_changed_gives_no_base(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("one")
    log = EditLog(tmp_path / "unsaved", of_file(path))
    path.write_text("other")
    with pytest.raises(FileChanged):
        log.write([appended("a")])
    log.write([], whole="a one \ud83d")
    log.write([appended("b")])
    log.leave()
    (found,) = read_store(tmp_path / "unsaved").unsaved
    assert found.text() == "ba one \ud83d"


def test_the_whole_text_takes_the_place_of_the_edits(tmp_path: Path) -> None:
    log = EditLog(tmp_path, nameless())
    log.write([appended("abc")])
    log.write([], whole="xyz")
    log.write([appended("w")])
    log.leave()
    (found,) = read_store(tmp_path).unsaved
    assert found.text() == "wxyz"
    assert len(list(tmp_path.iterdir())) == 1


def test_dropped_text_is_gone_and_stays_gone(tmp_path: Path) -> None:
    log = EditLog(tmp_path, nameless())
    log.write([appended("abc")])
    log.drop()
    log.write([appended("def")])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mask", [0o022, 0o000])
def test_only_the_owner_can_read_what_is_kept(tmp_path: Path, mask: int) -> None:
    state = tmp_path / "state"
    former = os.umask(mask)
    try:
        log = EditLog(state / "unsaved", nameless("secret"))
        log.write([appended("abc")], place=(1, 2))
        log.leave(discarded=True)
        history = RecentFiles(state / "editor.json")
        history.note_model("english", "")
        history.note_file(tmp_path / "a.txt", 1, 2)
        OutcomeStore(state / "data" / "outcomes.db").add_delays({("word", 1): 1})
    finally:
        os.umask(former)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (state, *state.rglob("*"))}
    assert {"editor.json", "place", "base", "journal", "discarded", "outcomes.db"} <= set(modes)
    assert {name for name, mode in modes.items() if mode} == set()


def test_a_full_disk_is_an_error_and_the_whole_text_makes_up_for_it(tmp_path: Path) -> None:
    log = EditLog(tmp_path, nameless())
    log.write([appended("abc")])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            log.write([appended("d" * 1000)])
        with pytest.raises(OSError, match="too large"):
            log.write([], whole="d" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert [one.text() for one in read_store(tmp_path).open] == ["abc"]  # what was there is still there
    log.write([], whole="d" * 1000 + "abc")
    log.leave()
    (found,) = read_store(tmp_path).unsaved
    assert found.text() == "d" * 1000 + "abc"


def test_folders_that_cannot_be_made_out_are_told_and_left(tmp_path: Path) -> None:
    folder = tmp_path / "1234"
    folder.mkdir()
    (folder / "journal").write_bytes(b"\xff\x00")
    (tmp_path / "a file").write_text("")
    found = read_store(tmp_path)
    assert found.damaged == (folder,) and not found.unsaved
    assert (folder / "journal").exists()


def test_a_lost_base_is_an_error_that_names_the_folder(tmp_path: Path) -> None:
    log = EditLog(tmp_path, nameless())
    log.write([appended("abc")])
    log.leave()
    (found,) = read_store(tmp_path).unsaved
    (found.folder / "base").unlink()
    with pytest.raises(DocumentError, match=found.folder.name):
        found.text()


def test_what_never_came_to_hold_a_text_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "base").write_text("")
    assert read_store(tmp_path).unsaved == ()
    assert not (tmp_path / "begun").exists()


def test_no_folder_is_no_text(tmp_path: Path) -> None:
    assert read_store(tmp_path / "none").unsaved == ()


def test_a_place_where_nothing_can_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(OSError, match="ot a directory"):
        EditLog(tmp_path / "state" / "unsaved", nameless()).write([appended("a")])
