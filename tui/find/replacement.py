r"""What a match of a regular expression is replaced with: text with the groups of the match in it.

Invariant: `$1`, `${1}`, `${name}`, `\1` and `\g<name>` are groups, `$&` and `\0` the whole match, `$$` a dollar, `\n`, `\t` and
`\\` what they always are; all other characters are themselves. A group that the pattern lacks is an error, not nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PARTS = re.compile(
    r"""
      \$(?:(?P<dollar>\$) | (?P<whole>&) | (?P<n>\d{1,2}) | \{(?P<braced>\w+)\})
    | \\(?:g<(?P<named>\w+)> | (?P<m>\d{1,2}) | (?P<letter>[ntr\\$]))
    """,
    re.VERBOSE,
)
_LETTERS = {"n": "\n", "t": "\t", "r": "", "\\": "\\", "$": "$"}


class PatternError(Exception):
    """What is looked for, or what it is to be replaced with, makes no sense, or takes too long. One line for people."""


@dataclass(frozen=True, slots=True)
class TemplatePart:
    """Text as it stands, or (where `group` is not None) what that group matched."""

    text: str = ""
    group: int | str | None = None


def parse(template: str, n_groups: int, names: frozenset[str] = frozenset()) -> tuple[TemplatePart, ...]:
    r"""Return the parts of a replacement for a pattern with `n_groups` groups, some of them with `names`.

    `\r` is nothing, so that `\r\n` is one line break: a text has one kind. Raises PatternError.

    >>> [(part.text, part.group) for part in parse(r"<$1>\n", 1)]
    [('<', None), ('', 1), ('>', None), ('\n', None)]
    """
    parts: list[TemplatePart] = []
    at = 0
    for found in _PARTS.finditer(template):
        if found.start() > at:
            parts.append(TemplatePart(template[at : found.start()]))
        parts.append(_part(found, n_groups, names))
        at = found.end()
    if at < len(template):
        parts.append(TemplatePart(template[at:]))
    return tuple(parts)


def _part(found: re.Match[str], n_groups: int, names: frozenset[str]) -> TemplatePart:
    if found["dollar"]:
        return TemplatePart("$")
    if found["letter"]:
        return TemplatePart(_LETTERS[found["letter"]])
    if found["whole"]:
        return TemplatePart(group=0)
    name = found["n"] or found["m"] or found["braced"] or found["named"]
    if name in names:
        return TemplatePart(group=name)
    if name.isdecimal() and int(name) <= n_groups:
        return TemplatePart(group=int(name))
    braces = f": ${{{name[0]}}}{name[1:]} is group {name[0]}" if found["n"] and len(name) > 1 else ""
    raise PatternError(f"there is no group {name}{braces or ' ($$ is a dollar)' if found['n'] else ''}")
