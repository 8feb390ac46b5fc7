"""One trial of the search against exhaustive enumeration, shared by the tests and the benchmark."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from autocomplete.core.decision import choose
from autocomplete.core.gate import FixedCutoff
from autocomplete.core.search import Search
from tests.core.tiny_process import ALPHABETS, TinyProcess, readable_text, truths

EPSILON = 1e-9


@dataclass
class Tally:
    """Counts over trials. `violations` holds a description of each interval that excluded the truth."""

    counts: Counter[str] = field(default_factory=Counter)
    widths: list[float] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


def run_model(seed: int, tally: Tally, *, positions: int = 8) -> None:
    """Search one random model from random positions; compare every bound at every step with the truth."""
    rng = random.Random(seed)
    vocabulary = rng.choice(ALPHABETS)
    process = TinyProcess(seed, vocabulary, depth=rng.choice((3, 4)), top_k=rng.randint(1, min(20, len(vocabulary) + 1)))
    for _ in range(positions):
        _run_trial(seed, rng, process, tally)


def _run_trial(seed: int, rng: random.Random, process: TinyProcess, tally: Tally) -> None:
    after_word = rng.random() < 0.2
    typed = b"" if after_word else _typed(rng, process)
    exact, texts = truths(process, typed, after_word=after_word)
    cutoff = rng.choice((0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0))
    search = Search(typed.decode(), gate=FixedCutoff(cutoff), after_word=after_word)
    budget = rng.randint(1, 12)
    attained: dict[str, float] = {}
    while (state := search.next()) is not None and budget > 0:
        search.feed(state, process.top(state))
        budget -= 1
        for alternative in search.alternatives():
            completion = alternative.completion
            if alternative.open_ended:
                value = sum(p for text, p in texts.items() if text.startswith(completion))
            else:
                value = exact.get(completion, 0.0)
            bounds = alternative.bounds
            tally.counts["intervals"] += 1
            tally.widths.append(bounds.upper - bounds.lower)
            if not bounds.lower - EPSILON <= value <= bounds.upper + EPSILON:
                tally.violations.append(f"seed {seed}: {completion!r} is {value:.6f}, not in {bounds}")
            key = f"{completion}/{alternative.open_ended}"
            if bounds.lower > attained.get(key, 1.0) + EPSILON:
                tally.violations.append(f"seed {seed}: {completion!r} passed what was attainable")
            attained[key] = min(attained.get(key, 1.0), alternative.attainable)
            if "\ufffd" in completion:
                tally.violations.append(f"seed {seed}: replacement character in {completion!r}")
    _compare_naive(process, typed, exact, tally)
    shown = choose(search.alternatives(), FixedCutoff(cutoff))
    settled = search.next() is None
    tally.counts["shown" if shown else "withheld" if settled else "undecided"] += 1
    if shown is not None and not shown.open_ended and exact.get(shown.completion, 0.0) < cutoff - EPSILON:
        tally.counts["shown below cutoff"] += 1
        tally.violations.append(f"seed {seed}: {shown.completion!r} shown below the cutoff {cutoff}")
    if settled and shown is None and any(a.attainable >= cutoff > 0 for a in search.alternatives()):
        tally.violations.append(f"seed {seed}: withheld though a candidate could still reach the cutoff")


def _compare_naive(process: TinyProcess, typed: bytes, exact: dict[str, float], tally: Tally) -> None:
    """Count how often the likeliest token after the typed text, read as a word, has another probability than the word."""
    tokens = process.top(typed).tokens
    if tokens and tokens[0][0].decode(errors="replace") in exact:
        tally.counts["naive"] += 1
        tally.counts["naive off"] += abs(tokens[0][1] - exact[tokens[0][0].decode()]) > 0.05


def _typed(rng: random.Random, process: TinyProcess) -> bytes:
    """Return something a person could have typed: the beginning of a text of the process, one line, whole characters."""
    texts = process.texts()
    text = rng.choices(list(texts), weights=list(texts.values()))[0]
    line = readable_text(text).split("\n")[0].split("\ufffd")[0]
    return line[: rng.randint(0, len(line))].encode()
