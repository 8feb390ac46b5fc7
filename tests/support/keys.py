"""Keys sent one after the other, each waited for by the way that it takes through the program and by no clock."""

from __future__ import annotations

import asyncio
import unicodedata

from textual import events
from textual.app import App
from textual.widget import Widget


async def send(app: App[None], widget: Widget, key: str, char: str | None = None) -> None:
    """Press a key while `widget` has the focus, and wait until whoever takes it is done."""
    if char is None and len(key) == 1:
        char = key
    if key == "space":
        char = " "
    assert char is None or unicodedata.category(char) != "Cs"
    driver = app._driver
    assert driver is not None
    driver.send_message(events.Key(key, char))
    for pump in (app, widget, app.screen, app, widget):  # the way of a key that a binding takes
        done = asyncio.Event()
        pump.call_later(done.set)
        await asyncio.wait_for(done.wait(), 30)
