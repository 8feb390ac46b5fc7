"""From the words of a command line to open documents.

Invariant: everything that can be wrong with them is an error before the terminal is touched.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from autocomplete import ConfigError
from tui.app.workspace import Page
from tui.files import load_save
from tui.files.encodings import Encoding
from tui.files.recent_files import RecentFiles

#: What stands for standard input.
STANDARD_INPUT = "-"

_PLACE = re.compile(r"(?P<path>.+?):(?P<line>[1-9]\d{0,8})(?::(?P<column>[1-9]\d{0,8}))?:?")


@dataclass(frozen=True, slots=True)
class OpenTarget:
    """A file to open, and where: line and column from 1, None for where the cursor was last time."""

    path: Path
    line: int | None = None
    column: int = 1


def target(word: str) -> OpenTarget:
    """Return what a word of the command line means: FILE, or where that is there and the whole is not, FILE:LINE[:COLUMN].

    >>> target("notes-10:30"), target(f"{__file__}:3:9:").column
    (OpenTarget(path=PosixPath('notes-10:30'), line=None, column=1), 9)
    """
    found = _PLACE.fullmatch(word)
    if found is None or _exists(Path(word)) or not _exists(Path(found["path"])):
        return OpenTarget(Path(word))
    return OpenTarget(Path(found["path"]), int(found["line"]), int(found["column"] or 1))


def open_pages(words: Sequence[str], history: RecentFiles, encoding: Encoding | None = None) -> list[Page]:
    """Return the documents that a command line names, none twice; a new one where it names none.

    `encoding`: of all of them, None for what each seems to be. Raises DocumentError where one cannot be opened, ConfigError
    where standard input is named and cannot be read.
    """
    pages: list[Page] = []
    opened: set[Path] = set()
    try:
        for word in dict.fromkeys(words):
            if word == STANDARD_INPUT:
                loaded = load_save.from_input(read_input(), encoding)
                pages.append(Page(loaded, title="Standard input", kept=False, encoding=encoding))
                continue
            wanted = target(word)
            if (whole := wanted.path.absolute()) in opened:
                continue
            opened.add(whole)
            pages.append(open_page(wanted, history, encoding))
    except load_save.NotText as exc:
        hint = "If it is text, say in which encoding: --encoding utf-16-le, or another."
        raise load_save.DocumentError(f"{exc} {hint}") from exc
    return pages or [Page()]


def open_page(
    wanted: OpenTarget, history: RecentFiles, encoding: Encoding | None = None, *, remembered: Encoding | None = None
) -> Page:
    """Return the document of a file, with the cursor where it is wanted, or was last time. Raises DocumentError.

    `encoding`: that of the file, by hand. `remembered`: one that it was in; by default what was chosen for it earlier.
    """
    at = history.place(wanted.path) if wanted.line is None else (wanted.line - 1, wanted.column - 1)
    chosen = encoding or remembered or history.encoding(wanted.path)
    loaded = load_save.load(wanted.path, encoding, remembered=chosen)
    return Page(loaded, wanted.path, place=at, encoding=chosen if _is_in(loaded, chosen) else None)


def _is_in(loaded: load_save.LoadedText, encoding: Encoding | None) -> bool:
    """Return whether a file was read in an encoding, with or without a mark."""
    return encoding is not None and loaded.format.encoding == encoding.codec


def read_input() -> bytes:
    """Return what standard input holds, and give its place to the terminal, so that keys can be read from it.

    Raises ConfigError where there is no terminal.
    """
    if sys.stdin.isatty():
        sys.stderr.write("Reading standard input from the terminal: end it with Ctrl+D on a line of its own.\n")
    data = _read(sys.stdin.buffer)
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        raise ConfigError("With - for a file the keys come from the terminal, and there is none.") from None
    os.dup2(terminal, 0)
    os.close(terminal)
    return data


def _read(source: BinaryIO) -> bytes:
    """Return all bytes, but no more than one beyond what can be opened."""
    return source.read(load_save.MAX_BYTES + 1)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long, or no possible path: opening it will say so
        return False
