"""Which part of a text was not learned yet.

A text given to `learn` is learned whole. Of a context, the text before the cursor, finished sentences are learned as they are
finished, and the words of the sentence at the cursor as they come: these are taken back when they are changed or left.

Invariant: going on typing, moving the window of text that is sent, coming back to a place and asking twice count nothing twice:
a finished sentence that is met again, other than by typing it again, is known by its hash.
"""

from __future__ import annotations

from collections.abc import Sequence

from autocomplete.adaptive.component import Adaptive
from autocomplete.adaptive.weights import Weights
from autocomplete.ngram.lexicon import Lexicon
from autocomplete.ngram.text import Unit, at_start, is_word, sentences, straight
from autocomplete.ngram.vocabulary import END_ID, START_ID
from autocomplete.words import pieces

#: Most sentences whose hashes are kept.
_MOST_SENTENCES = 30_000

#: A context at least this long may have been cut off at its beginning, so its first sentence may be half of one.
_MAYBE_CUT = 512

#: A sentence at the cursor that is longer, in characters, is learned as if it ended.
_LONGEST_PENDING = 1000


#: Most units that are typed from one question to the next: the start mark, a word, and marks around it.
_MOST_TYPED = 5


class Reader:
    """Feeds texts to an adaptive component, which it adds to a lexicon. `generation` grows with every finished sentence."""

    def __init__(self, lexicon: Lexicon, weights: Sequence[float]) -> None:
        self._lexicon = lexicon
        self._first_weights = weights
        self._adaptive = self._component(Weights(weights))
        lexicon.components.append(self._adaptive)
        self._context = ""
        self._begin = 0  # offset in the context at which the sentence at the cursor begins
        self._pending: list[int] = []  # its units, as learned
        self._n_typed = 0  # how many of those came a few at a time, as they do in typing but not where the cursor moves
        self._known: dict[int, None] = {}  # hashes of finished sentences, oldest first
        self.generation = 0

    def _component(self, weights: Weights) -> Adaptive:
        return Adaptive(self._lexicon.terms, len(self._lexicon.vocabulary), weights)

    @property
    def weights(self) -> Weights:
        """How far each kind of evidence is trusted by now."""
        return self._adaptive.weights

    def forget(self, *, keep_weights: bool = False) -> None:
        """Forget all that was learned. `keep_weights`: but for how far to trust what is."""
        self._lexicon.forget()
        weights = self._adaptive.weights if keep_weights else Weights(self._first_weights)
        before, self._adaptive = self._adaptive, self._component(weights)
        self._lexicon.components[self._lexicon.components.index(before)] = self._adaptive
        self._context, self._begin = "", 0
        self._pending.clear()
        self._n_typed = 0
        self._known.clear()
        self.generation += 1

    def learn(self, text: str) -> None:
        """Learn a whole text: a document that is opened, or what was written earlier."""
        self._take_back(0)
        fresh: list[int] = []
        for line in text.splitlines():
            for sentence in sentences(line):
                key = _hash(sentence)
                if key not in self._known:
                    self._finish(sentence)
                    fresh.append(key)
        self._remember(fresh)
        self._context, self._begin = "", 0

    def observe(self, context: str) -> None:
        """Learn what is new in the text before the cursor."""
        if context == self._context:
            return
        went_on = self._follow(context)
        finished, pending, n_chars = _split(context[self._begin :])
        if finished:
            self._take_finished(finished, went_on=went_on, cut=len(context) >= _MAYBE_CUT and not went_on)
            self._begin += n_chars
        if len(context) - self._begin > _LONGEST_PENDING and pending:
            self._take_finished([pending], went_on=went_on, cut=False)
            pending, self._begin = [], len(context)
        self._context = context
        self._take_pending(pending if went_on or _hash(pending) not in self._known else [])
        self._n_typed = self._n_typed if went_on else 0

    def _follow(self, context: str) -> bool:
        """Find where the unlearned part of a context begins; return whether it goes on from the last one."""
        before = self._context[: self._begin]
        if context.startswith(before):
            return bool(before or self._context) and context.startswith(before or self._context)
        moved = before.find(context[:_MAYBE_CUT]) if len(context) >= _MAYBE_CUT else -1
        if moved > 0 and context.startswith(before[moved:]):  # the window has moved on
            self._begin -= moved
            return True
        self._begin = 0
        return False

    def _take_finished(self, finished: Sequence[list[Unit]], *, went_on: bool, cut: bool) -> None:
        """Learn finished sentences that are not known, and the first of them if it was just typed, known or not."""
        if went_on:
            self._take_pending(finished[0])
            if 4 * self._n_typed >= 3 * len(self._pending):
                self._close()
                self._remember([_hash(finished[0])])
                finished = finished[1:]
        self._take_back(0)
        fresh = []
        for sentence in finished[cut:]:
            key = _hash(sentence)
            if key not in self._known:
                self._finish(sentence)
                fresh.append(key)
        self._remember(fresh)

    def _take_pending(self, sentence: list[Unit]) -> None:
        """Make the units learned of the sentence at the cursor those of `sentence`."""
        ids = self._encode(sentence)
        n = 0
        while n < min(len(ids), len(self._pending)) and ids[n] == self._pending[n]:
            n += 1
        self._take_back(n)
        for unit in ids[n:]:
            self._append(unit)
        if len(ids) - n <= _MOST_TYPED:
            self._n_typed += len(ids) - n

    def _take_back(self, n: int) -> None:
        """Take back what was learned of the sentence at the cursor but for its first `n` units."""
        while len(self._pending) > n:
            self._pending.pop()
            self._adaptive.pop()
        self._n_typed = min(n, self._n_typed)

    def _append(self, unit: int) -> None:
        self._adaptive.append(unit)
        self._pending.append(unit)

    def _close(self) -> None:
        """Make the sentence at the cursor a finished one."""
        if self._pending:
            self._adaptive.append(END_ID)
            self._adaptive.settle()
            self._pending.clear()
            self._n_typed = 0
            self.generation += 1

    def _finish(self, sentence: list[Unit]) -> None:
        for unit in self._encode(sentence):
            self._append(unit)
        self._close()

    def _remember(self, keys: Sequence[int]) -> None:
        self._known.update(dict.fromkeys(keys))
        while len(self._known) > _MOST_SENTENCES:
            del self._known[next(iter(self._known))]

    def _encode(self, sentence: list[Unit]) -> list[int]:
        """Return the ids of a sentence, opened by the start mark; unknown words become terms."""
        if not sentence:
            return []
        ids = [START_ID]
        for i, unit in enumerate(sentence):
            if is_word(unit.form):
                first = i < 4 and at_start(sentence[:i])
                found, is_new = self._lexicon.terms.learn(unit.form, first=first)
                if is_new:
                    self._adaptive.forget(found)
                ids.append(found)
            else:
                ids.append(self._lexicon.vocabulary.mark_id(unit.form))
        return ids


def _split(text: str) -> tuple[list[list[Unit]], list[Unit], int]:
    """Return the finished sentences of a text, the one that may go on, and the offset at which that begins.

    >>> finished, pending, offset = _split("One two. Three")
    >>> [unit.form for unit in finished[0]], [unit.form for unit in pending], offset
    (['One', 'two', '.'], ['Three'], 8)
    """
    head, newline, last = text.rpartition("\n")
    finished = [sentence for line in head.splitlines() for sentence in sentences(line)]
    *more, pending = sentences(last) or [[]]
    if not more and not newline:
        return finished, pending, 0
    offset = len(head) + len(newline)
    n_before = sum(map(len, more))
    plain = straight(last)
    at = 0
    for piece in pieces(plain)[:n_before]:
        at = plain.index(piece, at) + len(piece)
    return [*finished, *more], pending, offset + at


def _hash(sentence: Sequence[Unit]) -> int:
    return hash(tuple(unit.form for unit in sentence))
