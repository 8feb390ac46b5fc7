"""What typing costs and gains over real servers: python -m benchmarks.backends.requests_per_word --train FILE... -- DEV_FILE...

Words of the DEV_FILEs (plain or .xz) are typed through the engine against two servers over
real sockets, with top-20 lists: (a) the test server with a token model trained on the --train files, (b) a real llama.cpp
server with the tiny GGUF of the tests. For each cutoff and residual mode it counts requests a word, and beside it one request
per key. A word is what stands between white space, so a word's tokens include its punctuation.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from autocomplete import Autocompleter
from autocomplete.backends.openai.client import OpenAIBackend
from autocomplete.backends.recorded import RecordedBackend
from autocomplete.evaluation.records import Document
from autocomplete.evaluation.replay.columns import ReplayResult
from autocomplete.evaluation.replay.metrics import Meter
from autocomplete.evaluation.replay.runner import replay_all
from benchmarks.support.tables import machine, table
from benchmarks.support.texts import text_of
from tests.support.llama import TINY, llama_server
from tests.support.server import ModelServer
from tests.support.token_model import TokenModel

CUTOFFS = (0.3, 0.5, 0.7, 0.9)
HEADER = (
    "server, mode",
    "cutoff",
    "req/word",
    "of tokens/word",
    "no request",
    "savings",
    "precision",
    "shows/100 words",
)


async def measure(url: str, name: str, texts: list[str], tokens: int, max_requests: int) -> list[tuple[str, ...]]:
    """Return a row for each mode and cutoff. The real server is asked each context once; each cutoff counts its own."""
    rows: list[tuple[str, ...]] = []
    words = sum(len(text.split()) for text in texts)
    documents = [Document(f"text {i}", text) for i, text in enumerate(texts)]
    with tempfile.TemporaryDirectory() as folder:
        backend = RecordedBackend(OpenAIBackend("tiny", base_url=url, timeout_s=30.0), Path(folder) / "answers.db")
        for mode in ("certified", "estimated"):
            async with Autocompleter(backend, mode=mode, max_requests=max_requests) as autocompleter:
                replayed = await replay_all(autocompleter, documents, lowest=min(CUTOFFS))
            rows += [_row(f"{name}, {mode}", cutoff, replayed, words, tokens) for cutoff in CUTOFFS]
        await backend.aclose()
    per_key = sum(map(len, texts)) / words
    ratio = f"{per_key / (tokens / words):.2f}"
    return [*rows, (f"{name}, one request per key", "any", f"{per_key:.2f}", ratio, "0.0%", "-", "-", "-")]


def _row(name: str, cutoff: float, replayed: ReplayResult, words: int, tokens: int) -> tuple[str, ...]:
    figures = Meter(replayed).at(cutoff)
    here = replayed.outcomes.requests[replayed.outcomes.at(cutoff)]
    requests, shows = float(figures.requests[0]), float(figures.shows[0])
    return (
        name,
        f"{cutoff:.1f}",
        f"{requests / words:.2f}",
        f"{requests / tokens:.2f}",
        f"{(here == 0).mean():.1%}",
        f"{figures.savings[0]:.1%}",
        f"{figures.precision[0]:.3f}" if shows else "-",
        f"{100 * shows / words:.1f}",
    )


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


def tokens_of(url: str, texts: list[str]) -> int:
    """Return how many tokens llama.cpp cuts the texts into."""
    total = 0
    for text in texts:
        body = json.dumps({"content": text}).encode()
        request = urllib.request.Request(url.removesuffix("/v1") + "/tokenize", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            total += len(json.load(answer)["tokens"])
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dev", nargs="+", type=Path, metavar="DEV_FILE")
    parser.add_argument("--train", nargs="+", type=Path, required=True, metavar="FILE")
    parser.add_argument("--words", type=int, default=1500, help="words typed, spread over the DEV_FILEs")
    parser.add_argument("--megabytes", type=float, default=12.0, help="of training text, spread over the --train files")
    parser.add_argument("--vocabulary", type=int, default=6000)
    parser.add_argument("--max-requests", type=int, default=4, help="budget of one decision")
    given = parser.parse_args()
    share = int(given.megabytes * 1e6 / len(given.train))
    texts = list(beginnings([text_of(path) for path in given.dev], given.words))
    words = sum(len(text.split()) for text in texts)
    model = TokenModel.train("\n\n".join(text_of(path)[:share] for path in given.train), vocabulary=given.vocabulary)
    n_tokens = sum(len(model.encode(text)) for text in texts)
    print(f"{words:,} words typed. {machine()}")
    rows: list[tuple[str, ...]] = []
    with ModelServer(model) as server:
        print(f"token model of the test server: {len(model.tokens):,} tokens, {n_tokens / words:.3f} tokens a word")
        rows += asyncio.run(measure(server.url, "token model", texts, n_tokens, given.max_requests))
    with llama_server(TINY) as url:
        n_tokens = tokens_of(url, texts)
        print(f"llama.cpp with {TINY.name}: {n_tokens / words:.3f} tokens a word\n")
        rows += asyncio.run(measure(url, "llama.cpp", texts, n_tokens, given.max_requests))
    print(table(HEADER, rows))


if __name__ == "__main__":
    main()
