"""What a decision is made of before anybody is asked: how a text is cut, which requests are equal, where answers come from.

Invariant: nothing is awaited, counted or cached here, so that an engine with its cache and a replay with its answers decide
alike.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial

from autocomplete.core.backend import Backend, Learner, Request
from autocomplete.core.characters import encodable
from autocomplete.core.decision import Mode
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import Calibration
from autocomplete.core.root import Root, context_start, split
from autocomplete.core.search_run import AnswerSources
from autocomplete.core.word_prior import Prior


class Decider:
    """How decisions are made with a backend, whoever asks it.

    `prior`: shares out unseen mass in estimated mode, by default that of English words. `context_chars`: most characters sent.
    """

    def __init__(self, backend: Backend, *, prior: Prior | None = None, context_chars: int = 4096) -> None:
        self.backend = backend
        self._learner = backend if isinstance(backend, Learner) else None
        self._word_prior = prior
        self._context_start = partial(context_start, size=context_chars, block=max(16, context_chars // 4))

    def root(self, text: str, at: int | None = None, *, before: Root | None = None) -> Root:
        """Return how the text before offset `at`, by default all of `text`, is cut into context and typed letters.

        `before`: how the text before offset `at - 1` is cut, if the caller has it: then it is quicker.
        """
        end = len(text) if at is None else at
        start = self._context_start(end)
        if before is None or end == 0 or start != self._context_start(end - 1):
            return split(encodable(text[start:end]))
        return before.then(text[end - 1]) or split(encodable(text[start:end]))

    def text_before(self, text: str, at: int) -> str:
        """Return what a model is given of the text before offset `at`: context and typed letters of its root in one."""
        before = encodable(text[self._context_start(at) : at])
        return before.replace("\r\n", "\n") if "\r" in before else before

    def key(self, request: Request) -> Hashable:
        """Return a key that is equal for requests with the same answer, as long as nothing is learned."""
        generation = 0 if self._learner is None else self._learner.generation
        if not self.backend.capabilities.filters:
            return (generation, request.context, b"", b"")
        return (generation, request.context, request.starts_with, request.wanted)

    def sources(
        self, known: Callable[[Request], Distribution | None], mode: Mode, calibration: Calibration | None
    ) -> AnswerSources:
        """Return where a run of the search gets its answers and how it treats them. `known`: returns those at hand."""
        return AnswerSources(
            known=known,
            capabilities=lambda: self.backend.capabilities,
            name=self.backend.name,
            mode=mode,
            prior=self.prior(mode),
            words=self.words,
            calibration=calibration,
        )

    def prior(self, mode: Mode) -> Prior | None:
        """Return the prior that shares out unseen mass, None where none is needed: certified mode, or exact answers."""
        return None if mode is Mode.CERTIFIED or self.backend.capabilities.filters else self.words()

    def lacks_words(self, mode: Mode) -> bool:
        """Return whether `words` has still to be read, and answers as they are now will be read by it."""
        can = self.backend.capabilities
        return self._word_prior is None and not (can.continues and (can.filters or mode is Mode.CERTIFIED))

    def words(self) -> Prior:
        """Return how likely words are before any context. The first time takes a quarter of a second."""
        if self._word_prior is None:
            from autocomplete.backends.embedded import EmbeddedBackend

            self._word_prior = EmbeddedBackend(neural=False, learns=False).prior  # word frequencies are all it needs
        return self._word_prior
