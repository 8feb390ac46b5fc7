"""Files of text that people name: in folders, packed, or from standard input.

Invariant: a file that is no text is refused in one line that says what to do; standard input leaves nothing on the disk.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import shutil
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Protocol

from autocomplete.errors import ConfigError
from autocomplete.io.decode import decode_prose

#: What the files in a folder are called that are taken for text, plain or packed.
TEXT_SUFFIXES = tuple(
    name + packed
    for name in (".txt", ".md", ".markdown", ".rst", ".org", ".adoc", ".text")
    for packed in ("", ".xz", ".gz", ".bz2")
)


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return so many bytes, or all that are left."""


_PACKED: dict[bytes, Callable[[IO[bytes]], Readable]] = {
    b"\xfd7zXZ\0": lzma.LZMAFile,
    b"\x1f\x8b": lambda raw: gzip.GzipFile(fileobj=raw),
    b"BZh": bz2.BZ2File,
}


def text_files(path: Path) -> list[Path]:
    """Return the file, or the texts in the folder and those below it, by name; hidden ones are left alone.

    Raises ConfigError where a folder has none.
    """
    if not path.is_dir():
        return [path]
    names = (file.relative_to(path) for file in path.rglob("*") if file.name.lower().endswith(TEXT_SUFFIXES))
    shown = sorted(name for name in names if not any(part.startswith(".") for part in name.parts))
    files = [path / name for name in shown if (path / name).is_file()]
    if not files:
        raise ConfigError(f"{path} has no text files: name files, or a folder with .txt, .md or .txt.xz files.")
    return files


@contextmanager
def spooled(names: Sequence[str]) -> Iterator[list[Path]]:
    """Give the paths that names stand for; "-" is standard input, as a file that is gone afterwards.

    Raises ConfigError where it cannot be stored for so long; in other errors the name of that file is "standard input".
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "standard input"
        try:
            if "-" in names:
                with file.open("wb") as copy:
                    shutil.copyfileobj(sys.stdin.buffer, copy)
        except OSError as exc:
            raise ConfigError(f"Cannot keep standard input in {folder}: {exc.strerror}.") from exc
        try:
            yield [file if name == "-" else Path(name).expanduser() for name in names]
        except ConfigError as error:
            raise ConfigError(str(error).replace(f"{folder}{os.sep}", "")) from error


def decompressed(raw: IO[bytes]) -> Readable:
    """Return a reader of the bytes of a file, decompressed where it is compressed. See `reading_errors`."""
    head = raw.read(8)
    raw.seek(0)
    return next((unpack(raw) for magic, unpack in _PACKED.items() if head.startswith(magic)), raw)


@contextmanager
def reading_errors(path: Path) -> Iterator[None]:
    """Raise ConfigError where a file cannot be read, or is packed and damaged."""
    try:
        yield
    except (EOFError, lzma.LZMAError, zlib.error) as exc:
        raise ConfigError(f"{path} is damaged or cut short: it cannot be decompressed. Fetch it again.") from exc
    except OSError as exc:
        raise ConfigError(f"Cannot read {path}: {exc.strerror or exc}.") from exc


def read_text(path: Path) -> str:
    """Return the text of a file, packed or not, as `decode_prose` does. Raises ConfigError where there is none."""
    with reading_errors(path), path.open("rb") as raw:
        data = decompressed(raw).read()
    try:
        return decode_prose(data)
    except ValueError as exc:
        raise ConfigError(f"{path} is no text (or in an unknown encoding): save it as UTF-8 text first.") from exc
