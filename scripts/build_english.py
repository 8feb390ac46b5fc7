"""Build the English model that the package ships, from the texts that NOTICE names.

    python -m scripts.build_english [FOLDER] [--out FILE] [--least-loss NATS]

FOLDER holds conv, expo, fict, blog and tech as .txt.xz (default: ../shared/corpus). The same texts give the same file, bit
for bit; the sha256 of every input and of the result are printed.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from pathlib import Path

from autocomplete.ngram.build import Settings, build
from autocomplete.ngram.store import save

ROOT = Path(__file__).resolve().parent.parent
REGISTERS = ("conv", "expo", "fict", "blog", "tech")


def main() -> None:
    """Build the model and say what was done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--out", type=Path, default=ROOT / "autocomplete" / "data" / "english.ngram")
    parser.add_argument("--least-loss", type=float, default=8e-8)
    arguments = parser.parse_args()
    paths = [arguments.folder / f"{register}.txt.xz" for register in REGISTERS]
    began = time.perf_counter()

    def say(line: str) -> None:
        sys.stdout.write(f"{time.perf_counter() - began:7.1f} s  {line}\n")
        sys.stdout.flush()

    stored = build(paths, Settings(least_loss=arguments.least_loss, n_processes=2), say)
    save(arguments.out, stored)
    data = arguments.out.read_bytes()
    say(f"{len(data)} bytes  {hashlib.sha256(data).hexdigest()}  {arguments.out.name}")


if __name__ == "__main__":
    main()
