"""Types a text through an `Autocompleter` as an ideal person would, and counts.

By the design's protocol: key by key, spaces included; at each position at most one suggestion is shown; it is accepted with one
key if and only if it is exactly right for the whole word, and accepting also types the one space that follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from autocomplete import Autocompleter, Backend, Capabilities, Distribution, Request
from autocomplete.words import context_start, scan, split


@dataclass
class Counts:
    """What a replay counted. `shows` holds distinct shows: (offset of the word, the word) -> whether it was right."""

    characters: int = 0
    words: int = 0
    keys: int = 0
    accepts: int = 0
    states: int = 0
    states_without_request: int = 0
    requests: int = 0
    shows: dict[tuple[int, str], bool] = field(default_factory=dict)

    @property
    def keystroke_savings(self) -> float:
        """1 - (keys typed + accepts) / characters."""
        return 1.0 - (self.keys + self.accepts) / self.characters

    @property
    def precision(self) -> float:
        """Right distinct shows / distinct shows; NaN where nothing was shown."""
        return sum(self.shows.values()) / len(self.shows) if self.shows else float("nan")


@dataclass
class CountingBackend:
    """Passes requests on, counts them, and remembers answers, so that several replays ask the real model once."""

    inner: Backend
    known: dict[tuple[str, bytes], Distribution]
    requests: int = 0

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def capabilities(self) -> Capabilities:
        return self.inner.capabilities

    async def next_tokens(self, request: Request) -> Distribution:
        self.requests += 1
        key = (request.context, request.starts_with if self.inner.capabilities.filters else b"")
        if key not in self.known:
            self.known[key] = await self.inner.next_tokens(request)
        return self.known[key]

    async def aclose(self) -> None:
        return None


async def replay(autocompleter: Autocompleter, text: str, offset: int = 0, counts: Counts | None = None) -> Counts:
    """Return the counts of typing `text`, added to `counts` where given. `offset` tells texts apart in `Counts.shows`."""
    counts = Counts() if counts is None else counts
    counts.characters += len(text)
    counts.words += len(text.split())
    at = 0
    while at < len(text):
        before = text[context_start(at) : at]
        decision = await autocompleter.decide(before)
        counts.states += 1
        counts.states_without_request += decision.requests == 0
        if decision.shown:
            right = decision.completion == truth(text, at)
            typed = split(before).typed
            start = scan(typed + decision.completion, len(typed), ended=True).start or 0
            shown = (offset + at - len(typed) + start, (typed + decision.completion)[start:])
            counts.shows[shown] = right
            if right:
                counts.accepts += 1
                at += len(decision.completion)
                at += at < len(text) and text[at] == " "
                continue
        counts.keys += 1
        at += 1
    return counts


def truth(text: str, at: int) -> str | None:
    """Return what completes the next word of `text` at offset `at`, None where a line break or the end comes first."""
    typed = split(text[max(0, at - 200) : at]).typed
    end = scan(typed + text[at : at + 200], len(typed), ended=True).end
    return None if end is None else text[at : at + end - len(typed)]


def beginnings(texts: list[str], n_words: int) -> Iterator[str]:
    """Yield the beginning of each text, whole lines, together about `n_words` words."""
    share = n_words // len(texts)
    for text in texts:
        lines: list[str] = []
        n = 0
        for line in text.splitlines():
            if n >= share:
                break
            words = line.split()[: share - n]
            n += len(words)
            lines.append(line if len(words) == len(line.split()) else " ".join(words))
        yield "\n".join(lines)
