"""Writes lines to standard output and notes to standard error.

Invariant: nothing that is printed can drive the terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from autocomplete.core.characters import escape_controls
from autocomplete.errors import AutocompleteError

#: Exit code of a command that did its work and found that what was asked for cannot be had; see docs/tuning.md.
UNMET = 1


def print_lines(lines: Iterable[str]) -> None:
    """Print lines, their controls escaped. Raises AutocompleteError where the output takes no more."""
    for line in lines:
        try:
            click.echo(escape_controls(line))
        except BrokenPipeError:
            raise  # click ends quietly then
        except OSError as error:
            raise AutocompleteError(f"Cannot write the answer: {error.strerror}.") from None


def note(line: str) -> None:
    """Print a line on standard error; where there is a progress bar, in its place: the bar comes again below."""
    bar = "\r\x1b[K" if sys.stderr.isatty() else ""
    click.echo(f"{bar}{escape_controls(line)}", err=True)
