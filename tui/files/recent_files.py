"""Remembers from run to run which files were open lately, where the cursor stood in them, and which models were used.

Invariant: it is a convenience. A file that is missing, damaged, unreadable or unwritable is no error and loses nothing else;
it holds paths and model names, never a text or a key; and of private files nothing at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autocomplete import ConfigError
from autocomplete.editor import make_private_folder, write_bytes
from tui.files.encodings import Encoding, encoding_named

MOST_FILES = 50
MOST_MODELS = 10


@dataclass(frozen=True, slots=True)
class RecentFile:
    """A file that was open, where the cursor stood, and which encoding was chosen for it, "" for none."""

    path: Path
    row: int = 0
    column: int = 0
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class RecentModel:
    """A model that was used, and the address of its server, "" for the usual one."""

    model: str
    base_url: str = ""


class RecentFiles:
    """The list of what was used lately, the newest first, in the JSON file at `path`; None keeps it for this run only.

    The file is read anew before each change, so that several editors add to one list. `private` tells which files are not to
    be in it; those that came to be private later go with the next change.
    """

    def __init__(self, path: Path | None = None, *, private: Callable[[Path], bool] = lambda path: False) -> None:
        self._path = path
        self._private = private
        self._files: list[RecentFile] = []
        self._models: list[RecentModel] = []

    def files(self) -> list[RecentFile]:
        """Return the files that were open lately."""
        self._read()
        return list(self._files)

    def models(self) -> list[RecentModel]:
        """Return the models that were used lately."""
        self._read()
        return list(self._models)

    def place(self, path: Path) -> tuple[int, int]:
        """Return where the cursor stood in that file: row and column, the start if it was not open."""
        file = self._entry(path)
        return file.row, file.column

    def encoding(self, path: Path) -> Encoding | None:
        """Return the encoding that was chosen for that file, None where none was."""
        try:
            return encoding_named(codec) if (codec := self._entry(path).encoding) else None
        except ConfigError:  # of another version of the editor
            return None

    def _entry(self, path: Path) -> RecentFile:
        return next((file for file in self.files() if file.path == path.absolute()), RecentFile(path))

    def note_file(self, path: Path, row: int, column: int, encoding: str = "") -> None:
        """Put a file on top of the list, unless it is private."""
        self._read()
        path = path.absolute()
        if not self._private(path):
            others = [file for file in self._files if file.path != path]
            self._files = [RecentFile(path, row, column, encoding), *others][:MOST_FILES]
        self._write()

    def note_model(self, model: str, base_url: str) -> None:
        """Put a model on top of the list."""
        self._read()
        used = RecentModel(model, base_url)
        self._models = [used, *(other for other in self._models if other != used)][:MOST_MODELS]
        self._write()

    def _read(self) -> None:
        if self._path is None:
            return
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return
        if isinstance(content, dict):
            files = (file for file in _files(content.get("files")) if not self._private(file.path))
            self._files = list(files)[:MOST_FILES]
            self._models = list(_models(content.get("models")))[:MOST_MODELS]

    def _write(self) -> None:
        if self._path is None:
            return
        files = [{**asdict(file), "path": str(file.path)} for file in self._files]
        data = json.dumps({"files": files, "models": [asdict(model) for model in self._models]}, indent=1)
        try:
            make_private_folder(self._path.parent)
            write_bytes(self._path, data.encode(), new_mode=0o600, most_mode=0o600)
        except OSError:
            return


def _files(entries: Any) -> Iterable[RecentFile]:
    for entry in entries if isinstance(entries, list) else ():
        match entry:
            case {"path": str(path), "row": int(row), "column": int(column)} if path and "\0" not in path:
                codec = entry.get("encoding")
                yield RecentFile(Path(path), max(0, row), max(0, column), codec if isinstance(codec, str) else "")


def _models(entries: Any) -> Iterable[RecentModel]:
    for entry in entries if isinstance(entries, list) else ():
        match entry:
            case {"model": str(model), "base_url": str(base_url)} if model:
                yield RecentModel(model, base_url)
