"""Replaying texts with one model: what it will cost, asking the person, recording, waiting for a server, progress.

Invariant: a model elsewhere is asked nothing before a person agreed, by an answer or by `--yes`; what was recorded stays,
however the run ends.
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autocomplete.cli.common import autocompleter_of, inert
from autocomplete.cli.echo import echo
from autocomplete.cli.inputs import check_output
from autocomplete.engine.models import is_local
from autocomplete.errors import BackendError, ConfigError
from autocomplete.runtime.ctrl_c import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autocomplete.core.backend import Backend
    from autocomplete.engine.autocompleter import Autocompleter
    from autocomplete.evaluation.records import Document
    from autocomplete.evaluation.replay.columns import ReplayResult

#: About how many requests a word takes at all cutoffs from .1 on, by replays of the token model of the tests.
REQUESTS_PER_WORD = 2

#: About how many characters a token has.
CHARACTERS_PER_TOKEN = 4


Command = Callable[..., None]


def replaying_options(command: Command) -> Command:
    """Add the options that say how texts are replayed with a model elsewhere."""
    for option in (
        click.option("--yes", is_flag=True, help="Send the text to a server without asking back."),
        click.option("--offline", is_flag=True, help="Ask nothing: answers come from the file of --record."),
        click.option(
            "--record", type=click.Path(path_type=Path), help="Keep a server's answers in this file: paid once."
        ),
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """What is to be replayed. `given`: the settings of the command line; `lowest`: cutoff, None for each model's own."""

    documents: Sequence[Document]
    given: dict[str, Any]
    record: Path | None = None
    offline: bool = False
    agreed: bool = False
    lowest: float | None = None


def check_record(specs: Sequence[str], record: Path | None, files: Sequence[str], *, offline: bool) -> None:
    """Raise ConfigError for a recording that cannot be, before anything is read or asked."""
    if record is not None:
        check_output(record, "--record", files)
    if record is not None and all(map(is_local, specs)):
        raise ConfigError("--record is for models that are asked elsewhere: what runs here costs nothing.")
    if record is None and offline:
        raise ConfigError("--offline needs --record FILE: the answers that were recorded.")


def replayed(plan: ReplayPlan, given: dict[str, Any]) -> tuple[ReplayResult, Autocompleter]:
    """Return the replay with the model of the settings `given`, and the engine that was asked, which is closed.

    Raises as the model does, and ConfigError where nobody agrees to ask it.
    """
    from autocomplete.config.settings import load_settings

    spec = load_settings(**given).model
    return (_here if is_local(spec) else _elsewhere)(plan, {**given, "model": spec})


def engine_of(given: dict[str, Any], wrapped: Callable[[Backend], Backend] | None = None) -> Autocompleter:
    """Return an engine for a replay: what was learned from earlier writing may hold this very text, so it stays out."""
    return autocompleter_of({**given, "remember": False}, wrapped)


def _here(plan: ReplayPlan, given: dict[str, Any]) -> tuple[ReplayResult, Autocompleter]:
    from autocomplete.evaluation.replay.runner import replay_on_all_cores

    engine = engine_of(given)
    run(engine.aclose())
    with _progress(plan, given["model"]) as moved:
        opens = partial(engine_of, given)
        return run(replay_on_all_cores(opens, plan.documents, lowest=plan.lowest, progress=moved)), engine


def _elsewhere(plan: ReplayPlan, given: dict[str, Any]) -> tuple[ReplayResult, Autocompleter]:
    """Replay with a model that is asked over the network, after asking the person."""
    from autocomplete.backends.recorded import AnswerMissing, RecordedBackend
    from autocomplete.backends.retrying import TIMEOUT_S, RetryingBackend
    from autocomplete.config.settings import load_settings

    def wrapped(backend: Backend) -> Backend:
        patient = RetryingBackend(backend, tell=_tell)
        return patient if plan.record is None else RecordedBackend(patient, plan.record, offline=plan.offline)

    timeout_s = max(TIMEOUT_S, load_settings(**given).timeout_s or 0.0)  # what is set is for somebody who types
    engine = engine_of({**given, "timeout_s": timeout_s}, wrapped)
    if isinstance(engine.backend, RecordedBackend) and engine.backend.told:
        _tell(engine.backend.told)
    try:
        if not plan.offline:
            _agree(plan, given["model"], engine.capabilities.where)
        with _progress(plan, given["model"]) as moved:
            return run(_asked(engine, plan, moved)), engine
    except AnswerMissing as error:
        if engine.calibration is None:
            raise
        hint = (
            "A calibration is in force, which asks further; with calibrate = false it replays what was asked without."
        )
        raise ConfigError(f"{error} {hint}") from error
    except (BackendError, KeyboardInterrupt) as error:
        if plan.record is not None and not plan.offline:
            if isinstance(error, KeyboardInterrupt):
                click.echo(err=True)
            _tell(f"Stopped. What was answered is in {plan.record}: the same command goes on.")
        raise


