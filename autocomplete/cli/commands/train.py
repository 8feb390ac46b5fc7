"""The command `autocomplete train`: a model of your own from text files.

Invariant: whatever goes wrong, Ctrl+C included, a model that was there before is there still, and nothing half-made is left.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

from autocomplete.cli.output import print_lines
from autocomplete.core.characters import escape_controls
from autocomplete.engine.models import NGRAM_SUFFIX
from autocomplete.errors import ConfigError

if TYPE_CHECKING:
    from autocomplete.training.train import TrainingPlan

#: Bytes of text from which on it is worth the time to start a second process.
_WORTH_A_PROCESS = 4_000_000


@click.command(options_metavar="--from FILE... --out MODEL [OPTIONS]")
@click.option("--from", "first", multiple=True, required=True, type=click.Path(), metavar="FILE...", help="Texts; see above.")
@click.argument("more", nargs=-1, type=click.Path(), metavar="")
@click.option("--out", required=True, type=click.Path(), metavar="MODEL", help=f"The file to write, ending in {NGRAM_SUFFIX}.")
@click.option("--order", default=4, show_default=True, help="Longest n-gram, 2 to 4.")
@click.option("--vocabulary", default=65036, show_default=True, help="Most words and marks that the model knows.")
@click.option("--min-count", default=2, show_default=True, help="How often a word must occur to be known.")
@click.option("--prune", default=1e-7, show_default=True, help="Leave out n-grams worth less, in nats a word; 0 keeps all.")
@click.option("--encoding", default="utf-8", show_default=True, help="Encoding of files without a byte order mark.")
@click.option("--no-calibration", is_flag=True, help="Count only: half the time, but probabilities as the counts give them.")
@click.option("--licence", default="", metavar="TEXT", help="Licences of the texts, kept in the model.")
@click.option("--note", default="", metavar="TEXT", help="Anything else to be kept in the model.")
@click.option("--processes", default=0, help="Files are read by this many processes; by default by all processors.")
def train(first: tuple[str, ...], more: tuple[str, ...], out: str, processes: int, **given: Any) -> None:
    """Make a model of your own from text in any language that sets spaces between words.

    FILES are text, plain or .xz, .gz, .bz2, folders of such (.txt, .md, ...), or - for standard input. Blank lines
    separate documents. Use the model with --model MODEL; it learns from what you write as the built-in one does.

    200,000 words make a useful model, millions a good one. The same texts and settings give the same file.
    """
    from autocomplete.io.text_files import spooled
    from autocomplete.training.train import check_out, train, write

    target = _target(out)
    with spooled([*first, *more]) as paths:
        check_out(target, paths)
        plan = _plan(given, processes or _n_processes(paths))
        with _ProgressBar() as bar:
            stored = train(paths, plan, bar)
            bar.stage("Writing", 1)
            write(target, stored)
            bar.advance(1)
    size = target.stat().st_size / 1e6
    print_lines([f"{target}: {size:.1f} MB. Try it: autocomplete --model {out}"])


def _target(out: str) -> Path:
    if not out.endswith(NGRAM_SUFFIX):
        raise ConfigError(f"The name of a model ends in {NGRAM_SUFFIX}: write --out {out}{NGRAM_SUFFIX}.")
    return Path(out).expanduser()


def _plan(given: dict[str, Any], n_processes: int) -> TrainingPlan:
    """Return what the options say. Raises ConfigError where one cannot be."""
    from autocomplete.embedded.ngram.estimation.build import BuildSettings
    from autocomplete.training.train import TrainingPlan

    try:
        text_encoding = codecs.lookup(given["encoding"])._is_text_encoding
    except LookupError:
        text_encoding = False
    if not text_encoding:
        raise ConfigError(f"Unknown encoding {given['encoding']!r}: give one such as utf-8, latin-1, cp1251 or utf-16-le.")
    if not 0.0 <= given["prune"] < 1.0:
        raise ConfigError("Bad --prune: give a small number from 0, such as 1e-7.")
    settings = BuildSettings(given["order"], given["prune"] or -1.0, given["vocabulary"], given["min_count"])
    return TrainingPlan(
        settings, given["encoding"], not given["no_calibration"], given["licence"], given["note"], max(1, n_processes)
    )


def _n_processes(paths: Sequence[Path]) -> int:
    """Return how many processes are worth starting for these files."""
    n_bytes = sum(path.stat().st_size for path in paths if path.is_file())
    small = n_bytes < _WORTH_A_PROCESS and not any(path.is_dir() for path in paths)
    return 1 if small else os.cpu_count() or 1


class _ProgressBar:
    """Progress on standard error where that is a terminal, nothing otherwise."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._seen = sys.stderr.isatty()

    def __enter__(self) -> _ProgressBar:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._close(kind, exc, tb)

    def stage(self, name: str, length: int) -> None:
        """Begin a stage."""
        self._close(None, None, None)
        self._bar = click.progressbar(
            length=max(1, length), label=f"{name:16}", file=sys.stderr, hidden=not self._seen, update_min_steps=1
        )
        self._bar.__enter__()

    def advance(self, n_steps: int) -> None:
        """Take some steps."""
        self._bar.update(n_steps)

    def say(self, line: str) -> None:
        """Tell what is worth knowing once the stage is over."""
        if self._seen:
            click.echo(f"\r\x1b[K  {escape_controls(line)}", err=True)

    def _close(self, *why: Any) -> None:
        if self._bar is not None:
            self._bar.__exit__(*why)
            self._bar = None
