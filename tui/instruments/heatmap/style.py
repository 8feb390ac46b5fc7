"""How the classes of the heat map look: by colour, and without any by underline, weight and background.

Invariant: every class has a contrast of at least `CONTRAST` on its background wherever the theme's text has that much (expected
words, which may recede, `LEAST_CONTRAST`), and differs from every other without its hue: for colour-blind people, and on a
terminal without colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rich.style import Style
from textual.color import Color

from tui.ghost.style import LEAST_CONTRAST, contrast

#: WCAG 2.2, level AA, for text.
CONTRAST = 4.5

#: Yellow, orange, red: hues that the common kinds of colour blindness tell apart by their light.
_OPEN, _SURPRISING, _STARTLING = Color(230, 190, 80), Color(245, 140, 60), Color(255, 110, 120)


@dataclass(frozen=True, slots=True)
class WordStyle:
    """How a word is drawn. `background` is None where it stays that of the line."""

    color: Color
    background: Color | None = None
    bold: bool = False
    underline: bool = False

    def rich(self, *, italic: bool = False) -> Style:
        """Return this as a style of a segment. `italic`: no more is known than how probable it was at most."""
        background = None if self.background is None else self.background.rich_color
        return Style(color=self.color.rich_color, bgcolor=background, bold=self.bold, underline=self.underline, italic=italic)

    @property
    def attributes(self) -> str:
        """The words of a Textual style for what is not colour."""
        return " ".join(name for name in ("bold", "underline") if getattr(self, name))


@lru_cache(16)
def word_styles(background: Color, foreground: Color) -> tuple[WordStyle, ...]:
    """Return the style of each class, expected first, for text of `foreground` on `background`."""
    tint = background.blend(_STARTLING, 0.22)
    return (
        WordStyle(_faint(background, foreground)),
        WordStyle(foreground),
        WordStyle(legible(_OPEN, background), underline=True),
        WordStyle(legible(_SURPRISING, background), bold=True),
        WordStyle(legible(_STARTLING, tint), tint, bold=True),
    )


@lru_cache(16)
def segment_styles(background: Color, foreground: Color) -> tuple[tuple[Style, Style], ...]:
    """Return the styles of each class for segments: where the probability is known, and where only the most it was."""
    return tuple((style.rich(), style.rich(italic=True)) for style in word_styles(background, foreground))


def legible(color: Color, background: Color) -> Color:
    """Return `color`, or the nearest to it towards black or white that has a contrast of `CONTRAST` to `background`.

    >>> white = Color(255, 255, 255)
    >>> legible(Color(255, 255, 0), Color(0, 0, 0)).hex, contrast(legible(_OPEN, white), white) >= CONTRAST
    ('#FFFF00', True)
    """
    white, black = Color(255, 255, 255), Color(0, 0, 0)
    end = white if contrast(background, white) > contrast(background, black) else black
    for share in range(0, 101, 5):
        mixed = color.blend(end, share / 100)
        if contrast(mixed, background) >= CONTRAST:
            return mixed
    return end


def _faint(background: Color, foreground: Color) -> Color:
    """Return the faintest mix of the two that can still be read, the foreground itself where none can."""
    mixes = (background.blend(foreground, share / 100) for share in range(30, 101, 5))
    return next((mixed for mixed in mixes if contrast(mixed, background) >= LEAST_CONTRAST), foreground)
