"""The heat map's legend, sums and progress in characters.

Invariant: pure; a row is never wider than asked for; each class has its name and its range beside its look.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.cells import cell_len

from autocomplete.editor import fine_percent
from tui.instruments.heatmap.scores import CLASSES, NAMES, RANGES, Scored, Totals, summary
from tui.instruments.why.render import Row, cut
from tui.widgets.status_line import Role

_ROLES = (Role.HEAT_0, Role.HEAT_1, Role.HEAT_2, Role.HEAT_3, Role.HEAT_4)


@dataclass(frozen=True, slots=True)
class HeatSummary:
    """What the panel tells: of the selection, or else of the document.

    `totals`: of the words that are scored; `missing`: how many are not, `about` where that is an estimate; `word`: the scored
    one at the cursor with its `text`. `progress`: 0..1 while words are being scored, None otherwise. `offer`: what could be
    done next, in words; `note`: what was done, or went wrong.
    """

    totals: Totals = field(default=Totals())
    missing: int = 0
    about: bool = False
    selected: bool = False
    word: Scored | None = None
    text: str = ""
    progress: float | None = None
    offer: str = ""
    note: str = ""
    failed: bool = False


def heat_rows(heat: HeatSummary, width: int, height: int) -> list[Row]:
    """Return at most `height` rows: the sums, what is going on, the word at the cursor, and the legend."""
    rows = [*_sums(heat, width), *_doing(heat, width)]
    if heat.word is not None:
        rows.append(_word(heat.word, heat.text))
    rows += _legend(width, height - len(rows))
    return [cut(row, width) for row in rows[:height]]


def _sums(heat: HeatSummary, width: int) -> list[Row]:
    """Return the sums and how many words they are of: in two rows where one is too short."""
    what = "selection: " if heat.selected else ""
    scored = heat.totals.words
    if not scored:
        return [[(what, Role.QUIET), ("no word is scored yet", Role.PLAIN), (_missing(heat), Role.QUIET)]]
    sums: Row = [(what, Role.QUIET), (summary(heat.totals), Role.STRONG)]
    words = f"{scored:,} word{'' if scored == 1 else 's'} scored{_missing(heat)}"
    if sum(cell_len(text) for text, _ in sums) + 3 + len(words) <= width:
        return [[*sums, (f"   {words}", Role.QUIET)]]
    return [sums, [(words, Role.QUIET)]]


def _missing(heat: HeatSummary) -> str:
    return f", {'about ' if heat.about else ''}{heat.missing:,} not" if heat.missing else ""


def _doing(heat: HeatSummary, width: int) -> list[Row]:
    """Return a row that says what is going on, went wrong, or could be done; none where there is nothing to say."""
    if heat.progress is not None:
        share = f" {heat.progress:.0%} "
        n_cells = max(4, min(30, width - len(share) - cell_len(heat.offer)))
        return [[*progress_bar(heat.progress, n_cells), (share, Role.PLAIN), (heat.offer, Role.QUIET)]]
    if heat.failed:
        return [[("✗ ", Role.ERROR), (heat.note, Role.ERROR)]]
    message = "; ".join(words for words in (heat.note, heat.offer) if words)
    return [[(message, Role.PLAIN if heat.note else Role.QUIET)]] if message else []


def progress_bar(share: float, n_cells: int) -> Row:
    """Return a line that is heavy as far as `share` (0..1) goes.

    >>> "".join(text for text, _ in progress_bar(0.45, 10))
    '━━━━╸─────'
    """
    halves = int(share * n_cells * 2)
    done = "━" * (halves // 2) + "╸" * (halves % 2)
    return [(done, Role.BAR), ("─" * (n_cells - len(done)), Role.QUIET)]


def _word(word: Scored, text: str) -> Row:
    kind = word.heat
    probable = f": {probability_text(word)}, {NAMES[kind]}"
    return [("at the cursor ", Role.QUIET), (text, _ROLES[kind]), (probable, Role.PLAIN)]


def probability_text(word: Scored) -> str:
    """Return the probability of a word and its surprisal for people.

    >>> words = Scored(0, 4, 0.125, 0.125, 0.125), Scored(0, 4, 0.0, 0.01, 0.01), Scored(0, 4, 0.1, 0.2, 0.1)
    >>> tuple(map(probability_text, words))
    ('12.5%, 3.0 bits', 'not listed: at most 1%, at least 6.6 bits', '10–20%, 2.3–3.3 bits')
    """
    least, most = Totals.of(word).surprisal
    if word.lower <= 0.0:
        return f"not listed: at most {fine_percent(word.upper)}, at least {least:.1f} bits"
    if most - least < 0.05:
        return f"{fine_percent(word.lower)}, {least:.1f} bits"
    lower, upper = fine_percent(word.lower), fine_percent(word.upper)
    between = upper if lower == upper else f"{lower[:-1]}–{upper}"
    return f"{between}, {least:.1f}–{most:.1f} bits"


def _legend(width: int, height: int) -> list[Row]:
    """Return the legend: in one row where that fits, else one class a row, else in as few rows as may be."""
    items: list[Row] = [
        [(name, role), (f" {range_}", Role.QUIET)] for name, range_, role in zip(NAMES, RANGES, _ROLES, strict=True)
    ]
    in_one_row = sum(cell_len(text) for item in items for text, _ in item) + 2 * (len(items) - 1) <= width
    if height >= len(CLASSES) + 1 and not in_one_row:
        return [[("how probable a word was:", Role.QUIET)], *items]
    rows: list[Row] = [[]]
    for item in items:
        joined = [*rows[-1], ("  ", Role.PLAIN), *item] if rows[-1] else item
        if sum(cell_len(text) for text, _ in joined) > width and rows[-1]:
            rows.append(item)
        else:
            rows[-1] = joined
    return rows
