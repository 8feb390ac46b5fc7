"""The editor: one file, the ghost at its cursor, and the lines that say how sure it is.

Invariant: the text changes by what the person does and by nothing else; it is left only saved, or with their word for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.keys import format_key
from textual.widgets import TextArea

from autocomplete import ConfigError
from tui import disk, documents
from tui.bars import Bar
from tui.ghost_area import GhostArea
from tui.status import Status, hint_line, inert, status_line, title_line
from tui.suggester import CUTOFF_STEP, Suggester

if TYPE_CHECKING:
    from autocomplete import Autocompleter

#: Below this many rows the key hints make room for the text.
SHORT_ROWS = 14

_HINT = "Just write. The next word appears when it is likely enough; Tab takes it."

_CUTOFF = Binding.Group("Cutoff")


class EditorApp(App[None]):
    """Edits the file at `path`, or a new one, with suggestions from the engine that `factory` opens.

    Raises DocumentError where `path` cannot be opened. The engine is opened in the background, after the first paint.
    """

    TITLE = "autocomplete"
    CSS_PATH = "editor.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f3,ctrl+down,alt+down",
            "move_cutoff(-1)",
            "Lower cutoff",
            tooltip="Lower the cutoff: show more, less surely",
            group=_CUTOFF,
        ),
        Binding(
            "f4,ctrl+up,alt+up",
            "move_cutoff(1)",
            "Raise cutoff",
            tooltip="Raise the cutoff: show less, more surely",
            group=_CUTOFF,
        ),
        Binding("f2", "pause", "Pause", tooltip="Pause or resume suggestions"),
        Binding("ctrl+s", "save", "Save", tooltip="Save the file"),
        Binding("f12", "save_as", "Save as", show=False, tooltip="Save the file under another name"),
        Binding("ctrl+o", "open", "Open", show=False, tooltip="Open another file"),
        Binding("ctrl+q", "quit", "Quit", priority=True),
        Binding("ctrl+p", "command_palette", "Commands", show=False, tooltip="Find a command: themes and more"),
        Binding("f1,ctrl+g", "help", "Help", tooltip="Show this help"),
    ]

    def __init__(self, path: Path | None, factory: Callable[[], Autocompleter]) -> None:
        super().__init__()
        self._path = path
        self._file = documents.load(path) if path else documents.LoadedText("", documents.FileFormat())
        self._stamp = self._file.stamp
        self._saved_text = self._file.text
        self._notice = f"new file {inert(path.name)}" if path and self._file.new else ""
        self._file_error = ""
        self.area = GhostArea(self._file.text, tab_behavior="indent", placeholder=_HINT, id="text")
        self.suggester = Suggester(self.area, factory, self._show_status)
        self.suggester.read(self._file.text)

    @property
    def path(self) -> Path | None:
        """The file that a save writes to; None where it has no name yet."""
        return self._path

    @property
    def modified(self) -> bool:
        """Whether the text differs from what was loaded or saved last."""
        return self.area.text != self._saved_text

    def compose(self) -> ComposeResult:
        """Lay out the title, the text, the status and the key hints."""
        yield Bar(title_line, id="title")
        yield self.area
        yield Bar(status_line, id="status")
        yield Bar(partial(hint_line, self._hints()), id="hints")

    def on_mount(self) -> None:
        """Show the state, and open the engine once it is painted."""
        self._show_status()
        self.call_after_refresh(self.run_worker, self.suggester.open, exit_on_error=False)

    async def on_unmount(self) -> None:
        """Close the engine."""
        await self.suggester.close()

    def on_resize(self, event: Resize) -> None:
        """Give short terminals' rows to the text."""
        self.screen.set_class(event.size.height < SHORT_ROWS, "-short")

    @on(GhostArea.Typed)
    def _typed(self, event: GhostArea.Typed) -> None:
        self._notice = ""
        self.suggester.typed(event.inserted)

    @on(GhostArea.Dismissed)
    def _dismissed(self, event: GhostArea.Dismissed) -> None:
        self._notice = self._file_error = ""
        self.suggester.dismissed(event.suggestion)

    @on(TextArea.Changed)
    @on(TextArea.SelectionChanged)
    def _moved(self) -> None:
        self.suggester.moved()

    def action_move_cutoff(self, direction: int) -> None:
        """Move the cutoff one step."""
        self.suggester.move_cutoff(direction * CUTOFF_STEP)

    def action_pause(self) -> None:
        """Pause or resume suggestions."""
        self.suggester.toggle_pause()

    def action_help(self) -> None:
        """Show all keys."""
        from tui.help import HelpScreen, binding_rows

        suggesting = binding_rows([*GhostArea.BINDINGS, *EditorApp.BINDINGS], self.get_key_display)
        editing = binding_rows(TextArea.BINDINGS, self.get_key_display)
        self.push_screen(HelpScreen([("Writing", suggesting), ("Editing", editing)], self._status().error))

    @work(group="dialog", exclusive=True)
    async def action_save(self) -> None:
        """Save; ask for a path where there is none."""
        await self._save()

    @work(group="dialog", exclusive=True)
    async def action_save_as(self) -> None:
        """Save under another path."""
        await self._save_as()

    @work(group="dialog", exclusive=True)
    async def action_open(self) -> None:
        """Open another file; ask first if there are unsaved changes."""
        if await self._may_leave() and (path := await self._ask_path("Open", "")) is not None:
            self._read(path)

    async def action_quit(self) -> None:
        """Quit; ask first if there are unsaved changes."""
        self._quit()

    @work(group="dialog", exclusive=True)
    async def _quit(self) -> None:
        if await self._may_leave():
            self.exit()

    async def _save(self) -> bool:
        if self._path is None:
            return await self._save_as()
        return await self._may_replace(self._path) and self._write(self._path)

    async def _save_as(self) -> bool:
        entered = str(self._path or "")
        while (path := await self._ask_path("Save as", entered)) is not None:
            if await self._may_replace(path):
                return self._write(path)
            entered = str(path)
        return False

    async def _may_replace(self, path: Path) -> bool:
        """Return whether `path` holds nothing but what this editor read or wrote, or the person gave it up."""
        from tui.prompts import file_changed, file_exists

        known = self._stamp if path == self._path else None
        while (found := disk.stamp(path)) not in (None, known, self._stamp):
            question = file_changed if known else file_exists
            if await self.push_screen_wait(question(inert(path.name))) != "replace":
                return False
            known = found  # what is written while the question stands is asked about again
        return True

    async def _may_leave(self) -> bool:
        """Return whether the text is saved, or the person gave it up."""
        from tui.prompts import unsaved_changes

        if not self.modified:
            return True
        answer = await self.push_screen_wait(unsaved_changes(self._file_name))
        return await self._save() if answer == "save" else answer == "discard"

    async def _ask_path(self, title: str, value: str) -> Path | None:
        from tui.prompts import PathPrompt

        answer = await self.push_screen_wait(PathPrompt(title, value))
        return _path(answer) if answer else None

    def _write(self, path: Path) -> bool:
        text = self.area.text
        deleted = path == self._path and self._stamp is not None and disk.stamp(path) is None
        try:
            saved = documents.save(path, text, self._file.format)
        except documents.DocumentError as exc:
            return self._failed(exc)
        self._path, self._stamp, self._saved_text = path, saved.stamp, text
        self._succeeded(f"saved {saved.n_bytes:,} bytes" + (" anew: the file had been deleted" if deleted else ""))
        return True

    def _read(self, path: Path) -> None:
        try:
            self._file = documents.load(path)
        except documents.DocumentError as exc:
            self._failed(exc)
            return
        self._path, self._stamp, self._saved_text = path, self._file.stamp, self._file.text
        self.area.load_text(self._file.text)
        self.suggester.read(self._file.text)
        self._succeeded("new file" if self._file.new else "opened")

    def _failed(self, exc: documents.DocumentError) -> bool:
        self._file_error = inert(str(exc))
        self._show_status()
        return False

    def _succeeded(self, notice: str) -> None:
        self._file_error, self._notice = "", notice
        self._show_status()

    @property
    def _file_name(self) -> str:
        return inert(self._path.name) if self._path else "Untitled"

    def _show_status(self) -> None:
        if self.is_running:
            status = self._status()
            for bar in self.screen_stack[0].query(Bar):
                bar.status = status

    def _status(self) -> Status:
        status = self.suggester.status()
        return replace(
            status,
            name=self._file_name,
            modified=self.modified,
            notice=self._notice,
            error=self._file_error or status.error,
        )

    def _hints(self) -> list[tuple[str, str]]:
        """Return the first key of each binding that is meant to be seen, and what it does; a group makes one hint."""
        hints: dict[str, list[str]] = {}
        actions: set[str] = set()
        for binding in Binding.make_bindings([*GhostArea.BINDINGS, *self.BINDINGS]):
            if binding.show and binding.action not in actions:
                actions.add(binding.action)
                words = binding.group.description if binding.group else binding.description
                hints.setdefault(words, []).append(self.get_key_display(binding))
        return [("/".join(keys).replace("Ctrl+", "^"), words) for words, keys in hints.items()]

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as it is printed on keyboards: "Ctrl+S", "F3", "Alt+↓"."""
        modifiers, key = binding.parse_key()
        name = format_key(key)
        return "+".join(part.title() for part in [*modifiers, name])


def _path(entered: str) -> Path:
    """Return the path that a person meant: "~" is their home, unless nobody knows where that is."""
    try:
        return Path(entered).expanduser()
    except RuntimeError:
        return Path(entered)


def run_editor(path: Path | None, factory: Callable[[], Autocompleter]) -> None:
    """Run the editor until the person quits.

    Raises ConfigError where `path` cannot be opened, or there is no terminal: before anything is painted.
    """
    app = EditorApp(path, factory)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError("The editor needs a terminal for input and output. For scripts: autocomplete suggest TEXT.")
    app.run()
