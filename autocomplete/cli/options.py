"""Options that several commands share. Their values are checked with the settings file, in one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

Command = Callable[..., object]


#: What `--model` takes.
MODELS = "english (default, on this machine), FILE.ngram (see train) or openai:MODEL."


def settings_options(command: Command) -> Command:
    """Add the options that every command shares."""
    command = click.option("--cutoff", default=None, help="Least probability of a shown word, 0 to 1.")(asking_options(command))
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


def replay_options(command: Command) -> Command:
    """Add the options that say how texts are replayed with a model elsewhere."""
    for option in (
        click.option("--yes", is_flag=True, help="Send the text to a server without asking back."),
        click.option("--offline", is_flag=True, help="Ask nothing: answers come from the file of --record."),
        click.option("--record", type=click.Path(path_type=Path), help="Keep a server's answers in this file: paid once."),
    ):
        command = option(command)
    return command
