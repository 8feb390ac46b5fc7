"""The list of encodings to choose from, found by their names or by the scripts that they are for.

Invariant: Escape chooses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.files.encodings import Encoding
from tui.files.file_format import FileFormat
from tui.widgets.picker import Option, Picker


def encoding_list(title: str, encodings: Sequence[Encoding], present: FileFormat | None = None) -> Picker[Encoding]:
    """Return the list of `encodings`. `present`: the format in force, whose encoding is marked."""
    codecs = [encoding.codec for encoding in encodings]
    options = [Option(_label(encoding, present, by_mark=codecs.count(encoding.codec) > 1), encoding) for encoding in encodings]
    return Picker(title, options)


def _label(encoding: Encoding, present: FileFormat | None, *, by_mark: bool) -> str:
    """Return an encoding as it is offered, and whether it is in force. `by_mark`: it is offered with a mark and without.

    >>> _label(Encoding("koi8-r", "KOI8-R", "Cyrillic"), FileFormat(encoding="koi8-r"), by_mark=False)
    '● KOI8-R · Cyrillic'
    """
    in_force = present is not None and encoding.codec == present.encoding and (not by_mark or encoding.bom == present.bom)
    return f"{'●' if in_force else ' '} {encoding.name} · {encoding.texts}"
