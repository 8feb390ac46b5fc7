"""Any sequence of keys: the ghost is a function of the text, typing through it changes nothing, and only typing asks.

The area is a real one without a screen; what it tells and what the model answers arrive whenever the machine says so.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from textual.message import Message

from autocomplete import Autocompleter, ScriptedBackend
from autocomplete.editor import needs_space
from tests.support.editor import HEARING, Words, knows
from tui.ghost import placement
from tui.ghost.area import GhostArea
from tui.ghost.controller import SuggestionController

#: A model that is never at a loss: the machine shall meet many ghosts, sure and unsure, of one word and of several.
WORDS: Words = {**HEARING, "": {"I": 0.1, " to": 0.5, " you": 0.2, " look": 0.1, " of": 0.1}, " you": {" to": 0.3}}

TEXTS = ("", "I", "I look forward to hearing from you", "to ", "so\nI look", "東京 I", "I look, forward")


#: What may be done without a question being asked.
SILENT = (
    *("paste", "load", "undo", "redo", "delete_left", "delete_word_left", "escape", "pause", "select_all"),
    *("cursor_left", "cursor_right", "cursor_up", "cursor_line_start", "cursor_line_end"),
)


class RunningEditor(GhostArea):
    """A text area without a screen, whose messages wait until somebody delivers them."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Message] = []

    def post_message(self, message: Message) -> bool:
        self.told.append(message)
        return True


class Keys(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.loop = self.runner.get_loop()
        if sys.version_info >= (3, 12):
            self.loop.set_task_factory(asyncio.eager_task_factory)  # as Textual's App.run does
        self.area = RunningEditor()
        self.backend = ScriptedBackend(knows(WORDS))
        self.engine = Autocompleter(self.backend, cutoff=0.45, max_words=3, prefetch=False, clock=lambda: 0.0)
        self.suggester = SuggestionController(self.area, lambda: self.engine, lambda: None, clock=lambda: 0.0)
        self.run(self.suggester.open())
        self.model = ""
        self.owing: int | None = None  # where a word that was taken ends, and nothing was done since

    def teardown(self) -> None:
        self.run(self.suggester.close())
        self.runner.close()

    def run(self, coroutine: Any) -> None:
        self.runner.run(coroutine)

    @rule()
    def messages_arrive(self) -> None:
        self.run(self._deliver())

    @rule(n_turns=st.integers(1, 6))
    def some_time_passes(self, n_turns: int) -> None:
        self.run(self._turn(n_turns))

    @rule()
    def everything_settles(self) -> None:
        self.run(self._settle())

    async def _deliver(self) -> None:
        told, self.area.told = self.area.told, []
        for message in told:
            match message:
                case GhostArea.Edited():
                    self.suggester.edited(message.inserted, accepted=message.accepted)
                case GhostArea.CursorMoved():
                    self.suggester.moved()
                case GhostArea.Sought():
                    self.suggester.sought(message.step)
                case GhostArea.Dismissed():
                    self.suggester.dismissed(message.suggestion)

    async def _turn(self, n_turns: int) -> None:
        for _ in range(n_turns):
            await asyncio.sleep(0)

    async def _settle(self) -> None:
        await self._deliver()
        for _ in range(200):
            if not self.suggester.busy:
                return
            await asyncio.sleep(0)
        raise AssertionError("the model is still being asked")

    @initialize(words=st.sampled_from(["", "I look ", "so, I"]))
    def something_is_there(self, words: str) -> None:
        self._write(words)

    def _type(self, text: str) -> None:
        start, end = (self.area.lines.offset_of(place) for place in sorted(self.area.selection))
        before, placed, column = self.area.ghost, self.area._placed, self.area.cursor_location[1]
        self.area._replace_via_keyboard(text, *self.area.selection)
        if self.owing == start == end and needs_space(self.model[:start], text):
            text = " " + text
        self.owing = None
        self.model = self.model[:start] + text + self.model[end:]
        if before.startswith(text) and len(before) > len(text):
            assert self.area.ghost == before[len(text) :]
            assert self.area._placed.mark == placed.mark
            assert self.area.cursor_location[1] == column + len(text)

    @rule(char=st.sampled_from("I lofrwardthegyus,.\n東"))
    def a_letter(self, char: str) -> None:
        self._type(char)

    @rule(words=st.sampled_from(["I ", " ", " to", "y"]))
    def letters_and_a_rest(self, words: str) -> None:
        self._write(words)

    def _write(self, words: str) -> None:
        for char in words:
            self._type(char)
        self.run(self._settle())

    def _get_ghost(self) -> bool:
        if not self.area.ghost:
            self._write(" ")
        return bool(self.area.ghost)

    @rule(n_letters=st.integers(1, 8))
    def the_ghost_is_typed_through(self, n_letters: int) -> None:
        for _ in range(n_letters):
            if self._get_ghost():
                self._type(self.area.ghost[0])

    @rule(how=st.sampled_from(["ghost", "phrase", "character"]))
    def part_of_the_ghost_is_taken(self, how: str) -> None:
        if not self._get_ghost():
            return
        drawn, at = self.area.ghost, self.area.cursor_index
        if how == "character" and not self.area.cursor_at_end_of_line:
            return
        getattr(self.area, f"action_accept_{how}")()
        taken = self.area.cursor_index - at
        assert taken > 0
        self.model = self.model[:at] + drawn[:taken] + self.model[at:]
        self.owing = None if how == "character" else at + taken
        if taken < len(drawn):
            assert self.area.ghost == drawn[taken:]

    @rule(step=st.sampled_from([1, -1]))
    def another_word_is_sought(self, step: int) -> None:
        self.area.action_cycle(step)

    @rule(step=st.sampled_from([-0.3, 0.3]))
    def the_cutoff_moves(self, step: float) -> None:
        self.run(self._move_cutoff(step))

    async def _move_cutoff(self, step: float) -> None:
        self.suggester.move_cutoff(step)

    @rule(
        what=st.sampled_from(SILENT),
        text=st.sampled_from(TEXTS),
    )
    def anything_else(self, what: str, text: str) -> None:
        self.run(self._settle())
        n_requests = len(self.backend.requests)
        match what:
            case "paste":
                self.area._paste(text)
            case "load":
                self.area.load_text(text)
            case "escape":
                self.area.action_dismiss_ghost()
            case "pause":
                self.run(self._pause())
                assert self.area.ghost == ""
            case _:
                getattr(self.area, f"action_{what}")()
        self.model = self.area.text
        if self.area._space_due_at is None:  # it may move nothing
            self.owing = None
        self.run(self._settle())
        assert len(self.backend.requests) == n_requests

    async def _pause(self) -> None:
        self.suggester.toggle_pause()
        self._typed_while_paused()
        await self._settle()
        assert self.area.ghost == ""
        self.suggester.toggle_pause()

    def _typed_while_paused(self) -> None:
        self._type("t")

    @invariant()
    def the_ghost_is_a_function_of_the_text(self) -> None:
        suggestion, selection = self.area._suggestion, self.area.selection
        row, column = selection.end
        lines = self.model.split("\n")
        before = "\n".join([*lines[:row], lines[row][:column]])
        expected = placement.NOTHING
        if suggestion is not None and selection.is_empty:
            expected = placement.place(suggestion, before[suggestion.anchor.start :], lines[row][column:])
        assert self.area._placed == expected

    @invariant()
    def the_text_is_what_was_typed_and_taken(self) -> None:
        assert self.area.text == self.model


Keys.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestKeys = Keys.TestCase
