r"""Finding and replacing in a text: pure functions of what is looked for and the text.

Invariant: a pattern that is wrong or too slow is a `PatternError` of one line, never a hang: matching gives up after
`LIMIT_S` without a match, releases the interpreter while it works, and stops when it is asked to.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tui.find.replacement import PatternError, parse

if TYPE_CHECKING:
    import regex

#: How long one match may take, in seconds, before the pattern counts as too slow.
LIMIT_S = 2.0

#: Matches that are kept for counting and walking through; replacing knows no such bound.
MOST_MATCHES = 2_000_000

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: `words` as they stand, or as a regular expression (of the `regex` package, `^` and `$` at lines)."""

    words: str = ""
    regex: bool = False
    match_case: bool = False
    whole_words: bool = False


@dataclass(frozen=True, slots=True)
class Matches:
    """Where matches start and end, in code points, in order, without overlap. `more`: there are others beyond the last."""

    starts: array[int]
    ends: array[int]
    more: bool = False

    def __len__(self) -> int:
        return len(self.starts)

    def span(self, index: int) -> Span:
        """Return where match `index` starts and ends."""
        return self.starts[index], self.ends[index]

    def index_of(self, span: Span) -> int | None:
        """Return which match covers exactly `span`, None if none does."""
        index = bisect_left(self.starts, span[0])
        while index < len(self) and self.starts[index] == span[0]:  # an empty match and a longer one may start together
            if self.ends[index] == span[1]:
                return index
            index += 1
        return None

    def first_from(self, offset: int) -> int:
        """Return the first match that starts at `offset` or behind it; the first of all where there is none."""
        return bisect_left(self.starts, offset) % len(self)

    def step(self, span: Span, *, forward: bool) -> tuple[int, bool]:
        """Return the match after `span`, or before it, and whether the search went round the end of the text for it."""
        known = self.index_of(span)
        if known is not None:
            index = known + 1 if forward else known - 1
        else:
            index = bisect_left(self.starts, span[1]) if forward else bisect_left(self.starts, span[0]) - 1
        return index % len(self), not 0 <= index < len(self)

    def within(self, start: int, end: int) -> Iterator[Span]:
        """Yield the matches of at least one character that touch `start` to `end`, cut to it."""
        for index in range(bisect_right(self.ends, start), len(self)):
            if self.starts[index] >= end:
                return
            if self.starts[index] < self.ends[index]:
                yield max(start, self.starts[index]), min(end, self.ends[index])


@dataclass(frozen=True, slots=True)
class TextChange:
    """One edit that replaces `n` matches: `insert` in place of the characters from `start` to `end`.

    `cursor`: the offset at which the cursor stands behind the same text as before.
    """

    start: int
    end: int
    insert: str
    n: int
    cursor: int


def find(query: Query, text: str, stopped: Callable[[], bool] = lambda: False, limit_s: float = LIMIT_S) -> Matches:
    r"""Return all matches of `query` in `text`; those found so far when `stopped` becomes true.

    Raises PatternError.

    >>> found = find(Query("a+", regex=True), "Aa b\na")
    >>> [found.span(index) for index in range(len(found))]
    [(0, 2), (5, 6)]
    """
    starts, ends = array("q"), array("q")
    for match in _matches(query, text, limit_s=limit_s):
        if len(starts) == MOST_MATCHES or stopped():
            return Matches(starts, ends, more=True)
        start, end = match.span()
        starts.append(start)
        ends.append(end)
    return Matches(starts, ends)


def replace_all(
    query: Query, replacement: str, text: str, cursor: int = 0, stopped: Callable[[], bool] = lambda: False
) -> TextChange | None:
    r"""Return the one edit that replaces every match of `query` in `text`.

    None where there is none, or when `stopped` becomes true. Raises PatternError.

    >>> replace_all(Query(r"(\w+) (\w+)", regex=True), "$2 $1", "- one two -", cursor=10)
    TextChange(start=2, end=9, insert='two one', n=1, cursor=10)
    """
    expand = _expander(query, replacement)
    pieces: list[str] = []
    first = last = moved = n = 0
    for match in _matches(query, text):
        if stopped():
            return None
        start, end = match.span()
        if n:
            pieces.append(text[last:start])
        else:
            first = start
        n += 1
        pieces.append(expand(match))
        if end <= cursor:
            moved += len(pieces[-1]) - (end - start)
        elif start < cursor:
            moved += start + len(pieces[-1]) - cursor
        last = end
    return TextChange(first, last, "".join(pieces), n, cursor + moved) if n else None


def replace_one(query: Query, replacement: str, text: str, span: Span) -> TextChange | None:
    """Return the edit that replaces the match that covers exactly `span`; None where there is none. Raises PatternError.

    >>> replace_one(Query("two"), "$2", "one two", (4, 7))
    TextChange(start=4, end=7, insert='$2', n=1, cursor=6)
    """
    expand = _expander(query, replacement)
    for match in _matches(query, text, span[0]):
        if match.span() == span:
            insert = expand(match)
            return TextChange(*span, insert, 1, span[0] + len(insert))
        if match.start() > span[0]:
            break
    return None


def _matches(query: Query, text: str, start: int = 0, limit_s: float = LIMIT_S) -> Iterator[regex.Match[str]]:
    """Yield the matches from `start` on. The time limit begins anew with each match."""
    pattern = _compiled(query)
    if pattern is None:
        return
    last: Span | None = None
    while True:
        progress = False
        try:
            for match in pattern.finditer(text, start, timeout=limit_s, concurrent=True):
                if match.span() != last:
                    progress, last = True, match.span()
                    yield match
            return
        except TimeoutError:
            if not progress or last is None:
                raise PatternError("too slow: simplify the pattern") from None
            start = last[1]


@lru_cache(32)
def _compiled(query: Query) -> regex.Pattern[str] | None:
    """Return the pattern of a query, None of an empty one. Raises PatternError."""
    import regex

    if not query.words:
        return None
    words = query.words if query.regex else regex.escape(query.words, literal_spaces=True)
    if query.regex:
        words = words.replace(r"\r\n", r"\n")  # a text has one kind of line ending, whatever its file has
    if query.whole_words:
        words = rf"(?<!\w)(?:{words})(?!\w)"
    flags = regex.MULTILINE | (0 if query.match_case else regex.IGNORECASE)
    try:
        return regex.compile(words, flags, cache_pattern=False)
    except regex.error as exc:
        raise PatternError(_complaint(getattr(exc, "msg", str(exc)), getattr(exc, "pos", None), query)) from None
    except (OverflowError, RecursionError, MemoryError, ValueError, IndexError) as exc:
        raise PatternError(_complaint(str(exc), None, query)) from None


def _complaint(words: str, position: int | None, query: Query) -> str:
    """Return why a pattern makes no sense; positions count the person's own characters from 1."""
    if position is None:
        return words or "this pattern cannot be read"
    at = position - (len(r"(?<!\w)(?:") if query.whole_words else 0)
    return f"{words} at {min(max(at, 0), len(query.words)) + 1}"


def _expander(query: Query, replacement: str) -> Callable[[regex.Match[str]], str]:
    """Return what a match is replaced with. Groups are known in regular expressions alone. Raises PatternError."""
    pattern = _compiled(query)
    if not query.regex or pattern is None:
        return lambda match: replacement
    parts = parse(replacement, pattern.groups, frozenset(pattern.groupindex))
    return lambda match: "".join(part.text if part.group is None else match[part.group] or "" for part in parts)
