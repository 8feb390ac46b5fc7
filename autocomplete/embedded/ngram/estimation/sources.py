"""Finds files of text, decompresses and decodes them, and hands their text on in sections of a few pages.

Invariant: a file that is not text is refused in one line that says where and what to do, and no file, however long its lines
are, is ever in memory as a whole.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autocomplete.errors import ConfigError
from autocomplete.io.decode import byte_order_mark
from autocomplete.io.text_files import decompressed, reading_errors, text_files

#: Characters after which a section ends at a blank line, and those after which it ends anywhere.
_SECTION, _LONGEST_SECTION = 1_500, 8_000

#: Bytes read at a time.
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of text. `name`: as the model will list it; `n_bytes`: its size on disk."""

    path: Path
    name: str
    n_bytes: int

    @property
    def facts(self) -> dict[str, str]:
        """What a model says about the file: its name, and its SHA-256 as hexadecimal digits."""
        with self.path.open("rb") as file:
            return {"name": self.name, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def sources_of(paths: Sequence[Path]) -> list[TextFile]:
    """Return the files, those in folders sorted by name. Raises ConfigError where one cannot be read, or a folder has none."""
    sources: list[TextFile] = []
    for path in paths:
        try:
            sources += [_source(file, path) for file in text_files(path)]
        except OSError as exc:
            raise ConfigError(f"Cannot read {path}: {exc.strerror}.") from exc
    seen: dict[Path, Path] = {}
    for source in sources:
        real = source.path.resolve()
        if real in seen:
            raise ConfigError(f"{source.path} is given twice: it would count twice. Name each file once.")
        seen[real] = source.path
    return sources


def _source(file: Path, given: Path) -> TextFile:
    name = file.name if file == given else file.relative_to(given).as_posix()
    with file.open("rb"):
        return TextFile(file, name, file.stat().st_size)


def sections(source: TextFile, encoding: str = "utf-8", moved: Callable[[int], None] = lambda _: None) -> Iterator[str]:
    r"""Yield the text of a file in sections that end at a blank line where one comes soon, and in a line only if it is huge.

    A byte order mark counts for more than `encoding`. Line ends become "\n", letters with separate accents single characters.
    `moved` gets how many more bytes of the file have been read. Raises ConfigError where the file is no text.
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
    with reading_errors(source.path), source.path.open("rb") as raw:
        file = decompressed(raw)
        while True:
            data = file.read(_CHUNK)
            at_end = not data
            if decoder is None:
                mark, codec = byte_order_mark(data)
                data, n_bytes, encoding = data[len(mark) :], len(mark), codec or encoding
                inner = codecs.getincrementaldecoder(encoding)(errors="strict")
                decoder = io.IncrementalNewlineDecoder(inner, translate=True)
            try:
                text = decoder.decode(data, final=at_end)
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
            if at_end:
                return


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
