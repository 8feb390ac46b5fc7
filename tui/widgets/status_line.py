"""The words of the title and status lines: from a `Status` to pieces of text that fit a width.

Invariant: a line is never wider than asked for; what matters least goes first; nothing is shown by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len

from autocomplete.editor import escape_controls, exact_percent, rough_percent, span_percent
from tui.files.word_count import Count
from tui.text.cells import clip

BAR_CELLS = 10
_GAP = "   "


class Role(StrEnum):
    """What a piece of a line is, for its style."""

    STRONG = "strong"
    PLAIN = "plain"
    QUIET = "quiet"
    GHOST = "ghost"
    ERROR = "error"
    BAR = "bar"  # of a chart: certain
    MAYBE = "maybe"  # of a chart: possible
    CUTOFF = "cutoff"  # the line at the cutoff
    CROSSED = "crossed"  # the same within a bar
    HEAT_0 = "heat-0"  # classes of words, expected to startling
    HEAT_1 = "heat-1"
    HEAT_2 = "heat-2"
    HEAT_3 = "heat-3"
    HEAT_4 = "heat-4"


Piece = tuple[str, Role]


@dataclass(frozen=True, slots=True)
class Status:
    """All that the two lines tell. Probabilities are 0..1; `cutoff` is None until the model is open.

    `cutoffs`: the lowest and the highest where they go by length; `cutoff` is then what `probability` had to reach.
    """

    name: str = "Untitled"
    modified: bool = False
    model: str = ""
    where: str = ""
    probability: float | None = None
    shown: bool = False
    cutoff: float | None = None
    cutoffs: tuple[float, float] | None = None
    mode: str = ""
    reason: str = ""
    error: str = ""
    notice: str = ""
    requests: int = 0
    words: int = 0
    latency_s: float | None = None
    tabs: tuple[tuple[str, bool], ...] = ()  # the open documents: name, and whether it has unsaved changes
    tab: int = 0
    form: str = ""  # what is unusual about the file: its encoding, its line ends
    count: Count | None = None
    local: bool = False  # asking costs neither money nor a round trip
    cost: str = ""  # of a word, as far as it is known
    saved: float | None = None  # share of keys saved in this session
    shows: int = 0


@dataclass(frozen=True, slots=True)
class _Segment:
    """Pieces that stay or go together. The part of the lowest `rank` goes first; parts `right` stand at the right edge."""

    rank: int
    pieces: tuple[Piece, ...]
    right: bool = False

    @property
    def n_cells(self) -> int:
        return sum(cell_len(text) for text, _ in self.pieces)


def title_line(status: Status, width: int) -> list[Piece]:
    """Return the title: which file, whether it has unsaved changes, which model and where it runs.

    >>> text(title_line(Status("a.md", modified=True, model="english", where="this machine"), 40))
    'a.md ● modified   english · this machine'
    """
    mark: tuple[Piece, ...] = ((" ●", Role.GHOST), (" modified", Role.QUIET)) if status.modified else ()
    parts = [_Segment(9, ((status.name, Role.STRONG), *mark))]
    if status.form:
        parts.append(_Segment(6, ((status.form, Role.QUIET),)))
    if status.count is not None and status.count.characters:
        words, characters = counted(status.count)
        parts.append(_Segment(4, ((words, Role.QUIET),), right=True))
        parts.append(_Segment(3, ((characters, Role.QUIET),), right=True))
    if status.model:
        parts.append(_Segment(5, ((status.model, Role.PLAIN), (f" · {status.where}", Role.QUIET)), right=True))
    return _fit(parts, width)


def status_line(status: Status, width: int) -> list[Piece]:
    """Return the status: an error if there is one, else the probability beside the cutoff, the reason and the cost.

    >>> shown = Status(probability=0.72, shown=True, cutoff=0.6, mode="certified", local=True, saved=0.31, latency_s=0.003)
    >>> text(status_line(shown, 80))
    '━━━━━━╋───   72% ≥ cutoff 60%             certified   saved 31%   local   3 ms'
    """
    if status.error:
        return _fit([_Segment(9, ((_error_rows(status.error, width)[0], Role.ERROR),))], width)
    parts: list[_Segment] = []
    if status.cutoff is not None:
        role = Role.GHOST if status.shown else Role.QUIET
        mark = None if status.cutoffs and status.probability is None else status.cutoff
        parts.append(_Segment(6, ((bar(status.probability or 0.0, mark), role),)))
        parts.append(_Segment(9, _comparison(status, status.cutoff)))
    if status.notice:  # what a key has just done goes before all else
        parts.append(_Segment(10, ((status.notice, Role.PLAIN),)))
    elif status.reason:
        parts.append(_Segment(8, ((status.reason, Role.QUIET),)))
    if status.mode:
        parts.append(_Segment(2, ((status.mode, Role.QUIET),), right=True))
    if status.saved is not None:
        parts.append(_Segment(5, ((f"saved {share(status.saved)}", Role.QUIET),), right=True))
    if status.local or status.requests or status.words:
        parts.append(_Segment(4, ((_cost(status), Role.QUIET),), right=True))
    if status.cost and not status.local:
        parts.append(_Segment(2, ((status.cost, Role.QUIET),), right=True))
    if status.latency_s is not None:
        parts.append(_Segment(3, ((duration(status.latency_s), Role.QUIET),), right=True))
    return _fit(parts, width)


def hint_line(hints: Sequence[tuple[str, str]], status: Status, width: int) -> list[Piece]:
    """Return the (key, what it does) hints that fit; where an error needs more than the status line, its second half.

    >>> text(hint_line([("Tab", "Accept"), ("Ctrl+S", "Save")], Status(), 30))
    'Tab Accept  Ctrl+S Save'
    """
    if status.error and (rest := _error_rows(status.error, width)[1]):
        return _fit([_Segment(9, ((rest, Role.ERROR),))], width)
    pieces: list[Piece] = []
    for key, description in hints:
        hint = [(key, Role.PLAIN), (f" {description}", Role.QUIET)]
        if cell_len(text([*pieces, *hint])) > width:
            break
        pieces += [*hint, ("  ", Role.QUIET)]
    return pieces[:-1]


def bar(probability: float, cutoff: float | None, n_cells: int = BAR_CELLS) -> str:
    """Return a line that is heavy up to `probability` and crossed at `cutoff`, if there is one.

    >>> bar(0.72, 0.6), bar(0.35, 0.6), bar(0.0, 0.0), bar(1.0, 1.0)
    ('━━━━━━╋───', '━━━╸──┼───', '┼─────────', '━━━━━━━━━╋')
    """
    halves = round(min(1.0, max(0.0, probability)) * n_cells * 2)
    cells = ["━"] * (halves // 2) + ["╸"] * (halves % 2)
    cells += ["─"] * (n_cells - len(cells))
    if cutoff is not None:
        mark = min(n_cells - 1, int(cutoff * n_cells + 1e-9))
        cells[mark] = "┼" if cells[mark] == "─" else "╋"
    return "".join(cells)


def counted(count: Count) -> tuple[str, str]:
    """Return how many words and characters a text has, or the selection if there is one.

    >>> counted(Count(1, 4)), counted(Count(1200, 6400, 2, 9))
    (('1 word', '4 characters'), ('selected: 2 words', '9 characters'))
    """
    selected = bool(count.selected_characters)
    n_words, n_characters = (count.selected_words, count.selected_characters) if selected else (count.words, count.characters)
    words = f"{n_words:,} word" + ("" if n_words == 1 else "s")
    return ("selected: " if selected else "") + words, f"{n_characters:,} character" + ("" if n_characters == 1 else "s")


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it.

    >>> duration(0.0002), duration(0.0312), duration(2.04)
    ('<1 ms', '31 ms', '2.0 s')
    """
    if seconds < 0.001:
        return "<1 ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def one_line(exc: Exception) -> str:
    """Return an error in one line without controls. Only our own errors are quoted: others may hold the text, or a key."""
    from autocomplete import AutocompleteError

    message = escape_controls(" ".join(str(exc).split())) if isinstance(exc, AutocompleteError) else ""
    return message or f"{type(exc).__name__}: the backend failed"


