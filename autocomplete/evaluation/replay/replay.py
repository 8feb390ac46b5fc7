"""Types a document through an `Autocompleter` as an ideal person would, at all cutoffs in one pass.

The protocol (design, section 7): key by key, spaces included; at each position at most one suggestion is shown; it is
accepted with one key if and only if it is exactly right for the whole word, and accepting also types the one space that
follows, where the text has one. What is shown and typed through stays displayed, as in the editor, down to the gate's
hysteresis.

Different cutoffs accept at different places, so they go different ways through the text. One pass follows them all: a *way*
is a range of cutoffs that are at the same position with the same ghost. Ways part where a decision differs, and join again.

Invariant: for a model whose answers depend on nothing but the question, what is recorded for a cutoff is exactly what a
replay at that cutoff alone would find, with a fresh engine whose cache forgets nothing and that asks nothing ahead of need. A
model that learns reads the text letter by letter, as from a writer who accepts nothing: one that skips letters would teach it
slightly less, so there the record is that of one course of learning for all cutoffs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import aclosing
from operator import attrgetter
from typing import Protocol, runtime_checkable

from autocomplete.core.backend import Learner
from autocomplete.core.boundaries import scan
from autocomplete.core.characters import CharKind, char_kind
from autocomplete.core.gate import check_cutoff
from autocomplete.core.root import Root
from autocomplete.core.word_spans import WordSpan, word_spans
from autocomplete.engine.autocompleter import Autocompleter
from autocomplete.errors import ConfigError
from autocomplete.evaluation.cutoff_ranges import STEPS, Span, joined, parts, step_below
from autocomplete.evaluation.records import CutoffOutcome, Document, Record
from autocomplete.evaluation.replay.answers import ReplayAnswers
from autocomplete.evaluation.replay.cutoff_sweep import CutoffSweep
from autocomplete.evaluation.replay.fast_path import WholeWordFastPath
from autocomplete.evaluation.replay.positions import NothingTyped, PositionOutcomes, SweepOutcome, Way

#: The least cutoff that is recorded by default, for models in this process and for those elsewhere. The lower it is
#: the more must be asked: near 0 about every mark and word that may come.
LOWEST_LOCAL, LOWEST_REMOTE = 0.05, 0.1

#: Characters that a model works ahead by: what it keeps of them is some ten megabytes.
_STRETCH = 16_384

#: Characters before the cursor that a question or a shown word may still begin at.
_REACH = 256


@runtime_checkable
class Precomputing(Protocol):
    """A backend that can forget what it learned, and answers faster about texts that are announced to it."""

    def forget(self) -> None:
        """Forget all that was learned."""

    def precompute(self, contexts: Iterable[str]) -> None:
        """Work out what can be about texts that will be asked about, in this order; with no texts drop it again."""


class Truth:
    """What comes next in a text. `words`: all its words."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: Sequence[WordSpan] = tuple(word_spans(text))
        self._ends = [word.end for word in self.words]
        self._end_set = frozenset(self._ends)
        breaks = [-1, *[i for i, char in enumerate(text) if char_kind(char) is CharKind.NEWLINE]]
        self._breaks = [breaks[bisect_left(breaks, word.start) - 1] for word in self.words]  # the last before each word

    def places(self, begin: int, end: int) -> Iterator[int]:
        """Yield the offsets from `begin` to `end` at which a word or a mark ends."""
        number = bisect_left(self._ends, begin)
        at = begin
        while at < end:
            word = self.words[number] if number < len(self.words) else WordSpan(len(self.text), len(self.text))
            yield from (i + 1 for i in range(at, min(end, word.start)) if not self.text[i].isspace())
            if word.start == len(self.text):
                return
            yield word.end
            number, at = number + 1, word.end

    def word(self, at: int) -> int:
        """Return the number of the word that comes at an offset, -1 where a line break or the end comes first."""
        number = bisect_right(self._ends, at)
        if number == len(self.words):
            return -1
        return -1 if self._breaks[number] >= at else number

    def is_right(self, at: int, completion: str, *, open_ended: bool = False) -> bool:
        """Return whether the text goes on with exactly `completion`, and a word ends there unless it is `open_ended`."""
        if not completion or not self.text.startswith(completion, at):
            return False
        return open_ended or at + len(completion) in self._end_set

    def after(self, at: int, completion: str) -> int:
        """Return the offset after a right completion is accepted, with the one space that follows."""
        end = at + len(completion)
        return end + self.text.startswith(" ", end)


