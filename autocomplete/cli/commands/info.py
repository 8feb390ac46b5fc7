"""The command `autocomplete info`: what a model file holds and what it was made from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autocomplete.cli.options import offers
from autocomplete.cli.output import print_lines
from autocomplete.engine.models import DEFAULT_MODEL, is_file_spec
from autocomplete.errors import ConfigError

if TYPE_CHECKING:
    from autocomplete.embedded.summary import Summary


@dataclass(frozen=True, slots=True)
class _NetworkFile:
    """The network beside a model. `n_bytes`: on disk; `sources`: what it was trained on, as far as the file says."""

    path: Path
    n_bytes: int


@click.command()
@click.argument("model", default=DEFAULT_MODEL, shell_complete=offers(DEFAULT_MODEL, files=True))
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def info(model: str, as_json: bool) -> None:
    """Tell what MODEL, a file, holds and what it was made from; without MODEL, the one that comes with the program."""
    from autocomplete.backends.embedded import SHIPPED, SHIPPED_PARAMETERS
    from autocomplete.embedded.ngram.calibration import FittedParameters
    from autocomplete.embedded.summary import summarise

    if model.startswith("openai:"):
        raise ConfigError(f"{model} is a model on a server, of which nothing is known here: name a model file.")
    path = SHIPPED if model == DEFAULT_MODEL else Path(model).expanduser()
    if not path.exists() and not is_file_spec(model):
        raise ConfigError(f"There is no model file {path}: give the path of a file that ends in .ngram.")
    summary, stored = summarise(path)
    FittedParameters.of(path, stored.facts, FittedParameters.load(SHIPPED_PARAMETERS))
    network = _network(path)
    beside = path.with_suffix(".json")
    tuning = beside if beside.exists() else None
    print_lines([json.dumps(_as_json(summary, network, tuning))] if as_json else _lines(summary, network, tuning))


def _network(path: Path) -> _NetworkFile | None:
    """Return the network beside a model, None where there is none. Raises ConfigError where it cannot be used."""
    beside = path.with_suffix(".neural")
    if not beside.exists():
        return None
    from autocomplete.backends.embedded import EmbeddedBackend

    EmbeddedBackend(path, learns=False).open()
    return _NetworkFile(beside, beside.stat().st_size)


def _as_json(summary: Summary, network: _NetworkFile | None, tuning: Path | None) -> dict[str, object]:
    found = asdict(summary) | {"path": str(summary.path)}
    found["network"] = None if network is None else {"path": str(network.path), "n_bytes": network.n_bytes}
    found["tuning"] = None if tuning is None else str(tuning)
    return found


def _lines(summary: Summary, network: _NetworkFile | None, tuning: Path | None) -> Iterator[str]:
    yield from (f"{name:12} {text}" for name, text in _rows(summary, network, tuning))


def _rows(summary: Summary, network: _NetworkFile | None, tuning: Path | None) -> Iterator[tuple[str, str]]:
    yield "model", f"{summary.path}"
    yield "size", f"{summary.n_bytes / 1e6:.1f} MB, format version {summary.version}"
    yield (
        "vocabulary",
        f"{summary.n_words:,} words, {summary.n_marks:,} marks" + ("; capitals as in Turkish" if summary.turkic else ""),
    )
    yield "n-grams", ", ".join(f"{n:,} of order {order}" for order, n in enumerate(summary.ngrams, start=1))
    if summary.n_units_read is not None:
        yield "counted", f"{summary.n_units_read:,} words, marks and ends of sentences"
    yield "settings", ", ".join(f"{name} {value:g}" for name, value in summary.settings.items())
    yield "network", "none" if network is None else f"{network.path.name}, {network.n_bytes / 1e6:.1f} MB"
    yield "calibration", _calibration(summary, tuning)
    yield "licence", summary.licence or "not stated"
    if summary.note:
        yield "note", summary.note
    for i, source in enumerate(summary.sources):
        yield "" if i else "made from", f"{source.sha256}  {source.name}"


def _calibration(summary: Summary, tuning: Path | None) -> str:
    if tuning is not None:
        return f"fitted later, {tuning.name}"
    if summary.calibration is None:
        return "none: probabilities as the counts give them"
    numbers = summary.calibration
    if {"n_keys", "error_before", "error_after"} - numbers.keys():
        return "fitted on text kept back"
    return (
        f"fitted on {numbers['n_keys']:,} keys of text kept back, mean error {numbers['error_after']:.3f} "
        f"(without it {numbers['error_before']:.3f})"
    )
