"""The embedded English model as a backend: in this process, without a network, a key or a wait.

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
    from autocomplete.ngram.lexicon import Lexicon
    from autocomplete.ngram.prior import WordPrior

#: The model that comes with the package.
SHIPPED = Path(__file__).resolve().parent.parent / "data" / "english.ngram"

#: How many tokens a distribution lists at most.
N_TOKENS = 64


class EnglishBackend:
    """The model in `path`, by default the one that comes with the package.

    Tokens are whole words and marks as they would be typed after the context, b" from" and b",": `whole_words` is set. They are
    exact, likeliest first; numbers and words that the model does not know are in the residual. The end of
    a sentence is a mark or a line break, never `end`: texts hardly ever end.
    """

    name = "english"
    capabilities = Capabilities(filters=True, continues=True, local=True, where="this machine")

    def __init__(self, path: Path | None = None) -> None:
        self._path = SHIPPED if path is None else path
        self._lexicon: Lexicon | None = None
        self._prior: WordPrior | None = None

    def open(self) -> Lexicon:
        """Return the model, read on the first call. Raises ConfigError where the file cannot be used."""
        if self._lexicon is None:
            from autocomplete.ngram.lexicon import Lexicon

            self._lexicon = Lexicon.open(self._path)
        return self._lexicon

    @property
    def prior(self) -> WordPrior:
        """How likely any beginning of a word is, whatever came before. Raises as `open` does."""
        if self._prior is None:
            from autocomplete.ngram.prior import WordPrior

            self._prior = WordPrior(self.open())
        return self._prior

    async def next_tokens(self, request: Request) -> Distribution:
        """Return the likeliest whole words and marks after the context, given what they start with.

        Raises BackendRejected where the model file cannot be used; `open` finds that out beforehand.
        """
        try:
            lexicon = self.open()
        except ConfigError as exc:
            raise BackendRejected(str(exc)) from exc
        from autocomplete.ngram.speller import ask

        tokens, residual = ask(lexicon, request.context, request.starts_with, N_TOKENS)
        return Distribution(tuple(tokens), residual, whole_words=True)

    async def aclose(self) -> None:
        """Let go of the model file."""
        self._lexicon = self._prior = None
