"""Keys, clicks and pastes act in the order in which they were given, also those that come in a burst.

Invariant: what is pressed behind a key that opens, closes or focuses something waits until that is done, so that it goes where
the person meant it to go; nothing waits longer than `PATIENCE_S`, and keys that stay within a text wait for nothing. Nothing
is lost but what would answer, unread, a question that nobody expects.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Sequence, Set
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.errors import NoWidget
from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker

from tui.widgets.terminal_input import driver_class

#: The group of the workers that ask the person something: a key that begins one is done when the question can be answered.
DIALOG = "dialog"

#: The group of the workers that complete what is entered: the next key comes behind it.
COMPLETION = "completion"

#: What takes longer than this is not waited for, in seconds.
PATIENCE_S = 3.0

#: How long a question that nobody expects takes no answer once it is seen, in seconds: what is typed by then was meant for
#: the text.
GUARD_S = 0.7

#: How often a wait checks whether its widget is gone, in seconds.
POLL_S = 0.01

Given = events.InputEvent | events.Paste


class KeyboardApp(App[None]):
    """An app that hands on what is given by keyboard and mouse, a thing at a time where one leads on to the next.

    Textual 8.2.8 hands keys on as they come in. A key that opens a dialog does so some messages later, and the letters
    behind it would be typed into the text.
    """

    #: How long a screen that is `unexpected` takes no key but Escape, in seconds from its first picture on; 0: it takes all.
    guard_s = GUARD_S

    #: When the person last did something, in seconds of `time.monotonic`.
    given_at: float

    #: What takes longer is not waited for, in seconds.
    patience_s = PATIENCE_S

    def __init__(self) -> None:
        super().__init__(driver_class=driver_class())
        self._waiting: deque[Given] = deque()
        self._following: asyncio.Task[None] | None = None
        self._turned = asyncio.Event()
        self.given_at = time.monotonic()
        self._painted_at = math.inf  # by the clock of messages: when the screen could be read first

    def on_mount(self) -> None:
        """Notice when a dialog comes or goes."""
        self.screen_change_signal.subscribe(self, self._screen_changed, immediate=True)

    def _screen_changed(self, screen: Screen[Any]) -> None:
        self._painted_at = math.inf
        screen.call_after_refresh(self._displayed, screen)
        self._turned.set()

    def _displayed(self, screen: Screen[Any]) -> None:
        if screen.is_active:
            self._painted_at = Message().time

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Notice when a question is through."""
        self._turned.set()

    def on_unmount(self) -> None:
        """Wait for nothing more."""
        if self._following is not None:
            self._following.cancel()

    @property
    def acting(self) -> bool:
        """Whether something that was given has not had its effect yet."""
        return self._following is not None and self.is_running

    def stays(self, event: Given) -> bool:
        """Return whether what is given acts on the widget that has the focus, and on nothing else."""
        return not isinstance(event, events.Key | events.MouseUp)

    async def on_event(self, event: events.Event) -> None:
        """Deal with an event; what a person gives waits for its turn."""
        if not isinstance(event, Given) or event.is_forwarded:
            await super().on_event(event)
            return
        self.given_at = time.monotonic()
        if self._following is not None:
            self._waiting.append(event)
        else:
            await self._take(event)

    async def _take(self, event: Given) -> None:
        if isinstance(event, events.Key) and "alt" in event.key.split("+")[:-1]:
            # Textual 8.2.8 hands Alt+N over with the character "n", and entries would insert that.
            event.character = None
        if self.stays(event):
            await self._act(event)
        else:
            self._following = asyncio.create_task(self._follow(event))

    async def _follow(self, event: Given) -> None:
        """Let an event act when those before it have, and go on with the next when it has acted itself."""
        target = self._target(event)
        with suppress(TimeoutError):
            async with asyncio.timeout(self.patience_s):
                await self._passed(target)
        screens, dialogs = list(self.screen_stack), self._dialogs()
        self.call_later(self._act, event)
        with suppress(TimeoutError):
            async with asyncio.timeout(self.patience_s):
                await self._passed(self)
                for node in target.ancestors_with_self * 2:  # again: its message may have led to one, such as Submitted
                    await self._passed(node)
                await self._settled(screens, dialogs)
        self.call_later(self._go_on)

    async def _act(self, event: Given) -> None:
        if not (isinstance(event, events.Key) and self._is_blind(event)):
            await super().on_event(event)

    def _is_blind(self, event: events.Key) -> bool:
        """Return whether a key was pressed before anybody can have read the question that it would answer."""
        unexpected = self.guard_s > 0.0 and getattr(self.screen, "unexpected", False)
        return unexpected and event.key != "escape" and event.time < self._painted_at + self.guard_s

    async def _go_on(self) -> None:
        self._following = None
        while self._waiting and self._following is None:
            await self._take(self._waiting.popleft())

    def _target(self, event: Given) -> DOMNode:
        """Return the widget that an event goes to."""
        if isinstance(event, events.MouseEvent):
            if self.mouse_captured is not None:
                return self.mouse_captured
            with suppress(NoWidget):
                return self.get_widget_at(int(event.x), int(event.y))[0]
        return self.focused or self.screen

    async def _passed(self, node: DOMNode) -> None:
        """Wait until a widget has dealt with the messages that it has now, or is gone."""
        passed = asyncio.Event()
        if node.call_later(passed.set):
            while not passed.is_set() and node.is_attached:
                await _wait_briefly(passed)

    async def _settled(self, screens: Sequence[Screen[Any]], dialogs: Set[Worker[Any]]) -> None:
        """Wait for what an event began, or let go on, when there were those screens and dialogs: a screen, or its end."""
        while self.screen in screens:
            now = self._dialogs()
            if not now or now < dialogs or (now <= dialogs and screens == self.screen_stack):
                break
            self._turned.clear()
            await _wait_briefly(self._turned)  # the end of a worker is posted to the screen that began it, not to the app
        await self._passed(self.screen)  # one that is new has its widgets then
        await self._passed(self)  # and what is to have the focus has it

    def _dialogs(self) -> Set[Worker[Any]]:
        return {worker for worker in self.workers if worker.group in (DIALOG, COMPLETION) and not worker.is_finished}


async def _wait_briefly(event: asyncio.Event) -> None:
    """Wait for an event, but no longer than until it is time to look again."""
    with suppress(TimeoutError):
        async with asyncio.timeout(POLL_S):  # `wait_for` of Python 3.11 loses a cancellation that comes with the event
            await event.wait()
