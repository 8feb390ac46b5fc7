"""Puts bytes under a name on the disk, whole or not at all.

Invariant: at every moment the old bytes or the new ones are whole on the disk, under the file's name or in a backup. A write
that fails leaves the file as it was and nothing beside it, unless its error names a backup.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from itertools import count
from pathlib import Path

#: The attribute in which Linux keeps the access control list of a file.
_ACCESS_LIST = "system.posix_acl_access"

#: What a folder says that takes no new file, or will not give the name away, while the file itself may be writable.
_REFUSALS = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY})


class _CannotKeep(Exception):
    """A new file cannot have the owner, or the attributes, of the one that it is to replace."""


def write_bytes(
    path: Path,
    *parts: bytes,
    new_mode: int | None = None,
    most_mode: int = 0o7777,
    in_place: bool = False,
    always_in_place: bool = False,
) -> os.stat_result:
    """Make `parts` the content of the file at `path`, and return its status from then on. Links are followed.

    A temporary file in the same folder takes the name once its bytes are on the disk, with the permissions, the access control
    list and the other extended attributes of the file that was there, and with its owner and group where the system allows
    it. `new_mode`: the permissions of a new file, by default the usual ones; `most_mode`: the permissions that any file may
    have at most. `in_place`: a file that has other hard links, whose folder refuses that, or whose owner or attributes a new
    file cannot have, is overwritten, see `_overwrite`; else the links part, and the refusal is an error. `always_in_place`:
    whatever is there is overwritten. Raises OSError.
    """
    target = path.resolve()
    try:
        old = target.stat()
    except FileNotFoundError:
        old = None
    if old is not None and (always_in_place or (in_place and old.st_nlink > 1)):
        return _overwrite(target, parts)
    try:
        return _swap(target, parts, old, new_mode, most_mode, must_keep=in_place)
    except _CannotKeep:
        pass
    except OSError as exc:
        if not in_place or old is None or exc.errno not in _REFUSALS:
            raise
    return _overwrite(target, parts)


def _swap(
    target: Path,
    parts: tuple[bytes, ...],
    old: os.stat_result | None,
    new_mode: int | None,
    most_mode: int,
    *,
    must_keep: bool,
) -> os.stat_result:
    """Raises _CannotKeep where `must_keep` is set and a new file cannot have what the old one has beside its bytes."""
    handle, temporary = _temporary(target, target.parent, ".saving")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
            file.flush()
            mode = _usual_mode() if new_mode is None else new_mode
            if old is not None:
                mode, kept = _take_owner(handle, old)
                if not (_take_attributes(handle, target, mode & most_mode) and kept) and must_keep:
                    raise _CannotKeep
            else:
                temporary.chmod(mode & most_mode)
            os.fsync(handle)
            status = os.fstat(handle)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
    return status


def _overwrite(target: Path, parts: tuple[bytes, ...]) -> os.stat_result:
    """Write into the file that is there, and return its status.

    The old bytes are on the disk in a backup before the first one is changed: beside the file, or else in the folder for
    temporary files. If the write fails they are put back; only if that fails too, or the computer stops half-way, is the
    file left half-written, and then the backup is left as well; an error names it.
    """
    backup = _back_up(target)
    try:
        status = _fill(target, parts)
    except BaseException as exc:
        try:
            _fill(target, (backup.read_bytes(),))
        except OSError:
            reason = getattr(exc, "strerror", None) or str(exc)
            raise OSError(f"{reason}; what the file held before is in {backup}") from exc
        backup.unlink(missing_ok=True)
        raise
    backup.unlink(missing_ok=True)
    return status


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


def _fill(target: Path, parts: tuple[bytes, ...]) -> os.stat_result:
    with target.open("r+b", buffering=0) as file:
        for part in parts:
            rest = memoryview(part)
            while rest:
                rest = rest[file.write(rest) :]
        file.truncate()
        os.fsync(file.fileno())
        return os.fstat(file.fileno())


def _temporary(target: Path, folder: Path | None, suffix: str) -> tuple[int, Path]:
    # 32 characters are at most 128 bytes, so that a long name with a suffix is still a possible one.
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:32]}.", suffix=suffix, dir=folder)
    return handle, Path(name)


def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _take_owner(handle: int, old: os.stat_result) -> tuple[int, bool]:
    """Give a new file the owner and group of the `old` one; return the permissions that it may have, and if all is kept."""
    mode = stat.S_IMODE(old.st_mode)
    if not hasattr(os, "fchown") or _chown(handle, old.st_uid, old.st_gid):
        return mode, True
    if not _chown(handle, -1, old.st_gid):
        # The group is another one now: it may do no more than everybody.
        mode = mode & ~stat.S_IRWXG | (mode & stat.S_IRWXO) << 3
    return mode, False


def _take_attributes(handle: int, old: Path, mode: int) -> bool:
    """Give a new file permissions and the attributes of the `old` one, its access control list too; return if it has all.

    Under an access control list the bits of the group are the most that anybody named in it may do, not what the group may:
    without the list they are left out.
    """
    names = _attributes(old)
    os.chmod(handle, mode & ~stat.S_IRWXG if _ACCESS_LIST in names else mode)
    complete = True
    for name in names:
        try:
            os.setxattr(handle, name, os.getxattr(old, name))
        except OSError:
            complete = False
    return complete


def _attributes(path: Path) -> list[str]:
    """Return the names of a file's extended attributes: none where its file system, or this one, knows of none."""
    try:
        return os.listxattr(path) if hasattr(os, "listxattr") else []
    except OSError as exc:
        if exc.errno not in (errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        return []


def _chown(handle: int, owner: int, group: int) -> bool:
    try:
        os.fchown(handle, owner, group)
    except PermissionError:
        return False
    return True


def make_private_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, for its owner alone. Raises OSError."""
    for folder in reversed(path.parents):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)


def move_aside(path: Path) -> Path:
    """Give a file that cannot be used another name, so that a new one may take its place, and return that name.

    Raises OSError where that fails.
    """
    numbered = (path.with_name(f"{path.name}.damaged-{n}") for n in count(1))
    return path.rename(next(free for free in numbered if not os.path.lexists(free)))


def sync_folder(folder: Path) -> None:
    """Make the new names in a folder durable, on systems that can do that. Raises OSError where the disk fails."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError as exc:
        if exc.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)
