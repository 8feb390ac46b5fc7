"""What every part of the editor stands on: the open documents, the suggester, and what the lines show.

Invariant: one document is in front; the suggester, the lines and the panels speak of it and of no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import events, on
from textual.binding import Binding
from textual.containers import Container
from textual.keys import format_key

from autocomplete.editor import escape_controls
from tui.app.key_hints import KeyHints
from tui.app.messages import Messages
from tui.app.upkeep import Upkeep
from tui.app.workspace import Page, Workspace
from tui.files.recent_files import RecentFiles
from tui.find.bar import FindBar
from tui.ghost.area import GhostArea
from tui.ghost.controller import SuggestionController
from tui.ghost.style import GhostStyle
from tui.instruments.panels import Dock, Scene
from tui.instruments.recorder import InstrumentRecorder
from tui.instruments.session_stats import prices
from tui.tune.usage_recorder import UsageRecorder
from tui.widgets.bars import Bar
from tui.widgets.input_queue import Given, KeyboardApp
from tui.widgets.preferences import Preferences
from tui.widgets.status_line import Status

if TYPE_CHECKING:
    from autocomplete import Autocompleter


class EditorBase(KeyboardApp):
    """The state of the editor, and how its parts are kept in step. The actions are in the classes built on it."""

    def __init__(
        self,
        pages: Iterable[Page],
        factory: Callable[[], Autocompleter],
        preferences: Preferences | None = None,
        history: RecentFiles | None = None,
    ) -> None:
        super().__init__()
        self.preferences = preferences or Preferences()
        self.history = history or RecentFiles()
        self.workspace = Workspace(pages)
        self.suggester = SuggestionController(self.area, factory, self._suggester_changed)
        self.instruments = InstrumentRecorder()
        self.outcomes: UsageRecorder | None = None
        self.bars: list[Bar] = []
        self.dock = Dock(id="dock")
        self.texts = Container(id="texts")
        self.finding = FindBar()
        self.messages = Messages(self, self.show_status)
        self.upkeep = Upkeep(self, self.workspace, self.show_status)
        self.keys = KeyHints(self, lambda: self.area)
        self._status: Status | None = None  # as the lines show it, or will with the next frame; None: out of date
        self._panels_due = False

    @property
    def page(self) -> Page:
        """The document in front."""
        return self.workspace.front

    @property
    def area(self) -> GhostArea:
        """The text area of the document in front."""
        return self.page.area

    async def show(self, page: Page) -> None:
        """Bring a document to the front, opening it if it is not open; an untouched nameless one makes room for it."""
        former = self.page
        self.workspace.front = page
        if not page.area.is_attached:
            self.prepare(page)
            await self.texts.mount(page.area)
        if former is not page and former.untouched:
            await self.drop(former)
        self.bring_forward()

    async def drop(self, page: Page) -> None:
        """Close a document, whatever is in it."""
        self.workspace.remove(page)
        self.suggester.leave(page)
        self.instruments.drop(page.area)
        if self.outcomes is not None:
            self.outcomes.leave(page)
        page.end_recovery()
        await page.area.remove()
        await self.show(self.workspace.front)

    def bring_forward(self) -> None:
        """Show the document that is in front, and no other."""
        for page in self.workspace.pages:
            page.area.display = page is self.page
        if not self.finding.is_open:
            self.area.focus()
        self.page.shown()
        self.finding.follow(self.area)
        self.suggester.follow(self.area)
        self.suggester.enter(self.page, self.page.path, lambda: self.area.text)
        self.upkeep.begin()
        self.screen_stack[0].set_class(len(self.workspace.pages) > 1, "-tabs")
        self.show_status()

    def prepare(self, page: Page) -> None:
        """Set up a text area before it is shown for the first time."""
        settings = self.preferences.settings
        page.area.space_after = settings.space_after
        page.area.soft_wrap = settings.soft_wrap
        page.area.show_line_numbers = settings.line_numbers
        page.area.ghost_style = GhostStyle(settings.ghost_style)
        page.area.refresh()

    def apply_settings(self) -> None:
        """Bring what is seen in line with the settings."""
        settings = self.preferences.settings
        if settings.theme in self.available_themes:
            self.theme = settings.theme
        else:
            self.messages.fail(f"Unknown theme {settings.theme!r}: choose another with {self.keys.key_of('change_theme')}.")
        for page in self.workspace.pages:
            self.prepare(page)
        self.instruments.prices = prices(settings.prompt_price, settings.completion_price)

    def remember(self, page: Page) -> None:
        """Note for later that the file was open, and where the cursor stands."""
        if page.path is not None and page.stamp is not None:
            chosen = page.encoding.codec if page.encoding is not None else ""
            self.history.note_file(page.path, *page.area.cursor_location, chosen)

    def show_status(self) -> None:
        """Bring the lines and the panels up to date: the lines with the next frame, once for all calls before it."""
        if not self.is_running:
            return
        if self._status is not None:  # else the lines wait for their frame already
            self._status = None
            for bar in self.bars:
                bar.refresh()
        if self.dock.display and not self._panels_due:
            self._panels_due = True
            self.call_next(self._show_panels)

    def _show_panels(self) -> None:
        self._panels_due = False
        self.dock.follow(self.scene())

    def _suggester_changed(self) -> None:
        if self.is_running:
            self.instruments.follow(self.area, self.suggester)
            self.show_status()

    def scene(self) -> Scene:
        """Return what can be seen now."""
        return Scene(self.area, self.suggester, self.status())

    def status(self) -> Status:
        """Return what the lines tell now."""
        status, page = self.instruments.fill(self.suggester.status(), self.suggester.autocompleter), self.page
        self._status = replace(
            status,
            name=escape_controls(page.heading),
            modified=page.modified,
            tabs=tuple((escape_controls(other.title), other.modified) for other in self.workspace.pages),
            tab=self.workspace.pages.index(page),
            form=" · ".join(filter(None, (page.format.label, self._learning()))),
            count=self.upkeep.count,
            notice=self.messages.notice,
            error=self.messages.error or page.save_error or status.error,
        )
        return self._status

    def shown_status(self) -> Status:
        """Return what the lines show: built once for all that are drawn with a frame."""
        return self._status or self.status()

    def copy_to_clipboard(self, text: str) -> None:
        """Copy for this program and, by OSC 52, for the terminal; a half of a character, which no terminal takes, as "?"."""
        super().copy_to_clipboard(text.encode("utf-8", "replace").decode("utf-8"))

    def report_notices(self) -> None:
        """Say what became of the calibration and of the memory of earlier sessions, if that is not as usual."""
        engine = self.suggester.autocompleter
        if engine is None:
            return
        memory = engine.session.memory
        if notices := [line for line in (engine.notice, memory.notice if memory is not None else "") if line]:
            self.messages.show(" ".join(notices))

    def _learning(self) -> str:
        """Return what becomes of the words of the document in front, "" where the model keeps nothing."""
        if self.page.path is not None and self.preferences.is_private(self.page.path):
            engine = self.suggester.autocompleter
            return "private: not kept, not sent" if engine is not None and engine.stays_here else "private: not kept"
        engine = self.suggester.autocompleter
        if engine is None or engine.session.memory is None:
            return ""
        from autocomplete.editor import Privacy  # lazily: with an engine it is loaded

        return "private" if engine.session.privacy is Privacy.PRIVATE else "remembered" if engine.session.storing else ""

    @on(GhostArea.Edited)
    def _edited(self, event: GhostArea.Edited) -> None:
        if event.area is not self.area:
            return
        if event.inserted:
            self.messages.clear()
        self.suggester.edited(event.inserted, accepted=event.accepted)
        self._follow_cursor()
        if event.inserted:
            self.instruments.typed(self.area, event.inserted, accepted=event.accepted, n_given=event.n_given)
            if self.outcomes is not None:
                self.outcomes.typed(
                    self.page,
                    len(event.inserted),
                    event.at,
                    accepted=event.accepted,
                    ghost=event.ghost,
                    paused=self.suggester.paused,
                )

    @on(GhostArea.CursorMoved)
    def _moved(self, event: GhostArea.CursorMoved) -> None:
        if event.area is self.area:
            self.suggester.moved()
            self._follow_cursor()

    def _follow_cursor(self) -> None:
        """Hand on where the cursor is to all but the suggester, after an edit or a move."""
        self.upkeep.restart()
        self.finding.follow(self.area)
        if self.outcomes is not None:
            self.outcomes.moved(self.page, self.page.document.revision, self.area.cursor_index)

    @on(GhostArea.Sought)
    def _sought(self, event: GhostArea.Sought) -> None:
        self.suggester.sought(event.step)

    @on(GhostArea.Dismissed)
    def _dismissed(self, event: GhostArea.Dismissed) -> None:
        self.messages.clear(errors=True)
        self.page.save_error = ""
        self.suggester.dismissed(event.suggestion)
        if event.suggestion is None:
            self.finding.action_close()

    def on_descendant_focus(self) -> None:
        """Tell why there is no ghost while the keys go elsewhere."""
        self.show_status()

    def on_descendant_blur(self) -> None:
        """Tell what there is again."""
        self.show_status()

    def stays(self, event: Given) -> bool:
        """Return whether what is given acts on the text alone: then nothing waits for it."""
        if isinstance(event, events.Key) and isinstance(self.focused, GhostArea):
            return self.focused.takes(event) and not self._goes_first(event.key)
        return super().stays(event)

    def _goes_first(self, key: str) -> bool:
        """Return whether a key is taken before it gets to what has the focus."""
        maps = (bindings for _node, bindings in self.screen._binding_chain)
        return any(binding.priority for bindings in maps for binding in bindings.key_to_bindings.get(key, ()))

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as it is printed on keyboards: "Ctrl+S", "F3", "Alt+↓"."""
        modifiers, key = binding.parse_key()
        name = "space" if binding.key == "ctrl+@" else format_key(key)  # which is what terminals send for it
        return "+".join(part.title() for part in [*modifiers, name])
