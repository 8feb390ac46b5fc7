"""Undoing in few steps and bounded memory, against Textual's own history."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import TextArea
from textual.widgets.text_area import EditHistory

from tests.support.keys import send
from tui.text.history import BoundedHistory
from tui.text.text_area import LineArea

KEYS = [
    "a", "b", "c", "space", "backspace", "backspace", "d", "left", "delete", "delete", "enter", "x", "backspace", "home", "y",
    "z", "delete", "shift+end", "q", "ctrl+w", "e",
]  # fmt: skip


class Two(App[None]):
    """Our area, and one with Textual's history."""

    def compose(self) -> ComposeResult:
        self.ours, self.theirs = LineArea("one two\nthree"), TextArea("one two\nthree")
        self.ours.history = BoundedHistory(clock=lambda: 0.0)
        self.theirs.history = EditHistory(max_checkpoints=50, checkpoint_timer=1e9, checkpoint_max_characters=100)
        yield self.ours
        yield self.theirs


async def test_steps_are_textuals() -> None:
    app = Two()
    async with app.run_test():
        for area in (app.ours, app.theirs):
            app.set_focus(area)
            for key in KEYS:
                await send(app, area, key)
        for key in ["ctrl+z"] * 14 + ["ctrl+y"] * 5 + ["ctrl+z"] * 2 + ["ctrl+y"] * 12:
            for area in (app.ours, app.theirs):
                app.set_focus(area)
                await send(app, area, key)
            assert (app.ours.text, app.ours.selection) == (app.theirs.text, app.theirs.selection)


async def test_the_letters_of_a_step_are_one_edit() -> None:
    app = Two()
    async with app.run_test() as pilot:
        await pilot.press(*"abc", "backspace", "backspace", "left", "delete", "delete")
        assert [len(batch) for batch in app.ours.history.undo_stack] == [1, 1, 1]


async def test_old_steps_go_when_too_much_is_kept_but_never_the_last() -> None:
    app = Two()
    async with app.run_test():
        area = app.ours
        area.history = history = BoundedHistory(most_chars=1000, clock=lambda: 0.0)
        for _ in range(20):
            area.insert("x" * 100, (0, 0))
        assert 1 < len(history.undo_stack) <= 10
        assert history.n_chars <= 1000
        before = area.text
        area.insert("y" * 5000, (0, 0))
        assert len(history.undo_stack) == 1
        area.undo()
        assert area.text == before
        area.redo()
        area.history.clear()
        assert history.n_chars == 0
