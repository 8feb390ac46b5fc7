"""The engine: context -> cache -> backend -> search -> gate -> Decision. Here requests are made and awaited.

Invariant: a decision speaks only of the text it was asked for; the cache holds ungated distributions, so moving the cutoff
needs no request; a request that nobody waits for any more is cancelled.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from autocomplete.core.backend import Backend, Capabilities, Privacy, Renewable, Request
from autocomplete.core.characters import encodable
from autocomplete.core.decision import Bounds, Decision, Mode, Reason
from autocomplete.core.distribution import Distribution, Usage
from autocomplete.core.gate import DEFAULT_CUTOFF, Calibration, FixedCutoff, Gate
from autocomplete.core.root import Root
from autocomplete.core.search_run import AnswerSources, DecisionRun, SearchRun
from autocomplete.core.word_prior import Prior
from autocomplete.core.word_score import WordScore, WordSearch
from autocomplete.engine.cache import DistributionCache
from autocomplete.engine.decider import Decider
from autocomplete.engine.models import DEFAULT_MODEL, open_backend
from autocomplete.engine.prefetch import Prefetch
from autocomplete.engine.session import Session
from autocomplete.errors import ConfigError

if TYPE_CHECKING:
    from autocomplete.embedded.adaptive.memory.memory import Memory

#: Requests that one decision may make by default.
DEFAULT_REQUESTS = 4


class Autocompleter:
    """Suggests the next word of a text only when its probability passes the gate.

    `model`: a spec ("english", "openai:MODEL") or a `Backend`. `cutoff` 0..1, or any `gate` in its place. `mode`: "certified"
    (unseen mass is held against every candidate) or "estimated" (shared out by `prior`, by default that of English words).
    `calibration`: corrects probabilities before they are compared with the cutoff; may be set later, needs no request.
    `memory`: where what was learned is stored between sessions, a `Memory` or its path; None stores nothing. Only documents
    that are entered by `session.enter` teach it something. `private`: patterns of files that never do, beside the usual ones.
    `max_words`: words of a phrase, whose joint probability must pass. `max_requests`: per decision. `prefetch`: after a show,
    ask for what follows the shown word. `context_chars`: most characters sent. Times are seconds.

    `local_only`: a model on another machine is refused. Whatever the model, the text of a private document stays on this
    machine: then the embedded model answers in its place (`stays_here`).

    `session`: the documents and what they teach. `decider`: what a decision is made of without the cache, for replays.
    `notice`: a line for the person about how it was opened, "" for none; whoever opens it may set it.

    Use it as `async with Autocompleter(...) as ac: decision = await ac.decide(text)`; it closes the backend only if it opened
    it. It serves one event loop after another, and those of several threads at once unless its model learns: then a question
    raises ConfigError while another thread asks. Raises ConfigError for arguments that make no sense.
    """

    def __init__(
        self,
        model: str | Backend = DEFAULT_MODEL,
        *,
        cutoff: float = DEFAULT_CUTOFF,
        gate: Gate | None = None,
        calibration: Calibration | None = None,
        mode: Mode | str = Mode.CERTIFIED,
        max_words: int = 1,
        max_requests: int = DEFAULT_REQUESTS,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_s: float | None = None,
        prefetch: bool = True,
        prior: Prior | None = None,
        memory: Memory | Path | str | None = None,
        private: Sequence[str] = (),
        local_only: bool = False,
        context_chars: int = 4096,
        cache_size: int = 4096,
        cache_ttl_s: float = 1800.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if max_words < 1 or max_requests < 0 or context_chars < 64 or cache_size < 1:
            raise ConfigError(
                "max_words and cache_size must be at least 1, max_requests at least 0, context_chars at least 64."
            )
        self._gate = gate if gate is not None else FixedCutoff(cutoff)
        self.calibration = calibration
        self.notice = ""
        self._mode = _mode(mode)
        self._owns_backend = isinstance(model, str)
        self._backend = (
            open_backend(model, base_url=base_url, api_key=api_key, timeout_s=timeout_s) if isinstance(model, str) else model
        )
        if local_only and self.capabilities.leaves_machine:
            raise ConfigError(f"local_only forbids {self.capabilities.route}: name a model of this machine, or turn it off.")
        self._embedded: Autocompleter | None = None
        self.max_words = max_words
        self.max_requests = max_requests
        self.prefetch = prefetch
        self._context_chars = context_chars
        self.decider = Decider(self._backend, prior=prior, context_chars=context_chars)
        self.session = Session(self._backend, memory=memory, private=private)
        self._cache = DistributionCache(size=cache_size, ttl_s=cache_ttl_s, clock=clock)
        self._clock = clock
        self._requests = 0
        self._usage = Usage()
        self._prefetches = Prefetch(self._fetch)

    @property
    def model(self) -> str:
        """The backend's name."""
        return self._backend.name

    @property
    def backend(self) -> Backend:
        """Where answers come from."""
        return self._backend

    @property
    def capabilities(self) -> Capabilities:
        """What the backend can do, and where it runs."""
        return self._backend.capabilities

    @property
    def stays_here(self) -> bool:
        """Whether the embedded model answers: the document entered is private, and the model runs on another machine."""
        return self.session.privacy is Privacy.PRIVATE and self.capabilities.leaves_machine

    def _answering(self) -> Autocompleter:
        """Return the engine that may be given the text."""
        if not self.stays_here:
            return self
        if self._embedded is None:
            self._embedded = Autocompleter(DEFAULT_MODEL, prefetch=False, clock=self._clock)
        self._embedded.gate, self._embedded.max_words = self._gate, self.max_words
        return self._embedded

    @property
    def gate(self) -> Gate:
        """The gate in force. Setting it needs no request: `Decision.under` applies it to a decision."""
        return self._gate

    @gate.setter
    def gate(self, gate: Gate) -> None:
        self._gate = gate

    @property
    def cutoff(self) -> float:
        """The least probability at which a one-letter completion appears. Setting it makes the gate a fixed cutoff."""
        return self._gate.show_at(1)

    @cutoff.setter
    def cutoff(self, cutoff: float) -> None:
        hysteresis = self._gate.hysteresis if isinstance(self._gate, FixedCutoff) else FixedCutoff().hysteresis
        self._gate = FixedCutoff(cutoff, hysteresis)

    @property
    def mode(self) -> Mode:
        """How unseen mass is treated. May be set to "certified" or "estimated"."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode | str) -> None:
        self._mode = _mode(mode)

    async def decide(self, text: str, *, displayed: str = "", max_requests: int | None = None) -> Decision:
        """Return what to show after `text`, the text before the cursor.

        `displayed` is the completion on the screen now ("" if none): it stays by the gate's hysteresis. `max_requests` replaces
        the budget for this call; 0 answers from the cache alone. Raises a `BackendError` where the model could not be asked.
        """
        if (answering := self._answering()) is not self:
            return await answering.decide(text, displayed=displayed, max_requests=max_requests)
        started = self._clock()
        root = self.decider.root(text)
        self._prefetches.keep(root.context, root.context + root.typed)
        if not (root.context + root.typed).strip():
            return _nothing_typed(self._gate, self._mode)
        budget = self.max_requests if max_requests is None else max_requests
        await self._read_words()
        with self.session.in_one_thread():
            self.session.observe(root.context)
            run = self._run(root, displayed)
            while (request := run.advance()) is not None and run.requests < budget:
                run.take(await self._fetch(request))
        decision = run.decision(self._clock() - started)
        if decision.shown and self.prefetch and budget and not self._backend.capabilities.filters:
            following = root.context + root.typed + decision.completion
            if self._cached(Request(following)) is None:
                self._prefetches.start(following)
        return decision

    def decide_cached(self, text: str, *, displayed: str = "") -> Decision:
        """Return the decision that the cache alone allows, at once: undecided where it holds too little."""
        if (answering := self._answering()) is not self:
            return answering.decide_cached(text, displayed=displayed)
        started = self._clock()
        root = self.decider.root(text)
        if not (root.context + root.typed).strip():
            return _nothing_typed(self._gate, self._mode)
        run = self._run(root, displayed)
        run.advance()
        return run.decision(self._clock() - started)

    async def next_tokens(self, text: str) -> Distribution:
        """Return the raw distribution of the token after exactly `text`, from the cache or the backend."""
        if (answering := self._answering()) is not self:
            return await answering.next_tokens(text)
        request = Request(text)
        cached = self._cached(request)
        if cached is not None:
            return cached
        with self.session.in_one_thread():
            return await self._fetch(request)

    async def score(self, text: str, completion: str, *, max_requests: int | None = None) -> WordScore:
        """Return the bounds of the probability that `completion`, the end of the next word, had after `text`.

        `score("hearing ", "from")`, `score("hearing fr", "om")`: the probability is that of a decision for `text`. In
        scripts without spaces the completion is a beginning of what follows. `max_requests` replaces the budget; 0 asks the
        cache alone. Nothing is learned. Raises ValueError where no decision could propose the completion, and a
        `BackendError` where the model could not be asked.
        """
        if (answering := self._answering()) is not self:
            return await answering.score(text, completion, max_requests=max_requests)
        root = self.decider.root(text)
        search = WordSearch(root.typed, encodable(completion))
        await self._read_words()
        run = SearchRun(self._sources(), root, search)
        budget = self.max_requests if max_requests is None else max_requests
        with self.session.in_one_thread():
            while (request := run.advance()) is not None and run.requests < budget:
                run.take(await self._fetch(request))
        return replace(search.score(), requests=run.requests)

    def fork(self) -> Autocompleter:
        """Return another engine on the same model, to score whole texts; it has its own count of requests.

        A model that learns is opened anew, so that what it learned from a text does not make that text likely; else backend
        and cache are shared. Close it after use: that closes only what was opened for it.
        """
        if (answering := self._answering()) is not self:
            return answering.fork()
        fresh = self._backend.fresh() if isinstance(self._backend, Renewable) else None
        other = Autocompleter(
            fresh or self._backend,
            gate=self._gate,
            max_requests=self.max_requests,
            prefetch=False,
            context_chars=self._context_chars,
            clock=self._clock,
        )
        if fresh is None:
            other._cache = self._cache
        else:
            other._owns_backend = True
        return other

    def _run(self, root: Root, displayed: str) -> DecisionRun:
        return DecisionRun(self._sources(), root, self._gate, displayed, self.max_words)

    def _sources(self) -> AnswerSources:
        return self.decider.sources(self._cached, self._mode, self.calibration)

    def _cached(self, request: Request) -> Distribution | None:
        return self._cache.get(self.decider.key(request))

    async def _fetch(self, request: Request) -> Distribution:
        return await self._cache.fetch(self.decider.key(request), lambda: self._ask(request))

    async def _ask(self, request: Request) -> Distribution:
        self._requests += 1
        answer = await self._backend.next_tokens(request)
        self._usage += answer.usage
        await self._read_words()  # by its first answer a server shows whether it continues text
        return answer

    async def _read_words(self) -> None:
        if self.decider.lacks_words(self._mode):
            await asyncio.to_thread(self.decider.words)

    @property
    def requests(self) -> int:
        """Requests made so far: for decisions, cancelled ones among them, and prefetched."""
        return self._requests

    @property
    def usage(self) -> Usage:
        """Tokens billed for all answers so far; zero where the backend does not report them."""
        return self._usage

    async def aclose(self) -> None:
        """Cancel prefetches, and close the backend if it was opened here."""
        await self._prefetches.aclose()
        if self._embedded is not None:
            await self._embedded.aclose()
        if self._owns_backend:
            await self._backend.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _mode(mode: Mode | str) -> Mode:
    try:
        return Mode(mode)
    except ValueError:
        raise ConfigError(f"Unknown mode {mode!r}: say certified or estimated.") from None


def _nothing_typed(gate: Gate, mode: Mode) -> Decision:
    return Decision(False, "", Bounds(0.0, 1.0), gate.lowest, Reason.NOTHING_TYPED, mode=mode)
