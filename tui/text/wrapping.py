"""Where a line is broken into rows: pure functions of the line, the width and the tab width.

Invariant: where a row ends depends on nothing before its first character. So rows can be found from any row's start on, and
after an edit only until they begin where they began before. The rule is that of Textual's `compute_wrap_offsets`: a word with
the white space after it goes to the next row if it does not fit; one that fits no row is divided. Unlike there, a grapheme is
never divided, a tab reaches to the next tab stop of its own row, and white space that holds words together does so.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from autocomplete.editor import common_prefix
from tui.text.cells import drawn, is_space, one_cell_each, stops, two_cells_each


@dataclass(frozen=True, slots=True)
class Fold:
    """How lines are broken: at most `width` cells a row, tabs to multiples of `tab_width` cells."""

    width: int
    tab_width: int


def row_end(line: str, start: int, fold: Fold) -> int:
    """Return where the row that begins at the index `start` of `line` ends; `len(line)` for the last one.

    >>> row_end("one two three", 0, Fold(8, 4)), row_end("one two three", 8, Fold(8, 4)), row_end("onetwothree", 0, Fold(8, 4))
    (8, 13, 8)
    """
    over = start + fold.width
    piece = line[start : over + 1]
    if one_cell_each(piece):
        return len(line) if over >= len(line) else _plain_end(line, start, over)
    half = start + max(1, fold.width // 2)
    if two_cells_each(line[start : half + 1]):
        return min(half, len(line))
    return _measured_end(line, start, fold)


def _plain_end(line: str, start: int, over: int) -> int:
    """Return the end of a row of one-cell characters on which that at `over` finds no room."""
    last = over
    if line[over] == " ":
        last = start + len(line[start:over].rstrip(" "))
    word = line.rfind(" ", start, last) + 1
    return word if word > start else over


def _measured_end(line: str, start: int, fold: Fold) -> int:
    room = fold.width + 16 if line[start] < "\u1100" else fold.width // 2 + 16
    while True:
        piece = drawn(line[start : start + room])
        cells = stops(piece, min(fold.tab_width, fold.width))
        over = bisect_right(cells, fold.width, 1) - 1
        if over < len(piece):
            return start + _break(piece, cells, over)
        if start + room >= len(line):
            return len(line)
        room *= 2


def _break(piece: str, cells: list[int], over: int) -> int:
    """Return where a row ends on which the grapheme at `over` finds no room: before its word, if that is not the first."""
    index = over
    while index > 0 and is_space(piece[over]) and is_space(piece[index - 1]):
        index -= 1
    while index > 0:
        if is_space(piece[index - 1]) and cells[index + 1] > cells[index]:
            return index
        index -= 1
    return over or next((i for i in range(1, len(piece)) if cells[i + 1] > cells[i]), len(piece))


def breaks(line: str, fold: Fold, start: int = 0) -> list[int]:
    """Return where rows of `line` begin after the one that begins at `start`, in order.

    >>> breaks("one two three", Fold(8, 4)), breaks("", Fold(8, 4))
    ([8], [])
    """
    found: list[int] = []
    while (start := row_end(line, start, fold)) < len(line):
        found.append(start)
    return found


def rebreak(old_line: str, old: list[int], line: str, fold: Fold) -> list[int]:
    """Return `breaks(line, fold)`, given those of a similar line: only rows near the difference are found anew.

    >>> rebreak("one two three", [8], "one or three", Fold(8, 4))
    [7]
    """
    same = common_prefix(old_line, line)
    tail = _common_suffix(old_line, line, min(len(old_line), len(line)) - same)
    shift = len(line) - len(old_line)
    found = old[: max(0, bisect_right(old, same) - 2)]
    start = found[-1] if found else 0
    while (start := row_end(line, start, fold)) < len(line):
        found.append(start)
        if start >= len(line) - tail:
            at = bisect_left(old, start - shift)
            if at < len(old) and old[at] == start - shift:
                rest = old[at + 1 :]
                return found + ([index + shift for index in rest] if shift else rest)
    return found


def _common_suffix(left: str, right: str, limit: int) -> int:
    """Return how many characters, `limit` at most, two texts have in common at their end."""
    same = 0
    while same < limit:
        half = (limit - same + 1) // 2
        ends = len(left) - same, len(right) - same
        if left[ends[0] - half : ends[0]] == right[ends[1] - half : ends[1]]:
            same += half
        elif half == 1:
            break
        else:
            limit = same + half
    return same
