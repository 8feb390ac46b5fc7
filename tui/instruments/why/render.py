"""The *why* panel in characters: from a decision to rows of candidates, their bounds, the cutoff, and what was asked.

Invariant: pure. A row is never wider than asked for, what is drawn as certain is no longer than the lower bound, and nothing
is shown by colour alone: the uncertain part has a glyph of its own, the cutoff is a line, what is shown carries a mark.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from autocomplete.editor import bounds_percent, escape_controls, exact_percent
from tui.text.cells import clip
from tui.widgets.status_line import Piece, Role

if TYPE_CHECKING:
    from autocomplete import Alternative, Bounds, Decision
    from autocomplete.editor import Step

Row = list[Piece]

#: What the reasons of the status line mean, in a sentence.
SENTENCES = {
    "": "Nothing was asked for this place: suggestions come when you type, not after a paste, an undo or a move.",
    "paused": "Suggestions are paused.",
    "dismissed": "Dismissed: quiet until the next word.",
    "inside a word": "The cursor is inside a word: nothing is suggested there.",
    "already there": "The text already goes on like that.",
    "cannot be drawn": "It holds characters that cannot be seen, so it is not offered.",
    "text is selected": "Text is selected: what is typed would replace it.",
    "searching": "The keys go to the search: nothing is suggested meanwhile.",
    "asking": "The model is being asked.",
    "opening the model": "The model is being opened.",
    "no other word": "There is no other word to show.",
}

_EIGHTHS = " ▏▎▍▌▋▊▉"
_SOLID, _MAYBE, _LINE = "█", "░", "│"

#: So many candidates are listed however unlikely they are; of the others, those that may have at least this probability.
_AT_LEAST, _NEGLIGIBLE = 3, 0.001

#: Width of a pair of bounds, such as "99.9–100%".
_NUMBERS = 11


@dataclass(frozen=True, slots=True)
class Why:
    """What the panel shows. `decision`: the last one, `stale` where a newer one is being asked for; `reason` and `error`:
    the words of the status line; `shown`: the ghost that is visible; `show_at`: the cutoff for so many characters."""

    decision: Decision | None = None
    stale: bool = False
    reason: str = ""
    error: str = ""
    shown: str = ""
    show_at: Callable[[int], float] = lambda n_chars: 1.0


def why_rows(why: Why, width: int, height: int) -> list[Row]:
    """Return at most `height` rows of at most `width` cells: the reason, the candidates, and what was asked."""
    roomy = height >= 12
    head = _wrapped(_headline(why), width, 4 if roomy else 2)
    decision = why.decision
    if decision is None or not decision.steps:
        return head[:height]
    asked = list(asked_rows(decision, width))
    candidates = list(_candidates(why, decision))
    n_asked = min(len(asked), max(1, (height - len(head)) // 3)) if height - len(head) >= 3 else 0
    room = height - len(head) - n_asked - 2 * roomy
    rows = [*head, *([[]] if roomy else [])]
    if room >= 5 and candidates:
        rows.append(_scale(why, decision, candidates, width))
        room -= 1
    rows += _candidate_rows(why, candidates[: max(0, room)], width)
    if roomy and asked:
        rows.append([])
    return [cut(row, width) for row in (rows + asked[:n_asked])[: max(0, height)]]


def _headline(why: Why) -> list[Piece]:
    if why.error:
        return [("✗ ", Role.ERROR), (why.error, Role.ERROR)]
    decision = why.decision
    if decision is None:
        return [("– ", Role.QUIET), (_sentence(why.reason), Role.PLAIN)]
    if why.stale:
        return [
            ("… ", Role.QUIET),
            ("The model is being asked; this is what was known before the last key.", Role.QUIET),
        ]
    message = escape_controls(decision.explanation)
    if decision.shown and decision.cutoff < why.show_at(len(decision.completion)):
        message += " It is on the screen already, so it stays down to that."
    if why.shown or not decision.shown:
        mark = ("✓ ", Role.GHOST) if why.shown else ("– ", Role.QUIET)
        if why.reason in SENTENCES and why.reason and not why.shown:
            message = f"{_sentence(why.reason)} {message}"
        return [mark, (message, Role.PLAIN)]
    return [("– ", Role.QUIET), (f"{_sentence(why.reason)} {message}", Role.PLAIN)]


def _sentence(reason: str) -> str:
    """Return a reason of the status line as a sentence.

    >>> _sentence("paused"), _sentence("snoozed for 9 min")
    ('Suggestions are paused.', 'Snoozed for 9 min.')
    """
    return SENTENCES.get(reason, reason[:1].upper() + reason[1:].rstrip(".") + ".")


@dataclass(frozen=True, slots=True)
class _CandidateRow:
    mark: str
    stem: str  # what is typed of the word already
    completion: str
    bounds: Bounds
    cutoff: float

    @property
    def name(self) -> str:
        return quoted(self.stem + self.completion)


def _candidates(why: Why, decision: Decision) -> Iterator[_CandidateRow]:
    """Yield the candidates as they are listed: the phrases that begin with a word right after it."""
    phrases = decision.phrase[1:]
    for number, alternative in enumerate(decision.alternatives):
        if number >= _AT_LEAST and alternative.bounds.upper < _NEGLIGIBLE:
            return
        yield _candidate(why, decision, alternative)
        if phrases and decision.phrase[0].completion == alternative.completion:
            yield from (_candidate(why, decision, phrase, "+") for phrase in phrases)


def _candidate(why: Why, decision: Decision, alternative: Alternative, mark: str = "") -> _CandidateRow:
    from autocomplete.editor import stem  # lazily: there is a decision, so it is loaded

    completion = alternative.completion
    typed = "" if completion[:1].isspace() else stem(decision.typed)
    if decision.shown and completion == decision.completion:
        return _CandidateRow("✓", typed, completion, alternative.bounds, decision.cutoff)
    return _CandidateRow(mark, typed, completion, alternative.bounds, why.show_at(len(completion)))


def _columns(names: Sequence[str], width: int) -> tuple[int, int]:
    """Return the widths of the names and of the bars."""
    longest = max((cell_len(name) for name in names), default=0)
    name = min(longest, max(8, (width - _NUMBERS - 4) // 2))
    bar = width - 2 - name - 1 - _NUMBERS - 1
    return (name, bar) if bar >= 6 else (max(0, width - 2 - _NUMBERS - 1), 0)


def _candidate_rows(why: Why, candidates: Sequence[_CandidateRow], width: int) -> Iterator[Row]:
    name_cells, bar_cells = _columns([candidate.name for candidate in candidates], width)
    for candidate in candidates:
        chosen = candidate.mark == "✓"
        role = Role.QUIET if why.stale else Role.STRONG if chosen else Role.PLAIN
        row: Row = [(f"{candidate.mark:2}", Role.GHOST if chosen else Role.QUIET)]
        name, n_quiet = _padded(candidate.name, name_cells), 1 + len(escape_controls(candidate.stem))
        row += [(name[:n_quiet], Role.QUIET), (name[n_quiet:], role)] if candidate.stem else [(name, role)]
        if bar_cells:
            row.append((" ", Role.PLAIN))
            row += interval_bar(candidate.bounds.lower, candidate.bounds.upper, candidate.cutoff, bar_cells)
        row.append((f" {bounds_percent(candidate.bounds.lower, candidate.bounds.upper):>{_NUMBERS}}", role))
        yield row


def _scale(why: Why, decision: Decision, candidates: Sequence[_CandidateRow], width: int) -> Row:
    """Return the row over the bars: the mode, and the cutoff of the first candidate over its line."""
    name_cells, bar_cells = _columns([candidate.name for candidate in candidates], width)
    cutoff = candidates[0].cutoff
    label, at = f"cutoff {exact_percent(cutoff)} ", 3 + name_cells + _cutoff_cell(cutoff, bar_cells)
    mode = str(decision.mode)
    if not bar_cells:
        return [(f"cutoff {exact_percent(cutoff)}   {mode}", Role.QUIET)]
    before = at - len(label)
    if before < len(mode) + 2:
        mode = mode if at + 1 + len(label) + 2 + len(mode) <= width else ""
        room = width - at - 1 - len(label) - len(mode)
        return [(" " * at, Role.QUIET), ("╷", Role.CUTOFF), (f" {label}{' ' * max(1, room - 1)}{mode}", Role.QUIET)]
    return [(f"{mode:{before}}{label}", Role.QUIET), ("╷", Role.CUTOFF)]


def _cutoff_cell(cutoff: float, n_cells: int) -> int:
    return max(0, min(n_cells - 1, int(cutoff * n_cells + 1e-9)))


def interval_bar(lower: float, upper: float, cutoff: float | None, n_cells: int) -> list[Piece]:
    """Return a bar that is solid up to the lower bound and shaded up to the upper one, crossed by the cutoff if there is one.

    Precise to an eighth of a cell, rounded down; what is possible at all shows at least a sliver.

    >>> "".join(text for text, _ in interval_bar(0.55, 0.8, 0.7, 10))
    '█████▌░│  '
    """
    eighths = math.floor(lower * n_cells * 8 + 1e-9)
    if lower > 0.0:
        eighths = max(1, eighths)
    full, part = divmod(eighths, 8)
    possible = math.ceil(upper * n_cells * 8 - 1e-9)
    end = math.ceil(possible / 8) if possible - eighths > 1 else 0
    line = None if cutoff is None else _cutoff_cell(cutoff, n_cells)
    pieces: list[Piece] = []
    for cell in range(n_cells):
        solid = cell < full
        glyph, role = " ", Role.PLAIN
        if solid:
            glyph, role = _SOLID, Role.BAR
        elif cell == full and part:
            glyph, role = _EIGHTHS[part], Role.BAR
        elif cell < end:
            glyph, role = _MAYBE, Role.MAYBE
        if cell == line:
            glyph, role = _LINE, Role.CROSSED if solid else Role.CUTOFF
        if pieces and pieces[-1][1] is role:
            pieces[-1] = pieces[-1][0] + glyph, role
        else:
            pieces.append((glyph, role))
    return pieces


def asked_rows(decision: Decision, width: int) -> Iterator[Row]:
    """Yield a row for each answer: after what it was asked, where it came from, and what it did not list."""
    context = decision.context.encode("utf-8", "surrogatepass")
    for step in decision.steps:
        facts = _facts(step)
        long = f"{facts[0]} · {facts[1]}"
        shown = long if width - cell_len(long) >= 24 else facts[0]
        room = max(0, width - cell_len(shown) - len("after  "))
        text = tail(context + step.state, room)
        gap = " " * max(1, width - cell_len(text) - cell_len(shown) - len("after "))
        yield [("after ", Role.QUIET), (text, Role.PLAIN), (gap, Role.PLAIN), (shown, Role.QUIET)]


def _facts(step: Step) -> tuple[str, str]:
    answer = step.distribution
    source = "from the cache" if step.source == "cache" else f"asked {escape_controls(step.source)}"
    return source, f"{len(answer.tokens)} listed, {answer.residual:.1%} not"


def tail(text: bytes, n_cells: int) -> str:
    r"""Return the end of a text in quotes, escaped, at most `n_cells` wide.

    >>> tail(b"I look forward to hearing", 12), tail(b"a\n", 12), tail(b"", 13)
    ("…'o hearing'", "'a\\n'", 'the beginning')
    """
    if not text:
        return clip("the beginning", n_cells)
    read = text[-4 * max(1, n_cells) :].decode("utf-8", "ignore" if len(text) > 4 * n_cells else "backslashreplace")
    shown = quoted(read)[1:-1]
    room = n_cells - 3
    if cell_len(shown) <= room + 1 and len(read.encode("utf-8", "surrogatepass")) >= len(text):
        return f"'{shown}'"
    while shown and cell_len(shown) > room:
        shown = shown[1:]
    return f"…'{shown}'"


def quoted(text: str) -> str:
    r"""Return a text in quotes with everything escaped that cannot be seen.

    >>> quoted(" from"), quoted("a\n\x1b")
    ("' from'", "'a\\n\\x1b'")
    """
    return f"'{escape_controls(text)}'"


def _padded(text: str, n_cells: int) -> str:
    clipped = clip(text, n_cells)
    return clipped + " " * (n_cells - cell_len(clipped))


def _wrapped(pieces: list[Piece], width: int, most: int) -> list[Row]:
    """Return a mark and the sentence after it in at most `most` rows, cut with "…" where they do not suffice."""
    (mark, mark_role), (sentence, role) = pieces
    room = max(1, width - cell_len(mark))
    lines: list[str] = [""]
    for word in sentence.split(" "):
        joined = f"{lines[-1]} {word}".strip() if lines[-1] else word
        if cell_len(joined) <= room or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    rows: list[Row] = []
    for number, line in enumerate(lines):
        rows.append([(mark if number == 0 else " " * cell_len(mark), mark_role), (clip(line, room), role)])
    return [cut(row, width) for row in rows]


def cut(row: Row, width: int) -> Row:
    """Return a row cut to `width` cells."""
    kept: Row = []
    for piece, role in row:
        shorter = clip(piece, width) if cell_len(piece) > width else piece
        width -= cell_len(shorter)
        kept.append((shorter, role))
        if width <= 0:
            break
    return kept
