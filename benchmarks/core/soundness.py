"""Soundness: do the certified bounds ever exclude the truth? python -m benchmarks.core.soundness [INTERVALS]

Random token models (several tokenizations of a word, characters split across tokens, word boundaries inside tokens, top-k of 1
to 20) are searched from random positions; after every answer, each interval is compared with the exact probability by
exhaustive enumeration. Beside it a naive reading: the first token's probability as that of the word.
"""

from __future__ import annotations

import sys
import time

from benchmarks.support.tables import machine, percentile, table
from tests.core.soundness import Tally, run_model


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    tally = Tally()
    started = time.perf_counter()
    models = 0
    while tally.counts["intervals"] < wanted:
        run_model(models, tally)
        models += 1
    elapsed_s = time.perf_counter() - started
    counts = tally.counts
    print(f"Soundness of the bounds, {models:,} random models, {elapsed_s:.0f} s. {machine()}\n")
    print(
        table(
            ("measure", "value"),
            [
                ("intervals compared with exhaustive enumeration", f"{counts['intervals']:,}"),
                ("violations", f"{len(tally.violations):,}"),
                ("median width of an interval", f"{percentile(tally.widths, 0.5):.3f}"),
                ("decisions: shown", f"{counts['shown']:,}"),
                ("decisions: withheld", f"{counts['withheld']:,}"),
                ("decisions: undecided (budget)", f"{counts['undecided']:,}"),
                ("shown with a true probability below the cutoff", f"{counts['shown below cutoff']:,}"),
                ("naive: first token's probability off by more than .05", f"{counts['naive off']:,}"),
                ("naive: of so many first tokens", f"{counts['naive']:,}"),
            ],
        )
    )
    for violation in tally.violations[:10]:
        print(violation)
    raise SystemExit(1 if tally.violations else 0)


if __name__ == "__main__":
    main()
