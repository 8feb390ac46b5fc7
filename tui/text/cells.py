"""What is drawn for a character, and how many terminal cells it takes.

Invariant: `drawn` keeps every index, and `widths` of a drawn text adds up to what rich measures, by which Textual draws.
"""

from __future__ import annotations

import re
from itertools import accumulate

from rich.cells import cell_len, get_character_cell_size, split_graphemes

from autocomplete.editor import has_controls

#: The signs of the characters of which `has_controls` tells, one visible cell each.
_VISIBLE = {code: 0x2400 + code for code in range(0x20) if code != 0x09}
_VISIBLE |= {0x7F: 0x2421, 0x2028: 0x21B5, 0x2029: 0xB6}
_VISIBLE |= dict.fromkeys([*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0x25AF)
_VISIBLE |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)

#: Scripts and signs of prose whose characters take one cell each and belong to no longer grapheme.
_ONE_CELL = re.compile(
    "[ -~\xa0-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u052f"
    "\u05d0-\u05ea\u0620-\u064a\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u2199\u2500-\u25fc]*"
)

#: Scripts whose characters take two cells each, belong to no longer grapheme and are no white space.
_TWO_CELLS = re.compile(
    "[\u3001-\u3029\u3030-\u303e\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*"
)

#: White space after which a row may end: all but the spaces that are made to hold words together.
_HOLDING = frozenset("\xa0\u2007\u202f")

_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"
_SPECIAL = re.compile(f"[{_JOINER}{_EMOJI_STYLE}]")


class _Widths(dict[str, int]):
    """The cells of single characters, each looked up once."""

    def __missing__(self, char: str) -> int:
        cells = self[char] = get_character_cell_size(char)
        return cells


_WIDTHS = _Widths()


def drawn(text: str) -> str:
    r"""Return `text` as it is drawn, index by index: nothing in it steers the terminal. A tab stays a tab.

    >>> drawn("a\x1b[31m\tb\u202e")
    'a␛[31m\tb▯'
    """
    return text.translate(_VISIBLE) if has_controls(text) else text


def is_space(char: str) -> bool:
    r"""Return whether a row may end after `char`.

    >>> is_space(" "), is_space("\t"), is_space("\u3000"), is_space("\xa0"), is_space("a")
    (True, True, True, False, False)
    """
    return char.isspace() and char not in _HOLDING


def one_cell_each(text: str) -> bool:
    r"""Return whether each character of `text` takes one cell, for certain.

    >>> one_cell_each("it’s “plain” — é"), one_cell_each("東"), one_cell_each("e\u0301"), one_cell_each("\t")
    (True, False, False, False)
    """
    return (text.isascii() and text.isprintable()) or _ONE_CELL.fullmatch(text) is not None


def two_cells_each(text: str) -> bool:
    r"""Return whether each character of `text` takes two cells, for certain.

    >>> two_cells_each("漢字、かな"), two_cells_each("漢a"), two_cells_each("\u3000")
    (True, False, False)
    """
    return _TWO_CELLS.fullmatch(text) is not None


def widths(text: str) -> list[int]:
    r"""Return the cells of each code point of a drawn text that begins at a grapheme; what joins a grapheme takes 0.

    A tab takes 0 here: how wide it is depends on where it stands. The rules are those of `rich.cells.cell_len`.

    >>> widths("a東e\u0301"), widths("👩‍🔬x"), widths("❤\ufe0f")
    ([1, 2, 1, 0], [2, 0, 0, 1], [2, 0])
    """
    cells = list(map(_WIDTHS.__getitem__, text))
    if _SPECIAL.search(text):
        _join(text, cells)
    return cells


def _join(text: str, cells: list[int]) -> None:
    """Give what follows a joiner no cells, and the base of an emoji-style sign its second cell."""
    base = -1
    index = 0
    while index < len(text):
        char = text[index]
        if char == _JOINER:
            cells[index : index + 2] = [0] * len(cells[index : index + 2])
            index += 1
        elif char == _EMOJI_STYLE:
            if base >= 0:
                cells[base] = cell_len(text[base] + _EMOJI_STYLE)
            base = -1
        elif cells[index] or char == "\t":
            base = index if char != "\t" else -1
        index += 1


def stops(text: str, tab_width: int, start: int = 0) -> list[int]:
    r"""Return in which cell each code point of a drawn text begins, and where the last one ends: one more than it has.

    The text begins in cell `start`; a tab reaches to the next multiple of `tab_width`.

    >>> stops("a\tb", 4), stops("東京", 4)
    ([0, 1, 4, 5], [0, 2, 4])
    """
    if one_cell_each(text):
        return list(range(start, start + len(text) + 1))
    cells = widths(text)
    if "\t" in text:
        cell = start
        for index, char in enumerate(text):
            if char == "\t":
                cells[index] = tab_width - cell % tab_width
            cell += cells[index]
    return list(accumulate(cells, initial=start))


#: How far a grapheme is followed: further on it is no writing but an attack on whoever measures it.
_LONGEST = 64


def grapheme_end(line: str, index: int) -> int:
    r"""Return where the grapheme at `index` of `line` ends; `len(line)` at its end.

    >>> grapheme_end("e\u0301a", 0), grapheme_end("👩‍🔬", 0), grapheme_end("a\t", 1), grapheme_end("a", 1)
    (2, 3, 2, 1)
    """
    piece = drawn(line[index : index + _LONGEST])
    cells = widths(piece)
    end = 1
    while end < len(piece) and not cells[end] and piece[end] != "\t":
        end += 1
    return min(index + end, len(line))


def grapheme_start(line: str, index: int) -> int:
    r"""Return where the grapheme before `index` of `line` begins; 0 at its start.

    >>> grapheme_start("ae\u0301", 3), grapheme_start("👩‍🔬", 3), grapheme_start("a\t", 2), grapheme_start("a", 0)
    (1, 0, 1, 0)
    """
    start = max(0, index - 1)
    while start > max(0, index - _LONGEST):
        char = drawn(line[start])
        if line[start - 1] != _JOINER and (_WIDTHS[char] or char == "\t"):
            break
        start -= 1
    return start


def clip(text: str, n_cells: int) -> str:
    """Return `text` cut to at most `n_cells` terminal cells, between graphemes, with "…" for what is missing.

    >>> clip("forward", 9), clip("forward", 4), clip("東京都", 4), clip("no", 0)
    ('forward', 'for…', '東…', '')
    """
    if cell_len(text) <= n_cells:
        return text
    room = n_cells - 1
    end_of_room = 0
    for _start, end, width in split_graphemes(text)[0]:
        if width > room:
            break
        room -= width
        end_of_room = end
    return text[:end_of_room] + "…" if n_cells > 0 else ""


def first_grapheme(text: str) -> str:
    """Return the first grapheme of `text`, with its marks.

    >>> len(first_grapheme("e\\u0301tude")), first_grapheme("")
    (2, '')
    """
    spans = split_graphemes(text)[0]
    return text[: spans[0][1]] if spans else ""
