"""Follows one writer: scores each word as it is finished, records it, keeps the goal, hides a few suggestions at random.

Invariant: what is scored is every decision, shown or hidden, against what was typed in the end, by the rule of the replay: the
truth of a decision is the next word after its text. A word is scored once, when it is finished; one that the cursor jumped
out of is not. Nothing here waits, asks or reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from autocomplete.core.common_prefix import common_prefix
from autocomplete.core.distribution import Usage
from autocomplete.core.word_spans import WordSpan, word_spans
from autocomplete.evaluation.cutoff_ranges import Span
from autocomplete.evaluation.word_outcome import PredictionSource, WordOutcome
from autocomplete.evaluation.word_shows import Show, TypedState, accepted_at, labels, scored

if TYPE_CHECKING:
    from autocomplete.core.decision import Decision
    from autocomplete.evaluation.history.recorder import Recorder

#: Characters that may be typed between two decisions; after more, nobody was asked for a while, and nothing is scored.
_MOST_UNASKED = 200

#: Characters by which a text that begins elsewhere is recognised.
_SAME = 48

#: Decisions that wait for their word to be finished: more than a word has letters.
_MOST_PENDING = 64

#: Words of which it is remembered whether their suggestions are hidden.
_MOST_DRAWN = 8


@dataclass(frozen=True, slots=True)
class _Pending:
    """A decision whose truth is not known yet, for the text that ends at `at`. `shown`: it passed the cutoff."""

    at: int
    state: TypedState
    shown: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class _Presses:
    """Keys that were pressed between two decisions, and typed what lies between two offsets."""

    begin: int
    end: int
    n_keys: int


class GoalFollower(Protocol):
    """Learns from finished words whether a goal is reached. See `PrecisionController`."""

    def take_words(self, words: Iterable[Sequence[Show]], unsettled: Iterable[Sequence[Show]] | None = None) -> None:
        """Take the distinct shows of finished words."""


class WordDraw(Protocol):
    """Draws which words have their suggestions hidden. See `Holdout`."""

    def next_word(self) -> bool:
        """Return whether the suggestions of the word that begins now are hidden."""


class LiveScorer:
    """Scores one document while it is written.

    `today`: the day as an ordinal. `session`: a random number for this document in this run. `recorder` and `goal` take each
    finished word, `holdout` draws which words are hidden; documents may share them, and None leaves that part out.
    """

    def __init__(
        self,
        source: PredictionSource,
        today: Callable[[], int],
        session: int,
        *,
        recorder: Recorder | None = None,
        goal: GoalFollower | None = None,
        holdout: WordDraw | None = None,
    ) -> None:
        self._source, self._today, self._session = source, today, session
        self.recorder = recorder
        self._goal, self._holdout = goal, holdout
        self._requests, self._usage = 0, Usage()
        self.left()

    def left(self) -> None:
        """Drop the word that was begun: the cursor jumped, text was pasted, or nothing is suggested for a while.

        What was asked for it counts for the next word that is finished: it was paid.
        """
        self.hidden = False
        self._text: str | None = None
        self._pending: list[_Pending] = []
        self._taken: list[Span] = []
        self._drawn: dict[int, bool] = {}
        self._end = 0  # up to here everything is scored
        self._root = 0  # of the last decision
        self._presses: list[_Presses] = []
        self._keys = 0

    def key(self) -> None:
        """Count a key that was pressed: a letter, or the key that accepts."""
        self._keys += 1

    def decided(self, decision: Decision) -> tuple[WordOutcome, ...]:
        """Take a decision for the text as it is now; return what came of the words that are finished there."""
        self.note(decision)
        return self.finished()

    def note(self, decision: Decision) -> None:
        """Take a decision for the text as it is now, quickly; what it finishes is left to `finished`.

        Text that was deleted since the last one takes the decisions about it along. `hidden` says afterwards whether a
        suggestion of this decision is to be kept back.
        """
        self._follow(decision.context + decision.typed)
        state = TypedState.of(decision)
        ahead = _is_ahead(decision.typed, state.completion)
        self._requests += decision.requests
        self._usage += decision.usage
        root = len(decision.context)
        at = root + len(decision.typed)
        goes_ahead = _is_ahead(decision.typed, decision.completion) if decision.shown else ahead
        self.hidden = self._hides(at if goes_ahead else root)
        if self._pending and self._pending[-1].at == at:
            self._pending.pop()  # asked again, with another cutoff or after a deletion
        del self._pending[:-_MOST_PENDING]
        self._pending.append(_Pending(at, state, decision.completion if decision.shown else "", self.hidden))
        self._root = root

    def settle(self, decision: Decision, found: Decision) -> None:
        """Put what was found out about the newest decision in its place; nothing where another came since. See `settled`."""
        at, before = len(decision.context) + len(decision.typed), TypedState.of(decision)
        if self._pending and self._pending[-1].at == at and self._pending[-1].state == before:
            self._pending[-1] = replace(self._pending[-1], state=TypedState.of(found))

    def _hides(self, begin: int) -> bool:
        """Return whether the suggestions of the word after the offset `begin` are hidden; drawn once for each word."""
        if self._holdout is None:
            return False
        if begin not in self._drawn:
            self._drawn[begin] = self._holdout.next_word()
            for former in sorted(self._drawn)[:-_MOST_DRAWN]:
                del self._drawn[former]
        return self._drawn[begin]

    def _follow(self, text: str) -> None:
        """Go on with `text`, as far as it goes on from the text before."""
        if self._text is not None and not text.startswith(self._text):
            self._go_back(text)
        begin, n_keys = len(self._text or ""), self._keys
        if self._text is None or len(text) - len(self._text) > _MOST_UNASKED:
            n_keys = max(1, n_keys) if text else 0
            self.left()
            begin = self._end = max(0, len(text) - n_keys)
        if n_keys:
            self._presses.append(_Presses(begin, len(text), n_keys))
        self._text, self._keys = text, 0

    def _go_back(self, text: str) -> None:
        """Follow a deletion, and a text of which less of the beginning is known; drop all where it is another text."""
        before, shift = self._text or "", 0
        common = common_prefix(before, text)
        if common < self._end:
            shift = max(0, before.find(text[:_SAME]))
            common = common_prefix(before[shift:], text)
        if shift > self._end or common < self._end - shift:
            self._text = None
            return
        self._text = text[:common]
        self._end -= shift
        self._root -= shift
        self._drawn = {begin - shift: hidden for begin, hidden in self._drawn.items() if begin - shift <= common}
        self._presses = [_Presses(min(p.begin - shift, common), min(p.end - shift, common), p.n_keys) for p in self._presses]
        moved = (_Pending(p.at - shift, p.state, p.shown, p.hidden) for p in self._pending)
        self._pending = [pending for pending in moved if pending.at <= common]

    def finished(self) -> tuple[WordOutcome, ...]:
        """Score the words that are finished and not scored yet; return what came of them."""
        text = self._text or ""
        root = min(self._root, len(text))
        if root <= self._end:
            return ()
        space = max(text.rfind(" ", 0, self._end), text.rfind("\n", 0, self._end))
        words = word_spans(text, max(0, space, self._end - _SAME), root)
        return tuple([self._outcome(text, word) for word in words if word.end > self._end])

    def _outcome(self, written: str, word: WordSpan) -> WordOutcome:
        text = written[: word.end]
        decided = [pending for pending in self._pending if pending.at < word.end]
        self._pending = self._pending[len(decided) :]
        begin = decided[0].at if decided else word.end
        states = [_relative(pending, text, begin, self._end) for pending in decided]
        whole = text[begin:]
        found, unsettled = scored(states, whole, self._taken, space=written[word.end : word.end + 1] == " ")
        shown = {state.typed + pending.shown for pending, state in zip(decided, states, strict=True) if pending.shown}
        outcome = WordOutcome(
            self._source,
            self._today(),
            self._session,
            word.end - self._end,
            self._keys_of(word.end),
            len(shown),
            int(whole in shown),
            any(pending.hidden for pending in decided if pending.shown),
            self._requests,
            self._usage,
            found,
            labels(states, whole),
            unsettled,
        )
        self._taken, self._end = accepted_at(found), word.end
        self._requests = 0
        self._usage = Usage()
        self._hand_on(outcome)
        return outcome

    def _keys_of(self, end: int) -> int:
        """Return the keys of the word that ends at an offset, and keep those that came after it for the next."""
        n_keys, later = 0, list[_Presses]()
        for presses in self._presses:
            within = presses.n_keys if presses.end <= end else max(0, min(presses.n_keys, end - presses.begin))
            n_keys += within
            if within < presses.n_keys:
                later.append(_Presses(max(end, presses.begin), presses.end, presses.n_keys - within))
        self._presses = later
        return n_keys

    def _hand_on(self, outcome: WordOutcome) -> None:
        if self.recorder is not None:
            self.recorder.word(outcome)
        if self._goal is not None:
            self._goal.take_words([outcome.shows], [outcome.unsettled])


def _is_ahead(typed: str, completion: str) -> bool:
    """Return whether a completion leaves the word that is typed as it is, and adds the next one.

    >>> _is_ahead(" from", " you"), _is_ahead(" fr", "om"), _is_ahead(" ", "you"), _is_ahead(" don", "'t")
    (True, False, False, False)
    """
    return bool(typed.strip()) and completion[:1].isspace()


def _relative(pending: _Pending, text: str, begin: int, end_before: int) -> TypedState:
    """Return a state as seen from the offset `begin`, where the first state of its word stood.

    Where a line break came, the truth was no word at all: no candidate is right then, as none holds a line break.
    """
    state = pending.state
    ahead = pending.at == end_before and text[pending.at : pending.at + 1] == " "
    return replace(state, typed=text[begin : pending.at], begun=not state.start, ahead=ahead)
