"""Writing a text file whole or not at all.

Invariant: whatever goes wrong, the file is as it was, and nothing lies beside it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def permissions(path: Path, new: int) -> int:
    """Return the permissions of a file, `new` where there is none. Raises OSError where they cannot be known."""
    return path.stat().st_mode & 0o777 if path.exists() else new


def write_text(path: Path, text: str, mode: int) -> None:
    """Put `text` in the place of a file, with these permissions. Symbolic links are followed. Raises OSError."""
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