def text(pieces: list[Piece]) -> str:
    """Return the characters of a line, without their roles."""
    return "".join(piece for piece, _ in pieces)


def _error_rows(error: str, width: int) -> tuple[str, str]:
    """Return an error as two rows, divided between words; the second is empty where one is enough."""
    marked = f"✗ {error}"
    if cell_len(marked) <= width:
        return marked, ""
    end = marked.rfind(" ", width // 2, width)
    end = end if end > 0 else width
    return marked[:end], "  " + marked[end:].lstrip()


def _comparison(status: Status, cutoff: float) -> tuple[Piece, ...]:
    if status.probability is None:
        label = f"{span_percent(*status.cutoffs)} by length" if status.cutoffs else exact_percent(cutoff)
        return ((f"cutoff {label}", Role.QUIET),)
    by = " by length" if status.cutoffs else ""
    sign = "≥" if status.probability >= cutoff - 1e-9 else "<"
    role = Role.STRONG if status.shown else Role.PLAIN
    return ((rough_percent(status.probability), role), (f" {sign} cutoff {exact_percent(cutoff)}{by}", Role.QUIET))


def share(saved: float) -> str:
    """Return a share of keys saved, which may be negative, for people.

    >>> share(0.314), share(-0.004), share(-0.2)
    ('31%', '0%', '-20%')
    """
    return f"{round(saved * 100)}%"


def _cost(status: Status) -> str:
    if status.local:
        return "local"
    plural = "" if status.requests == 1 else "s"
    per_word = f", {status.requests / status.words:.1f}/word" if status.words else ""
    return f"{status.requests:,} request{plural}{per_word}"


def _fit(parts: list[_Segment], width: int) -> list[Piece]:
    parts = list(parts)
    while len(parts) > 1 and _total(parts) > width:
        parts.remove(min(parts, key=lambda part: part.rank))
    left = _joined([part for part in parts if not part.right])
    right = _joined([part for part in parts if part.right])
    room = width - sum(cell_len(piece) for piece, _ in left + right)
    if room < 0:
        return _clipped(left + right, width)
    return [*left, (" " * room, Role.PLAIN), *right] if right else left


def _total(parts: list[_Segment]) -> int:
    return sum(part.n_cells for part in parts) + len(_GAP) * (len(parts) - 1)


def _joined(parts: list[_Segment]) -> list[Piece]:
    pieces: list[Piece] = []
    for part in parts:
        if pieces:
            pieces.append((_GAP, Role.PLAIN))
        pieces.extend(part.pieces)
    return pieces


def _clipped(pieces: list[Piece], width: int) -> list[Piece]:
    clipped: list[Piece] = []
    for piece, role in pieces:
        shorter = clip(piece, width)
        width -= cell_len(shorter)
        clipped.append((shorter, role))
        if shorter != piece:
            break
    return clipped
