"""The raw token distribution in characters: rank, token, bytes, log-probability, probability, and what was not listed.

Invariant: pure. The probabilities are those of the answer, in no way gated; those listed, the end of the text and the residual
sum to 1 in the full spectrum. A row is never wider than asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from autocomplete.editor import escape_controls, narrow_percent
from tui.instruments.why.render import Row, cut, interval_bar, tail
from tui.text.cells import clip
from tui.widgets.status_line import Role

if TYPE_CHECKING:
    from autocomplete.editor import Step

#: Widths: rank, log-probability (nats), probability, sum so far, and the least of a bar.
_RANK, _LOGPROB, _PROBABILITY, _SUM, _LEAST_BAR = 3, 7, 6, 6, 6


@dataclass(frozen=True, slots=True)
class Spectrum:
    """An answer and what it was asked after. `step`: which of `n_steps` it is, from 0. `typed`: bytes typed since the root.

    `matching`: only tokens that may go on with what is typed, with their share of such tokens (most likely), instead of all.
    """

    context: str
    typed: bytes
    answer: Step
    step: int = 0
    n_steps: int = 1
    matching: bool = False

    @property
    def rest(self) -> bytes:
        """What is typed beyond the text that was asked about."""
        return self.typed[len(self.answer.state) :]


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A row of the table. `token` is None for the end of the text and the residual, which `words` names."""

    rank: int
    token: bytes | None
    words: str
    probability: float
    total: float


def spectrum_rows(spectrum: Spectrum, width: int, height: int = 99) -> list[Row]:
    """Return all rows: what was sent, the head of the table, and the table. `height`: rows in view; few make the head short."""
    lines = list(table(spectrum))
    columns = _Columns.of(lines, width)
    heading = list(_heading(spectrum, width))
    short = [heading[0], [*heading[2][:1], (f"   {heading[1][0][0]}; {_unseen(spectrum)}", Role.QUIET)]]
    rows = [*(heading if height >= 12 else short if height >= 6 else heading[:1]), columns.head()]
    rows += [columns.row(line) for line in lines]
    return [cut(row, width) for row in rows]


def table(spectrum: Spectrum) -> Iterator[TokenRow]:
    """Yield the lines of the table: tokens, likeliest first, then the end of the text and what was not listed."""
    answer = spectrum.answer.distribution
    rest = spectrum.rest
    tokens = list(answer.tokens)
    others = [("end of the text", answer.end if not (spectrum.matching and rest) else 0.0)]
    others.append(("not listed", answer.residual))
    if spectrum.matching and rest and not spectrum.answer.filtered:
        tokens = [(token, p) for token, p in tokens if token.startswith(rest) or rest.startswith(token)]
    whole = 1.0
    if spectrum.matching and rest:
        whole = sum(p for _, p in tokens) + answer.residual or 1.0
    total = 0.0
    for rank, (token, p) in enumerate(tokens, 1):
        total += p / whole
        yield TokenRow(rank, token, "", p / whole, min(1.0, total))
    for words, p in others:
        if p > 0.0:
            total += p / whole
            yield TokenRow(0, None, words, p / whole, min(1.0, total))


def _heading(spectrum: Spectrum, width: int) -> Iterator[Row]:
    sent = spectrum.context.encode("utf-8", "surrogatepass") + spectrum.answer.state
    n_chars = len(sent.decode("utf-8", "ignore"))
    source = "from the cache" if spectrum.answer.source == "cache" else f"asked {escape_controls(spectrum.answer.source)}"
    facts = f"{n_chars:,} characters sent, {source}"
    number = f"  {spectrum.step + 1} of {spectrum.n_steps}" if spectrum.n_steps > 1 else ""
    room = max(0, width - len("after ") - cell_len(number))
    yield [("after ", Role.QUIET), (tail(sent, room), Role.STRONG), (number, Role.QUIET)]
    yield [(facts, Role.QUIET)]
    yield _kind(spectrum)


