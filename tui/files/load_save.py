"""Reads and writes text files, without a terminal.

Invariant: what is read and saved again is the same file, byte for byte; a save that fails loses nothing that was on the disk.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from autocomplete import ConfigError
from tui.files import disk
from tui.files.disk import Stamp
from tui.files.encodings import Encoding
from tui.files.file_format import FileFormat, decode, encode

#: The largest file that is opened, in bytes: its text must fit into memory several times over.
MAX_BYTES = 64 * 2**20


class DocumentError(ConfigError):
    """A file that cannot be opened or saved. The message is one line and says what to do."""


class NotText(DocumentError):
    """A file that is no text, or none in the encoding that it was read in: another one may help."""


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


def load(path: Path, encoding: Encoding | None = None, *, remembered: Encoding | None = None) -> LoadedText:
    """Return the text of the file at `path`; an empty one where there is no such file yet.

    `encoding` and `remembered` as for `decode`. Raises DocumentError where it is a folder, unreadable or too large, NotText
    where it is binary or in another encoding.
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
        return LoadedText("", FileFormat() if encoding is None else FileFormat().in_encoding(encoding))
    except OSError as exc:
        raise DocumentError(f"Cannot read {path}: {why(exc)}. Check the path and its permissions.") from exc
    except ValueError as exc:
        raise DocumentError(f"{str(path)!r} is not a possible path: {exc}.") from exc
    text, form = _decode(str(path), data, encoding, remembered)
    return LoadedText(text, form, Stamp.of(status))  # from before the read: what changes since is noticed


def _decode(name: str, data: bytes, encoding: Encoding | None, remembered: Encoding | None = None) -> tuple[str, FileFormat]:
    try:
        return decode(data, encoding, remembered=remembered)
    except ValueError as exc:
        hint = "only text can be edited" if encoding is None else "choose another encoding"
        raise NotText(f"{name} {exc}: {hint}.") from exc


def from_input(data: bytes, encoding: Encoding | None = None) -> LoadedText:
    """Return the text of standard input. Raises DocumentError where it is no text, or too long."""
    if len(data) > MAX_BYTES:
        raise DocumentError(f"Standard input has more than {MAX_BYTES // 2**20} MB: pass on a part of it.")
    return LoadedText(*_decode("Standard input", data, encoding))


def save(path: Path, text: str, file_format: FileFormat, *, always_in_place: bool = False) -> Saved:
    """Write `text` to `path`, whatever is there, and return what was written.

    Symbolic links are followed; hard links, permissions, access control lists, attributes and the owner are kept. All or
    nothing, also in a crash, but for the files that `disk.write` has to write in place, or all where that is
    `always_in_place`. Raises DocumentError, and then the file is as it was, unless the error names a backup.
    """
    try:
        data = encode(text, file_format)
    except UnicodeEncodeError as exc:
        raise DocumentError(f"Cannot save: character {exc.start + 1} is half a character. Delete it and save again.") from exc
    try:
        target = path.resolve()
        _check_folder(path)
        stamp = disk.write(target, data, always_in_place=always_in_place)
    except (OSError, RuntimeError, ValueError) as exc:
        raise DocumentError(f"Cannot save {path}: {why(exc)}. Save under another name to keep the text.") from exc
    return Saved(len(data), stamp)


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise DocumentError(f"The folder {path.parent} does not exist: make it first, or choose another.")


def why(exc: Exception) -> str:
    """Return the system's reason in a few words, with no path and no number."""
    reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
    return reason[:1].lower() + reason[1:]
