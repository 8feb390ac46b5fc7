"""Build the English model that the package ships, from the texts that NOTICE names, as `autocomplete train` does.

    python -m scripts.build_english [FOLDER] [--out FILE] [--processes N]

FOLDER holds conv, expo, fict, blog and tech as .txt.xz (default: ../shared/corpus). The same texts give the same file, bit
for bit; the sha256 of every input and of the result are printed, and the model lists those of its inputs. It is not calibrated
here: `scripts.fit_calibration` does that on other texts, with the network.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sys
import time
from pathlib import Path

from autocomplete.embedded.ngram.estimation.build import BuildSettings
from autocomplete.training.train import TrainingPlan, train, write

ROOT = Path(__file__).resolve().parent.parent
REGISTERS = ("conv", "expo", "fict", "blog", "tech")

SETTINGS = BuildSettings(order=4, least_loss=8e-8)
LICENCE = (
    "The texts: CC BY 4.0, CC0 1.0, public domain, MIT, Apache-2.0, CDLA-Sharing-1.0; by source in the file NOTICE. "
    "The model holds counts made from them, none of the texts."
)


class PrintedProgress:
    """Prints progress as lines with the seconds since the beginning."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    def stage(self, name: str, length: int) -> None:
        """Print what begins."""
        self.say(name)

    def advance(self, n_steps: int) -> None:
        """Print nothing: a line for each step would be too many."""

    def say(self, line: str) -> None:
        """Print a line."""
        sys.stdout.write(f"{time.perf_counter() - self._began:7.1f} s  {line}\n")
        sys.stdout.flush()


def main() -> None:
    """Build the model and print what was done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--out", type=Path, default=ROOT / "autocomplete" / "data" / "english.ngram")
    parser.add_argument("--processes", type=int, default=2, help="read the texts in so many processes")
    arguments = parser.parse_args()
    paths = [arguments.folder / f"{register}.txt.xz" for register in REGISTERS]
    progress = PrintedProgress()
    file = train(paths, TrainingPlan(SETTINGS, calibrate=False, licence=LICENCE, n_processes=arguments.processes), progress)
    write(arguments.out, file)
    for source in file.facts["sources"]:
        progress.say("{sha256}  {name}".format(**source))
    data = arguments.out.read_bytes()
    progress.say(f"{len(data)} bytes  {hashlib.sha256(data).hexdigest()}  {arguments.out.name}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    peak_of_readers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    progress.say(f"memory at most {peak:.2f} GB, and {peak_of_readers:.2f} GB a reading process")


if __name__ == "__main__":
    main()