def _unseen(spectrum: Spectrum) -> str:
    return f"{narrow_percent(spectrum.answer.distribution.residual)} not listed"


def _kind(spectrum: Spectrum) -> Row:
    rest = spectrum.rest
    typed = escaped(rest, 16)
    if not rest:
        return [("full spectrum", Role.PLAIN), (": nothing is typed yet", Role.QUIET)]
    if spectrum.answer.filtered:
        return [("most likely", Role.PLAIN), (f": listed is what fits {typed}", Role.QUIET)]
    if spectrum.matching:
        return [("most likely", Role.PLAIN), (f": what fits {typed}, in shares", Role.QUIET)]
    return [("full spectrum", Role.PLAIN), (f": not only what fits {typed}", Role.QUIET)]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Widths of the columns that fit; 0 where there is no room for one."""

    token: int
    raw: int
    total: int
    bar: int

    @classmethod
    def of(cls, lines: list[TokenRow], width: int) -> _Columns:
        longest = max((cell_len(_name(line)) for line in lines), default=5)
        token = max(5, min(longest, 18))
        room = width - _RANK - 1 - token - 1 - _LOGPROB - 1 - _PROBABILITY
        if room < 0:
            return cls(max(1, token + room), 0, 0, 0)
        total = _SUM if room >= _SUM + 1 + _LEAST_BAR + 1 else 0
        room -= total + 1 if total else 0
        most = max((len(line.token) * 3 - 1 for line in lines if line.token), default=5)
        raw = min(most, 23) if room >= min(most, 23) + 1 + _LEAST_BAR + 1 else 0
        room -= raw + 1 if raw else 0
        return cls(token, raw, total, room - 1 if room > _LEAST_BAR else 0)

    def head(self) -> Row:
        """Return the names of the columns."""
        words = f"{'#':>{_RANK}} {clip('token', self.token):{self.token}}"
        words += f" {'bytes':{self.raw}}" if self.raw else ""
        words += f" {'logprob':>{_LOGPROB}} {'prob':>{_PROBABILITY}}"
        words += f" {'sum':>{_SUM}}" if self.total else ""
        return [(words, Role.QUIET)]

    def row(self, line: TokenRow) -> Row:
        """Return a line of the table."""
        listed = line.token is not None
        name = clip(_name(line), self.token)
        row: Row = [(f"{line.rank or '':>{_RANK}} ", Role.QUIET)]
        row.append((name + " " * (self.token - cell_len(name)), Role.PLAIN if listed else Role.QUIET))
        if self.raw:
            row.append((f" {clip((line.token or b'').hex(' '), self.raw):{self.raw}}", Role.QUIET))
        logprob = f"{math.log(line.probability):.3f}" if listed else ""
        row.append((f" {logprob:>{_LOGPROB}}", Role.PLAIN))
        row.append((f" {narrow_percent(line.probability):>{_PROBABILITY}}", Role.STRONG if listed else Role.QUIET))
        if self.total:
            row.append((f" {narrow_percent(line.total):>{_SUM}}", Role.QUIET))
        if self.bar:
            certain = line.probability if listed else 0.0
            row += [(" ", Role.PLAIN), *interval_bar(certain, line.probability, None, self.bar)]
        return row


def _name(line: TokenRow) -> str:
    return line.words if line.token is None else escaped(line.token, 18)


def escaped(token: bytes, n_cells: int) -> str:
    r"""Return a token in quotes: bytes that are no text, and what cannot be seen, as escapes.

    >>> escaped(b" from", 18), escaped(b"\n", 18), escaped(b"\xe2\x80", 18), escaped(b" extraordinarily", 10)
    ("' from'", "'\\n'", "'\\xe2\\x80'", "' extrao…'")
    """
    return f"'{clip(escape_controls(token.decode('utf-8', 'backslashreplace')), n_cells - 2)}'"
