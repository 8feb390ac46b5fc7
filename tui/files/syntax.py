"""Colours code and markup, where the grammars of `textual[syntax]` are installed and the file is not huge.

Invariant: nothing is parsed while one types: the colours move with the text, and are worked out anew after a moment without
an edit, for the lines that are seen. What cannot be parsed or is not installed has no colours, which is no error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module, resources
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.style import Style
from textual.widgets.text_area import TextAreaTheme

if TYPE_CHECKING:
    from textual.widgets.text_area import Location

    from tui.text.document import LineDocument
    from tui.text.strips import Mark

#: Characters of the longest text that is coloured, and of the longest line.
MOST_CHARACTERS = 150_000
LONGEST_LINE = 2_000

#: Lines that are looked up at once.
_BLOCK = 64

#: Which grammar a file's suffix stands for.
LANGUAGES = {
    ".bash": "bash",
    ".css": "css",
    ".go": "go",
    ".htm": "html",
    ".html": "html",
    ".java": "java",
    ".js": "javascript",
    ".json": "json",
    ".markdown": "markdown",
    ".md": "markdown",
    ".mjs": "javascript",
    ".py": "python",
    ".pyi": "python",
    ".rs": "rust",
    ".sh": "bash",
    ".sql": "sql",
    ".svg": "xml",
    ".toml": "toml",
    ".xml": "xml",
    ".yaml": "yaml",
    ".yml": "yaml",
}


class Grammar:
    """How one language is parsed, and which parts of it have a name; see `load_grammar`."""

    def __init__(self, language: str) -> None:
        from tree_sitter import Language, Parser, Query

        module = import_module(f"tree_sitter_{language}")
        grammar = Language(module.language_xml() if language == "xml" else module.language())
        names = resources.files("textual") / "tree-sitter" / "highlights" / f"{language}.scm"
        self._parser = Parser(grammar)
        self._query = Query(grammar, names.read_text(encoding="utf-8"))

    def parse(self, text: str) -> Any:
        """Return the tree of a text."""
        return self._parser.parse(text.encode("utf-8", "replace"))

    def named(self, tree: Any, first: int, last: int) -> list[tuple[str, Location, Location]]:
        """Return the parts of a tree that touch the rows `first`..`last`: name, start and end; columns in bytes of UTF-8.

        Larger parts come first, so that the ones inside them go over them.
        """
        from tree_sitter import QueryCursor

        cursor = QueryCursor(self._query)
        cursor.set_point_range((first, 0), (last + 1, 0))
        nodes = [(node, name) for name, captured in cursor.captures(tree.root_node).items() for node in captured]
        nodes.sort(key=lambda pair: pair[0].start_byte - pair[0].end_byte)
        return [
            (name, (node.start_point.row, node.start_point.column), (node.end_point.row, node.end_point.column))
            for node, name in nodes
        ]


@cache
def load_grammar(language: str) -> Grammar:
    """Return the grammar of a language, always the same one. Raises ImportError where it is not installed.

    It must never be freed: tree-sitter 0.26.1 crashes the interpreter after a `Language` is gone.
    """
    return Grammar(language)


def grammar(path: Path | None) -> Grammar | None:
    """Return how the file at `path` is parsed; None where it is plain text, or the extra `syntax` is not installed."""
    language = LANGUAGES.get(path.suffix.lower()) if path is not None else None
    if language is None:
        return None
    try:
        return load_grammar(language)
    except (ImportError, AttributeError, OSError, ValueError):  # not installed, or of another version
        return None


def styles(*, dark: bool) -> Mapping[str, Style]:
    """Return the style of each name: colours and weight of Textual's own themes for code, not their backgrounds."""
    theme = TextAreaTheme.get_builtin_theme("monokai" if dark else "github_light")
    found = theme.syntax_styles if theme is not None else {}
    return {name: style.without_color + Style(color=style.color) for name, style in found.items()}


