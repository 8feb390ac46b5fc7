"""Reads the texts that people want measured, and says plainly which of them cannot be.

Invariant: what comes out is text with "\\n" at the ends of its lines; a file that is no text, or too short to say anything, is
named with the reason, and never measured in part.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autocomplete.core.word_spans import word_spans
from autocomplete.errors import ConfigError
from autocomplete.evaluation.records import Document

#: A file with fewer words tells nothing.
FEWEST_WORDS = 20

#: Characters of a file that may be controls other than white space; with more it is no text.
_MOST_CONTROLS = 0.01

_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\v\x1b") | {"\x7f"}

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents of some files, and one line for each file that was left out."""

    documents: tuple[Document, ...]
    left_out: tuple[str, ...] = ()


def read_documents(paths: Sequence[Path], *, n_words: int | None = None, by_blank_lines: bool = False) -> Reading:
    """Return the documents of some files, in order; each file is one, unless blank lines separate them.

    `n_words`: only the first so many words of each file are taken, whole lines but for the last. Raises ConfigError where
    no file can be measured: the reason of the one that was given, or of the first.
    """
    documents: list[Document] = []
    left_out: list[str] = []
    for path in paths:
        try:
            documents += _documents_of(path, n_words, by_blank_lines)
        except ConfigError as error:
            left_out.append(str(error))
    if not documents:
        raise ConfigError(left_out[0] if left_out else "No file was given to measure.")
    return Reading(tuple(documents), tuple(left_out))


def _documents_of(path: Path, n_words: int | None, by_blank_lines: bool) -> Iterator[Document]:
    text = read_text(path)
    n_found = sum(1 for _ in word_spans(text))
    if n_found < FEWEST_WORDS:
        found = "is empty" if not text.strip() else f"has {n_found} word{'s' * (n_found != 1)}"
        raise ConfigError(f"{path} {found}: at least {FEWEST_WORDS} words are needed to measure anything.")
    texts = [part for part in text.split("\n\n") if part.strip()] if by_blank_lines else [text]
    if n_words is not None:
        texts = list(first_words(texts, n_words))
    many = len(texts) > 1
    return (Document(f"{path.name} ({i})" if many else path.name, part) for i, part in enumerate(texts, start=1))


def read_text(path: Path) -> str:
    """Return the text of a file: UTF-8, UTF-16 with a byte order mark, or Latin-1.

    Raises ConfigError where it cannot be read or is no text.
    """
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise ConfigError(f"Cannot read {path}: {exc.strerror or exc}.") from exc
    text = _decoded(data)
    if text is None:
        raise ConfigError(f"{path} is no text (or in an unknown encoding): save it as UTF-8 text first.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str | None:
    """Return the text of some bytes, None where they are none."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            return None
        text = data.decode("latin-1")
        if any("\x80" <= char <= "\x9f" for char in text[:4096]) and not _is_windows(data):
            return None
        text = data.decode("cp1252", errors="replace")
    n_controls = sum(text.count(char) for char in _CONTROLS)
    return None if "\0" in text or n_controls > _MOST_CONTROLS * len(text) else text


def _is_windows(data: bytes) -> bool:
    """Return whether the bytes from 0x80 to 0x9f are few, as the quotes and dashes of Windows' Latin-1 are in prose."""
    return 20 * sum(0x80 <= byte <= 0x9F for byte in data[:4096]) < len(data[:4096])


def first_words(texts: Iterable[str], n_words: int) -> Iterator[str]:
    """Yield the beginnings of texts, one after the other, together `n_words` words; lines are whole but for the last.

    >>> list(first_words(["One two.\\nThree four five.", "Six seven."], 6))
    ['One two.\\nThree four five.', 'Six']
    """
    for text in texts:
        words = list(word_spans(text))[:n_words]
        if not words:
            return
        n_words -= len(words)
        yield text[: words[-1].end] if n_words == 0 else text
        if n_words == 0:
            return
