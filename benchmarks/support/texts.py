"""The texts that are measured on: files as they are, or packed with xz; documents are separated by blank lines."""

from __future__ import annotations

import lzma
from pathlib import Path

from autocomplete.embedded.ngram.sentences import straight


def text_of(path: Path) -> str:
    """Return the text of a file."""
    data = path.read_bytes()
    return (lzma.decompress(data) if path.suffix == ".xz" else data).decode()


def documents_of(path: Path) -> list[str]:
    """Return the documents of a file, with plain quotes."""
    return [part for part in straight(text_of(path)).split("\n\n") if part.strip()]
