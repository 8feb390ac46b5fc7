"""The editor: open documents, the ghost at the cursor, and the lines that say how sure it is.

Invariant: a text changes by what the person does and by nothing else; it is left only saved, or with their word for it.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import platformdirs
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.containers import Container
from textual.driver import Driver
from textual.events import Resize, Unmount

from autocomplete import AutocompleteError, ConfigError
from tui.app.actions.encodings import EncodingActions
from tui.app.actions.files import FileActions
from tui.app.actions.model import ModelActions
from tui.app.actions.panels import PanelActions
from tui.app.actions.recovery import RecoveryActions
from tui.app.actions.tune import TuneActions
from tui.app.actions.view import ViewActions
from tui.app.base import EditorBase
from tui.app.idle_gc import PAUSE_S, IdleCollector
from tui.app.open_files import OpenTarget, open_page, open_pages
from tui.app.suspend import SuspendActions
from tui.app.workspace import Page
from tui.files.encodings import encoding_named
from tui.files.recent_files import RecentFiles
from tui.widgets.bars import Bar
from tui.widgets.commands import Actions
from tui.widgets.preferences import Opener, Preferences
from tui.widgets.status_line import hint_line, status_line, title_line
from tui.widgets.tabs import TabStrip

if TYPE_CHECKING:
    from autocomplete import Autocompleter

#: Below this many rows the key hints make room for the text.
SHORT_ROWS = 14


class EditorApp(EditorBase):
    """Edits the file at `path`, or a new one, with suggestions from the engine that `factory` opens.

    `pages`: documents in place of that file. `preferences`: the settings in force; without them the defaults, for this run
    only. `history`: what is remembered from run to run. Raises DocumentError where `path` cannot be opened. The engine is
    opened in the background, after the first paint. The actions are in groups, objects that bindings reach by their names.
    """

    TITLE = "autocomplete"
    CSS_PATH = "../editor.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {Actions}
    BINDINGS: ClassVar[list[BindingType]] = [
        *RecoveryActions.BINDINGS,
        *SuspendActions.BINDINGS,
        *ViewActions.BINDINGS,
        *ModelActions.BINDINGS,
        *PanelActions.BINDINGS,
        *TuneActions.BINDINGS,
        *FileActions.BINDINGS,
        *EncodingActions.BINDINGS,
        Binding("ctrl+p", "command_palette", "Commands", tooltip="Find an action by its name"),
        Binding("f1,ctrl+g", "help", "Help", tooltip="Show this help"),
    ]

    def __init__(
        self,
        path: Path | None,
        factory: Callable[[], Autocompleter],
        *,
        pages: Sequence[Page] = (),
        preferences: Preferences | None = None,
        history: RecentFiles | None = None,
    ) -> None:
        history = history or RecentFiles()
        super().__init__(pages or [open_page(OpenTarget(path), history) if path else Page()], factory, preferences, history)
        self._collector = IdleCollector()
        self.recovery = RecoveryActions(self)
        self.shell = SuspendActions(self, self.recovery)
        self.view = ViewActions(self)
        self.model = ModelActions(self)
        self.panels = PanelActions(self)
        self.tune = TuneActions(self)
        self.files = FileActions(self, self.recovery)
        self.encodings = EncodingActions(self, self.files)
        self._action_targets |= {"recovery", "shell", "view", "model", "panels", "tune", "files", "encodings"}

    def compose(self) -> ComposeResult:
        """Lay out the title, the tabs, the text beside the panels, the status and the key hints."""
        self.keys.update()
        self.bars = [
            Bar(title_line, self.shown_status, id="title"),
            TabStrip(self.shown_status),
            Bar(status_line, self.shown_status, id="status"),
            Bar(lambda status, width: hint_line(self.keys.shown, status, width), self.shown_status, id="hints"),
        ]
        title, strip, status, hints = self.bars
        yield title
        yield strip
        with Container(id="middle"):
            with self.texts:
                for page in self.workspace.pages:
                    self.prepare(page)
                    page.area.display = page is self.page
                    yield page.area
            yield self.dock
        yield self.finding
        yield status
        yield hints

    def on_mount(self) -> None:
        """Show the state, and open the engine once it is painted."""
        self.apply_settings()
        for page in self.workspace.pages:
            if page.path is not None and page.stamp is None:
                self.messages.show(f"new file {page.title}")
        self.bring_forward()
        if self.preferences.fault_message:
            self.messages.fail(self.preferences.fault_message)
        self.call_after_refresh(self.run_worker, self.open_engine, exit_on_error=False)
        self.files.start()
        self.recovery.start()
        self._collector.begin()
        self.set_interval(PAUSE_S, lambda: self._collector.collect(self.given_at, time.monotonic()))

    def on_unmount(self) -> None:
        """End what the groups began."""
        self.recovery.stop()
        self._collector.end()

    def on_app_focus(self) -> None:
        """Look at the file at once when the person comes back from another window."""
        self.files.look_at_file()

    @on(Driver.SignalResume)
    def _resumed(self) -> None:
        self.shell.paint_anew()

    @on(TabStrip.Chosen)
    async def _tab_chosen(self, event: TabStrip.Chosen) -> None:
        await self.show(self.workspace.pages[event.index])

    def watch_theme(self, theme: str) -> None:
        """Follow the theme that was chosen."""
        self.view.theme_changed(theme)

    def prepare(self, page: Page) -> None:
        """Set up a text area before it is shown for the first time, and keep its text safe from then on."""
        super().prepare(page)
        self.recovery.protect(page)

    def apply_settings(self) -> None:
        """Go by the settings: in what is seen, what is recorded, and the goal."""
        super().apply_settings()
        self.tune.follow_settings()

    def on_descendant_focus(self) -> None:
        """Tell the keys of the panel that has the focus, or of the text."""
        if self.keys.update():
            self.bars[-1].refresh()

    async def open_engine(self) -> None:
        """Open the engine, and tell what it has to say."""
        await self.suggester.open()
        self.report_notices()
        await self.tune.follow_outcomes()

    @on(Unmount)
    async def close_engine(self) -> None:
        """Close the engine, and write what is to be kept."""
        await self.suggester.close()  # first: its answers are followed as long as it asks
        if self.outcomes is not None:
            await self.outcomes.close()

    def on_resize(self, event: Resize) -> None:
        """Give short terminals' rows to the text, and the panels the place that suits the width."""
        self.dock.place(event.size)
        self.screen_stack[0].set_class(event.size.height < SHORT_ROWS, "-short")
        self.screen_stack[0].set_class(self.dock.wide, "-wide")

    def action_help(self) -> None:
        """Show all keys."""
        from tui.widgets.help import HelpScreen

        self.push_screen(HelpScreen(self.keys.help_groups(), self.status().error))

    def action_help_quit(self) -> None:
        """Say what Ctrl+C is for, where there was nothing to copy: Textual's own words for it would cover the lines."""
        self.messages.show(f"nothing is selected to copy; {self.keys.key_of('files.quit')} leaves the editor")

    async def action_quit(self) -> None:
        """Quit; ask first about every document with unsaved changes."""
        await self.files.action_quit()

    def action_focus_text(self) -> None:
        """Go back to the text."""
        self.area.focus()


