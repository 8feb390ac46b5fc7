"""The encoding and the line ends of a file, chosen by hand.

Invariant: a text is never written in an encoding that lacks one of its characters; where a choice cannot be, all stays.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from autocomplete.editor import escape_controls
from tui.app.actions.files import FileActions
from tui.app.actions.group import ActionGroup, dialog
from tui.app.base import EditorBase
from tui.app.workspace import Page
from tui.files import load_save
from tui.files.encodings import ENCODINGS, READING, Encoding
from tui.files.file_format import misfit

#: What stands for no choice: the file is read as it seems to be.
AUTOMATIC = Encoding("", "Automatic", "what the file seems to be in")

#: Line endings, and how they are called.
ENDS = {"\n": "LF · Unix, Linux, macOS", "\r\n": "CRLF · Windows", "\r": "CR · old Macintosh"}


class EncodingActions(ActionGroup):
    """The actions on how a text is written as bytes; `files` saves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "alt+k",
            "encodings.reopen_in",
            "Reopen with encoding",
            show=False,
            tooltip="Read the file again as another encoding",
        ),
        Binding("alt+c", "encodings.save_in", "Save with encoding", show=False, tooltip="Save the file in another encoding"),
        Binding("f10", "encodings.line_ends", "Line ends", show=False, tooltip="Choose between LF, CRLF and CR"),
    ]

    def __init__(self, app: EditorBase, files: FileActions) -> None:
        super().__init__(app)
        self.files = files

    @dialog
    async def action_reopen_in(self) -> None:
        """Choose an encoding and read the file again in it; ask first if there are unsaved changes."""
        from tui.widgets.encoding_picker import encoding_list

        page = self.app.page
        if page.path is None:
            self.app.messages.show("the document has no file to read again")
            return
        question = encoding_list(f"{escape_controls(page.title)} is in", [AUTOMATIC, *READING], page.format)
        chosen = await self.app.push_screen_wait(question)
        if chosen is None or not await self.files.may_reload(page):
            return
        encoding = chosen if chosen.codec else None
        try:
            loaded = load_save.load(page.path, encoding)
        except load_save.DocumentError as exc:
            self.app.messages.fail(exc)
            return
        page.encoding = encoding
        page.take(loaded)
        if page is self.app.page:  # the model has read something else until now
            self.app.suggester.leave(page)
            self.app.suggester.enter(page, page.path, lambda: page.area.text)
        self.app.remember(page)
        self.app.messages.show(f"read as {page.format.encoding_name}")

    @dialog
    async def action_save_in(self) -> None:
        """Choose an encoding and save the file in it."""
        from tui.widgets.encoding_picker import encoding_list

        page = self.app.page
        question = encoding_list(f"Save {escape_controls(page.title)} in", ENCODINGS, page.format)
        chosen = await self.app.push_screen_wait(question)
        if chosen is None:
            return
        form = page.format.in_encoding(chosen)
        if (odd := misfit(page.area.text, form)) is not None:
            self.app.messages.fail(f"{chosen.name} has no {odd}: {page.title} stays in {page.format.encoding_name}.")
            return
        before, page.format = page.format, form
        if await self.files.save(page):
            page.encoding = chosen if page.format.encoding == chosen.codec else None
            self.app.remember(page)
        else:
            page.format = before

    @dialog
    async def action_line_ends(self) -> None:
        """Choose the line ends that the next save writes; where they were mixed, they become alike."""
        from tui.widgets.picker import Option, Picker

        page = self.app.page
        present = None if page.format.mixed else page.format.newline
        options = [Option(f"{'●' if ends == present else ' '} {name}", ends) for ends, name in ENDS.items()]
        newline = await self.app.push_screen_wait(Picker(f"Line ends of {escape_controls(page.title)}", options))
        if newline is None:
            return
        if page.format.mixed:
            _unify(page)
        page.format = page.format.with_ends(newline)
        self.app.messages.show(f"line ends are {ENDS[newline].partition(' ')[0]} from the next save on")


def _unify(page: Page) -> None:
    """Make one kind of line ends of all that are in the text, in a step that can be undone."""
    cursor = page.area.cursor_location
    text = page.area.text.replace("\r\n", "\n").replace("\r", "\n")
    page.area.replace(text, (0, 0), page.document.end)
    page.go_to(*cursor)
