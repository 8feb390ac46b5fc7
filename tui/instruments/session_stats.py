"""Counts of one session: keys, accepted suggestions, characters, and the cost of the answers.

Invariant: characters come from keys and from accepted suggestions alone. Pastes, undo and opened files are no typing, and
deleting gives back no key: as in a replay, the share of keys saved is 1 - (keys typed + accepts) / characters entered.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: How the share of keys saved is worked out, for the help.
KEYS_SAVED = (
    "Keys saved: 1 - (keys typed + suggestions accepted) / characters entered, in this session. "
    "Pasted text does not count, and deleting gives no key back."
)


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, those sent and those answered, in `currency`."""

    prompt: float
    completion: float
    currency: str = "$"

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what so many tokens cost.

        >>> Prices(0.4, 1.6).cost(1_000_000, 500_000)
        1.2
        """
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1e6


def prices(prompt: float | None, completion: float | None) -> Prices | None:
    """Return the prices as they are set, None where none is set. A price that is not set is 0."""
    return None if prompt is None and completion is None else Prices(prompt or 0.0, completion or 0.0)


def per_word(tokens: tuple[int, int], words: int, prices: Prices | None) -> str:
    """Return the cost of a word: in money where the prices are known, else in tokens; "" where there is nothing to count.

    `tokens`: sent and answered.

    >>> per_word((41_000, 100), 100, None), per_word((41_000, 100), 100, Prices(0.4, 1.6)), per_word((0, 0), 100, None)
    ('411 tokens/word', '$0.00017/word', '')
    """
    if not words or not any(tokens):
        return ""
    if prices is None:
        return f"{sum(tokens) / words:,.0f} tokens/word"
    return f"{money(prices.cost(*tokens) / words, prices.currency)}/word"


def money(amount: float, currency: str = "$") -> str:
    """Return an amount with two significant digits.

    >>> money(0.000166), money(0.0), money(0.0304), money(12.345), money(0.5)
    ('$0.00017', '$0', '$0.03', '$12.35', '$0.50')
    """
    if amount == 0.0:
        return f"{currency}0"
    digits = 2
    while digits < 8 and amount * 10**digits < 9.5 and amount < 0.0095:
        digits += 1
    return f"{currency}{amount:.{digits}f}"


@dataclass(slots=True)
class SessionStats:
    """The counts of one session. `keys` count the characters that keys typed; a show is one word at one place."""

    keys: int = 0
    accepts: int = 0
    characters: int = 0
    _shows: set[tuple[int, int, str]] = field(default_factory=set)

    def typed(self, inserted: str, *, accepted: bool, n_given: int = 0) -> None:
        """Count what keys typed, but for `n_given` characters that came by themselves, or what was accepted with one key."""
        self.characters += len(inserted)
        if accepted:
            self.accepts += 1
        else:
            self.keys += len(inserted) - n_given

    def shown(self, document: int, at: int, completion: str) -> None:
        """Count what is shown: a completion that ends at offset `at` plus its length counts once, however it is reached."""
        self._shows.add((document, at + len(completion), completion[-1:]))

    @property
    def shows(self) -> int:
        """How many suggestions were shown."""
        return len(self._shows)

    @property
    def saved(self) -> float | None:
        """The share of keys saved, None while nothing was entered. Below 0 where parts of words were taken key by key.

        >>> session = SessionStats()
        >>> session.typed("h", accepted=False); session.typed("earing", accepted=True)
        >>> session.characters, round(session.saved, 2)
        (7, 0.71)
        """
        return 1.0 - (self.keys + self.accepts) / self.characters if self.characters else None