class Typist:
    """Types one document along all ways at once: `record` is called for each offset, in order."""

    def __init__(self, autocompleter: Autocompleter, truth: Truth, span: Span) -> None:
        self._autocompleter = autocompleter
        self._answers = ReplayAnswers(autocompleter, span)
        self._learner = autocompleter.backend if isinstance(autocompleter.backend, Learner) else None
        self._truth = truth
        self._root: Root | None = None  # of the offset before
        self._ways = defaultdict[int, list[Way]](list, {0: [Way(*span)]})  # by their offset
        self._shown: dict[tuple[int, str], list[Span]] = {}

    def precompute(self, begin: int, end: int) -> None:
        """Let the model work ahead where it can: words and marks that end at an offset from `begin` to `end`."""
        if isinstance(self._autocompleter.backend, Precomputing):
            self._autocompleter.backend.precompute(self._contexts(begin, end))

    def finish(self) -> None:
        """Let the model drop what it worked out ahead."""
        if isinstance(self._autocompleter.backend, Precomputing):
            self._autocompleter.backend.precompute(())

    def _contexts(self, begin: int, end: int) -> Iterator[str]:
        """Return the texts before the cursor that will be asked about: to the end of each word, and of each mark."""
        text = self._truth.text
        return (self._autocompleter.decider.text_before(text, at) for at in self._truth.places(begin, end))

    async def record(self, at: int) -> Record:
        """Return the record of offset `at`, and let all ways that are there go on. Offsets come in order."""
        root = self._cut(at)
        ways = _merged(self._ways.pop(at, []))
        sources = self._sources(root, at)
        recorded: list[CutoffOutcome] = []
        likeliest: SweepOutcome | None = None
        for way, outcomes in zip(ways, await _decided(sources, ways), strict=True):
            for outcome in reversed(outcomes):
                self._go_on(root, at, way.displayed, outcome, recorded)
                if outcome.completion and not way.displayed:
                    likeliest = outcome
        for source in sources:
            likeliest = likeliest or await source.likeliest()
        assert likeliest is not None  # the last source knows it
        return self._recorded(root, at, likeliest, recorded)

    def _sources(self, root: Root, at: int) -> Sequence[PositionOutcomes]:
        """Return the implementations to ask at an offset, the fastest first; the last one decides what the others cannot."""
        if _is_blank(root):
            return (NothingTyped(),)
        search, fast_path = CutoffSweep(self._answers, root, at), WholeWordFastPath.at(self._answers, root, at)
        return (search,) if fast_path is None else (fast_path, search)

    def _cut(self, at: int) -> Root:
        """Return the root of an offset; what is new in its context is learned."""
        before, root = self._root, self._autocompleter.decider.root(self._truth.text, at, before=self._root)
        self._root = root
        if self._learner is not None and (before is None or root.context != before.context):
            self._learner.observe(root.context)
        return root

    def _go_on(self, root: Root, at: int, displayed: str, outcome: SweepOutcome, recorded: list[CutoffOutcome]) -> None:
        """Add what happens by an outcome, with `displayed` on the screen, and go where it leads."""
        low, high, completion, _, lower, upper, open_ended, requests = outcome
        withdrawn = displayed != "" and completion != displayed
        if not completion:
            recorded.append(CutoffOutcome(low, high, "", lower, upper, False, False, withdrawn, requests))
            self._lead(low, high, at + 1, "")
            return
        right = self._truth.is_right(at, completion, open_ended=open_ended)
        for part, first in self._shows(root.typed, at, completion, (low, high)):
            recorded.append(CutoffOutcome(*part, completion, lower, upper, right, first, withdrawn, requests))
        if right:
            self._lead(low, high, self._truth.after(at, completion), "")
        else:
            stays = completion.startswith(self._truth.text[at])
            self._lead(low, high, at + 1, completion[1:] if stays else "")

    def _lead(self, low: float, high: float, at: int, displayed: str) -> None:
        """Send some cutoffs on to offset `at`, together with those right below them if these go the same way."""
        ways = self._ways[at]
        if ways and ways[-1].high == low and ways[-1].displayed == displayed:
            ways[-1].high = high
        else:
            ways.append(Way(low, high, displayed))

    def _shows(self, typed: str, at: int, completion: str, span: Span) -> list[tuple[Span, bool]]:
        """Return the parts of a range of cutoffs at which a completion is shown, and whether its word was not before."""
        text = typed + completion
        begin = _begin(text, len(typed))
        pair = at - len(typed) + begin, text[begin:]
        before = self._shown.get(pair)
        if before is None:
            self._shown[pair] = [span]
            return [(span, True)]
        self._shown[pair] = joined(before, span)
        return [(part, not known) for part, known in parts(span, before)]

    def _recorded(self, root: Root, at: int, likeliest: SweepOutcome, recorded: Sequence[CutoffOutcome]) -> Record:
        number = self._truth.word(at)
        word = self._truth.words[number] if number >= 0 else WordSpan(at, at)
        _, _, _, best, lower, upper, open_ended, _ = likeliest
        if not best:
            lower = upper = 0.0
        right = self._truth.is_right(at, best, open_ended=open_ended)
        typed, left = max(0, at - word.start), word.end - at
        begun = _has_text(root.typed)
        return Record(at, number, typed, left, begun, best, lower, upper, right, tuple(recorded))

    def forget(self, at: int) -> None:
        """Drop what cannot matter any more at offset `at`."""
        self._answers.forget(at - _REACH)
        self._shown = {pair: spans for pair, spans in self._shown.items() if pair[0] >= at - _REACH}


