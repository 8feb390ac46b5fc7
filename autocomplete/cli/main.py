"""The command line: `autocomplete [FILE...]`, `autocomplete suggest TEXT`, `autocomplete explain TEXT`.

Invariant: whatever goes wrong ends in one line on standard error that says what to do, and exit code 2. Other codes are 0,
`output.UNMET`, and 130 after Ctrl+C.
This is the composition root, the one module that may import anything; it does so lazily.
"""

from __future__ import annotations

import importlib
import io
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from autocomplete.cli.commands import COMMANDS
from autocomplete.cli.inputs import text_argument
from autocomplete.cli.options import phrase_option, settings_options
from autocomplete.cli.output import note, print_lines
from autocomplete.cli.run_config import RunConfig, editor_engine, open_engine
from autocomplete.core.characters import escape_controls
from autocomplete.core.percent import bounds_percent
from autocomplete.errors import AutocompleteError
from autocomplete.runtime.blas_threads import use_one_thread
from autocomplete.runtime.ctrl_c import run

if TYPE_CHECKING:
    from autocomplete.core.decision import Decision
    from autocomplete.engine.autocompleter import Autocompleter


class _Commands(click.Group):
    """The commands here and those in `commands`, which are imported when they run.

    Where the first word names none the command is `edit`, so that `autocomplete FILE` opens FILE.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*self.commands, *COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(self._summaries())

    def _summaries(self) -> list[tuple[str, str]]:
        """Return each command with its summary, in order, importing none."""
        rows = {name: command.get_short_help_str(limit=100) for name, command in self.commands.items()}
        return sorted((rows | {name: summary for name, (_, summary) in COMMANDS.items()}).items())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if ctx.resilient_parsing and not args:  # a shell asks what the first word may be
            return super().parse_args(ctx, args)
        if not args or args[0] not in (*self.commands, *COMMANDS, "--help", "--version"):
            _refuse_mistyped(args, (*self.commands, *COMMANDS))
            args = ["edit", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        edit = self.commands["edit"]
        if incomplete.startswith("-"):
            own = click.Command.shell_complete(self, ctx, incomplete)
            return [*own, *edit.shell_complete(click.Context(edit, parent=ctx), incomplete)]
        named = [CompletionItem(name, help=summary) for name, summary in self._summaries() if name.startswith(incomplete)]
        return [CompletionItem(incomplete, type="file"), *named]


def _refuse_mistyped(args: Sequence[str], names: Sequence[str]) -> None:
    """Raise UsageError where the first word looks like a command and no file of that name exists.

    >>> _refuse_mistyped(["tnue", "abc"], ["tune", "stats"])
    Traceback (most recent call last):
    click.exceptions.UsageError: No file or command 'tnue': did you mean tune? To begin such a file: autocomplete edit tnue
    """
    word = args[0] if args else ""
    near = get_close_matches(word.lower(), [name for name in names if name[:1] == word[:1].lower()], 1, 0.75)
    if near and word.isalpha() and not Path(word).exists():
        raise click.UsageError(
            f"No file or command {word!r}: did you mean {near[0]}? To begin such a file: autocomplete edit {word}"
        )


@click.group(cls=_Commands)
@click.version_option(package_name="autocomplete", message="%(version)s")
def app() -> None:
    """Suggest the next word only when its probability passes your cutoff.

    autocomplete [FILE...] opens the editor; suggest and explain make one decision.
    """


@app.command()
@click.argument("files", nargs=-1, type=click.Path())
@click.option("--encoding", default=None, help="Encoding of FILES, such as cp1251 or utf-16-le, where it is not seen.")
@settings_options
@phrase_option
def edit(files: tuple[str, ...], encoding: str | None, **given: str | None) -> None:
    """Open FILES in the editor. The same as autocomplete FILES.

    FILE:LINE opens FILE at that line; - is standard input.
    """
    from tui.app.editor import run_editor

    run_editor(files, given, editor_engine, encoding)


@app.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print the decision as JSON.")
@settings_options
@phrase_option
def suggest(text: str, as_json: bool, **given: str | None) -> None:
    """Print what would be suggested after TEXT (- reads standard input), or why nothing is."""
    before = text_argument(text)
    _, decision = _decide(open_engine(RunConfig.of(given)), before)
    # JSON in ASCII is valid whatever the terminal's encoding
    print_lines([json.dumps(decision_as_json(decision))] if as_json else _human(before, decision))


@app.command()
@click.argument("text")
@settings_options
def explain(text: str, **given: str | None) -> None:
    """Print the search for the next word: what was asked, states, masses, bounds, and why it stopped."""
    from autocomplete.core.explain import explanation

    autocompleter, decision = _decide(open_engine(RunConfig.of({**given, "max_words": 1})), text_argument(text))
    prior = autocompleter.decider.prior(autocompleter.mode)
    n_labels = sum(getattr(autocompleter.calibration, "n_labels", {}).values())
    print_lines(explanation(decision, autocompleter.gate, prior, n_labels=n_labels))


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """Return the decision as JSON-ready values: numbers, strings and lists; no text that was sent.

    `calibrated`: whether probabilities are not those that the model stated, but corrected.
    """
    return {
        "shown": decision.shown,
        "completion": decision.completion,
        "bounds": asdict(decision.bounds),
        "calibrated": decision.correction is not None,
        "cutoff": decision.cutoff,
        "reason": str(decision.reason),
        "explanation": decision.explanation,
        "mode": str(decision.mode),
        "attainable": decision.attainable,
        "alternatives": [asdict(alternative) for alternative in decision.alternatives[:20]],
        "source": decision.source,
        "requests": decision.requests,
        "latency_s": round(decision.latency_s, 6),
        "usage": asdict(decision.usage),
    }


def _human(before: str, decision: Decision) -> Iterator[str]:
    """Yield the lines for people: the text with the completion, the reason, the likeliest candidates and the cost."""
    line = before.rsplit("\n", 1)[-1][-60:]
    yield f"{line}[{decision.completion}]"
    yield decision.explanation
    for alternative in decision.alternatives[:5]:
        yield f"  {bounds_percent(alternative.bounds.lower, alternative.bounds.upper):>11}  {alternative.completion!r}"
    requests = "1 request" if decision.requests == 1 else f"{decision.requests} requests"
    calibrated = "" if decision.correction is None else ", calibrated"
    yield f"  {decision.source}{calibrated}, {requests}, {decision.latency_s * 1000:.0f} ms"


def _decide(autocompleter: Autocompleter, text: str) -> tuple[Autocompleter, Decision]:
    if autocompleter.notice:
        note(autocompleter.notice)

    async def asked() -> Decision:
        autocompleter.prefetch = False  # one decision: nothing comes after it
        async with autocompleter:
            return await autocompleter.decide(text)

    return autocompleter, run(asked())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. Ends in SystemExit with what the command returned, or with 2 and one line on standard error."""
    use_one_thread()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what the terminal's encoding lacks is no reason to fail
    try:
        result = app.main(
            args=arguments if arguments is None else list(arguments), prog_name="autocomplete", standalone_mode=False
        )
    except AutocompleteError as error:
        _fail(str(error))
    except click.NoSuchOption as error:
        _fail(f"{_sentence(error)} {_after_dashes(error, arguments or sys.argv[1:])} See autocomplete --help.")
    except click.UsageError as error:
        _fail(f"{_sentence(error)} See autocomplete --help.")
    except (click.Abort, KeyboardInterrupt):
        raise SystemExit(130) from None
    raise SystemExit(result if isinstance(result, int) else 0)


def _sentence(error: click.UsageError) -> str:
    message = error.format_message()
    return message if message.endswith((".", "?")) else f"{message}."


def _after_dashes(error: click.NoSuchOption, words: Sequence[str]) -> str:
    """Return how a text or a file that looks like an option is given."""
    path = error.ctx.command_path if error.ctx is not None else "autocomplete"
    word = next((word for word in words if word.startswith(error.option_name)), "")
    such = f" ({path} -- {quote(word)})" if word[1:2] != "-" else ""
    return f"A text or file that starts with a dash goes after --{such}."


def _fail(message: str) -> None:
    sys.stderr.write(f"autocomplete: {escape_controls(message)}\n")
    raise SystemExit(2) from None
