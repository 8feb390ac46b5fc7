"""Context -> cache -> backend -> search -> gate -> Decision: where it is asked and awaited.

Invariant: a decision speaks only of the text it was asked for; the cache holds ungated distributions, so moving the cutoff
needs no request; a request that nobody waits for any more is cancelled.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable
from types import TracebackType
from typing import Self

from autocomplete.backends import Backend, Capabilities, Learner, Request
from autocomplete.cache import DistributionCache
from autocomplete.decision import Bounds, Decision, Mode, Reason
from autocomplete.distribution import Distribution
from autocomplete.errors import AutocompleteError, ConfigError
from autocomplete.gate import DEFAULT_CUTOFF, FixedCutoff, Gate
from autocomplete.registry import DEFAULT_MODEL, open_backend
from autocomplete.tree import Prior
from autocomplete.walk import Course, Sources
from autocomplete.words import Root, context_start, split

#: Requests that one decision may make unless told otherwise.
DEFAULT_REQUESTS = 4


class Autocompleter:
    """Suggests the next word of a text only when its probability passes the gate.

    `model`: a spec ("english", "openai:MODEL") or a `Backend`. `cutoff` 0..1, or any `gate` in its place. `mode`: "certified"
    (unseen mass is held against every candidate) or "estimated" (shared out by `prior`, by default that of English words).
    `max_words`: words of a phrase, whose joint probability must pass. `max_requests`: per decision. `prefetch`: after a show,
    ask for what follows the shown word. `context_chars`: most characters sent. Times are seconds.

    Use it as `async with Autocompleter(...) as ac: decision = await ac.decide(text)`; it closes the backend only if it opened
    it. Raises ConfigError for arguments that make no sense.
    """

    def __init__(
        self,
        model: str | Backend = DEFAULT_MODEL,
        *,
        cutoff: float = DEFAULT_CUTOFF,
        gate: Gate | None = None,
        mode: Mode | str = Mode.CERTIFIED,
        max_words: int = 1,
        max_requests: int = DEFAULT_REQUESTS,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_s: float | None = None,
        prefetch: bool = True,
        prior: Prior | None = None,
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
        self._mode = _mode(mode)
        self._owns_backend = isinstance(model, str)
        self._backend = (
            open_backend(model, base_url=base_url, api_key=api_key, timeout_s=timeout_s)
            if isinstance(model, str)
            else model
        )
        self.max_words = max_words
        self.max_requests = max_requests
        self.prefetch = prefetch
        self._learner = self._backend if isinstance(self._backend, Learner) else None
        self._prior = prior
        self._context_chars = context_chars
        self._cache = DistributionCache(size=cache_size, ttl_s=cache_ttl_s, clock=clock)
        self._clock = clock
        self._requests = 0
        self._prefetching: dict[str, asyncio.Task[None]] = {}

    # -- settings -----------------------------------------------------------------------------------------------------

    @property
    def model(self) -> str:
        """The backend's name."""
        return self._backend.name

    @property
    def capabilities(self) -> Capabilities:
        """What the backend can do, and where it runs."""
        return self._backend.capabilities

    @property
    def gate(self) -> Gate:
        """The gate in force. Setting it needs no request: `Decision.regate` applies it to what is known."""
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

    # -- deciding -----------------------------------------------------------------------------------------------------

    async def decide(self, text: str, *, painted: str = "", max_requests: int | None = None) -> Decision:
        """Return what to show after `text`, the text before the cursor.

        `painted` is the completion on the screen now ("" if none): it stays by the gate's hysteresis. `max_requests` replaces
        the budget for this call; 0 answers from the cache alone. Raises a `BackendError` where the model could not be asked.
        """
        started = self._clock()
        root = self._root(text)
        self._drop_stale_prefetches(root)
        if not (root.context + root.typed).strip():
            return _nothing_typed(self._gate, self._mode)
        if self._learner is not None:
            self._learner.observe(root.context)
        budget = self.max_requests if max_requests is None else max_requests
        course = self._course(root, painted)
        while (request := course.advance()) is not None and course.requests < budget:
            course.take(await self._fetch(request))
        decision = course.decision(self._clock() - started)
        if decision.shown and self.prefetch and budget and not self._backend.capabilities.filters:
            self._start_prefetch(root.context + root.typed + decision.completion)
        return decision

    def decide_cached(self, text: str, *, painted: str = "") -> Decision:
        """Return the decision that the cache alone allows, at once: undecided where it holds too little."""
        started = self._clock()
        root = self._root(text)
        if not (root.context + root.typed).strip():
            return _nothing_typed(self._gate, self._mode)
        course = self._course(root, painted)
        course.advance()
        return course.decision(self._clock() - started)

    def learn(self, text: str) -> None:
        """Let the backend learn from a text, such as a document that is opened; nothing happens where it does not learn.

        Raises ConfigError where the model cannot be used.
        """
        if self._learner is not None:
            self._learner.learn(text)

    async def next_tokens(self, text: str) -> Distribution:
        """Return the raw distribution of the token after exactly `text`, from the cache or the backend."""
        request = Request(text)
        known = self._cache.get(self._key(request))
        return known if known is not None else await self._fetch(request)

    def _course(self, root: Root, painted: str) -> Course:
        sources = Sources(
            known=lambda request: self._cache.get(self._key(request)),
            capabilities=lambda: self._backend.capabilities,
            name=self.model,
            mode=self._mode,
            prior=self.prior,
            words=self._words,
        )
        return Course(sources, root, self._gate, painted, self.max_words)

    def _root(self, text: str) -> Root:
        start = context_start(len(text), size=self._context_chars, block=max(16, self._context_chars // 4))
        return split(_encodable(text[start:] if start else text))

    # -- asking -------------------------------------------------------------------------------------------------------

    def _key(self, request: Request) -> Hashable:
        generation = 0 if self._learner is None else self._learner.generation
        return (generation, request.context, request.starts_with if self._backend.capabilities.filters else b"")

    async def _fetch(self, request: Request) -> Distribution:
        return await self._cache.fetch(self._key(request), lambda: self._ask(request))

    async def _ask(self, request: Request) -> Distribution:
        self._requests += 1
        return await self._backend.next_tokens(request)

    @property
    def requests(self) -> int:
        """Requests made so far: for decisions, cancelled ones among them, and ahead of need."""
        return self._requests

    @property
    def prior(self) -> Prior | None:
        """The prior that shares out unseen mass, None where none is needed: certified mode, or exact answers."""
        return None if self._mode is Mode.CERTIFIED or self._backend.capabilities.filters else self._words()

    def _words(self) -> Prior:
        """Return how likely words are before any context."""
        if self._prior is None:
            from autocomplete.backends.english import EnglishBackend

            self._prior = EnglishBackend(neural=False, learns=False).prior  # word frequencies are all it needs
        return self._prior

    # -- prefetch -----------------------------------------------------------------------------------------------------

    def _start_prefetch(self, context: str) -> None:
        """Ask, in the background, for the root of the word after the shown one."""
        if context in self._prefetching:
            return
        request = Request(context)
        if self._cache.get(self._key(request)) is None:
            task = asyncio.ensure_future(self._prefetch(request))
            self._prefetching[context] = task
            task.add_done_callback(lambda _: self._prefetching.pop(context, None))

    async def _prefetch(self, request: Request) -> None:
        try:
            await self._fetch(request)
        except AutocompleteError:
            return  # nobody asked yet; whoever does will be told

    def _drop_stale_prefetches(self, root: Root) -> None:
        """Cancel prefetches for texts that what is typed at `root` does not lead to."""
        here = root.context + root.typed
        for context, task in list(self._prefetching.items()):
            if not (context == root.context or (here.strip() and context.startswith(here))):
                task.cancel()

    # -- life ---------------------------------------------------------------------------------------------------------

    async def aclose(self) -> None:
        """End what runs in the background, and close the backend if it was opened here."""
        tasks = list(self._prefetching.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._owns_backend:
            await self._backend.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _encodable(text: str) -> str:
    """Return `text` with lone surrogates, which no request can carry, as U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def _mode(mode: Mode | str) -> Mode:
    try:
        return Mode(mode)
    except ValueError:
        raise ConfigError(f"Unknown mode {mode!r}: say certified or estimated.") from None


def _nothing_typed(gate: Gate, mode: Mode) -> Decision:
    return Decision(False, "", Bounds(0.0, 1.0), gate.lowest, Reason.NOTHING_TYPED, mode=mode)
