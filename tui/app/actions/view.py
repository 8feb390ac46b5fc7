"""How the text is shown, and which document is in front.

Invariant: nothing here changes a text, but for what the bar replaces.
"""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from autocomplete import AutocompleteError
from tui.app.base import EditorBase
from tui.instruments.session_stats import prices
from tui.widgets.tabs import TabStrip


class ViewActions(EditorBase):
    """The actions on what is seen. What a person chooses here is remembered in the settings file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f8,ctrl+pagedown,alt+t",
            "step(1)",
            "Next document",
            show=False,
            priority=True,  # the text area would scroll sideways with one of these keys
            tooltip="Bring the next document to the front",
        ),
        Binding(
            "ctrl+pageup,alt+q",
            "step(-1)",
            "Previous document",
            show=False,
            priority=True,
            tooltip="Bring the previous document to the front",
        ),
        Binding("ctrl+f", "find(False)", "Find", show=False, tooltip="Find a text, also by regular expression"),
        Binding("alt+r", "find(True)", "Replace", show=False, tooltip="Find a text and put another in its place"),
        Binding("ctrl+l,alt+g", "go_to_line", "Go to line", show=False, tooltip="Go to a line by its number"),
        Binding("alt+z", "soft_wrap", "Soft wrap", show=False, tooltip="Wrap long lines, or scroll sideways"),
        Binding("alt+l", "line_numbers", "Line numbers", show=False, tooltip="Show or hide line numbers"),
        Binding("alt+a", "select_all", "Select all", show=False, tooltip="Select the whole text"),
        Binding("ctrl+t", "change_theme", "Theme", show=False, tooltip="Choose other colours"),
    ]

    async def action_step(self, step: int) -> None:
        """Bring the document `step` tabs further on to the front."""
        await self.show(self.workspace.beside(step))

    @on(TabStrip.Chosen)
    async def _tab_chosen(self, event: TabStrip.Chosen) -> None:
        await self.show(self.workspace.pages[event.index])

    def action_find(self, replacing: bool) -> None:
        """Open the bar that finds, and replaces."""
        self.finding.open(self.area, replacing=replacing)

    @work(group="dialog", exclusive=True)
    async def action_go_to_line(self) -> None:
        """Ask for a line and go there."""
        from tui.find.goto_line import GoToPrompt, go_to

        prompt = GoToPrompt(self.area.cursor_location, self.area.document.line_count)
        if (place := await self.push_screen_wait(prompt)) is not None:
            go_to(self.area, place)
            if place.note:
                self.tell(place.note)

    def action_focus_text(self) -> None:
        """Go back to the text."""
        self.area.focus()

    def action_select_all(self) -> None:
        """Select the whole text."""
        self.area.action_select_all()

    def action_soft_wrap(self) -> None:
        """Wrap long lines, or scroll sideways."""
        if self.keep("soft_wrap", not self.preferences.settings.soft_wrap):
            self.tell("long lines are wrapped" if self.area.soft_wrap else "long lines go on to the right")

    def action_line_numbers(self) -> None:
        """Show or hide line numbers."""
        if self.keep("line_numbers", not self.preferences.settings.line_numbers):
            self.tell("line numbers are shown" if self.area.show_line_numbers else "line numbers are hidden")

    def watch_theme(self, theme: str) -> None:
        """Remember the theme that was chosen; colour the texts to suit it."""
        for page in self.workspace.pages:
            if (syntax := page.syntax()) is not None:
                syntax.stale = True
        self.recount()
        if self.is_running and theme != self.preferences.settings.theme:
            self.keep("theme", theme)

    def keep(self, name: str, value: object) -> bool:
        """Set a setting, and return whether that is for good; where the file takes it not, it is for this run."""
        try:
            self.preferences.save({name: value})
        except AutocompleteError as exc:
            self.preferences.hold({name: value})
            self.apply_settings()
            self.fail(exc)
            return False
        self.apply_settings()
        return True

    def apply_settings(self) -> None:
        """Bring what is seen in line with the settings."""
        settings = self.preferences.settings
        if settings.theme in self.available_themes:
            self.theme = settings.theme
        else:
            self.fail(f"Unknown theme {settings.theme!r}: choose another with {self.key_of('change_theme')}.")
        for page in self.workspace.pages:
            self.prepare(page)
        self.instruments.prices = prices(settings.prompt_price, settings.completion_price)
