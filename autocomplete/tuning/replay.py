"""Types a document through an `Autocompleter` as an ideal person would, at all cutoffs in one pass.

The protocol (design, section 7): key by key, spaces included; at each position at most one suggestion is shown; it is
accepted with one key if and only if it is exactly right for the whole word, and accepting also types the one space that
follows, where the text has one. What is shown and typed through stays painted, as in the editor, down to the gate's
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
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from autocomplete.backends import Learner
from autocomplete.cutting import WordSpan, word_spans
from autocomplete.engine import Autocompleter
from autocomplete.errors import ConfigError
from autocomplete.gate import check_cutoff
from autocomplete.tuning.direct import Look, look
from autocomplete.tuning.records import Document, Offer, Record
from autocomplete.tuning.spans import STEPS, Span, joined, parts, step_below
from autocomplete.tuning.sweep import Outcome, Sweep
from autocomplete.words import CharKind, Root, char_kind, scan

#: The least cutoff that is recorded unless told otherwise, for models in this process and for those elsewhere. The lower it is
#: the more must be asked: near 0 about every mark and word that may come.
LOWEST_LOCAL, LOWEST_REMOTE = 0.05, 0.1

#: Characters that a model works ahead by: what it keeps of them is some ten megabytes.
_STRETCH = 16_384

#: Characters before the cursor that a question or a shown word may still begin at.
_REACH = 256


@runtime_checkable
class Forgetful(Protocol):
    """A backend that can go back to before it learned anything."""

    def forget(self) -> None:
        """Forget all that was learned."""


@runtime_checkable
class Foreseeing(Protocol):
    """A backend that answers faster about texts that it is told of beforehand."""

    def foresee(self, contexts: Iterable[str]) -> None:
        """Work out what can be about texts that will be asked about, in this order; with no texts drop it again."""


class Way(NamedTuple):
    """The cutoffs `above < cutoff <= upto`, at which offset `at` is reached with `painted` on the screen."""

    above: float
    upto: float
    at: int
    painted: str = ""


class Truth:
    """What comes next in a text. `words`: all its words."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: Sequence[WordSpan] = tuple(word_spans(text))
        self._ends = [word.end for word in self.words]
        self._end_set = frozenset(self._ends)
        self._breaks = [i for i, char in enumerate(text) if char_kind(char) is CharKind.NEWLINE]

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
        start = self.words[number].start
        line_break = bisect_right(self._breaks, at - 1)
        return -1 if line_break < len(self._breaks) and self._breaks[line_break] < start else number

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
    """Types one document. `records` yields its records, one for each offset."""

    def __init__(self, autocompleter: Autocompleter, truth: Truth, number: int, span: Span) -> None:
        self._autocompleter = autocompleter
        self._sweep = Sweep(autocompleter, span[0])
        self._learner = autocompleter.backend if isinstance(autocompleter.backend, Learner) else None
        self._truth = truth
        self._number = number
        self._span = span
        self._ways = [Way(*span, 0)]
        self._shown: dict[tuple[int, str], list[Span]] = {}
        self._pairs: dict[tuple[int, str], tuple[int, str]] = {}

    def foresee(self, begin: int, end: int) -> None:
        """Let the model work ahead where it can: words and marks that end at an offset from `begin` to `end`."""
        if isinstance(self._autocompleter.backend, Foreseeing):
            self._autocompleter.backend.foresee(self._contexts(begin, end))

    def finish(self) -> None:
        """Let the model drop what it worked out ahead."""
        if isinstance(self._autocompleter.backend, Foreseeing):
            self._autocompleter.backend.foresee(())

    def _contexts(self, begin: int, end: int) -> Iterator[str]:
        """Yield the texts before the cursor that will be asked about: to the end of each word, and of each mark."""
        text = self._truth.text
        for at in self._truth.places(begin, end):
            root = self._autocompleter.root(text, at)
            yield root.context + root.typed

    async def record(self, at: int) -> Record:
        """Return the record of offset `at`, and let all ways that are there go on. Offsets come in order."""
        root = self._autocompleter.root(self._truth.text, at)
        if self._learner is not None:
            self._learner.observe(root.context)
        here = [way for way in self._ways if way.at == at]
        found, likeliest = await self._decided(root, at, here)
        offers: list[Offer] = []
        ways = [way for way in self._ways if way.at != at]
        for way, outcomes in zip(here, found, strict=True):
            for outcome in reversed(outcomes):
                offers += self._offers(root, at, way, outcome)
                ways.append(self._next(way, outcome))
        self._ways = list(_merged(ways))
        return self._recorded(root, at, likeliest, offers)

    async def _decided(self, root: Root, at: int, ways: Sequence[Way]) -> tuple[list[list[Outcome]], Outcome]:
        """Return what is decided on each way, from strict to loose, and an outcome with the likeliest candidate."""
        if not (_has_text(root.typed) or _has_text(root.context)):
            nothing = Outcome(*self._span, "", "", 0.0, 1.0)
            return [[nothing.clipped(way.above, way.upto)] for way in ways], nothing
        looked = await look(self._sweep, root, at)
        found = {} if looked is None else await self._seen(looked, ways)
        for way in ways:
            if way not in found:
                found[way] = await self._sweep.outcomes(root, at, way.painted, way.above, way.upto)
        shown = (o for way in reversed(ways) if not way.painted for o in found[way] if o.completion)
        likeliest = next(shown, None) or (looked.likeliest() if looked is not None else None)
        if likeliest is None:
            likeliest = await self._sweep.aside(root, at, *self._span)
        return [found[way] for way in ways], likeliest

    async def _seen(self, looked: Look, ways: Sequence[Way]) -> dict[Way, list[Outcome]]:
        """Return what is decided on the ways of which a look can tell."""
        kept = {way: await looked.painted(way.painted, (way.above, way.upto)) for way in ways if way.painted}
        found = {way: outcomes for way, outcomes in kept.items() if outcomes is not None}
        unpainted = [way for way in ways if not way.painted]
        if unpainted:
            anything = await looked.outcomes((unpainted[0].above, unpainted[-1].upto))
            found |= {} if anything is None else {way: _clipped(anything, way) for way in unpainted}
        sides = [[(w.above, w.upto) for w in found if bool(w.painted) == painted] for painted in (False, True)]
        looked.settle(*sides)
        return found

    def _offers(self, root: Root, at: int, way: Way, outcome: Outcome) -> list[Offer]:
        right = self._truth.is_right(at, outcome.completion, open_ended=outcome.open_ended)
        withdrawn = bool(way.painted) and outcome.completion != way.painted
        span = (outcome.above, outcome.upto)
        pieces = [(span, False)]
        if outcome.completion:
            pair = self._pair(root.typed, at, outcome.completion)
            before = self._shown.get(pair, [])
            pieces = [(part, not known) for part, known in parts(span, before)]
            self._shown[pair] = joined(before, span)
        return [
            Offer(*part, outcome.completion, outcome.lower, outcome.upper, right, first, withdrawn, outcome.requests)
            for part, first in pieces
        ]

    def _pair(self, typed: str, at: int, completion: str) -> tuple[int, str]:
        """Return the word that a completion makes, and the offset at which it begins."""
        found = self._pairs.get((at, completion))
        if found is None:
            text = typed + completion
            start = scan(text, len(typed), ended=True).start or 0
            found = self._pairs[at, completion] = (at - len(typed) + start, text[start:])
        return found

    def _next(self, way: Way, outcome: Outcome) -> Way:
        """Return where an outcome leads."""
        completion, at, text = outcome.completion, way.at, self._truth.text
        if self._truth.is_right(at, completion, open_ended=outcome.open_ended):
            return Way(outcome.above, outcome.upto, self._truth.after(at, completion))
        painted = completion[1:] if completion.startswith(text[at]) else ""
        return Way(outcome.above, outcome.upto, at + 1, painted)

    def _recorded(self, root: Root, at: int, best: Outcome, offers: Sequence[Offer]) -> Record:
        number = self._truth.word(at)
        word = self._truth.words[number] if number >= 0 else WordSpan(at, at)
        right = self._truth.is_right(at, best.best, open_ended=best.open_ended)
        lower = best.lower if best.best else 0.0
        upper = best.upper if best.best else 0.0
        typed, left = max(0, at - word.start), word.end - at
        begun = _has_text(root.typed)
        return Record(self._number, at, number, typed, left, begun, best.best, lower, upper, right, tuple(offers))

    def forget(self, at: int) -> None:
        """Drop what cannot matter any more at offset `at`."""
        self._sweep.forget(at - _REACH)
        self._pairs.clear()
        self._shown = {pair: spans for pair, spans in self._shown.items() if pair[0] >= at - _REACH}


