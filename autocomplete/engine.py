"""Context -> cache -> backend -> search -> gate -> Decision.

Invariant: a decision speaks only of the text it was asked for; the cache holds ungated distributions, so moving the cutoff
needs no request; a request that nobody waits for any more is cancelled.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from types import TracebackType
from typing import Self

from autocomplete.backends import Backend, Capabilities, Request
from autocomplete.cache import DistributionCache
from autocomplete.decision import Alternative, Bounds, Decision, Mode, Reason, Step
from autocomplete.distribution import Distribution, Usage
from autocomplete.errors import AutocompleteError, ConfigError
from autocomplete.gate import DEFAULT_CUTOFF, FixedCutoff, Gate, Joint
from autocomplete.registry import DEFAULT_MODEL, open_backend
from autocomplete.search import Prior, Search
from autocomplete.words import Root, context_start, scan, split

#: Requests that one decision may make unless told otherwise.
DEFAULT_REQUESTS = 4

#: States that one decision may expand from the cache or from a local model: a bound on its work, never met by real text.
MOST_EXPANSIONS = 64


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
        self._prior = prior
        self._context_chars = context_chars
        self._cache = DistributionCache(size=cache_size, ttl_s=cache_ttl_s, clock=clock)
        self._clock = clock
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
        self._drop_stale_prefetches(text)
        if not (root.context + root.typed).strip():
            return _nothing_typed(self._gate, self._mode)
        budget = self.max_requests if max_requests is None else max_requests
        walk = _Walk(self, root, painted)
        while (request := walk.advance()) is not None and walk.requests < budget:
            asked = self._clock()
            distribution = await self._fetch(request)
            walk.take(request, distribution, latency_s=self._clock() - asked)
        decision = walk.decision(self._clock() - started)
        if decision.shown and self.max_words > 1:
            decision = await self._phrase(decision, painted, budget - walk.requests, started)
        if decision.shown and self.prefetch and not self._backend.capabilities.filters:
            self._start_prefetch(root.context + root.typed + decision.completion)
        return decision

    def decide_cached(self, text: str, *, painted: str = "") -> Decision:
        """Return the decision that the cache alone allows, at once: undecided where it holds too little."""
        started = self._clock()
        root = self._root(text)
        if not (root.context + root.typed).strip():
            return _nothing_typed(self._gate, self._mode)
        walk = _Walk(self, root, painted)
        walk.advance()
        return walk.decision(self._clock() - started)

    async def next_tokens(self, text: str) -> Distribution:
        """Return the raw distribution of the token after exactly `text`, from the cache or the backend."""
        request = Request(text)
        known = self._cache.get(self._key(request))
        return known if known is not None else await self._fetch(request)

    async def _phrase(self, first: Decision, painted: str, budget: int, started: float) -> Decision:
        """Return `first` made longer word by word while the joint probability stays at or above the cutoff."""
        phrase = [_chosen(first)]
        requests, usage = first.requests, first.usage
        while len(phrase) < self.max_words and not phrase[-1].open_ended:  # what has no end is followed by no word
            last = phrase[-1]
            root = Root(first.context + first.typed + last.completion, "", 0)
            gate = Joint(self._gate, last.bounds.lower, len(last.completion))
            walk = _Walk(self, root, "", gate=gate, after_word=True)
            while (request := walk.advance()) is not None and walk.requests < budget:
                walk.take(request, await self._fetch(request), latency_s=0.0)
            budget -= walk.requests
            word = walk.decision(0.0)
            requests, usage = requests + word.requests, usage + word.usage
            if not word.shown:
                break
            phrase.append(_joined(last, _chosen(word)))
        known = replace(
            first,
            phrase=tuple(phrase),
            source=self.model if requests else "cache",
            requests=requests,
            usage=usage,
            latency_s=self._clock() - started,
        )
        return known.regate(self._gate, painted)

    def _root(self, text: str) -> Root:
        start = context_start(len(text), size=self._context_chars, block=max(16, self._context_chars // 4))
        return split(_encodable(text[start:] if start else text))

    # -- asking -------------------------------------------------------------------------------------------------------

    def _key(self, request: Request) -> Hashable:
        return (request.context, request.starts_with if self._backend.capabilities.filters else b"")

    async def _fetch(self, request: Request) -> Distribution:
        return await self._cache.fetch(self._key(request), lambda: self._backend.next_tokens(request))

    @property
    def prior(self) -> Prior | None:
        """The prior that shares out unseen mass, None where none is needed: certified mode, or exact answers."""
        if self._mode is Mode.CERTIFIED or self._backend.capabilities.filters:
            return None
        if self._prior is None:
            from autocomplete.backends.english import EnglishBackend

            self._prior = EnglishBackend().prior
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

    def _drop_stale_prefetches(self, text: str) -> None:
        """Cancel prefetches for texts that what is typed now does not lead to."""
        root = self._root(text)
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


class _Walk:
    """One search driven from the cache: `advance` names the request that the cache cannot answer."""

    def __init__(
        self, engine: Autocompleter, root: Root, painted: str, *, gate: Gate | None = None, after_word: bool = False
    ) -> None:
        self._engine = engine
        self._root = root
        self._painted = painted
        self._gate = gate if gate is not None else engine._gate
        self._search = Search(
            root.typed,
            gate=self._gate,
            mode=engine._mode,
            prior=engine.prior,
            painted=painted,
            after_word=after_word,
        )
        self._state: bytes | None = None
        self._steps: list[Step] = []
        self.requests = 0
        self._latency_s = 0.0
        self._usage = Usage()

    def advance(self) -> Request | None:
        """Feed the search from the cache; return the first request that it lacks, or None when it is settled."""
        while len(self._steps) < MOST_EXPANSIONS:
            state = self._search.next()
            if state is None:
                found = self._first_known(self._search.towards_painted())
            else:
                found = self._first_known([state]) or self._first_known(self._search.useful())
            if found is None:
                self._state = state
                return None if state is None else self._request(state)
            self._state, known = found
            self._feed(self._request(self._state), known, "cache")
        return None

    def _request(self, state: bytes) -> Request:
        return Request(self._root.context + state.decode(), self._search.typed[len(state) :])

    def _first_known(self, states: list[bytes]) -> tuple[bytes, Distribution] | None:
        """Return the first of some states whose answer is in the cache, and the answer."""
        engine = self._engine
        for state in states:
            known = engine._cache.get(engine._key(self._request(state)))
            if known is not None:
                return state, known
        return None

    def take(self, request: Request, distribution: Distribution, *, latency_s: float) -> None:
        """Feed the answer to the request that `advance` returned."""
        self.requests += 1
        self._latency_s += latency_s
        self._usage += distribution.usage
        self._feed(request, distribution, self._engine.model)

    def _feed(self, request: Request, distribution: Distribution, source: str) -> None:
        state = self._state
        assert state is not None  # advance() set it
        capabilities = self._engine._backend.capabilities
        if not capabilities.continues:
            from autocomplete import chat_text

            distribution = chat_text.continue_text(
                distribution,
                request.context,
                request.starts_with,
                after_word=not _inside_word(state),
            )
        filtered = capabilities.filters and bool(request.starts_with)
        self._search.feed(state, distribution, filtered=filtered)
        self._steps.append(Step(state, source, distribution, filtered))

    def decision(self, latency_s: float) -> Decision:
        """Return what the search has shown so far, gated."""
        raw = Decision(
            shown=False,
            completion="",
            bounds=Bounds(0.0, 1.0),
            cutoff=self._gate.lowest,
            reason=Reason.UNDECIDED,
            alternatives=self._search.alternatives(),
            source=self._engine.model if self.requests else "cache",
            requests=self.requests,
            latency_s=latency_s,
            usage=self._usage,
            attainable=self._search.attainable,
            mode=self._search.mode,
            context=self._root.context,
            typed=self._root.typed,
            steps=tuple(self._steps),
        )
        return raw.regate(self._gate, self._painted)


def _chosen(decision: Decision) -> Alternative:
    """Return the candidate that a decision shows."""
    return next(known for known in decision.alternatives if known.completion == decision.completion)


def _joined(before: Alternative, word: Alternative) -> Alternative:
    """Return the phrase of `before` and the word after it: the chain rule, bound by bound."""
    bounds = Bounds(before.bounds.lower * word.bounds.lower, before.bounds.upper * word.bounds.upper)
    attainable = before.bounds.lower * word.attainable
    return Alternative(before.completion + word.completion, bounds, attainable, word.open_ended)


def _encodable(text: str) -> str:
    """Return `text` with lone surrogates, which no request can carry, as U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def _inside_word(state: bytes) -> bool:
    """Return whether the text of a state ends in a word, finished or not. The root itself never does."""
    return scan(state.decode(), 0).start is not None


def _mode(mode: Mode | str) -> Mode:
    try:
        return Mode(mode)
    except ValueError:
        raise ConfigError(f"Unknown mode {mode!r}: say certified or estimated.") from None


def _nothing_typed(gate: Gate, mode: Mode) -> Decision:
    return Decision(False, "", Bounds(0.0, 1.0), gate.lowest, Reason.NOTHING_TYPED, mode=mode)
