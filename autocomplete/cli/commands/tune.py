"""The command `autocomplete tune`: types texts by machine, and shows what each cutoff comes to.

Invariant: whatever can be wrong with the command line is an error before a model is asked; nothing is saved unless asked for.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autocomplete.cli.compared_models import replay_models
from autocomplete.cli.echo import drop_typed, echo
from autocomplete.cli.inputs import check_output, read_files
from autocomplete.cli.options import MODELS, asking_options, complete_model, offers, replay_options
from autocomplete.cli.output import UNMET, note, print_lines
from autocomplete.cli.replay_run import ReplayPlan, check_record
from autocomplete.cli.run_config import RunConfig
from autocomplete.engine.models import is_local
from autocomplete.errors import ConfigError
from autocomplete.evaluation.goals.goals import FEWEST
from autocomplete.io.atomic_write import write_bytes

if TYPE_CHECKING:
    from autocomplete.config.settings import Settings
    from autocomplete.evaluation.report.summary import ReplaySummary

#: Words of each file that are typed by default: where every model runs here, and where one is asked elsewhere.
WORDS_HERE, WORDS_ELSEWHERE = 10_000, 1000

_WORDS_HELP = (
    "Words of each file that are typed: its first ones. "
    f"By default {WORDS_HERE:,}, or {WORDS_ELSEWHERE:,} where a model is asked elsewhere."
)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="MODEL",
    help=f"{MODELS} Several are compared.",
    shell_complete=complete_model,
)
@click.option(
    "--goal",
    "goals",
    multiple=True,
    shell_complete=offers("precision=0.9", "shows<=5", "savings=max", "time"),
    help='What you want: "precision=0.9", "shows<=5/100 words", "savings=max" or "time". The first that is met counts.',
)
@click.option("--words", "n_words", type=int, help=_WORDS_HELP)
@click.option("--blank-lines", is_flag=True, help="Blank lines separate texts that have nothing to do with each other.")
@replay_options
@click.option("--plain", is_flag=True, help="Print tables in place of the screen.")
@click.option("--report", "page", type=click.Path(path_type=Path), help="Write a page of plots, such as out.html.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the figures as CSV.")
@click.option("--save", is_flag=True, help="Put the recommended cutoff into the settings file.")
@click.option("--force", is_flag=True, help=f"Answer goals from fewer than {FEWEST} words too.")
@asking_options
def tune(
    files: tuple[str, ...],
    models: tuple[str, ...],
    goals: tuple[str, ...],
    n_words: int | None,
    blank_lines: bool,
    record: Path | None,
    offline: bool,
    yes: bool,
    force: bool,
    **given: Any,
) -> int:
    """Type FILES by machine and see what each cutoff would have shown: how many keys it saves, how often it is right.

    Opens a screen with a slider; the text shows which words would have appeared. FILES are text, folders of such, or - for
    standard input. With --plain, --report, --json, --csv or --save there is no screen, and the exit code is 1 where a goal
    that was asked for is not met, or nothing can be saved.
    """
    from autocomplete.evaluation.goals.goals import parse_goal

    out = {name: given.pop(name) for name in ("plain", "page", "as_json", "as_csv", "save")}
    config = RunConfig.of(given)
    settings = config.settings
    wanted = [parse_goal(goal) for goal in goals or ([settings.goal] if settings.goal else [])]
    specs = list(dict.fromkeys(spec.strip() for spec in models)) or [settings.model]
    _check(out, specs, n_words, record, offline, files)
    here = all(map(is_local, specs))
    if n_words is None:
        n_words = WORDS_HERE if here else WORDS_ELSEWHERE
    reading = read_files(files, n_words, blank_lines=blank_lines)
    # the same cutoffs for all of them, so that they can be compared
    lowest = None if here or not any(map(is_local, specs)) else _lowest_elsewhere()
    plan = ReplayPlan(reading.documents, record, offline, yes, lowest)
    with echo(False):  # until the screen opens, what is typed is for nobody
        found, failed = replay_models(plan, config, specs, wanted, forced=force)
        return _show(found, failed, out, settings, asked=bool(wanted))


def _lowest_elsewhere() -> float:
    from autocomplete.evaluation.replay.replay import LOWEST_REMOTE

    return LOWEST_REMOTE


def _check(
    out: dict[str, Any],
    specs: Sequence[str],
    n_words: int | None,
    record: Path | None,
    offline: bool,
    files: Sequence[str],
) -> None:
    """Raise ConfigError for what cannot be, before anything is read or asked."""
    if out["as_json"] and out["as_csv"]:
        raise ConfigError("Print one of --json and --csv.")
    if n_words is not None and n_words < 1:
        raise ConfigError("--words takes a number from 1.")
    if out["save"] and len(specs) > 1:
        raise ConfigError("With --save give one model: the cutoff that is saved is that model's.")
    check_record(specs, record, files, offline=offline)
    if out["page"] is not None:
        check_output(out["page"], "--report", files)


def _show(
    models: Sequence[ReplaySummary], left_out: dict[str, str], out: dict[str, Any], settings: Settings, *, asked: bool
) -> int:
    """Show what was found in the way that is wanted, and return the exit code.

    `left_out`: models that failed, and why; `asked`: for a goal.
    """
    current = None if settings.goal else settings.cutoff
    if out["as_json"]:
        from autocomplete.evaluation.report.export import as_json

        print_lines([json.dumps(as_json(models, left_out), allow_nan=False)])
    elif out["as_csv"]:
        from autocomplete.evaluation.report.export import csv_lines

        print_lines(csv_lines(models))
    elif any(out.values()) or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from autocomplete.evaluation.report.text import lines

        print_lines(lines(models, current))
    else:
        from tui.tune.replay.app import run_tuner

        run_tuner(models, current=current, theme=settings.theme, left_out=left_out, opening=drop_typed)
        asked = False  # the person was there
    if out["page"] is not None:
        from autocomplete.evaluation.report.html import report

        _write(out["page"].expanduser(), report(models, current=current, day=date.today(), left_out=left_out))
        note(f"Written to {out['page']}.")
    met = any(tuned.recommended for tuned in models)
    if out["save"] and met:
        _save(models[0], settings.goal)
    elif out["save"]:
        few = " --force answers from fewer." if models[0].n_words < FEWEST else ""
        note(f"autocomplete: Nothing is saved. {models[0].advice.line}.{few}")
    return UNMET if (asked or out["save"]) and not met else 0


def _write(path: Path, page: str) -> None:
    """Write a page, whole or not at all. Raises ConfigError where it cannot be."""
    try:
        if path.exists() and not path.is_file():  # such as a device
            path.write_text(page, encoding="utf-8")
        else:
            write_bytes(path, page.encode(), new_mode=0o644)
    except OSError as exc:
        raise ConfigError(f"Cannot write {path}: {exc.strerror}.") from exc


def _save(tuned: ReplaySummary, goal: str | None) -> None:
    """Put what is recommended into the settings file. `goal`: of the settings so far."""
    from autocomplete.config.settings_file import save_settings, settings_source

    advice = tuned.recommended
    assert advice is not None
    changes = {"cutoff": advice.cutoff, "goal": None} if advice.has_cutoff else {"goal": advice.goal}
    replaced = goal if settings_source("goal", {}) == "settings file" and goal != changes["goal"] else None
    path = save_settings(changes)
    name, value = next((name, value) for name, value in changes.items() if value is not None)
    in_place = f", in place of the goal {replaced}" if replaced else ""
    note(f"Saved {name} = {value} in {path}{in_place}.")
