"""Feeds the texts that a person writes to the adaptive component: what of each text was not learned yet.

A text given to `learn` is learned whole. Of a context, the text before the cursor, finished sentences are learned as they are
finished, and the words of the sentence at the cursor as they come: these are taken back when they are changed or left.

Invariant: going on typing, moving the window of text that is sent, coming back to a position and asking twice count nothing
twice: a finished sentence that is met again, other than by typing it again, is recognised by its hash. Only what was typed is
handed to the pending sentences, and from there to the memory: never what was opened, pasted or changed from afar.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from autocomplete.core.boundaries import pieces
from autocomplete.embedded.adaptive.component import AdaptiveComponent
from autocomplete.embedded.adaptive.long_term import LongTermCounts
from autocomplete.embedded.adaptive.memory import privacy
from autocomplete.embedded.adaptive.memory.memory import Memory
from autocomplete.embedded.adaptive.memory.pending_sentences import PendingSentences, Runs
from autocomplete.embedded.adaptive.weights import MixtureWeights
from autocomplete.embedded.ngram.lexicon import Lexicon
from autocomplete.embedded.ngram.sentences import Unit, at_start, is_word, sentences, sentences_at_cursor, straight
from autocomplete.embedded.ngram.vocabulary import END_ID, START_ID, UNKNOWN_ID

#: Most finished sentences whose hashes are remembered.
_MOST_SENTENCES = 30_000

#: A context at least this long may have been cut off at its beginning, so its first sentence may be half of one.
_MAYBE_CUT = 512

#: A sentence at the cursor that is longer, in characters, is learned as if it ended.
_LONGEST_PENDING = 1000

#: Most units that are typed between two contexts: the start mark, a word, and marks around it.
_MOST_TYPED = 5

#: Units of a sentence of which only the first word is there: that may well have been typed.
_FIRST_WORD = 2


class TextLearner:
    """Adds a component to a lexicon and lets it learn. `generation` grows with every finished sentence.

    `component`: what was added. `memory`: of earlier sessions. `pending_sentences`: takes what is typed from now on; None where
    nothing is to be stored.
    """

    def __init__(self, lexicon: Lexicon, weights: Sequence[float], memory: Memory | None = None) -> None:
        self._lexicon, self._fitted_weights, self._memory = lexicon, weights, memory
        self.pending_sentences: PendingSentences | None = None
        self._long_term: LongTermCounts | None = None
        self.component = self._new_component(self._first_weights())
        lexicon.components.append(self.component)
        self._context = ""
        self._begin = 0  # offset in the context at which the sentence at the cursor begins
        self._pending: list[int] = []  # its units, as learned
        self._sentence: list[Unit] = []  # the same, as written
        self._n_typed = 0  # how many of those came a few at a time, as they do in typing but not where the cursor moves
        self._hashes: dict[int, None] = {}  # of finished sentences, oldest first
        self.generation = 0

    def _first_weights(self) -> MixtureWeights:
        weights = MixtureWeights(self._fitted_weights)
        if self._memory is not None:
            weights.restore(self._memory.weights("session"))
        return weights

    def _new_component(self, weights: MixtureWeights) -> AdaptiveComponent:
        terms, vocabulary = self._lexicon.terms, self._lexicon.vocabulary
        if self._memory is not None:
            before, self._long_term = self._long_term, LongTermCounts(self._memory, vocabulary, terms)
            learned = self._memory.weights("past") if before is None else before.weights.learned()
            self._long_term.weights.restore(learned)
        return AdaptiveComponent(terms, len(vocabulary), weights, long_term=self._long_term)

    def forget(self, *, keep_weights: bool = False) -> None:
        """Forget all that was learned. `keep_weights`: but for how far to trust what is."""
        self._lexicon.forget()
        weights = self.component.weights if keep_weights else self._first_weights()
        before, self.component = self.component, self._new_component(weights)
        self._lexicon.components[self._lexicon.components.index(before)] = self.component
        self._context, self._begin = "", 0
        self._pending.clear()
        self._n_typed = 0
        self._hashes.clear()
        self.generation += 1

    def learn(self, text: str) -> None:
        """Learn a whole text: a document that is opened, or what was written earlier."""
        self._learn_new(_sentences(text))
        self._context, self._begin = "", 0

    def observe(self, context: str) -> None:
        """Learn what is new in the text before the cursor."""
        self.component.set_context(context)
        if context == self._context:
            return
        went_on = self._follow(context)
        finished, pending, n_chars = _split(context[self._begin :])
        if self.pending_sentences:
            self.pending_sentences.seen([_hash(sentence) for sentence in finished], whole=self._begin == 0)
        if finished:
            self._learn_finished(finished, went_on=went_on, cut=len(context) >= _MAYBE_CUT and not went_on)
            self._begin += n_chars
        if len(context) - self._begin > _LONGEST_PENDING and pending:
            self._learn_finished([pending], went_on=went_on, cut=False)
            pending, self._begin = [], len(context)
        self._context = context
        self._learn_pending(pending if went_on or _hash(pending) not in self._hashes else [])
        if not went_on and len(self._pending) > _FIRST_WORD:
            self._n_typed = 0

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

    def _learn_finished(self, finished: Sequence[list[Unit]], *, went_on: bool, cut: bool) -> None:
        """Learn finished sentences that are new, and the first of them if it was just typed, new or not."""
        if went_on:
            self._learn_pending(finished[0])
            if self._is_typed:
                self._hand_over()
                finished = finished[1:]
        self._learn_new(finished[cut:])

    def _learn_new(self, finished: Iterable[list[Unit]]) -> None:
        """Learn the finished sentences that were not learned before, in place of the one at the cursor."""
        self._take_back(0)
        fresh: list[int] = []
        for sentence in finished:
            key = _hash(sentence)
            if key not in self._hashes:
                for unit in self._encode(sentence):
                    self._append(unit)
                self._close()
                fresh.append(key)
        self._remember(fresh)

    @property
    def _is_typed(self) -> bool:
        """Whether the sentence at the cursor was typed, or accepted a word at a time."""
        return bool(self._pending) and 4 * self._n_typed >= 3 * len(self._pending)

    def leave(self) -> None:
        """Hand over the sentence at the cursor, if it was typed: nobody goes on with it."""
        if self._is_typed:
            self._hand_over()
        self._store_weights()
        self._context, self._begin = "", 0

    def _hand_over(self) -> None:
        """Make the sentence at the cursor a finished one, and add it to the pending sentences."""
        key = _hash(self._sentence)
        if self.pending_sentences is not None and self._memory is not None:
            if runs := self._runs(self._sentence, self._pending):
                self.pending_sentences.typed(key, runs, self._memory.now_s())
            self._store_weights()
        self._remember([key])
        self._close()

    def _store_weights(self) -> None:
        if self._memory is not None and self._long_term is not None and self.pending_sentences is not None:
            self._memory.learned("session", self.component.weights.learned())
            self._memory.learned("past", self._long_term.weights.learned())

    def runs(self, text: str) -> Iterator[Runs]:
        """Yield what may be stored of each sentence of a text; its words become terms, nothing else is learned."""
        for sentence in _sentences(text):
            if runs := self._runs(sentence, self._encode(sentence)):
                yield runs

    def _runs(self, sentence: Sequence[Unit], ids: Sequence[int]) -> Runs:
        """Return what may be stored of a sentence, by spelling, and name the person's own words in it to the memory."""
        n_known, terms = len(self._lexicon.vocabulary), self._lexicon.terms
        runs: list[tuple[str, ...]] = []
        for part in privacy.runs(sentence):
            units = list(ids[part.start + 1 : part.stop + 1])
            units[:0] = [START_ID] * (part.start == 0)
            units += [END_ID] * (part.stop == len(sentence))
            for is_known, known in groupby(units, lambda unit: unit != UNKNOWN_ID):
                if is_known:
                    runs.append(tuple(map(terms.form_of, known)))
            for unit in units:
                if unit >= n_known and self._memory is not None:
                    self._memory.own(terms.form_of(unit))
        return tuple(runs)

    def _learn_pending(self, sentence: list[Unit]) -> None:
        """Make the units learned of the sentence at the cursor those of `sentence`."""
        n = self._n_unchanged(sentence)
        ids = [*self._pending[: n + 1], *self._encode(sentence, n)] if n else self._encode(sentence)
        while n < min(len(ids), len(self._pending)) and ids[n] == self._pending[n]:
            n += 1
        self._take_back(n)
        for unit in ids[n:]:
            self._append(unit)
        self._sentence = sentence
        if len(ids) - n <= _MOST_TYPED:
            self._n_typed += len(ids) - n

    def _n_unchanged(self, sentence: list[Unit]) -> int:
        """Return how many units of `sentence` were learned as units of the sentence at the cursor."""
        most = min(len(sentence), len(self._sentence), len(self._pending) - 1)
        return next((i for i in range(most) if sentence[i].form != self._sentence[i].form), max(0, most))

    def _take_back(self, n: int) -> None:
        """Take back what was learned of the sentence at the cursor but for its first `n` units."""
        while len(self._pending) > n:
            self._pending.pop()
            self.component.pop()
        self._n_typed = min(n, self._n_typed)

    def _append(self, unit: int) -> None:
        self.component.append(unit)
        self._pending.append(unit)

    def _close(self) -> None:
        """Make the sentence at the cursor a finished one."""
        if self._pending:
            self.component.append(END_ID)
            self.component.settle()
            self._pending.clear()
            self._n_typed = 0
            self.generation += 1

    def _remember(self, keys: Sequence[int]) -> None:
        self._hashes.update(dict.fromkeys(keys))
        while len(self._hashes) > _MOST_SENTENCES:
            del self._hashes[next(iter(self._hashes))]

    def _encode(self, sentence: list[Unit], begin: int = 0) -> list[int]:
        """Return the ids of a sentence from a unit on, at first opened by the start mark; unknown words become terms."""
        ids = [] if begin or not sentence else [START_ID]
        for i, (form, _) in enumerate(sentence[begin:], start=begin):
            if not is_word(form):
                ids.append(self._lexicon.vocabulary.mark_id(form))
                continue
            word, is_new = self._lexicon.terms.learn(form, first=i < 4 and at_start(sentence[:i]))
            if is_new:
                self.component.forget(word)
            ids.append(word)
        return ids


def _split(text: str) -> tuple[list[list[Unit]], list[Unit], int]:
    """Return the finished sentences of a text, the one that may go on, and the offset at which that begins.

    >>> finished, pending, offset = _split("One two. Three")
    >>> [unit.form for unit in finished[0]], [unit.form for unit in pending], offset
    (['One', 'two', '.'], ['Three'], 8)
    """
    head, newline, last = text.rpartition("\n")
    finished = list(_sentences(head))
    *more, pending = sentences_at_cursor(last) or [[]]
    if not more and not newline:
        return finished, pending, 0
    offset = len(head) + len(newline)
    n_before = sum(map(len, more))
    plain = straight(last)
    at = 0
    for piece in pieces(plain)[:n_before]:
        at = plain.index(piece, at) + len(piece)
    return [*finished, *more], pending, offset + at


def _sentences(text: str) -> Iterator[list[Unit]]:
    return (sentence for line in text.splitlines() for sentence in sentences(line))


def _hash(sentence: Sequence[Unit]) -> int:
    return hash(tuple(unit.form for unit in sentence))