async def _asked(engine: Autocompleter, plan: ReplayPlan, moved: Any) -> ReplayResult:
    from autocomplete.evaluation.replay.runner import replay_all

    try:
        async with engine:
            return await replay_all(engine, plan.documents, lowest=plan.lowest, progress=moved)
    finally:
        await engine.backend.aclose()


@dataclass(frozen=True, slots=True)
class Cost:
    """What asking a model elsewhere will take, about. `n_sent`: tokens that are sent."""

    n_requests: int
    n_sent: int

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Cost:
        """Return the cost of replaying some documents: each word asks with the text before it, as far as it is sent."""
        from autocomplete.core.word_spans import word_spans
        from autocomplete.core.words import context_start

        starts = [word.start for document in documents for word in word_spans(document.text)]
        characters = sum(start - context_start(start) for start in starts)
        return cls(REQUESTS_PER_WORD * len(starts), REQUESTS_PER_WORD * characters // CHARACTERS_PER_TOKEN)

    def told(self, prompt_price: float | None, completion_price: float | None) -> str:
        """Return it for people. Prices are of a million tokens.

        >>> Cost(400, 90_000).told(None, None), Cost(400, 90_000).told(2.0, None)
        ('about 400 requests with 90,000 tokens sent', 'about 400 requests with 90,000 tokens sent, which cost about 0.18')
        """
        words = f"about {self.n_requests:,} requests with {self.n_sent:,} tokens sent"
        if prompt_price is None and completion_price is None:
            return words
        cost = ((prompt_price or 0.0) * self.n_sent + (completion_price or 0.0) * self.n_requests) / 1e6
        return f"{words}, which cost about {cost:.2f}"


def is_near(where: str) -> bool:
    """Return whether a model runs on this machine, in another process or not.

    >>> is_near("this machine"), is_near("localhost:8000"), is_near("127.0.0.1"), is_near("[::1]:80"), is_near("api.openai.com")
    (True, True, True, True, False)
    """
    host = where.removeprefix("[").partition("]")[0] if where.startswith("[") else where.partition(":")[0]
    if host in ("this machine", "localhost") or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _agree(plan: ReplayPlan, spec: str, where: str) -> None:
    """Tell what asking will take, and ask whether to. Raises ConfigError for a no, and where nobody can answer."""
    from autocomplete.config.settings import load_settings

    if is_near(where) or plan.agreed:
        return
    settings = load_settings(**plan.given)
    told = Cost.of(plan.documents).told(settings.prompt_price, settings.completion_price)
    line = f"{spec} at {where} will be sent the text, in {told}."
    if plan.record is None:
        line += " With --record FILE that is paid only once."
    else:
        line += f" Answers that are in {plan.record} are not asked for again."
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ConfigError(f"{line} Add --yes to agree.")
    click.echo(inert(line), err=True)
    with echo(True):
        if not click.confirm("Ask it?", err=True):
            raise ConfigError(f"{spec} is not asked, as you said.")


@contextmanager
def _progress(plan: ReplayPlan, spec: str) -> Iterator[Any]:
    """Show a bar on standard error where that is a terminal; give a function that is told how far it is, and of how much."""
    n_all = sum(len(document.text) for document in plan.documents)
    shown = sys.stderr.isatty()
    with click.progressbar(length=n_all, label=inert(spec), file=sys.stderr, hidden=not shown) as bar:
        yield lambda n_done, _: bar.update(n_done - bar.pos)


def _tell(line: str) -> None:
    """Print a line; where there is a bar, in its place: it comes again below."""
    bar = "\r\x1b[K" if sys.stderr.isatty() else ""
    click.echo(f"{bar}{inert(line)}", err=True)
