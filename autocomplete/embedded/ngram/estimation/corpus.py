"""All texts of a model as one stream of forms, read by several processes, with a few sections held out as text.

Invariant: what is counted does not depend on the number of processes, and the sections held out do not depend on the order
of the files: they are those with the least hashes.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt

from autocomplete.embedded.ngram.estimation.forms import FIRST_LOCAL, Form, LocalStream, read
from autocomplete.embedded.ngram.estimation.sources import TextFile, sections
from autocomplete.errors import ConfigError
from autocomplete.runtime.ctrl_c import ignore, unheard

#: Characters passed to a process at a time.
_PART = 1_000_000

#: Held out at most: characters, and as a share of the text.
HELD_OUT_CHARS, HELD_OUT_SHARE = 80_000, 0.1

Streams = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class HeldOutSection:
    """A section held out: its text, and which part of the stream it is."""

    text: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """The texts. `table`: the distinct forms; in `stream` 0 opens a sentence, 1 closes it, and 2 + i is form i.

    `glue`: for each mark, how often a word follows, and how often without a space. `held_out`: some sections, in order.
    """

    table: Sequence[Form]
    stream: Streams
    glue: dict[str, tuple[int, int]]
    held_out: Sequence[HeldOutSection]

    def rest(self) -> Streams:
        """Return the stream without the sections held out."""
        inside = np.ones(len(self.stream), dtype=np.bool_)
        for section in self.held_out:
            inside[section.begin : section.end] = False
        return self.stream[inside]

    def count(self, stream: Streams) -> dict[Form, int]:
        """Return how often each form occurs in a stream."""
        counts = np.bincount(stream, minlength=len(self.table) + FIRST_LOCAL)[FIRST_LOCAL:]
        return dict(zip(self.table, counts.tolist(), strict=True))


def read_corpus(
    sources: Sequence[TextFile],
    *,
    encoding: str = "utf-8",
    n_processes: int = 1,
    hold_out: bool = False,
    on_read: Callable[[int], None] = lambda _: None,
) -> Corpus:
    """Return the texts of some files, read in their order. `hold_out`: list some sections, which are in the stream too.

    `on_read`: called with how many more bytes were read. Raises ConfigError where a file is no text, or a process was ended.
    """
    merged = _Merged()
    for part, local in _streams(_parts(sources, encoding, on_read), n_processes):
        begin = merged.n_units
        merged.add(local)
        for text, length in zip(part, local.lengths, strict=True) if hold_out else ():
            merged.offer(HeldOutSection(text, begin, begin + length))
            begin += length
    stream = np.concatenate(merged.streams) if merged.streams else np.zeros(0, dtype=np.uint32)
    glue = {mark: (n, merged.glued[mark]) for mark, n in sorted(merged.followed.items())}
    held_out = [section for _, _, section in merged.sample(merged.n_chars * HELD_OUT_SHARE)]
    return Corpus(list(merged.numbers), stream, glue, sorted(held_out, key=lambda section: section.begin))


def _parts(sources: Sequence[TextFile], encoding: str, on_read: Callable[[int], None]) -> Iterator[list[str]]:
    part: list[str] = []
    n_chars = 0
    for source in sources:
        for text in sections(source, encoding, on_read):
            part.append(text)
            n_chars += len(text)
            if n_chars >= _PART:
                yield part
                part, n_chars = [], 0
    if part:
        yield part


@dataclass
class _Merged:
    """The texts read so far. `chosen`: a heap of the sections held out, that with the greatest hash first."""

    numbers: dict[Form, int] = field(default_factory=dict)
    streams: list[Streams] = field(default_factory=list)
    followed: Counter[str] = field(default_factory=Counter)
    glued: Counter[str] = field(default_factory=Counter)
    chosen: list[tuple[int, int, HeldOutSection]] = field(default_factory=list)
    n_units: int = 0
    n_chars: int = 0
    n_chosen_chars: int = 0

    def add(self, local: LocalStream) -> None:
        numbers = self.numbers
        table = [numbers.setdefault(form, FIRST_LOCAL + len(numbers)) for form in local.table]
        self.streams.append(np.array([0, 1, *table], dtype=np.uint32)[local.stream])
        self.n_units += len(local.stream)
        for mark, (n, n_glued) in local.glue.items():
            self.followed[mark] += n
            self.glued[mark] += n_glued

    def offer(self, section: HeldOutSection) -> None:
        """Hold a section out if its hash is among the least."""
        key = int.from_bytes(hashlib.sha256(section.text.encode()).digest()[:8])
        self.n_chars += len(section.text)
        self.n_chosen_chars += len(section.text)
        heapq.heappush(self.chosen, (-key, -section.begin, section))
        self.sample(HELD_OUT_CHARS)

    def sample(self, n_chars: float) -> list[tuple[int, int, HeldOutSection]]:
        """Return the sections with the least hashes, those in excess of `n_chars` characters dropped."""
        while self.n_chosen_chars > n_chars:
            self.n_chosen_chars -= len(heapq.heappop(self.chosen)[2].text)
        return self.chosen


def _streams(parts: Iterable[list[str]], n_processes: int) -> Iterator[tuple[list[str], LocalStream]]:
    """Yield each part with its stream of forms: read in some processes, or here where that is one."""
    if n_processes == 1:
        yield from ((part, read(part)) for part in parts)
        return
    pool = ProcessPoolExecutor(n_processes, mp_context=get_context("spawn"), initializer=ignore)
    waiting: deque[tuple[list[str], Future[LocalStream]]] = deque()
    try:
        for part in parts:
            with unheard():  # a process is started when there is something for it to do
                waiting.append((part, pool.submit(read, part)))
            if len(waiting) >= 2 * n_processes:
                first, done = waiting.popleft()
                yield first, done.result()
        yield from ((part, done.result()) for part, done in waiting)
    except BrokenProcessPool as exc:
        raise ConfigError(
            "A process that reads the texts was ended, perhaps for want of memory: try again with --processes 1."
        ) from exc
    finally:
        pool.shutdown(cancel_futures=True)
