"""What is learned from which document: from all together, but from each private one apart.

Invariant: what is learned in a private document is known there only and never stored; of the others only what was typed after
they were entered is.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from autocomplete.core.backend import Privacy
from autocomplete.embedded.adaptive.learner import TextLearner
from autocomplete.embedded.adaptive.memory.memory import Memory
from autocomplete.embedded.adaptive.memory.pending_sentences import PendingSentences
from autocomplete.embedded.adaptive.online_calibration import OnlineCalibration
from autocomplete.embedded.ngram.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Learned:
    """A lexicon, the learner that adds to it, and how far it turned out to be right."""

    lexicon: Lexicon
    learner: TextLearner
    online: OnlineCalibration


class DocumentLearners:
    """What was learned from all documents and from each private one. `current`: what holds for the document at hand.

    `weights`: where those of each learner begin. `memory`: of earlier sessions; it gets what may be stored.
    """

    def __init__(self, lexicon: Lexicon, weights: Sequence[float], memory: Memory | None) -> None:
        self._weights, self._memory = weights, memory
        self._shared = self.current = self._begin(lexicon)
        self._private: dict[Hashable, Learned] = {}
        self._pending: dict[Hashable, PendingSentences] = {}
        self._entered: tuple[Hashable, Privacy] | None = None
        self._generation = 0

    def _begin(self, lexicon: Lexicon) -> Learned:
        return Learned(lexicon, TextLearner(lexicon, self._weights, self._memory), OnlineCalibration())

    @property
    def generation(self) -> int:
        """A number that grows whenever something finished was learned, and with each switch to what was learned elsewhere."""
        return self._generation + self.current.learner.generation

    def enter(self, document: Hashable, privacy: Privacy) -> None:
        """Learn for a document from now on; entered again with another privacy, it was named."""
        if (document, privacy) == self._entered:
            return
        if self._entered is not None and self._entered[0] != document:
            self.current.learner.leave()
        self._entered = document, privacy
        if privacy is Privacy.PRIVATE and document not in self._private:
            if (pending := self._pending.pop(document, None)) is not None and self._memory is not None:
                pending.clear()  # nothing of it is stored that was not stored yet
                self._memory.leave(pending)
            lexicon = self._shared.lexicon.fork()
            lexicon.components.remove(self._shared.learner.component)
            self._private[document] = self._begin(lexicon)
        self._use(self._private.get(document, self._shared))
        self.current.learner.pending_sentences = self._pending_of(document, privacy)

    def leave(self, document: Hashable) -> None:
        """Note that a document is closed: what stands in it is stored, or forgotten, as its privacy demands."""
        if self._entered is not None and self._entered[0] == document:
            self.current.learner.leave()
            self.current.learner.pending_sentences = self._entered = None
            self._use(self._shared)
        self._private.pop(document, None)
        pending = self._pending.pop(document, None)
        if pending is not None and self._memory is not None:
            self._memory.leave(pending)

    def close(self) -> None:
        """Leave all documents."""
        self.current.learner.leave()
        for document in list(self._pending):
            self.leave(document)

    def _use(self, learned: Learned) -> None:
        if learned is not self.current:
            self._generation = self.generation + 1
            self.current = learned

    def _pending_of(self, document: Hashable, privacy: Privacy) -> PendingSentences | None:
        if self._memory is None or document in self._private:
            return None
        pending = self._pending.setdefault(document, PendingSentences())
        if privacy is Privacy.STORED:
            self._memory.follow(pending)
        return pending
