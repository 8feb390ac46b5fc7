"""Disks as they are: full, for real, since the system refuses what is written beyond a size; with links; and refusing."""

from __future__ import annotations

import resource
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def most_bytes(n: int) -> Iterator[None]:
    """Let this process write no file longer than `n` bytes: writing more fails with an OSError, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def linked(folder: Path) -> tuple[Path, Path]:
    """Return two names of one file."""
    one, two = folder / "one.txt", folder / "two.txt"
    one.write_text("what was there")
    two.hardlink_to(one)
    return one, two


def refusing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make `folder` refuse new files; root may make them everywhere, so the answer is forged."""
    make = tempfile.mkstemp

    def refuse(*args: Any, **options: Any) -> tuple[int, str]:
        if options.get("dir") == folder:
            raise PermissionError(13, "Permission denied")
        return make(*args, **options)

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
