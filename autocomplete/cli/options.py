"""Options that several commands share. Their values are checked with the settings file, in one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

Command = Callable[..., object]


#: What `--model` takes.
MODELS = "english (default, on this machine), FILE.ngram (see train) or openai:MODEL."


#: How a shell completes a value: what it may be, by what is typed of it.
Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def offers(*values: str, files: bool = False) -> Completer:
    """Return what lets a shell complete one of some values, and the names of files."""

    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        found = [CompletionItem(value) for value in values if value.startswith(incomplete)]
        return [*([CompletionItem(incomplete, type="file")] if files else []), *found]

    return complete


#: How a shell completes `--model`.
complete_model = offers("english", "openai:", files=True)


def settings_options(command: Command) -> Command:
    """Add the options that every command shares."""
    cutoff = "Least probability of a shown word, 0 to 1 or as 60%."
    command = click.option("--cutoff", default=None, help=cutoff)(asking_options(command))
    return click.option("--model", default=None, help=MODELS, shell_complete=complete_model)(command)


def asking_options(command: Command) -> Command:
    """Add the options that say how a model is asked, whichever it is."""
    for name, text, values in (
        ("--max-requests", "Requests that one decision may make.", ()),
        ("--base-url", "URL of an OpenAI-compatible server, ending in /v1.", ("http://localhost:",)),
        (
            "--mode",
            "certified or estimated: what becomes of mass the server did not list.",
            ("certified", "estimated"),
        ),
    ):
        command = click.option(name, default=None, help=text, shell_complete=offers(*values))(command)
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
