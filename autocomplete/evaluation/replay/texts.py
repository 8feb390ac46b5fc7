"""Reads the texts that people want measured, and says which of them cannot be.

Invariant: what comes out is text with "\\n" at the ends of its lines; a file that is no text, or too short to say anything, is
named with the reason, and never measured in part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autocomplete.core.word_spans import word_spans
from autocomplete.errors import ConfigError
from autocomplete.evaluation.records import Document
from autocomplete.io.text_files import read_text

#: A file with fewer words says nothing.
FEWEST_WORDS = 20


@dataclass(frozen=True, slots=True)
class DocumentSet:
    """The documents of some files, and one line for each file that was left out."""

    documents: tuple[Document, ...]
    left_out: tuple[str, ...] = ()


def read_documents(paths: Sequence[Path], *, n_words: int | None = None, by_blank_lines: bool = False) -> DocumentSet:
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
    return DocumentSet(tuple(documents), tuple(left_out))


def _documents_of(path: Path, n_words: int | None, by_blank_lines: bool) -> Iterator[Document]:
    text = read_text(path)
    n_found = sum(1 for _ in word_spans(text))
    if n_found < FEWEST_WORDS:
        lack = "is empty" if not text.strip() else f"has {n_found} word{'s' * (n_found != 1)}"
        raise ConfigError(f"{path} {lack}: at least {FEWEST_WORDS} words are needed to measure anything.")
    texts = [part for part in text.split("\n\n") if part.strip()] if by_blank_lines else [text]
    if n_words is not None:
        texts = list(first_words(texts, n_words))
    many = len(texts) > 1
    return (Document(f"{path.name} ({i})" if many else path.name, part, path) for i, part in enumerate(texts, start=1))


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
