"""The engine's own time per keystroke, and the cost of importing: python -m benchmarks.engine.keystroke [FILE...]

Text is typed key by key through `Autocompleter.decide`. First with every distribution in the cache (a server's model, top-20
lists of BPE-like tokens that a bigram model of the text itself makes), then with the embedded model, whose queries count too.
Beside it the cost of asking a server that answers at once, one request per key, without a cache.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

from autocomplete import Autocompleter, Capabilities, Distribution, Request, ScriptedBackend
from benchmarks.support.tables import machine, percentile, table

SAMPLE = (
    "The engine keeps every answer of the model, so that a letter that is typed is only a filter on what is known. "
    "When the model is sure enough of the next word, the word appears; when it is not, nothing does, and the reason is told. "
) * 12


def bigram_backend(text: str) -> ScriptedBackend:
    """Return a backend that answers top-20 lists of pieces of words, from counts of what followed what in `text`."""
    pieces = _pieces(text)
    follow: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for before, after in pairwise(pieces):
        follow[before][after] += 1
    common = Counter(pieces)

    def answer(request: Request) -> Distribution:
        last = _pieces(request.context[-40:])[-1:] or [""]
        counts = follow.get(last[0], common)
        listed = (counts + Counter({piece: 0.02 * n for piece, n in common.most_common(40)})).most_common(20)
        total = sum(n for _, n in listed) * 1.1
        return Distribution.from_pairs((piece.encode(), n / total) for piece, n in listed)

    return ScriptedBackend(answer, capabilities=Capabilities(where="a scripted server"))


def _pieces(text: str) -> list[str]:
    """Return the text cut like BPE: words with their leading space, long ones in pieces of six letters."""
    cut: list[str] = []
    for number, word in enumerate(text.split(" ")):
        led = word if number == 0 else " " + word
        cut += [led[at : at + 6] for at in range(0, len(led), 6)]
    return [piece for piece in cut if piece]


async def type_through(autocompleter: Autocompleter, text: str) -> list[float]:
    """Return the milliseconds of each decision while `text` is typed key by key."""
    times: list[float] = []
    for end in range(1, len(text)):
        before = text[:end]
        started = time.perf_counter()
        await autocompleter.decide(before)
        times.append((time.perf_counter() - started) * 1000)
    return times


async def measure(text: str) -> list[tuple[str, str, str, str, str]]:
    rows = []
    async with Autocompleter(bigram_backend(text), cutoff=0.6, prefetch=False, cache_size=100_000) as warm:
        await type_through(warm, text)
        rows.append(_row("cached distributions, engine alone", await type_through(warm, text)))
        warm.mode = "estimated"
        await type_through(warm, text)
        rows.append(_row("the same, estimated mode", await type_through(warm, text)))
    async with Autocompleter("english", cutoff=0.6) as english:
        rows.append(_row("embedded model, its queries included", await type_through(english, text)))
    backend = bigram_backend(text)
    naive: list[float] = []
    for end in range(1, len(text)):
        started = time.perf_counter()
        await backend.next_tokens(Request(text[:end]))
        naive.append((time.perf_counter() - started) * 1000)
    rows.append(_row("naive: one scripted request per key, no search", naive))
    return rows


def _row(name: str, times: list[float]) -> tuple[str, str, str, str, str]:
    return (
        name,
        f"{len(times):,}",
        f"{percentile(times, 0.5):.3f}",
        f"{percentile(times, 0.99):.3f}",
        f"{max(times):.3f}",
    )


def import_costs() -> list[tuple[str, str, str]]:
    """Return, for several statements, the least milliseconds in a fresh interpreter and which heavy modules they load."""
    rows = []
    for statement in (
        "import autocomplete",
        "from autocomplete import Autocompleter",
        "import openai",
        "import textual.app",
    ):
        code = (
            f"import time; t = time.perf_counter(); {statement}; t = time.perf_counter() - t; import sys; "
            f"print(t * 1000, *[m for m in ('openai', 'textual', 'numpy') if m in sys.modules])"
        )
        runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(7)]
        words = [run.stdout.split() for run in runs]
        rows.append((statement, f"{percentile([float(w[0]) for w in words], 0.5):.0f}", " ".join(words[0][1:]) or "none"))
    return rows


def main() -> None:
    text = "\n".join(Path(name).read_text(encoding="utf-8") for name in sys.argv[1:])[:6000] or SAMPLE
    print(f"Engine time per keystroke, {len(text):,} characters. {machine()}\n")
    print(table(("decide(), milliseconds", "keys", "p50", "p99", "max"), asyncio.run(measure(text))))
    print()
    print(table(("import, median of 7 fresh interpreters", "ms", "heavy modules loaded"), import_costs()))


if __name__ == "__main__":
    main()