def engine_factory(preferences: Preferences) -> Callable[[], Autocompleter]:
    """Return what gives the engine of the settings, or raises in the editor, which tells it: one can write without.

    Raises AutocompleteError where the command line named a model that cannot be opened.
    """
    try:
        engine = preferences.engine()
    except AutocompleteError as exc:
        if preferences.names_model:
            raise
        reason = exc

        def failed() -> Autocompleter:
            raise reason

        return failed
    return lambda: engine


def run_editor(files: Sequence[str], given: Mapping[str, Any], opener: Opener, encoding: str | None = None) -> None:
    """Run the editor on `files`, as a command line names them, until the person quits.

    `given`: the settings of that command line; `opener` opens an engine for such settings. `encoding`: of the files, by any of
    its names, None for what each seems to be. Raises ConfigError where a file
    cannot be opened, what the command line says cannot be, or there is no terminal: before anything is painted.
    """
    from autocomplete.evaluation import OutcomeStore

    preferences = Preferences(given, opener)
    factory = engine_factory(preferences)
    state = platformdirs.user_state_path("autocomplete")
    history = RecentFiles(state / "editor.json", private=preferences.is_private)
    pages = open_pages(files, history, encoding_named(encoding) if encoding is not None else None)
    app = EditorApp(None, factory, pages=pages, preferences=preferences, history=history)
    app.recovery.folder = state / "unsaved"
    app.tune.store = OutcomeStore()  # of which nothing is made, or read, unless the settings allow it
    if not (os.isatty(0) and sys.stdout.isatty()):
        raise ConfigError("The editor needs a terminal for input and output. For scripts: autocomplete suggest TEXT.")
    app.run()
    gc.freeze()  # the process ends: nobody waits for its garbage
    if app.return_code:
        sys.exit(app.return_code)
