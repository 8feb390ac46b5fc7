"""Asks the person before a text goes to a model elsewhere, and says what that will cost.

Invariant: nothing is sent before a person agreed, by an answer or by `--yes`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autocomplete.cli.echo import echo
from autocomplete.cli.output import note
from autocomplete.errors import ConfigError

if TYPE_CHECKING:
    from autocomplete.config.settings import Settings
    from autocomplete.core.backend import Capabilities
    from autocomplete.evaluation.records import Document

#: About how many requests a word takes at all cutoffs from .1 on, by replays of the token model of the tests.
REQUESTS_PER_WORD = 2

#: About how many characters a token has.
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Cost:
    """What asking a model elsewhere will take, about. `n_sent`: tokens that are sent."""

    n_requests: int
    n_sent: int

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Cost:
        """Return the cost of replaying some documents: each word asks with the text before it, as far as it is sent."""
        from autocomplete.core.root import context_start
        from autocomplete.core.word_spans import word_spans

        starts = [word.start for document in documents for word in word_spans(document.text)]
        characters = sum(start - context_start(start) for start in starts)
        return cls(REQUESTS_PER_WORD * len(starts), REQUESTS_PER_WORD * characters // CHARACTERS_PER_TOKEN)

    def summary(self, prompt_price: float | None, completion_price: float | None) -> str:
        """Return it in words. Prices are of a million tokens.

        >>> Cost(400, 90_000).summary(None, None), Cost(400, 90_000).summary(2.0, None)
        ('about 400 requests with 90,000 tokens sent', 'about 400 requests with 90,000 tokens sent, which cost about 0.18')
        """
        words = f"about {self.n_requests:,} requests with {self.n_sent:,} tokens sent"
        if prompt_price is None and completion_price is None:
            return words
        cost = ((prompt_price or 0.0) * self.n_sent + (completion_price or 0.0) * self.n_requests) / 1e6
        return f"{words}, which cost about {cost:.2f}"


def check_private(documents: Sequence[Document], settings: Settings, capabilities: Capabilities) -> None:
    """Raise ConfigError where a private file is among the texts and its text would leave this machine."""
    from autocomplete.embedded.adaptive.memory.privacy import is_private

    private = (one.name for one in documents if one.path is not None and is_private(one.path, settings.private))
    if capabilities.leaves_machine and (name := next(private, "")):
        raise ConfigError(f"{name} is private: its text is not sent to {capabilities.where}. Use a model of this machine.")


def ask_consent(documents: Sequence[Document], settings: Settings, capabilities: Capabilities, record: Path | None) -> None:
    """Say what asking will take, and ask whether to. Raises ConfigError for a no, and where nobody can answer.

    A model on this machine needs no consent, unless its text goes through a proxy. `record`: the file that keeps the answers.
    """
    if not capabilities.leaves_machine:
        return
    cost = Cost.of(documents).summary(settings.prompt_price, settings.completion_price)
    line = f"{settings.model} at {capabilities.route} will be sent the text, in {cost}."
    if record is None:
        line += " With --record FILE that is paid only once."
    else:
        line += f" Answers that are in {record} are not asked for again."
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ConfigError(f"{line} Add --yes to agree.")
    note(line)
    with echo(True):
        if not click.confirm("Ask it?", err=True):
            raise ConfigError(f"{settings.model} is not asked, as you said.")
