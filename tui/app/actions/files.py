"""New, open, save, close and quit.

Invariant: a text is left only saved, or with the person's word for it; a file is replaced only if it holds nothing but what
this editor read or wrote, or with the person's word for it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.worker import Worker

from autocomplete.editor import escape_controls
from tui.app.actions.group import ActionGroup, dialog, worker
from tui.app.actions.recovery import RecoveryActions
from tui.app.base import EditorBase
from tui.app.open_files import OpenTarget, open_page
from tui.app.workspace import Page
from tui.files import disk, load_save
from tui.files.disk import Stamp
from tui.files.encodings import READING, encoding_of
from tui.files.file_format import misfit
from tui.widgets.input_queue import DIALOG

#: How often another program's changes are looked for, in seconds.
LOOK_S = 3.0


class FileActions(ActionGroup):
    """The actions on files; `recovery` has what of them is not saved. Those that ask something run one at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "files.save", "Save", tooltip="Save the file"),
        Binding("f12,alt+s", "files.save_as", "Save as", show=False, tooltip="Save the file under another name"),
        Binding("ctrl+n", "files.new", "New", show=False, tooltip="Begin a new document"),
        Binding("ctrl+o", "files.open", "Open", show=False, tooltip="Open another file"),
        Binding("ctrl+r", "files.recent", "Recent files", show=False, tooltip="Open a file that was open lately"),
        Binding("alt+v", "files.reload", "Reload", show=False, tooltip="Read the file again, as it is on the disk now"),
        Binding("alt+w", "files.close", "Close", show=False, tooltip="Close the document"),
        Binding("ctrl+q", "files.quit", "Quit", priority=True, tooltip="Leave the editor"),
    ]

    _looking: Worker[None] | None = None
    _quitting: Worker[None] | None = None

    def __init__(self, app: EditorBase, recovery: RecoveryActions) -> None:
        super().__init__(app)
        self.recovery = recovery

    def start(self) -> None:
        """Look now and then whether another program changed the file in front."""
        self.app.set_interval(LOOK_S, self.look_at_file)

    async def action_new(self) -> None:
        """Begin a new document."""
        await self.app.show(Page())

    @dialog
    async def action_open(self) -> None:
        """Ask for a file and open it."""
        if (path := await self._ask_path("Open", _folder_of(self.app.page.path))) is not None:
            await self.open_file(path)

    @dialog
    async def action_recent(self) -> None:
        """Choose among the files that were open lately."""
        from tui.widgets.picker import Option, Picker

        files = self.app.history.files()
        if not files:
            self.app.messages.show("no file was open lately")
            return
        options = [Option(escape_controls(str(file.path)), file.path) for file in files]
        if (path := await self.app.push_screen_wait(Picker("Recent files", options))) is not None:
            await self.open_file(path)

    async def open_file(self, path: Path) -> None:
        """Open the file at `path`, or bring its document to the front where it is open. Errors are shown."""
        if (page := self.app.workspace.at(path)) is not None:
            await self.app.show(page)
            return
        try:
            page = await self._opened(path)
        except load_save.DocumentError as exc:
            self.app.messages.fail(exc)
            return
        await self.app.show(page)
        self.app.remember(page)
        self.app.messages.show("new file" if page.stamp is None else "opened")

    async def _opened(self, path: Path) -> Page:
        """Return the document of a file; of one that looks binary, or is in another encoding, ask in which it is."""
        try:
            return open_page(OpenTarget(path), self.app.history)
        except load_save.NotText:
            from tui.widgets.encoding_picker import encoding_list

            question = f"{escape_controls(path.name)} looks binary. If it is text, it is in"
            if (encoding := await self.app.push_screen_wait(encoding_list(question, READING))) is None:
                raise
        return open_page(OpenTarget(path), self.app.history, encoding)

    @dialog
    async def action_reload(self) -> None:
        """Read the file again; ask first if there are unsaved changes."""
        page = self.app.page
        if page.path is None:
            self.app.messages.show("the document has no file to read again")
            return
        if not await self.may_reload(page):
            return
        try:
            loaded = load_save.load(page.path, remembered=page.encoding)
        except load_save.DocumentError as exc:
            self.app.messages.fail(exc)
            return
        page.take(loaded)
        self.app.messages.show("the file is gone: this is a new one" if loaded.new else "read again")

    async def may_reload(self, page: Page) -> bool:
        """Return whether the text may give way to what is on the disk: nothing is lost, or the person gave it up."""
        from tui.widgets.prompts import unsaved_reload

        if not page.modified:
            return True
        return await self.app.push_screen_wait(unsaved_reload(escape_controls(page.title))) == "discard"

    def look_at_file(self) -> None:
        """Follow a change by another program: an unmodified text is read again, of a modified one that is said once."""
        if self._looking is None or self._looking.is_finished:  # a disk that does not answer holds one thread, not all
            self._looking = self._look_at_file()

    @worker("disk")
    async def _look_at_file(self) -> None:
        page, path, known = self.app.page, self.app.page.path, self.app.page.stamp
        if path is None or len(self.app.screen_stack) > 1:
            return
        found = await asyncio.to_thread(disk.stamp, path)
        if found in (known, page.reported_stamp) or not self._is_still(page, path, known):
            return
        page.reported_stamp = found
        if found is None:
            self.app.messages.show(f"{page.title} was deleted: saving makes it anew")
        elif page.modified:
            self.app.messages.show(
                f"{page.title} changed on disk: {self.app.keys.key_of('files.reload')} reads it again, saving will ask"
            )
        else:
            await self._follow_file(page, path)

    def _is_still(self, page: Page, path: Path, known: Stamp | None) -> bool:
        """Return whether a document is open, and neither read again nor saved since its file was as `known`."""
        return page in self.app.workspace.pages and (page.path, page.stamp) == (path, known)

    async def _follow_file(self, page: Page, path: Path) -> None:
        known = page.stamp
        try:
            loaded = await asyncio.to_thread(load_save.load, path, remembered=page.encoding)
        except load_save.DocumentError as exc:
            self.app.messages.fail(exc)
            return
        if self._is_still(page, path, known) and not page.modified and not loaded.new:  # nothing was typed meanwhile
            page.take(loaded)
            self.app.messages.show("read again: another program changed the file")

    @dialog
    async def action_save(self) -> None:
        """Save; ask for a path where there is none."""
        await self.save(self.app.page)

    @dialog
    async def action_save_as(self) -> None:
        """Save under another path."""
        await self._save_as(self.app.page)

    async def save(self, page: Page) -> bool:
        """Save a document, asking what has to be asked; return whether it is saved."""
        if page.path is None:
            return await self._save_as(page)
        return await self._may_replace(page, page.path) and await self._write(page, page.path)

    async def _save_as(self, page: Page) -> bool:
        entered = str(page.path or "")
        while (path := await self._ask_path("Save as", entered)) is not None:
            if self.app.workspace.at(path) not in (None, page):
                self.app.messages.fail(f"{path.name} is open in another tab: close it first, or choose another name.")
            elif await self._may_replace(page, path):
                return await self._write(page, path)
            entered = str(path)
        return False

    async def _may_replace(self, page: Page, path: Path) -> bool:
        """Return whether `path` holds nothing but what this editor read or wrote, or the person gave it up."""
        from tui.widgets.prompts import file_changed, file_exists

        known = page.stamp if path == page.path else None
        while (found := disk.stamp(path)) not in (None, known, page.stamp):
            question = file_changed if known else file_exists
            if await self.app.push_screen_wait(question(escape_controls(path.name))) != "replace":
                return False
            known = found  # what is written while the question stands is asked about again
        return True

    async def _write(self, page: Page, path: Path) -> bool:
        from tui.widgets.prompts import not_in_encoding

        form = page.format.fitting(page.area.text)
        if (odd := misfit(page.area.text, form)) is not None:
            question = not_in_encoding(escape_controls(path.name), odd, form.encoding_name)
            if await self.app.push_screen_wait(question) != "utf-8":
                return False
            form, page.encoding = form.in_encoding(encoding_of("utf-8")), None
        deleted = path == page.path and page.stamp is not None and disk.stamp(path) is None
        try:
            in_place = self.app.preferences.settings.save_in_place
            saved = load_save.save(path, page.area.text, form, always_in_place=in_place)
        except load_save.DocumentError as exc:
            page.save_error = escape_controls(str(exc))
            self.app.messages.fail(exc)
            return False
        page.saved(path, form, saved.stamp)
        if page is self.app.page:
            self.app.suggester.enter(page, path, lambda: "")  # it may have got another name
        self.app.remember(page)
        self.app.messages.show(f"saved {saved.n_bytes:,} bytes" + (" anew: the file had been deleted" if deleted else ""))
        return True

    @dialog
    async def action_close(self) -> None:
        """Close the document in front; ask first if it has unsaved changes."""
        if await self._may_leave(self.app.page):
            self.app.remember(self.app.page)
            await self.app.drop(self.app.page)

    async def action_quit(self) -> None:
        """Quit; ask first about every document with unsaved changes."""
        if self._quitting is None or self._quitting.is_finished:
            self._quitting = self._quit()

    @worker(DIALOG)  # a dialog from which one quits, and then does not, goes on
    async def _quit(self) -> None:
        for page in self.app.workspace.pages:
            if page.modified:
                await self.app.show(page)  # so that one sees what is asked about
                if not await self._may_leave(page):
                    return
        for page in self.app.workspace.pages:
            self.app.remember(page)
        self.recovery.drop()
        self.app.exit()

    async def _may_leave(self, page: Page) -> bool:
        """Return whether the text is saved, or the person gave it up."""
        from tui.widgets.prompts import unsaved_changes

        if not page.modified:
            return True
        answer = await self.app.push_screen_wait(unsaved_changes(escape_controls(page.title)))
        return await self.save(page) if answer == "save" else answer == "discard"

    async def _ask_path(self, title: str, value: str) -> Path | None:
        from tui.widgets.prompts import PathPrompt

        answer = await self.app.push_screen_wait(PathPrompt(title, value))
        return entered_path(answer) if answer else None


def entered_path(entered: str) -> Path:
    """Return the path that a person meant: "~" is their home, unless nobody knows where that is."""
    try:
        return Path(entered).expanduser()
    except RuntimeError:
        return Path(entered)


def _folder_of(path: Path | None) -> str:
    """Return what to begin a path with, to find files beside `path`."""
    folder = str(path.parent) if path else "."
    return "" if folder == "." else folder.rstrip("/") + "/"
