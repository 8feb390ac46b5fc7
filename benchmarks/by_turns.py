"""Runs a benchmark here and in another checkout by turns, and prints the ratios of its figures.

    python -m benchmarks.by_turns --base CHECKOUT [--rounds N] [--base-module MODULE] MODULE [ARGUMENT...]

CHECKOUT is another copy of this repository, such as that of the commit before, with its own `.venv` (`make test` makes it).
MODULE prints Markdown tables (`benchmarks.support.tables`); rows of one name in both are compared, number by number. The turns
alternate (base, here, here, base ...), so that a machine whose speed drifts treats both alike. `--base-module` names the
benchmark there where it was called otherwise.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks.support.tables import machine, percentile, table

HERE = Path(__file__).resolve().parents[1]

#: (name of the row, name of the column) -> the number of each run
Figures = dict[tuple[str, str], list[float]]


def figures_in(printed: str) -> Iterator[tuple[tuple[str, str], float]]:
    """Yield the numbers of all tables in the text, by row and column. A row is named by its cells that are no numbers."""
    head: list[str] = []
    for line in printed.splitlines():
        if not line.startswith("|"):
            head = []
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not head:
            head = cells
        elif not set(line) <= set("|-: "):
            name = ", ".join(cell for cell in cells if _number(cell) is None)
            for column, cell in zip(head, cells, strict=True):
                if (value := _number(cell)) is not None:
                    yield (name, column), value


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "").rstrip("%"))
    except ValueError:
        return None


def run(checkout: Path, module: str, arguments: list[str], figures: Figures) -> None:
    """Run a benchmark in a checkout, with its own Python, and add its figures."""
    command = [str(checkout / ".venv" / "bin" / "python"), "-m", module, *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=True)
    for key, value in figures_in(done.stdout):
        figures[key].append(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--base-module", default="")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("module")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    base: Figures = defaultdict(list)
    here: Figures = defaultdict(list)
    turns = [
        (given.base.resolve(), given.base_module or given.module, base),
        (HERE, given.module, here),
    ]
    for checkout, module, _ in turns:
        run(checkout, module, given.arguments, defaultdict(list))  # not counted: it compiles what is imported
    for _ in range(given.rounds):
        for checkout, module, figures in turns:
            run(checkout, module, given.arguments, figures)
        turns.reverse()
    rows = []
    for key, values in here.items():
        pairs = [value / other for value, other in zip(values, base.get(key, []), strict=False) if other]
        if pairs:
            medians = (f"{percentile(numbers, 0.5):g}" for numbers in (base[key], values))
            ratios = (f"{ratio:.2f}" for ratio in (percentile(pairs, 0.5), min(pairs), max(pairs)))
            rows.append([*key, *medians, *ratios])
    print(f"{given.module}: median of {given.rounds} runs by turns, and ratios here / base, pair by pair. {machine()}\n")
    print(table(("row", "figure", "base", "here", "ratio", "least", "most"), rows))


if __name__ == "__main__":
    main()
