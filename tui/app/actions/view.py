"""How the text is shown, and which document is in front.

Invariant: nothing here changes a text, but for what the bar replaces.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from autocomplete import AutocompleteError
from tui.app.actions.group import ActionGroup, dialog


class ViewActions(ActionGroup):
    """The actions on what is seen. What a person chooses here is remembered in the settings file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f8,ctrl+pagedown,alt+t",
            "view.step(1)",
            "Next document",
            show=False,
            priority=True,  # the text area would scroll sideways with one of these keys
            tooltip="Bring the next document to the front",
        ),
        Binding(
            "ctrl+pageup,alt+q",
            "view.step(-1)",
            "Previous document",
            show=False,
            priority=True,
            tooltip="Bring the previous document to the front",
        ),
        Binding("ctrl+f", "view.find(False)", "Find", show=False, tooltip="Find a text, also by regular expression"),
        Binding("alt+r", "view.find(True)", "Replace", show=False, tooltip="Find a text and put another in its place"),
        Binding("ctrl+l,alt+g", "view.go_to_line", "Go to line", show=False, tooltip="Go to a line by its number"),
        Binding("alt+z", "view.soft_wrap", "Soft wrap", show=False, tooltip="Wrap long lines, or scroll sideways"),
        Binding("alt+l", "view.line_numbers", "Line numbers", show=False, tooltip="Show or hide line numbers"),
        Binding("alt+a", "view.select_all", "Select all", show=False, tooltip="Select the whole text"),
        Binding("ctrl+t", "change_theme", "Theme", show=False, tooltip="Choose other colours"),
    ]

    NOT_BEHIND_DIALOGS = ("step",)

    async def action_step(self, step: int) -> None:
        """Bring the document `step` tabs further on to the front."""
        await self.app.show(self.app.workspace.beside(step))

    def action_find(self, replacing: bool) -> None:
        """Open the bar that finds, and replaces."""
        self.app.finding.open(self.app.area, replacing=replacing)

    @dialog
    async def action_go_to_line(self) -> None:
        """Ask for a line and go there."""
        from tui.find.goto_line import GoToPrompt, go_to

        prompt = GoToPrompt(self.app.area.cursor_location, self.app.area.document.line_count)
        if (place := await self.app.push_screen_wait(prompt)) is not None:
            go_to(self.app.area, place)
            if place.note:
                self.app.messages.show(place.note)

    def action_select_all(self) -> None:
        """Select the whole text."""
        self.app.area.action_select_all()

    def action_soft_wrap(self) -> None:
        """Wrap long lines, or scroll sideways."""
        if self.keep("soft_wrap", not self.app.preferences.settings.soft_wrap):
            self.app.messages.show("long lines are wrapped" if self.app.area.soft_wrap else "long lines go on to the right")

    def action_line_numbers(self) -> None:
        """Show or hide line numbers."""
        if self.keep("line_numbers", not self.app.preferences.settings.line_numbers):
            self.app.messages.show("line numbers are shown" if self.app.area.show_line_numbers else "line numbers are hidden")

    def theme_changed(self, theme: str) -> None:
        """Remember the theme that was chosen; colour the texts to suit it."""
        for page in self.app.workspace.pages:
            if (syntax := page.syntax()) is not None:
                syntax.stale = True
        self.app.upkeep.restart()
        if self.app.is_running and theme != self.app.preferences.settings.theme:
            self.keep("theme", theme)

    def keep(self, name: str, value: object) -> bool:
        """Set a setting, and return whether that is for good; where the file takes it not, it is for this run."""
        try:
            self.app.preferences.save({name: value})
        except AutocompleteError as exc:
            self.app.preferences.hold({name: value})
            self.app.apply_settings()
            self.app.messages.fail(exc)
            return False
        self.app.apply_settings()
        return True
