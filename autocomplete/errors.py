"""The errors a caller can see, as a tree.

    AutocompleteError
    ├── ConfigError            what was asked for makes no sense: a bad cutoff, an unknown model, a missing key
    └── BackendError           the model could not be asked, or its answer cannot be used
        ├── BackendUnavailable     not now: unreachable, slow, rate-limited, loading; trying later may help
        ├── BackendRejected        refused or nonsensical; trying again unchanged will not help
        └── LogprobsUnsupported    the model exposes no token probabilities

Invariant: each message is one line, says what failed and what to change, and holds neither a key nor the user's text.
"Nothing to suggest" is never an error: it is a withheld `Decision`.
"""

from __future__ import annotations


class AutocompleteError(Exception):
    """Base of every error of this package."""


class ConfigError(AutocompleteError):
    """A setting, argument or model spec that cannot work."""


class BackendError(AutocompleteError):
    """The backend could not be asked, or answered with something unusable."""


class BackendUnavailable(BackendError):
    """The backend cannot answer now.

    `retry_after_s` is the number of seconds after which asking again makes sense, or None where nobody knows.
    """

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class BackendRejected(BackendError):
    """The backend refused, or its answer cannot be trusted."""


class LogprobsUnsupported(BackendError):
    """The model answers, but without the log-probabilities that the gate needs."""
