"""Files as the editor writes them: their stamps, and what a save that fails says and leaves."""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autocomplete.io import atomic_write
from tests.support.disk import linked, refusing
from tui.files.disk import stamp, write
from tui.files.file_format import FileFormat
from tui.files.load_save import DocumentError, save


@pytest.fixture
def temp_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def small_disk() -> Iterator[None]:
    """A system on which no file grows past 100 bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_the_stamp_of_a_write_is_the_one_the_file_has_then(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    assert stamp(path) is None
    assert write(path, b"one") == stamp(path)
    assert write(path, b"two") == stamp(path)
    one, two = linked(tmp_path)
    assert write(one, b"three") == stamp(one) == stamp(two)


@pytest.mark.parametrize("kind", ["same size", "replaced", "touched"])
def test_every_change_changes_the_stamp(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    before = stamp(path)
    if kind == "replaced":
        other = tmp_path / "b.txt"
        shutil.copy2(path, other)
        other.replace(path)
    else:
        path.write_text("two" if kind == "same size" else "one")
        os.utime(path, ns=(1, 1))
    assert stamp(path) != before


def test_only_regular_files_have_a_stamp(tmp_path: Path) -> None:
    assert stamp(tmp_path) is None
    assert stamp(Path("a\0b")) is None
    assert stamp(tmp_path / ("x" * 300)) is None


def test_a_new_file_in_a_folder_that_refuses_it_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(tmp_path, monkeypatch)
    with pytest.raises(DocumentError, match="permission denied"):
        save(tmp_path / "a.txt", "text", FileFormat())


@pytest.mark.usefixtures("small_disk")
def test_a_write_in_place_that_fails_puts_the_old_bytes_back(tmp_path: Path, temp_folder: Path) -> None:
    one, two = linked(tmp_path)
    with pytest.raises(DocumentError, match=r"too large\. Save under another name"):
        save(one, "x" * 200, FileFormat())
    assert one.read_text() == two.read_text() == "what was there"
    assert sorted(tmp_path.iterdir()) == [one, temp_folder, two]


@pytest.mark.usefixtures("small_disk")
def test_where_the_backup_cannot_be_written_the_file_is_not_touched(tmp_path: Path, temp_folder: Path) -> None:
    one, _two = linked(tmp_path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    with pytest.raises(DocumentError, match="too large"):
        save(one, "new", FileFormat())
    assert one.read_text() == "what was there"
    assert not list(temp_folder.iterdir())


def test_where_the_old_bytes_cannot_be_put_back_the_error_names_the_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _two = linked(tmp_path)

    def broken(*_args: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(atomic_write, "_fill", broken)
    with pytest.raises(DocumentError) as caught:
        save(one, "new", FileFormat())
    (backup,) = tmp_path.glob("*.backup")
    assert backup.read_text() == "what was there"
    assert f"input/output error; what the file held before is in {backup}." in str(caught.value)


def test_a_long_name_can_be_saved(tmp_path: Path) -> None:
    path = tmp_path / ("🙂" * 60)
    save(path, "one", FileFormat())
    save(path, "two", FileFormat())
    assert path.read_text() == "two"
