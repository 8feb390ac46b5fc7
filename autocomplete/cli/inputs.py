"""The texts that a command is to type: files, folders of such, standard input.

Invariant: a text that is left out is named on standard error, and so is a file of which only the first words are typed.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from autocomplete.cli.output import note
from autocomplete.errors import ConfigError

if TYPE_CHECKING:
    from autocomplete.evaluation.replay.texts import Reading

#: The texts in a folder.
_SUFFIXES = (".txt", ".md", ".markdown", ".rst", ".org", ".adoc", ".text")


def read_files(files: Sequence[str], n_words: int, *, blank_lines: bool = False) -> Reading:
    """Return the texts, and name those that are left out. Raises ConfigError where none is left."""
    from autocomplete.core.word_spans import word_spans
    from autocomplete.evaluation.replay.texts import read_documents

    with _paths(files) as paths:
        reading = read_documents(paths, n_words=n_words, by_blank_lines=blank_lines)
    for line in reading.left_out:
        note(f"autocomplete: {line} It is left out.")
    counts = [sum(1 for _ in word_spans(document.text)) for document in reading.documents]
    if max(counts) == n_words or (blank_lines and sum(counts) >= n_words):
        note(f"Of each file the first {n_words:,} words are typed: --words N takes more or fewer.")
    return reading


@contextmanager
def _paths(names: Sequence[str]) -> Iterator[list[Path]]:
    """Give the files that names stand for, none twice; standard input as a file that is gone afterwards."""
    with TemporaryDirectory() as folder:
        found: list[Path] = []
        for name in dict.fromkeys(names):
            if name == "-":
                spooled = Path(folder) / "standard input"
                with spooled.open("wb") as file:
                    shutil.copyfileobj(sys.stdin.buffer, file)
                found.append(spooled)
            else:
                found += _texts(name)
        try:
            yield list(dict.fromkeys(found))
        except ConfigError as error:
            raise ConfigError(str(error).replace(f"{folder}{os.sep}", "")) from error


def _texts(name: str) -> list[Path]:
    """Return the file that a name stands for, or the texts in the folder."""
    path = Path(name).expanduser()
    return _inside(path) if path.is_dir() else [path]


def _inside(folder: Path) -> list[Path]:
    """Return the texts in a folder and those below it, by name; hidden ones are left alone."""
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    shown = sorted(name for name in names if not any(part.startswith(".") for part in name.parts))
    found = [folder / name for name in shown if (folder / name).is_file()]
    if not found:
        raise ConfigError(f"{folder} has no texts: name files, or a folder with {', '.join(_SUFFIXES[:2])} files.")
    return found


def check_output(path: Path, option: str, files: Sequence[str]) -> None:
    """Raise ConfigError where a file that an option names cannot be written, or is one of the texts."""
    path = path.expanduser()
    writable = path if path.exists() else path.parent
    if path.is_dir() or not path.parent.is_dir() or not os.access(writable, os.W_OK):
        raise ConfigError(f"Cannot write {path}: name a file in a folder that is there and may be written.")
    if path.exists() and any(text.exists() and path.samefile(text) for name in files for text in _texts(name)):
        raise ConfigError(f"{option} {path} is one of the texts: name another file.")


def read_text(text: str) -> str:
    """Return a text given on the command line; "-" stands for standard input. Raises ConfigError where that is no UTF-8."""
    if text != "-":
        return text
    data = sys.stdin.buffer.read()
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ConfigError("Standard input is not UTF-8 text: convert it first, such as with iconv -t UTF-8.") from None
