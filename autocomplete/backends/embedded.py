"""The embedded model, English or that of another file, as a backend: in this process, without a network, a key or a wait.

It learns from the texts that `learn` and `observe` get. What it learns ends with it, unless it is given a memory: that stores
what is typed into documents after `enter`, but for private ones.

Invariant: nothing is read before the first question (or `open`), numpy is not imported before that either, and nothing leaves
the machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from autocomplete.core.backend import Capabilities, Privacy, Request
from autocomplete.core.distribution import Distribution
from autocomplete.errors import BackendRejected, ConfigError

if TYPE_CHECKING:
    from autocomplete.embedded.adaptive.documents import DocumentLearners
    from autocomplete.embedded.adaptive.learner import TextLearner
    from autocomplete.embedded.adaptive.memory.memory import Memory
    from autocomplete.embedded.ngram.calibration import FittedParameters, Tokens
    from autocomplete.embedded.ngram.lexicon import Lexicon
    from autocomplete.embedded.ngram.prior import WordPrior

#: The model that comes with the package, and what was fitted to go with it.
SHIPPED = Path(__file__).resolve().parent.parent / "data" / "english.ngram"
SHIPPED_PARAMETERS = SHIPPED.with_suffix(".json")

#: How many tokens a distribution lists at most.
N_TOKENS = 64


class EmbeddedBackend:
    """The model in `path`, by default the one that comes with the package.

    `neural`: the network is used that is in the file beside the model with the ending .neural, if there is one; `learns`: it
    learns from the texts that it is shown; `calibrated`: its probabilities are corrected by how often the model was found to
    be right. `parameters`: by default what comes with the package.

    Tokens are whole words and marks as they would be typed after the context, b" from" and b",": `whole_words` is set. They are
    exact, likeliest first; numbers and words that neither the model nor the person used are in the residual. The end of
    a sentence is a mark or a line break, never `end`: texts hardly ever end.
    """

    capabilities = Capabilities(filters=True, continues=True, local=True, where="this machine")

    #: A word is one token: after it comes a space or a mark, never more of it.
    ends_words = True

    def __init__(
        self,
        path: Path | None = None,
        *,
        neural: bool = True,
        learns: bool = True,
        calibrated: bool = True,
        parameters: FittedParameters | None = None,
    ) -> None:
        self._path = SHIPPED if path is None else path
        self.name = self._path.stem
        self._neural, self._learns, self._calibrated = neural, learns, calibrated
        self._lexicon: Lexicon | None = None
        self._documents: DocumentLearners | None = None  # None where nothing learns, and before the model is open
        self._parameters = parameters
        self._prior: WordPrior | None = None
        self._observed: str | None = None
        self._generation = 0
        self._memory: Memory | None = None

    def open(self) -> Lexicon:
        """Return the model, read on the first call. Raises ConfigError where the file cannot be used."""
        if self._lexicon is None:
            from autocomplete.embedded.ngram.calibration import FittedParameters
            from autocomplete.embedded.ngram.lexicon import Lexicon

            lexicon = Lexicon.open(self._path)
            beside = self._path.with_suffix(".neural")
            if self._neural and beside.exists():
                from autocomplete.embedded.neural.component import NeuralComponent

                lexicon.components.append(NeuralComponent.open(beside, lexicon.vocabulary))
            if self._parameters is None:
                shipped = FittedParameters.load(SHIPPED_PARAMETERS)
                self._parameters = FittedParameters.of(self._path, lexicon.facts, shipped)
            if self._learns:
                from autocomplete.embedded.adaptive.documents import DocumentLearners

                self._documents = DocumentLearners(lexicon, self._parameters.weights, self._memory)
            self._lexicon = lexicon
        return self._lexicon

    @property
    def prior(self) -> WordPrior:
        """How likely any beginning of a word is, whatever came before. Raises as `open` does."""
        if self._prior is None:
            from autocomplete.embedded.ngram.prior import WordPrior

            self._prior = WordPrior(self.open())
        return self._prior

    @property
    def generation(self) -> int:
        """A number that grows whenever something finished was learned: answers from before may be different now."""
        return self._generation + (0 if self._documents is None else self._documents.generation)

    def learn(self, text: str) -> None:
        """Learn words and phrases from a text, such as a document that is opened. Raises as `open` does.

        Sentences that were learned from another text before are not counted again.
        """
        self.open()
        if self._documents is not None:
            self._documents.current.learner.learn(text)

    def forget(self, *, keep_weights: bool = False) -> None:
        """Forget all that was learned in this session; with `keep_weights` not how far to trust what is learned."""
        if self._memory is not None:
            self._memory.session_over()
        if self._documents is not None:
            self._documents.current.learner.forget(keep_weights=keep_weights)
            self._documents.current.online.forget()

    def remember(self, memory: Memory) -> None:
        """Use what is stored in a memory, and store what documents that are entered teach; it is closed with this backend.

        Raises ConfigError where the model is open already.
        """
        if self._lexicon is not None:
            raise ConfigError("The model is in use already: give it its memory first.")
        self._memory = memory

    def enter(self, document: Hashable, privacy: Privacy) -> None:
        """Learn for a document from now on. What is typed there is stored, if there is a memory and its privacy allows it.

        Entered again with another privacy: it was named. What was learned in a private document is forgotten when it is left
        for good. Raises as `open` does.
        """
        self.open()
        if self._documents is not None:
            self._documents.enter(document, privacy)
            self._answer_from(self._documents.current.lexicon)

    def leave(self, document: Hashable) -> None:
        """Note that a document is closed: what stands in it is stored, or forgotten, as its privacy demands."""
        if self._documents is not None:
            self._documents.leave(document)
            self._answer_from(self._documents.current.lexicon)

    def _answer_from(self, lexicon: Lexicon) -> None:
        if lexicon is not self._lexicon:
            self._lexicon, self._prior = lexicon, None

    def learner(self) -> TextLearner:
        """Return what learns for the document at hand. Raises as `open` does, and ConfigError where nothing learns."""
        self.open()
        if self._documents is None:
            raise ConfigError("This model does not learn.")
        return self._documents.current.learner

    def learned_weights(self) -> tuple[list[float], list[float]] | None:
        """Return the weights of the adaptive part, and for how many words each counts; None where nothing learns."""
        return None if self._documents is None else self._documents.current.learner.component.weights.state()

    def observe(self, context: str) -> None:
        """Learn what is new in the text before the cursor; what is new in its last sentence is taken back if that changes."""
        try:
            self.open()
        except ConfigError:
            return  # the next question raises it
        self._observed = context
        if self._documents is not None:
            self._documents.current.online.observe(context)
            self._documents.current.learner.observe(context)

    def ask(
        self, context: str, typed: bytes, n: int = N_TOKENS, *, wanted: bytes = b"", least: float = 0.0
    ) -> tuple[Tokens, float]:
        """Return the `n` likeliest tokens after a context given what is typed, and `wanted`, and the rest. Raises as `open`.

        `least`: words that are less likely may be counted with the rest, as in `likely_tokens`.
        """
        lexicon = self.open()
        from autocomplete.embedded.ngram.byte_query import ask, probability

        tokens, residual = ask(lexicon, context, typed, n, least)
        if wanted and all(token != wanted for token, _ in tokens):
            p = min(residual, probability(lexicon, context, typed, wanted))
            if p > 0.0:  # it may be likelier than what is listed: a spelling that is not offered
                tokens = sorted([*tokens, (wanted, p)], key=lambda pair: (-pair[1], pair[0]))
                residual -= p
        return self._calibrate(context, typed, tokens, residual) if self._calibrated else (tokens, residual)

    def is_term(self, token: bytes) -> bool:
        """Return whether a token is a word that was learned. Raises as `open` does."""
        return self.open().terms.find(token.decode(errors="replace").strip()) is not None

    def _calibrate(self, context: str, typed: bytes, tokens: Tokens, residual: float) -> tuple[Tokens, float]:
        """Return the tokens with what is stated of the likeliest word calibrated and corrected: see `ngram.calibration`."""
        from autocomplete.embedded.ngram import calibration

        candidate = calibration.candidate_of(tokens, typed)
        if candidate is None or self._parameters is None:
            return tokens, residual
        token = tokens[candidate][0]
        stated = calibration.features(tokens, candidate, typed, is_term=self.is_term(token))
        log_odds = calibration.calibrated_log_odds(self._parameters.calibration, stated)
        if self._documents is not None:
            online = self._documents.current.online
            if context == self._observed:  # the end of any other may be a guess
                online.add_offer(context, typed, token, log_odds)
            log_odds = online.corrected_log_odds(log_odds)
        return calibration.with_probability(tokens, residual, candidate, calibration.probability_of(log_odds))

    async def next_tokens(self, request: Request) -> Distribution:
        """Return the likeliest whole words and marks after the context, given what they start with.

        Raises BackendRejected where the model file cannot be used; `open` finds that out beforehand.
        """
        return self.likely_tokens(request, 0.0)

    def precompute(self, contexts: Iterable[str]) -> None:
        """Compute ahead what is possible for contexts that will be asked about in this order, those of a replay.

        Answers are the same but for rounding, and do not depend on earlier texts. With no contexts, drop all that again.
        """
        if self._lexicon is None and not contexts:
            return  # it was closed
        try:
            self.open().precompute(contexts)
        except ConfigError:
            return  # the next question raises it

    def likely_tokens(self, request: Request, least: float) -> Distribution:
        """Return what `next_tokens` does, at once; words less likely than `least` may be in the residual.

        The likeliest three are listed all the same, as is what is typed itself. Raises as `next_tokens` does.
        """
        try:
            tokens, residual = self.ask(request.context, request.starts_with, wanted=request.wanted, least=least)
        except ConfigError as exc:
            raise BackendRejected(str(exc)) from exc
        return Distribution(tuple(tokens), residual, whole_words=True)

    def fresh(self) -> EmbeddedBackend:
        """Return another backend on the same model, which has learned nothing yet and has no memory."""
        return EmbeddedBackend(
            self._path,
            neural=self._neural,
            learns=self._learns,
            calibrated=self._calibrated,
            parameters=self._parameters,
        )

    async def aclose(self) -> None:
        """Drop the model and what was learned, after storing what is to be stored."""
        if self._documents is not None:
            self._documents.close()
        if self._memory is not None:
            await asyncio.to_thread(self._memory.close)
        self._generation = self.generation + 1
        self._lexicon = self._documents = self._prior = None
