"""The look of a ghost: readable on every theme, stronger the surer, and told apart without colour."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from tui.ghost.style import LEAST_CONTRAST, N_STEPS, GhostStyle, contrast, ghost_style, shade, step

colours = st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: Color(*parts))  # opaque ones


@given(low=st.floats(0, 1), high=st.floats(0, 1))
def test_a_surer_ghost_is_never_fainter(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert 0 <= step(low) <= step(high) < N_STEPS


@given(background=colours, foreground=colours)
def test_shades_are_ordered_readable_and_fainter_than_the_text(background: Color, foreground: Color) -> None:
    text = contrast(background, foreground)
    found = [contrast(background, shade(background, foreground, level)) for level in range(N_STEPS)]
    assert found == sorted(found)
    assert found[0] >= min(LEAST_CONTRAST, text) - 0.05
    assert found[-1] <= text + 0.05


@pytest.mark.parametrize("name", [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi])
def test_on_each_theme_the_faintest_is_readable_and_the_steps_differ(name: str) -> None:
    colors = BUILTIN_THEMES[name].to_color_system().generate()
    background, foreground = Color.parse(colors["background"]), Color.parse(colors["foreground"])
    found = [contrast(background, shade(background, foreground, level)) for level in range(N_STEPS)]
    assert found[0] >= LEAST_CONTRAST
    assert all(stronger > weaker for weaker, stronger in pairwise(found))
    assert found[-1] < contrast(background, foreground)


@pytest.mark.parametrize("line", [Style(), Style(color="default", bgcolor="default"), Style.parse("white on black")])
def test_without_colour_each_step_differs_by_an_attribute_and_no_colour_is_set(line: Style) -> None:
    styles = [ghost_style(line, (level + 0.5) / N_STEPS, GhostStyle.PLAIN) for level in range(N_STEPS)]
    assert len({(style.dim, style.underline, style.bold) for style in styles}) == N_STEPS
    assert all((style.color, style.bgcolor, style.italic) == (line.color, line.bgcolor, True) for style in styles)


def test_the_terminals_own_colours_are_left_alone() -> None:
    line = Style(color="default", bgcolor="default")
    assert ghost_style(line, 0.9, GhostStyle.COLOUR) == ghost_style(line, 0.9, GhostStyle.PLAIN)