async def replay_document(
    autocompleter: Autocompleter,
    document: Document | str,
    *,
    lowest: float | None = None,
    highest: float = 1.0,
) -> AsyncIterator[Record]:
    """Yield a record for each offset of a document, in order, good for every cutoff from `lowest` to `highest`.

    `lowest`: by default .05 for a model in this process, .1 for one that is asked elsewhere, where lower cutoffs cost requests;
    with `lowest` equal to `highest` it is a replay at that cutoff. A model that learns forgets
    first what it learned before: give this an engine of its own. The engine's gate, but for its hysteresis, its cache and
    its prefetch do not matter; its mode, budget and `max_words` do.

    Raises ConfigError for cutoffs that make no sense, and a `BackendError` where the model could not be asked.
    """
    if isinstance(document, str):
        document = Document("", document)
    span = checked_span(autocompleter, lowest, highest)
    async with aclosing(typed_through(autocompleter, Truth(document.text), span)) as records:
        async for record in records:
            yield record


async def typed_through(autocompleter: Autocompleter, truth: Truth, span: Span) -> AsyncGenerator[Record, None]:
    """Yield the records of a text as `replay_document` does. `span`: the cutoffs, see `checked_span`."""
    if isinstance(autocompleter.backend, Precomputing):
        autocompleter.backend.forget()
    typist = Typist(autocompleter, truth, span)
    try:
        for at in range(len(truth.text)):
            if at % _REACH == 0:
                typist.forget(at)
            if at % _STRETCH == 0:
                typist.precompute(at, at + _STRETCH)
            yield await typist.record(at)
    finally:
        typist.finish()


def checked_span(autocompleter: Autocompleter, lowest: float | None, highest: float) -> Span:
    """Return the range of cutoffs from `lowest` to `highest`, both included, as multiples of a step.

    Raises ConfigError where there is none.
    """
    if lowest is None:
        lowest = min(highest, LOWEST_LOCAL if autocompleter.capabilities.local else LOWEST_REMOTE)
    if check_cutoff(lowest) > check_cutoff(highest):
        raise ConfigError(f"The lowest cutoff {lowest} lies above the highest, {highest}: swap them.")
    return step_below(step_below(lowest) - 0.5 / STEPS), step_below(highest)


def _has_text(text: str) -> bool:
    """Return whether a text has anything but white space.

    >>> _has_text(""), _has_text(" "), _has_text(" a")
    (False, False, True)
    """
    return bool(text) and not text.isspace()


def _is_blank(root: Root) -> bool:
    """Return whether there is nothing but white space before the cursor."""
    return not (_has_text(root.typed) or _has_text(root.context))


async def _decided(sources: Sequence[PositionOutcomes], ways: Sequence[Way]) -> list[list[SweepOutcome]]:
    """Return what is decided on each way, from strict to loose, by the first source that can decide it."""
    first, *others = sources
    decided = list(await first.outcomes(ways))
    for source in others:
        for number, way in enumerate(ways):
            if decided[number] is None:
                (decided[number],) = await source.outcomes([way])
    return [outcomes for outcomes in decided if outcomes is not None]


def _begin(text: str, cursor: int) -> int:
    """Return where the first word of `text` begins that ends beyond `cursor`."""
    bare = text.lstrip(" ")
    if bare.isascii() and bare.isalpha():  # one word to the end, as most are
        return len(text) - len(bare)
    return scan(text, cursor, ended=True).start or 0


def _merged(ways: list[Way]) -> list[Way]:
    """Return the same ways to one offset from low to high, neighbours with the same ghost as one."""
    if len(ways) < 2:
        return ways
    merged: list[Way] = []
    for way in sorted(ways, key=attrgetter("low")):
        if merged and merged[-1].high == way.low and merged[-1].displayed == way.displayed:
            merged[-1].high = way.high
        else:
            merged.append(way)
    return merged
