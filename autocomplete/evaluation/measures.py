"""The measures of a cutoff in one table: what each is called, what it is, how it is written, and how far its axis goes.

The order is that in which they stand beside each other. `Figures` works them out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure by its `name` in `Figures`. `title`: short, for a column or a row; `heading`: for a page.

    `about`: its definition. `is_share`: written as a percentage; `digits`: after the point.
    """

    name: str
    title: str
    heading: str
    about: str
    is_share: bool
    digits: int

    def text(self, value: float, *, fewer: int = 0) -> str:
        """Return a number as text, with so many digits `fewer` where it has them; a dash where it means nothing.

        >>> MEASURES[0].text(0.2812), MEASURES[0].text(0.2812, fewer=1), MEASURES[3].text(float("nan"))
        ('28.1%', '28%', '–')
        """
        if math.isnan(value):
            return "–"
        return f"{value:.{max(0, self.digits - fewer)}{'%' if self.is_share else 'f'}}"

    def interval(self, low: float, high: float, n_cells: int = 80) -> str:
        """Return an interval, rounded outward, with as many digits as find room in `n_cells`; "" where it means nothing.

        >>> [MEASURES[1].interval(0.998, 1.0, n_cells) for n_cells in (12, 10)]
        ['99.8–100.0%', '99–100%']
        """
        if not (math.isfinite(low) and math.isfinite(high)):
            return ""
        found = [self._interval(low, high, fewer) for fewer in range(self.digits + 1)]
        return next((text for text in found if len(text) <= n_cells), found[-1][:n_cells])

    def _interval(self, low: float, high: float, fewer: int) -> str:
        steps = 10 ** (self.digits - fewer + 2 * self.is_share)
        low, high = math.floor(low * steps + 1e-9) / steps, math.ceil(high * steps - 1e-9) / steps
        return f"{self.text(low, fewer=fewer).removesuffix('%')}–{self.text(high, fewer=fewer)}"

    def tick(self, value: float) -> str:
        """Return a number beside an axis."""
        return f"{value:.0%}" if self.is_share else f"{value:g}"


MEASURES = (
    Measure(
        "savings",
        "keys saved",
        "Keys saved",
        "1 − (keys typed + accepts) / characters, by a person who accepts what is exactly right",
        True,
        1,
    ),
    Measure("precision", "precision", "Precision", "right shows / shows; a word and a candidate for it count once", True, 1),
    Measure(
        "coverage",
        "coverage",
        "Coverage",
        "words with a show / words; an accepted phrase is a show for each of its words",
        True,
        1,
    ),
    Measure(
        "shows_per_100_words",
        "shows/100",
        "Shows in 100 words",
        "distinct shows in 100 words; of a script without spaces, in 100 letters",
        False,
        1,
    ),
    Measure("saved_per_show", "saved/show", "Characters saved by a show", "characters saved / shows", False, 2),
    Measure("requests_per_word", "asks/word", "Requests per word", "questions to the model / words", False, 2),
)

#: Those that are drawn as curves, the one that matters most first.
DRAWN = (MEASURES[1], MEASURES[2], MEASURES[0], MEASURES[3])

#: A row of a bar in block characters, by eighths.
_BLOCKS = " ▁▂▃▄▅▆▇█"


def axis_top(value: float, steps: tuple[float, ...] = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)) -> float:
    """Return a round number at which an axis for values up to `value` may end: one of `steps` times a power of ten.

    >>> [axis_top(value) for value in (0.0, 0.37, 0.98, 1.0, 221.5, 3.2)]
    [1.0, 0.4, 1.0, 1.0, 250.0, 4.0]
    """
    if not 1e-9 <= value < math.inf:
        return 1.0
    unit: float = 10.0 ** math.floor(math.log10(value))
    return round(next((step for step in steps if step * unit >= value * (1 - 1e-9)), 10.0) * unit, 12)


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
