"""Completes paths: finds the files that a person may mean by the beginning of one.

Invariant: nothing here raises: where nothing can be looked at, nothing is offered.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

#: Entries of a folder that are looked at.
MOST_ENTRIES = 20_000


def matches(entered: str) -> list[str]:
    """Return the paths that `entered` is the beginning of, sorted; folders end with a separator.

    Hidden files are offered once their dot is entered. Upper and lower case are one, but a match with the same case comes
    first. "~" stands for the home folder.
    """
    folder, name = os.path.split(entered)
    names = [shown for shown in _entries(folder or ".") if shown.casefold().startswith(name.casefold())]
    if not name.startswith("."):
        names = [shown for shown in names if not shown.startswith(".")]
    names.sort(key=lambda shown: (not shown.startswith(name), shown.casefold()))
    return [entered[: len(entered) - len(name)] + shown for shown in names]


def _entries(folder: str) -> Iterator[str]:
    try:
        with os.scandir(Path(folder).expanduser()) as entries:
            for entry in islice(entries, MOST_ENTRIES):
                yield entry.name + os.sep if _is_folder(entry) else entry.name
    except (OSError, ValueError, RuntimeError):  # no such folder, no possible path, nobody's home
        return


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def completed(entered: str, offers: Sequence[str]) -> str:
    """Return `entered` made as long as all of `offers` agree; where they differ in case alone, the first of them decides.

    >>> completed("no", ["notes.md", "notes.txt"]), completed("R", ["readme"]), completed("x", [])
    ('notes.', 'readme', 'x')
    """
    if not offers:
        return entered
    first, length = offers[0], len(offers[0])
    for other in offers[1:]:
        same = next((at for at, pair in enumerate(zip(first, other, strict=False)) if not _alike(*pair)), len(other))
        length = min(length, same)
    return first[:length] if length >= len(entered) else entered


def _alike(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
