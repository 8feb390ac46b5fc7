"""Soundness: do the certified bounds ever exclude the truth? python -m benchmarks.core.soundness [INTERVALS]

Random token models (several tokenizations of a word, characters split across tokens, word boundaries inside tokens, top-k of 1
to 20, vocabularies of many kinds) are searched from random positions: the next word, the word after one that has ended, phrases
of up to three words with a cold and a warm cache, with and without a displayed word. After every answer each interval is
compared with the exact probability by exhaustive enumeration, and so is each verdict: what is shown has its cutoff, and what is
withheld cannot reach it by any request. Beside it a naive reading: the first token's probability as that of the word.
The exit status is 1 where a claim is untrue.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from benchmarks.support.tables import machine, percentile, table
from tests.core.soundness import Tally, run_model
from tests.core.tiny_process import KINDS

COLUMNS = ("intervals", "shown", "withheld", "undecided", "phrases, cold", "phrases, warm")


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    tally = Tally()
    started = time.perf_counter()
    models = 0
    while tally.total("intervals") < wanted:
        run_model(models, tally)
        models += 1
    elapsed_s = time.perf_counter() - started
    print(f"Soundness of the bounds, {models:,} random models, {elapsed_s:.0f} s. {machine()}\n")
    untrue = Counter(kind for kind, _ in tally.violations)
    rows = [(kind, *(f"{tally.counts[kind, what]:,}" for what in COLUMNS), untrue[kind]) for kind in KINDS]
    rows.append(("all", *(f"{tally.total(what):,}" for what in COLUMNS), len(tally.violations)))
    print(table(("text", *COLUMNS, "untrue"), rows))
    print(f"\nMedian width of an interval: {percentile(tally.widths, 0.5):.3f}. Shown phrases of two words: ", end="")
    print(f"{tally.total('phrases of 2 shown'):,}, of three: {tally.total('phrases of 3 shown'):,}.")
    print(f"Naive: off by more than .05 for {tally.total('naive off'):,} of {tally.total('naive'):,} first tokens.")
    for kind, violation in tally.violations[:10]:
        print(f"{kind}: {violation}")
    raise SystemExit(1 if tally.violations else 0)


if __name__ == "__main__":
    main()
