"""Reads the keyboard of a POSIX terminal for the editor.

Invariant: no byte ends the reading; where the terminal itself can no longer be read, the program ends with status 1.
"""

from __future__ import annotations

import os
import selectors
from functools import partial

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from tui.widgets.terminal_input import InputDecoder

#: Bytes that are read at once, and how long is waited for the first, in seconds.
_PORTION, _WAIT_S = 4096, 0.1


class TerminalDriver(LinuxDriver):
    """Textual's driver, but for how it reads keys."""

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as exc:  # the border of the thread: without keys there is no editor
            message = f"The terminal can no longer be read ({type(exc).__name__}): autocomplete ends."
            self._app.call_later(partial(self._app.exit, return_code=1, message=message))

    def run_input_thread(self) -> None:
        """Read keys until the app ends."""
        decoder, parser = InputDecoder(), XTermParser()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_WAIT_S):
                    data = os.read(self.fileno, _PORTION)
                    for event in parser.feed(text) if (text := decoder.feed(data)) else ():
                        self.process_message(event)
                    if not data:
                        self.exit_event.wait(_WAIT_S)  # the other side is closed: nothing more comes
                for event in parser.tick():
                    self.process_message(event)
