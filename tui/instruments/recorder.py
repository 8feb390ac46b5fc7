"""Records what the instruments show of the session: its statistics, and how probable each typed word was.

Invariant: nothing is asked. A word that is finished is scored with an answer that was fetched for it anyway; where there is
none, it stays without a score.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui.instruments.heatmap.scores import HeatMap, Scored
from tui.instruments.session_stats import Prices, SessionStats, per_word

if TYPE_CHECKING:
    from autocomplete import Autocompleter, Decision, WordScore, WordSpan
    from tui.ghost.area import GhostArea
    from tui.ghost.controller import SuggestionController
    from tui.text.document import LineDocument
    from tui.widgets.status_line import Status

#: Decisions that are remembered until their word is finished: more than a word has letters.
_N_DECISIONS = 32

#: Characters before the cursor among which a finished word is looked for.
_AROUND = 256

#: Characters before a decision that must be the same for it to be about the present text.
_SAME = 64


@dataclass(frozen=True, slots=True)
class _PlacedDecision:
    """A decision for the text that ended at offset `at` of a document with `tail`."""

    document: LineDocument
    at: int
    tail: str
    decision: Decision


class InstrumentRecorder:
    """The statistics of the session and the heat maps of the open documents. `prices`: None where they are not set."""

    def __init__(self) -> None:
        self.session = SessionStats()
        self.prices: Prices | None = None
        self._maps: dict[int, tuple[LineDocument, HeatMap]] = {}  # by the identity of the area
        self._decisions: deque[_PlacedDecision] = deque(maxlen=_N_DECISIONS)

    def fill(self, status: Status, autocompleter: Autocompleter | None) -> Status:
        """Return `status` with what the session cost and saved."""
        if autocompleter is None:
            return status
        usage = autocompleter.usage
        return replace(
            status,
            local=autocompleter.capabilities.local,
            cost=per_word((usage.prompt_tokens, usage.completion_tokens), status.words, self.prices),
            saved=self.session.saved,
            shows=self.session.shows,
        )

    def typed(self, area: GhostArea, inserted: str, *, accepted: bool, n_given: int = 0) -> None:
        """Follow what a key typed, or what was accepted with one: score the words that it ends."""
        self.session.typed(inserted, accepted=accepted, n_given=n_given)
        if self._decisions:
            self._score_finished(area, len(inserted), whole=accepted)

    def follow(self, area: GhostArea, suggester: SuggestionController) -> None:
        """Remember the decision for `area`, and count what is shown there."""
        self.heat(area)
        asked, decision = suggester.asked, suggester.decision
        if area.ghost:
            self.session.shown(id(area), area.cursor_index, area.ghost)
        if decision is None or asked is None or not decision.steps:
            return
        if not self._decisions or self._decisions[-1].decision is not decision:
            at = asked.start + len(asked.text)
            self._decisions.append(_PlacedDecision(area.lines, at, asked.text[-_SAME:], decision))

    def heat(self, area: GhostArea) -> HeatMap:
        """Return the heat map of a document; an empty one where the document was opened or read anew."""
        document, entry = area.lines, self._maps.get(id(area))
        if entry is not None and entry[0] is document:
            return entry[1]
        heat = HeatMap(document.line_count)
        self._maps[id(area)] = document, heat
        document.followers.append(lambda start, old, new: heat.edited(start, old, new, document.get_line))
        return heat

    def drop(self, area: GhostArea) -> None:
        """Forget a document that was closed."""
        self._maps.pop(id(area), None)

    def _score_finished(self, area: GhostArea, n_inserted: int, *, whole: bool) -> None:
        """Score the words that the last `n_inserted` characters before the cursor brought to their end.

        `whole`: what they end with is a word as it is; if letters follow, the edit drops its score again.
        """
        from autocomplete import word_spans  # lazily: there was a decision, so it is loaded

        index = area.cursor_index
        begin = max(0, index - _AROUND - n_inserted)
        text = area.text_before(begin).text
        least = len(text) - n_inserted - 1  # a joiner before may just have turned out to be a boundary
        spans = list(word_spans(text))
        for number, word in enumerate(spans):
            at_end = word.end == len(text)
            if least <= word.end and (not at_end or whole or word.open_ended):
                floor = spans[number - 1].end if number else 0
                score = self._score(area, text, begin, floor, word)
                if score is not None:
                    row, column = area.lines.location_back(area.cursor_location, len(text) - word.start)
                    self.heat(area).put(row, Scored.of(column, column + word.end - word.start, score))

    def _score(self, area: GhostArea, text: str, begin: int, floor: int, word: WordSpan) -> WordScore | None:
        """Return the score that the decisions between the word before and this one's end give it, None without one.

        A decision after the separator is about the word alone, one before it about both: the former goes first.
        """
        scores: list[tuple[bool, float, WordScore]] = []
        for placed in self._about(area, text, begin, floor, word):
            score = _known_score(placed, text, begin, word)
            if score is not None:
                scores.append((placed.at - begin < word.start, score.bounds.upper - score.bounds.lower, score))
        return min(scores, key=lambda rated: rated[:2])[2] if scores else None

    def _about(self, area: GhostArea, text: str, begin: int, floor: int, word: WordSpan) -> Iterator[_PlacedDecision]:
        for placed in reversed(self._decisions):
            at = placed.at - begin
            tail = placed.tail[max(0, len(placed.tail) - at) :]
            if placed.document is area.lines and floor <= at <= word.end and text[:at].endswith(tail):
                yield placed


def _known_score(placed: _PlacedDecision, text: str, begin: int, word: WordSpan) -> WordScore | None:
    """Return the score that a decision gives a word; None where it gives none."""
    from autocomplete.editor import known_score

    at, decision = placed.at - begin, placed.decision
    n_letters = max(0, at - word.start)  # of the word that were typed already
    if n_letters and (word.open_ended or any(step.filtered for step in decision.steps)):
        return None
    typed = decision.typed[: len(decision.typed) - n_letters]
    try:
        score = known_score(decision, text[min(at, word.start) : word.end], typed)
    except ValueError:  # the decision was about another word
        return None
    return score if score.bounds.upper < 1.0 or score.bounds.lower > 0.0 else None
