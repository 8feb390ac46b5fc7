"""Bytes from the keyboard as text, whatever a terminal sends.

Invariant: nothing that arrives ends the reading, and what stands in a bracketed paste is text up to the mark that ends it.
"""

from __future__ import annotations

import sys
from codecs import getincrementaldecoder

from textual import constants
from textual.driver import Driver

#: The marks at the start and the end of a bracketed paste.
PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"

#: What stands in a pasted text for the escape character, which would end the paste, or act as a key.
ESCAPE_SYMBOL = "\N{SYMBOL FOR ESCAPE}"


class InputDecoder:
    """Decodes what a terminal sends, a portion at a time.

    Bytes that are no UTF-8 become U+FFFD. In a bracketed paste `ESCAPE_SYMBOL` stands for every escape character but that of
    the mark at its end, and that mark comes whole: Textual 8.2.8 takes what follows an escape character there for keys.
    """

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._pasting = False
        self._held = ""  # of a paste: what may be the beginning of the mark at its end
        self._tail = ""  # before a paste: what may be the beginning of the mark at its start

    def feed(self, data: bytes, *, final: bool = False) -> str:
        """Return the next characters for Textual's parser.

        >>> InputDecoder().feed(b"caf\\xe9 \\x1b[200~a\\x1b[31m\\x1b[201~\\x1b[A")
        'caf� \\x1b[200~a␛[31m\\x1b[201~\\x1b[A'
        """
        text, done = self._decode(data, final), []
        while text:
            part, text = self._pasted(text) if self._pasting else self._typed(text)
            done.append(part)
        return "".join(done)

    def _typed(self, text: str) -> tuple[str, str]:
        """Return what comes before a paste, its mark included, and the rest."""
        known = self._tail + text
        at = known.find(PASTE_START)
        if at < 0:
            self._tail = known[-(len(PASTE_START) - 1) :]
            return text, ""
        end = at + len(PASTE_START) - len(self._tail)
        self._pasting, self._tail = True, ""
        return text[:end], text[end:]

    def _pasted(self, text: str) -> tuple[str, str]:
        """Return what belongs to a paste, its mark included, and the rest."""
        text, self._held = self._held + text, ""
        before, mark, rest = text.partition(PASTE_END)
        if mark:
            self._pasting = False
        else:
            n_held = next((n for n in range(len(PASTE_END) - 1, 0, -1) if before.endswith(PASTE_END[:n])), 0)
            before, self._held = before[: len(before) - n_held], before[len(before) - n_held :]
        return before.replace("\x1b", ESCAPE_SYMBOL) + mark, rest


def driver_class() -> type[Driver] | None:
    """Return the driver that reads keys by `InputDecoder`, None where Textual's own is to be used."""
    if sys.platform == "win32" or constants.DRIVER:
        return None
    from tui.widgets.terminal_driver import TerminalDriver

    return TerminalDriver
