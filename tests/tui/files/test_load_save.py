"""Files come back byte for byte, and a save is all or nothing."""

from __future__ import annotations

import errno
import os
import stat
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocomplete import ConfigError
from autocomplete.io.atomic_write import write_bytes
from tui.files import load_save
from tui.files.encodings import encoding_named
from tui.files.file_format import FileFormat, decode, encode, misfit
from tui.files.load_save import DocumentError, from_input, load, save

BYTES = {
    "empty": b"",
    "LF": b"one\ntwo\n",
    "no last newline": b"one\ntwo",
    "CRLF": b"one\r\ntwo\r\n",
    "CRLF, no last": b"one\r\ntwo",
    "CR": b"one\rtwo\r",
    "mixed": b"one\r\ntwo\nthree\rfour",
    "BOM": b"\xef\xbb\xbfone\n",
    "BOM only": b"\xef\xbb\xbf",
    "BOM, CRLF": b"\xef\xbb\xbfone\r\n",
    "form feed": b"one\x0ctwo\x0bthree\n",
    "U+2028": "one\u2028two\u2029three\x85four\n".encode(),
    "emoji and CJK": "東京 👩‍🔬 한국어\n".encode(),
    "escape": b"\x1b[31mred\x1b[0m\n",
    "UTF-16": "\ufeffone\r\n東🙂\r\n".encode("utf-16-le"),
    "UTF-16 big-endian": "\ufeffone\n".encode("utf-16-be"),
    "UTF-16 mark only": b"\xff\xfe",
    "UTF-16 with half a character": b"\xff\xfea\x00\x00\xd8b\x00",
    "UTF-16 with the wrong half first": b"\xff\xfe\x00\xdc\x00\xd8",
    "Latin-1": b"caf\xe9\n",
    "Windows-1252": b"\x93caf\xe9\x94\r\n",
    "Latin-1 with C1 controls": b"caf\xe9 \x81\x8d",
    "BOM before Latin-1": b"\xef\xbb\xbfcaf\xe9",
    "NUL-free UTF-8 control characters": b"\x01\x02",
    "CRLF after CR": b"a\r\r\nb\r\n",
}


@pytest.mark.parametrize("data", BYTES.values(), ids=BYTES.keys())
def test_a_file_is_saved_as_it_was_loaded(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    loaded = load(path)
    assert save(path, loaded.text, loaded.format).n_bytes == len(data)
    assert path.read_bytes() == data


PIECES = st.sampled_from(
    [
        *(b"a", b"\r", b"\n", b"\r\n", b"\x0c", b"\x1b", b"\x00", "東".encode(), b"\xe9", b"\x93", b"\x81"),
        *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\xd8", b"\x00\xdc", b"a\x00", b"\r\x00\n\x00"),
    ]
)


@given(st.one_of(st.binary(max_size=30), st.lists(PIECES, max_size=12).map(b"".join)))
def test_whatever_bytes_are_loaded_are_saved_again(data: bytes) -> None:
    try:
        text, file_format = decode(data)
    except ValueError as exc:
        assert "\n" not in str(exc)
    else:
        assert encode(text, file_format) == data
        assert misfit(text, file_format) is None
        assert "\0" not in text


@given(st.text(max_size=20), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]), st.booleans())
def test_every_text_in_unicode_survives(text: str, encoding: str, bom: bool) -> None:
    text = text.replace("\0", "")
    data = encode(text, FileFormat(bom=bom or encoding != "utf-8", encoding=encoding))
    assert encode(*decode(data)) == data


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"one\n", ""),
        (b"", ""),
        (b"\xef\xbb\xbfone", "UTF-8 with BOM"),
        ("\ufeffa".encode("utf-16-le"), "UTF-16"),
        ("\ufeffa\r\n".encode("utf-16-be"), "UTF-16 (big-endian) · CRLF"),
        (b"caf\xe9", "Latin-1"),
        (b"it\x92s", "Windows-1252"),
        (b"a\r\nb\n", "mixed line ends"),
        (b"a\rb", "CR"),
    ],
)
def test_what_is_unusual_about_a_file_is_told(data: bytes, told: str) -> None:
    assert decode(data)[1].label == told


def test_windows_1252_is_read_as_its_letters() -> None:
    assert decode(b"\x93caf\xe9\x94 \x80")[0] == "“café” €"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_what_an_encoding_lacks_is_found_before_the_file_is_touched(encoding: str, tmp_path: Path) -> None:
    file_format = FileFormat(encoding=encoding)
    assert misfit("café", file_format) is None
    assert misfit("one\ntwo 東京", file_format) == "'東' (line 2)"
    assert file_format.in_encoding(encoding_named("utf-8")).label == ""


def test_a_new_line_of_a_crlf_file_is_crlf(tmp_path: Path) -> None:
    text, file_format = decode(b"one\r\ntwo\r\n")
    assert encode(text + "three\n", file_format) == b"one\r\ntwo\r\nthree\r\n"


