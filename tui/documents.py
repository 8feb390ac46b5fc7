"""Reading and writing text files, with no terminal in sight.

Invariant: `encode(*decode(data))` is `data`, byte for byte, for every UTF-8 file: byte-order mark, CRLF, lone carriage
returns and a missing last newline survive. A save that fails loses nothing that was on the disk.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from autocomplete import ConfigError
from tui import disk
from tui.disk import Stamp

#: The largest file that is opened, in bytes: its text must fit into memory several times over.
MAX_BYTES = 64 * 2**20

BOM = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class DocumentError(ConfigError):
    """A file that cannot be opened or saved. The message is one line and says what to do."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """What a file has besides its text: the line ending that stands for "\\n", and whether a byte-order mark leads."""

    newline: str = "\n"
    bom: bool = False


@dataclass(frozen=True, slots=True)
class LoadedText:
    """A text with "\\n" between lines, and the format that gives the file's bytes back. `stamp`: None without a file."""

    text: str
    format: FileFormat
    stamp: Stamp | None = None

    @property
    def new(self) -> bool:
        """Whether there is no such file yet."""
        return self.stamp is None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save wrote: how many bytes, and the stamp of the file as it left it."""

    n_bytes: int
    stamp: Stamp


def decode(data: bytes) -> tuple[str, FileFormat]:
    r"""Return the text of a UTF-8 file, with "\n" between lines, and its format.

    Line endings are unified only where all are alike; in a mixed file carriage returns stay characters of the text.
    Raises UnicodeDecodeError where `data` is not UTF-8.

    >>> decode(b"one\r\ntwo")
    ('one\ntwo', FileFormat(newline='\r\n', bom=False))
    """
    bom = data.startswith(BOM)
    text = (data[len(BOM) :] if bom else data).decode("utf-8")
    n_feeds = text.count("\n")
    if n_feeds and text.count("\r\n") == n_feeds:
        return text.replace("\r\n", "\n"), FileFormat("\r\n", bom)
    if not n_feeds and "\r" in text:
        return text.replace("\r", "\n"), FileFormat("\r", bom)
    return text, FileFormat("\n", bom)


def encode(text: str, file_format: FileFormat) -> bytes:
    r"""Return the bytes of a file that holds `text`.

    >>> encode("one\ntwo", FileFormat(newline="\r\n"))
    b'one\r\ntwo'
    """
    data = text.replace("\n", file_format.newline).encode("utf-8")
    return BOM + data if file_format.bom else data


def load(path: Path) -> LoadedText:
    """Return the text of the file at `path`; an empty one where there is no such file yet.

    Raises DocumentError where it is a folder, unreadable, too large, binary or not UTF-8.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise DocumentError(f"{path} is a folder: name a file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise DocumentError(f"{path} is not a regular file: name a text file.")
        if status.st_size > MAX_BYTES:
            size, most = status.st_size / 2**20, MAX_BYTES // 2**20
            raise DocumentError(f"{path} has {size:.0f} MB, more than {most}: split it, or open a part of it.")
        data = path.read_bytes()
    except FileNotFoundError:
        _check_folder(path)
        return LoadedText("", FileFormat())
    except OSError as exc:
        raise DocumentError(f"Cannot read {path}: {_why(exc)}. Check the path and its permissions.") from exc
    except ValueError as exc:
        raise DocumentError(f"{str(path)!r} is not a possible path: {exc}.") from exc
    return _decode_file(path, data, Stamp.of(status))  # from before the read: what changes since is noticed


def _decode_file(path: Path, data: bytes, stamp: Stamp) -> LoadedText:
    if data.startswith(_UTF16_MARKS):
        raise DocumentError(f"{path} is UTF-16: convert it first, such as with iconv -f UTF-16 -t UTF-8.")
    if b"\0" in data:
        raise DocumentError(f"{path} is a binary file: only text can be edited.")
    try:
        return LoadedText(*decode(data), stamp)
    except UnicodeDecodeError as exc:
        where = f"byte {exc.start + 1}"
        raise DocumentError(f"{path} is not UTF-8 ({where}): convert it first, such as with iconv -t UTF-8.") from exc


def save(path: Path, text: str, file_format: FileFormat) -> Saved:
    """Write `text` to `path`, whatever is there, and return what was written.

    Symbolic links are followed; hard links, permissions and, where the system allows it, the owner are kept. All or
    nothing, also in a crash, but for the files that `disk.write` has to write in place. Raises DocumentError, and then the
    file is as it was, unless the error names a backup.
    """
    try:
        data = encode(text, file_format)
    except UnicodeEncodeError as exc:
        raise DocumentError(
            f"Cannot save: character {exc.start + 1} is half a character. Delete it and save again."
        ) from exc
    try:
        target = path.resolve()
        _check_folder(path)
        stamp = disk.write(target, data)
    except (OSError, RuntimeError, ValueError) as exc:
        raise DocumentError(f"Cannot save {path}: {_why(exc)}. Save under another name to keep the text.") from exc
    return Saved(len(data), stamp)


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise DocumentError(f"The folder {path.parent} does not exist: make it first, or choose another.")


def _why(exc: Exception) -> str:
    """Return the system's reason in a few words, with no path and no number."""
    reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
    return reason[:1].lower() + reason[1:]
