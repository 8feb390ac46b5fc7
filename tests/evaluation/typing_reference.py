"""The protocol once more, the plain way: one replay at one cutoff, with an engine of its own; and random models for it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autocomplete.backends.scripted import ScriptedBackend
from autocomplete.core.backend import Backend, Capabilities, Request
from autocomplete.core.boundaries import scan
from autocomplete.core.decision import Alternative
from autocomplete.core.distribution import Distribution
from autocomplete.core.gate import FixedCutoff
from autocomplete.core.root import split
from autocomplete.core.word_spans import word_spans
from autocomplete.engine.autocompleter import Autocompleter


@dataclass(frozen=True, slots=True)
class Seen:
    """What one decision showed: its offset, completion ("" if none), bounds, verdicts and requests."""

    at: int
    completion: str
    lower: float
    upper: float
    right: bool
    first: bool
    withdrawn: bool
    requests: int


async def type_at(engine: Autocompleter, text: str) -> list[Seen]:
    """Return what a replay of `text` with this engine shows, position by position."""
    seen: list[Seen] = []
    pairs: set[tuple[int, str]] = set()
    at, displayed = 0, ""
    while at < len(text):
        decision = await engine.decide(text[:at], displayed=displayed)
        completion = decision.completion
        right = bool(completion) and _is_right(text, at, completion, (*decision.phrase, *decision.alternatives))
        typed = split(text[:at]).typed
        start = scan(typed + completion, len(typed), ended=True).start or 0
        pair = (at - len(typed) + start, (typed + completion)[start:])
        first = decision.shown and pair not in pairs
        if decision.shown:
            pairs.add(pair)
        withdrawn = bool(displayed) and completion != displayed
        bounds = decision.bounds
        seen.append(Seen(at, completion, bounds.lower, bounds.upper, right, first, withdrawn, decision.requests))
        if right:
            at += len(completion)
            at += at < len(text) and text[at] == " "
            displayed = ""
        else:
            displayed = completion[1:] if completion[:1] == text[at] else ""
            at += 1
    return seen


def _is_right(text: str, at: int, completion: str, alternatives: Sequence[Alternative]) -> bool:
    """Return whether the text goes on with the completion, to the end of a word where one is waited for."""
    ends = {word.end for word in word_spans(text)}
    open_ended = any(a.completion == completion and a.open_ended for a in alternatives)
    return text[at:].startswith(completion) and (open_ended or at + len(completion) in ends)


async def retype(backend: Backend, text: str, cutoff: float, hysteresis: float, **settings: object) -> list[Seen]:
    """Return what a fresh engine shows at one cutoff."""
    engine = fresh(backend, cutoff, hysteresis, **settings)
    return await type_at(engine, text)


def fresh(backend: Backend, cutoff: float, hysteresis: float, **settings: object) -> Autocompleter:
    """Return an engine that forgets no answer and asks nothing ahead of need."""
    given: dict[str, Any] = {"prefetch": False, "cache_size": 10**6, "clock": lambda: 0.0, **settings}
    return Autocompleter(backend, gate=FixedCutoff(cutoff, hysteresis), **given)


VOCABULARIES: tuple[tuple[str, ...], ...] = (
    ("a", "b", " a", " b", " ab", "ba", " ba", ".", " ", " abba"),
    (" ab", " abb", " a", "b", "bb", ",", "'", "-", "\n", " '", "ab"),
    ("我", "们", "我们", "。", " ", "a", " a", "好"),
    (" é", "é", " 1", ".2", "1", " a1", "a", " ", ".", "\n"),
)


#: Whole words and marks, some the beginnings of others.
WORDS = (
    " a",
    " as",
    " ask",
    " the",
    " they",
    "the",
    ",",
    ".",
    " (",
    "\n",
    "'s",
    " '",
    "--",
    " well-known",
    " then",
    "!",
)


class AtOnce(ScriptedBackend):
    """A scripted backend that can answer at once, as one in this process does."""

    ends_words = False

    def likely_tokens(self, request: Request, least: float) -> Distribution:
        """Return the scripted answer, all of it."""
        assert callable(self._answers)
        answer = self._answers(request)
        assert isinstance(answer, Distribution)
        return answer


@dataclass(frozen=True, slots=True)
class Model:
    """A random model: which of `vocabulary` comes depends on the last two characters alone.

    `filters`: it answers with whole words and marks that are compatible with what is typed, as the embedded model does. `ends`:
    its texts may end anywhere.
    """

    seed: int
    vocabulary: tuple[str, ...]
    top_k: int
    filters: bool = False
    local: bool = False
    ends: bool = True

    def backend(self) -> ScriptedBackend:
        """Return the model as a backend."""
        where = Capabilities(filters=self.filters, local=self.local)
        kind = AtOnce if self.local else ScriptedBackend
        return kind(self.answer, capabilities=where, name=f"random {self.seed}")

    def answer(self, request: Request) -> Distribution:
        """Return the answer to a request."""
        rng = random.Random(f"{self.seed}/{request.context[-2:]!r}")
        tokens = (*self.vocabulary, "") if self.ends else self.vocabulary
        weights = {token.encode(): rng.random() ** rng.choice((1, 2, 6)) for token in tokens}
        if self.filters:
            typed = request.starts_with
            fitting = {t: w for t, w in weights.items() if not t or t.startswith(typed) or typed.startswith(t)}
            weights = fitting
        total = (sum(weights.values()) or 1.0) * rng.choice((1.0, 1.3))
        ranked = sorted(((t, w / total) for t, w in weights.items()), key=lambda pair: (-pair[1], pair[0]))[: self.top_k]
        end = next((p for t, p in ranked if not t), 0.0)
        return Distribution.from_pairs([pair for pair in ranked if pair[0]], end=end, whole_words=self.filters)

    def text(self, n_tokens: int) -> str:
        """Return a text of so many tokens, drawn from the model."""
        rng = random.Random(self.seed)
        text = ""
        for _ in range(n_tokens):
            tokens = self.answer(Request(text)).tokens or ((b"a", 1.0),)
            text += rng.choices([t.decode() for t, _ in tokens], weights=[p for _, p in tokens])[0]
        return text
