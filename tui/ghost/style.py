"""How a ghost looks: the surer, the stronger, in few steps, and readable on every background.

Invariant: the faintest step has a contrast of at least `LEAST_CONTRAST` to the background wherever the text itself has that
much; the strongest stays fainter than the text. Without colour the steps differ by underline and weight.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from rich.style import Style
from textual.color import Color

#: WCAG 2.2 asks for 3:1 where no more than the outline of a thing must be seen; less is lost on a sunny screen.
LEAST_CONTRAST = 3.0

#: How far the surest ghost is on the way from the least contrast to that of the text, as ratios.
_STRONGEST = 0.55

#: Shades from the faintest to the strongest. Few, so that a ghost which is typed through does not shimmer.
N_STEPS = 4


class GhostStyle(StrEnum):
    """Whether the strength of a ghost is shown by shades of the text's colour, or without any."""

    COLOUR = "colour"
    PLAIN = "plain"


def step(probability: float) -> int:
    """Return which of the `N_STEPS` shades, from 0, belongs to a probability of 0..1.

    >>> [step(probability) for probability in (0.0, 0.3, 0.6, 0.8, 1.0)]
    [0, 1, 2, 3, 3]
    """
    return min(N_STEPS - 1, int(max(0.0, probability) * N_STEPS))


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two opaque colours, 1 (the same) to 21 (black on white), as WCAG 2.2 defines it.

    >>> round(contrast(Color(0, 0, 0), Color(255, 255, 255)), 1), contrast(Color(9, 9, 9), Color(9, 9, 9))
    (21.0, 1.0)
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(64)
def shade(background: Color, foreground: Color, level: int) -> Color:
    """Return the colour of a ghost of step `level` on `background`, between it and `foreground`, the colour of the text.

    The contrasts of the steps are spaced evenly as ratios, since that is how differences of light are seen. Where the text
    itself hardly stands out, so does the ghost.
    """
    text = contrast(background, foreground)
    least = min(LEAST_CONTRAST, text)
    wanted = least * (text / least) ** (_STRONGEST * level / (N_STEPS - 1))
    share = next(
        (share for share in range(101) if contrast(background, background.blend(foreground, share / 100)) >= wanted),
        100,
    )
    return background.blend(foreground, share / 100)


def ghost_style(line: Style, probability: float, how: GhostStyle = GhostStyle.COLOUR) -> Style:
    """Return the style of a ghost in a line of style `line`: slanted in every case.

    Where the line has no colours of its own (the terminal's are in force), nobody knows their contrast: no shade is mixed.
    """
    level = step(probability)
    slanted = line + Style(italic=True)
    if how is GhostStyle.PLAIN or not _has_colours(line):
        return slanted + _PLAIN[level]
    assert line.bgcolor is not None  # _has_colours
    assert line.color is not None
    mixed = shade(Color.from_rich_color(line.bgcolor), Color.from_rich_color(line.color), level)
    return slanted + Style(color=mixed.rich_color)


#: Steps without colour, each told from the text by its slant and from the next by one attribute.
_PLAIN = (Style(dim=True), Style(), Style(underline=True), Style(underline=True, bold=True))


def _has_colours(line: Style) -> bool:
    return all(colour is not None and not colour.is_default for colour in (line.color, line.bgcolor))


def _luminance(color: Color) -> float:
    """Return the relative luminance of a colour, 0..1 (WCAG 2.2)."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
