"""Follows one writer: scores each word as it is finished, records it, keeps the goal, hides a few suggestions at random.

Invariant: what is scored is every decision, shown or hidden; a word is scored once, when the next one begins, and never where
the cursor jumped instead. Nothing here waits, asks or reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from autocomplete.distribution import Usage
from autocomplete.tuning.outcomes import Outcome, Source
from autocomplete.tuning.shadow import Label, Show, State, labels, shows

if TYPE_CHECKING:
    from autocomplete.decision import Decision
    from autocomplete.tuning.keeping import Keeper
    from autocomplete.tuning.recorder import Recorder
    from autocomplete.tuning.steering import Hiding


class Live:
    """One document of a writer.

    `today`: the day as an ordinal. `session`: a random number for this document in this run. `recorder`, `keeper`, `hiding`:
    what finished words are told to, which may be shared between documents; None leaves that part out.
    """

    def __init__(
        self,
        source: Source,
        today: Callable[[], int],
        session: int,
        *,
        recorder: Recorder | None = None,
        keeper: Keeper | None = None,
        hiding: Hiding | None = None,
    ) -> None:
        self._source, self._today, self._session = source, today, session
        self._recorder, self._keeper, self._hiding = recorder, keeper, hiding
        self.hidden = False
        self._context: str | None = None
        self._begin_word()

    def _begin_word(self) -> None:
        self._states: list[State] = []
        self._shown: set[str] = set()
        self._shows: tuple[Show, ...] = ()
        self._labels: tuple[Label, ...] = ()
        self._keys = self._n_chars = self._n_shown = self._n_right = self._requests = 0
        self._usage = Usage()

    def key(self) -> None:
        """Count a key that was pressed: a letter, or the key that accepts."""
        self._keys += 1

    def decided(self, decision: Decision) -> Outcome | None:
        """Take a decision for the text as it is now; return what came of the word before, where this one begins a new word.

        `hidden` tells afterwards whether the suggestions of the word that is being typed are to be hidden.
        """
        outcome = None
        if decision.context != self._context:
            outcome = self._finished(decision.context)
            self._context = decision.context
        self._states.append(State.of(decision))
        self._requests += decision.requests
        self._usage += decision.usage
        if decision.shown:
            self._shown.add(decision.typed + decision.completion)
        return outcome

    def left(self) -> None:
        """Drop the word that was begun: the cursor moved, text was pasted, undone or deleted."""
        self._context = None
        self._begin_word()

    def _finished(self, context: str) -> Outcome | None:
        """Score what was typed since the last root. Marks between words are no words: their shows go with the next word."""
        if self._context is None or not context.startswith(self._context):
            self._begin_word()
            return None
        whole = context[len(self._context) :]
        self._shows += shows(self._states, whole)
        self._labels += labels(self._states, whole)
        self._n_chars += len(whole)
        self._n_shown += len(self._shown)
        self._n_right += whole in self._shown
        self._states.clear()
        self._shown.clear()
        if not any(char.isalnum() for char in whole):
            return None
        outcome = Outcome(
            self._source,
            self._today(),
            self._session,
            self._n_chars,
            self._keys,
            self._n_shown,
            self._n_right,
            self.hidden,
            self._requests,
            self._usage,
            self._shows,
            self._labels,
        )
        self._begin_word()
        self._tell(outcome)
        return outcome

    def _tell(self, outcome: Outcome) -> None:
        if self._recorder is not None:
            self._recorder.word(outcome)
        if self._keeper is not None:
            from autocomplete.tuning.certificate import rows_of

            shown, right = rows_of(outcome.shows)
            self._keeper.take(shown[None], right[None])
        self.hidden = self._hiding is not None and self._hiding.next_word()
