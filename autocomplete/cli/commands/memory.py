"""The command `autocomplete memory`: what is remembered of earlier writing, adding to it, and forgetting it.

Invariant: nothing is made or changed unless an option says so.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autocomplete.cli.output import print_lines
from autocomplete.embedded.ngram.sentences import END, NUMBERS, START, is_word
from autocomplete.errors import AutocompleteError, ConfigError

if TYPE_CHECKING:
    from autocomplete.config.settings import Settings
    from autocomplete.embedded.adaptive.memory.memory import Memory

#: Most characters of a file that is added, about 2 million words.
MOST_CHARACTERS = 12_000_000

_NAMES = {START: "[start]", END: "[end]"}


@click.command()
@click.option("--terms", is_flag=True, help="List your own words, most used first.")
@click.option("--phrases", is_flag=True, help="List the runs of two and three words, most used first.")
@click.option(
    "--add", multiple=True, type=click.Path(), metavar="FILE", help="Learn from a text you wrote earlier; may be repeated."
)
@click.option("--forget", is_flag=True, help="Delete all that is remembered.")
@click.option("--forget-word", metavar="WORD", help="Delete a word, and every run that it is in.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def memory(terms: bool, phrases: bool, add: tuple[str, ...], forget: bool, forget_word: str | None, as_json: bool) -> None:
    """Show what is remembered of your earlier writing, add to it, or delete it.

    It is off until you put the line remember = true into the settings file. Kept on this machine, in a file that
    only you may read: your own words, and runs of two or three words, that you typed at least twice in one session.
    No text, no numbers, nothing from files that look private.

    Adding a file twice counts it twice; --add - reads standard input.
    """
    from autocomplete.config.settings import load_settings, memory_path
    from autocomplete.embedded.adaptive.memory.memory import Memory

    if sum((terms, phrases, bool(add), forget, forget_word is not None, as_json)) > 1:
        raise ConfigError("Only one of the options of autocomplete memory goes at a time.")
    settings = load_settings()
    found = Memory(memory_path(), saves=False)
    try:
        if forget:
            print_lines([_forget(found)])
        elif forget_word is not None:
            print_lines([_forget_word(found, forget_word)])
        elif add:
            print_lines(_add(found, settings, [Path(name) for name in add]))
        elif terms or phrases:
            print_lines(_listed(found.words() if terms else [(readable(run), n) for run, n in found.phrases()]))
        else:
            print_lines(_facts(found, settings, as_json=as_json))
        if found.notice:
            raise AutocompleteError(found.notice)
    finally:
        found.close()


def _facts(found: Memory, settings: Settings, *, as_json: bool) -> Iterator[str]:
    facts = found.facts()
    since = None if facts.since is None else (date(1970, 1, 1) + timedelta(days=facts.since)).isoformat()
    if as_json:
        yield json.dumps({"on": settings.remember, "file": str(found.path), **asdict(facts), "since": since})
        return
    yield f"Remembering is {'on' if settings.remember else 'off'}. {_how(settings)}"
    if since is None:
        yield f"Nothing is stored. It would be in {found.path}"
    else:
        yield f"{facts.n_words:,} own words and {facts.n_runs:,} runs of two and three words since {since}"
        yield f"{facts.n_bytes / 1000:,.0f} KB in {found.path}"
    for aside in found.files():
        if "damaged" in aside.name:
            yield f"Damaged, set aside: {aside} (autocomplete memory --forget deletes it too)"


def _how(settings: Settings) -> str:
    from autocomplete.config.settings import settings_path

    line = f"remember = {'false' if settings.remember else 'true'}"
    return f"The line {line} in {settings_path()} turns it {'off' if settings.remember else 'on'}."


def _listed(rows: list[tuple[str, float]]) -> list[str]:
    return [f"{round(uses, 1):>8g}  {words}" for words, uses in rows] or ["Nothing is stored."]


def readable(run: Sequence[str]) -> str:
    """Return a run as a person would write it.

    >>> readable(("<s>", "dear", "Ann")), readable(("Ann", ",", "</s>")), readable(("of", " (", "<4>"))
    ('[start] dear Ann', 'Ann, [end]', 'of ( [number]')
    """
    words = [_NAMES.get(unit, "[number]" if unit in NUMBERS else unit) for unit in run]
    spaced = [word if word[0] == " " or not (is_word(word) or word[0] == "[") else " " + word for word in words]
    return "".join(spaced).strip()


def _forget(found: Memory) -> str:
    try:
        files = found.forget()
    except OSError as exc:
        raise AutocompleteError(f"Cannot delete {found.path}: {exc.strerror}.") from exc
    return f"Deleted: {', '.join(map(str, files))}" if files else "Nothing was stored."


def _forget_word(found: Memory, word: str) -> str:
    from autocomplete.io.sqlite_file import Damaged, Foreign

    try:
        known = found.forget_word(word)
    except (Damaged, Foreign, sqlite3.Error, OSError) as exc:
        raise AutocompleteError(f"Cannot change {found.path}: {exc}.") from exc
    return f"Forgotten: {word}, and every run with it." if known else f"Nothing is stored of {word}."


def _add(found: Memory, settings: Settings, paths: list[Path]) -> Iterator[str]:
    """Learn from files, and yield a line for each. Raises ConfigError before anything is stored where one will not do."""
    from autocomplete.backends.embedded import EmbeddedBackend
    from autocomplete.embedded.adaptive.memory.privacy import is_private

    if not settings.remember:
        raise ConfigError(f"Remembering is off. {_how(settings)}")
    for path in paths:
        if is_private(path, settings.private):
            raise ConfigError(f"{path} looks private, so nothing of it is stored: name it otherwise, or let it through.")
    texts = [_read(path) for path in paths]
    backend = EmbeddedBackend()
    backend.remember(found)
    learner = backend.learner()
    for path, text in zip(paths, texts, strict=True):
        before = found.facts()
        found.keep(learner.runs(text))
        found.save()
        after = found.facts()
        yield f"{path}: {after.n_words - before.n_words:,} new words, {after.n_runs - before.n_runs:,} new runs"


def _read(path: Path) -> str:
    from autocomplete.io.text_files import read_text, spooled

    with spooled([str(path)]) as (file,):
        return read_text(file)[:MOST_CHARACTERS]
