"""Which cutoff would have suited a text of yours: what each would have shown, how much of it right, and the keys it saves.

    python examples/measure_your_text.py FILE...

Nothing leaves the machine: the embedded model types the files once, and that one pass tells of every cutoff.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from pathlib import Path

from autocomplete import AutocompleteError, Autocompleter
from autocomplete.evaluation import bootstrap, curve, read_documents, replay_on_all_cores

CUTOFFS = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


async def main(names: list[str]) -> None:
    reading = read_documents([Path(name) for name in names], n_words=2000)
    for line in reading.left_out:
        print(line)
    replayed = await replay_on_all_cores(partial(Autocompleter, "english"), reading.documents)
    figures, sure = curve(replayed, CUTOFFS), bootstrap(replayed, CUTOFFS)["precision"]
    print(f"{replayed.n_words} words\ncutoff  right (95% interval)  words with a show  keys saved")
    for i, cutoff in enumerate(CUTOFFS):
        right = f"{figures.precision[i]:4.0%} ({sure.low[i]:4.0%} to {sure.high[i]:4.0%})"
        print(f"{cutoff:6.1f}  {right:20}  {figures.coverage[i]:17.0%}  {figures.savings[i]:10.1%}")


if __name__ == "__main__":
    try:
        asyncio.run(main(sys.argv[1:]))
    except AutocompleteError as error:
        sys.exit(f"{error}")
