"""Writes lines to standard output and notes to standard error.

Invariant: nothing that is printed can drive the terminal.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable

import click

from autocomplete.errors import AutocompleteError


def print_lines(lines: Iterable[str]) -> None:
    """Print lines, with control characters escaped. Raises AutocompleteError where the output takes no more."""
    for line in lines:
        try:
            click.echo(inert(line))
        except BrokenPipeError:
            raise  # click ends quietly then
        except OSError as error:
            raise AutocompleteError(f"Cannot write the answer: {error.strerror}.") from None


def inert(line: str) -> str:
    r"""Return `line` with control characters escaped: neither a text nor a model's answer may drive the terminal.

    >>> inert("café " + chr(27) + "[31m")
    'café \\x1b[31m'
    """
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) == "Cc" else char for char in line
    )


def note(line: str) -> None:
    """Print a line on standard error; where there is a progress bar, in its place: the bar comes again below."""
    bar = "\r\x1b[K" if sys.stderr.isatty() else ""
    click.echo(f"{bar}{inert(line)}", err=True)
