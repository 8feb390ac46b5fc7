"""Curves in block characters, an eighth of a row to a step: pure functions of shares."""

from __future__ import annotations

_BLOCKS = " ▁▂▃▄▅▆▇█"


def block(share: float, level: int = 0, height: int = 1, *, least: int = 0) -> str:
    """Return the character of a bar of `share` (0..1) of `height` rows in the row `level` rows above its lowest.

    `least`: eighths of the lowest row that are drawn in any case.

    >>> "".join(block(share / 8) for share in range(9))
    ' ▁▂▃▄▅▆▇█'
    >>> block(0.75, 1, 2), block(0.75, 0, 2), block(0.0, least=1)
    ('▄', '█', '▁')
    """
    eighths = round(share * height * 8) - 8 * level
    return _BLOCKS[min(8, max(least if level == 0 else 0, eighths))]
