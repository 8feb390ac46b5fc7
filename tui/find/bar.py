"""The bar in which one finds and replaces: one row under the text, two for replacing.

Invariant: no key waits for a search; what is wrong with a pattern is one line in the bar; while the bar has the focus there
is no ghost, and closing it leaves the cursor at the match.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Label
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from autocomplete.editor import escape_controls
from tui.find.search import Query
from tui.find.session import FindSession
from tui.find.widgets import EntryHistory, Toggle
from tui.ghost.area import GhostArea
from tui.widgets.input_queue import COMPLETION

#: A selection longer than this, or of several lines, is not what one looks for.
MOST_SELECTED = 200

_GROUP = "find"


class FindBar(Widget):
    """Finds in the area that it was opened for; `Closed` is posted when it is left."""

    DEFAULT_CSS = """
    FindBar {
        height: auto; display: none; padding: 0 2; background: $surface;
        & Horizontal { height: 1; }
        & .find-name { width: 9; text-style: bold; }
        & Input { width: 1fr; min-width: 8; background: $surface; }
        & Toggle { width: auto; color: $foreground 70%; }
        & Toggle.-on { color: $foreground; text-style: bold; }
        & Toggle:focus { text-style: bold reverse; }
        & Button { margin-left: 1; min-width: 5; }
        & #find-state { width: auto; max-width: 45%; margin-left: 1; }
        & #replacing { display: none; }
        &.-replacing #replacing { display: block; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+f,pagedown", "step(True)", "Next", priority=True, tooltip="Go to the next match (Enter too)"),
        Binding("pageup,shift+enter", "step(False)", "Previous", priority=True, tooltip="Go to the match before this one"),
        Binding("up", "remember(-1)", "Earlier search", show=False),
        Binding("down", "remember(1)", "Later search", show=False),
        *(
            Binding(key, action, words, show=False, priority=True)  # else the global meaning of the key comes first
            for key, action, words in (
                ("alt+c", "switch('case')", "Match case"),
                ("alt+w", "switch('words')", "Whole words"),
                ("alt+x", "switch('regex')", "Regular expression"),
                ("alt+r", "replacing", "Replace"),
                ("alt+a", "replace_all", "Replace all"),
            )
        ),
        Binding("escape", "close", "Close", priority=True, tooltip="Go back to the text, at the match"),
    ]

    @dataclass
    class Closed(Message):
        """The bar was left; `area` has the focus again."""

        area: GhostArea

    #: A key that leads to a match waits no longer than this for the search, in seconds.
    patience_s = 1.0

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._finder: FindSession | None = None
        self._origin = 0
        self._message = ""
        self._n_working = 0
        self._remembered = {"find": EntryHistory(), "with": EntryHistory()}
        self._fields = {
            "find": Input(id="find", compact=True, placeholder="Enter next, PgUp back, Esc closes"),
            "with": Input(id="with", compact=True, placeholder="Enter replaces and goes on, Alt+A replaces all"),
        }
        self._toggles = {
            "case": Toggle("Aa", "Match case (Alt+C)", id="case"),
            "words": Toggle("W", "Whole words (Alt+W)", id="words"),
            "regex": Toggle(".*", "Regular expression (Alt+X)", id="regex"),
        }
        self._state = Label("", id="find-state", markup=False)
        self._looking: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """Lay out what is looked for with its switches and the count, over what it is replaced with."""
        with Horizontal():
            yield Label("Find", classes="find-name")
            yield self._fields["find"]
            yield from self._toggles.values()
            yield self._state
        with Horizontal(id="replacing"):
            yield Label("Replace", classes="find-name")
            yield self._fields["with"]
            yield Button("This", id="this", compact=True)
            yield Button("All", id="all", compact=True)

    @property
    def is_open(self) -> bool:
        """Whether the bar can be seen."""
        return self._finder is not None

    @property
    def busy(self) -> bool:
        """Whether something is being looked for, or replaced."""
        return self._n_working > 0

    @property
    def state(self) -> str:
        """What the bar tells: the place among the matches, what went wrong, or what was done."""
        finder = self._finder
        if finder is None:
            return ""
        if finder.error and not self.busy:
            return f"✗ {finder.error}"
        searching = self.busy and bool(self._query.words) and (not finder.fresh or finder.query != self._query)
        count = "searching…" if searching else finder.count
        return ", ".join(part for part in (count, self._message) if part)

    def open(self, area: GhostArea, *, replacing: bool = False) -> None:
        """Show the bar for `area`, with the selection as what is looked for, and take the focus."""
        finder = self._use(area)
        self._origin = finder.selected[0]
        self.display = True
        self.set_class(replacing or self.has_class("-replacing"), "-replacing")
        field, selected = self._fields["find"], area.selected_text
        if selected and "\n" not in selected and len(selected) <= MOST_SELECTED:
            field.value = selected
        (self._fields["with"] if replacing and field.value else field).focus()
        self._look(jump=False)

    def follow(self, area: GhostArea) -> None:
        """Follow the text: called after every change of it, of the cursor, and of the document in front. Costs little."""
        if self._finder is not None:
            finder = self._use(area)
            if not finder.fresh and not self._n_working:
                self._look(jump=False)
            self._show_state()

    def action_close(self) -> None:
        """Give the focus back to the text, with the match selected, once it is known."""
        self._once_found(self._close)

    def _close(self) -> None:
        if (finder := self._finder) is not None:
            for name, remembered in self._remembered.items():
                remembered.add(self._fields[name].value)
            self._leave()
            self.display = False
            self.remove_class("-replacing")
            finder.area.focus()
            self.post_message(self.Closed(finder.area))

    def on_unmount(self) -> None:
        """End what is going on."""
        self._leave()

    def _use(self, area: GhostArea) -> FindSession:
        """Return the search in `area`; the one in another area is over."""
        if self._finder is None or self._finder.area is not area:
            hushed = self.has_focus_within
            self._leave()
            self._finder = FindSession(area)
            self._message = ""
            area.hide_ghost(hushed)
        return self._finder

    def _leave(self) -> None:
        if self._finder is not None:
            self.workers.cancel_group(self, _GROUP)
            self._finder.close()
            self._finder.area.hide_ghost(False)
            self._finder = None

    def action_step(self, forward: bool) -> None:
        """Go to another match, once they are known."""
        self._once_found(partial(self._step, forward))

    def _step(self, forward: bool) -> None:
        if (finder := self._finder) is not None:
            self._remembered["find"].add(self._query.words)
            self._message = finder.step(forward=forward)
            self._origin = finder.selected[0]
            self._show_state()

    def action_remember(self, step: int) -> None:
        """Put what was entered before, or after, into the field that has the focus."""
        field = self.screen.focused
        if isinstance(field, Input) and field.id in self._remembered:
            entry = self._remembered[field.id].step(step)
            if entry is not None:
                field.value = entry
                field.cursor_position = len(entry)

    def action_switch(self, name: str) -> None:
        """Turn one of the switches."""
        self._toggles[name].action_turn()

    def action_replacing(self) -> None:
        """Show the row for replacing, and go there."""
        self.add_class("-replacing")
        self._fields["with"].focus()

    def action_replace_all(self) -> None:
        """Replace all matches."""
        if self.has_class("-replacing"):
            self._replace_all()

    @on(Input.Changed, "#find")
    def _entered(self) -> None:
        self._look(jump=True)

    @on(Toggle.Changed)
    def _switched(self, event: Toggle.Changed) -> None:
        if event.by_mouse:
            self._fields["find"].focus()
        self._look(jump=True)

    @on(Input.Changed, "#with")
    def _reconsidered(self) -> None:
        self._look(jump=False)

    @on(Input.Submitted, "#find")
    def _next(self) -> None:
        self.action_step(True)

    @on(Input.Submitted, "#with")
    @on(Button.Pressed, "#this")
    def _replace_this(self) -> None:
        self._replace()

    @on(Button.Pressed, "#all")
    def _replace_them(self) -> None:
        self._replace_all()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Draw no ghost while the keys go to the bar."""
        if self._finder is not None:
            self._finder.area.hide_ghost(True)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Draw the ghost again."""
        if self._finder is not None:
            self._finder.area.hide_ghost(False)

    def _once_found(self, act: Callable[[], None]) -> None:
        """Do something when the search is through that goes on; at once where none does."""
        if self._looking is None or self._looking.is_finished:
            act()
        else:
            self._wait_and(act, self._looking)

    @work(group=COMPLETION)
    async def _wait_and(self, act: Callable[[], None], looking: Worker[None]) -> None:
        with suppress(TimeoutError, WorkerCancelled, WorkerFailed):
            async with asyncio.timeout(self.patience_s):
                await asyncio.shield(looking.wait())
        act()

    def _look(self, *, jump: bool) -> None:
        """Look for what is entered; `jump`: go to the first match from where the search began."""
        self._looking = self._search(jump=jump)

    @work(group=_GROUP, exclusive=True, exit_on_error=False)
    async def _search(self, *, jump: bool) -> None:
        if (finder := self._finder) is not None:
            with self._working():
                self._message = ""
                await self._look_until_fresh(finder)
                if jump:
                    finder.show_from(self._origin)
            self._show_state()

    @work(group=_GROUP, exclusive=True, exit_on_error=False)
    async def _replace(self) -> None:
        """Replace the match at the cursor and go to the next; where the cursor is at none, only go to the next."""
        if (finder := self._finder) is not None:
            with self._working():
                self._message = ""
                if await finder.replace(self._replacement):
                    behind = finder.selected[1]
                    await self._look_until_fresh(finder)
                    finder.show_from(behind)
                elif not finder.fresh:  # the text was changed meanwhile
                    await self._look_until_fresh(finder)
                elif not finder.error:
                    self._message = finder.step(forward=True)
            self._show_state()

    @work(group=_GROUP, exclusive=True, exit_on_error=False)
    async def _replace_all(self) -> None:
        if (finder := self._finder) is not None:
            with self._working():
                self._message = ""
                if n_replaced := await finder.replace_all(self._replacement):
                    await self._look_until_fresh(finder)
                    self._message = f"{n_replaced:,} replaced"
                elif not finder.fresh:  # the text was changed meanwhile
                    await self._look_until_fresh(finder)
            self._show_state()

    async def _look_until_fresh(self, finder: FindSession) -> None:
        """Look until it is known what the text holds, however it changes meanwhile."""
        while not await finder.find(self._query):
            self._show_state()

    @contextmanager
    def _working(self) -> Iterator[None]:
        self._n_working += 1
        self._show_state()
        try:
            yield
        finally:
            self._n_working -= 1

    @property
    def _query(self) -> Query:
        on = {name: toggle.on for name, toggle in self._toggles.items()}
        return Query(self._fields["find"].value, regex=on["regex"], match_case=on["case"], whole_words=on["words"])

    @property
    def _replacement(self) -> str:
        return self._fields["with"].value

    def _show_state(self) -> None:
        self._state.update(escape_controls(self.state))
