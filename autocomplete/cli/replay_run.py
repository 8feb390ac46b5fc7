"""Replays texts with one model: in this process, or elsewhere with recording, retries and progress.

Invariant: a model elsewhere is asked nothing without consent; what was recorded stays, however the run ends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autocomplete.cli.consent import ask_consent, check_private
from autocomplete.cli.inputs import check_output
from autocomplete.cli.output import note
from autocomplete.cli.run_config import RunConfig, open_engine
from autocomplete.core.backend import is_near
from autocomplete.core.characters import escape_controls
from autocomplete.engine.models import is_local
from autocomplete.errors import BackendError, ConfigError
from autocomplete.runtime.ctrl_c import run

if TYPE_CHECKING:
    from autocomplete.core.backend import Backend
    from autocomplete.engine.autocompleter import Autocompleter
    from autocomplete.evaluation.records import Document
    from autocomplete.evaluation.replay.columns import ReplayResult


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """What is to be replayed, and how. `agreed`: the person consents to asking; `lowest`: cutoff, None for each model's own."""

    documents: Sequence[Document]
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


def replay_texts(plan: ReplayPlan, config: RunConfig) -> tuple[ReplayResult, Autocompleter]:
    """Return the replay with the model of the settings, and the engine that was asked, which is closed.

    Raises as the model does, and ConfigError where nobody agrees to ask it.
    """
    return (_here if is_local(config.settings.model) else _elsewhere)(plan, config)


def _open(config: RunConfig, wrap: Callable[[Backend], Backend] | None = None) -> Autocompleter:
    """Return an engine for a replay: what was learned from earlier writing may hold this very text, so it stays out."""
    engine = open_engine(config.override(remember=False), wrap)
    if engine.notice:
        note(engine.notice)
    return engine


def _here(plan: ReplayPlan, config: RunConfig) -> tuple[ReplayResult, Autocompleter]:
    from autocomplete.evaluation.replay.runner import replay_on_all_cores

    engine = _open(config)
    run(engine.aclose())
    with _progress(plan, config) as moved:
        opens = partial(_open, config)
        return run(replay_on_all_cores(opens, plan.documents, lowest=plan.lowest, progress=moved)), engine


def _elsewhere(plan: ReplayPlan, config: RunConfig) -> tuple[ReplayResult, Autocompleter]:
    """Replay with a model that is asked over the network, after asking the person."""
    from autocomplete.backends.recorded import AnswerMissing, RecordedBackend
    from autocomplete.backends.retrying import TIMEOUT_S, RetryingBackend

    def wrapped(backend: Backend) -> Backend:
        retrying = RetryingBackend(backend, tell=note)
        if plan.record is None:
            return retrying
        able = backend.capabilities
        # elsewhere the host alone: what was paid for goes on to count
        version = able.address if is_near(able.where) else able.where
        return RecordedBackend(retrying, plan.record, version=version, offline=plan.offline)

    timeout_s = max(TIMEOUT_S, config.settings.timeout_s or 0.0)  # what is set is for somebody who types
    engine = _open(config.override(timeout_s=timeout_s), wrapped)
    if isinstance(engine.backend, RecordedBackend) and engine.backend.notice:
        note(engine.backend.notice)
    try:
        if not plan.offline:
            check_private(plan.documents, config.settings, engine.capabilities)
        if not (plan.offline or plan.agreed):
            ask_consent(plan.documents, config.settings, engine.capabilities, plan.record)
        with _progress(plan, config) as moved:
            return run(_asked(engine, plan, moved)), engine
    except AnswerMissing as error:
        if engine.calibration is None:
            raise
        hint = "A calibration is in force, which asks further; with calibrate = false it replays what was asked without."
        raise ConfigError(f"{error} {hint}") from error
    except (BackendError, KeyboardInterrupt) as error:
        if plan.record is not None and not plan.offline:
            if isinstance(error, KeyboardInterrupt):
                click.echo(err=True)
            note(f"Stopped. What was answered is in {plan.record}: the same command goes on.")
        raise


async def _asked(engine: Autocompleter, plan: ReplayPlan, moved: Any) -> ReplayResult:
    from autocomplete.evaluation.replay.runner import replay_all

    try:
        async with engine:
            return await replay_all(engine, plan.documents, lowest=plan.lowest, progress=moved)
    finally:
        await engine.backend.aclose()


@contextmanager
def _progress(plan: ReplayPlan, config: RunConfig) -> Iterator[Any]:
    """Show a bar on standard error where that is a terminal; give a function that takes how far it is, and of how much."""
    n_all = sum(len(document.text) for document in plan.documents)
    shown = sys.stderr.isatty()
    model = escape_controls(config.settings.model)
    with click.progressbar(length=n_all, label=model, file=sys.stderr, hidden=not shown) as bar:
        yield lambda n_done, _: bar.update(n_done - bar.pos)
