"""What the commands share: the options of every command, the engine that they describe, reading and printing.

Invariant: nothing that is printed can drive the terminal.
"""

from __future__ import annotations

import math
import sys
import unicodedata
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from autocomplete.errors import AutocompleteError, ConfigError

if TYPE_CHECKING:
    from autocomplete.config.settings import Settings
    from autocomplete.core.backend import Backend
    from autocomplete.engine.autocompleter import Autocompleter

Command = Callable[..., None]


#: What `--model` takes.
MODELS = "english (default, on this machine), FILE.ngram (see train) or openai:MODEL."


def settings_options(command: Command) -> Command:
    """Add the options that every command shares. Their values are checked with the settings file, in one place."""
    command = click.option("--cutoff", default=None, help="Least probability of a shown word, 0 to 1.")(
        asking_options(command)
    )
    return click.option("--model", default=None, help=MODELS)(command)


def asking_options(command: Command) -> Command:
    """Add the options that say how a model is asked, whichever it is."""
    for name, text in (
        ("--max-requests", "Requests that one decision may make."),
        ("--base-url", "URL of an OpenAI-compatible server, ending in /v1."),
        ("--mode", "certified or estimated: what becomes of mass the server did not list."),
    ):
        command = click.option(name, default=None, help=text)(command)
    return command


phrase_option = click.option("--max-words", default=None, help="Most words of a suggested phrase.")


def print_lines(lines: Iterable[str]) -> None:
    """Print lines, made inert. Raises AutocompleteError where the output takes no more."""
    for line in lines:
        try:
            click.echo(inert(line))
        except BrokenPipeError:
            raise  # click ends quietly then
        except OSError as error:
            raise AutocompleteError(f"Cannot write the answer: {error.strerror}.") from None


def inert(line: str) -> str:
    r"""Return `line` with control characters escaped: neither a text nor a model's answer may drive the terminal.

    >>> inert("café " + chr(27) + "[31m")
    'café \\x1b[31m'
    """
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) == "Cc" else char for char in line
    )


def editor_engine(given: dict[str, Any]) -> Autocompleter:
    """Return the engine of what can be used of the settings; what cannot is the editor's to tell. Raises ConfigError."""
    from autocomplete.config.settings import usable_settings

    return autocompleter_of(given, settings=usable_settings(**given)[0])


def autocompleter_of(
    given: dict[str, Any],
    wrapped: Callable[[Backend], Backend] | None = None,
    *,
    settings: Settings | None = None,
) -> Autocompleter:
    """Return the engine of the settings, with what is `given` (and not None) on top. Raises ConfigError.

    `wrapped` puts something around the backend, which the engine then leaves for the caller to close. `settings`: those that
    were read already, with what is given.
    """
    from autocomplete.config.settings import load_settings, memory_path
    from autocomplete.engine.autocompleter import Autocompleter
    from autocomplete.engine.models import is_local, open_backend

    settings = settings or load_settings(**given)
    if settings.base_url is not None and is_local(settings.model):
        raise ConfigError("A base URL needs a model of that server: add --model openai:MODEL.")
    key = settings.api_key.get_secret_value() if settings.api_key else None
    model: str | Backend = settings.model
    if wrapped is not None:
        site = {"base_url": settings.base_url, "api_key": key}
        model = wrapped(open_backend(settings.model, **site, timeout_s=settings.timeout_s))
    autocompleter = Autocompleter(
        model,
        cutoff=settings.cutoff,
        mode=settings.mode,
        max_words=settings.max_words,
        max_requests=settings.max_requests,
        base_url=settings.base_url,
        api_key=key,
        timeout_s=settings.timeout_s,
        prefetch=settings.prefetch,
        memory=memory_path() if settings.remember else None,
        private=settings.private,
    )
    if settings.calibrate:
        from autocomplete.evaluation.calibration.calibration import load_calibration
        from autocomplete.evaluation.word_outcome import PredictionSource

        source = PredictionSource.of(autocompleter.model, autocompleter.capabilities)
        autocompleter.calibration = load_calibration(source.key)
    if settings.goal is not None and given.get("cutoff") is None:
        _aim(autocompleter, settings.goal, stored=settings.store_outcomes)
    return autocompleter


def _aim(autocompleter: Autocompleter, goal: str, *, stored: bool) -> None:
    """Set the cutoff or gate that a goal asks for, from the person's own last words; it stays where they are too few.

    `stored`: words are kept from session to session, so that there may be some.
    """
    from autocomplete.evaluation.goals.from_history import own_answer
    from autocomplete.evaluation.goals.goals import parse_goal
    from autocomplete.evaluation.history.store import OutcomeStore
    from autocomplete.evaluation.word_outcome import PredictionSource

    mode, calibration = str(autocompleter.mode), autocompleter.calibration
    source = PredictionSource.of(autocompleter.model, autocompleter.capabilities, mode, calibration)
    try:
        answer = own_answer(parse_goal(goal), OutcomeStore(mending=False) if stored else None, source)
    except AutocompleteError:
        return
    if answer.gate is not None:
        autocompleter.gate = answer.gate
    elif not math.isnan(answer.cutoff):
        autocompleter.cutoff = answer.cutoff


def read_text(text: str) -> str:
    """Return a text given on the command line; "-" stands for standard input. Raises ConfigError where that is no UTF-8."""
    if text != "-":
        return text
    data = sys.stdin.buffer.read()
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ConfigError("Standard input is not UTF-8 text: convert it first, such as with iconv -t UTF-8.") from None
