"""Putting bytes under a name on the disk, and knowing whether anyone else did.

Invariant: at every moment the old bytes or the new ones are whole on the disk, under the file's name or in a backup.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

#: What a folder says that takes no new file, or will not give the name away, while the file itself may be writable.
_REFUSALS = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY})


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one version of a file from another: the time of its last change, its size in bytes and its identity."""

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


def write(target: Path, data: bytes) -> Stamp:
    """Make `data` the content of `target`, which is no link, and return the file's stamp from then on.

    A temporary file in the same folder takes the name, with the permissions of the file that was there, and with its owner
    and group where the system allows it: a crash leaves either the old file or the new one. But a file that has other hard
    links, or whose folder refuses that, is written in place, see `_overwrite`. Raises OSError.
    """
    old = _status(target)
    if old is not None and old.st_nlink > 1:
        return _overwrite(target, data)
    try:
        return _swap(target, data, old)
    except OSError as exc:
        if old is None or exc.errno not in _REFUSALS:
            raise
    return _overwrite(target, data)


def _swap(target: Path, data: bytes, old: os.stat_result | None) -> Stamp:
    handle, temporary = _temporary(target, target.parent, ".saving")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            _take_over(file.fileno(), old)
            os.fsync(file.fileno())
            written = Stamp.of(os.fstat(file.fileno()))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
    return written


def _overwrite(target: Path, data: bytes) -> Stamp:
    """Write `data` into the file that is there, and return its stamp.

    The old bytes are on the disk in a backup before the first one is changed: beside the file, or else in the folder for
    temporary files. If the write fails they are put back; only if that fails too, or the computer stops half-way, is the
    file left half-written, and then the backup is left as well; an error names it.
    """
    backup = _back_up(target)
    try:
        written = _fill(target, data)
    except BaseException as exc:
        try:
            _fill(target, backup.read_bytes())
        except OSError:
            reason = getattr(exc, "strerror", None) or str(exc)
            raise OSError(f"{reason}; what the file held before is in {backup}") from exc
        backup.unlink(missing_ok=True)
        raise
    backup.unlink(missing_ok=True)
    return written


def _back_up(target: Path) -> Path:
    try:
        handle, backup = _temporary(target, target.parent, ".backup")
    except OSError:
        handle, backup = _temporary(target, None, ".backup")
    try:
        with os.fdopen(handle, "wb") as copy, target.open("rb") as file:
            shutil.copyfileobj(file, copy)
            copy.flush()
            os.fsync(copy.fileno())
    except BaseException:
        backup.unlink(missing_ok=True)
        raise
    sync_folder(backup.parent)
    return backup


def _fill(target: Path, data: bytes) -> Stamp:
    with target.open("r+b", buffering=0) as file:
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
        file.truncate()
        os.fsync(file.fileno())
        return Stamp.of(os.fstat(file.fileno()))


def _temporary(target: Path, folder: Path | None, suffix: str) -> tuple[int, Path]:
    # 32 characters are at most 128 bytes, so that a long name with a suffix is still a possible one.
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:32]}.", suffix=suffix, dir=folder)
    return handle, Path(name)


def _status(target: Path) -> os.stat_result | None:
    """Return the status of the file that is replaced, None for a new one; raise OSError where it must not be replaced."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError("it is not a regular file")
    if not os.access(target, os.W_OK):
        raise PermissionError("the file is read-only")
    return status


def _take_over(handle: int, old: os.stat_result | None) -> None:
    """Give a new file the owner, group and permissions of the `old` one, or the usual ones."""
    if old is None:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(handle, 0o666 & ~mask)
        return
    mode = stat.S_IMODE(old.st_mode)
    if not _chown(handle, old.st_uid, old.st_gid) and not _chown(handle, -1, old.st_gid):
        # The group is another one now: it may do no more than everybody.
        mode = mode & ~stat.S_IRWXG | (mode & stat.S_IRWXO) << 3
    os.fchmod(handle, mode)


def _chown(handle: int, owner: int, group: int) -> bool:
    try:
        os.fchown(handle, owner, group)
    except PermissionError:
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Make the new name durable, on systems where a folder can be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
