"""The questions the editor asks, over a slow disk."""

from __future__ import annotations

import threading

from textual.app import App
from textual.widgets import Input

from tui.prompts import PathPrompt


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
