"""The questions the editor asks, over a slow disk."""

from __future__ import annotations

import threading

from textual import events
from textual.app import App
from textual.widgets import Button, Input

from tests.support.editor import editor
from tui.widgets.input_queue import KeyboardApp
from tui.widgets.prompts import PathPrompt


async def test_a_disk_that_answers_when_the_prompt_is_being_left_breaks_nothing() -> None:
    answering = threading.Event()

    def find(entered: str) -> list[str]:
        answering.wait(30)
        return [entered + "a.txt"]

    app: App[None] = App()
    async with app.run_test() as pilot:
        prompt = PathPrompt("Open", find=find)
        await app.push_screen(prompt)
        # What leaving does first: the widgets go while the worker is not yet cancelled.
        await prompt.query("*").remove()
        answering.set()
        await app.workers.wait_for_complete()
        assert not prompt.query(Input)
        await pilot.press("escape")
        assert app.screen is not prompt


async def test_on_a_narrow_screen_all_answers_of_a_question_can_be_seen() -> None:
    async with editor(size=(40, 10)) as at:
        await at.press("x", "ctrl+q")
        buttons = at.app.screen.query(Button)
        assert len(buttons) == 3
        for button in buttons:
            assert at.app.screen.find_widget(button).visible_region == button.region
        await at.pilot.resize_terminal(80, 24)
        await at.settle()
        assert len({button.region.y for button in buttons}) == 1


async def test_what_is_typed_behind_tab_stands_behind_what_tab_completed() -> None:
    answering = threading.Event()

    def find(entered: str) -> list[str]:
        answering.wait(30)
        return ["letters/"]

    app = KeyboardApp()
    app.patience_s = 60.0
    async with app.run_test() as pilot:
        prompt = PathPrompt("Open", find=find)
        await app.push_screen(prompt)
        for key in ("l", "tab", "a"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        answering.set()
        entry = prompt.query_one(Input)
        while app.acting:
            await pilot.pause()
        assert entry.value == "letters/a"
