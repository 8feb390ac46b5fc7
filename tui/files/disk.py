"""Recognizes the version of a file that is on the disk, and writes another in its place.

Invariant: what anybody wrote since changes the stamp.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from autocomplete.editor import write_bytes


@dataclass(frozen=True, slots=True)
class Stamp:
    """Distinguishes versions of a file: by the time of its last change, its size in bytes and its identity."""

    mtime_ns: int
    size: int
    inode: int
    device: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Return the stamp of a file with that status."""
        return cls(status.st_mtime_ns, status.st_size, status.st_ino, status.st_dev)


def stamp(path: Path) -> Stamp | None:
    """Return the stamp of the file at `path`, None where there is no regular file that can be looked at."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return Stamp.of(status) if stat.S_ISREG(status.st_mode) else None


def write(path: Path, data: bytes, *, always_in_place: bool = False) -> Stamp:
    """Make `data` the content of a file, as `write_bytes` does, and return its stamp from then on.

    Raises OSError, also where the file is read-only or none that could be replaced.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        pass
    else:
        if not stat.S_ISREG(status.st_mode):
            raise OSError("it is not a regular file")
        if not os.access(path, os.W_OK):
            raise PermissionError("the file is read-only")
    return Stamp.of(write_bytes(path, data, in_place=True, always_in_place=always_in_place))
