"""Reading and writing text files, with no terminal in sight.

Invariant: `encode(*decode(data))` is `data`, byte for byte, for everything that `decode` takes: byte-order mark, encoding,
line endings, even mixed ones, and a missing last newline survive. A save that fails loses nothing that was on the disk.
"""

from __future__ import annotations

import codecs
import re
import stat
from dataclasses import dataclass, replace
from pathlib import Path

from autocomplete import ConfigError
from tui import disk
from tui.disk import Stamp

#: The largest file that is opened, in bytes: its text must fit into memory several times over.
MAX_BYTES = 64 * 2**20

#: Byte-order marks, and the encodings that they stand for.
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

#: How encodings are called.
_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16 (big-endian)",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}
_LINE_ENDS = {"\r\n": "CRLF", "\r": "CR"}

#: Control characters that no text in an 8-bit encoding has: all but tab, line ends, form feed, backspace and escape.
_FOREIGN = re.compile(rb"[\x00-\x07\x0b\x0e-\x1a\x1c-\x1f\x7f]")


class DocumentError(ConfigError):
    """A file that cannot be opened or saved. The message is one line and says what to do."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """What a file has besides its text: its encoding, a byte-order mark, and the line ending that stands for "\\n".

    `mixed`: there are several kinds of line endings, so carriage returns stay characters of the text.
    """

    newline: str = "\n"
    bom: bool = False
    encoding: str = "utf-8"
    mixed: bool = False

    @property
    def told_encoding(self) -> str:
        """The encoding's name for people."""
        return _NAMES[self.encoding]

    @property
    def told(self) -> str:
        """What a person should know of the format, "" where it is the usual one: UTF-8 with LF."""
        usual = self.encoding == "utf-8"
        encoding = ("UTF-8 with BOM" if self.bom else "") if usual else self.told_encoding
        ends = "mixed line ends" if self.mixed else _LINE_ENDS.get(self.newline, "")
        return " · ".join(filter(None, (encoding, ends)))

    def as_utf8(self) -> FileFormat:
        """Return the format with UTF-8 for its encoding, and no byte-order mark."""
        return replace(self, encoding="utf-8", bom=False)


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
    r"""Return the text of a file, with "\n" between lines, and its format.

    A byte-order mark decides; without one it is UTF-8 where that is possible, else an 8-bit encoding: Windows-1252 where the
    bytes in which it differs from Latin-1 are there and are letters or signs of it, else Latin-1. Line endings are unified
    only where all are alike. Raises ValueError, with the reason, where `data` is no text.

    >>> decode(b"one\r\ntwo")[1].told, decode("caf\xe9 \u2019".encode("cp1252"))
    ('CRLF', ('caf\xe9 \u2019', FileFormat(newline='\n', bom=False, encoding='cp1252', mixed=False)))
    """
    bom, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", ""))
    if encoding.startswith("utf-16") and (len(data) % 2 or data.startswith(codecs.BOM_UTF32_LE)):
        raise ValueError("begins like UTF-16 and is not")
    if encoding.startswith("utf-16"):
        text = data[len(bom) :].decode(encoding, "surrogatepass")  # halves of characters come back as they are
        if "\0" in text:
            raise ValueError("is a binary file")
    else:
        text, encoding = _decode_bytes(data[len(bom) :])
        if encoding != "utf-8" and bom:  # then the mark is no mark, but three letters
            text, encoding = _decode_bytes(data)
            bom = b""
    text, newline, mixed = _unify(text)
    return text, FileFormat(newline, bool(bom), encoding, mixed)


def _decode_bytes(data: bytes) -> tuple[str, str]:
    if b"\0" in data:
        raise ValueError("is a binary file")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        if _FOREIGN.search(data):
            raise ValueError("is a binary file") from None
    try:
        return data.decode("cp1252"), "cp1252" if _has_c1(data) else "latin-1"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _has_c1(data: bytes) -> bool:
    """Return whether there are bytes in which Windows-1252 differs from Latin-1."""
    return re.search(rb"[\x80-\x9f]", data) is not None


def _unify(text: str) -> tuple[str, str, bool]:
    """Return `text` with "\\n" for its line endings where all are alike, that ending, and whether they are not."""
    n_feeds = text.count("\n")
    n_pairs = text.count("\r\n")
    if n_feeds and n_pairs == n_feeds:
        return text.replace("\r\n", "\n"), "\r\n", False
    if not n_feeds and "\r" in text:
        return text.replace("\r", "\n"), "\r", False
    return text, "\n", "\r" in text


def encode(text: str, file_format: FileFormat) -> bytes:
    r"""Return the bytes of a file that holds `text`. Raises UnicodeEncodeError where its encoding has no such character.

    >>> encode("one\ntwo", FileFormat(newline="\r\n"))
    b'one\r\ntwo'
    """
    errors = "surrogatepass" if file_format.encoding.startswith("utf-16") else "strict"
    data = text.replace("\n", file_format.newline).encode(file_format.encoding, errors)
    mark = next(mark for mark, name in _MARKS if name == file_format.encoding) if file_format.bom else b""
    return mark + data


def misfit(text: str, file_format: FileFormat) -> str | None:
    """Return the first character of `text` that an 8-bit encoding lacks, with its line; None where all fit.

    >>> misfit("one\\n東京", FileFormat(encoding="latin-1")), misfit("东", FileFormat())
    ("'東' (line 2)", None)
    """
    if file_format.encoding.startswith("utf-"):
        return None
    try:
        text.encode(file_format.encoding)
    except UnicodeEncodeError as exc:
        return f"{text[exc.start]!r} (line {text.count(chr(10), 0, exc.start) + 1})"
    return None


def load(path: Path) -> LoadedText:
    """Return the text of the file at `path`; an empty one where there is no such file yet.

    Raises DocumentError where it is a folder, unreadable, too large, or binary.
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
        raise DocumentError(f"Cannot read {path}: {why(exc)}. Check the path and its permissions.") from exc
    except ValueError as exc:
        raise DocumentError(f"{str(path)!r} is not a possible path: {exc}.") from exc
    return _decode_file(path, data, Stamp.of(status))  # from before the read: what changes since is noticed


def _decode_file(path: Path, data: bytes, stamp: Stamp) -> LoadedText:
    try:
        return LoadedText(*decode(data), stamp)
    except ValueError as exc:
        raise DocumentError(f"{path} {exc}: only text can be edited.") from exc


def from_input(data: bytes) -> LoadedText:
    """Return the text of standard input. Raises DocumentError where it is no text, or too long."""
    if len(data) > MAX_BYTES:
        raise DocumentError(f"Standard input has more than {MAX_BYTES // 2**20} MB: pass on a part of it.")
    try:
        return LoadedText(*decode(data))
    except ValueError as exc:
        raise DocumentError(f"Standard input {exc}: only text can be edited.") from exc


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
        raise DocumentError(f"Cannot save {path}: {why(exc)}. Save under another name to keep the text.") from exc
    return Saved(len(data), stamp)


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise DocumentError(f"The folder {path.parent} does not exist: make it first, or choose another.")


def why(exc: Exception) -> str:
    """Return the system's reason in a few words, with no path and no number."""
    reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
    return reason[:1].lower() + reason[1:]