class Syntax:
    """The colours of one document. `marks` is a layer of the text area."""

    def __init__(self, document: LineDocument, grammar: Grammar) -> None:
        self._document = document
        self._grammar = grammar
        self._tree: Any = None
        self._rows: dict[int, list[tuple[int, int, str]]] = {}
        self._styles: Mapping[str, Style] = {}
        self.stale = True
        document.followers.append(self._edited)

    @property
    def document(self) -> LineDocument:
        """The document that is coloured."""
        return self._document

    def renew(self, *, dark: bool) -> None:
        """Work out the colours of the present text."""
        self.stale = False
        self._styles = styles(dark=dark)
        self._rows = {}
        if self._document.n_chars > MOST_CHARACTERS:
            self._tree = None
            return
        self._tree = self._grammar.parse("\n".join(self._document.lines))

    def marks(self, row: int, first: int, last: int) -> Iterable[Mark]:
        """Return the styles of the columns `first`..`last` of a row."""
        if row not in self._rows and not self.stale and self._tree is not None:
            self._look_up(row - row % _BLOCK)
        for start, end, name in self._rows.get(row, ()):
            if start <= last and end >= first and (style := self._style(name)) is not None:
                yield start, end, style

    def _style(self, name: str) -> Style | None:
        return self._styles.get(name) or self._styles.get(name.partition(".")[0])

    def _look_up(self, top: int) -> None:
        bottom = min(top + _BLOCK, self._document.line_count) - 1
        names: dict[int, list[str]] = {row: [""] * len(self._document.get_line(row)) for row in range(top, bottom + 1)}
        for name, start, end in self._grammar.named(self._tree, top, bottom):
            if self._style(name) is None:
                continue  # such as "spell", which must not hide the name below it
            for row in range(max(start[0], top), min(end[0], bottom) + 1):
                line = self._document.get_line(row)
                if len(line) <= LONGEST_LINE:
                    left = _column(line, start[1]) if row == start[0] else 0
                    right = _column(line, end[1]) if row == end[0] else len(line)
                    names[row][left:right] = [name] * (right - left)
        self._rows |= {row: runs(named) for row, named in names.items()}

    def _edited(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Move the colours with the text, until it is worked out anew."""
        self.stale = True
        delta = new_end[0] - old_end[0]
        if delta == 0 and start[0] == old_end[0]:
            moved, by = self._rows.get(start[0], []), new_end[1] - old_end[1]
            self._rows[start[0]] = [shifted(run, start[1], by) for run in moved]
        else:
            outside = ((row, runs) for row, runs in self._rows.items() if not start[0] <= row <= old_end[0])
            self._rows = {row + delta if row > old_end[0] else row: runs for row, runs in outside}


def shifted(run: tuple[int, int, str], at: int, by: int) -> tuple[int, int, str]:
    """Return a run after `by` characters were put in at a column, or, below 0, taken out.

    >>> shifted((2, 5, "x"), 3, 1), shifted((2, 5, "x"), 0, 1), shifted((2, 5, "x"), 5, 2)
    ((2, 6, 'x'), (3, 6, 'x'), (2, 7, 'x'))
    """
    start, end, name = run
    return (max(0, start + by) if start >= at else start), (max(0, end + by) if end >= at else end), name


def runs(names: Iterable[str]) -> list[tuple[int, int, str]]:
    """Return the stretches of one name: first column, the one after the last, the name.

    >>> runs(["a", "a", "", "b"])
    [(0, 2, 'a'), (3, 4, 'b')]
    """
    found: list[tuple[int, int, str]] = []
    start = 0
    for name, group in groupby(names):
        end = start + sum(1 for _ in group)
        if name:
            found.append((start, end, name))
        start = end
    return found


def _column(line: str, n_bytes: int) -> int:
    """Return the column that `n_bytes` of UTF-8 lead to."""
    return n_bytes if line.isascii() else len(line.encode("utf-8", "replace")[:n_bytes].decode("utf-8", "ignore"))
