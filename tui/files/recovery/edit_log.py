r"""Writes and reads the edits of a text, one line of JSON each, and replays them.

Invariant: a log that breaks off anywhere gives the text as it was after the last whole line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from textual.widgets.text_area import Location

from tui.text.document import LineDocument

VERSION = 1


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` was put in place of what stood between two locations (rows and columns from 0)."""

    start: Location
    end: Location
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a log belongs to. `path`: the file, None for a text without one, whose name is `title`.

    `from_file`: the text before the edits is given as the bytes of a file, in the encoding that Python calls `encoding` (None:
    it shows which), else as text. `version`: of the log's form.
    """

    path: str | None
    title: str
    from_file: bool
    encoding: str | None = None
    version: int = VERSION


def line_of(edit: Edit) -> bytes:
    r"""Return an edit as a line.

    >>> line_of(Edit((0, 4), (0, 4), "né\n"))
    b'[0,4,0,4,"n\\u00e9\\n"]\n'
    """
    return json.dumps([*edit.start, *edit.end, edit.text], separators=(",", ":")).encode() + b"\n"


def head_line(head: Head) -> bytes:
    """Return the first line of a log."""
    return json.dumps(asdict(head)).encode() + b"\n"


def read_head(line: bytes) -> Head:
    """Return what a log belongs to. Raises ValueError where the line does not say, or says it in a newer form."""
    fields: Any = json.loads(line)
    try:
        head = Head(**fields)
    except TypeError as exc:  # other names, or no names at all
        raise ValueError("it does not begin like one") from exc
    typed = isinstance(head.title, str) and isinstance(head.path, str | None) and isinstance(head.encoding, str | None)
    if head.version != VERSION or not typed:
        raise ValueError("it has another form")
    return head


def edits_in(lines: Iterable[bytes]) -> Iterator[Edit]:
    r"""Yield the edits in the lines of a log after the first, up to the first that is not whole.

    >>> list(edits_in([b'[0,0,0,0,"a"]\n', b'[0,1,0,1,"b']))
    [Edit(start=(0, 0), end=(0, 0), text='a')]
    """
    for line in lines:
        try:
            top, left, bottom, right, text = json.loads(line)
        except (ValueError, TypeError):
            return
        places = (top, left, bottom, right)
        if not (line.endswith(b"\n") and isinstance(text, str) and all(type(n) is int and n >= 0 for n in places)):
            return
        yield Edit((top, left), (bottom, right), text)


def replayed(text: str, edits: Iterable[Edit]) -> str:
    r"""Return the text after the edits.

    >>> replayed("one\ntwo", [Edit((0, 3), (1, 0), " "), Edit((0, 7), (0, 7), "!")])
    'one two!'
    """
    document = LineDocument(text)
    for edit in edits:
        document.replace_range(edit.start, edit.end, edit.text)
    return document.text
