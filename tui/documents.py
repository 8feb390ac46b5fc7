"""Reading and writing text files, with no terminal in sight.

Invariant: `encode(*decode(data))` is `data`, byte for byte, for every UTF-8 file: byte-order mark, CRLF, lone carriage
returns and a missing last newline survive. A save that fails leaves the file on the disk as it was.
"""

from __future__ import annotations

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from autocomplete import ConfigError

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
    """A text with "\\n" between lines, and the format that gives the file's bytes back. `new`: there is no such file yet."""

    text: str
    format: FileFormat
    new: bool = False


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
        return LoadedText("", FileFormat(), new=True)
    except OSError as exc:
        raise DocumentError(f"Cannot read {path}: {_why(exc)}. Check the path and its permissions.") from exc
    except ValueError as exc:
        raise DocumentError(f"{str(path)!r} is not a possible path: {exc}.") from exc
    return _decode_file(path, data)


def _decode_file(path: Path, data: bytes) -> LoadedText:
    if data.startswith(_UTF16_MARKS):
        raise DocumentError(f"{path} is UTF-16: convert it first, such as with iconv -f UTF-16 -t UTF-8.")
    if b"\0" in data:
        raise DocumentError(f"{path} is a binary file: only text can be edited.")
    try:
        return LoadedText(*decode(data))
    except UnicodeDecodeError as exc:
        where = f"byte {exc.start + 1}"
        raise DocumentError(f"{path} is not UTF-8 ({where}): convert it first, such as with iconv -t UTF-8.") from exc


def save(path: Path, text: str, file_format: FileFormat) -> int:
    """Write `text` to `path` and return the number of bytes written. All or nothing.

    The bytes go to a temporary file in the same folder, which then takes the name: a crash leaves either the old file or
    the new one. Symbolic links are followed, permissions kept. Raises DocumentError, and then the file is as it was.
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
        _replace(target, data)
    except (OSError, RuntimeError, ValueError) as exc:
        raise DocumentError(f"Cannot save {path}: {_why(exc)}. Save under another name to keep the text.") from exc
    return len(data)


def _replace(target: Path, data: bytes) -> None:
    mode = _mode_for(target)
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:64]}.", suffix=".saving", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _mode_for(target: Path) -> int:
    """Return the permissions of the file that is replaced, or those that a new file gets."""
    try:
        status = target.stat()
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
    if not stat.S_ISREG(status.st_mode):
        raise OSError("it is not a regular file")
    if not os.access(target, os.W_OK):
        raise PermissionError("the file is read-only")
    return stat.S_IMODE(status.st_mode)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable, on systems where a folder can be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise DocumentError(f"The folder {path.parent} does not exist: make it first, or choose another.")


def _why(exc: Exception) -> str:
    """Return the system's reason in a few words, with no path and no number."""
    reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
    return reason[:1].lower() + reason[1:]
