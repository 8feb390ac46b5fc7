"""The texts that a command is to type: files, folders of such, standard input.

Invariant: a text that is left out is named on standard error, and so is a file of which only the first words are typed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autocomplete.cli.output import note
from autocomplete.errors import ConfigError
from autocomplete.io.decode import decode_unknown

if TYPE_CHECKING:
    from autocomplete.evaluation.replay.texts import DocumentSet


def read_files(files: Sequence[str], n_words: int, *, blank_lines: bool = False) -> DocumentSet:
    """Return the texts, and name those that are left out. Raises ConfigError where none is left."""
    from autocomplete.core.word_spans import word_spans
    from autocomplete.evaluation.replay.texts import read_documents
    from autocomplete.io.text_files import spooled, text_files

    with spooled(list(dict.fromkeys(files))) as paths:
        texts = list(dict.fromkeys(text for path in paths for text in text_files(path)))
        reading = read_documents(texts, n_words=n_words, by_blank_lines=blank_lines)
    for line in reading.left_out:
        note(f"autocomplete: {line} It is left out.")
    counts = [sum(1 for _ in word_spans(document.text)) for document in reading.documents]
    if max(counts) == n_words or (blank_lines and sum(counts) >= n_words):
        note(f"Of each file the first {n_words:,} words are typed: --words N takes more or fewer.")
    return reading


def check_output(path: Path, option: str, files: Sequence[str]) -> None:
    """Raise ConfigError where a file that an option names cannot be written, or is one of the texts."""
    from autocomplete.io.text_files import text_files

    path = path.expanduser()
    writable = path if path.exists() else path.parent
    if path.is_dir() or not path.parent.is_dir() or not os.access(writable, os.W_OK):
        raise ConfigError(f"Cannot write {path}: name a file in a folder that is there and may be written.")
    texts = (text for name in files for text in text_files(Path(name).expanduser()))
    if path.exists() and any(text.exists() and path.samefile(text) for text in texts):
        raise ConfigError(f"{option} {path} is one of the texts: name another file.")


def text_argument(text: str) -> str:
    """Return a text given on the command line; "-" stands for standard input. Raises ConfigError where that is no Unicode."""
    if text != "-":
        return text
    try:
        return decode_unknown(sys.stdin.buffer.read(), eight_bit=False)[0]
    except ValueError as exc:
        raise ConfigError(f"Standard input {exc}: convert it first, such as with iconv -t UTF-8.") from exc
