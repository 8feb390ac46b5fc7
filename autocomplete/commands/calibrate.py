"""The command `autocomplete calibrate`: fits what probabilities of a model mean, from your own writing or from files.

Invariant: the figures "after" are of predictions that the calibration had not seen; nothing is stored unless it was printed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autocomplete.commands.common import autocompleter_of, print_lines, settings_options
from autocomplete.errors import ConfigError

if TYPE_CHECKING:
    from autocomplete.engine import Autocompleter
    from autocomplete.tuning.calibration import ModelCalibration
    from autocomplete.tuning.shadow import Label

#: Rows of the reliability diagram, and characters of its widest bar.
_ROWS, _WIDTH = 10, 30


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--words", "n_words", default=2000, show_default=True, help="Words of each file that are typed.")
@click.option("--dry-run", is_flag=True, help="Print what it would change, and store nothing.")
@click.option("--off", is_flag=True, help="Delete the calibration of the model.")
@settings_options
def calibrate(files: tuple[Path, ...], n_words: int, dry_run: bool, off: bool, **given: str | None) -> None:
    """Let the model's probabilities say how often they are right, fitted to what you wrote in the editor, or to FILES.

    It is kept on this machine, one for each model, and used from then on unless calibrate = false in the settings file.
    """
    from autocomplete.tuning.calibration import calibration_path, fit
    from autocomplete.tuning.outcomes import Source
    from autocomplete.tuning.store import MOST_WORDS, OutcomeStore

    autocompleter = autocompleter_of({**given, "calibrate": False})
    source = Source.of(autocompleter.model, autocompleter.capabilities)
    if off:
        calibration_path(source.key).unlink(missing_ok=True)
        print_lines([f"{source.key} is not calibrated."])
        return
    if files:
        labels = _replayed(autocompleter, files, n_words)
    else:
        store = OutcomeStore()
        words = store.newest(MOST_WORDS)
        if store.told:
            raise ConfigError(store.told)
        labels = [label for word in words if word.source.key == source.key for label in word.labels]
    found = fit(source.key, labels)
    if not found.corrections:
        raise ConfigError(
            f"Only {len(labels)} predictions of {source.key} are known: write more in the editor, or name files to type."
        )
    print_lines(_told(found, labels))
    if not dry_run:
        print_lines([f"Stored in {found.save()}."])


def _replayed(autocompleter: Autocompleter, files: Sequence[Path], n_words: int) -> list[Label]:
    """Return a label for each position of the files' first words. Raises ConfigError where a file cannot be read."""
    from autocomplete.tuning.documents import read_documents
    from autocomplete.tuning.pool import replay_all
    from autocomplete.tuning.shadow import Label

    documents = read_documents(files, n_words=n_words).documents

    async def run() -> list[Label]:
        async with autocompleter:
            autocompleter.calibration = None
            found = await replay_all(autocompleter, documents)
        estimated = found.mode == "estimated"
        rows = zip(*(column.tolist() for column in found.labels()), strict=True)
        return [Label(p, bool(right), not begun, estimated) for p, right, begun in rows]

    return asyncio.run(run())


def _told(found: ModelCalibration, labels: Sequence[Label]) -> Iterator[str]:
    import numpy as np

    from autocomplete.tuning.calibration import crossfit
    from autocomplete.tuning.metrics import calibration_error

    right = np.array([label.right for label in labels])
    stated, after = np.array([label.probability for label in labels]), np.array(crossfit(found.model, labels))
    yield f"{found.model}: {len(labels)} predictions"
    for name, n in found.n_labels.items():
        yield f"  {name}: {type(found.corrections[name]).__name__}, {n}"
    for title, probabilities in (("before", stated), ("after", after)):
        yield ""
        yield f"{title}: calibration error {calibration_error(probabilities, right):.3f}"
        yield "  stated   right       n"
        place = np.minimum(_ROWS - 1, (probabilities * _ROWS).astype(int))
        for row in range(_ROWS):
            here = place == row
            if n := int(here.sum()):
                mean, share = float(probabilities[here].mean()), float(right[here].mean())
                yield f"  {mean:6.1%}  {share:6.1%}  {n:6d}  {_bar(mean, share)}"
    yield ""
    yield "Bars reach to what was right; | stands where it was stated."


def _bar(stated: float, right: float) -> str:
    """Return a bar as long as the share of right ones, with a mark at what was stated.

    >>> _bar(0.5, 0.2), _bar(0.1, 0.2)
    ('######         |', '###|##')
    """
    bar = ("#" * round(right * _WIDTH)).ljust(round(stated * _WIDTH) + 1)
    at = round(stated * _WIDTH)
    return (bar[:at] + "|" + bar[at + 1 :]).rstrip()
