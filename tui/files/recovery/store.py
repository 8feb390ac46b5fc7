"""Keeps unsaved text on the disk, so that a crash, a closed terminal or a power cut loses next to nothing of it.

Each changed document has a folder that its owner alone can read: `base`, what the text was when it equalled its file;
`journal`, the log of the edits since then; `place`, where its tab stands; `lock`, held while an editor has the document open;
`discarded`, there once the person gave the text up, from when on it is kept for `KEPT_S`.

Invariant: whatever moment the program ends at, base and log give the text as of the last `write`; the folder goes only when
the text is in its file, or a week after the person gave it up.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from autocomplete.editor import make_private_folder, sync_folder, write_bytes
from tui.files import disk, load_save
from tui.files.disk import Stamp
from tui.files.encodings import Encoding, encoding_of
from tui.files.file_format import decode
from tui.files.recovery.edit_log import Edit, Head, edits_in, head_line, line_of, read_head, replayed

if TYPE_CHECKING:
    from filelock import BaseFileLock

_BASE, _LOG, _LOCK, _PLACE, _DISCARDED = "base", "journal", "lock", "place", "discarded"

#: How long a text is kept that was given up, in seconds.
KEPT_S = 7 * 24 * 3600.0

#: A number of the run of the editor, later ones being greater, and that of the tab in it, from 0.
Place = tuple[int, int]

#: Bytes of edits after which the whole text is written anew in place of them.
MOST_EDITS = 8 * 2**20


@dataclass(frozen=True, slots=True)
class OriginalText:
    """A text as it was before any edit: that of the file at `path` with `stamp`, or where either is None, `text()`.

    `encoding`: Python's name for that of the file, None where the file itself shows it.
    """

    path: Path | None
    title: str
    stamp: Stamp | None
    text: Callable[[], str]
    encoding: str | None = None


class FileChanged(Exception):
    """The file is no longer what was opened, so it says nothing about the text before the edits."""


class EditLog:
    """Writes the edits of one document into a folder in `root`. Nothing is there before the first edit.

    `write`, `drop` and the constructor may run in different threads.
    """

    def __init__(self, root: Path, source: OriginalText) -> None:
        self._root = root
        self._source = source
        self._folder: Path | None = None
        self._file: IO[bytes] | None = None
        self._lock: BaseFileLock | None = None
        self._n_bytes = 0
        self._mutex = threading.Lock()
        self._dropped = False
        self._place: Place | None = None

    def is_at(self, place: Place) -> bool:
        """Return whether a place needs no writing: it is written already, or there is no text to come back there."""
        return self._folder is None or self._place == place

    @property
    def full(self) -> bool:
        """Whether so many edits were written that the whole text would be shorter."""
        return self._n_bytes > MOST_EDITS

    def write(self, edits: Sequence[Edit], whole: str | None = None, *, place: Place | None = None) -> None:
        """Put edits on the disk, or in place of all that was written before, the `whole` text; and the `place` of its tab.

        Raises OSError, and FileChanged where the text before the first edit is not to be had any more: then only a call with
        the whole text helps.
        """
        with self._mutex:
            if self._dropped:
                return
            try:
                if self._file is None or whole is not None:
                    self._begin(whole)
                self._append(b"".join(map(line_of, edits)))
                self._stand(place)
            except BaseException:
                self._close()
                raise

    def drop(self) -> None:
        """Delete all that was written, and write no more."""
        with self._mutex:
            self._dropped = True
            self._close()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._release()

    def leave(self, *, discarded: bool = False) -> None:
        """Let go of what was written, and leave it to be found; `discarded`: among the texts that were given up."""
        with self._mutex:
            self._dropped = True
            if discarded and self._folder is not None:
                _mark(self._folder)
            self._close()
            self._release()

    def _begin(self, whole: str | None) -> None:
        """Write the text before the edits to come in a new folder, and then let go of the former one."""
        self._close()
        folder, lock = self._make_folder()
        try:
            self._fill(folder, whole)
            self._file = (folder / _LOG).open("ab")
        except BaseException:
            lock.release()
            shutil.rmtree(folder, ignore_errors=True)
            raise
        former, self._folder, self._n_bytes, self._place = self._folder, folder, 0, None
        self._release()
        self._lock = lock
        if former is not None:
            shutil.rmtree(former, ignore_errors=True)

    def _fill(self, folder: Path, whole: str | None) -> None:
        data = self._file_bytes() if whole is None else None
        text = whole if whole is not None else self._source.text() if data is None else ""
        base = text.encode("utf-8", "surrogatepass") if data is None else data
        write_bytes(folder / _BASE, base, new_mode=0o600)
        path = None if self._source.path is None else str(self._source.path.absolute())
        head = Head(path, self._source.title, from_file=data is not None, encoding=self._source.encoding)
        write_bytes(folder / _LOG, head_line(head), new_mode=0o600)  # from here on the folder counts
        sync_folder(self._root)

    def _make_folder(self) -> tuple[Path, BaseFileLock]:
        from filelock import FileLock

        make_private_folder(self._root)
        folder = self._root / uuid.uuid4().hex
        folder.mkdir(mode=0o700)
        lock = FileLock(folder / _LOCK, timeout=0, mode=0o600, thread_local=False)
        lock.acquire()
        return folder, lock

    def _file_bytes(self) -> bytes | None:
        """Return the bytes of the file, None where the text never was in one. Raises FileChanged."""
        path, stamp = self._source.path, self._source.stamp
        if path is None or stamp is None:
            return None
        if disk.stamp(path) != stamp:
            raise FileChanged
        try:
            data = path.read_bytes()
        except OSError as exc:
            raise FileChanged from exc
        if disk.stamp(path) != stamp:
            raise FileChanged
        return data

    def _append(self, data: bytes) -> None:
        if self._file is None or not data:
            return
        self._file.write(data)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._n_bytes += len(data)

    def _stand(self, place: Place | None) -> None:
        """Write where the tab stands, without waiting for the disk: a power cut may cost the order, and nothing else."""
        if place is not None and self._folder is not None and place != self._place:
            written = self._folder / _PLACE
            written.touch(mode=0o600)
            written.write_text(" ".join(map(str, place)))
            self._place = place

    def _close(self) -> None:
        if self._file is not None:
            with suppress(OSError):  # what could not be written is written anew
                self._file.close()
            self._file = None

    def _release(self) -> None:
        if self._lock is not None:
            with suppress(OSError):  # its folder may be gone
                self._lock.release()
            self._lock = None


@dataclass(frozen=True, slots=True)
class UnsavedText:
    """A text that was not saved: of which file or title, when it was written (seconds since 1970), and where its tab stood."""

    folder: Path
    head: Head
    written: float
    place: Place = (0, 0)
    discarded: bool = False

    @property
    def path(self) -> Path | None:
        """The file that the text belongs to."""
        return None if self.head.path is None else Path(self.head.path)

    @property
    def name(self) -> str:
        """The name of the file, or what the document was called without one."""
        return self.path.name if self.path else self.head.title

    @property
    def encoding(self) -> Encoding | None:
        """The encoding of the file, None where the file itself shows it."""
        return None if self.head.encoding is None else encoding_of(self.head.encoding)

    def text(self) -> str:
        """Return the text. Raises DocumentError, which names the folder, where it cannot be read."""
        try:
            data = (self.folder / _BASE).read_bytes()
            base = decode(data, self.encoding)[0] if self.head.from_file else data.decode("utf-8", "surrogatepass")
            with (self.folder / _LOG).open("rb") as file:
                file.readline()
                return replayed(base, edits_in(file))
        except (LookupError, OSError, ValueError) as exc:
            raise load_save.DocumentError(
                f"Cannot recover {self.name}: {load_save.why(exc)}. What is left of it is in {self.folder}."
            ) from exc

    def delete(self) -> None:
        """Delete it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def discard(self) -> None:
        """Keep it for a week more, among the texts that were given up."""
        _mark(self.folder)


