"""The command `autocomplete calibrate`: fits what probabilities of a model mean, from your own writing or from files.

Invariant: the figures "after" are of predictions that the calibration had not seen; nothing is stored unless it was printed,
nor what is no better than nothing, unless that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autocomplete.cli.echo import echo
from autocomplete.cli.inputs import read_files
from autocomplete.cli.options import replay_options, settings_options
from autocomplete.cli.output import UNMET, print_lines
from autocomplete.cli.replay_run import ReplayPlan, check_record, replay_texts
from autocomplete.cli.run_config import RunConfig, open_engine
from autocomplete.errors import ConfigError

if TYPE_CHECKING:
    from autocomplete.evaluation.calibration.cross_validation import HeldOut
    from autocomplete.evaluation.word_shows import Label

#: Rows of the reliability diagram, and characters of its widest bar.
_ROWS, _WIDTH = 10, 30


@click.command()
@click.argument("files", nargs=-1, type=click.Path(), metavar="[FILE...]")
@click.option("--words", "n_words", default=2000, show_default=True, help="Words of each file that are typed.")
@replay_options
@click.option("--dry-run", is_flag=True, help="Print what it would change, and store nothing.")
@click.option("--force", is_flag=True, help="Store it also where it is not surely better.")
@click.option("--off", is_flag=True, help="Delete the calibration of the model.")
@settings_options
def calibrate(
    files: tuple[str, ...],
    n_words: int,
    record: Path | None,
    offline: bool,
    yes: bool,
    dry_run: bool,
    force: bool,
    off: bool,
    **given: Any,
) -> int:
    """Let the model's probabilities say how often they are right, fitted to what you wrote in the editor, or to FILES.

    FILES are text, folders of such, or - for standard input. It is tried on predictions that it has not seen, and kept where
    it makes them better by more than chance, else the exit code is 1: on this machine, one for each model and server, and used
    from then on unless calibrate = false in the settings file.
    """
    from autocomplete.evaluation.calibration.calibration import calibration_path
    from autocomplete.evaluation.calibration.cross_validation import held_out
    from autocomplete.evaluation.history.store import MOST_WORDS, OutcomeStore
    from autocomplete.evaluation.word_outcome import PredictionSource

    _check(files, n_words, record, offline=offline, off=off, others=dry_run or force)
    config = RunConfig.of({**given, "calibrate": False})  # what the model states is to be corrected
    autocompleter = open_engine(config)
    source = PredictionSource.of(autocompleter.model, autocompleter.capabilities)
    if off:
        print_lines([_deleted(source.key, calibration_path(source.key))])
        return 0
    if files:
        check_record([config.settings.model], record, files, offline=offline)
        plan = ReplayPlan(read_files(files, n_words).documents, record, offline, yes)
        labels = _labels(plan, config)
    else:
        store = OutcomeStore()
        words = store.newest(MOST_WORDS)
        if store.notice:
            raise ConfigError(store.notice)
        labels = [label for word in words if word.source.key == source.key for label in word.labels]
    found = held_out(source.key, labels)
    if not found.changes:
        more = "type more (--words), or more files" if files else "write more in the editor, or name files to type"
        raise ConfigError(f"Only {len(labels)} predictions of {source.key} are known: {more}.")
    kept = tuple(found.changes) if force else found.better
    print_lines(_figures(found, kept or tuple(found.changes)))
    if not kept:
        print_lines([_not_stored(found)])
        if calibration_path(source.key).exists():
            print_lines(["The calibration of earlier stays in force: --off deletes it."])
        return 0 if dry_run else UNMET
    if not dry_run:
        path = found.kept(kept).save()
        print_lines([f"Stored in {path}.", *_left_out(found, kept)])
    return 0


def _check(files: Sequence[str], n_words: int, record: Path | None, *, offline: bool, off: bool, others: bool) -> None:
    """Raise ConfigError for what makes no sense together, before anything is read or asked."""
    if off and (files or others):
        raise ConfigError("--off deletes the calibration, so it goes alone.")
    if n_words < 1:
        raise ConfigError("--words takes a number from 1.")
    if not files and (record is not None or offline):
        raise ConfigError("--record and --offline are for texts that are typed: name files.")


def _deleted(model: str, path: Path) -> str:
    """Delete a calibration, and return what was done."""
    try:
        path.unlink()
    except FileNotFoundError:
        return f"There is no calibration of {model} to delete."
    except OSError as exc:
        raise ConfigError(f"Cannot delete {path}: {exc.strerror}.") from exc
    return f"Deleted the calibration of {model}: its probabilities are as it states them."


def _labels(plan: ReplayPlan, config: RunConfig) -> list[Label]:
    """Return a label for each position of the texts."""
    from autocomplete.evaluation.word_shows import Label

    with echo(False):
        found, _ = replay_texts(plan, config)
    estimated = found.mode == "estimated"
    rows = zip(*(column.tolist() for column in found.labels()), strict=True)
    return [Label(p, bool(right), not begun, estimated) for p, right, begun in rows]


def _figures(found: HeldOut, kept: Sequence[str]) -> Iterator[str]:
    """Yield the figures of each regime, and the diagrams before and after correcting those that are `kept`."""
    import numpy as np

    yield f"{found.fitted.model}: {len(found.stated)} predictions"
    for name, change in found.changes.items():
        kind = type(found.fitted.corrections[name]).__name__
        verdict = "" if change.better else ", not surely better"
        yield f"  {name}: {kind}, {found.fitted.n_labels[name]}; {change}{verdict}"
    change = found.change(kept)
    for title, probabilities, error, chance in (
        ("before", found.stated, change.before, change.chance_before),
        ("after", found.after(kept), change.after, change.chance_after),
    ):
        yield ""
        yield f"{title}: calibration error {error:.3f}, chance alone would make {chance:.3f}"
        yield "  stated   right       n"
        place = np.minimum(_ROWS - 1, (probabilities * _ROWS).astype(int))
        for row in range(_ROWS):
            here = place == row
            if n := int(here.sum()):
                mean, share = float(probabilities[here].mean()), float(found.right[here].mean())
                yield f"  {mean:6.1%}  {share:6.1%}  {n:6d}  {_bar(mean, share)}"
    yield ""
    yield "Bars reach to what was right; | stands where it was stated. After: predictions that it had not seen."


def _not_stored(found: HeldOut) -> str:
    return (
        "Nothing is stored: on predictions that it had not seen it is not surely better "
        f"({found.change(tuple(found.changes))}). --force stores it all the same."
    )


def _left_out(found: HeldOut, kept: Sequence[str]) -> Iterator[str]:
    """Yield a line about the regimes that stay as they are."""
    if names := [name for name in found.changes if name not in kept]:
        yield f"Left as it is, not being surely better: {'; '.join(names)}. --force stores that too."


def _bar(stated: float, right: float) -> str:
    """Return a bar as long as the share of right ones, with a mark at what was stated.

    >>> _bar(0.5, 0.2), _bar(0.1, 0.2)
    ('######         |', '###|##')
    """
    bar = ("#" * round(right * _WIDTH)).ljust(round(stated * _WIDTH) + 1)
    at = round(stated * _WIDTH)
    return (bar[:at] + "|" + bar[at + 1 :]).rstrip()
