"""The command `autocomplete stats`: what came of suggestions, by day and model, from the outcome store; and deleting it.

Invariant: it reads numbers and prints numbers; only `--forget` changes anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from autocomplete.cli.output import print_lines
from autocomplete.errors import ConfigError

if TYPE_CHECKING:
    from autocomplete.config.settings import Settings
    from autocomplete.evaluation.history.store import DayTotals, OutcomeStore

_HEAD = ("day", "model", "words", "shows", "right", "keys saved", "requests", "cost")

#: Newest words that tell how far suggestions steer.
_EFFECT_WORDS = 20_000


@click.command()
@click.option("--days", "n_days", default=14, show_default=True, help="How many of the newest days to print; 0 prints all.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--forget", is_flag=True, help="Delete all figures.")
def stats(n_days: int, as_json: bool, forget: bool) -> None:
    """Print what came of suggestions by day and model: words, shows, right ones, keys saved, requests, cost.

    The figures are kept on this machine, in a file that only you may read. They are numbers: no word you typed is in them.
    """
    from autocomplete.config.settings import load_settings
    from autocomplete.evaluation.history.store import OutcomeStore, store_path

    if n_days < 0 or (forget and as_json):
        raise ConfigError("--days takes 0 or more, and --forget goes without --json.")
    store = OutcomeStore(store_path())
    if forget:
        print_lines(["All figures are deleted." if store.forget() else "There are no figures to delete."])
        return
    settings = load_settings()
    days = _newest_days(store.days(), n_days)
    if as_json:
        print_lines([json.dumps({"file": str(store.path), **_facts(store), "days": [_row(day, settings) for day in days]})])
    else:
        print_lines(_table(days, store, settings))
    if store.notice:
        raise ConfigError(store.notice)


def _newest_days(days: Sequence[DayTotals], n_days: int) -> list[DayTotals]:
    kept = sorted({day.day for day in days})[-n_days:] if n_days else {day.day for day in days}
    return [day for day in days if day.day in kept]


def _facts(store: OutcomeStore) -> dict[str, Any]:
    """Return the figures beside the days: the writer's times, and how far suggestions steer."""
    from autocomplete.evaluation.goals.holdout import suggestion_effect
    from autocomplete.evaluation.goals.typing_speed import typing_speed

    times = typing_speed(store.delays())
    effect = suggestion_effect((word.hidden, word.n_right > 0) for word in store.newest(_EFFECT_WORDS) if word.n_shown)
    known = times.n_keys > 0
    return {
        "key_s": round(times.key_s, 3) if known else None,
        "reading_s": round(times.reading_s, 3) if times.n_ignored else None,
        "hidden_words": effect.n_hidden,
        **{
            name: round(value, 3) if effect.known else None
            for name, value in (
                ("suggestion_effect", effect.difference),
                ("suggestion_effect_low", effect.lower),
                ("suggestion_effect_high", effect.upper),
            )
        },
        "suggestion_effect_text": str(effect),
    }


def _row(day: DayTotals, settings: Settings) -> dict[str, Any]:
    return {
        "day": date.fromordinal(day.day).isoformat(),
        "model": day.source.model,
        "place": day.source.place,
        "mode": day.source.mode,
        "words": day.words,
        "shown": day.shown,
        "right": day.right,
        "hidden": day.hidden,
        "characters": day.characters,
        "keys": day.keys,
        "requests": day.requests,
        "prompt_tokens": day.usage.prompt_tokens,
        "completion_tokens": day.usage.completion_tokens,
        "cost": _cost([day], settings),
    }


def _table(days: Sequence[DayTotals], store: OutcomeStore, settings: Settings) -> Iterator[str]:
    if not days:
        yield "No figures yet. They begin when you write in the editor: autocomplete FILE."
        if not settings.store_outcomes:
            yield "They are switched off: put the line store_outcomes = true into the settings file."
        return
    rows = [_HEAD, *(_cells(date.fromordinal(day.day).isoformat(), [day], settings) for day in days)]
    sources = sorted({day.source for day in days}, key=lambda source: (source.model, source.place, source.mode))
    of_source = ([day for day in days if day.source == source] for source in sources)
    rows += [_cells("all days", some, settings) for some in of_source]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        cells = [
            cell.ljust(width) if i < 2 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
    yield from _lines_below(_facts(store))


def _cells(name: str, days: Sequence[DayTotals], settings: Settings) -> tuple[str, ...]:
    source = days[0].source
    words, shown, right = (sum(getattr(day, field) for day in days) for field in ("words", "shown", "right"))
    characters, keys = sum(day.characters for day in days), sum(day.keys for day in days)
    model = source.model if source.mode == "certified" else f"{source.model}, {source.mode}"
    cost = _cost(days, settings)
    tokens = sum(day.usage.prompt_tokens + day.usage.completion_tokens for day in days)
    return (
        name,
        model,
        str(words),
        str(shown),
        f"{right / shown:.0%}" if shown else "-",
        f"{1 - keys / characters:.1%}" if characters else "-",
        str(sum(day.requests for day in days)),
        f"{cost:.4f}" if cost is not None else (f"{tokens} tokens" if tokens else "-"),
    )


def _cost(days: Sequence[DayTotals], settings: Settings) -> float | None:
    """Return what the tokens cost at the prices of the settings, None where there are none of either."""
    prompt = sum(day.usage.prompt_tokens for day in days)
    completion = sum(day.usage.completion_tokens for day in days)
    prices = settings.prompt_price, settings.completion_price
    if prices == (None, None) or not prompt + completion:
        return None
    return ((prices[0] or 0.0) * prompt + (prices[1] or 0.0) * completion) / 1e6


def _lines_below(facts: dict[str, Any]) -> Iterator[str]:
    yield ""
    if facts["key_s"] is not None:
        reading = (
            "" if facts["reading_s"] is None else f", and {facts['reading_s']:.2f} s more after a suggestion that you ignore"
        )
        yield f"You take {facts['key_s']:.2f} s per key{reading}."
    if facts["hidden_words"]:
        yield f"{facts['suggestion_effect_text'][0].upper()}{facts['suggestion_effect_text'][1:]}."
    yield "Numbers only, on this machine; autocomplete stats --forget deletes them."
