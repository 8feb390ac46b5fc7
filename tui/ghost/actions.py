"""The ghost at the cursor, and the actions on it: accept it, or a part, show another word, dismiss it.

Invariant: the ghost is `placement.place` of the text as it is now, worked out again once after every edit and every move of
the cursor, which one message announces: `Edited` or `CursorMoved`. The document never holds a character of the ghost before
it is accepted. Nothing here asks a model; the controller that does handles the messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import EditResult, Location, Selection

from tui.ghost import placement
from tui.ghost.placement import NOTHING, Before, Ghost, Suggestion
from tui.text.cells import first_grapheme
from tui.text.document import LineDocument

#: How much of the line after the cursor is read, in characters: more than the longest completion.
LOOK_AHEAD = 256


class GhostActions(TextArea):
    """A text area with one ghost at its cursor. Subclasses say what the text before the cursor is, and draw.

    Tab takes the next word, Shift+Tab the whole phrase, and the right arrow at the end of a line the next character. Each
    is offered only where it has something to take; else the key does what it always does.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "accept_ghost", "Accept", tooltip="Take the suggested word; indent if there is none"),
        Binding(
            "shift+tab",
            "accept_phrase",
            "Accept all",
            show=False,
            tooltip="Take the whole suggested phrase, where several words are suggested",
        ),
        Binding(
            "right",
            "accept_character",
            "Accept a character",
            show=False,
            tooltip="At the end of a line, take the next character of the suggestion; else move right",
        ),
        Binding("ctrl+@,ctrl+space", "peek", "Peek", tooltip="Show the likeliest word below the cutoff, then the next"),
        Binding("alt+n", "cycle(1)", "Next word", show=False, tooltip="Show the next likeliest word in its place"),
        Binding("alt+e", "cycle(-1)", "Previous word", show=False, tooltip="Show the word before in its place"),
        Binding("escape", "dismiss_ghost", "Dismiss", tooltip="Hide the suggestion until the next word"),
    ]

    @dataclass
    class Edited(Message):
        """The text of `area` changed: posted once for each edit, paste, undo, redo and load.

        `inserted`: what a key typed, or what was `accepted` from a ghost; "" for every other change. `at`: the code point
        behind which the cursor stood then. `ghost`: one was on the screen when the key was pressed. `n_given`: how many
        characters came with the key without being typed: the space after an accepted word.
        """

        area: GhostActions
        inserted: str = ""
        accepted: bool = False
        at: int = 0
        ghost: bool = False
        n_given: int = 0

    @dataclass
    class CursorMoved(Message):
        """The cursor of `area` moved, or its selection, and the text is as it was."""

        area: GhostActions

    @dataclass
    class Dismissed(Message):
        """Escape was pressed; `suggestion` is what it hid, or None."""

        suggestion: Suggestion | None

    @dataclass
    class Sought(Message):
        """Another word is to stand at the cursor: the one `step` places on, likeliest first."""

        step: int

    #: Whether the letter that begins the next word brings the space after a word that was taken.
    space_after = True

    _hushed = False
    _typing: Edited | None = None  # the message about the key that is being handled
    _announced: tuple[object, Selection] | None = None  # the text and the cursor that the last message is about
    _space_due_at: Location | None = None  # the end of a word just accepted, until anything else is done
    _suggestion: Suggestion | None = None
    _placed: Ghost = NOTHING

    @property
    def cursor_index(self) -> int:
        """The offset of the cursor in the document, in code points."""
        raise NotImplementedError

    @property
    def text_state(self) -> object:
        """A value that stays equal as long as the text is the same."""
        raise NotImplementedError

    def text_before(self, start: int) -> Before:
        """Return the text from the code point `start` of the document up to the cursor."""
        raise NotImplementedError

    def refresh_ghost(self) -> None:
        """Draw the cursor's row anew."""
        raise NotImplementedError

    @property
    def ghost(self) -> str:
        """The ghost text at the cursor, "" if none."""
        return self._placed.text

    @property
    def shown(self) -> Suggestion | None:
        """The suggestion of which the visible ghost is the rest; its probability is that of the rest. None without ghost."""
        return placement.onward(self._suggestion, self.ghost) if self._suggestion is not None and self.ghost else None

    @property
    def at_word_end(self) -> bool:
        """Whether the cursor stands behind a word of the suggested phrase, and the phrase goes on there."""
        suggestion = self._suggestion
        if suggestion is None or not self.ghost:
            return False
        n_typed = len(suggestion.completion) - len(self.ghost)
        return any(end == n_typed for end, _ in suggestion.ends)

    @property
    def hushed(self) -> bool:
        """Whether the keys go elsewhere, so that no ghost is drawn."""
        return self._hushed

    def text_after(self) -> str:
        """Return the text that follows the cursor on its line."""
        row, column = self.cursor_location
        return self.document.get_line(row)[column : min(column + LOOK_AHEAD, cast(LineDocument, self.document).end_of(row))]

    def suggest(self, suggestion: Suggestion | None) -> None:
        """Show `suggestion` for as long as it fits the text, or nothing."""
        if suggestion != self._suggestion:
            self._suggestion = suggestion
            self._place_ghost(repaint=True)

    def hide_ghost(self, hushed: bool) -> None:
        """Draw no ghost while the keys go elsewhere, such as to a search, or draw it again."""
        self._hushed = hushed
        self._place_ghost()

    def update_suggestion(self) -> None:
        """Follow an edit. Textual calls this after every one, undo and load included, when the cursor is in its place."""
        self._space_due_at = None
        self._announced = self.text_state, self.selection
        self._place_ghost()
        message = self._typing or self.Edited(self)
        message.at = self.cursor_index
        self.post_message(message)

    def watch_selection(self) -> None:
        """Follow the cursor, unless it moves with an edit: `update_suggestion` is called then."""
        announced, state = self._announced, (self.text_state, self.selection)
        if announced is not None and announced != state and announced[0] == state[0]:
            self._announced = state
            if self._space_due_at != self.cursor_location:
                self._space_due_at = None
            self._place_ghost()
            self.post_message(self.CursorMoved(self))

    def _place_ghost(self, *, repaint: bool = False) -> None:
        before = self._placed
        self._placed = self._fitting_ghost()
        if self._placed != before or (repaint and self._placed != NOTHING):
            self.refresh_ghost()

    def _fitting_ghost(self) -> Ghost:
        suggestion = self._suggestion
        if suggestion is None or self._hushed or self.read_only or not self.selection.is_empty:
            return NOTHING
        return placement.place(suggestion, self.text_before(suggestion.anchor.start).text, self.text_after())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return False for taking what is not there, so that the key goes on to its usual meaning."""
        return bool(self.ghost) if action in ("accept_ghost", "accept_phrase") else True

    def action_accept_ghost(self) -> None:
        """Insert the next word of the ghost as one step of the undo history."""
        if self._suggestion is not None:
            self._accept(placement.next_word(self._suggestion, self.ghost))

    def action_accept_phrase(self) -> None:
        """Insert the whole ghost as one step of the undo history."""
        self._accept(self.ghost)

    def action_accept_character(self) -> None:
        """Insert the next character of the ghost, as if it were typed; where there is none, or in mid-line, move right."""
        character = first_grapheme(self.ghost)
        if not character or not self.cursor_at_end_of_line:
            self.action_cursor_right()
        else:
            self._type(character, *self.selection, accepted=True)

    def action_peek(self) -> None:
        """Show the best word below the cutoff; the one after it where a word is shown already."""
        self.post_message(self.Sought(1))

    def action_cycle(self, step: int) -> None:
        """Show another word in place of the one that is shown."""
        self.post_message(self.Sought(step))

    def action_dismiss_ghost(self) -> None:
        """Hide the ghost."""
        dismissed = self.shown
        self.suggest(None)
        self.post_message(self.Dismissed(dismissed))

    def _accept(self, text: str) -> None:
        if text and not self.read_only:
            self.history.checkpoint()
            self._type(text, *self.selection, accepted=True)
            self.history.checkpoint()
            self._space_due_at = self.cursor_location if self.space_after else None

    def _type(self, text: str, start: Location, end: Location, *, accepted: bool = False, n_given: int = 0) -> EditResult:
        """Put `text` in place of `start`..`end`, and name the key's part in the message about it."""
        self._restart_blink()
        self._typing = self.Edited(self, text, accepted, ghost=bool(self.ghost), n_given=n_given)
        try:
            return self.replace(text, start, end, maintain_selection_offset=False)
        finally:
            self._typing = None

    def takes(self, key: events.Key) -> bool:
        """Return whether a key acts in this text and nowhere else."""
        return key.is_printable or key.key == "enter" or key.key in self._bindings.key_to_bindings

    async def _on_key(self, event: events.Key) -> None:
        # Textual 8.2.8 lets a bound key bubble up to the app before it is acted on: letters pressed after it overtake it, and
        # a quick "Home, x" becomes "x, Home". Here keys act in the order in which they were pressed.
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return

    def _replace_via_keyboard(self, insert: str, start: Location, end: Location) -> EditResult | None:
        # Keys and pastes meet here in Textual 8.2.8. Pastes are taken out below, so what arrives was typed.
        if self.read_only:
            return None
        given = self._due_space(insert, start, end)
        return self._type(given + insert, start, end, n_given=len(given))

    def _due_space(self, insert: str, start: Location, end: Location) -> str:
        """Return the space between a word that was just accepted and what is typed, "" where none belongs there."""
        if not start == end == self._space_due_at:
            return ""
        from autocomplete.editor import needs_space

        row, column = start
        return " " if needs_space(self.document.get_line(row)[:column][-2:], insert) else ""

    def _on_paste(self, event: events.Paste) -> None:  # type: ignore[override]  # sync is enough
        event.stop()
        event.prevent_default()
        self._paste(event.text)

    def action_paste(self) -> None:
        """Paste what was copied in this program."""
        self._paste(self.app.clipboard)

    def _paste(self, text: str) -> None:
        if not self.read_only:
            lines = text.replace("\r\n", "\n").replace("\r", "\n")
            self.move_cursor(self.replace(lines, *self.selection, maintain_selection_offset=False).end_location)