async def replay(
    autocompleter: Autocompleter,
    document: Document | str,
    *,
    lowest: float | None = None,
    highest: float = 1.0,
    number: int = 0,
) -> AsyncIterator[Record]:
    """Yield a record for each offset of a document, in order, good for every cutoff from `lowest` to `highest`.

    `lowest`: by default .05 for a model in this process, .1 for one that is asked elsewhere, where lower cutoffs cost requests;
    with `lowest` equal to `highest` it is a replay at that cutoff. `number`: of the document. A model that learns forgets
    first what it learned before: give this an engine of its own. The engine's gate, but for its hysteresis, its cache and
    its prefetch do not matter; its mode, budget and `max_words` do.

    Raises ConfigError for cutoffs that make no sense, and a `BackendError` where the model could not be asked.
    """
    if isinstance(document, str):
        document = Document("", document)
    span = checked_span(autocompleter, lowest, highest)
    if isinstance(autocompleter.backend, Forgetful):
        autocompleter.backend.forget()
    typist = Typist(autocompleter, Truth(document.text), number, span)
    try:
        for at in range(len(document.text)):
            if at % _REACH == 0:
                typist.forget(at)
            if at % _STRETCH == 0:
                typist.foresee(at, at + _STRETCH)
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


def _clipped(outcomes: Iterable[Outcome], way: Way) -> list[Outcome]:
    return [o.clipped(way.above, way.upto) for o in outcomes if o.above < way.upto and way.above < o.upto]


def _merged(ways: Iterable[Way]) -> Iterable[Way]:
    """Yield the same ways, neighbours that are at the same place as one."""
    last: Way | None = None
    for way in sorted(ways, key=lambda way: way.above):
        if last is not None and (last.at, last.painted) == (way.at, way.painted):
            last = Way(last.above, way.upto, way.at, way.painted)
            continue
        if last is not None:
            yield last
        last = way
    if last is not None:
        yield last
