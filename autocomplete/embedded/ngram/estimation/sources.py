"""Files as text: found, decompressed, decoded, and handed on in sections of a few pages.

Invariant: a file that is not text is refused in one line that says where and what to do, and no file, however long its lines
are, is ever in memory as a whole.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import hashlib
import io
import lzma
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from autocomplete.errors import ConfigError

#: What files in a folder are called that are taken for text.
SUFFIXES = tuple(name + packed for name in (".txt", ".md") for packed in ("", ".xz", ".gz", ".bz2"))

#: Characters after which a section ends at a blank line, and those after which it ends anywhere.
_SECTION, _LONGEST_SECTION = 1_500, 8_000

#: Bytes read at a time.
_CHUNK = 1 << 18


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


_PACKED: dict[bytes, Callable[[IO[bytes]], _Readable]] = {
    b"\xfd7zXZ\0": lzma.LZMAFile,
    b"\x1f\x8b": lambda raw: gzip.GzipFile(fileobj=raw),
    b"BZh": bz2.BZ2File,
}
_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of text. `name`: as the model will list it; `n_bytes`: its size on disk."""

    path: Path
    name: str
    n_bytes: int

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file, as hexadecimal digits."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def sources_of(paths: Sequence[Path]) -> list[TextFile]:
    """Return the files, those in folders sorted by name. Raises ConfigError where one cannot be read, or a folder has none."""
    found: list[TextFile] = []
    for path in paths:
        try:
            if path.is_dir():
                inside = sorted(file for file in path.rglob("*") if file.name.endswith(SUFFIXES) and file.is_file())
                if not inside:
                    raise ConfigError(f"{path} has no text files: give files, or a folder with .txt or .txt.xz files.")
                found += [_source(file, file.relative_to(path).as_posix()) for file in inside]
            else:
                found.append(_source(path, path.name))
        except OSError as exc:
            raise ConfigError(f"Cannot read {path}: {exc.strerror}.") from exc
    seen: dict[Path, Path] = {}
    for source in found:
        real = source.path.resolve()
        if real in seen:
            raise ConfigError(f"{source.path} is given twice: it would count twice. Name each file once.")
        seen[real] = source.path
    return found


def _source(path: Path, name: str) -> TextFile:
    with path.open("rb"):
        return TextFile(path, name, path.stat().st_size)


def sections(source: TextFile, encoding: str = "utf-8", moved: Callable[[int], None] = lambda _: None) -> Iterator[str]:
    r"""Yield the text of a file in sections that end at a blank line where one comes soon, and in a line only if it is huge.

    A byte order mark counts for more than `encoding`. Line ends become "\n", letters with separate accents single characters.
    `moved` is told how many more bytes of the file have been read. Raises ConfigError where the file is no text.
    """
    rest = ""
    for text in _decoded(source, encoding, moved):
        rest += text if text.isascii() else unicodedata.normalize("NFC", text)
        begin = 0
        while end := _section_end(rest, begin):
            yield rest[begin:end]
            begin = end
        rest = rest[begin:]
    if rest:
        yield rest


def _section_end(text: str, begin: int) -> int:
    """Return where the section that starts at `begin` ends, 0 where more text is needed to tell."""
    longest = begin + _LONGEST_SECTION
    blank = text.find("\n\n", begin + _SECTION, longest)
    if blank >= 0:
        return blank + 2
    if len(text) < longest:
        return 0
    for mark in ("\n", ". ", " "):
        if (at := text.rfind(mark, begin, longest)) >= 0:
            return at + len(mark)
    return longest


def _decoded(source: TextFile, encoding: str, moved: Callable[[int], None]) -> Iterator[str]:
    decoder: io.IncrementalNewlineDecoder | None = None
    n_bytes = n_lines = position = 0
    try:
        with source.path.open("rb") as raw:
            file = _unpacked(raw)
            while True:
                data = file.read(_CHUNK)
                if decoder is None:
                    encoding = next((name for mark, name in _MARKED if data.startswith(mark)), encoding)
                    inner = codecs.getincrementaldecoder(encoding)(errors="strict")
                    decoder = io.IncrementalNewlineDecoder(inner, translate=True)
                try:
                    text = decoder.decode(data, final=not data)
                except UnicodeDecodeError as exc:
                    if b"\0" in exc.object:
                        raise _no_text(source, n_lines + 1) from None
                    raise _undecodable(source, encoding, exc, n_bytes + len(data), n_lines) from None
                if "\0" in text:
                    raise _no_text(source, n_lines + text[: text.index("\0")].count("\n") + 1)
                yield text
                n_bytes, n_lines = n_bytes + len(data), n_lines + text.count("\n")
                moved(raw.tell() - position)
                position = raw.tell()
                if not data:
                    return
    except (EOFError, lzma.LZMAError, zlib.error) as exc:
        raise ConfigError(f"{source.path} is damaged or cut short: it cannot be decompressed. Fetch it again.") from exc
    except OSError as exc:
        raise ConfigError(f"Cannot read {source.path}: {exc.strerror or exc}.") from exc


def _unpacked(raw: IO[bytes]) -> _Readable:
    head = raw.read(8)
    raw.seek(0)
    return next((unpack(raw) for magic, unpack in _PACKED.items() if head.startswith(magic)), raw)


def _no_text(source: TextFile, line: int) -> ConfigError:
    return ConfigError(
        f"{source.path}, line {line}: NUL characters. It is no text, or UTF-16 without a byte order mark: leave it out, or "
        "name its encoding with --encoding, such as utf-16-le."
    )


def _undecodable(source: TextFile, encoding: str, exc: UnicodeDecodeError, n_bytes: int, n_lines: int) -> ConfigError:
    """Return the error of a byte that is no text. `n_bytes`: read so far; `n_lines`: decoded before these bytes."""
    offset = n_bytes - len(exc.object) + exc.start
    line = n_lines + exc.object[: exc.start].decode(encoding, errors="ignore").count("\n") + 1
    return ConfigError(
        f"{source.path}, line {line} (byte {offset}): 0x{exc.object[exc.start]:02x} is not {exc.encoding.upper()} text. "
        "Name the encoding of the files with --encoding, such as latin-1, mend the line, or leave the file out."
    )
