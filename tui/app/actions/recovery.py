"""Unsaved text is kept safe while one writes, and comes back after a crash, a closed terminal or a power cut.

Invariant: what was typed is on the disk within a second, unless that takes nothing; it goes from there only when it is saved,
or a week after the person gave it up. No key answers a question about it. Of a private file nothing is kept.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from autocomplete.editor import escape_controls
from tui.app.actions.group import ActionGroup, dialog
from tui.app.open_files import OpenTarget, open_page
from tui.app.workspace import Page
from tui.files import load_save
from tui.files.recovery.store import Place, RecoveryStore, UnsavedText, read_store
from tui.files.recovery.writer import RecoveryWriter

#: How often new edits are written, in seconds.
TURN_S = 0.5

#: Seconds that the program has for an orderly end when its terminal is closed.
_LAST_SECONDS = 2.0


class RecoveryActions(ActionGroup):
    """Keeps every open document safe in `folder`, or none where that is None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("alt+x", "recovery.recover", "Recover", show=False, tooltip="Bring back text that was not saved"),
    ]

    folder: Path | None = None

    def start(self) -> None:
        """Begin to keep texts safe, and look for what was left by an editor that ended without saving."""
        self._writing = asyncio.Lock()
        # A thread of its own: others may wait for a slow disk.
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="unsaved")
        self._run_number = time.time_ns()
        if self.folder is None:
            return
        self.app.set_interval(TURN_S, self._turn)
        self.app.call_after_refresh(self.look)
        if not self.app.is_headless and sys.platform != "win32":
            loop = asyncio.get_running_loop()
            for number in (signal.SIGHUP, signal.SIGTERM):
                loop.add_signal_handler(number, self._end, number)

    def stop(self) -> None:
        """Leave what is kept of texts that were not saved; after a proper end there is none."""
        for _, keeper in self._keepers():
            keeper.leave()
        self._writer.shutdown(wait=False)

    def protect(self, page: Page) -> None:
        """Keep a document safe from now on."""
        if self.folder is not None and page.keeper is None:
            page.keeper = RecoveryWriter(page, self.folder, self.app.preferences.is_private)

    async def write(self) -> None:
        """Put all that was typed on the disk."""
        async with self._writing:
            for place, keeper in self._keepers():
                if (write := keeper.take(place)) is not None:
                    try:
                        await asyncio.get_running_loop().run_in_executor(self._writer, write)
                    except OSError as exc:
                        self._not_kept(keeper, exc)

    async def _turn(self) -> None:
        if not self.app.is_headless and hung_up(getattr(self.app._driver, "fileno", None)):
            self._end(signal.SIGHUP)
        elif not self._writing.locked():
            await self.write()

    def _not_kept(self, keeper: RecoveryWriter, exc: OSError) -> None:
        if keeper.failed():
            self.app.messages.fail(f"Unsaved text cannot be kept safe: {load_save.why(exc)}. Save often.")

    def _keepers(self) -> Iterable[tuple[Place, RecoveryWriter]]:
        """Return what keeps the open documents, each with the place of its tab."""
        pages = enumerate(self.app.workspace.pages)
        return [((self._run_number, tab), page.keeper) for tab, page in pages if page.keeper is not None]

    def drop(self) -> None:
        """Keep no document safe any longer: they are saved, or were given up."""
        for page in self.app.workspace.pages:
            page.end_recovery()

    def _end(self, number: int) -> None:
        """Leave when the terminal is closed or the system ends the program; what was typed is found at the next start."""
        for place, keeper in self._keepers():
            if (write := keeper.take(place)) is not None:
                try:
                    write()
                except OSError:
                    continue  # there is nobody to tell
            keeper.leave()
        # Even if a write to the terminal never returns.
        last = threading.Timer(_LAST_SECONDS, os._exit, (128 + number,))
        last.daemon = True
        last.start()
        self.app.exit(return_code=128 + number)

    async def look(self) -> None:
        """Bring back what an editor left that ended without saving the files that are open, or any where none is."""
        if self.folder is None:
            return
        found = await asyncio.to_thread(read_store, self.folder)
        ours = {page.path.absolute() for page in self.app.workspace.pages if page.path is not None}
        wanted = [one for one in found.unsaved if not ours or one.path in ours]
        elsewhere = next((one for one in found.open if one.path in ours), None)
        if found.damaged:
            self.app.messages.fail(f"Unsaved text cannot be made out. What is left of it is in {found.damaged[0]}.")
        elif elsewhere is not None:
            self.app.messages.show(f"{elsewhere.name} has unsaved changes in another editor")
        elif len(wanted) < len(found.unsaved):
            self.app.messages.show(f"unsaved text of {_titles(found.unsaved)} can be brought back: Alt+X")
        if lost := [one for one in wanted if not await self._is_saved(one)]:
            await self._bring_all_back(lost)

    async def _bring_all_back(self, lost: Sequence[UnsavedText]) -> None:
        """Show unsaved texts in the order in which their tabs stood, with the one that was worked on last in front."""
        pages = {one: await self.bring_back(one) for one in sorted(lost, key=lambda one: one.place)}
        newest = pages[max(lost, key=lambda one: one.written)]
        if newest is not None:
            await self.app.show(newest)
        if len(lost) > 1 and all(pages.values()):
            self.app.messages.show(f"{len(lost)} unsaved texts are back: save them, or undo for the files as they were")

    @dialog
    async def action_recover(self) -> None:
        """Choose among the texts that were not saved."""
        from tui.widgets.picker import Option, Picker

        found = await asyncio.to_thread(read_store, self.folder) if self.folder is not None else RecoveryStore()
        if not (texts := (*found.unsaved, *found.discarded)):
            self.app.messages.show("there is no unsaved text to bring back")
            return
        options = [Option(f"{_when(one.written)}  {_place_of(one)}", one) for one in texts]
        if (one := await self.app.push_screen_wait(Picker("Unsaved text", options))) is not None:
            await self.bring_back(one, chosen=True)

    async def bring_back(self, one: UnsavedText, *, chosen: bool = False) -> Page | None:
        """Show an unsaved text as an edit of its document, which can be undone, and return that.

        Errors are shown, and nothing goes; then None. Where something was typed meanwhile, it is left until it is `chosen`.
        """
        try:
            text = await asyncio.to_thread(one.text)
            page = self.app.workspace.at(one.path) if one.path is not None else None
            if page is None:
                page = (
                    Page(title=one.name)
                    if one.path is None
                    else open_page(OpenTarget(one.path), self.app.history, remembered=one.encoding)
                )
        except load_save.DocumentError as exc:
            self.app.messages.fail(exc)
            return None
        if page.modified and not chosen:
            name = escape_controls(one.name)
            self.app.messages.fail(f"{name} has unsaved text of {_when(one.written)} too: Alt+X brings it back")
            return None
        await self.app.show(page)
        cursor = page.area.cursor_location
        page.area.replace(text, (0, 0), page.document.end)
        page.go_to(*cursor)
        await self.write()
        if page.keeper is not None and page.keeper.safe:
            one.discard()
            page.keeper.origin = one
            former = "undo for the file as it was" if one.path is not None else "or undo"
            self.app.messages.show(f"unsaved text of {_when(one.written)} is back: save it, {former}")
        return page

    async def _is_saved(self, one: UnsavedText) -> bool:
        """Return whether the file holds the unsaved text, because the editor ended just after a save; then take it away."""
        if one.path is None:
            return False

        def same(path: Path) -> bool:
            try:
                return one.text() == load_save.load(path, remembered=one.encoding).text
            except load_save.DocumentError:
                return False

        if saved := await asyncio.to_thread(same, one.path):
            one.delete()
        return saved


def _place_of(one: UnsavedText) -> str:
    return escape_controls(str(one.path or one.name)) + ("  (discarded)" if one.discarded else "")


def _titles(found: Iterable[UnsavedText]) -> str:
    """Return the names of texts, the first three of them."""
    names = list(dict.fromkeys(one.name for one in found))
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _when(written: float, zone: Callable[[float], time.struct_time] = time.localtime) -> str:
    """Return a time of day for people, with the day.

    >>> _when(0.0, time.gmtime)
    '1 Jan 00:00'
    """
    at = zone(written)
    return f"{at.tm_mday} {time.strftime('%b %H:%M', at)}"


def hung_up(terminal: int | None) -> bool:
    """Return whether nobody is at the other end of a terminal any more.

    A signal reaches only the program that leads the session; one that it started and waits for, as `make` does, hears of it
    nothing, and would read from a closed terminal for ever.
    """
    if terminal is None or not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(terminal, 0)  # a hang-up is always reported
    return any(found & select.POLLHUP for _, found in poll.poll(0))
