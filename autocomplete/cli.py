"""The command line: `autocomplete [FILE]`, `autocomplete suggest TEXT`, `autocomplete explain TEXT`.

Invariant: whatever goes wrong ends in one line on standard error that says what to do, and exit code 2.
This is the composition root, the one module that may import anything; it does so lazily.
"""

from __future__ import annotations

import asyncio
import io
import json
import math
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autocomplete.errors import AutocompleteError, ConfigError

if TYPE_CHECKING:
    from autocomplete.decision import Decision
    from autocomplete.engine import Autocompleter

Command = Callable[..., None]


class _EditorByDefault(click.Group):
    """A group whose command is `edit` where the first word names none, so that `autocomplete FILE` opens FILE."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "--version")):
            args = ["edit", *args]
        return super().parse_args(ctx, args)


def _settings(command: Command) -> Command:
    """Add the options that every command shares. Their values are checked with the settings file, in one place."""
    for name, text in (
        ("--max-requests", "Requests that one decision may make."),
        ("--base-url", "URL of an OpenAI-compatible server, ending in /v1."),
        ("--mode", "certified or estimated: what becomes of mass the server did not list."),
        ("--cutoff", "Least probability of a shown word, 0 to 1."),
        ("--model", "english (default, on this machine) or openai:MODEL."),
    ):
        command = click.option(name, default=None, help=text)(command)
    return command


_phrases = click.option("--max-words", default=None, help="Most words of a suggested phrase.")


@click.group(cls=_EditorByDefault)
@click.version_option(package_name="autocomplete", message="%(version)s")
def app() -> None:
    """Suggest the next word only when its probability passes your cutoff.

    autocomplete [FILE] opens the editor; suggest and explain make one decision.
    """


@app.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@_settings
@_phrases
def edit(file: Path | None, **given: str | None) -> None:
    """Open FILE in the editor. The same as autocomplete FILE."""
    from tui.app import run_editor

    autocompleter = _autocompleter(given)
    run_editor(file, lambda: autocompleter)


@app.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print the decision as JSON.")
@_settings
@_phrases
def suggest(text: str, as_json: bool, **given: str | None) -> None:
    """Print what would be suggested after TEXT (- reads standard input), or why nothing is."""
    before = _read(text)
    _, decision = _decide(_autocompleter(given), before)
    # JSON in ASCII is valid whatever the terminal's encoding
    _print([json.dumps(decision_as_json(decision))] if as_json else _human(before, decision))


@app.command()
@click.argument("text")
@_settings
def explain(text: str, **given: str | None) -> None:
    """Print the search for the next word: what was asked, states, masses, bounds, and why it stopped."""
    from autocomplete.explain import tell

    autocompleter, decision = _decide(_autocompleter({**given, "max_words": 1}), _read(text))
    _print(tell(decision, autocompleter.gate, autocompleter.prior))


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """Return the decision as JSON-ready values: numbers, strings and lists; no text that was sent."""
    return {
        "shown": decision.shown,
        "completion": decision.completion,
        "bounds": asdict(decision.bounds),
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
        lower = math.floor(alternative.bounds.lower * 1000) / 10  # rounded outwards, so that bounds stay bounds
        upper = math.ceil(alternative.bounds.upper * 1000) / 10
        yield f"  {lower:5.1f}% to {upper:5.1f}%  {alternative.completion!r}"
    requests = "1 request" if decision.requests == 1 else f"{decision.requests} requests"
    yield f"  {decision.source}, {requests}, {decision.latency_s * 1000:.0f} ms"


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        try:
            click.echo(_inert(line))
        except BrokenPipeError:
            raise  # click ends quietly then
        except OSError as error:
            raise AutocompleteError(f"Cannot write the answer: {error.strerror}.") from None


def _inert(line: str) -> str:
    r"""Return `line` with control characters escaped: neither a text nor a model's answer may drive the terminal.

    >>> _inert("café " + chr(27) + "[31m")
    'café \\x1b[31m'
    """
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) == "Cc" else char for char in line
    )


def _autocompleter(given: dict[str, Any]) -> Autocompleter:
    from autocomplete.engine import Autocompleter
    from autocomplete.settings import load_settings

    settings = load_settings(**given)
    if settings.base_url is not None and settings.model == "english":
        raise ConfigError("A base URL needs a model of that server: add --model openai:MODEL.")
    return Autocompleter(
        settings.model,
        cutoff=settings.cutoff,
        mode=settings.mode,
        max_words=settings.max_words,
        max_requests=settings.max_requests,
        base_url=settings.base_url,
        api_key=settings.api_key.get_secret_value() if settings.api_key else None,
        timeout_s=settings.timeout_s,
        prefetch=settings.prefetch,
    )


def _decide(autocompleter: Autocompleter, text: str) -> tuple[Autocompleter, Decision]:
    async def run() -> Decision:
        autocompleter.prefetch = False  # one decision: nothing comes after it
        async with autocompleter:
            return await autocompleter.decide(text)

    return autocompleter, asyncio.run(run())


def _read(text: str) -> str:
    if text != "-":
        return text
    data = sys.stdin.buffer.read()
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ConfigError("Standard input is not UTF-8 text: convert it first, such as with iconv -t UTF-8.") from None


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. Ends in SystemExit: 0, or 2 with one line on standard error."""
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
        _fail(
            f"{error.format_message().rstrip('.')}. Text that starts with a dash goes after --. See autocomplete --help."
        )
    except click.UsageError as error:
        _fail(f"{error.format_message().rstrip('.')}. See autocomplete --help.")
    except (click.Abort, KeyboardInterrupt):
        raise SystemExit(130) from None
    raise SystemExit(result if isinstance(result, int) else 0)


def _fail(message: str) -> None:
    sys.stderr.write(f"autocomplete: {message}\n")
    raise SystemExit(2) from None