def _mark(folder: Path) -> None:
    with suppress(OSError):  # then it is offered once more
        (folder / _DISCARDED).touch(mode=0o600)


@dataclass(frozen=True, slots=True)
class RecoveryStore:
    """The unsaved texts in a folder: those that nobody has open, the newest first, and those that an editor has open.

    `discarded`: those that were given up in the last week, the newest first; `damaged`: folders that cannot be made out.
    """

    unsaved: tuple[UnsavedText, ...] = ()
    discarded: tuple[UnsavedText, ...] = ()
    open: tuple[UnsavedText, ...] = ()
    damaged: tuple[Path, ...] = ()


def read_store(root: Path, clock: Callable[[], float] = time.time) -> RecoveryStore:
    """Return the unsaved texts in `root`. Folders that never held a text, or one given up long ago, are deleted."""
    unsaved: list[UnsavedText] = []
    discarded: list[UnsavedText] = []
    opened: list[UnsavedText] = []
    damaged: list[Path] = []
    for folder in _folders(root):
        locked = _is_locked(folder)
        log = folder / _LOG
        given_up = _time_of(folder / _DISCARDED)
        if not log.exists() or (given_up is not None and not given_up <= clock() <= given_up + KEPT_S):
            if not locked:
                shutil.rmtree(folder, ignore_errors=True)
            continue
        try:
            with log.open("rb") as file:
                head = read_head(file.readline())
            found = UnsavedText(folder, head, log.stat().st_mtime, _place_in(folder), given_up is not None)
        except (OSError, ValueError):
            damaged.append(folder)
            continue
        (opened if locked else discarded if found.discarded else unsaved).append(found)
    for texts in (unsaved, discarded):
        texts.sort(key=lambda one: -one.written)
    return RecoveryStore(tuple(unsaved), tuple(discarded), tuple(opened), tuple(damaged))


def _time_of(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def _place_in(folder: Path) -> Place:
    try:
        run, tab = map(int, (folder / _PLACE).read_text().split())
    except (OSError, ValueError):
        return (0, 0)
    return (run, tab)


def _folders(root: Path) -> list[Path]:
    try:
        return [folder for folder in root.iterdir() if folder.is_dir()]
    except OSError:
        return []


def _is_locked(folder: Path) -> bool:
    """Return whether an editor has the document open."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False