def test_a_missing_file_is_a_new_file(tmp_path: Path) -> None:
    loaded = load(tmp_path / "new.txt")
    assert loaded == load_save.LoadedText("", FileFormat(), stamp=None)
    assert loaded.new


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x89PNG\x00\x01", "binary"),
        (b"\x01caf\xe9", "binary"),
        (b"\xff\xfea\x00b", "begins like UTF-16 and is not"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "begins like UTF-16 and is not"),
        (b"\xff\xfea\x00\x00\x00", "binary"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(DocumentError) as caught:
        load(path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, ConfigError)


def test_a_folder_a_pipe_and_an_impossible_path_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, says in [(tmp_path, "folder"), (tmp_path / "pipe", "regular"), (Path("a\0b"), "possible")]:
        with pytest.raises(DocumentError, match=says):
            load(path)


def test_a_path_in_no_folder_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="does not exist"):
        load(tmp_path / "no" / "a.txt")
    with pytest.raises(DocumentError, match="does not exist"):
        save(tmp_path / "no" / "a.txt", "text", FileFormat())


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(load_save.MAX_BYTES + 1)
    with pytest.raises(DocumentError, match="64"):
        load(path)


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("kept")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everything, so the answer is forged
    with pytest.raises(DocumentError, match="read-only"):
        save(path, "lost", FileFormat())
    assert path.read_text() == "kept"


def test_an_unreadable_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("secret")

    def denied(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(DocumentError, match=r"permission denied\. Check the path"):
        load(path)


def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "a.txt"
    target.write_text("old")
    target.chmod(0o640)
    link = tmp_path / "link.txt"
    link.symlink_to(target)
    save(link, "new", FileFormat())
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_link_to_a_file_to_come_makes_the_file(tmp_path: Path) -> None:
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "later.txt")
    save(link, "new", FileFormat())
    assert (tmp_path / "later.txt").read_text() == "new"


def test_a_new_file_gets_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    save(tmp_path / "a.txt", "text", FileFormat())
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_save_that_fails_half_way_leaves_the_old_file_and_no_litter(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("kept")

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[step], full)
    with pytest.raises(DocumentError, match="no space left on device"):
        save(path, "lost", FileFormat())
    assert path.read_text() == "kept"
    assert list(tmp_path.iterdir()) == [path]


def test_half_a_character_is_refused_before_the_file_is_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("kept")
    with pytest.raises(DocumentError, match="half a character"):
        save(path, "a\ud83d", FileFormat())
    assert path.read_text() == "kept"


def test_standard_input_is_a_text_without_a_file() -> None:
    loaded = from_input(b"one\r\n")
    assert (loaded.text, loaded.format.newline, loaded.new) == ("one\n", "\r\n", True)
    with pytest.raises(DocumentError, match="binary"):
        from_input(b"\0")
    with pytest.raises(DocumentError, match="64 MB"):
        from_input(b"x" * (load_save.MAX_BYTES + 1))


@given(st.lists(st.sampled_from(["a", "é", "\r", "\n", "\r\n"]), max_size=12).map("".join))
def test_a_save_without_an_edit_changes_no_byte_whatever_the_line_ends(text: str) -> None:
    data = text.encode()
    opened, file_format = decode(data)
    assert encode(opened, file_format.fitting(opened)) == data


linux_only = pytest.mark.skipif(not hasattr(os, "setxattr"), reason="extended attributes are of Linux")


def acl(*entries: tuple[int, int, int]) -> bytes:
    """Return an access control list: tag (1 owner, 2 a user, 4 the group, 16 mask, 32 others), permissions, number."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


@linux_only
def test_attributes_and_access_control_list_survive_a_save(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    listed = acl((1, 6, 2**32 - 1), (2, 6, 65534), (4, 4, 2**32 - 1), (16, 6, 2**32 - 1), (32, 0, 2**32 - 1))
    try:
        os.setxattr(path, "user.note", b"keep")
        os.setxattr(path, "system.posix_acl_access", listed)
    except OSError:
        pytest.skip("the file system of this test has no attributes")
    save(path, "two", FileFormat())
    assert path.read_text() == "two"
    assert os.getxattr(path, "user.note") == b"keep"
    assert os.getxattr(path, "system.posix_acl_access") == listed


@linux_only
@pytest.mark.parametrize("in_place", [True, False])
def test_where_attributes_cannot_be_kept_the_file_is_written_in_place_and_no_group_gains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_place: bool
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    path.chmod(0o660)
    monkeypatch.setattr(os, "listxattr", lambda _: ["system.posix_acl_access"])
    monkeypatch.setattr(os, "getxattr", lambda *_: b"?")
    inode = path.stat().st_ino
    write_bytes(path, b"two", in_place=in_place)
    assert path.read_text() == "two"
    assert (path.stat().st_ino == inode) is in_place
    assert path.stat().st_mode & 0o777 == (0o660 if in_place else 0o600)


def test_a_file_of_another_owner_is_written_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchown", refused, raising=False)
    inode = path.stat().st_ino
    save(path, "two", FileFormat())
    assert (path.read_text(), path.stat().st_ino) == ("two", inode)


def test_a_file_is_always_written_in_place_where_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one and more")
    inode = path.stat().st_ino
    save(path, "two", FileFormat(), always_in_place=True)
    assert (path.read_text(), path.stat().st_ino) == ("two", inode)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


@linux_only
@pytest.mark.parametrize("always", [True, False])
def test_a_file_system_without_attributes_takes_a_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, always: bool) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")

    def unsupported(*_: object) -> list[str]:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(os, "listxattr", unsupported)
    save(path, "two", FileFormat(), always_in_place=always)
    assert path.read_text() == "two"
