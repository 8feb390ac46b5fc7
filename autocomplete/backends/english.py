"""The embedded English model as a backend: in this process, without a network, a key or a wait.

It learns from texts that it is told to `learn` or `observe`; what it learns is kept in memory only.

Invariant: nothing is read before the first question (or `open`), numpy is not imported before that either, and nothing leaves
the machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autocomplete.backends import Capabilities, Request
from autocomplete.distribution import Distribution
from autocomplete.errors import BackendRejected, ConfigError

if TYPE_CHECKING:
    from autocomplete.adaptive.hindsight import Hindsight
    from autocomplete.adaptive.reader import Reader
    from autocomplete.ngram.calibration import Tokens
    from autocomplete.ngram.lexicon import Lexicon
    from autocomplete.ngram.prior import WordPrior
    from autocomplete.ngram.tuning import Tuning

#: The model that comes with the package, and what was fitted to go with it.
SHIPPED = Path(__file__).resolve().parent.parent / "data" / "english.ngram"
TUNING = SHIPPED.with_suffix(".json")

#: How many tokens a distribution lists at most.
N_TOKENS = 64


class EnglishBackend:
    """The model in `path`, by default the one that comes with the package.

    `neural`: the network is used that is in the file beside the model with the ending .neural, if there is one; `learns`: it
    learns from the texts that it is shown; `calibrated`: its probabilities are corrected by how often the model was found to
    be right. `tuning`: by default what comes with the package.

    Tokens are whole words and marks as they would be typed after the context, b" from" and b",": `whole_words` is set. They are
    exact, likeliest first; numbers and words that neither the model nor the person used are in the residual. The end of
    a sentence is a mark or a line break, never `end`: texts hardly ever end.
    """

    name = "english"
    capabilities = Capabilities(filters=True, continues=True, local=True, where="this machine")

    def __init__(
        self,
        path: Path | None = None,
        *,
        neural: bool = True,
        learns: bool = True,
        calibrated: bool = True,
        tuning: Tuning | None = None,
    ) -> None:
        self._path = SHIPPED if path is None else path
        self._neural, self._learns, self._calibrated = neural, learns, calibrated
        self._lexicon: Lexicon | None = None
        self._reader: Reader | None = None
        self._hindsight: Hindsight | None = None
        self._tuning = tuning
        self._prior: WordPrior | None = None
        self._observed: str | None = None
        self._generation = 0

    def open(self) -> Lexicon:
        """Return the model, read on the first call. Raises ConfigError where the file cannot be used."""
        if self._lexicon is None:
            from autocomplete.ngram.lexicon import Lexicon
            from autocomplete.ngram.tuning import Tuning

            lexicon = Lexicon.open(self._path)
            beside = self._path.with_suffix(".neural")
            if self._neural and beside.exists():
                from autocomplete.neural.component import NeuralComponent

                lexicon.components.append(NeuralComponent.open(beside, lexicon.vocabulary))
            if self._tuning is None:
                self._tuning = Tuning.load(TUNING)
            if self._learns:
                from autocomplete.adaptive.hindsight import Hindsight
                from autocomplete.adaptive.reader import Reader

                self._reader = Reader(lexicon, self._tuning.weights)
                self._hindsight = Hindsight()
            self._lexicon = lexicon
        return self._lexicon

    @property
    def prior(self) -> WordPrior:
        """How likely any beginning of a word is, whatever came before. Raises as `open` does."""
        if self._prior is None:
            from autocomplete.ngram.prior import WordPrior

            self._prior = WordPrior(self.open())
        return self._prior

    @property
    def generation(self) -> int:
        """A number that grows whenever something finished was learned: answers from before may be different now."""
        return self._generation + (0 if self._reader is None else self._reader.generation)

    def learn(self, text: str) -> None:
        """Learn words and phrases from a text, such as a document that is opened. Raises as `open` does.

        Sentences that were learned from another text before are not counted again.
        """
        self.open()
        if self._reader is not None:
            self._reader.learn(text)

    def forget(self, *, keep_weights: bool = False) -> None:
        """Forget all that was learned since the model was opened. `keep_weights`: but for how far to trust what is."""
        if self._reader is not None:
            self._reader.forget(keep_weights=keep_weights)
        if self._hindsight is not None:
            self._hindsight.forget()

    def learned_weights(self) -> tuple[list[float], list[float]] | None:
        """Return the weights of the adaptive part, and for how many words each counts; None where nothing learns."""
        return None if self._reader is None else self._reader.weights.state()

    def observe(self, context: str) -> None:
        """Learn what is new in the text before the cursor; what is new in its last sentence is taken back if that changes."""
        try:
            self.open()
        except ConfigError:
            return  # whoever asks is told
        self._observed = context
        if self._hindsight is not None:
            self._hindsight.observe(context)
        if self._reader is not None:
            self._reader.observe(context)

    def ask(self, context: str, typed: bytes, n: int = N_TOKENS) -> tuple[Tokens, float]:
        """Return the `n` likeliest tokens after a context given what is typed, and the rest. Raises as `open` does."""
        lexicon = self.open()
        from autocomplete.ngram.speller import ask

        tokens, residual = ask(lexicon, context, typed, n)
        return self._calibrate(context, typed, tokens, residual) if self._calibrated else (tokens, residual)

    def is_term(self, token: bytes) -> bool:
        """Return whether a token is a word that was learned. Raises as `open` does."""
        return self.open().terms.find(token.decode(errors="replace").strip()) is not None

    def _calibrate(self, context: str, typed: bytes, tokens: Tokens, residual: float) -> tuple[Tokens, float]:
        from autocomplete.ngram import calibration

        candidate = calibration.candidate_of(tokens, typed)
        if candidate is None or self._tuning is None:
            return tokens, residual
        values = calibration.features(tokens, candidate, typed, is_term=self.is_term(tokens[candidate][0]))
        found = calibration.found_log_odds(self._tuning.calibration, values)
        if self._hindsight is None:
            return calibration.with_probability(tokens, residual, candidate, calibration.probability_of(found))
        if context == self._observed:  # the end of any other may be a guess
            self._hindsight.offered(context, typed, tokens[candidate][0], found)
        return calibration.with_probability(tokens, residual, candidate, self._hindsight.probability(found))

    async def next_tokens(self, request: Request) -> Distribution:
        """Return the likeliest whole words and marks after the context, given what they start with.

        Raises BackendRejected where the model file cannot be used; `open` finds that out beforehand.
        """
        try:
            tokens, residual = self.ask(request.context, request.starts_with)
        except ConfigError as exc:
            raise BackendRejected(str(exc)) from exc
        return Distribution(tuple(tokens), residual, whole_words=True)

    async def aclose(self) -> None:
        """Let go of the model file and of what was learned."""
        self._generation = self.generation + 1
        self._lexicon = self._reader = self._hindsight = self._prior = None
