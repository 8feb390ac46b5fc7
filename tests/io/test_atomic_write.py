"""Bytes under a name: what stays of the file that was there, and what is left when a write fails."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

import pytest

from autocomplete.io.atomic_write import sync_folder, write_bytes
from tests.support.disk import linked, most_bytes, refusing


@pytest.fixture
def temp_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_the_owner_and_the_group_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    owner = (1234, 4321) if os.geteuid() == 0 else (path.stat().st_uid, path.stat().st_gid)
    os.chown(path, *owner)
    path.chmod(0o664)
    asked: list[tuple[int, int]] = []
    chown = os.fchown

    def watched(handle: int, uid: int, gid: int) -> None:
        asked.append((uid, gid))
        chown(handle, uid, gid)

    monkeypatch.setattr(os, "fchown", watched)
    write_bytes(path, b"new", in_place=True)
    assert asked == [owner]
    assert (path.stat().st_uid, path.stat().st_gid) == owner
    assert stat.S_IMODE(path.stat().st_mode) == 0o664


@pytest.mark.parametrize(("group_may_be_given", "mode"), [(True, 0o664), (False, 0o644)])
def test_where_the_owner_cannot_be_given_the_save_goes_on_and_no_other_group_gains(
    group_may_be_given: bool, mode: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o664)

    def refuse(_handle: int, uid: int, _gid: int) -> None:
        if uid != -1 or not group_may_be_given:
            raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", refuse)
    write_bytes(path, b"new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize("data", [b"", b"new", b"longer than what was there before"])
def test_hard_links_stay_one_file(data: bytes, tmp_path: Path, temp_folder: Path) -> None:
    one, two = linked(tmp_path)
    write_bytes(one, data, in_place=True)
    assert two.read_bytes() == data
    assert one.samefile(two)
    assert sorted(tmp_path.iterdir()) == [one, temp_folder, two]


@pytest.mark.parametrize("refused", ["temporary file", "new name"])
def test_a_folder_that_refuses_new_files_does_not_stop_a_save(
    refused: str, tmp_path: Path, temp_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("what was there")

    def keep(*_args: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    if refused == "new name":  # as in a folder with the sticky bit
        monkeypatch.setattr(Path, "replace", keep)
    else:
        refusing(tmp_path, monkeypatch)
    write_bytes(path, b"new", in_place=True)
    assert path.read_text() == "new"
    assert sorted(tmp_path.iterdir()) == [path, temp_folder]
    assert not list(temp_folder.iterdir())


def test_without_in_place_links_part_and_a_refusal_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = linked(tmp_path)
    write_bytes(one, b"new")
    assert (one.read_text(), two.read_text()) == ("new", "what was there")
    refusing(tmp_path, monkeypatch)
    with pytest.raises(PermissionError):
        write_bytes(one, b"newer")
    assert one.read_text() == "new"


def test_the_parts_follow_each_other_and_a_link_stays_one(tmp_path: Path) -> None:
    one, two = linked(tmp_path)
    link = tmp_path / "link"
    link.symlink_to(one)
    write_bytes(link, b"a", b"", b"bc", in_place=True)
    assert two.read_text() == "abc"
    status = write_bytes(link, "é\n".encode())
    assert (one.read_bytes(), status.st_size, status.st_ino) == ("é\n".encode(), 3, one.stat().st_ino)
    assert link.is_symlink()


@pytest.mark.parametrize(
    ("old", "new_mode", "most_mode", "mode"),
    [
        (None, None, 0o777, 0o644),
        (None, 0o600, 0o777, 0o600),
        (0o640, 0o600, 0o777, 0o640),
        (0o664, None, 0o600, 0o600),
    ],
)
def test_the_permissions_are_those_of_the_file_up_to_a_most(
    old: int | None, new_mode: int | None, most_mode: int, mode: int, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    if old is not None:
        path.touch()
        path.chmod(old)
    before = os.umask(0o022)
    write_bytes(path, b"new", new_mode=new_mode, most_mode=most_mode)
    os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_bytes(path, b"old")
    with pytest.raises(OSError, match="too large"), most_bytes(100):
        write_bytes(path, b"x" * 60, b"x" * 60)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("error", "raised"), [(errno.EINVAL, False), (errno.EIO, True)])
def test_a_folder_that_cannot_be_synced_is_no_error_but_a_failing_disk_is(
    error: int, raised: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_handle: int) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "fsync", failing)
    if raised:
        with pytest.raises(OSError, match="Input/output"):
            sync_folder(tmp_path)
    else:
        sync_folder(tmp_path)
    sync_folder(tmp_path / "gone")
